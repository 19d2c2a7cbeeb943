"""What became of a write: looked up until it shows, whether its answer was lost or said that all is well.

Knows no client and no kind by name. A service may take a write and do it later, do it otherwise, or not do it; it may
list what it made later, or under another name. None of this is ever called done, and nothing is written twice to find
out.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from templatesync.applying.run import Run
from templatesync.kinds.base import Kind, Scope, WriteResult
from templatesync.model.calls import Batch, CallError, Calls, Pause
from templatesync.model.change import Action, Cause, Change, Echo
from templatesync.model.digest import sha256
from templatesync.model.outcome import Outcome, OutcomeKind, cause_of
from templatesync.model.request import Answer, AnswerClass
from templatesync.model.resource import NOT_LISTED, Key, Listing, Live
from templatesync.planning.comparison import Compared, compared, listed
from templatesync.planning.diff import explain
from templatesync.planning.plan import plan_one

READ_BACK = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Seconds between looks for a write; lists and details may lag behind, and a write may be done later than answered."""
WORTH_TELLING = 4.0
"""Seconds of a pause that somebody may wonder about."""
APART = 60.0
"""Seconds between two lists that lack something, before a creation whose answer was lost counts as not done."""
SETTLED = 30.0
"""Seconds for which content must stay the same, neither as wanted nor as before, to count as what was made of it: a
write of several requests may show in several steps."""
HELD_LOOKS = 3
"""Looks for something that is said to be there, before its name counts as held back."""

NOT_TAKEN = "not_taken"
LISTED_OTHERWISE = "listed_otherwise"
TOLD_BACK = "told_back"
UNREAD = "unread"

Looks: TypeAlias = Generator[Batch, list[Answer], Outcome | None]


class _Seen(NamedTuple):
    """One look at what a change is about: what is there, if that could be told, and what the list says of others."""

    known: bool
    live: Live | None = None
    listing: Listing | None = None


def achieved(run: Run, kind: Kind, change: Change, live: Live | None) -> bool:
    """Whether what is live is what a change brings about, as far as that matters."""
    if change.action is Action.DELETE:
        return live is None
    if live is None or live.body is None:
        return False
    pair = _compared(run, kind, change, live).pair
    return bool(pair.wanted == pair.live)


def _compared(run: Run, kind: Kind, change: Change, live: Live) -> Compared:
    return compared(kind, run.wanted(change.key), run.links.symbolic_live(kind, live))


# --- after a success --------------------------------------------------------------------------------------------------


def confirm(run: Run, kind: Kind, change: Change, before: Live | None, written: WriteResult) -> Calls[Outcome]:
    """The end of a change whose write was accepted, once the service shows it or a bounded time is over."""
    watch = _Watch(run, kind, change, before, written)
    for seconds in (0.0, *READ_BACK):
        if seconds >= WORTH_TELLING:
            run.waiting(change.key)
        if seconds:
            yield Pause(seconds)
        seen = yield from _look(kind, change, watch.address)
        if outcome := watch.judge(seen, run.now()):
            return outcome
    return watch.over()


