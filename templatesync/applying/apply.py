"""Carrying out a plan: each change read again just before it is written, written once, and told exactly once.

Knows no client, no clock but the one it is given, and no kind by name. The API has no idempotency token, so a write
whose answer was lost is settled by reading back under its key, never by writing again in the dark.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

from templatesync.kinds.base import Kind, WriteResult
from templatesync.model.calls import Batch, CallError, Calls, Pause, WrongAnswerError
from templatesync.model.change import Action, Cause, Change
from templatesync.model.errors import LocalError
from templatesync.model.outcome import Outcome, OutcomeKind, RunProgress, cause_of
from templatesync.model.request import DENIED, Answer, AnswerClass
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.approval import not_started, stale
from templatesync.planning.inputs import PlanInput
from templatesync.planning.plan import plan_one
from templatesync.project.references import Links
from templatesync.service.driver.job import GIVEN_UP, STOPPED

READ_BACK = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between looks for a write whose answer was lost; lists and details may lag behind."""


class Recorder(Protocol):
    """Where intents and results are written down."""

    def intent(self, change: Change) -> None: ...
    def result(self, outcome: Outcome) -> None: ...


Lane: TypeAlias = tuple[str, Action, Key | None]
"""Which changes something stops: all of a kind and action, or those of one key."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Why no more changes of one sort are started in a space. `until`: epoch seconds, 0 for the rest of the run."""

    code: str
    message: str
    cause: Cause
    until: float = 0.0


@dataclass(slots=True)
class Run:
    """One space being written to. `deadline` is in epoch seconds; `wait` goes on after a quota frees itself.

    sent     what a write was sent for
    wrote    a write took effect, or may have
    closed   why no more changes of one sort are started; `halted` the same for all
    links    ids of what can be referred to, also of what this run has created
    reached  what this run has brought to what its file says
    """

    given: PlanInput
    journal: Recorder
    now: Callable[[], float]
    wait: bool = False
    deadline: float = float("inf")
    sent: set[Key] = field(default_factory=set)
    wrote: bool = False
    halted: Closed | None = None
    closed: dict[Lane, Closed] = field(default_factory=dict)
    links: Links = field(init=False)
    reached: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.links = self.given.links

    @property
    def progress(self) -> RunProgress:
        """How far it came."""
        return RunProgress.WROTE if self.wrote else RunProgress.SENT if self.sent else RunProgress.NOTHING_SENT

    def ended(self, outcome: Outcome) -> Outcome:
        """Record the end of a change: what depends on it may go on, or may not."""
        change = outcome.change
        if outcome.kind in (OutcomeKind.DONE, OutcomeKind.ALREADY_DONE):
            self.reached.add(change.key)
            self.links = self.links.knowing(change.key, outcome.ids)
        return outcome


# --- one change -------------------------------------------------------------------------------------------------------


def carry_out(run: Run, change: Change) -> Calls[Outcome]:
    """Everything for one change, from the last look to the end of its story."""
    if reason := _unsupported(run, change):
        return run.ended(not_started(change, "dependency", reason))
    return run.ended((yield from _carry_out(run, change)))


def _unsupported(run: Run, change: Change) -> str:
    """What a change depends on and this run has not brought about; empty when nothing is missing."""
    if change.action is Action.DELETE:
        # Not only what failed here: of a saved plan, what is stale by now was never begun and has let go of nothing.
        users = run.given.users.get(change.key, ())
        referrer = next((key for key in users if key not in run.reached), None)
        return f"{referrer} leads to it, since its own change did not end well in this run" if referrer else ""
    for target in run.links.targets(run.given.kinds[change.key.kind], _resource(run, change.key).body):
        live = run.given.live(target)
        usable = live is not None and live.body is not None and run.given.kinds[target.kind].policy.settled(live)
        if not usable and target not in run.reached:
            return f"{target} is not what this needs: it did not end well in this run"
    return ""


def _carry_out(run: Run, change: Change) -> Calls[Outcome]:
    kind = run.given.kinds[change.key.kind]
    refused: Answer | None = None
    while True:
        yield from _until_open(run, change)
        if closed := _closed(run, change):
            left = not_started(change, closed.code, closed.message, closed.cause)
            return _noted(run, left._replace(request_id=refused.request_id)) if refused else left
        try:
            live = yield from kind.remote.read(change.key, run.given.live(change.key))
        except CallError as error:
            return _unread(run, change, error)
        again = plan_one(run.given, change.key, run.links.symbolic_live(kind, live) if live else None)
        if again.permission() != change.permission():
            return _overtaken(run, kind, change, live, again)
        if _closed(run, change):
            continue  # others have met a refusal since
        if halted := _intend(run, change):
            return not_started(change, halted.code, halted.message, halted.cause)
        outcome, refused = yield from _write(run, kind, change, live)
        if outcome is not None:
            return _noted(run, outcome)
        # A quota took nothing. Once it has freed itself all may be different, so everything begins anew.


