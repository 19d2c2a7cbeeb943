"""A call that needs several requests, as a generator. Pure; knows no client and no clock."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from templatesync.model.request import Answer, AnyRequest

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """Yielded instead of requests: come back after so many seconds. Sent back: an empty list."""

    seconds: float


Batch: TypeAlias = tuple[AnyRequest, ...] | Pause
Calls: TypeAlias = Generator[Batch, list[Answer], T]


def resumed(calls: Calls[T], answers: list[Answer] | None) -> Batch:
    """What calls ask for next, given the answers to what they asked last; None when they have not begun.

    Raises StopIteration with their value when they are at their end.
    """
    # A generator that has not begun takes nothing but None.
    return next(calls) if answers is None else calls.send(answers)


class CallError(Exception):
    """An answer with which the calls cannot go on. Carries the answer, so that the caller can name code and request.

    `partly`: an earlier request of the same write had succeeded.
    """

    def __init__(self, answer: Answer, *, partly: bool = False) -> None:
        super().__init__(answer.code)
        self.answer = answer
        self.partly = partly


class WrongAnswerError(CallError):
    """The service answered about something that was not asked for. Nothing it says can be trusted now."""

    def __init__(self, answer: Answer, message: str) -> None:
        super().__init__(answer)
        self.message = message

    def __str__(self) -> str:
        return self.message
