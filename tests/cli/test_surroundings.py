"""What surrounds a run and how it is called: damaged plans, other alphabets, closed outputs, no home, wrong options."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from support.projects import Shop, tree

pytestmark = pytest.mark.slow


def test_a_plan_that_was_changed_is_refused(shop: Shop) -> None:
    plan = shop.root / "plan.json"
    assert shop.run("plan", "--out", str(plan)).code == 0
    whole = plan.read_bytes()
    steps = range(0, len(whole), max(len(whole) // 40, 1))
    flipped = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in steps]
    others = [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"format_version": "9.0"}',
        b'{"format_version": 1}',
    ]
    for data in [*flipped, *(whole[:at] for at in steps), *others]:
        plan.write_bytes(data)
        before = tree(shop.root)
        ended = shop.run("apply", str(plan))
        if ended.code == 0:
            continue  # a note, a line or the version of the tool: nothing that anybody approves
        assert (ended.code, ended.out) in ((9, ""), (64, "")), (data[:80], ended)
        assert tree(shop.root) == before or (shop.root / ".templatesync").exists()


@pytest.mark.parametrize(
    ("name", "code"), [("nothing.json", 64), ("templates", 64), ("pipe", 64), ("templates/good.yaml", 9)]
)
def test_a_file_that_is_no_plan_is_refused(shop: Shop, name: str, code: int) -> None:
    os.mkfifo(shop.root / "pipe")
    assert shop.run("apply", str(shop.root / name)).code == code


def test_a_damaged_emulator_is_told_and_never_a_crash(shop: Shop) -> None:
    shop.write(".templatesync/emulator.db", b"not a database, but long enough to be read as one" * 100).chmod(0o600)
    ended = shop.run("plan")
    assert (ended.code, ended.out) == (1, "")
    assert "delete it" in ended.err


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "cp1252"},
    ],
)
def test_a_terminal_of_another_alphabet_is_written_to(shop: Shop, environment: dict[str, str]) -> None:
    shop.bad("Name: a\n您好 é 🇩🇪: 1\n")
    text = shop.child("validate", environment=environment)
    data = shop.child("validate", "--format", "json", environment=environment)
    assert (text.code, data.code) == (3, 3)
    assert "\\u60a8\\u597d " in text.out
    assert "\\U0001f1e9\\U0001f1ea" in text.out
    assert data.out.isascii()
    assert any("您好 é 🇩🇪" in found["message"] for found in data.findings)


@pytest.mark.parametrize(
    ("shell", "code"),
    [("| head -c 1", 3), (">&-", 3), ("2>&-", 3), (">&- 2>&-", 3), ("> /dev/full", 3), ("2> /dev/full", 3)],
)
def test_nobody_needs_to_listen(shop: Shop, shell: str, code: int) -> None:
    shop.bad("Name: A\n" * 300)
    for number in range(100):
        shop.write(f"templates/t{number:03}.yaml", "Name: A\nCategory: X\n")
    ended = shop.child("validate", "--format", "json", shell=shell)
    assert ended.code == code
    assert "Exception ignored" not in ended.err


@pytest.mark.parametrize("shell", ["2>&-", "2> /dev/full", ">&- 2>&-"])
def test_an_apply_that_nobody_watches_goes_on(shop: Shop, shell: str) -> None:
    assert shop.child("apply", "--yes", shell=shell, memory=1 << 30).code == 0
    assert "No changes" in shop.run("plan").out


def test_neither_home_nor_temporary_folder_is_needed(shop: Shop) -> None:
    around = {"HOME": None, "USERPROFILE": None, "TMPDIR": "/nowhere", "XDG_CONFIG_HOME": None}
    for command in (["validate"], ["apply", "--yes"]):
        ended = shop.child(*command, environment=around, memory=1 << 30)
        assert ended.code == 0, ended


def test_validate_needs_to_write_nothing(shop: Shop) -> None:
    """The system refuses every byte written to a file, as a file system that is read-only would."""
    before = tree(shop.root)
    assert shop.child("validate", file_size=0).code == 0
    assert shop.child("plan", file_size=0, memory=1 << 30).code == 1  # the embedded emulator lives in a file
    assert {name for name in tree(shop.root) if not name.startswith(".templatesync")} == set(before)


def test_state_is_private_whatever_the_umask(shop: Shop) -> None:
    assert shop.child("apply", "--yes", umask=0, memory=1 << 30).code == 0
    state = shop.root / ".templatesync"
    for path in [state, *state.rglob("*")]:
        mode = stat.S_IMODE(path.lstat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600) or path.name == ".gitignore", (path, oct(mode))


@pytest.mark.parametrize(
    "command",
    [
        ["plan", "--space", "nowhere"],
        ["validate", "--space", "nowhere"],
        ["plan", "--space", "local", "--all-spaces"],
        ["validate", "--space", "local", "--all-spaces"],
        ["plan", "--all-spaces"],  # all but emulators, and there is nothing else
        ["apply", "--expect-digest", "abc"],
        ["apply", "--yes", "--expect-digest", ""],
        ["apply", "--expect-digest", "g" * 64],
        ["apply", "--yes", "--target", "template/shop_hello", "--prune"],
        ["plan", "--target", "template/shop_hello", "--prune"],
        ["plan", "--target", "template/nothing"],
        ["plan", "--fail-on", "nothing"],
        ["plan", "--format", "nothing"],
        ["plan", "--allow-mass-change", "many"],
        ["plan", "--nothing"],
        ["nothing"],
        [],
        ["apply"],  # no terminal
        ["apply", "--yes", "--timeout", "soon"],
        ["status", "--timeout", "1x"],
        ["apply", "--yes", "--receipt", "no/such/folder/receipt.json"],
        ["plan", "--out", "no/such/folder/plan.json"],
        ["plan", "-o", "no/such/folder/plan.txt"],
        ["rules", "nothing"],
        ["schema", "nothing"],
        ["validate", "no/such/file.yaml"],
        ["import", "--from-meta", "no/such/file.json"],
        ["new-version", "nothing"],
        ["emulator", "--review", "perhaps"],
        ["emulator", "--port", "70000"],
        ["emulator", "--port", "0", "--db", "no/such/folder/cams.db"],
        ["outputs", "--space", "nowhere"],
    ],
    ids=" ".join,
)
def test_wrong_usage_does_nothing(shop: Shop, command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.root)
    before = tree(shop.root)
    ended = shop.run(*command)
    assert (ended.code, ended.out) == (64, ""), ended
    assert ended.err
    assert tree(shop.root) == before


@pytest.mark.parametrize("command", ["plan", "apply", "status", "outputs"])
def test_ci_must_choose_a_space(shop: Shop, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    more = ["--yes"] if command == "apply" else []
    ended = shop.run(command, *more)
    assert ended.code == 64
    assert "--space" in ended.err
    assert shop.run(command, "--space", "local", *more).code == 0


def test_a_folder_without_a_project_is_told(tmp_path: Path, shop: Shop) -> None:
    ended = shop.run("-C", str(tmp_path), "validate")
    assert ended.code == 64
    assert "init" in ended.err
    assert shop.run("-C", str(tmp_path / "nowhere"), "validate").code == 64
