"""`plan`: what would happen, space by space. Writes nothing remote."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from templatesync.commands.changed_place import Place, changed_place
from templatesync.commands.counting import Counted
from templatesync.commands.drifts import Drifts, drifts
from templatesync.commands.prepare import open_project, plan_inputs, plan_space, unlisted, wanted_resources
from templatesync.commands.receipts import nothing_of, read_receipt
from templatesync.commands.session import Connection, Session, connect
from templatesync.commands.targets import key_matcher
from templatesync.commands.usage import counted_changes
from templatesync.kinds import KINDS
from templatesync.model.change import Action, Cause, Change, Plan, SpacePlan
from templatesync.model.errors import ExitCode, LocalError, worst
from templatesync.model.finding import Finding
from templatesync.model.outcome import defects_of, exit_code
from templatesync.planning import document
from templatesync.planning.detail_cache import DetailCache, Owner
from templatesync.planning.inputs import PlanOptions
from templatesync.planning.totals import TOLD_BACK
from templatesync.project.choosing import choose
from templatesync.project.settings import Project, Space
from templatesync.storage import git
from templatesync.storage.user_dirs import cache_folder
from templatesync.storage.writing import write_file

if TYPE_CHECKING:
    from templatesync.project.at_revision import Revision
    from templatesync.project.workspace import Workspace
    from templatesync.service.reader import Reader

FAIL_ON = ("blocked", "breaking", "review", "told_back", "unmanaged", "drift")
_FILELESS = frozenset({"unmanaged", "drift"})
"""Those that ask for what is in no file."""


class Delivered(NamedTuple):
    """A part of a report that a pipeline takes from a file: where it was written, or the `problem` with that."""

    what: str
    where: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A plan, and what validate has to say of the files besides."""

    plan: Plan
    findings: tuple[Finding, ...]
    exit_code: ExitCode
    notes: tuple[str, ...] = ()
    """What is to be said of the revision, and of the cache."""
    unsaved: str = ""
    """Why there is no plan file, when there should be one."""
    link: str = ""
    """Where the plan is as a page, for formats that lead to it."""
    prefix: str = ""
    """Where the project stands in its repository."""
    files: Workspace | None = field(default=None, repr=False)
    """The files, where somebody wants to know at which line a change is made: `place` finds it."""
    delivery: tuple[Delivered, ...] = ()
    """What was handed to the runner of a pipeline, or why it was not."""

    @property
    def defects(self) -> tuple[Exception, ...]:
        """What this program raised on the way, for its log."""
        return defects_of(space.error for space in self.plan.spaces)

    def place(self, space: str, change: Change) -> Place:
        """Where a change is made, by its path in the repository."""
        found = Place(change.file, change.line)
        if self.files is not None:
            found = changed_place(self.files, space, change)
        return found._replace(file=f"{self.prefix}/{found.file}") if self.prefix and found.file else found


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
    known: Path | None = None,
    since: Revision | None = None,
    places: bool = False,
    usage: bool = False,
    progress: Callable[[str], None] = lambda space: None,
    counted: Counted = lambda read, of: None,
) -> PlanResult:
    """Plan the chosen spaces and, with `out`, save the plan.

    With `places`, the result knows at which lines its changes are made; with `usage`, it is asked how often what
    changes is sent.

    `cache` spares details that were read earlier, `since` those of what has not changed since a revision of git.
    """
    receipt = read_receipt(known)
    project = open_project(directory)
    chosen = choose(project, spaces, every, in_ci=in_ci)
    # Targets narrow an alarm as well; without any it looks everywhere, as that of `status` does.
    everywhere = not _FILELESS.isdisjoint(fail_on) and not options.targets
    options = dataclasses.replace(options, unmanaged=everywhere, everything=everywhere)
    wanted = wanted_resources(project, chosen, options, cache_folder(connection.environment), since, whole=places)
    with connect(project, chosen, connection, partly=True) as session:
        # An alarm looks at everything: a change in the console may leave the row of a list as it was.
        caches = _caches(session, project, chosen, connection) if cache and "drift" not in fail_on else None
        inputs = plan_inputs(
            session,
            chosen,
            wanted,
            options,
            progress,
            caches,
            receipt,
            counted,
            renames=not options.targets and not since,
        )
        plans = tuple(plan_space(each) for each in inputs)
        if usage:
            plans = counted_changes(session, inputs, plans, connection.edges.clock())
    whole = Plan(plans, wanted.strictness)
    seen = tuple(_asked_for(each, options) for each in plans)
    looked = "drift" in fail_on
    found = drifts(project, inputs, seen, connection.environment, receipt) if looked else Drifts({})
    strange = nothing_of(receipt, chosen, known.name) if receipt is not None and known is not None else ""
    said = [strange, "--fail-on drift has read everything, whatever --cache remembers" if looked and cache else ""]
    said.append(_narrowness(options, since, fail_on))
    notes = (*wanted.notes, *_kept(caches or {}, connection.broke), *filter(None, said), *found.notes)
    codes = _codes(whole, detailed, fail_on, drifted=found.any, unmanaged=not all(map(_all_managed, seen)))
    code = worst([*codes, exit_code(unlisted(inputs))])
    result = PlanResult(whole, wanted.findings, code, notes)
    if places:
        result = dataclasses.replace(result, files=wanted.files, prefix=git.prefix(project.root))
    return result if out is None else _saved(result, out)


