"""`plan`: what would happen, space by space. Writes nothing remote."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from templatesync import plan_document
from templatesync.commands.common import choose, read_files, scenes, wanted_resources
from templatesync.errors import ExitCode, worst
from templatesync.output import write_file
from templatesync.plan import make_plan
from templatesync.scene import Scene, Wishes
from templatesync.session import Connection, connect
from templatesync.values import Action, Finding, Plan

FAIL_ON = ("blocked", "breaking", "review")


@dataclass(frozen=True, slots=True)
class Result:
    """A plan, and what validate has to say of the files besides."""

    plan: Plan
    findings: tuple[Finding, ...]
    exit_code: ExitCode


def plan(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    wishes: Wishes,
    connection: Connection,
    *,
    in_ci: bool = False,
    detailed: bool = False,
    fail_on: Collection[str] = (),
    out: Path | None = None,
    progress: Callable[[str], None] = lambda space: None,
) -> Result:
    """Plan the chosen spaces and, with `out`, save the plan."""
    files = read_files(directory)
    chosen = choose(files.project, spaces, every, in_ci=in_ci)
    wanted, findings = wanted_resources(files, chosen, wishes)
    with connect(files.project, chosen, connection, partly=True) as session:
        found, codes = scenes(session, files, chosen, wanted, wishes, progress)
    whole = Plan(tuple(make_plan(each) if isinstance(each, Scene) else each for each in found))
    if out is not None:
        write_file(out, plan_document.text(plan_document.to_json(whole)))
    return Result(whole, findings, worst([*codes, *_codes(whole, detailed, fail_on)]))


def _codes(whole: Plan, detailed: bool, fail_on: Collection[str]) -> list[ExitCode]:
    changes = [change for space in whole.spaces for change in space.changes if change.action is not Action.NO_OP]
    codes = []
    if any(space.refusals and space.writes for space in whole.spaces):
        codes.append(ExitCode.REFUSED)
    bad = {
        "blocked": any(change.action is Action.BLOCKED for change in changes),
        "breaking": any(change.breaking for change in changes),
        "review": any(change.review for change in changes),
    }
    if any(bad[name] for name in fail_on):
        codes.append(ExitCode.REFUSED)
    if detailed and changes:
        codes.append(ExitCode.CHANGES)
    return codes