def _unread(run: Run, change: Change, error: CallError) -> Outcome:
    answer = error.answer
    if isinstance(error, WrongAnswerError):
        # Whoever answers about something else is not to be written to.
        run.halted = Closed("wrong-answer", str(error), Cause.RAN)
        return not_started(change, run.halted.code, run.halted.message, run.halted.cause)
    if answer.klass in DENIED:
        run.closed[_all_like(change)] = Closed(answer.code, answer.message, Cause.DENIED)
    return _end(change, OutcomeKind.NOT_STARTED, answer, answer.message)


def _overtaken(run: Run, kind: Kind, change: Change, live: Live | None, again: Change) -> Outcome:
    """The end of a change that is no longer what would be planned."""
    if _achieved(run, kind, change, live):
        ids = live.ids if live else {}
        return Outcome(change, OutcomeKind.ALREADY_DONE, message="it is as the plan wanted it", ids=ids)
    return Outcome(change, OutcomeKind.STALE, "stale", stale(again))


def _intend(run: Run, change: Change) -> Closed | None:
    """Write the intent down; why nothing more can be written when the journal does not take it."""
    try:
        run.journal.intent(change)
    except LocalError as error:
        run.halted = Closed("journal", str(error), Cause.RAN)
    return run.halted


def _noted(run: Run, outcome: Outcome) -> Outcome:
    """Write the result down. It stands even when the journal does not take it; the changes after it do not begin."""
    try:
        run.journal.result(outcome)
    except LocalError as error:
        run.halted = Closed("journal", str(error), Cause.RAN)
    return outcome


def _achieved(run: Run, kind: Kind, change: Change, live: Live | None) -> bool:
    if change.action is Action.DELETE:
        return live is None
    if live is None:
        return False
    pair = kind.content.pair(_resource(run, change.key), run.links.symbolic_live(kind, live))
    return bool(pair.wanted == pair.live)


def _resource(run: Run, key: Key) -> Resource:
    return run.given.wanted[key]


def _sent(run: Run, kind: Kind, key: Key) -> Resource:
    """A wanted resource as it goes out: with ids in place of references."""
    return run.links.resolved(kind, _resource(run, key))


def _write(
    run: Run, kind: Kind, change: Change, live: Live | None
) -> Generator[Batch, list[Answer], tuple[Outcome | None, Answer | None]]:
    """The write and its outcome; no outcome but the answer when a quota refused it."""
    tries = 0
    while True:
        tries += 1
        run.sent.add(change.key)
        try:
            written = yield from _start(run, kind, change, live)
            run.wrote = True
            return Outcome(change, OutcomeKind.DONE, request_id=written.answer.request_id, ids=written.ids), None
        except CallError as error:
            answer, partly = error.answer, error.partly
        run.wrote = run.wrote or partly or answer.unsettled
        if answer.klass is AnswerClass.QUOTA and not partly:
            _close_for_quota(run, change, answer)
            return None, answer
        if not answer.unsettled and answer.klass is not AnswerClass.EXISTS:
            return _failed(run, change, answer, partly), None
        outcome = yield from _settle(run, kind, change, live, answer, partly)
        if outcome is not None:
            return outcome, None
        # Creating and deleting may be tried once more, since nothing happened. An edit may not: the first could
        # still arrive, and the platform counts edits.
        if tries > 1 or partly or change.action is Action.UPDATE:
            return _end(change, OutcomeKind.UNKNOWN, answer, _unknown(answer)), None


def _start(run: Run, kind: Kind, change: Change, live: Live | None) -> Generator[Batch, list[Answer], WriteResult]:
    if change.action is Action.CREATE:
        return (yield from kind.remote.create(_sent(run, kind, change.key)))
    assert live is not None
    if change.action is Action.UPDATE:
        return (yield from kind.remote.update(_sent(run, kind, change.key), live))
    return (yield from kind.remote.delete(live))


