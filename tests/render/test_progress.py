"""Progress counts resources, and says how long the rest will take once that can be said."""

from __future__ import annotations

import io
from typing import Any

import pytest

from templatesync.commands.counting import Counting
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.render.progress import Progress


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("seconds", "read", "of", "told"),
    [
        (1.0, 10, 8000, "10 of 8,000 read"),
        (60.0, 3120, 8000, "3,120 of 8,000 read, about 2 min left"),
        (60.0, 4400, 8000, "4,400 of 8,000 read, about 50 s left"),
        (60.0, 8000, 8000, "8,000 of 8,000 read"),
        (60.0, 7, 0, "7 read"),
    ],
)
def test_what_is_told(seconds: float, read: int, of: int, told: str) -> None:
    now = [0.0]
    for stream in (Screen(), io.StringIO()):
        now[0] = 0.0
        progress = Progress(stream, quiet=False, clock=lambda: now[0])
        progress.counted(1, of)
        now[0] = seconds
        progress.counted(read, of)
        written = stream.getvalue()
        if stream.isatty():
            assert written.endswith(f"\r\x1b[K{told}")
        else:  # in CI a line from time to time, and none that says that it is over
            assert written == (f"{told}\n" if seconds > 5 and read != of else "")


def answer(operation: str) -> Answer:
    return Answer(Request(operation), AnswerClass.SUCCESS)


def test_resources_count_as_their_content_is_answered_and_all_when_a_space_is_done() -> None:
    told: list[Any] = []
    counting = Counting({"one": 3, "two": 2}, lambda read, of: told.append((read, of)), told.append)
    one = counting.answers_of("one")
    for operation in ("ListChatappTemplate", *["GetChatappTemplateDetail"] * 2, "GetFlow", "GetChatappTemplateDetail"):
        one(answer(operation))
    counting.done("two")
    assert told == [(1, 5), (2, 5), (3, 5), (5, 5), "two"]


def test_who_is_told_costs_nobody_a_reading() -> None:
    def broken(read: int, of: int) -> None:
        raise RuntimeError

    done: list[str] = []
    counting = Counting({"one": 1}, broken, done.append)
    counting.answers_of("one")(answer("GetFlow"))
    counting.done("one")
    assert done == ["one"]
