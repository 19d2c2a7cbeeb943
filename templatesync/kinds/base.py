"""What the engine asks of a kind. A kind knows no client, no document and no renderer.

A call that needs the service is a *flow*: a generator that yields a batch of requests, or a pause, and is
sent the answers in the same order. A test can drive it by hand; `driver` drives it for real.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from templatesync.rule import Rule
from templatesync.values import Answer, Decision, Json, Key, Listing, Live, Request, Resource

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """Yielded instead of requests: come back after so many seconds. Sent back: an empty list."""

    seconds: float


Batch: TypeAlias = tuple[Request, ...] | Pause
Flow: TypeAlias = Generator[Batch, list[Answer], T]


class FlowError(Exception):
    """A flow met an answer it cannot go on with. Carries the answer, so that the caller can name code and request.

    `partly`: an earlier request of the same write had succeeded.
    """

    def __init__(self, answer: Answer, *, partly: bool = False) -> None:
        super().__init__(answer.code)
        self.answer = answer
        self.partly = partly


class WrongAnswerError(FlowError):
    """The service answered about something that was not asked for. Nothing it says can be trusted now."""

    def __init__(self, answer: Answer, message: str) -> None:
        super().__init__(answer)
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Written:
    """The end of a write flow: the last answer, and what addresses the resource now (empty after a delete)."""

    answer: Answer
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A live resource as a file would say it, or the reason why no file can."""

    body: Mapping[str, Json]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A frozen record of functions. The engine calls nothing else of a kind.

    canonical   what of a body is content; `current` the same for what is live
    pair        what is compared of wanted and live: two contents that are equal when nothing is to do
    decide      action for a wanted resource (never a tombstone) and what is live under its key; given what to do with
                approved content, and whether to send it again although it is equal
    deletable   why a live resource cannot be deleted now; empty when it can
    settled     whether a live resource is in full use, so that what it replaces may go
    fetch       everything live; details only of the keys for which `wanted` is true
    read        one resource as it is now, or None
    create, update, delete     the writes
    unparse     the way back to a file
    breaking    what senders of the old content notice when it becomes the new one
    outputs     what senders need to know of a live resource
    reads, writes              the API's operations that a plan calls, and those that only an apply calls
    probes      one request for each of these that can change nothing: what it names cannot exist
    """

    name: str
    schema: str
    localised: frozenset[str]
    localised_maps: frozenset[str]
    identify: Callable[[Mapping[str, Json]], Key]
    canonical: Callable[[Mapping[str, Json]], Json]
    current: Callable[[Live], Json]
    pair: Callable[[Resource, Live], tuple[Json, Json]]
    decide: Callable[[Resource, Live | None, str, bool], Decision]
    deletable: Callable[[Live], str]
    settled: Callable[[Live], bool]
    fetch: Callable[[Callable[[Key], bool]], Flow[Listing]]
    read: Callable[[Key, Live | None], Flow[Live | None]]
    create: Callable[[Resource], Flow[Written]]
    update: Callable[[Resource, Live], Flow[Written]]
    delete: Callable[[Live], Flow[Written]]
    unparse: Callable[[Live], Unparsed]
    breaking: Callable[[Json, Json], tuple[str, ...]]
    outputs: Callable[[Live], Mapping[str, Json]]
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    probes: tuple[Request, ...] = ()
    rules: Sequence[Rule] = ()
    order: int = 0
    """Kinds with a lower number are created first and deleted last."""
    delete_note: str = ""
    """What a person should know before a deletion."""
