"""`status`: where each resource stands in its review, what may be the matter with it, and whose business that is.

Lists tell nearly all of it; content is read only where somebody asks for it.
"""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from templatesync.commands.counting import Counted
from templatesync.commands.earlier_versions import Chronicle, earlier_versions
from templatesync.commands.given_file import given_file
from templatesync.commands.prepare import open_project, plan_inputs, unlisted
from templatesync.commands.readable import Readable, readable
from templatesync.commands.receipts import known_receipts, nothing_of, read_receipt, speaks_of
from templatesync.commands.session import Connection, Session, connect
from templatesync.commands.status_earlier import Before, before, since
from templatesync.commands.status_receipt import Followed, followed
from templatesync.commands.status_rows import (
    BROKEN,
    NOT_READ,
    UNKNOWN,
    UNREADABLE,
    Asked,
    Finder,
    SpaceStatus,
    StatusRow,
    space_status,
)
from templatesync.commands.status_usage import with_usage
from templatesync.model.change import Action, Narrowed, Note, SpacePlan, defect
from templatesync.model.condition import DRIFT, Condition
from templatesync.model.errors import ExitCode, UsageError, worst
from templatesync.model.finding import Finding
from templatesync.model.outcome import OutcomeKind, defects_of, exit_code
from templatesync.model.resource import Key
from templatesync.planning.comparison import few
from templatesync.planning.drift import Earlier
from templatesync.planning.inputs import PlanInput, PlanOptions
from templatesync.planning.receipt import Receipt, Row
from templatesync.project.choosing import choose
from templatesync.project.settings import Project, Space
from templatesync.storage.user_dirs import cache_folder

POLL = 30.0
"""Seconds between two looks at a space. Reviews take minutes to a day, so looking more often tells no more."""
LARGEST = 256 << 20
"""Bytes of a document that is handed over."""

FAIL_ON = ("drift", *(condition.value for condition in Condition))
_CONTENT = frozenset({Condition.EDITED, Condition.PENDING, Condition.DIFFERS})
"""What only content tells."""
_READ = _CONTENT | {Condition.QUALITY_FELL}
"""What only a detail tells; whoever is to be alarmed on it has it read."""
_LISTED = frozenset(Condition) - _CONTENT - {Condition.UNMANAGED, Condition.QUALITY_FELL, Condition.UNREADABLE}
"""What the state of a resource tells."""
_OF_FILE = _CONTENT | {Condition.RECATEGORISED, Condition.MISSING, Condition.SAMPLES_UNKNOWN}
"""What nobody can say without knowing what the file wants."""

_DELETED = frozenset({OutcomeKind.DONE, OutcomeKind.ALREADY_DONE, OutcomeKind.UNKNOWN})


class Handed(NamedTuple):
    """Documents that were handed over: the receipt to follow, an earlier status, and receipts of applies before now,
    the oldest first, which narrow nothing."""

    receipt: Path | None = None
    since: Path | None = None
    known: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusResult:
    """Where everything stands. `exit_code` tells of reviews and conditions only when that was asked.

    `content`: whether content was read. `fail_on` are the conditions that were to be alarmed on, `found` how often each
    of them is met, and `undecided` where nobody can say so. `since` names an earlier status that this is compared with,
    and `problem` why nobody can tell whose change a difference is. `left_out` says which receipts were broken, so that
    something may be missing of which nobody knows.
    `findings` are the errors of files, with the `lines` that they are about.
    """

    spaces: tuple[SpaceStatus, ...]
    exit_code: ExitCode
    timed_out: bool = False
    content: bool = True
    fail_on: tuple[Condition, ...] = ()
    found: Mapping[Condition, int] = field(default_factory=dict)
    undecided: Mapping[Condition, int] = field(default_factory=dict)
    since: str = ""
    problem: str = ""
    left_out: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    followed: tuple[Followed, ...] | None = None
    """What became of the changes of a receipt, where that was asked."""
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def defects(self) -> tuple[Exception, ...]:
        """What this program raised on the way, for its log."""
        return defects_of([*(space.error for space in self.spaces), *(each.error for each in self.followed or ())])

    @property
    def conditions(self) -> Mapping[Condition, int]:
        """How many resources have each condition, in the order in which conditions are told."""
        counts = Counter(each for space in self.spaces for row in space.rows for each in row.conditions)
        return {each: counts[each] for each in Condition if counts[each]}