@dataclass(slots=True)
class _Watch:
    """What was seen so far of a change that was accepted. `since` is when the content was first as it was seen last."""

    run: Run
    kind: Kind
    change: Change
    before: Live | None
    written: WriteResult
    last: Live | None = None
    digest: str = ""
    since: float = 0.0
    reason: str = ""

    @property
    def address(self) -> Live:
        """Where to look for it: what is known of it, or a resource that has nothing but the ids of the answer."""
        return self.last or self.before or Live(self.change.key, "", self.written.ids)

    def judge(self, seen: _Seen, now: float) -> Outcome | None:
        """The end, if one look shows it."""
        self.reason = seen.listing.reason if seen.listing is not None else ""
        if not seen.known:
            return None
        if self.change.action is Action.DELETE:
            return self._end(OutcomeKind.DONE) if seen.live is None else None
        if seen.live is None:
            return self._otherwise(seen.listing) if seen.listing is not None else None
        self.last = seen.live
        if seen.live.body is None:
            return None
        return self._content(seen.live, now)

    def _content(self, live: Live, now: float) -> Outcome | None:
        told = _compared(self.run, self.kind, self.change, live)
        if told.pair.wanted == told.pair.live:
            if reason := self._left_in_doubt(live):
                return self._end(OutcomeKind.UNKNOWN, UNREAD, reason)
            notes = "; ".join(note.text for note in told.notes)
            return self._end(OutcomeKind.DONE, message=f"accepted, but told back differently: {notes}" if notes else "")
        digest = sha256(told.pair.live)
        if digest != self.digest:
            self.digest, self.since = digest, now
        if self._as_before(digest) or now - self.since < SETTLED:
            return None
        return self._told_back(told)

    def _left_in_doubt(self, live: Live) -> str:
        """Why a plan would still not let it be, although nothing differs: its state, or a part that cannot be read."""
        given = replace(self.run.given, options=replace(self.run.given.options, resubmit=()))  # that was done just now
        again = plan_one(given, self.change.key, self.run.links.symbolic_live(self.kind, live))
        if again.action is not Action.BLOCKED:
            return ""
        why = "; ".join(note.text for note in again.notes[:1]) or again.reason
        return f"it was accepted, and nobody can say what became of it ({again.reason}): {why}"

    def _as_before(self, digest: str) -> bool:
        """Whether the content is still that before the write: then it was not taken yet, and nothing is told back."""
        if self.before is None or self.before.body is None:
            return False
        return digest == sha256(_compared(self.run, self.kind, self.change, self.before).pair.live)

    def _told_back(self, told: Compared) -> Outcome:
        paths = tuple(sorted({item.path for item in explain(told.pair.live, told.pair.wanted)}))
        message = (
            f"accepted, but told back differently: {listed(paths)}; look at it, and take the service's form into the "
            f"file with `templatesync import --update {self.change.key}`, or change the file"
        )
        echo = Echo(sha256(told.pair.content), sha256(told.pair.live), paths)
        return self._end(OutcomeKind.UNKNOWN, TOLD_BACK, message)._replace(echo=echo)

    def _otherwise(self, listing: Listing) -> Outcome | None:
        """The end of a creation that is listed under another key: creating it again would make another one."""
        key = self.change.key
        alike = self.kind.file.likeness(key, self.run.wanted(key).body)
        ids = {each for each in self.written.ids.values() if each}
        for other, live in sorted(listing.live.items()):
            # Languages of one name may share an id: those that were there, or that a file wants, are none of this.
            known = other in self.run.given.wanted or self.run.given.live(other) is not None
            mine = not known and not ids.isdisjoint(str(each) for each in live.ids.values())
            if mine or (other not in self.run.given.wanted and self.kind.file.likeness(other, live.body) == alike):
                message = f"it was created, and the service lists it as {other}; spell the file as the service does"
                self._close(message)
                return self._end(OutcomeKind.UNKNOWN, LISTED_OTHERWISE, message)
        return None

    def over(self) -> Outcome:
        """The end once the time is over."""
        if self.change.action is Action.CREATE and self.last is None:
            message = "it was accepted, and the service does not list it yet"
            self._close(f"{self.change.key} was accepted and is not listed, so nothing else of its kind is created now")
            return self._end(
                OutcomeKind.UNKNOWN, NOT_LISTED, f"{message}; plan again later, before anything is repeated"
            )
        if self.last is not None and self.last.body is not None and not self._as_before(self.digest):
            return self._told_back(_compared(self.run, self.kind, self.change, self.last))
        if self.change.action is Action.CREATE and self.last is not None and self.last.body is None:
            message = "it was accepted, and its content cannot be read, so nobody knows what the service made of it"
            return self._end(OutcomeKind.UNKNOWN, UNREAD, message)
        if self.change.action is Action.DELETE:
            message = "it was accepted, and the service still has it; the next plan looks again"
            return self._end(OutcomeKind.UNKNOWN, NOT_TAKEN, message)
        if self.last is None or self.last.body is None:
            message = "it was accepted, and no look at it succeeded since; plan again before anything is repeated"
            return self._end(OutcomeKind.UNKNOWN, UNREAD, message)
        message = "it was accepted, and the service still shows the old content; it is not sent again by itself"
        pair = _compared(self.run, self.kind, self.change, self.last).pair
        paths = tuple(sorted({item.path for item in explain(pair.live, pair.wanted)}))
        echo = Echo(sha256(pair.content), sha256(pair.live), paths, taken=False)
        return self._end(OutcomeKind.UNKNOWN, NOT_TAKEN, message)._replace(echo=echo)

    def _close(self, message: str) -> None:
        self.run.close(self.change, "unconfirmed", message, Cause.RAN)

    def _end(self, result: OutcomeKind, code: str = "", message: str = "") -> Outcome:
        found: Mapping[str, str] = self.last.ids if self.last is not None else {}
        ids = (
            {} if self.change.action is Action.DELETE else {**self.written.ids, **{k: v for k, v in found.items() if v}}
        )
        return Outcome(self.change, result, code, message, self.written.answer.request_id, ids)


