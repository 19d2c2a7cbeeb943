"""A text with its values put in, and which parts of it they are. Knows no markup.

Values come before markup: a value that holds a star makes bold what the customer sees in bold. So variables are a mask
beside the text, never marks inside it.
"""

from __future__ import annotations

from typing import NamedTuple


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
