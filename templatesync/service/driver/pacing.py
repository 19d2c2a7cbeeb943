"""How fast one operation of one account may go, and how long to wait before trying again. Pure: time is passed in.

Quotas are counted by the service per main account, operation and region; every space, the console and other programs
share them, so being throttled is normal and slows us down instead of failing anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from templatesync.model.request import Answer, AnswerClass
from templatesync.service.driver.rate import SHARE, Rate

LONGEST_PAUSE = 60.0
THROTTLE_TRIES = 6
THROTTLE_SECONDS = 300.0
NETWORK_TRIES = 4
NETWORK_SECONDS = 60.0


# Seconds after a refusal, and the time of one request: enough that the next ones may arrive unevenly.
_SLACK = 0.25
# A request that follows the last one so closely, in times of the rate's own step, had waited for its turn.
_CLOSE = 1.5


class Bucket:
    """Tokens for one operation of one account: one is taken for each request that leaves.

    How many there are a second is `rate`'s to learn; it may be infinite. After a throttled answer the bucket pauses.
    """

    def __init__(self, rate: Rate, now: float) -> None:
        self.rate = rate
        self._resumed_at = -math.inf
        self._taken_at = -math.inf
        self._tokens = self._burst
        self._at = now

    @property
    def _burst(self) -> float:
        return 1.0 if math.isinf(self.rate.per_second) else max(1.0, self.rate.per_second * (1 / SHARE - 1))

    def ready_at(self, now: float) -> float:
        """When the next request may leave: `now` or later."""
        self._refill(now)
        start = max(now, self._at)
        if self._tokens >= 1.0:
            return start
        # A hair later, or rounding makes the caller wait for nothing once more.
        return start + (1.0 - self._tokens) / self.rate.per_second + 1e-6

    def take(self, now: float) -> bool:
        """Count one request, and tell whether it had to wait for its turn. Only when `ready_at(now) <= now`."""
        self._refill(now)
        if math.isinf(self.rate.per_second):
            return False
        self._tokens -= 1.0
        pressed = now - self._taken_at <= _CLOSE / self.rate.per_second
        self._taken_at = now
        return pressed

    def throttled(self, now: float, sent_at: float, pause: float) -> None:
        """The service refused a request of `sent_at`: send nothing for `pause` seconds, then perhaps go slower.

        Refusals of requests that had left before the last pause ended are the same refusal.
        """
        if sent_at >= self._resumed_at:
            self.rate.refused(now)
            if not math.isinf(self.rate.per_second):
                pause = max(pause, _SLACK + 1 / self.rate.per_second)
            self._resumed_at = now + pause
        # Tokens do not gather during the pause, so it is not followed by a burst.
        self._tokens = min(self._tokens, 1.0)
        self._at = max(self._at, now + pause)

    def _refill(self, now: float) -> None:
        if now > self._at:
            per_second = self.rate.per_second
            gained = self._burst if math.isinf(per_second) else (now - self._at) * per_second
            self._tokens = min(self._burst, self._tokens + gained)
            self._at = now


@dataclass(slots=True)
class Tries:
    """What has been tried for one request so far. `began` is when it first left."""

    began: float
    throttled: int = 0
    network: int = 0
    at_once: set[AnswerClass] = field(default_factory=set)


def again_in(answer: Answer, tries: Tries, write: bool, now: float, random: Callable[[], float]) -> float | None:
    """Seconds until the request is sent again, or None when the answer is final. Counts the try.

    `random` gives 0 to 1. A write whose outcome is unknown is never repeated here: whoever sent it must look first.
    """
    match answer.klass:
        case AnswerClass.THROTTLED:
            tries.throttled += 1
            if tries.throttled >= THROTTLE_TRIES or now - tries.began > THROTTLE_SECONDS:
                return None
            if answer.retry_after > 0:
                return min(answer.retry_after, LONGEST_PAUSE) * (1 + 0.1 * random())
            return random() * 2.0 ** (tries.throttled - 1)
        case AnswerClass.CLOCK | AnswerClass.RESIGN | AnswerClass.REFRESH:
            if answer.klass in tries.at_once:
                return None
            tries.at_once.add(answer.klass)
            return 0.0
        case AnswerClass.UNREACHABLE | AnswerClass.LOST | AnswerClass.UNAVAILABLE:
            return _after_network_trouble(answer, tries, write, now, random)
        case _:
            return None


def _after_network_trouble(
    answer: Answer, tries: Tries, write: bool, now: float, random: Callable[[], float]
) -> float | None:
    if answer.klass is AnswerClass.UNREACHABLE:
        # A status means that a proxy or a redirect answered in the service's place, and it will again.
        if answer.http_status:
            return None
    elif write:
        return None
    tries.network += 1
    if tries.network >= NETWORK_TRIES or now - tries.began > NETWORK_SECONDS:
        return None
    pause = random() * min(8.0, 0.5 * 2.0 ** (tries.network - 1))
    return max(pause, min(answer.retry_after, LONGEST_PAUSE))
