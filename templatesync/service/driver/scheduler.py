"""The loop of the driver: advances jobs, hands out requests, waits. Knows no thread but its own; sends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from templatesync.model.request import OUT_OF_TIME, Answer, AnswerClass, AnyRequest, continues_a_list
from templatesync.service.api import api
from templatesync.service.driver.call import QueuedRequest, SenderState, attempt, settled, tried
from templatesync.service.driver.job import ABORTED, GIVEN_UP, STOPPED, Finished, Interrupted, Job
from templatesync.service.driver.lanes import Lanes
from templatesync.service.driver.pacing import LONGEST_PAUSE, again_in
from templatesync.service.driver.workers import Workers

if TYPE_CHECKING:
    from templatesync.model.calls import Pause

T = TypeVar("T")

# How many failures in a row give a sender up.
_GIVE_UP_AFTER = 5
# How often a job is still answered once everything is called off; then it is closed.
_TURNS_AFTER_END = 50

_NETWORK_FAILURES = (AnswerClass.UNREACHABLE, AnswerClass.LOST, AnswerClass.UNAVAILABLE)


@dataclass(slots=True)
class Tally:
    """What was done, counted."""

    sent: Counter[str] = field(default_factory=Counter)
    throttled: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class SchedulerSettings:
    """What lasts from run to run. `random` gives 0 to 1."""

    clock: Callable[[], float]
    wait: Callable[[float], None] | None
    random: Callable[[], float]
    grace: float
    on_stop: Callable[[], None]
    tally: Tally = field(default_factory=Tally)


@dataclass(slots=True, eq=False)
class _Started(Generic[T]):
    """A job that has begun. `answers` are those of its present batch; `turn` counts its yields, `listing` the seconds
    that pages of its lists were under way."""

    index: int
    job: Job[T]
    state: SenderState
    turn: int = 0
    answers: list[Answer | None] = field(default_factory=list)
    missing: int = 0
    filling: bool = False
    turns_after_end: int = 0
    listing: float = 0.0


@dataclass(frozen=True, slots=True)
class _Timer(Generic[T]):
    """A pause that a job has asked for: valid while its turn is the same."""

    started: _Started[T]
    turn: int


class Scheduler(Generic[T]):
    """One run. `stopping` and `aborting` may be set from outside at any time.

    The clock is read once for each decision, into `_now`: with two readings, a quota that frees itself between them
    would neither be used nor waited for.
    """

    def __init__(
        self,
        settings: SchedulerSettings,
        lanes: Lanes,
        workers: Workers,
        jobs: Iterable[Job[T]],
        on_done: Callable[[Finished[T]], None] | None,
        at_once: int,
    ) -> None:
        self.stopping = False
        self.aborting = False
        self._settings = settings
        self._tally = settings.tally
        self._lanes = lanes
        self._workers = workers
        self._jobs = iter(jobs)
        self._more = True
        self._on_done = on_done
        self._at_once = at_once
        self._results: list[Finished[T] | None] = []
        self._started: dict[int, _Started[T]] = {}
        self._senders: dict[int, SenderState] = {}
        self._in_flight: dict[QueuedRequest, None] = {}
        self._now = settings.clock()
        self._timers: list[tuple[float, int, QueuedRequest | _Timer[T]]] = []
        self._order = count()
        self._stop_at: float | None = None
        self._called_off = False

    def stop(self) -> None:
        """Begin nothing more."""
        self.stopping = True
        self._workers.wake()

    def abort(self) -> None:
        """Call everything off."""
        self.stopping = self.aborting = True
        self._workers.wake()

    def run(self) -> list[Finished[T]]:
        """The loop. What a job raises is in its result; a defect of the driver, in those of all jobs still open."""
        self._lanes.clear()
        try:
            while True:
                self._check_stop()
                self._admit()
                self._now = self._settings.clock()
                self._dispatch()
                if not self._started:
                    break
                self._wait()
        except Exception as error:
            self._break_off(error)
        return [finished for finished in self._results if finished is not None]

    def _break_off(self, error: Exception) -> None:
        if not self._started:
            raise error
        self.stopping = True
        for started in list(self._started.values()):
            self._fail(started, error)
        self._admit()

    # Jobs

    def _admit(self) -> None:
        while self._more and (len(self._started) < self._at_once or self.stopping):
            job = next(self._jobs, None)
            if job is None:
                self._more = False
                return
            index = len(self._results)
            self._results.append(None)
            if self.stopping:
                with suppress(Exception):
                    job.calls.close()
                self._finish(index, Finished(job, started=False))
            else:
                state = self._senders.setdefault(id(job.sender), SenderState(job.sender))
                started = self._started[index] = _Started(index, job, state)
                self._advance(started, None)

    def _finish(self, index: int, finished: Finished[T]) -> None:
        self._started.pop(index, None)
        self._results[index] = finished
        if self._on_done is None:
            return
        try:
            self._on_done(finished)
        except Exception as error:
            # Who is told must not cost anybody a value; and is not told again.
            self._on_done = None
            self._results[index] = replace(finished, error=finished.error or error)

    def _fail(self, started: _Started[T], error: Exception) -> None:
        with suppress(Exception):
            started.job.calls.close()
        self._finish(started.index, Finished(started.job, error=error))

    def _advance(self, started: _Started[T], value: list[Answer] | Exception | None) -> None:
        """Run a job until it waits for something, or ends. Whatever goes wrong in it ends this job alone."""
        while True:
            try:
                answers = self._turn(started, value)
            except StopIteration as stop:
                self._finish(started.index, Finished(started.job, stop.value))
                return
            except Exception as error:
                self._fail(started, error)
                return
            if answers is None:
                return
            value = answers

    def _turn(self, started: _Started[T], value: list[Answer] | Exception | None) -> list[Answer] | None:
        """One turn of a job: what it is answered at once, None when it has to wait. Raises StopIteration at its end."""
        item = self._step(started, value)
        started.turn += 1
        if isinstance(item, tuple):
            self._begin_batch(started, item)
            return None if started.missing else [answer for answer in started.answers if answer is not None]
        if item.seconds > 0 and not self._called_off:
            self._later(item.seconds, _Timer(started, started.turn))
            return None
        return []

    def _step(self, started: _Started[T], value: list[Answer] | Exception | None) -> tuple[AnyRequest, ...] | Pause:
        calls = started.job.calls
        if isinstance(value, Exception):
            item = calls.throw(value)
        elif value is None:
            item = next(calls)
        else:
            item = calls.send(value)
        if self._called_off:
            started.turns_after_end += 1
            if started.turns_after_end > _TURNS_AFTER_END:
                raise Interrupted("called off")
        return item

    def _begin_batch(self, started: _Started[T], requests: tuple[AnyRequest, ...]) -> None:
        """Queue the requests. All may be answered at once, when none may be sent."""
        started.answers = [None] * len(requests)
        started.missing = len(requests)
        started.filling = True
        for position, request in enumerate(requests):
            operation = api().operations.get(request.operation)
            write = operation is not None and operation.write
            self._queue(QueuedRequest(request, started.state, write, started, started.turn, position))
        started.filling = False

    # Requests

    def _queue(self, call: QueuedRequest, *, first: bool = False) -> None:
        """Put a request in line, or answer it when it must not be sent."""
        if call.state.failures >= _GIVE_UP_AFTER:
            message = f"given up after {_GIVE_UP_AFTER} network failures in a row"
            self._settle(call, Answer(call.request, AnswerClass.UNREACHABLE, GIVEN_UP, message))
        elif self._called_off or (self.stopping and call.write):
            message = "not sent: the run was interrupted"
            self._settle(call, Answer(call.request, AnswerClass.UNREACHABLE, STOPPED, message))
        elif call.owner.listing > call.owner.job.list_seconds and continues_a_list(call.request):
            message = f"its list has taken more than {call.owner.job.list_seconds / 60:.0f} minutes"
            self._settle(call, Answer(call.request, AnswerClass.OTHER, OUT_OF_TIME, message))
        else:
            self._lanes.put(call, self._now, first=first)

    def _dispatch(self) -> None:
        while self._workers.idle:
            call = self._lanes.take(self._now, self._dead)
            if call is None:
                return
            tried(call, self._now)
            self._in_flight[call] = None
            self._tally.sent[call.request.operation] += 1
            self._workers.start(call, attempt(call))

    def _dead(self, call: QueuedRequest) -> bool:
        """Whether nobody waits for this call any more: its job has ended, or was thrown an error."""
        return bool(call.owner.index not in self._started or call.owner.turn != call.turn)

    def _answered(self, call: QueuedRequest, answer: Answer) -> None:
        """An attempt is over: try again, or hand over the answer."""
        assert call.tries is not None
        pause = again_in(answer, call.tries, call.write, self._now, self._settings.random)
        if answer.klass is AnswerClass.THROTTLED:
            self._tally.throttled += 1
            hold = pause if pause is not None else min(answer.retry_after, LONGEST_PAUSE)
            self._lanes.throttled(call, self._now, hold)
        elif answer.klass not in _NETWORK_FAILURES:
            self._lanes.accepted(call, self._now)
        self._count_failures(call, answer, final=pause is None)
        if pause is None or (self.stopping and call.write):
            self._settle(call, answer)
            return
        self._tally.retries += 1
        call.refused = answer if answer.klass is AnswerClass.REFRESH else None
        if pause > 0 and answer.klass is not AnswerClass.THROTTLED:
            self._later(pause, call)
        else:
            # After throttling it is the lane that pauses, with everything in it.
            self._queue(call, first=True)

    def _count_failures(self, call: QueuedRequest, answer: Answer, *, final: bool) -> None:
        """Count failures of the network in a row; at the last one, answer all that waits for this sender."""
        state = call.state
        state.misses += 1
        if answer.klass not in _NETWORK_FAILURES:
            state.misses = 0
            # Once given up, a late success does not bring a sender back: its report is written by now.
            state.failures = state.failures if state.failures >= _GIVE_UP_AFTER else 0
        elif final:
            state.failures += 1
            if state.failures == _GIVE_UP_AFTER:
                for waiting in self._lanes.withdraw(lambda other: other.state is state):
                    self._queue(waiting)

    def _settle(self, call: QueuedRequest, answer: Answer) -> None:
        if call.tries is not None and continues_a_list(call.request):
            call.owner.listing += self._now - call.tries.began
        settled(call)
        if self._dead(call):
            return
        started = call.owner
        started.answers[call.position] = answer
        started.missing -= 1
        if started.job.on_answer is not None:
            started.job.on_answer(answer)
        if started.missing == 0 and not started.filling:
            self._advance(started, started.answers)

    # Time

    def _later(self, seconds: float, what: QueuedRequest | _Timer[T]) -> None:
        heappush(self._timers, (self._now + seconds, next(self._order), what))

    def _wait(self) -> None:
        """Wait for the next answer, or for the next moment at which something is due. One that has passed is due."""
        moments = [self._timers[0][0]] if self._timers else []
        if self._stop_at is not None:
            moments.append(self._stop_at)
        if self._workers.idle and (ready := self._lanes.next_at(self._now)) is not None:
            moments.append(ready)
        assert moments or self._in_flight, "nothing to wait for"
        timeout = max(0.0, min(moments) - self._now) if moments else None
        if self._settings.wait is None:
            done = self._workers.next(timeout)
        elif self._in_flight:
            done = self._workers.next(None)
        else:
            self._settings.wait(timeout or 0.0)
            done = None
        self._now = self._settings.clock()
        if done is not None:
            self._complete(*done)
        self._fire()

    def _complete(self, call: Any, result: Any) -> None:
        """Work is done: its answer, or what it raised. An end of the process, such as SystemExit, is one of the run."""
        if call not in self._in_flight:
            return
        del self._in_flight[call]
        self._lanes.completed(call)
        if self._dead(call):
            settled(call)
        elif isinstance(result, Answer):
            self._answered(call, result)
        elif not isinstance(result, Exception):
            raise result
        else:
            settled(call)
            # The job learns of it where it waits; the rest of its batch is void.
            call.owner.turn += 1
            self._advance(call.owner, result)

    def _fire(self) -> None:
        """Do what is due."""
        while self._timers and self._timers[0][0] <= self._now:
            self._due(heappop(self._timers)[2])

    def _due(self, what: QueuedRequest | _Timer[T]) -> None:
        if isinstance(what, QueuedRequest):
            if self._dead(what):
                settled(what)
            else:
                self._queue(what, first=True)
        elif what.started.index in self._started and what.started.turn == what.turn:
            self._advance(what.started, [])

    def _check_stop(self) -> None:
        if not self.stopping or self._called_off:
            return
        if self._stop_at is None:
            self._stop_at = self._now + self._settings.grace
            self._settings.on_stop()
            for call in self._lanes.withdraw(lambda other: other.write):
                self._queue(call)
        if self.aborting or self._now >= self._stop_at:
            self._called_off = True
            self._call_off()

    def _call_off(self) -> None:
        """Answer everything that waits, so that every job can come to its end."""
        for call in self._lanes.withdraw(lambda other: True):
            self._queue(call)
        in_flight, self._in_flight = self._in_flight, {}
        for call in in_flight:
            self._lanes.completed(call)
            message = "interrupted while the answer was awaited"
            self._settle(call, Answer(call.request, AnswerClass.LOST, ABORTED, message))
        timers, self._timers = sorted(self._timers), []
        for _, _, what in timers:
            self._due(what)
