"""What the driver is given and what it gives back. Pure values; knows no thread and no clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from templatesync.model.request import Answer, AnyRequest

if TYPE_CHECKING:
    from templatesync.model.calls import Batch

T = TypeVar("T")

# Codes of answers that are the driver's own; no code of the service has this prefix.
STOPPED = "templatesync.Stopped"
GIVEN_UP = "templatesync.GivenUp"
ABORTED = "templatesync.Aborted"


class Sender(Protocol):
    """Where requests go: a client of one space.

    Quotas are counted per `account`; "" counts none. It may have a `refresh()` that fetches new credentials and tells
    whether there were any.
    """

    account: str

    def send(self, request: AnyRequest) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """A generator of requests, and the sender that they go to. `label` and `space` are for reports.

    `list_seconds` is how long the pages of its lists may be under way, all together: later ones are answered with
    OUT_OF_TIME. Waiting for a quota does not count, for other jobs may have used it.
    `on_answer` is told each answer that the calls are sent, and must not raise.
    """

    sender: Sender
    calls: Generator[Batch, list[Answer], T]
    label: str = ""
    space: str = ""
    list_seconds: float = math.inf
    on_answer: Callable[[Answer], None] | None = None


@dataclass(frozen=True, slots=True)
class Finished(Generic[T]):
    """The end of a job: its value, or what it raised. Neither when it was not `started`.

    Both when it was `on_done` that raised, or the driver itself, after the value was there.
    """

    job: Job[T]
    value: T | None = None
    error: Exception | None = None
    started: bool = True


def list_seconds(wanted: int) -> float:
    """For a space of which files want so many resources. An hour of a runner is over sooner than a list that never
    ends, and one resource is no reason to wait for longer than a second."""
    return 900.0 + wanted


class Interrupted(Exception):
    """The generator of a job went on asking after everything had been called off."""
