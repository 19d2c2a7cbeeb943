"""A text with its values put in, and which parts of it they are. Knows no markup.

Values come before markup: a value that holds a star makes bold what the customer sees in bold. So variables are a mask
beside the text, never marks inside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

VARIABLE = re.compile(r"\$\((\w+)\)")
"""A variable of the platform. `${{ name }}` is one of files, filled in long before: whatever is left of it is text."""


class Slot(NamedTuple):
    """Where a variable is in a text: characters `start` to `end`, and its name."""

    start: int
    end: int
    name: str


class Filled(NamedTuple):
    """A text as it is drawn, before markup, and where its values stand. `slots` are in order and do not overlap."""

    text: str = ""
    slots: tuple[Slot, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)


def filled(text: str, values: Mapping[str, str]) -> Filled:
    """A text with values in the places of its variables. A variable without a value stays as it is written.

    What a value holds is never a variable of its own.
    """
    pieces: list[str] = []
    slots: list[Slot] = []
    end = length = 0
    for match in VARIABLE.finditer(text):
        before, value = text[end : match.start()], values.get(match[1], match[0])
        start = length + len(before)
        end, length = match.end(), start + len(value)
        slots.append(Slot(start, length, match[1]))
        pieces += (before, value)
    return Filled("".join([*pieces, text[end:]]), tuple(slots))