def _look(kind: Kind, change: Change, address: Live) -> Calls[_Seen]:
    """One look. A creation is looked for in the list; what was there before, where it was."""
    try:
        if change.action is not Action.CREATE:
            return _Seen(True, (yield from kind.remote.read(change.key, address)))
        listing = yield from under(kind, change.key)
    except CallError:
        return _Seen(False)
    return _Seen(listing.complete or change.key in listing.live, listing.live.get(change.key), listing)


def under(kind: Kind, key: Key) -> Calls[Listing]:
    """As much of the list as it takes to see what is under a key. Raises CallError when it is refused."""
    look = kind.remote.look
    if look is not None:
        return (yield from look(key))
    return (yield from kind.remote.fetch(Scope(frozenset({key}), key.__eq__, kinds=frozenset({kind.name}))))


# --- after a lost answer, or a refusal that may mean that it is done --------------------------------------------------


def settle(
    run: Run, kind: Kind, change: Change, before: Live | None, answer: Answer, *, partly: bool, again: bool
) -> Looks:
    """What became of a write whose answer was lost; None when it seems not to have happened.

    `again`: the answer to an earlier attempt was lost, which a refusal may speak of.
    """
    # Content that was equal before is sent again on purpose, and then only another state tells that it arrived.
    resent = change.action is Action.UPDATE and achieved(run, kind, change, before)
    lacking: list[float] = []
    seen = _Seen(False)
    for seconds in READ_BACK:
        if seconds >= WORTH_TELLING:
            run.waiting(change.key)
        yield Pause(seconds)
        look = yield from _look(kind, change, before or Live(change.key, ""))
        if not look.known:
            continue
        seen = look
        live = seen.live
        if achieved(run, kind, change, live) and not (resent and live and before and live.status == before.status):
            ids = live.ids if live else {}
            return Outcome(change, OutcomeKind.DONE, "", "settled by reading back", answer.request_id, ids)
        if change.action is Action.CREATE and live is None:
            lacking.append(run.now())
        if change.action is Action.CREATE and not partly and (live is not None or _held(answer, lacking)):
            break
        if change.action is Action.DELETE and not answer.unsettled:
            break
    if not seen.known:
        return end(change, OutcomeKind.UNKNOWN, answer, lost(answer))
    if change.action is Action.CREATE and not partly:
        return _created(change, answer, seen, lacking, again)
    return None


def _held(answer: Answer, lacking: list[float]) -> bool:
    """Whether a name that is called taken was looked for often enough."""
    return answer.klass is AnswerClass.EXISTS and len(lacking) >= HELD_LOOKS


def _created(change: Change, answer: Answer, seen: _Seen, lacking: list[float], again: bool) -> Outcome | None:
    """The end of a creation that is not there as it was wanted; None when it may be sent once more."""
    if answer.klass is AnswerClass.EXISTS and again and seen.live is None:
        message = "the first answer was lost, and now the service says that it is there, though it does not list it yet"
        return Outcome(change, OutcomeKind.UNKNOWN, NOT_LISTED, message, answer.request_id)
    if answer.klass is AnswerClass.EXISTS:
        return end(change, OutcomeKind.FAILED, answer, _taken(change, answer, seen))
    if seen.live is not None:
        # A creation may take several requests: this may be ours, made by half, or somebody else's.
        message = "the answer was lost, and what is there now is not all that was wanted; plan again to see it"
        return end(change, OutcomeKind.UNKNOWN, answer, message)
    proved = len(lacking) > 1 and lacking[-1] - lacking[0] >= APART
    return None if proved else end(change, OutcomeKind.UNKNOWN, answer, lost(answer))


def _taken(change: Change, answer: Answer, seen: _Seen) -> str:
    """What to do about a name that the service calls taken."""
    if seen.live is not None:
        return f"something else has this key by now; plan again to see it ({answer.message or answer.code})"
    return (
        "the service still keeps this name, though it lists nothing under it: names of deleted templates are held for "
        f"30 days or longer; use another Name, or ask Alibaba Cloud to free it ({answer.message or answer.code})"
    )


def lost(answer: Answer) -> str:
    """What to say where nobody knows what became of a write."""
    said = answer.message or answer.klass
    return f"no certain answer came ({said}), and nothing shows of it; plan again, which says how it goes on"


def end(change: Change, result: OutcomeKind, answer: Answer, message: str) -> Outcome:
    """The end of a change that an answer decided."""
    code = answer.code or answer.klass.value
    return Outcome(change, result, code, message, answer.request_id, cause=cause_of(answer.klass))
