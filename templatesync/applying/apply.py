"""Carrying out one change: read again just before it is written, written once, and told exactly once.

Knows no client, no clock but the one it is given, and no kind by name. The API has no idempotency token, so a write
whose answer was lost is settled by reading back under its key, never by writing again in the dark.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence

from templatesync.applying.run import Closed, Run
from templatesync.applying.settling import achieved, confirm, end, lost, settle
from templatesync.kinds.base import CHANGED_AT, Kind, WriteResult
from templatesync.model.calls import Batch, CallError, Calls, Pause, WrongAnswerError, resumed
from templatesync.model.change import DEFECT, Action, Cause, Change
from templatesync.model.errors import LocalError
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.model.request import DENIED, Answer, AnswerClass
from templatesync.model.resource import Live
from templatesync.planning.approval import not_started
from templatesync.planning.plan import plan_one
from templatesync.planning.since import since
from templatesync.service.driver.job import GIVEN_UP, STOPPED

RECENT = 60.0
"""Seconds after a change in which a read may still show what was there before it."""
MOMENT = 1.0
"""Seconds before such a read is repeated."""


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
    for target in run.links.targets(run.given.kinds[change.key.kind], run.wanted(change.key).body):
        live = run.given.live(target)
        usable = live is not None and live.body is not None and run.given.kinds[target.kind].policy.settled(live)
        if not usable and target not in run.reached:
            return f"{target} is not what this needs: it did not end well in this run"
    return ""


def _carry_out(run: Run, change: Change) -> Calls[Outcome]:
    kind = run.given.kinds[change.key.kind]
    refused: Answer | None = None
    while True:
        yield from run.until_open(change)
        if closed := run.closed_for(change):
            left = not_started(change, closed.code, closed.message, closed.cause)
            return left._replace(request_id=refused.request_id) if refused else left
        try:
            live = yield from kind.remote.read(change.key, run.given.live(change.key))
            if change.action is Action.UPDATE and live is not None and _may_be_old(run, live):
                yield Pause(MOMENT)
                live = yield from kind.remote.read(change.key, live)
        except CallError as error:
            return _unread(run, change, error)
        again = plan_one(run.given, change.key, run.links.symbolic_live(kind, live) if live else None)
        if again.permission() != change.permission():
            return _overtaken(run, kind, change, live, again)
        if run.closed_for(change):
            continue  # others have met a refusal since
        if halted := _down(run, lambda: run.journal.intent(change)):
            return not_started(change, halted.code, halted.message, halted.cause)
        outcome, refused = yield from _write(run, kind, change, live)
        if outcome is not None:
            return _noted(run, outcome)
        # A quota took nothing. Once it has freed itself all may be different, so everything begins anew.
        if refused is not None:
            _noted(run, end(change, OutcomeKind.NOT_STARTED, refused, refused.message))


def _may_be_old(run: Run, live: Live) -> bool:
    """Whether somebody changed it so shortly ago that what was read may be from before: a read may lag behind."""
    changed_at = live.facts.get(CHANGED_AT)
    return isinstance(changed_at, float) and 0 <= run.clock() - changed_at < RECENT


def _unread(run: Run, change: Change, error: CallError) -> Outcome:
    answer = error.answer
    if isinstance(error, WrongAnswerError):
        # Whoever answers about something else is not to be written to.
        run.halted = Closed("wrong-answer", str(error), Cause.RAN)
        return not_started(change, run.halted.code, run.halted.message, run.halted.cause)
    if answer.klass in DENIED:
        run.close(change, answer.code, answer.message, Cause.DENIED)
    return end(change, OutcomeKind.NOT_STARTED, answer, answer.message)


def _overtaken(run: Run, kind: Kind, change: Change, live: Live | None, again: Change) -> Outcome:
    """The end of a change that is no longer what would be planned."""
    if achieved(run, kind, change, live):
        ids = live.ids if live else {}
        return Outcome(change, OutcomeKind.ALREADY_DONE, message="it is as the plan wanted it", ids=ids)
    return Outcome(change, OutcomeKind.STALE, "stale", since(change, again))


def _down(run: Run, entry: Callable[[], None]) -> Closed | None:
    """Write something down. When the journal does not take it, no change after this one begins."""
    try:
        entry()
    except LocalError as error:
        run.halted = Closed("journal", str(error), Cause.RAN)
    return run.halted


def _noted(run: Run, outcome: Outcome) -> Outcome:
    """Write the result down. It stands even when the journal does not take it."""
    try:
        _down(run, lambda: run.journal.result(outcome))
    except Exception as error:
        run.halted = Closed(DEFECT, "a defect of templatesync keeps the journal from being written", Cause.DEFECT)
        return outcome._replace(defect=error)
    return outcome


def _write(
    run: Run, kind: Kind, change: Change, live: Live | None
) -> Generator[Batch, list[Answer], tuple[Outcome | None, Answer | None]]:
    """The write and its outcome; no outcome but the answer when a quota refused it."""
    tries = 0
    while True:
        tries += 1
        run.sent.add(change.key)
        try:
            written = yield from _written_down(run, kind, change, _start(run, kind, change, live))
        except CallError as error:
            answer, partly = error.answer, error.partly
        else:
            return (yield from _accepted(run, kind, change, live, written)), None
        run.wrote = run.wrote or partly or answer.unsettled
        if answer.klass is AnswerClass.QUOTA and not partly:
            run.close_for_quota(change, answer)
            return None, answer
        if not answer.unsettled and not _may_be_done(change, answer):
            return _failed(run, change, answer, partly), None
        outcome = yield from settle(run, kind, change, live, answer, partly=partly, again=tries > 1)
        if outcome is not None:
            return outcome, None
        if not answer.unsettled:
            return _failed(run, change, answer, partly), None
        if tries > 1 or partly or not _repeatable(kind, change):
            return end(change, OutcomeKind.UNKNOWN, answer, lost(answer)), None


def _accepted(run: Run, kind: Kind, change: Change, before: Live | None, written: WriteResult) -> Calls[Outcome]:
    """The service took it: what it made of that is looked at next, and by the next run if this one ends meanwhile."""
    run.wrote = True
    _down(run, lambda: run.journal.answered(change, written.answer))
    return (yield from confirm(run, kind, change, before, written))


def _repeatable(kind: Kind, change: Change) -> bool:
    """Whether a write of which nothing shows may be sent once more, though the first one could still arrive.

    An edit may not, for the platform counts edits; nor may the creation of what the service takes twice.
    """
    return change.action is Action.DELETE or (change.action is Action.CREATE and kind.policy.unique)


def _may_be_done(change: Change, answer: Answer) -> bool:
    """Whether a refusal may say that there is nothing left to do. In what words a service says so, nobody knows."""
    if change.action is Action.DELETE:
        return answer.klass in (AnswerClass.NOT_FOUND, AnswerClass.INVALID, AnswerClass.OTHER) and not answer.is_ours
    return answer.klass is AnswerClass.EXISTS


def _written_down(run: Run, kind: Kind, change: Change, write: Calls[WriteResult]) -> Calls[WriteResult]:
    """The same requests; of several writes each leaves a word, for what counts is when the last one left."""
    answers: list[Answer] | None = None
    first = True
    while True:
        try:
            batch = resumed(write, answers)
        except StopIteration as stop:
            result: WriteResult = stop.value
            return result
        if not isinstance(batch, Pause) and any(request.operation in kind.remote.writes for request in batch):
            if not first:
                _down(run, lambda: run.journal.sent(change))
            first = False
        answers = yield batch


def _start(run: Run, kind: Kind, change: Change, live: Live | None) -> Calls[WriteResult]:
    if change.action is Action.CREATE:
        return (yield from kind.remote.create(run.sendable(change.key)))
    assert live is not None
    if change.action is Action.UPDATE:
        return (yield from kind.remote.update(run.sendable(change.key), live))
    return (yield from kind.remote.delete(live))


def _failed(run: Run, change: Change, answer: Answer, partly: bool) -> Outcome:
    if answer.code in (STOPPED, GIVEN_UP) and not partly:
        return end(change, OutcomeKind.NOT_STARTED, answer, answer.message)
    if answer.klass in DENIED:
        run.close(change, answer.code, answer.message, Cause.DENIED)
    rest = "; the first part of this change is done, the next apply does the rest" if partly else ""
    versions = bool(run.given.kinds[change.key.kind].file.name_field) and change.sendable_meanwhile != "no"
    if change.action is Action.UPDATE and versions and answer.klass is AnswerClass.INVALID:
        rest += "; if the platform edits nothing that is in use, make a new version with `templatesync new-version`"
    return end(
        change, OutcomeKind.FAILED, answer, f"{answer.message.rstrip('.') if rest else answer.message}{rest}"
    )._replace(begun=partly)


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
