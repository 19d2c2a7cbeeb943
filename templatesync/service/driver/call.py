"""One request of a job, and what is known of the sender that it goes to. Knows no lane, no clock and no thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from templatesync.model.request import Answer, AnyRequest
from templatesync.service.driver.pacing import Tries


@dataclass(slots=True, eq=False)
class SenderState:
    """What the scheduler knows of a sender: its requests in flight and waiting, and its trouble with the network.

    `failures` are requests that failed for good in a row, `misses` single tries. `open` requests have been tried and
    have no answer yet.
    """

    sender: Any
    failures: int = 0
    misses: int = 0
    open: int = 0
    in_flight: int = 0
    waiting: int = 0


@dataclass(slots=True, eq=False)
class QueuedRequest:
    """One request of a job. `owner`, `turn` and `position` say where its answer belongs.

    `refused` is the answer that asked for new credentials. `pressed`: it had to wait for its turn when it last left.
    """

    request: AnyRequest
    state: SenderState
    write: bool
    owner: Any
    turn: int
    position: int
    tries: Tries | None = None
    sent_at: float = 0.0
    pressed: bool = False
    refused: Answer | None = None

    @property
    def lane(self) -> tuple[str, str]:
        """Quotas are counted per account and operation."""
        return (self.state.sender.account, self.request.operation)


def tried(call: QueuedRequest, now: float) -> None:
    """Note that a call is sent, for the first time or again."""
    call.sent_at = now
    if call.tries is None:
        call.tries = Tries(began=now)
        call.state.open += 1


def settled(call: QueuedRequest) -> None:
    """Note that a call is over, whether or not anybody waited for it."""
    if call.tries is not None:
        call.tries = None
        call.state.open -= 1


def attempt(call: QueuedRequest) -> Callable[[], Answer]:
    """What a worker does. Fetching new credentials may take seconds, so it happens there and not in the scheduler."""
    sender, request, refused = call.state.sender, call.request, call.refused

    def work() -> Answer:
        if refused is not None:
            refresh = getattr(sender, "refresh", None)
            if refresh is None or not refresh():
                return refused
        answer: Answer = sender.send(request)
        return answer

    return work
