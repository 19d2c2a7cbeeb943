"""Where a part of a text stands in a file: the line and column of a word inside a value. Knows no kind and no rule.

A value begins at its mark; a word in it may stand many lines below, in a block. It is looked for as it is written:
where an escape hides it, the beginning of the value is the place.
"""

from __future__ import annotations

from collections.abc import Sequence

from templatesync.documents.characters import source_lines
from templatesync.model.finding import Position


class SourceText:
    """The lines of a file, split when the first is asked for; the same object for all documents of the file."""

    __slots__ = ("_data", "_lines")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines: Sequence[str] | None = None

    @property
    def lines(self) -> Sequence[str]:
        """All of them, without their ends."""
        if self._lines is None:
            self._lines = tuple(source_lines(self._data))
        return self._lines


def spot(lines: Sequence[str], start: Position, end: Position | None, word: str, before: int) -> Position:
    """Where `word` stands in the value that begins at `start`, having stood there `before` times; else `start`.

    `end` is where the next value or key begins.
    """
    number, column = start.line - 1, start.column - 1
    if lines[number : number + 1] and lines[number][column : column + 1] in ("|", ">"):
        number, column = number + 1, 0  # behind the sign of a block only comments stand
    last = end.line - 1 if end else len(lines) - 1
    while number < min(last + 1, len(lines)):
        line = lines[number][: end.column - 1] if end and number == last else lines[number]
        while (column := line.find(word, column)) >= 0:
            if not before:
                return Position(number + 1, column + 1)
            before -= 1
            column += len(word)
        number, column = number + 1, 0
    return start
