"""Orders of faults: which call meets one, and what it then does. Knows no operation and no state.

A fault before the call takes its place: nothing is carried out. A fault after the call changes the response only: the
state has changed, which the caller cannot know.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from templatesync.emulator.faults.contract import CONTRACT
from templatesync.emulator.faults.effect import Effect
from templatesync.emulator.faults.instruments import INSTRUMENTS, RANDOM, TRANSIENT
from templatesync.emulator.http.message import HttpResponse
from templatesync.emulator.outcome import RefusedCall

# Every kind that can be ordered, by its name in orders and in the history.
KINDS: Mapping[str, Effect] = MappingProxyType({**CONTRACT, **INSTRUMENTS})


@dataclass(frozen=True, slots=True)
class Fault:
    """One order. It counts the calls of `action` (`*`: of every action) from the moment it is given.

    kind           a name of KINDS
    nth, times     the first call that meets it, and how many do
    rate, seed     instead: the percentage of calls that meet it, drawn from a seeded generator; `times` still bounds
    retry_after    milliseconds, for `throttle`; 0 sends no header
    seconds        for `slow`
    """

    kind: str
    action: str = "*"
    nth: int = 1
    times: int | None = None
    rate: float | None = None
    seed: int = 0
    retry_after: int = 0
    seconds: float = 1.0

    @property
    def effect(self) -> Effect:
        """What it does to a call."""
        return KINDS[self.kind]

    @property
    def most(self) -> float:
        """How many calls meet it at most: one, unless it says otherwise or goes by rate."""
        if self.times is not None:
            return self.times
        return 1 if self.rate is None else float("inf")

    @property
    def pause(self) -> float:
        """Seconds by which it delays the call."""
        return self.seconds if self.effect.slow else 0.0

    def refusal(self, action: str) -> RefusedCall | None:
        """Why the call is not carried out; None when it is."""
        refuse = self.effect.refuse
        return refuse(action, self.retry_after) if refuse else None

    def change(self, response: HttpResponse, *, of_api: bool) -> HttpResponse:
        """The response that is sent. `of_api` tells the API's from the object store's."""
        effect = self.effect
        if effect.change is None or (effect.of_answers and not of_api):
            return response
        return effect.change(response)


@dataclass(slots=True)
class _Running:
    fault: Fault
    source: random.Random
    seen: int = 0
    met: int = 0

    def take(self) -> Fault | None:
        self.seen += 1
        if self.seen < self.fault.nth or self.met >= self.fault.most:
            return None
        if self.fault.rate is not None and self.source.random() * 100 >= self.fault.rate:
            return None
        self.met += 1
        if self.fault.kind == RANDOM:
            return replace(self.fault, kind=self.source.choice(TRANSIENT))
        return self.fault


@dataclass(slots=True)
class Faults:
    """The orders that are in force. Safe for threads."""

    _running: list[_Running] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def order(self, fault: Fault) -> None:
        """Put a fault in force."""
        with self._lock:
            self._running.append(_Running(fault, random.Random(fault.seed)))  # noqa: S311 - must be repeatable

    def clear(self) -> int:
        """Lift all; how many there were."""
        with self._lock:
            number = len(self._running)
            self._running.clear()
        return number

    def take(self, action: str) -> Fault | None:
        """Count a call; the fault it meets, if any. Of several the first ordered wins, and all count the call."""
        with self._lock:
            met = [running.take() for running in self._running if running.fault.action in ("*", action)]
        return next((fault for fault in met if fault), None)
