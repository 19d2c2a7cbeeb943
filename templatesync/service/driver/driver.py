"""Runs generators of requests: the one place where concurrency, quotas, retries and deadlines live. Knows no kind.

One scheduler, in the calling thread, advances every generator, so no kind's code ever runs in two threads. Single
requests go to workers that do nothing but send. A request is handed out only when a worker is idle and its quota allows
it, so no worker is held up by waiting.
"""

from __future__ import annotations

import math
import random as randomness
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import Any, TypeVar

from templatesync.model.stopping import HEEDED, UNHURRIED, unhandled
from templatesync.service.driver.job import ABORTED, GIVEN_UP, STOPPED, Finished, Interrupted, Job, Sender
from templatesync.service.driver.lanes import LaneKey, Lanes
from templatesync.service.driver.rate import LearnedRate
from templatesync.service.driver.scheduler import Scheduler, SchedulerSettings
from templatesync.service.driver.workers import Threads, Workers

__all__ = ["ABORTED", "GIVEN_UP", "STOPPED", "Driver", "Finished", "Interrupted", "Job", "Sender"]

T = TypeVar("T")


class Driver:
    """Runs jobs. What is learned about quotas lasts from one run to the next; failures of the network do not.

    `rates` replaces requests per second by operation. `clock` is monotonic; `wait` replaces real waiting, for tests
    whose clock it moves. After `stop`, `grace` seconds remain for what is under way.
    """

    def __init__(
        self,
        *,
        workers: int = 16,
        rates: Mapping[str, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] | None = None,
        random: randomness.Random | None = None,
        make_workers: Callable[[int], Workers] = Threads,
        grace: float = 5.0,
    ) -> None:
        # Jitter, not secrecy.
        chance = (random or randomness.Random()).random  # noqa: S311
        self._settings = SchedulerSettings(clock, wait, chance, grace, self._told_to_stop)
        self._lanes = Lanes(rates or {}, workers)
        self._workers = workers
        self._make_workers = make_workers
        self._running: Scheduler[Any] | None = None
        self._stopping = False
        self._aborting = False
        self._stopped_by = 0
        self.on_stop: Callable[[], None] = lambda: None
        """Called in the thread of `run`, not in a signal handler, once a run has seen that it is to stop."""

    @property
    def sent(self) -> Counter[str]:
        """How many requests left, by operation, tries that failed included."""
        return self._settings.tally.sent

    @property
    def throttled(self) -> int:
        """How many answers said that we were too fast."""
        return self._settings.tally.throttled

    @property
    def retries(self) -> int:
        """How many requests were sent once more."""
        return self._settings.tally.retries

    def rates(self) -> Mapping[str, float]:
        """Requests a second that hold at present, by operation that was called and is counted; the least of several
        accounts."""
        found: dict[str, float] = {}
        for (_, operation), rate in self._lanes.rates.items():
            if not math.isinf(rate.per_second):
                found[operation] = min(rate.per_second, found.get(operation, math.inf))
        return found

    @property
    def learned(self) -> Mapping[LaneKey, LearnedRate]:
        """What this driver has found out about rates, by account and operation: for `remember` of a later one."""
        return {key: found for key, rate in self._lanes.rates.items() if (found := rate.learned)}

    def remember(self, learned: Mapping[LaneKey, LearnedRate]) -> None:
        """Begin at rates that an earlier driver has learned. Before the first run."""
        self._lanes.learned = learned

    @property
    def stopping(self) -> bool:
        """Whether `stop` or `abort` was called; nothing more is begun then, in this run or another."""
        return self._stopping

    @property
    def stopped_by(self) -> int:
        """The number of the signal that stopped a run; 0 for none."""
        return self._stopped_by

    def run(
        self,
        jobs: Iterable[Job[T]],
        *,
        on_done: Callable[[Finished[T]], None] | None = None,
        at_once: int = 64,
    ) -> list[Finished[T]]:
        """Run all jobs, at most `at_once` of them begun and not ended; results in the order of the jobs.

        Whatever a job raises is in its `Finished`, and costs no other job its value. Only what ends the process, such
        as SystemExit, comes out of here.

        Signals, as in `heeding`, mean `stop` at first and `abort` the second time, but for those of a closed terminal.
        `on_done` is called in this thread as each job ends.
        """
        assert self._running is None, "a driver runs one set of jobs at a time"
        workers = self._make_workers(self._workers)
        scheduler = Scheduler(self._settings, self._lanes, workers, jobs, on_done, at_once)
        self._running = scheduler
        scheduler.stopping, scheduler.aborting = self._stopping, self._aborting
        try:
            with self.heeding():
                return scheduler.run()
        finally:
            self._running = None
            workers.close()

    def heeding(self) -> AbstractContextManager[None]:
        """Take SIGINT, SIGTERM and SIGHUP, where nobody else handles them, for calls of `stop` and `abort`.

        Each run does so. Around several of them, and what is told of them, nothing is lost to a signal in between.
        """
        return _interruptible(self._on_signal)

    def stop(self) -> None:
        """Begin nothing more: no job, no write. What is under way has `grace` seconds. Fit for a signal handler.

        Jobs not begun come back as not started; a write that was not sent is answered UNREACHABLE with STOPPED.
        """
        self._stopping = True
        if self._running is not None:
            self._running.stop()

    def abort(self) -> None:
        """Call everything off now: what is in flight is LOST, the rest not sent. Fit for a signal handler."""
        self._stopping = self._aborting = True
        if self._running is not None:
            self._running.abort()

    def _told_to_stop(self) -> None:
        self.on_stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._stopping:
            if number not in UNHURRIED:
                self.abort()
        else:
            self._stopped_by = number
            self.stop()


@contextmanager
def _interruptible(on_signal: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Signals as calls: an exception out of nowhere would lose what is in flight."""
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.getsignal(number) for number in HEEDED if unhandled(number)}
    for number in before:
        signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