def _settle(
    run: Run, kind: Kind, change: Change, before: Live | None, answer: Answer, partly: bool
) -> Generator[Batch, list[Answer], Outcome | None]:
    """What became of a write whose answer was lost; None when it seems not to have happened."""
    # Content that was equal before is sent again on purpose, and then only another state tells that it arrived.
    resent = change.action is Action.UPDATE and _achieved(run, kind, change, before)
    live: Live | None = None
    read = False
    for seconds in READ_BACK:
        yield Pause(seconds)
        try:
            live = yield from kind.remote.read(change.key, run.given.live(change.key))
        except CallError:
            continue
        read = True
        if _achieved(run, kind, change, live) and not (resent and live and before and live.status == before.status):
            ids = live.ids if live else {}
            return Outcome(
                change, OutcomeKind.DONE, message="settled by reading back", request_id=answer.request_id, ids=ids
            )
        if change.action is Action.CREATE and live is not None and not partly:
            break
    if not read:
        return _end(change, OutcomeKind.UNKNOWN, answer, _unknown(answer))
    if change.action is Action.CREATE and not partly:
        if answer.klass is AnswerClass.EXISTS:
            message = "something else has this key by now; plan again to see it"
            return _end(change, OutcomeKind.FAILED, answer, message)
        if live is not None:
            # A creation may take several requests: this may be ours, made by half, or somebody else's.
            message = "the answer was lost, and what is there now is not all that was wanted; plan again to see it"
            return _end(change, OutcomeKind.UNKNOWN, answer, message)
    return None


def _unknown(answer: Answer) -> str:
    return f"no certain answer came ({answer.message or answer.klass}); the next plan shows what became of it"


def _failed(run: Run, change: Change, answer: Answer, partly: bool) -> Outcome:
    if answer.code in (STOPPED, GIVEN_UP) and not partly:
        return _end(change, OutcomeKind.NOT_STARTED, answer, answer.message)
    if answer.klass in DENIED:
        run.closed[_all_like(change)] = Closed(answer.code, answer.message, Cause.DENIED)
    rest = "; the first part of this change is done, the next apply does the rest" if partly else ""
    versions = bool(run.given.kinds[change.key.kind].file.name_field) and change.sendable_meanwhile != "no"
    if change.action is Action.UPDATE and versions and answer.klass is AnswerClass.INVALID:
        rest += "; if the platform edits nothing that is in use, make a new version with `templatesync new-version`"
    return _end(change, OutcomeKind.FAILED, answer, f"{answer.message}{rest}")


def _end(change: Change, result: OutcomeKind, answer: Answer, message: str) -> Outcome:
    code = answer.code or answer.klass.value
    return Outcome(change, result, code, message, answer.request_id, cause=cause_of(answer.klass))


# --- quotas -----------------------------------------------------------------------------------------------------------


def _close_for_quota(run: Run, change: Change, answer: Answer) -> None:
    until = run.now() + answer.retry_after if answer.retry_after > 0 else 0.0
    message = f"the service's quota is used up: {answer.message or answer.code}"
    if until:
        at = datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        message = f"the service's quota is used up; go on at {at} at the earliest, or let `--wait` do it"
    run.closed[_rationed(change)] = Closed("quota", message, cause_of(answer.klass), until)


def _all_like(change: Change) -> Lane:
    """Every change of that kind and action: what a missing permission stops."""
    return (change.key.kind, change.action, None)


def _rationed(change: Change) -> Lane:
    """What a used-up quota stops: the platform counts creations by account, but edits by what is edited."""
    return (change.key.kind, change.action, change.key if change.action is Action.UPDATE else None)


def _closed(run: Run, change: Change) -> Closed | None:
    return run.halted or run.closed.get(_all_like(change)) or run.closed.get(_rationed(change))


def _until_open(run: Run, change: Change) -> Generator[Batch, list[Answer], None]:
    """With `wait`, pause until a used-up quota frees itself, if that is before the deadline."""
    lane = _rationed(change)
    while run.wait and (closed := run.closed.get(lane)) and closed.until:
        if closed.until > run.deadline:
            return
        rest = closed.until - run.now()
        if rest > 0:
            yield Pause(rest)
            if closed.until - run.now() > rest / 2:
                return  # the pause was cut short: the run is being stopped
        elif run.closed.get(lane) is closed:
            del run.closed[lane]


# --- order ----------------------------------------------------------------------------------------------------------


def phases(changes: Sequence[Change], kinds: Mapping[str, Kind]) -> list[list[Change]]:
    """Changes in the order of what depends on what: kinds one after another, and deletions last and in reverse."""
    orders = sorted({kind.policy.order for kind in kinds.values()})
    ahead = [
        [c for c in changes if c.action is not Action.DELETE and kinds[c.key.kind].policy.order == o] for o in orders
    ]
    back = [
        [c for c in changes if c.action is Action.DELETE and kinds[c.key.kind].policy.order == o]
        for o in reversed(orders)
    ]
    return [phase for phase in (*ahead, *back) if phase]
