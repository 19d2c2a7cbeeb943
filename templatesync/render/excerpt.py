"""The part of a source line around a column, as a terminal can show it. Pure; knows no finding and no file."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, takewhile

from templatesync.render.escape import visible
from templatesync.render.terminal import width

COLUMNS = 100
"""What of a line is shown at most, in columns of the terminal."""
_BEFORE = 60
_TAB = " " * 4


def excerpt(line: str, column: int) -> tuple[str, int]:
    """The line, or what of it fits around the column (from 1, in characters); and the columns before that place.

    What is left out on a side is shown as one `…`. A column behind the end is the place right behind it.
    """
    at = min(max(column - 1, 0), len(line))
    start, end = 0, len(line)
    if end > COLUMNS or width(_shown(line)) > COLUMNS:
        start = at - _fitting(reversed(line[max(at - _BEFORE, 0) : at]), _BEFORE)
        while 0 < start < at and not width(line[start]):
            start += 1  # a mark without its letter would sit on the `…`
        room = COLUMNS - width(_shown(line[start:at]))
        end = at + _fitting(line[at : at + COLUMNS], room)
    before = "…" * (start > 0) + _shown(line[start:at])
    return before + _shown(line[at:end]) + "…" * (end < len(line)), width(before)


def _fitting(chars: Iterable[str], room: int) -> int:
    """How many of the characters fit, each measured alone: what several make together is never wider."""
    taken = accumulate(width(_shown(char)) for char in chars)
    return sum(1 for _ in takewhile(lambda columns: columns <= room, taken))


def _shown(text: str) -> str:
    return visible(text.replace("\t", _TAB))
