"""Workers that live in simulated time, and a service that counts quotas as the real one does: no thread, no sleep."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Generator
from itertools import count
from typing import Any

from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.service.driver.driver import Driver

Reply = AnswerClass | Answer | Exception | Callable[[Request], Any]


class World:
    """A clock that moves only when the driver waits, and the latency of the network."""

    def __init__(self, latency: Callable[[Request], float] = lambda request: 0.0) -> None:
        self.now = 1000.0
        self.latency = latency
        self.workers: list[SimulatedWorkers] = []

    def clock(self) -> float:
        return self.now

    def driver(self, *, workers: int = 16, **more: Any) -> Driver:
        more.setdefault("random", random.Random(1))
        return Driver(workers=workers, clock=self.clock, make_workers=self._make_workers, **more)

    def _make_workers(self, size: int) -> SimulatedWorkers:
        self.workers.append(SimulatedWorkers(self, size))
        return self.workers[-1]


class SimulatedWorkers:
    """Work is done when it is begun; its result arrives a latency later."""

    def __init__(self, world: World, size: int) -> None:
        self.world = world
        self.size = size
        self.events: list[tuple[float, int, object, Any]] = []
        self.order = count()
        self.woken = False
        self.closed = False
        self.most = 0

    @property
    def idle(self) -> int:
        return self.size - len(self.events)

    def start(self, token: Any, work: Callable[[], Any]) -> None:
        try:
            result = work()
        except Exception as error:
            result = error
        due = self.world.now + self.world.latency(token.request)
        heapq.heappush(self.events, (due, next(self.order), token, result))
        self.most = max(self.most, len(self.events))

    def next(self, timeout: float | None) -> tuple[object, Any] | None:
        if self.woken:
            self.woken = False
            return None
        until = float("inf") if timeout is None else self.world.now + timeout
        if self.events and self.events[0][0] <= until:
            due, _, token, result = heapq.heappop(self.events)
            self.world.now = max(self.world.now, due)
            return token, result
        assert timeout is not None, "would wait for ever"
        self.world.now = until
        return None

    def wake(self) -> None:
        self.woken = True

    def close(self) -> None:
        self.closed = True


class Service:
    """Answers by script, then with success. `log` has the time and the request of everything that arrived."""

    def __init__(self, world: World, *script: Reply, account: str = "account", always: Reply | None = None) -> None:
        self.world = world
        self.script = list(script)
        self.account = account
        self.always = always
        self.log: list[tuple[float, Request]] = []

    def send(self, request: Request) -> Answer:
        self.log.append((self.world.now, request))
        reply: Any = self.script.pop(0) if self.script else self.always
        if callable(reply) and not isinstance(reply, AnswerClass):
            reply = reply(request)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, Answer):
            return reply
        klass = reply or AnswerClass.SUCCESS
        return Answer(request, klass, "OK" if klass is AnswerClass.SUCCESS else klass.value)

    @property
    def times(self) -> list[float]:
        """When requests arrived, from the start of the world."""
        return [moment - 1000.0 for moment, _ in self.log]


class Metered(Service):
    """A service with a token bucket of one second for each operation, which refuses what does not fit."""

    def __init__(self, world: World, rates: dict[str, float], *, window: bool = False, header: int = 0) -> None:
        super().__init__(world)
        self.rates = rates
        self.window = window
        self.header = header
        self.tokens: dict[str, tuple[float, float]] = {}
        self.refused = 0

    def send(self, request: Request) -> Answer:
        # It arrives half a latency after it left.
        moment = self.world.now + self.world.latency(request) / 2
        rate = self.rates[request.operation]
        if self._fits(request.operation, rate, moment):
            self.log.append((moment, request))
            return Answer(request, AnswerClass.SUCCESS, "OK")
        self.refused += 1
        return Answer(request, AnswerClass.THROTTLED, "Throttling.Api", retry_after=self.header / 1000)

    def _fits(self, operation: str, rate: float, moment: float) -> bool:
        left, at = self.tokens.get(operation, (rate, moment))
        if self.window:
            left, at = (rate, moment // 1) if moment // 1 != at else (left, at)
        else:
            left, at = min(rate, left + max(0.0, moment - at) * rate), max(at, moment)
        fits = left >= 1
        self.tokens[operation] = (left - 1 if fits else left, at)
        return fits


READ = "GetChatappTemplateDetail"
LIST = "ListChatappTemplate"
WRITE = "CreateChatappTemplate"


def ask(*requests: Request) -> Generator[Any, list[Answer], list[Answer]]:
    """One batch; its value is the answers."""
    answers = yield requests
    return answers


def one(operation: str = READ, **params: Any) -> Generator[Any, list[Answer], Answer]:
    """One request; its value is the answer."""
    answers = yield (Request(operation, params),)
    return answers[0]
