"""Carrying out a plan: each change read again just before it is written, written once, and told exactly once.

Knows no client, no clock but the one it is given, and no kind by name. The API has no idempotency token, so a write
whose answer was lost is settled by reading back under its key, never by writing again in the dark.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

from templatesync.errors import ExitCode, worst
from templatesync.kinds.base import Batch, FlowError, Kind, Pause, Written
from templatesync.live import DENIED, UNREACHABLE
from templatesync.plan import Scene, plan_one
from templatesync.values import Action, Answer, AnswerClass, Change, Key, Live, Outcome, Resource, Result

Steps: TypeAlias = Generator[Batch, list[Answer], Outcome]

READ_BACK = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between looks for a write whose answer was lost; lists and details may lag behind."""


class Recorder(Protocol):
    """Where intents and results are written down."""

    def intent(self, change: Change) -> None: ...
    def result(self, outcome: Outcome) -> None: ...


@dataclass(frozen=True, slots=True)
class Closed:
    """Why no more changes of one sort are started in a space. `until`: epoch seconds, 0 for the rest of the run."""

    code: str
    message: str
    klass: AnswerClass
    until: float = 0.0


@dataclass(slots=True)
class Run:
    """One space being written to. `deadline` is in epoch seconds; `wait` goes on after a quota frees itself."""

    scene: Scene
    journal: Recorder
    now: Callable[[], float]
    wait: bool = False
    deadline: float = float("inf")
    wrote: bool = False
    closed: dict[tuple[str, Action], Closed] = field(default_factory=dict)


# --- what may run -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Permitted:
    """The changes that run, and how those end that do not."""

    changes: tuple[Change, ...]
    outcomes: tuple[Outcome, ...]


def permit(planned: Iterable[Change], saved: Sequence[Change] | None) -> Permitted:
    """What of a fresh plan may run: all that writes, or only what a saved plan holds with the same content."""
    now = {change.key: change for change in planned}
    if saved is None:
        return Permitted(
            tuple(change for change in now.values() if change.action.writes),
            tuple(blocked(change) for change in now.values() if change.action is Action.BLOCKED),
        )
    run: list[Change] = []
    ended: list[Outcome] = []
    for change in saved:
        again = now.get(change.key)
        if not change.action.writes:
            if change.action is Action.BLOCKED:
                ended.append(blocked(change))
        elif again is not None and again.permission() == change.permission():
            run.append(again)
        elif _already(change, again):
            ended.append(Outcome(change, Result.ALREADY_DONE, message="it is as the plan wanted it"))
        else:
            ended.append(Outcome(change, Result.STALE, "stale", _stale(again)))
    return Permitted(tuple(run), tuple(ended))


def blocked(change: Change) -> Outcome:
    """How a blocked change ends."""
    return Outcome(change, Result.BLOCKED, change.reason, change.notes[0] if change.notes else "")


def _already(saved: Change, again: Change | None) -> bool:
    if saved.action is Action.DELETE:
        return again is None or (again.action is Action.NO_OP and not again.live_digest)
    return again is not None and again.action is Action.NO_OP and again.wanted_digest == saved.wanted_digest


def _stale(again: Change | None) -> str:
    if again is None:
        return "no file wants it any more"
    reason = f" ({again.reason})" if again.reason else ""
    return f"the plan would now be {again.action.value}{reason}, or with other content; plan again"


# --- one change -------------------------------------------------------------------------------------------------------


def carry_out(run: Run, change: Change) -> Steps:
    """Everything for one change, from the last look to the end of its story."""
    yield from _until_open(run, change)
    if closed := _closed(run, change):
        return Outcome(change, Result.NOT_STARTED, closed.code, closed.message, klass=closed.klass)
    kind = run.scene.kinds[change.key.kind]
    try:
        live = yield from kind.read(change.key, run.scene.live(change.key))
    except FlowError as error:
        return _unread(run, change, error)
    again = plan_one(run.scene, change.key, live)
    if again.permission() != change.permission():
        if _achieved(run, kind, change, live):
            return Outcome(
                change, Result.ALREADY_DONE, message="it is as the plan wanted it", ids=live.ids if live else {}
            )
        return Outcome(change, Result.STALE, "stale", _stale(again))
    run.journal.intent(change)
    outcome = yield from _write(run, kind, change, live)
    run.journal.result(outcome)
    return outcome


def _unread(run: Run, change: Change, error: FlowError) -> Outcome:
    answer = error.answer
    message = str(error) if str(error) != answer.code else answer.message
    if answer.klass in DENIED:
        run.closed[(change.key.kind, change.action)] = Closed(answer.code, answer.message, answer.klass)
    return _end(change, Result.NOT_STARTED, answer, message)


def _achieved(run: Run, kind: Kind, change: Change, live: Live | None) -> bool:
    if change.action is Action.DELETE:
        return live is None
    if live is None:
        return False
    wanted, current = kind.pair(_resource(run, change.key), live)
    return bool(wanted == current)


def _resource(run: Run, key: Key) -> Resource:
    return run.scene.wanted[key]


