"""The rows of `status`: what was read of a space, resource by resource, with what may be the matter. Pure.

Nothing is concluded from what was not read: no list, no content, no file. Knows no client and no kind by name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from templatesync.commands.readable import About, spelt
from templatesync.commands.targets import key_matcher
from templatesync.kinds.base import Kind
from templatesync.model.change import Action, Cause, Change, Note, Refusal, SpacePlan
from templatesync.model.condition import Condition
from templatesync.model.resource import LISTED, Key, Live, Resource, several
from templatesync.model.state import State
from templatesync.model.usage import Usage
from templatesync.planning.absence import not_certainly_absent
from templatesync.planning.drift import Earlier, differs, whose, whose_category
from templatesync.planning.inputs import PlanInput
from templatesync.planning.plan import in_no_file, in_short, meant, plan_one
from templatesync.planning.staying import stays
from templatesync.planning.totals import DOUBTFUL

MISSING = "not there"
UNKNOWN = "unknown"
NOT_READ = "not read"

# What there is to say of content, besides these and `NOT_READ`.
EQUAL = "as the file says"
DIFFERS = "differs"
UNREADABLE = "could not be read"
NO_CONTENT = "not there"
BROKEN = "file has errors"

_STATES: Mapping[State, Condition] = {
    State.PAUSED: Condition.PAUSED,
    State.DISABLED: Condition.DISABLED,
    State.REJECTED: Condition.REJECTED,
}

Finder: TypeAlias = Callable[[PlanInput, Collection[Key]], Mapping[Key, Earlier]]
"""What is known of resources before now."""


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One resource. `status`, `quality` and `content` are never empty of what was not read: they say `not read`.

    `drift` is how it differs from its file in the words of format 1.0. `pending`, `rejected` and `unknown` are what its
    kind says of the state, of resources that files want; what could not be read is unknown, too. `stays` says why
    senders stay with this version, or do not use it, and `notes` why it cannot be told what is there.
    `conditions` are what may be the matter; of those in `new` an earlier status knew nothing, and those in `over` it
    had. `was` is the state that it had then, where that was another; None without an earlier status, or the same state.
    `may_have_fallen`: nobody can say whether its quality is worse than it was then.
    """

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
    content: str = NOT_READ
    conditions: tuple[Condition, ...] = ()
    notes: tuple[str, ...] = ()
    new: tuple[Condition, ...] = ()
    over: tuple[Condition, ...] = ()
    was: str | None = None
    may_have_fallen: bool = False
    usage: Usage | None = None
    """How often it was sent, where that was asked."""


@dataclass(frozen=True, slots=True)
class SpaceStatus:
    """All rows of a space, or why it could not be read.

    `unsure` says why something of which nobody knows may be unmanaged; empty when all of that is known. `gone` are keys
    that an earlier status had, and `notes` are about the documents that were handed over. `stranger`: it has another
    account than the project names, so that nothing here is of the one that was meant.
    """

    plan: SpacePlan
    rows: tuple[StatusRow, ...]
    error: Refusal | None = None
    unsure: str = ""
    gone: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    stranger: bool = False


class Asked(NamedTuple):
    """What is asked of the rows of one space.

    broken     what files with errors are about
    only       the keys to tell of; None means all
    earlier    finds what is known of resources before now
    recorded   whether that has receipts: only these tell that something which is not there had been
    judged     whether it is asked whose change another category is, although no content is read
    """

    broken: About = About()
    only: frozenset[Key] | None = None
    earlier: Finder = lambda given, keys: {}
    recorded: bool = False
    judged: bool = False


def space_status(given: PlanInput, asked: Asked) -> SpaceStatus:
    """Where everything of a space stands."""
    if given.error is not None:
        plan = SpacePlan(given.space, given.cust_space_id, emulator=given.emulator, error=given.error)
        return SpaceStatus(plan, (), given.error)
    fileless = in_no_file(given)
    plan = in_short(given, fileless)
    asked_for = key_matcher(given.options.targets or ("*",))
    # What a file may mean in another spelling is told where that file is. What one replaces is not unmanaged, but
    # senders use it until the new one is approved.
    nobodys = frozenset(plan.unmanaged)
    lone = [each.key for each in fileless if asked_for(each.key) and not _told_there(given, each.key)]
    known = asked.broken.names
    unmanaged = frozenset(
        key for key in lone if key in nobodys and not asked.broken.unknown and spelt(key) not in known
    )
    shown = unmanaged if asked.only is None else unmanaged & asked.only
    plan = plan._replace(unmanaged=tuple(sorted(shown)), scope=None)
    concerned = [key for key in sorted(given.wanted) if given.options.concerns(key)]
    keys = dict.fromkeys([*concerned, *lone, *(asked.only or ())])
    if asked.only is not None:
        keys = {key: None for key in keys if key in asked.only}
    rows = _Rows(given, asked, unmanaged).rows(sorted(keys))
    # What another account has or lacks says nothing of the one that was meant.
    notes = tuple(Note("account", each.message) for each in given.refusals if each.cause is Cause.WRONG_ACCOUNT)
    unsure = "" if asked.only is not None else _unsure(plan, asked) or ("it is another account" if notes else "")
    return SpaceStatus(plan, rows, unsure=unsure, notes=notes, stranger=bool(notes))


