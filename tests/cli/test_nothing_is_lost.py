"""A screen, a file or a signal at the wrong moment takes neither the exit code that was decided nor what is told
elsewhere."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World, ends
from support.plan_scenarios import hello
from support.projects import GOOD, Shop

from templatesync.applying.journal import Journal
from templatesync.cli import run
from templatesync.commands import apply as apply_command
from templatesync.commands import plan as plan_command
from templatesync.model import stopping
from templatesync.model.errors import ExitCode, LocalError


class Full(io.TextIOWrapper):
    """A screen that takes nothing: its disk is full, or who read it has gone."""

    def __init__(self, number: int) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self.number = number

    def write(self, text: str) -> int:
        raise OSError(self.number, os.strerror(self.number))


@pytest.fixture(params=[errno.ENOSPC, errno.EIO, errno.EPIPE], ids=errno.errorcode.get)
def screen(request: pytest.FixtureRequest) -> int:
    """How neither stdout nor stderr takes anything."""
    number: int = request.param
    return number


def unseen(screen: int, *arguments: str, root: Path) -> int:
    """The exit code of a command whose outputs nobody gets."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("stdout", "stderr"):
            patch.setattr(sys, name, Full(screen))
        return run(["-C", str(root), *arguments])


@pytest.mark.parametrize(
    ("command", "decided"),
    [
        (["plan", "--detailed-exitcode"], 2),
        (["plan", "--detailed-exitcode", "--format", "json"], 2),
        (["plan", "--fail-on", "review"], 6),
        (["plan", "--detailed-exitcode", "--target", "template/nothing"], 64),
        (["status"], 0),
        (["status", "--format", "json"], 0),
        (["outputs", "--format", "env"], 0),
        (["import"], 0),
        (["rules"], 0),
        (["schema", "template"], 0),
        (["--help"], 0),
        (["plan", "--help"], 0),
        (["--version"], 0),
        (["nothing"], 64),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_screen_that_takes_nothing_leaves_the_code(shop: Shop, screen: int, command: list[str], decided: int) -> None:
    """Where all went well, that nothing could be told is a failure; but for a reader who has seen enough."""
    lost = decided == 0 and screen != errno.EPIPE
    assert unseen(screen, *command, root=shop.root) == (1 if lost else decided)


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_apply_that_nobody_sees_is_told_by_its_files(shop: Shop, screen: int, form: str) -> None:
    receipt, report = shop.root / "receipt.json", shop.root / "report"
    shop.write("templates/second.yaml", GOOD.replace("shop_hello", "shop_second"))
    one = ["--target", "template/shop_hello", "--receipt", str(receipt)]
    first = unseen(screen, "apply", "--yes", "--format", form, *one, root=shop.root)
    assert first == (0 if screen == errno.EPIPE else 1)
    assert '"done"' in receipt.read_text(encoding="utf-8")
    assert unseen(screen, "apply", "--yes", "--format", form, "-o", str(report), root=shop.root) == 0
    assert "done" in report.read_text(encoding="utf-8")


def test_an_apply_in_part_stays_one_on_a_full_screen(
    world: World, monkeypatch: pytest.MonkeyPatch, screen: int
) -> None:
    from templatesync.cli.options import Globals

    monkeypatch.setattr(Globals, "connection", lambda self: world.connection)
    world.want(hello(Name="one"), hello(Name="two"))
    world.fault("500", "CreateChatappTemplate", nth=2, times=9)
    world.fault("drop_before", "CreateChatappTemplate", nth=2, times=9)
    assert unseen(screen, "apply", "--yes", root=world.root) == ExitCode.PARTIAL


def test_a_plan_that_cannot_be_saved_is_shown(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str) -> None:
        raise LocalError(f"{path} cannot be written: no space left")

    monkeypatch.setattr(plan_command, "write_file", full)
    ended = shop.run("plan", "--detailed-exitcode", "--out", "plan.json")
    assert (ended.code, "1 to create" in ended.out) == (1, True)
    assert "the plan could not be saved: plan.json cannot be written: no space left" in ended.err


# --- signals --------------------------------------------------------------------------------------

# Sends itself a signal when a module is about to be loaded: before, between and after everything that a command does.
CHILD = """
import os, signal, sys
number, module, *arguments = sys.argv[1:]
class Killer:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), int(number))
sys.meta_path.insert(0, Killer())
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["templatesync", *arguments]
from templatesync.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("number", "module", "code"),
    [
        (signal.SIGTERM, "templatesync.cli", 143),
        (signal.SIGINT, "templatesync.cli", 130),
        (signal.SIGHUP, "templatesync.commands.plan", 143),
        (signal.SIGTERM, "templatesync.render.plan", 143),
    ],
    ids=["while it is loaded", "interrupted while it is loaded", "before the first request", "while it is told"],
)
def test_a_signal_is_an_exit_code_and_never_a_traceback(shop: Shop, number: int, module: str, code: int) -> None:
    saved = shop.root / "plan.json"
    arguments = [str(int(number)), module, "-C", str(shop.root), "plan", "--out", str(saved)]
    done = subprocess.run([sys.executable, "-c", CHILD, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    told = module == "templatesync.render.plan"
    assert saved.exists() == (shop.root / ".templatesync").exists() == told
    assert not told or json.loads(saved.read_text())["summary"]["create"] == 1


@pytest.fixture
def _heeded() -> Iterator[None]:
    """As a process of its own would have it."""
    before = {number: signal.signal(number, stopping.terminate) for number in stopping.TERMINATING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_heeded")
@pytest.mark.parametrize("number", stopping.TERMINATING)
def test_a_signal_while_the_receipt_is_written_costs_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    write = apply_command.write_file

    def signalled(path: Path, text: str) -> None:
        os.kill(os.getpid(), number)
        write(path, text)

    monkeypatch.setattr(apply_command, "write_file", signalled)
    world.want(hello())
    receipt = world.root / "receipt.json"
    result = world.apply(order={"receipt": receipt})
    assert (result.exit_code, ends(result)) == (ExitCode.OK, {"template/hello@en": "done"})
    assert '"done"' in receipt.read_text(encoding="utf-8")


@pytest.mark.usefixtures("_heeded")
def test_a_signal_between_two_changes_ends_the_run_and_tells_both(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver does not run then: it has handed over the first phase."""
    result_of = Journal.result

    def signalled(self: Journal, outcome: Any) -> None:
        result_of(self, outcome)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Journal, "result", signalled)
    world.want(hello(Name="one"), hello(Name="two"))
    result = world.apply()
    assert sorted(ends(result).values()) == ["done", "not-started"]
    assert result.exit_code == ExitCode.TERMINATED


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        stopping.heed()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
