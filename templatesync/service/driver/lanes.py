"""Requests that wait: a lane for each account and operation, a queue for each sender in it. Knows no clock.

Lanes take turns, and so do the senders within one, so that neither a slow operation nor a dead space starves others.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from templatesync.service.api import api
from templatesync.service.driver.call import QueuedRequest, SenderState, settled
from templatesync.service.driver.pacing import Bucket
from templatesync.service.driver.rate import LearnedRate, Rate

# So many misses in a row, and a sender gets few workers until something arrives.
_TROUBLE = 5


@dataclass(slots=True)
class _Lane:
    bucket: Bucket
    queues: dict[SenderState, deque[QueuedRequest]] = field(default_factory=dict)
    in_flight: int = 0


LaneKey: TypeAlias = tuple[str, str]
"""Account and operation."""


class Lanes:
    """Everything that waits to be sent. `rates` replaces requests per second by operation, and nothing is learned then.

    `learned` is what earlier runs have found out.
    """

    def __init__(self, rates: Mapping[str, float], workers: int) -> None:
        self.learned: Mapping[LaneKey, LearnedRate] = {}
        self._rates = rates
        self._lanes: dict[LaneKey, _Lane] = {}
        self._waiting: dict[LaneKey, _Lane] = {}
        self._senders: set[SenderState] = set()
        # What one operation, and one sender, may occupy while another one waits.
        self._lane_share = max(1, workers - workers // 4)
        self._sender_share = max(1, workers // 2)
        self._probes = max(1, workers // 4)
        self._workers = workers

    def clear(self) -> None:
        """Forget what waits and is in flight, keep what was learned about quotas."""
        for lane in self._lanes.values():
            lane.queues.clear()
            lane.in_flight = 0
        self._waiting.clear()
        self._senders.clear()

    def put(self, call: QueuedRequest, now: float, *, first: bool) -> None:
        """Put a call at the end of its queue, or at its head."""
        lane = self._lanes.get(call.lane)
        if lane is None:
            lane = self._lanes[call.lane] = _Lane(Bucket(self._rate(call), now))
        queue = lane.queues.setdefault(call.state, deque())
        if first:
            queue.appendleft(call)
        else:
            queue.append(call)
        self._waiting.setdefault(call.lane, lane)
        call.state.waiting += 1
        self._senders.add(call.state)

    def take(self, now: float, dead: Callable[[QueuedRequest], bool]) -> QueuedRequest | None:
        """The next call that may leave now, counted as sent. Drops the dead ones that it meets."""
        for key, lane in list(self._waiting.items()):
            if lane.bucket.ready_at(now) > now:
                continue
            if lane.in_flight >= self._lane_share and len(self._waiting) > 1:
                continue
            call = self._pop(lane, dead)
            if not lane.queues:
                del self._waiting[key]
            if call is None:
                continue
            if key in self._waiting:
                # To the end of the line: the next turn is another lane's.
                self._waiting[key] = self._waiting.pop(key)
            call.pressed = lane.bucket.take(now)
            lane.in_flight += 1
            call.state.in_flight += 1
            return call
        return None

    def completed(self, call: QueuedRequest) -> None:
        """A call that was taken is no longer in flight."""
        self._lanes[call.lane].in_flight -= 1
        call.state.in_flight -= 1

    def accepted(self, call: QueuedRequest, now: float) -> None:
        """The service answered a call, and not that it was too fast."""
        self._lanes[call.lane].bucket.rate.accepted(now, call.sent_at, pressed=call.pressed)

    def throttled(self, call: QueuedRequest, now: float, pause: float) -> None:
        """The service refused a call for its rate."""
        self._lanes[call.lane].bucket.throttled(now, call.sent_at, pause)

    def next_at(self, now: float) -> float | None:
        """When a quota next allows something that waits; None when only an answer can change anything."""
        moments = (lane.bucket.ready_at(now) for lane in self._waiting.values())
        return min((moment for moment in moments if moment > now), default=None)

    def withdraw(self, which: Callable[[QueuedRequest], bool]) -> list[QueuedRequest]:
        """Take calls out of their lines, to be answered without being sent."""
        taken: list[QueuedRequest] = []
        for key, lane in list(self._waiting.items()):
            for state, queue in list(lane.queues.items()):
                taken += (gone := [call for call in queue if which(call)])
                kept = deque(call for call in queue if not which(call))
                self._left(state, len(gone))
                if kept:
                    lane.queues[state] = kept
                else:
                    del lane.queues[state]
            if not lane.queues:
                del self._waiting[key]
        return taken

    def _pop(self, lane: _Lane, dead: Callable[[QueuedRequest], bool]) -> QueuedRequest | None:
        for state, queue in list(lane.queues.items()):
            while queue and dead(queue[0]):
                settled(queue.popleft())
                self._left(state, 1)
            if not queue:
                del lane.queues[state]
                continue
            if not self._may_leave(queue[0]):
                continue
            call = queue.popleft()
            self._left(state, 1)
            del lane.queues[state]
            if queue:
                lane.queues[state] = queue
            return call
        return None

    def _may_leave(self, call: QueuedRequest) -> bool:
        state = call.state
        if state.misses >= _TROUBLE:
            # What has been tried comes first: a few requests find out whether the rest is worth sending.
            return state.in_flight < self._probes and (call.tries is not None or state.open < self._probes)
        return state.in_flight < (self._sender_share if len(self._senders) > 1 else self._workers)

    def _left(self, state: SenderState, number: int) -> None:
        state.waiting -= number
        if state.waiting == 0:
            self._senders.discard(state)

    @property
    def rates(self) -> Mapping[LaneKey, Rate]:
        """The rate of every operation that was called."""
        return {key: lane.bucket.rate for key, lane in self._lanes.items()}

    def _rate(self, call: QueuedRequest) -> Rate:
        name = call.request.operation
        if name in self._rates:
            return Rate(self._rates[name], self._rates[name])
        operation = api().operations.get(name)
        if operation is None or not call.state.sender.account:
            return Rate(math.inf, math.inf)
        return Rate(operation.per_second, operation.ceiling, self.learned.get(call.lane))