def _write(run: Run, kind: Kind, change: Change, live: Live | None) -> Steps:
    tries = 0
    while True:
        tries += 1
        run.wrote = True
        try:
            written = yield from _start(run, kind, change, live)
            return Outcome(change, Result.DONE, request_id=written.answer.request_id, ids=written.ids)
        except FlowError as error:
            answer = error.answer
        if answer.klass is AnswerClass.QUOTA:
            _close_for_quota(run, change, answer)
            tries -= 1  # nothing was taken by the service
            yield from _until_open(run, change)
            if closed := _closed(run, change):
                return Outcome(
                    change, Result.NOT_STARTED, closed.code, closed.message, answer.request_id, klass=answer.klass
                )
        elif answer.unsettled or answer.klass is AnswerClass.EXISTS:
            outcome = yield from _settle(run, kind, change, answer)
            # Creating and deleting may be tried once more, since nothing happened. An edit may not: the first could
            # still arrive, and the platform counts edits.
            if outcome is not None:
                return outcome
            if tries > 1 or change.action is Action.UPDATE:
                return _end(change, Result.UNKNOWN, answer, _unknown(answer))
        else:
            return _failed(run, change, answer)


def _start(run: Run, kind: Kind, change: Change, live: Live | None) -> Generator[Batch, list[Answer], Written]:
    if change.action is Action.CREATE:
        return (yield from kind.create(_resource(run, change.key)))
    assert live is not None
    if change.action is Action.UPDATE:
        return (yield from kind.update(_resource(run, change.key), live))
    return (yield from kind.delete(live))


def _settle(run: Run, kind: Kind, change: Change, answer: Answer) -> Generator[Batch, list[Answer], Outcome | None]:
    """What became of a write whose answer was lost; None when it seems not to have happened."""
    live: Live | None = None
    read = False
    for seconds in READ_BACK:
        yield Pause(seconds)
        try:
            live = yield from kind.read(change.key, run.scene.live(change.key))
        except FlowError:
            continue
        read = True
        if _achieved(run, kind, change, live):
            ids = live.ids if live else {}
            return Outcome(
                change, Result.DONE, message="settled by reading back", request_id=answer.request_id, ids=ids
            )
        if change.action is Action.CREATE and live is not None:
            break
    if not read:
        return _end(change, Result.UNKNOWN, answer, _unknown(answer))
    if change.action is Action.CREATE and (live is not None or answer.klass is AnswerClass.EXISTS):
        message = "something else of this name and language is there; plan again to see it"
        return _end(change, Result.FAILED, answer, message)
    return None


def _unknown(answer: Answer) -> str:
    return f"no certain answer came ({answer.message or answer.klass}); the next plan shows what became of it"


def _failed(run: Run, change: Change, answer: Answer) -> Outcome:
    if answer.klass in DENIED:
        run.closed[(change.key.kind, change.action)] = Closed(answer.code, answer.message, answer.klass)
    return _end(change, Result.FAILED, answer, answer.message)


def _end(change: Change, result: Result, answer: Answer, message: str) -> Outcome:
    code = answer.code or answer.klass.value
    return Outcome(change, result, code, message, answer.request_id, klass=answer.klass)


# --- quotas -----------------------------------------------------------------------------------------------------------


def _close_for_quota(run: Run, change: Change, answer: Answer) -> None:
    until = run.now() + answer.retry_after
    at = datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    message = f"the service's quota is used up; go on at {at} at the earliest, or let `--wait` do it"
    run.closed[(change.key.kind, change.action)] = Closed("quota", message, answer.klass, until)


def _until_open(run: Run, change: Change) -> Generator[Batch, list[Answer], None]:
    """With `wait`, pause until a used-up quota frees itself, if that is before the deadline."""
    while run.wait and (closed := run.closed.get((change.key.kind, change.action))) and closed.until:
        if closed.until > run.deadline:
            return
        rest = closed.until - run.now()
        if rest > 0:
            yield Pause(rest)
        elif run.closed.get((change.key.kind, change.action)) is closed:
            del run.closed[(change.key.kind, change.action)]


def _closed(run: Run, change: Change) -> Closed | None:
    return run.closed.get((change.key.kind, change.action))


# --- order and end ----------------------------------------------------------------------------------------------------


def phases(changes: Sequence[Change], kinds: Mapping[str, Kind]) -> list[list[Change]]:
    """Changes in the order of what leans on what: kinds one after another, and deletions last and in reverse."""
    orders = sorted({kind.order for kind in kinds.values()})
    ahead = [[c for c in changes if c.action is not Action.DELETE and kinds[c.key.kind].order == o] for o in orders]
    back = [
        [c for c in changes if c.action is Action.DELETE and kinds[c.key.kind].order == o] for o in reversed(orders)
    ]
    return [phase for phase in (*ahead, *back) if phase]


def exit_code(outcomes: Iterable[Outcome], *, wrote: bool) -> ExitCode:
    """The code for how a run ended. `wrote` says whether the run had begun to write."""
    return worst(_code(outcome, wrote) for outcome in outcomes)


def _code(outcome: Outcome, wrote: bool) -> ExitCode:
    match outcome.result:
        case Result.STALE:
            return ExitCode.STALE
        case Result.BLOCKED:
            return ExitCode.REFUSED
        case Result.DONE | Result.ALREADY_DONE:
            return ExitCode.OK
    if wrote:
        return ExitCode.PARTIAL
    if outcome.klass in DENIED:
        return ExitCode.DENIED
    return ExitCode.UNREACHABLE if outcome.klass in UNREACHABLE else ExitCode.FAILURE


def not_started(change: Change, code: str, message: str) -> Outcome:
    """How a change ends that nobody began with."""
    return Outcome(change, Result.NOT_STARTED, code, message)