def _told_there(given: PlanInput, key: Key) -> bool:
    """Whether what a file may mean in another spelling is told where that file is. A tombstone has no row."""
    files = (other for other in meant(given, key) if given.options.concerns(other))
    return any(not given.wanted[other].options.absent for other in files)


def _unsure(plan: SpacePlan, asked: Asked) -> str:
    """Why more may be unmanaged than is said; empty when nothing can be."""
    lists = (several(each.kind) for each in plan.listings if each.looked and not each.complete)
    return asked.broken.unknown or "; ".join(f"the list of {kinds} is not whole" for kinds in lists)


class _Found(NamedTuple):
    """A row before anything is known of earlier versions; `change` where a file was compared with what was read."""

    row: StatusRow
    key: Key
    live: Live | None
    change: Change | None = None


class _Rows:
    """Makes the rows of one space."""

    def __init__(self, given: PlanInput, asked: Asked, unmanaged: frozenset[Key]) -> None:
        self._given, self._asked, self._unmanaged = given, asked, unmanaged
        self._senders = given if given.options.content else _as_files_say(given)

    def rows(self, keys: Iterable[Key]) -> tuple[StatusRow, ...]:
        """The rows of these keys that there is something to tell of."""
        found = [each for key in keys if (each := self._row(key)) is not None]
        judged = self._given.options.content or self._asked.judged
        differing = [each.key for each in found if each.row.content == DIFFERS]
        differing += [each.key for each in found if judged and Condition.RECATEGORISED in each.row.conditions]
        if self._asked.recorded:
            differing += [each.key for each in found if Condition.PENDING in each.row.conditions]
        earlier = self._asked.earlier(self._given, differing) if differing else {}
        return tuple(self._judged(each, earlier) for each in found)

    def _judged(self, found: _Found, earlier: Mapping[Key, Earlier]) -> StatusRow:
        """A row with whose change a difference is."""
        row, before = found.row, earlier.get(found.key, Earlier())
        conditions = list(row.conditions)
        if found.live is not None and Condition.RECATEGORISED in conditions:
            ours = whose_category(self._given.kinds[row.kind], found.live, before)
            conditions[conditions.index(Condition.RECATEGORISED)] = ours
        if found.live is not None and found.change is not None and row.content == DIFFERS:
            kind = self._given.kinds[row.kind]
            conditions.append(whose(kind, self._given.wanted[found.key], found.live, found.change.live_digest, before))
        elif before.live and found.live is None and Condition.PENDING in conditions:
            conditions[conditions.index(Condition.PENDING)] = Condition.MISSING
            row = dataclasses.replace(row, unknown=True)  # a list may lag, so that its review may run all the same
        return dataclasses.replace(row, conditions=tuple(each for each in Condition if each in conditions))

    def _row(self, key: Key) -> _Found | None:
        given = self._given
        resource, live, kind = given.wanted.get(key), given.live(key), given.kinds.get(key.kind)
        if kind is None:
            return _Found(_bare(key, UNKNOWN, (Condition.UNREADABLE,)), key, None)
        if resource is not None and not resource.options.absent and key not in self._asked.broken.keys:
            return self._wanted(key, resource, live, kind)
        if live is None:
            return self._nothing(key, kind)
        conditions = [Condition.UNMANAGED] if key in self._unmanaged else []
        if resource is not None and resource.options.absent:
            conditions.append(Condition.PENDING)
        broken = key in self._asked.broken.keys
        row = self._live(key, live, kind, BROKEN if broken or spelt(key) in self._asked.broken.names else NOT_READ)
        row = self._reviewed(row, live, kind) if broken or self._asked.only is not None else row
        return _Found(_with(row, *conditions), key, live)

    def _nothing(self, key: Key, kind: Kind) -> _Found | None:
        """What is not there, and has no file, or one with errors, or a tombstone."""
        broken = key in self._asked.broken.keys
        if not broken and (self._asked.only is None or key not in self._asked.only):
            return None
        if key in self._given.listing(kind.name).failed or not self._given.listing(kind.name).complete:
            row = _bare(key, UNKNOWN, (Condition.UNREADABLE,), BROKEN if broken else self._read(UNREADABLE))
            return _Found(dataclasses.replace(row, unknown=True), key, None)
        return _Found(_bare(key, MISSING, (), BROKEN if broken else self._read(NO_CONTENT)), key, None)

    def _read(self, said: str) -> str:
        return said if self._given.options.content else NOT_READ

    def _wanted(self, key: Key, resource: Resource, live: Live | None, kind: Kind) -> _Found:
        if live is None:
            return _Found(self._absent(key, resource, kind), key, None)
        change = plan_one(self._given, key, live) if self._given.options.content else None
        content = self._content(key, live, kind, change)
        row = self._reviewed(self._live(key, live, kind, content), live, kind)
        recategorised = kind.policy.recategorised(resource, live)
        why = [note.text for note in change.notes if note.code == change.reason] if change is not None else []
        notes = (*row.notes, *why) if content == UNREADABLE else row.notes
        drift = _drift(kind, content, recategorised=recategorised)
        row = dataclasses.replace(row, drift=drift, stays=self._stays(key), notes=tuple(dict.fromkeys(notes)))
        conditions = [Condition.RECATEGORISED] if recategorised else []
        return _Found(_with(row, *conditions, *_samples(key, resource)), key, live, change)

    def _absent(self, key: Key, resource: Resource, kind: Kind) -> StatusRow:
        """What a file wants and no list has."""
        obstacle = not_certainly_absent(self._given, kind, resource)
        failure = self._given.listing(key.kind).failed.get(key)
        if obstacle is None and failure is None:
            row = _bare(key, MISSING, (Condition.PENDING,), self._read(NO_CONTENT), drift=("missing",))
        else:
            notes = tuple(note.text for note in obstacle.notes) if obstacle else (failure.message if failure else "",)
            row = _bare(key, UNKNOWN, (Condition.UNREADABLE,), self._read(UNREADABLE), drift=("unknown",))
            row = dataclasses.replace(row, unknown=True, notes=tuple(filter(None, notes)))
        quality = "" if self._given.options.content else NOT_READ
        return _with(dataclasses.replace(row, quality=quality, stays=self._stays(key)), *_samples(key, resource))

    def _live(self, key: Key, live: Live, kind: Kind, content: str) -> StatusRow:
        """What is there, whoever wants it."""
        failure = self._given.listing(key.kind).failed.get(key)
        listed = live.status == LISTED and live.body is None
        read = live.body is not None and self._given.options.content
        conditions: list[Condition] = []
        if failure is not None or content == UNREADABLE or kind.policy.unread(live):
            conditions.append(Condition.UNREADABLE)
        if not listed and kind.policy.unknown(live):
            conditions.append(Condition.UNKNOWN_STATE)
        if (condition := _STATES.get(kind.policy.words.get(live.status, State.DRAFT))) is not None:
            conditions.append(condition)
        state = (UNKNOWN if failure is not None else NOT_READ) if listed else live.status or UNKNOWN
        row = _bare(key, state, conditions, content, _drift(kind, content, recategorised=False))
        return dataclasses.replace(
            row,
            reason=str(live.facts.get("reason", "")),
            quality=str(live.facts.get("quality", "")) if read else NOT_READ,
            category=str(live.facts.get("category", "")),
            notes=(failure.message or failure.code,) if failure is not None else (),
        )

    def _reviewed(self, row: StatusRow, live: Live, kind: Kind) -> StatusRow:
        """A row of what somebody has sent, with what its kind says of its review."""
        return dataclasses.replace(
            row,
            pending=live.status in kind.policy.pending,
            rejected=live.status in kind.policy.rejected,
            unknown=kind.policy.unknown(live) or Condition.UNREADABLE in row.conditions,
        )

    def _content(self, key: Key, live: Live, kind: Kind, change: Change | None) -> str:
        if change is None:
            return NOT_READ
        failed = live.body is None or key in self._given.listing(key.kind).failed
        if failed or change.reason in DOUBTFUL or kind.policy.unread(live):
            return UNREADABLE
        return DIFFERS if differs(self._given, change) else EQUAL

    def _stays(self, key: Key) -> tuple[str, ...]:
        said = dict.fromkeys(stays(self._senders, Change(key, Action.NO_OP)))
        return tuple(said if self._given.options.content else (f"by the files, {each}" for each in said))


