"""How fast one operation of one account may go, learned from what is accepted and refused. Pure: time is passed in.

The service's pages disagree: an operation's own page says 5 a second where the quota page says 150. So it begins at the
lower figure, doubles while nothing is refused, up to the higher one, and once refused keeps close to what was accepted.
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

SHARE = 0.97
"""Of a documented rate; what is left unused is the burst. A service that counts by calendar seconds sees no more than
its rate either, but for the jitter of the network. Nearer to 1 the burst would be too small to make up for waking up
late, and less would be used."""

_SLOWEST = 0.5
_PASSED_SECONDS, _LEAST_PASSED = 0.25, 2
"""Doubled when this long, and so many requests, went well at a rate. Sooner, and answers come too late to stop it."""
_BACK = 0.95
_CREEP, _FASTEST_CREEP = 0.0006, 0.03
"""A second, of the rate, for each request a second: each time the limit is met a request or two are refused, so slow
operations must meet it less often. Of a service that lets a second's worth through at once, 1 in 200."""
_CREEPS_FROM = 5.0
_SEARCH = 3
"""Times as fast from the first refusal to the second: what was accepted before the first says least."""
_QUIET = 60.0
"""Seconds of full use. Creeping meets the limit of such a service within 45: then it is elsewhere."""
_SAME, _ISOLATED = 1.0, 10.0
"""A service that counts by calendar seconds refuses until the next one begins: that is one refusal."""
_WINDOW = 30.0
_REMEMBERED = 8192


class LearnedRate(NamedTuple):
    """What one run tells the next. `refused`: there was a limit, and this is just below it."""

    per_second: float
    refused: bool


class Rate:
    """Requests a second at present: from `begin` to `ceiling`, and below when less is let through.

    What an earlier run has learned replaces `begin`, unless it is slower: a neighbour may have been busy.
    """

    def __init__(self, begin: float, ceiling: float, learned: LearnedRate | None = None) -> None:
        self._begin = begin * SHARE
        self._top = max(begin, ceiling) * SHARE
        self.per_second = min(self._top, max(self._begin, learned.per_second)) if learned else self._begin
        self._refused = learned is not None and learned.refused
        self._start = LearnedRate(self.per_second, self._refused)
        self._doubling = not self._refused
        self._searching = False
        self._changed_at = -math.inf
        self._passed = 0
        self._quiet = 0.0
        self._refused_at = -math.inf
        self._accepted: deque[float] = deque(maxlen=_REMEMBERED)

    @property
    def learned(self) -> LearnedRate | None:
        """What is worth remembering; None as long as it goes as it began."""
        if math.isinf(self._top) or LearnedRate(self.per_second, self._refused) == self._start:
            return None
        return LearnedRate(self.per_second * (_BACK if self._refused else 1.0), self._refused)

    def accepted(self, now: float, sent_at: float, *, pressed: bool) -> None:
        """A request was not refused for its rate. `pressed`: it had been waiting for its turn, so the rate was used."""
        since = now - self._accepted[-1] if self._accepted else 0.0
        self._accepted.append(now)
        if not pressed or self.per_second >= self._top:
            return
        if self._doubling:
            self._passed += sent_at >= self._changed_at
            if self._passed >= max(_LEAST_PASSED, self.per_second * _PASSED_SECONDS):
                self._change(self.per_second * 2, now)
            return
        used = min(since, 1.0)
        creep = min(_FASTEST_CREEP, _CREEP * max(self.per_second, _CREEPS_FROM)) * (_SEARCH if self._searching else 1)
        self.per_second = min(self._top, self.per_second * (1 + creep * used))
        self._quiet += used
        if self._quiet >= _QUIET:
            self._doubling = True
            self._change(self.per_second, now)

    def refused(self, now: float) -> None:
        """A request was refused for its rate, and it is not the refusal that was just heard of.

        A single one at the documented rate is the jitter of the network or a neighbour's burst, and changes nothing.
        Otherwise as much is kept as was accepted, or half when that is more.
        """
        if math.isinf(self._top):
            return
        if now - self._refused_at <= _SAME:
            return
        again = now - self._refused_at <= _ISOLATED
        if again or self.per_second != self._begin:
            least = self.per_second / 2 if again or self.per_second < self._begin else self._begin
            kept = max(least, min(self._proven(now), self.per_second) * _BACK)
            self._change(max(min(_SLOWEST, self._top), kept), now)
            self._refused = True
        self._searching = self._doubling
        self._doubling = False
        self._refused_at = now
        self._quiet = 0.0

    def _proven(self, now: float) -> float:
        """What the service lets through at least, if it never lets more than a second's worth through at once.

        Of n requests accepted in t seconds it had t + 1 seconds' worth to give; or t since it last had nothing left.
        """
        since = max(self._refused_at, now - _WINDOW)
        ages = [now - moment for moment in self._accepted if moment >= since]
        most = max((count / (1 + age) for count, age in enumerate(reversed(ages), 1)), default=0.0)
        emptied = since == self._refused_at and now > since
        return max(most, len(ages) / (now - since)) if emptied else most

    def _change(self, per_second: float, now: float) -> None:
        self.per_second = min(self._top, per_second)
        self._changed_at = now
        self._passed = 0
        self._quiet = 0.0