def _saved(result: PlanResult, out: Path) -> PlanResult:
    """Write the plan file. What was read may have taken an hour, so a full disk must not hide it."""
    try:
        write_file(out, document.text(document.to_json(result.plan)))
    except LocalError as error:
        code = worst([result.exit_code, error.exit_code])
        return dataclasses.replace(result, exit_code=code, unsaved=f"the plan could not be saved: {error}")
    return result


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


def _owner(client: Reader, space: Space) -> Owner:
    return Owner(client.account, client.endpoint, space.cust_space_id)


def _kept(caches: Mapping[str, DetailCache], broke: Callable[[Exception], None]) -> tuple[str, ...]:
    """Write down what is remembered now; what there is to say of it."""
    for cache in caches.values():
        try:
            cache.save()
        except Exception as error:
            broke(error)
    return tuple(dict.fromkeys(note for cache in caches.values() for note in cache.notes))


def _asked_for(space: SpacePlan, options: PlanOptions) -> SpacePlan:
    """A space with what is in no file as far as the targets mean it, for an alarm."""
    if not options.targets:
        return space
    meant = key_matcher(options.targets)
    return space._replace(
        unmanaged=tuple(filter(meant, space.unmanaged)), listings=tuple(each for each in space.listings if each.looked)
    )


def _all_managed(space: SpacePlan) -> bool:
    """Whether all that is there has a file: of a list that is not whole, nobody knows."""
    return space.error is not None or not (space.unmanaged or not all(each.complete for each in space.listings))


def _narrowness(options: PlanOptions, since: Revision | None, fail_on: Collection[str]) -> str:
    """What an alarm does not see, because the plan is narrowed; empty where it sees everything."""
    alarms = " and ".join(each for each in FAIL_ON if each in _FILELESS and each in fail_on)
    if alarms and options.targets:
        return f"--fail-on {alarms} has looked at what --target names alone, and says nothing of the rest"
    if "drift" in fail_on and since is not None:
        return "--fail-on drift has compared what --changed-since leaves alone: an edit of the rest it does not see"
    return ""


def _codes(whole: Plan, detailed: bool, fail_on: Collection[str], *, drifted: bool, unmanaged: bool) -> list[ExitCode]:
    changes = [change for space in whole.spaces for change in space.changes if change.action is not Action.NO_OP]
    refusals = [(space, refusal) for space in whole.spaces for refusal in space.refusals]
    ends = [space.error.cause for space in whole.spaces if space.error]
    ends += [refusal.cause for space, refusal in refusals if space.writes or refusal.cause is Cause.WRONG_ACCOUNT]
    codes = [exit_code(ends)]
    bad = {
        "blocked": any(change.needs_somebody for change in changes),
        "breaking": any(change.breaking and not change.meant for change in changes),
        "review": any(change.review for change in changes),
        "told_back": any(change.reason == TOLD_BACK for change in changes),
        "unmanaged": unmanaged,
        "drift": drifted,
    }
    if any(bad[name] for name in fail_on):
        codes.append(ExitCode.REFUSED)
    if detailed and changes:
        codes.append(ExitCode.CHANGES)
    return codes
