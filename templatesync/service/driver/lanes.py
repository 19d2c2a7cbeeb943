"""Requests in line: one lane per account and operation, one queue per sender in it. Time is passed in; sends nothing.

Lanes take turns, and so do the senders within one, so that neither a slow operation nor a dead space starves others.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from templatesync.model.request import Answer, AnyRequest
from templatesync.service.api import api
from templatesync.service.driver.pacing import Bucket, Tries

# So many misses in a row, and a sender gets few workers until something arrives.
_TROUBLE = 5


@dataclass(slots=True, eq=False)
class Party:
    """A sender as the scheduler sees it: requests under way and in line, and trouble with the network.

    `failures` are requests that failed for good in a row, `misses` single tries. `open` requests have been tried and
    are not settled.
    """

    sender: Any
    failures: int = 0
    misses: int = 0
    open: int = 0
    flying: int = 0
    waiting: int = 0


@dataclass(slots=True, eq=False)
class Call:
    """One request on its way. `owner`, `turn` and `position` say where its answer belongs.

    `refused` is the answer that asked for new credentials.
    """

    request: AnyRequest
    party: Party
    write: bool
    owner: Any
    turn: int
    position: int
    tries: Tries | None = None
    sent_at: float = 0.0
    refused: Answer | None = None

    @property
    def lane(self) -> tuple[str, str]:
        """Quotas are counted per account and operation."""
        return (self.party.sender.account, self.request.operation)


def tried(call: Call, now: float) -> None:
    """Note that a call leaves, for the first time or again."""
    call.sent_at = now
    if call.tries is None:
        call.tries = Tries(began=now)
        call.party.open += 1


def settled(call: Call) -> None:
    """Note that a call is over, whether or not anybody waited for it."""
    if call.tries is not None:
        call.tries = None
        call.party.open -= 1


@dataclass(slots=True)
class _Lane:
    bucket: Bucket
    queues: dict[Party, deque[Call]] = field(default_factory=dict)
    flying: int = 0


class Lanes:
    """Everything that waits to be sent. `rates` replaces requests per second by operation."""

    def __init__(self, rates: Mapping[str, float], workers: int) -> None:
        self._rates = rates
        self._lanes: dict[tuple[str, str], _Lane] = {}
        self._waiting: dict[tuple[str, str], _Lane] = {}
        self._parties: set[Party] = set()
        # What one operation, and one sender, may occupy while another one waits.
        self._lane_share = max(1, workers - workers // 4)
        self._party_share = max(1, workers // 2)
        self._probes = max(1, workers // 4)
        self._workers = workers

    def clear(self) -> None:
        """Forget what waits and flies, keep what was learned about quotas."""
        for lane in self._lanes.values():
            lane.queues.clear()
            lane.flying = 0
        self._waiting.clear()
        self._parties.clear()

    def put(self, call: Call, now: float, *, first: bool) -> None:
        """Put a call at the end of its queue, or at its head."""
        lane = self._lanes.get(call.lane)
        if lane is None:
            lane = self._lanes[call.lane] = _Lane(Bucket(self._rate(call), now))
        queue = lane.queues.setdefault(call.party, deque())
        if first:
            queue.appendleft(call)
        else:
            queue.append(call)
        self._waiting.setdefault(call.lane, lane)
        call.party.waiting += 1
        self._parties.add(call.party)

    def take(self, now: float, dead: Callable[[Call], bool]) -> Call | None:
        """The next call that may leave now, counted as sent. Drops the dead ones that it meets."""
        for key, lane in list(self._waiting.items()):
            if lane.bucket.ready_at(now) > now:
                continue
            if lane.flying >= self._lane_share and len(self._waiting) > 1:
                continue
            call = self._pop(lane, dead)
            if not lane.queues:
                del self._waiting[key]
            if call is None:
                continue
            if key in self._waiting:
                # To the end of the line: the next turn is another lane's.
                self._waiting[key] = self._waiting.pop(key)
            lane.bucket.take(now)
            lane.flying += 1
            call.party.flying += 1
            return call
        return None

    def landed(self, call: Call) -> None:
        """A call that was taken is no longer under way."""
        self._lanes[call.lane].flying -= 1
        call.party.flying -= 1

    def throttled(self, call: Call, now: float, pause: float) -> None:
        """The service refused a call for its rate."""
        self._lanes[call.lane].bucket.throttled(now, call.sent_at, pause)

    def next_at(self, now: float) -> float | None:
        """When a quota next allows something that waits; None when only an answer can change anything."""
        moments = (lane.bucket.ready_at(now) for lane in self._waiting.values())
        return min((moment for moment in moments if moment > now), default=None)

    def withdraw(self, which: Callable[[Call], bool]) -> list[Call]:
        """Take calls out of their lines, to be answered without being sent."""
        taken: list[Call] = []
        for key, lane in list(self._waiting.items()):
            for party, queue in list(lane.queues.items()):
                taken += (gone := [call for call in queue if which(call)])
                kept = deque(call for call in queue if not which(call))
                self._left(party, len(gone))
                if kept:
                    lane.queues[party] = kept
                else:
                    del lane.queues[party]
            if not lane.queues:
                del self._waiting[key]
        return taken

    def _pop(self, lane: _Lane, dead: Callable[[Call], bool]) -> Call | None:
        for party, queue in list(lane.queues.items()):
            while queue and dead(queue[0]):
                settled(queue.popleft())
                self._left(party, 1)
            if not queue:
                del lane.queues[party]
                continue
            if not self._may_leave(queue[0]):
                continue
            call = queue.popleft()
            self._left(party, 1)
            del lane.queues[party]
            if queue:
                lane.queues[party] = queue
            return call
        return None

    def _may_leave(self, call: Call) -> bool:
        party = call.party
        if party.misses >= _TROUBLE:
            # What has been tried comes first: a few requests find out whether the rest is worth sending.
            return party.flying < self._probes and (call.tries is not None or party.open < self._probes)
        return party.flying < (self._party_share if len(self._parties) > 1 else self._workers)

    def _left(self, party: Party, number: int) -> None:
        party.waiting -= number
        if party.waiting == 0:
            self._parties.discard(party)

    def _rate(self, call: Call) -> float:
        name = call.request.operation
        if name in self._rates:
            return self._rates[name]
        operation = api().operations.get(name)
        return operation.per_second if operation and call.party.sender.account else math.inf
