"""`status`: where each resource stands in its review, and whether it is still what the files say."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from templatesync.commands.counting import Counted
from templatesync.commands.prepare import open_project, plan_inputs, plan_space, wanted_resources
from templatesync.commands.session import Connection, connect
from templatesync.kinds.base import Kind
from templatesync.model.change import Action, Change, Refusal, SpacePlan
from templatesync.model.errors import ExitCode, worst
from templatesync.model.outcome import defects_of, exit_code
from templatesync.planning.inputs import PlanInput, PlanOptions
from templatesync.planning.staying import stays
from templatesync.planning.totals import DOUBTFUL
from templatesync.project.choosing import choose
from templatesync.storage.user_dirs import cache_folder

POLL = 30.0
"""Seconds between two looks at a space. Reviews take minutes to a day, so looking more often tells no more."""

MISSING = "not there"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One resource. `drift` is empty when all is as the files say; `missing` when it is not there, `unknown` when its
    content could not be read. `pending`, `rejected` and `unknown` are what its kind says of the
    state; what could not be read is unknown, too. `stays` says why senders stay with this version, or do not use it."""

    key: str
    kind: str
    name: str
    language: str
    status: str
    reason: str
    quality: str
    category: str
    drift: tuple[str, ...]
    pending: bool = False
    rejected: bool = False
    unknown: bool = False
    stays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpaceStatus:
    """All rows of a space, or why it could not be read."""

    plan: SpacePlan
    rows: tuple[StatusRow, ...]
    error: Refusal | None = None


@dataclass(frozen=True, slots=True)
class StatusResult:
    """Where everything stands. `exit_code` tells of reviews only when that was asked."""

    spaces: tuple[SpaceStatus, ...]
    exit_code: ExitCode
    timed_out: bool = False

    @property
    def defects(self) -> tuple[Exception, ...]:
        """What this program raised on the way, for its log."""
        return defects_of(space.error for space in self.spaces)


def status(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    connection: Connection,
    *,
    targets: tuple[str, ...] = (),
    in_ci: bool = False,
    tell: bool = False,
    wait: bool = False,
    timeout: float = 1800.0,
    progress: Callable[[str], None] = lambda message: None,
    read: Callable[[str], None] = lambda space: None,
    counted: Counted = lambda read, of: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> StatusResult:
    """Read states; with `wait`, until no review runs or `timeout` seconds are over. `tell` answers by exit code."""
    project = open_project(directory)
    chosen = choose(project, spaces, every, in_ci=in_ci)
    options = PlanOptions(targets=targets)
    wanted = wanted_resources(project, chosen, options, cache_folder(connection.environment))
    until = clock() + timeout
    with connect(project, chosen, connection, partly=True) as session:
        while True:
            rows = tuple(_space(each) for each in plan_inputs(session, chosen, wanted, options, read, counted=counted))
            pending = sum(row.pending for space in rows for row in space.rows)
            if not wait or not pending or clock() >= until:
                break
            progress(f"{pending} in review")
            sleep(min(POLL, max(until - clock(), 0.0)))
    codes = [exit_code(space.error.cause for space in rows if space.error)]
    if tell or wait:
        codes += [_code(row) for space in rows for row in space.rows]
    return StatusResult(rows, worst(codes), timed_out=wait and bool(pending))


def _space(each: PlanInput) -> SpaceStatus:
    plan = plan_space(each)
    if plan.error is not None:
        return SpaceStatus(plan, (), plan.error)
    alive = [change for change in plan.changes if not each.wanted[change.key].options.absent]
    return SpaceStatus(plan, tuple(_row(each, change) for change in alive))


def _row(given: PlanInput, change: Change) -> StatusRow:
    live = given.live(change.key)
    kind = given.kinds[change.key.kind]
    facts: Mapping[str, str] = live.facts if live else {}
    doubtful = _doubtful(given, change)
    failed = change.key in given.listing(change.key.kind).failed
    return StatusRow(
        key=str(change.key),
        kind=change.key.kind,
        name=change.key.name,
        language=change.key.language,
        status=(live.status or UNKNOWN) if live else UNKNOWN if doubtful else MISSING,
        reason=facts.get("reason", ""),
        quality=facts.get("quality", ""),
        category=facts.get("category", ""),
        drift=tuple(_drift(given, kind, change)),
        pending=live is not None and live.status in kind.policy.pending,
        rejected=live is not None and live.status in kind.policy.rejected,
        unknown=doubtful if live is None else kind.policy.unknown(live) or failed,
        stays=tuple(dict.fromkeys(stays(given, change))),
    )


def _doubtful(given: PlanInput, change: Change) -> bool:
    """Whether what is not listed may be there all the same: in another spelling, or missing in the list alone."""
    return not given.listing(change.key.kind).complete or change.reason in DOUBTFUL


def _drift(given: PlanInput, kind: Kind, change: Change) -> list[str]:
    live = given.live(change.key)
    if live is None:
        return ["unknown" if _doubtful(given, change) else "missing"]
    if live.body is None:
        return ["unknown"]
    found = [note.code for note in change.notes if note.code in kind.policy.drifts]
    if change.live_digest and change.action is not Action.NO_OP and change.diff:
        found.append("content")
    return found


def _code(row: StatusRow) -> ExitCode:
    if row.rejected:
        return ExitCode.REJECTED
    # Of a state that nobody knows, nobody can say that its review is over.
    return ExitCode.PENDING if row.pending or row.unknown else ExitCode.OK
