"""Every example of a help text runs and ends with 0, in a project that has what the examples speak of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from support.pages.console import Console

from templatesync.cli import main
from templatesync.cli.help_text import told

WORLD = Path(__file__).with_name("world")
EXAMPLES = [each.call for command in (main, *main.commands.values()) for each in told(command.help or "").examples]
PREPARED = """\
git init -q --template=
git add -A
git commit -qm first
git commit -qm second --allow-empty
git update-ref refs/remotes/origin/main HEAD
git gc -q
templatesync apply --all-spaces --yes -q
templatesync apply --yes -q --receipt receipt.json
templatesync plan -q --out plan.json
templatesync outputs --format contract -o contract.json
templatesync outputs --space production --format codes -o codes.json
templatesync outputs --format python -o app/senders.py
cp request.json sent.json
mkdir schemas
templatesync status --all-spaces --content --format json -o yesterday.json
"""


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    """One that has the project ready in its folder `ready`. An emulator that is to be served stops at once."""
    made = Console(tmp_path)
    try:
        made.folder = made.home / "ready"
        shutil.copytree(WORLD, made.folder)
        (made.folder / "app").mkdir()
        made.serve({"review": "approve"})
        made.add_program("app", f'exec cat "{WORLD / "request.json"}"')
        for line in PREPARED.splitlines():
            ran = made.run(line)
            assert ran.code == 0, (line, ran.text)
        shutil.copytree(made.folder, made.home / "released")
        made.environment["DIGEST"] = json.loads((made.folder / "plan.json").read_text())["digest"]
        with mock.patch("templatesync.commands.emulator.serve", lambda emulator, port, ready, stop: ready(made.url)):
            yield made
    finally:
        made.close()


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): ((status := path.lstat()).st_mtime_ns, status.st_size) for path in folder.rglob("*")}


def test_every_example_runs(console: Console) -> None:
    """Each in a fresh copy, which is made anew only when the one before has written something."""
    failed = []
    project, stamps = console.home / "project", None
    for call in EXAMPLES:
        if stamps is None or _stamps(project) != stamps:
            shutil.rmtree(project, ignore_errors=True)
            shutil.copytree(console.home / "ready", project)
            stamps = _stamps(project)
        console.folder = project
        ran = console.run(call, "y\n", background=False)
        if ran.code:
            failed.append(f"{call} ends with {ran.code}:\n{ran.text}")
    assert not failed, "\n\n".join(failed)
