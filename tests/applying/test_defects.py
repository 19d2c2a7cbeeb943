"""A defect of this program in one of three spaces: it is told, and what the others came to is told and written."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from templatesync.applying.journal import Journal
from templatesync.cli import run
from templatesync.commands import prepare
from templatesync.kinds import KINDS
from templatesync.render.progress import Progress
from templatesync.service.driver.driver import Driver, Finished
from templatesync.service.driver.lanes import Lanes

PROJECT = """\
version: 1
spaces:
  one: {emulator: true, vars: {where: Hamburg}}
  two: {emulator: true, vars: {where: Jakarta}}
  three: {emulator: true, vars: {where: Shanghai}}
"""
TEXT = """\
Name: NAME
Category: UTILITY
Language: en
Components:
  - {Type: BODY, Text: "We have sent your order from our house in ${{ where }} today."}
"""
SPACES = ("one", "two", "three")
CODE = "templatesync.Defect"


class Broken(Exception):
    """Nobody expects this. Its text is for the log alone."""


class Projects:
    """A project with three spaces and two templates, and how a command on all of them ended."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys
        (root / "templates").mkdir()
        (root / "templatesync.yaml").write_text(PROJECT)
        for name in ("first", "second"):
            (root / "templates" / f"{name}.yaml").write_text(TEXT.replace("NAME", name))

    def told(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code, and what was said."""
        chosen = [part for space in SPACES for part in ("--space", space)]
        self.capsys.readouterr()
        code = run([*arguments, "-C", str(self.root), *chosen])
        said = self.capsys.readouterr()
        assert "private" not in said.out + said.err
        return code, said.out, said.err

    def run(self, *arguments: str, code: int) -> tuple[dict[str, Any], str]:
        """The document by space, and what was said beside it."""
        ended, out, err = self.told(*arguments, "--format", "json")
        assert ended == code
        return {space["space"]: space for space in json.loads(out)["spaces"]}, err


@pytest.fixture
def projects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Projects:
    return Projects(tmp_path, capsys)


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, Callable[..., bool]], None]:
    """Let a function of the templates raise where a condition holds for what it is given."""

    def patch(record: str, name: str, condition: Callable[..., bool]) -> None:
        kind = KINDS["template"]
        real = getattr(getattr(kind, record), name)

        def broken(*given: Any) -> Any:
            if condition(*given):
                raise Broken("private")
            return real(*given)

        mine = getattr(kind, record)._replace(**{name: broken})
        monkeypatch.setattr(prepare, "KINDS", {**KINDS, "template": kind._replace(**{record: mine})})

    return patch


def in_two(resource: Any, *rest: Any) -> bool:
    return "Jakarta" in str(resource.body)


def second_in_two(resource: Any, *rest: Any) -> bool:
    return in_two(resource) and resource.key.name == "second"


def second_time() -> Callable[..., bool]:
    calls = count(1)
    return lambda *given: next(calls) == 2


@pytest.mark.parametrize(
    ("record", "name", "condition"),
    [("remote", "fetch", second_time), ("policy", "decide", lambda: in_two)],
    ids=["while it is read", "while it is planned"],
)
@pytest.mark.parametrize("command", ["plan", "status"])
def test_the_other_spaces_are_told_and_the_exit_code_is_70(
    projects: Projects, breaks: Any, command: str, record: str, name: str, condition: Callable[[], Any]
) -> None:
    if command == "status":  # which plans nothing of what is not there
        assert projects.told("apply", "--yes")[0] == 0
    breaks(record, name, condition())
    out = projects.root / "plan.json"
    spaces, said = projects.run(command, *(["--out", str(out)] if command == "plan" else ["--content"]), code=70)
    rows = "changes" if command == "plan" else "resources"
    assert [space["error"]["code"] for space in spaces.values() if "error" in space] == [CODE]
    assert [len(space[rows]) for space in spaces.values() if "error" not in space] == [2, 2]
    assert "this is a defect of templatesync: Broken" in said
    assert said.count("please report it with") == 1
    if command == "plan":
        saved = json.loads(out.read_text(encoding="utf-8"))["spaces"]
        assert {space["space"]: space for space in saved} == spaces


def test_outputs_of_the_other_spaces_are_told(projects: Projects, breaks: Any) -> None:
    projects.run("apply", "--yes", code=0)
    breaks("outputs", "values", lambda live: "Jakarta" in str(live.body))
    spaces, _ = projects.run("outputs", code=70)
    assert ["error" in spaces[space] for space in SPACES] == [False, True, False]


def test_a_change_that_breaks_hides_no_other_end(projects: Projects, breaks: Any) -> None:
    breaks("remote", "create", second_in_two)
    receipt = projects.root / "receipt.json"
    spaces, said = projects.run("apply", "--yes", "--receipt", str(receipt), code=70)
    ends = {(space, row["name"]): row["outcome"] for space in SPACES for row in spaces[space]["changes"]}
    assert ends.pop(("two", "second")) == "unknown"
    assert set(ends.values()) == {"done"} and len(ends) == 5
    assert {space["space"]: space for space in json.loads(receipt.read_text())["spaces"]} == spaces
    assert CODE in receipt.read_text()
    assert "this is a defect of templatesync: Broken" in said


def test_a_space_that_cannot_be_planned_keeps_none_from_being_written(projects: Projects, breaks: Any) -> None:
    breaks("policy", "decide", in_two)
    spaces, _ = projects.run("apply", "--yes", code=70)
    assert spaces["two"]["error"]["code"] == CODE
    assert [[row["outcome"] for row in spaces[space]["changes"]] for space in SPACES] == [
        ["done"] * 2,
        [],
        ["done"] * 2,
    ]


def test_of_a_saved_plan_everything_ends(projects: Projects, breaks: Any) -> None:
    """Also in the space whose new plan breaks: nothing of it is begun."""
    projects.run("plan", "--out", str(projects.root / "plan.json"), code=0)
    breaks("policy", "decide", in_two)
    spaces, _ = projects.run("apply", str(projects.root / "plan.json"), code=70)
    ends = [[row["outcome"] for row in spaces[space]["changes"]] for space in SPACES]
    assert ends == [["done"] * 2, ["not-started"] * 2, ["done"] * 2]


@pytest.mark.parametrize("command", ["plan", "status"])
def test_what_was_read_before_the_driver_broke_is_told(
    projects: Projects, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    breaking(monkeypatch, run_=1, after=2)
    spaces, _ = projects.run(command, code=70)
    assert sorted("error" in spaces[space] for space in SPACES) == [False, False, True]


def test_what_was_written_before_the_driver_broke_is_told(projects: Projects, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run reads, the second writes the first template of each space, the third one more."""
    breaking(monkeypatch, run_=3, after=1)
    receipt = projects.root / "receipt.json"
    spaces, said = projects.run("apply", "--yes", "--receipt", str(receipt), code=70)
    ends = [row["outcome"] for space in SPACES for row in spaces[space]["changes"]]
    assert len(ends) == 6 and ends.count("done") == 4 and set(ends) <= {"done", "unknown", "not-started"}
    assert {space["space"]: space for space in json.loads(receipt.read_text())["spaces"]} == spaces
    assert said.count("this is a defect of templatesync") == 1
    monkeypatch.undo()
    projects.run("apply", "--yes", code=0)


def broken(*given: Any, **more: Any) -> Any:
    raise Broken("private")


def ends_of(document: Any) -> list[str]:
    return [row["outcome"] for space in document["spaces"] for row in space["changes"]]


@pytest.mark.parametrize(
    ("target", "form"),
    [
        ("templatesync.render.apply._end", "text"),
        ("templatesync.render.apply.table", "text"),
        ("templatesync.render.json_.outcomes_json", "json"),
    ],
)
def test_a_report_that_breaks_leaves_receipt_and_ends(
    projects: Projects, monkeypatch: pytest.MonkeyPatch, target: str, form: str
) -> None:
    receipt = projects.root / "receipt.json"
    monkeypatch.setattr(target, broken)
    code, out, err = projects.told("apply", "--yes", "--receipt", str(receipt), "--format", form)
    assert (code, out) == (70, "")
    assert err.count(" create template/") == 6 and err.count(" done ") == 6 and err.count("template_code=") == 6
    assert ends_of(json.loads(receipt.read_text())) == ["done"] * 6
    assert err.count("this is a defect of templatesync: Broken") == 1


def test_a_receipt_that_breaks_leaves_the_report(projects: Projects, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("templatesync.commands.apply.write_file", broken)
    code, out, err = projects.told("apply", "--yes", "--receipt", str(projects.root / "receipt.json"))
    assert code == 70
    assert "done in 3 spaces" in out
    assert "the receipt could not be written: a defect of templatesync" in out
    assert err.count("this is a defect of templatesync: Broken") == 1


def test_a_journal_that_breaks_after_a_write_leaves_its_end(
    projects: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = projects.root / "receipt.json"
    monkeypatch.setattr(Journal, "result", broken)
    code, _, err = projects.told("apply", "--yes", "--receipt", str(receipt))
    assert code == 70
    assert sorted(ends_of(json.loads(receipt.read_text()))) == ["done"] * 3 + ["not-started"] * 3
    assert "this is a defect of templatesync: Broken" in err


@pytest.mark.parametrize("name", ["started", "ended", "read"])
def test_progress_that_breaks_costs_nothing(projects: Projects, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(Progress, name, broken)
    spaces, said = projects.run("apply", "--yes", code=70)
    assert {row["outcome"] for space in SPACES for row in spaces[space]["changes"]} == {"done"}
    assert said.count("this is a defect of templatesync") == 1


def breaking(monkeypatch: pytest.MonkeyPatch, *, run_: int, after: int) -> None:
    """Let the driver break in this run, at the first answer after so many jobs have ended."""
    run_jobs, completed = Driver.run, Lanes.completed
    ended: list[list[Finished[Any]]] = []

    def counted(self: Driver, jobs: Any, *, on_done: Any, **more: Any) -> Any:
        mine: list[Finished[Any]] = []
        ended.append(mine)
        return run_jobs(self, jobs, on_done=lambda finished: mine.append(finished) or on_done(finished), **more)

    def broken(self: Lanes, *given: Any) -> Any:
        if len(ended) == run_ and len(ended[-1]) == after:
            raise Broken("private")
        return completed(self, *given)

    monkeypatch.setattr(Driver, "run", counted)
    monkeypatch.setattr(Lanes, "completed", broken)
