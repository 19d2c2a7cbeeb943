"""Threads that do one piece of work after another. Knows no request: a piece of work is a function to call."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from templatesync.model.stopping import HEEDED


class Workers(Protocol):
    """Those who do the work that the driver hands out. Those of the tests live in simulated time."""

    @property
    def idle(self) -> int:
        """How many pieces of work could begin right now."""
        ...

    def start(self, token: object, work: Callable[[], Any]) -> None:
        """Begin a piece of work. Only when a worker is idle."""
        ...

    def next(self, timeout: float | None) -> tuple[object, Any] | None:
        """The next finished piece: its token, and its result or the exception.

        None on `wake`, when time is up, and when it has waited so long that the caller should look for signals.
        """
        ...

    def wake(self) -> None:
        """Make a waiting `next` return. May be called from a signal handler."""
        ...

    def close(self) -> None:
        """End, without waiting for work that is under way."""
        ...


_LONGEST_WAIT = 0.5
"""Seconds. A signal that comes just before a wait begins does not end it, and its handler runs only afterwards."""


class Threads:
    """Daemon threads, started when needed, at most `size` of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._busy = 0
        self._threads: list[threading.Thread] = []
        self._work: SimpleQueue[tuple[object, Callable[[], Any]] | None] = SimpleQueue()
        # A SimpleQueue may be put to from a signal handler, which interrupts this very `get`.
        self._done: SimpleQueue[tuple[object, Any] | None] = SimpleQueue()

    @property
    def idle(self) -> int:
        return self._size - self._busy

    def start(self, token: object, work: Callable[[], Any]) -> None:
        if self._busy == len(self._threads):
            thread = threading.Thread(target=self._serve, name=f"templatesync-{self._busy}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._busy += 1
        self._work.put((token, work))

    def next(self, timeout: float | None) -> tuple[object, Any] | None:
        try:
            done = self._done.get(timeout=_LONGEST_WAIT if timeout is None else min(timeout, _LONGEST_WAIT))
        except Empty:
            return None
        if done is not None:
            self._busy -= 1
        return done

    def wake(self) -> None:
        self._done.put(None)

    def close(self) -> None:
        for _ in self._threads:
            self._work.put(None)
        if not self._busy:
            for thread in self._threads:
                thread.join()

    def _serve(self) -> None:
        if hasattr(signal, "pthread_sigmask"):  # not on Windows
            # Only the main thread runs handlers. A signal that woke a worker would leave it waiting on a lock.
            signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
        while (task := self._work.get()) is not None:
            token, work = task
            try:
                result = work()
            except BaseException as error:
                result = error
            self._done.put((token, result))
