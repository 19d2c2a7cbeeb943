"""The loop that advances calls, hands out requests and heeds the clock. Runs in one thread; sends nothing itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from templatesync.model.request import Answer, AnswerClass, AnyRequest
from templatesync.service.api import api
from templatesync.service.driver.job import (
    ABORTED,
    GIVEN_UP,
    STOPPED,
    Finished,
    Interrupted,
    Job,
)
from templatesync.service.driver.lanes import (
    Call,
    Lanes,
    Party,
    settled,
    tried,
)
from templatesync.service.driver.pacing import LONGEST_PAUSE, again_in
from templatesync.service.driver.workers import Crew

if TYPE_CHECKING:
    from templatesync.model.calls import Pause

T = TypeVar("T")

# How many failures in a row give a sender up.
_PATIENCE = 5
# How often a calls is still answered once everything is called off; then it is closed.
_LAST_WORDS = 50

_NETWORK_FAILURES = (AnswerClass.UNREACHABLE, AnswerClass.LOST, AnswerClass.UNAVAILABLE)


@dataclass(slots=True)
class Tally:
    """What was done, counted."""

    sent: Counter[str] = field(default_factory=Counter)
    throttled: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """What lasts from run to run. `random` gives 0 to 1."""

    clock: Callable[[], float]
    wait: Callable[[float], None] | None
    random: Callable[[], float]
    grace: float
    tally: Tally = field(default_factory=Tally)


@dataclass(slots=True, eq=False)
class _Started(Generic[T]):
    """A job that has begun. `answers` are those of its present batch; `turn` counts its yields."""

    index: int
    job: Job[T]
    party: Party
    turn: int = 0
    answers: list[Answer | None] = field(default_factory=list)
    missing: int = 0
    filling: bool = False
    last_words: int = 0


@dataclass(frozen=True, slots=True)
class _Nap(Generic[T]):
    """A pause of a calls: valid while its turn is the same."""

    started: _Started[T]
    turn: int


class Scheduler(Generic[T]):
    """One run. `stopping` and `aborting` may be set from outside at any time."""

    def __init__(
        self,
        settings: Settings,
        lanes: Lanes,
        crew: Crew,
        jobs: Iterable[Job[T]],
        on_done: Callable[[Finished[T]], None] | None,
        at_once: int,
    ) -> None:
        self.stopping = False
        self.aborting = False
        self._settings = settings
        self._tally = settings.tally
        self._lanes = lanes
        self._crew = crew
        self._jobs = iter(jobs)
        self._more = True
        self._on_done = on_done
        self._at_once = at_once
        self._results: list[Finished[T] | None] = []
        self._started: dict[int, _Started[T]] = {}
        self._parties: dict[int, Party] = {}
        self._flying: dict[Call, None] = {}
        self._timers: list[tuple[float, int, Call | _Nap[T]]] = []
        self._order = count()
        self._stop_at: float | None = None
        self._called_off = False

    def stop(self) -> None:
        """Begin nothing more."""
        self.stopping = True
        self._crew.wake()

    def abort(self) -> None:
        """Call everything off."""
        self.stopping = self.aborting = True
        self._crew.wake()

    def run(self) -> list[Finished[T]]:
        """The loop."""
        self._lanes.clear()
        while True:
            self._heed_stop()
            self._admit()
            self._dispatch()
            if not self._started:
                return [finished for finished in self._results if finished is not None]
            self._await()

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
                job.calls.close()
                self._finish(index, Finished(job, started=False))
            else:
                party = self._parties.setdefault(id(job.sender), Party(job.sender))
                started = self._started[index] = _Started(index, job, party)
                self._advance(started, None)

    def _finish(self, index: int, finished: Finished[T]) -> None:
        self._started.pop(index, None)
        self._results[index] = finished
        if self._on_done is not None:
            self._on_done(finished)

    def _advance(self, started: _Started[T], value: list[Answer] | Exception | None) -> None:
        """Run a calls until it waits for something, or ends."""
        while True:
            try:
                item = self._step(started, value)
            except StopIteration as stop:
                self._finish(started.index, Finished(started.job, stop.value))
                return
            except Exception as error:
                self._finish(started.index, Finished(started.job, error=error))
                return
            started.turn += 1
            value = []
            if isinstance(item, tuple):
                self._begin_batch(started, item)
                if started.missing:
                    return
                value = [answer for answer in started.answers if answer is not None]
            elif item.seconds > 0 and not self._called_off:
                self._later(item.seconds, _Nap(started, started.turn))
                return

    def _step(self, started: _Started[T], value: list[Answer] | Exception | None) -> tuple[AnyRequest, ...] | Pause:
        calls = started.job.calls
        if isinstance(value, Exception):
            item = calls.throw(value)
        elif value is None:
            item = next(calls)
        else:
            item = calls.send(value)
        if self._called_off:
            started.last_words += 1
            if started.last_words > _LAST_WORDS:
                calls.close()
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
            self._queue(Call(request, started.party, write, started, started.turn, position))
        started.filling = False

    # Requests

    def _queue(self, call: Call, *, first: bool = False) -> None:
        """Put a request in line, or answer it when it must not be sent."""
        if call.party.failures >= _PATIENCE:
            message = f"given up after {_PATIENCE} network failures in a row"
            self._settle(call, Answer(call.request, AnswerClass.UNREACHABLE, GIVEN_UP, message))
        elif self._called_off or (self.stopping and call.write):
            message = "not sent: the run was interrupted"
            self._settle(call, Answer(call.request, AnswerClass.UNREACHABLE, STOPPED, message))
        else:
            self._lanes.put(call, self._settings.clock(), first=first)

    def _dispatch(self) -> None:
        while self._crew.idle:
            now = self._settings.clock()
            call = self._lanes.take(now, self._dead)
            if call is None:
                return
            tried(call, now)
            self._flying[call] = None
            self._tally.sent[call.request.operation] += 1
            self._crew.start(call, _work(call))

    def _dead(self, call: Call) -> bool:
        """Whether nobody waits for this call any more: its calls ended, or was thrown an error."""
        return bool(call.owner.index not in self._started or call.owner.turn != call.turn)

    def _answered(self, call: Call, answer: Answer) -> None:
        """An attempt is over: try again, or hand over the answer."""
        now = self._settings.clock()
        assert call.tries is not None
        pause = again_in(answer, call.tries, call.write, now, self._settings.random)
        if answer.klass is AnswerClass.THROTTLED:
            self._tally.throttled += 1
            hold = pause if pause is not None else min(answer.retry_after, LONGEST_PAUSE)
            self._lanes.throttled(call, now, hold)
        self._judge(call, answer, final=pause is None)
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

    def _judge(self, call: Call, answer: Answer, *, final: bool) -> None:
        """Count failures of the network in a row; at the last one, answer all that waits for this sender."""
        party = call.party
        party.misses += 1
        if answer.klass not in _NETWORK_FAILURES:
            party.misses = 0
            # Once given up, a straggler's success does not bring a sender back: its report is written by now.
            party.failures = party.failures if party.failures >= _PATIENCE else 0
        elif final:
            party.failures += 1
            if party.failures == _PATIENCE:
                for waiting in self._lanes.withdraw(lambda other: other.party is party):
                    self._queue(waiting)

    def _settle(self, call: Call, answer: Answer) -> None:
        settled(call)
        if self._dead(call):
            return
        started = call.owner
        started.answers[call.position] = answer
        started.missing -= 1
        if started.missing == 0 and not started.filling:
            self._advance(started, started.answers)

    # Time

    def _later(self, seconds: float, what: Call | _Nap[T]) -> None:
        heappush(self._timers, (self._settings.clock() + seconds, next(self._order), what))

    def _await(self) -> None:
        """Wait for the next answer, or for the next moment at which something is due."""
        now = self._settings.clock()
        moments = [self._timers[0][0]] if self._timers else []
        if self._stop_at is not None:
            moments.append(self._stop_at)
        if self._crew.idle and (ready := self._lanes.next_at(now)) is not None:
            moments.append(ready)
        assert moments or self._flying, "nothing to wait for"
        timeout = max(0.0, min(moments) - now) if moments else None
        if self._settings.wait is None:
            done = self._crew.next(timeout)
        elif self._flying:
            done = self._crew.next(None)
        else:
            self._settings.wait(timeout or 0.0)
            done = None
        if done is not None:
            self._land(*done)
        self._ring()

    def _land(self, call: Any, result: Any) -> None:
        if call not in self._flying:
            return
        del self._flying[call]
        self._lanes.landed(call)
        if self._dead(call):
            settled(call)
        elif isinstance(result, Answer):
            self._answered(call, result)
        elif not isinstance(result, Exception):
            raise result
        else:
            settled(call)
            # The calls learns of it where it waits; the rest of its batch is void.
            call.owner.turn += 1
            self._advance(call.owner, result)

    def _ring(self) -> None:
        now = self._settings.clock()
        while self._timers and self._timers[0][0] <= now:
            self._due(heappop(self._timers)[2])

    def _due(self, what: Call | _Nap[T]) -> None:
        if isinstance(what, Call):
            if self._dead(what):
                settled(what)
            else:
                self._queue(what, first=True)
        elif what.started.index in self._started and what.started.turn == what.turn:
            self._advance(what.started, [])

    def _heed_stop(self) -> None:
        if not self.stopping or self._called_off:
            return
        now = self._settings.clock()
        if self._stop_at is None:
            self._stop_at = now + self._settings.grace
            for call in self._lanes.withdraw(lambda other: other.write):
                self._queue(call)
        if self.aborting or now >= self._stop_at:
            self._called_off = True
            self._call_off()

    def _call_off(self) -> None:
        """Answer everything that waits, so that every calls can come to its end."""
        for call in self._lanes.withdraw(lambda other: True):
            self._queue(call)
        flying, self._flying = self._flying, {}
        for call in flying:
            self._lanes.landed(call)
            message = "interrupted while the answer was awaited"
            self._settle(call, Answer(call.request, AnswerClass.LOST, ABORTED, message))
        timers, self._timers = sorted(self._timers), []
        for _, _, what in timers:
            self._due(what)


def _work(call: Call) -> Callable[[], Answer]:
    """What a worker does. Fetching new credentials may take seconds, so it happens there and not in the scheduler."""
    sender, request, refused = call.party.sender, call.request, call.refused

    def work() -> Answer:
        if refused is not None:
            refresh = getattr(sender, "refresh", None)
            if refresh is None or not refresh():
                return refused
        answer: Answer = sender.send(request)
        return answer

    return work