def _samples(key: Key, resource: Resource) -> tuple[Condition, ...]:
    return (Condition.SAMPLES_UNKNOWN,) if key.language in resource.options.samples_unknown else ()


def _drift(kind: Kind, content: str, *, recategorised: bool) -> tuple[str, ...]:
    """In the words of format 1.0, in which nothing means that all is as the file says."""
    words = {DIFFERS: "content", UNREADABLE: "unknown", BROKEN: "unknown", NOT_READ: NOT_READ}
    return (*(sorted(kind.policy.drifts) if recategorised else ()), *((words[content],) if content in words else ()))


def _bare(
    key: Key, status: str, conditions: Iterable[Condition], content: str = NOT_READ, drift: tuple[str, ...] = ()
) -> StatusRow:
    fields = (str(key), key.kind, key.name, key.language)
    return StatusRow(*fields, status, "", NOT_READ, "", drift, content=content, conditions=tuple(conditions))


def _with(row: StatusRow, *conditions: Condition) -> StatusRow:
    return dataclasses.replace(row, conditions=(*row.conditions, *conditions)) if conditions else row


def _as_files_say(given: PlanInput) -> PlanInput:
    """The space as if what was not read were as its file says: what there is to say of versions from lists alone."""
    listings = {}
    for name, listing in given.listings.items():
        live = {key: _filled(each, given.wanted.get(key)) for key, each in listing.live.items()}
        listings[name] = listing._replace(live=live)
    return dataclasses.replace(given, listings=listings)


def _filled(live: Live, resource: Resource | None) -> Live:
    if live.body is not None or resource is None or not resource.body or resource.options.absent:
        return live
    return dataclasses.replace(live, body=resource.body)