def status(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    connection: Connection,
    *,
    targets: tuple[str, ...] = (),
    in_ci: bool = False,
    content: bool = False,
    fail_on: Collection[str] = (),
    handed: Handed = Handed(),
    usage: bool = False,
    tell: bool = False,
    follow: bool = False,
    wait: bool = False,
    timeout: float = 1800.0,
    progress: Callable[[str], None] = lambda message: None,
    read: Callable[[str], None] = lambda space: None,
    counted: Counted = lambda read, of: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> StatusResult:
    """Read states; with `wait`, until no review runs or `timeout` seconds are over. `tell` answers by exit code.

    `follow` asks what became of each change of a receipt, which has their content read.
    `content` also reads what is compared, and so does an alarm (`fail_on`) that only content can give. `usage` asks how
    often each was sent.
    """
    alarms = _alarmed(fail_on, handed)
    content = content or not _READ.isdisjoint(alarms)
    project = open_project(directory)
    receipt, earlier = read_receipt(handed.receipt), _stood(handed.since)
    if Condition.QUALITY_FELL in alarms and earlier is not None:
        _with_quality(earlier, handed.since)
    chosen, beside = _of_receipt(choose(project, spaces, every, in_ci=in_ci), receipt, handed.receipt)
    known = known_receipts(handed.known, chosen)
    left_out = known.left_out if known is not None else ()
    beside = (*beside, *(Note("receipt", each) for each in left_out))
    # Of what has no file only an alarm needs the state, where lists have none: each one is another call.
    stated = content or receipt is not None or Condition.UNMANAGED in alarms
    every_kind = not targets
    options = PlanOptions(targets, unmanaged=every_kind, everything=every_kind, stated=every_kind and stated)
    files = readable(project, chosen, options, cache_folder(connection.environment))
    judged = Condition.RECATEGORISED in alarms
    before_now = known.said if known is not None else receipt
    narrowed = _narrowed(files, chosen, receipt)
    looking = _Looking(project, chosen, narrowed, receipt, before_now, connection, read, counted, judged)
    until = clock() + timeout
    with (
        connect(project, chosen, connection, partly=True) as session,
        Chronicle(project, connection.environment) as chronicle,
    ):
        lists = dataclasses.replace(options, content=False)
        inputs, rows = looking.look(session, chronicle, lists) if wait or not content else ((), ())
        while wait and (pending := _pending(rows)) and clock() < until:
            progress(f"{pending} in review")
            sleep(min(POLL, max(until - clock(), 0.0)))
            inputs, rows = looking.look(session, chronicle, lists)
        if content:
            inputs, rows = looking.look(session, chronicle, options)
        told = looking.followed(session, options) if follow else None
        if usage:
            rows = with_usage(session, inputs, rows, connection.edges.clock())
    if earlier is not None and handed.since is not None:
        whole = every_kind and receipt is None
        rows = tuple(since(each, earlier.get(each.plan.space), handed.since.name, whole=whole) for each in rows)
    rows = (*(dataclasses.replace(each, notes=(*each.notes, *beside)) for each in rows[:1]), *rows[1:])
    found, undecided = alarms_in(rows, alarms)
    codes = _codes(rows, alarm=bool(found or undecided), reviews=tell or wait)
    return StatusResult(
        rows,
        worst([*codes, exit_code(unlisted(inputs))]),
        timed_out=wait and bool(_pending(rows)),
        content=content,
        fail_on=alarms,
        found=found,
        undecided=undecided,
        since=handed.since.name if handed.since is not None else "",
        problem=chronicle.problem,
        left_out=left_out,
        findings=files.errors,
        followed=told,
        lines=files.lines,
    )


class _Looking(NamedTuple):
    """What one look at all spaces needs."""

    project: Project
    spaces: Sequence[Space]
    files: Readable
    receipt: Receipt | None
    known: Receipt | None
    connection: Connection
    read: Callable[[str], None]
    counted: Counted
    judged: bool = False

    def look(
        self, session: Session, chronicle: Chronicle, options: PlanOptions
    ) -> tuple[Sequence[PlanInput], tuple[SpaceStatus, ...]]:
        """What was read of each space, and where everything stands now."""

        def versions(given: PlanInput, keys: Collection[Key]) -> Mapping[Key, Earlier]:
            return earlier_versions(self.project, given, keys, self.connection.environment, self.known, chronicle)

        inputs = plan_inputs(session, self.spaces, self.files.wanted, options, self.read, counted=self.counted)
        return inputs, tuple(_space(each, self._asked(each, versions)) for each in inputs)

    def followed(self, session: Session, options: PlanOptions) -> tuple[Followed, ...] | None:
        """Where each change of the receipt stands; None without one."""
        if self.receipt is None:
            return None
        wanted = _every_row(self.files, self.spaces, self.receipt).wanted
        inputs = plan_inputs(session, self.spaces, wanted, options, self.read, counted=self.counted)
        return followed(inputs, self.receipt, self.files.broken)

    def _asked(self, given: PlanInput, versions: Finder) -> Asked:
        only = _sent(self.receipt, given.space, given.cust_space_id) if self.receipt is not None else None
        broken = self.files.broken[given.space]
        return Asked(broken, only, versions, recorded=self.known is not None, judged=self.judged)


def _every_row(files: Readable, spaces: Sequence[Space], receipt: Receipt) -> Readable:
    """The files, with what is to be read narrowed to all that a receipt has, submitted or not."""
    keys = {space.name: frozenset(receipt.of(space.name, space.cust_space_id).rows) for space in spaces}
    narrowed = {name: Narrowed("", only, len(only)) for name, only in keys.items()}
    return files._replace(wanted=dataclasses.replace(files.wanted, narrowed=narrowed))


def _narrowed(files: Readable, spaces: Sequence[Space], receipt: Receipt | None) -> Readable:
    """The files, with what is to be read narrowed to what a receipt submitted."""
    if receipt is None:
        return files
    keys = {space.name: _sent(receipt, space.name, space.cust_space_id) for space in spaces}
    narrowed = {name: Narrowed("", only, len(only)) for name, only in keys.items()}
    return files._replace(wanted=dataclasses.replace(files.wanted, narrowed=narrowed))


def _sent(receipt: Receipt, space: str, cust_space_id: str) -> frozenset[Key]:
    rows = receipt.of(space, cust_space_id).rows
    return frozenset(key for key, row in rows.items() if row.submitted or _deleted(row))


def _alarmed(words: Collection[str], handed: Handed) -> tuple[Condition, ...]:
    """What is to be alarmed on. Raises UsageError for what cannot be known, or asked together."""
    alarms = alarmed(words)
    if handed.receipt is not None and handed.known:
        raise UsageError("--receipt and --known exclude each other", hint="--receipt narrows to one apply, --known not")
    if Condition.QUALITY_FELL in alarms and handed.since is None:
        raise UsageError("--fail-on quality_fell needs --since", hint="an earlier `status --content --format json`")
    return alarms


def _with_quality(earlier: Mapping[str, Before], path: Path | None) -> None:
    """Raise UsageError for an earlier status that read lists alone: quality could fall unseen."""
    qualities = [row.quality for space in earlier.values() for row in space.rows.values()]
    if qualities and all(each == NOT_READ for each in qualities):
        name = path.name if path is not None else "it"
        raise UsageError(
            f"--fail-on quality_fell cannot compare with {name}, which has no quality",
            hint="an earlier `status --content --format json` has it",
        )


def alarmed(words: Collection[str]) -> tuple[Condition, ...]:
    """The conditions that these words of `--fail-on` name."""
    named = {each for word in words for each in (DRIFT if word == "drift" else [Condition(word)])}
    return tuple(each for each in Condition if each in named)


def _stood(path: Path | None) -> Mapping[str, Before] | None:
    if path is None:
        return None
    return before(given_file(path, LARGEST), path.name)


def _of_receipt(
    chosen: Sequence[Space], receipt: Receipt | None, path: Path | None
) -> tuple[tuple[Space, ...], tuple[Note, ...]]:
    """The chosen spaces that a receipt is about, and what it says of others."""
    if receipt is None or path is None:
        return tuple(chosen), ()
    if not receipt.spaces:  # of an apply that had nothing to do
        return tuple(chosen), ()
    mine = [space for space in chosen if speaks_of(receipt, space)]
    said = nothing_of(receipt, chosen, path.name)
    if not mine:
        raise UsageError(said)
    notes = [Note("receipt", said)] if said else []
    others = [name for name in receipt.spaces if all(name != space.name for space in chosen)]
    notes += [Note("receipt", f"{path.name} is about {few(others)}, too, which was not asked for")] if others else []
    return tuple(mine), tuple(notes)


def _deleted(row: Row) -> bool:
    return row.action is Action.DELETE and row.outcome in _DELETED


def _space(given: PlanInput, asked: Asked) -> SpaceStatus:
    """Where a space stands. A defect on the way is its error, and no other space's."""
    try:
        return space_status(given, asked)
    except Exception as error:
        plan = SpacePlan(given.space, given.cust_space_id, emulator=given.emulator)
        return SpaceStatus(plan, (), defect(error))


def _codes(spaces: Sequence[SpaceStatus], *, alarm: bool, reviews: bool) -> list[ExitCode]:
    codes = [exit_code(space.error.cause for space in spaces if space.error)]
    codes += [ExitCode.REFUSED] if alarm or (reviews and any(space.stranger for space in spaces)) else []
    return codes + ([_code(row) for space in spaces for row in space.rows] if reviews else [])


def _pending(spaces: Sequence[SpaceStatus]) -> int:
    return sum(row.pending for space in spaces for row in space.rows)


def alarms_in(
    spaces: Sequence[SpaceStatus], alarms: Sequence[Condition]
) -> tuple[dict[Condition, int], dict[Condition, int]]:
    """How often what was to be alarmed on is met, and where nobody can say: that is no all-clear."""
    rows = [row for space in spaces for row in space.rows]
    found = {each: sum(each in row.conditions for row in rows) for each in alarms}
    unsure = {each: sum(_unsure(row, each) for row in rows) for each in alarms}
    if Condition.UNMANAGED in alarms:
        unsure[Condition.UNMANAGED] = sum(bool(space.unsure) for space in spaces)
    strangers = sum(space.stranger for space in spaces)
    unsure = {each: n + strangers * (each is not Condition.UNMANAGED) for each, n in unsure.items()}
    return {each: n for each, n in found.items() if n}, {each: n for each, n in unsure.items() if n}


def _unsure(row: StatusRow, condition: Condition) -> bool:
    if condition in row.conditions:
        return False
    if condition is Condition.QUALITY_FELL:
        return row.may_have_fallen
    if row.status == UNKNOWN or row.content == BROKEN:
        return condition in _CONTENT | _LISTED if row.status == UNKNOWN else condition in _OF_FILE
    return condition in _CONTENT and row.content == UNREADABLE


def _code(row: StatusRow) -> ExitCode:
    if row.rejected:
        return ExitCode.REJECTED
    # Of a state that nobody knows, nobody can say that its review is over.
    return ExitCode.PENDING if row.pending or row.unknown else ExitCode.OK
