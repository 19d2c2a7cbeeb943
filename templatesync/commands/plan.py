"""`plan`: what would happen, space by space. Writes nothing remote."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from templatesync.commands.inputs import plan_inputs
from templatesync.commands.prepare import (
    choose,
    read_files,
    wanted_resources,
    without_documents,
)
from templatesync.commands.session import Connection, Session, connect
from templatesync.kinds import KINDS
from templatesync.model.change import Action, Plan
from templatesync.model.errors import ExitCode, worst
from templatesync.model.finding import Finding
from templatesync.planning import document
from templatesync.planning.detail_cache import DetailCache, Owner
from templatesync.planning.inputs import PlanInput, PlanOptions
from templatesync.planning.plan import make_plan
from templatesync.planning.reading import WRONG_ACCOUNT
from templatesync.project.settings import Project, Space
from templatesync.storage.user_dirs import cache_folder
from templatesync.storage.writing import write_file

if TYPE_CHECKING:
    from templatesync.service.client import Client

FAIL_ON = ("blocked", "breaking", "review")


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A plan, and what validate has to say of the files besides."""

    plan: Plan
    findings: tuple[Finding, ...]
    exit_code: ExitCode
    notes: tuple[str, ...] = ()
    """What is to be said of the cache."""


def plan(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    options: PlanOptions,
    connection: Connection,
    *,
    in_ci: bool = False,
    detailed: bool = False,
    fail_on: Collection[str] = (),
    out: Path | None = None,
    cache: bool = False,
    progress: Callable[[str], None] = lambda space: None,
) -> PlanResult:
    """Plan the chosen spaces and, with `out`, save the plan. `cache` spares details that were read earlier."""
    files = read_files(directory)
    chosen = choose(files.project, spaces, every, in_ci=in_ci)
    wanted, findings = wanted_resources(files, chosen, options)
    files = without_documents(files, wanted)
    with connect(files.project, chosen, connection, partly=True) as session:
        caches = _caches(session, files.project, chosen, connection) if cache else None
        found, codes = plan_inputs(session, files, chosen, wanted, options, progress, caches)
    notes = _kept(caches or {})
    whole = Plan(tuple(make_plan(each) if isinstance(each, PlanInput) else each for each in found))
    if out is not None:
        write_file(out, document.text(document.to_json(whole)))
    return PlanResult(whole, findings, worst([*codes, *_codes(whole, detailed, fail_on)]), notes)


def _caches(
    session: Session, project: Project, spaces: Sequence[Space], connection: Connection
) -> dict[str, DetailCache]:
    """What is remembered of each space. Nothing of an emulator in this process, whose details cost nothing."""
    folder = cache_folder(connection.environment)
    return {
        space.name: DetailCache(
            folder, project.root, _owner(session.clients[space.name], space), KINDS, connection.edges.clock
        )
        for space in spaces
        if space.emulator is None and space.name in session.clients
    }


def _owner(client: Client, space: Space) -> Owner:
    return Owner(client.account, client.endpoint, space.cust_space_id)


def _kept(caches: Mapping[str, DetailCache]) -> tuple[str, ...]:
    """Write down what is remembered now; what there is to say of it."""
    for cache in caches.values():
        cache.save()
    return tuple(dict.fromkeys(note for cache in caches.values() for note in cache.notes))


def _codes(whole: Plan, detailed: bool, fail_on: Collection[str]) -> list[ExitCode]:
    changes = [change for space in whole.spaces for change in space.changes if change.action is not Action.NO_OP]
    codes = []
    if any(space.writes or refusal.code == WRONG_ACCOUNT for space in whole.spaces for refusal in space.refusals):
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
