"""What `breaking` leaves unread changes nothing: all files read, it tells the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from templatesync.commands import breaking as command
from templatesync.project.concerned import Concerned
from templatesync.project.workspace import Workspace

PROJECT = "version: 1\nspaces:\n  one: {emulator: true, vars: {x: a}}\n  two: {emulator: true, vars: {x: b}}\n"
OLDER = {"hello": "", "greeting": "hello", "welcome": "greeting", "bye": "", "farewell": "bye"}
"""Each name, and the one that it is the new version of."""
NAMES = tuple(OLDER)


def _file(dice: Random, name: str) -> str:
    """A template of a few sorts, spelt in one of several ways."""
    variable = dice.choice(("name", "name", "customer"))
    languages = dice.choice(("[en]", "[en, id]", "[id, en]"))
    said = [f"replaces: {OLDER[name]}"] if OLDER[name] else []
    said += dice.sample(["adopt: true", "pinned: true", "spaces: [one]", "breaks: [breaking-variable-added]"], k=1)
    spelt = dice.choice((name, f"'{name}'", f'"\\x{ord(name[0]):02x}{name[1:]}"'))
    text = dice.choice(("Hello", "Dear", "Hi ${{ x }}")) + f" $({variable}), your parcel has left our studio today."
    block = f"templatesync: {{{', '.join(said)}}}\n" if dice.random() < 0.8 else ""
    return (
        f"Name: {spelt}\nCategory: UTILITY\nLanguages: {languages}\nComponents:\n"
        f"  - {{Type: BODY, Text: '{text}'}}\nExample: {{{variable}: Ann}}\n{block}"
    )


def _edit(dice: Random, root: Path) -> None:
    path = root / "templates" / f"{dice.choice(NAMES)}.yaml"
    if path.exists() and dice.random() < 0.3:
        path.unlink()
    else:
        path.write_text(_file(dice, path.stem))


def _everything(now: Workspace, then: Workspace) -> Concerned:
    return Concerned(frozenset(then.texts), frozenset(now.texts), frozenset(), frozenset(now.texts), frozenset())


@pytest.mark.parametrize("seed", range(12))
def test_what_is_not_read_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    dice = Random(seed)
    before, after = tmp_path / "before", tmp_path / "after"
    (before / "templates").mkdir(parents=True)
    (before / "templatesync.yaml").write_text(PROJECT)
    for name in NAMES:
        (before / "templates" / f"{name}.yaml").write_text(_file(dice, name))
    shutil.copytree(before, after)
    for _ in range(dice.randrange(3)):
        _edit(dice, after)
    if dice.random() < 0.3:
        (after / "templatesync.yaml").write_text(PROJECT.replace("x: a", "x: $(order)"))
    narrow = command.breaking(after, str(before))
    monkeypatch.setattr(command, "concerned", _everything)
    whole = command.breaking(after, str(before))
    assert (narrow.told, narrow.notices) == (whole.told, whole.notices)
