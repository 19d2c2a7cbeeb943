"""How a terminal lays text out: columns and colours. Pure; knows no command.

Whatever comes from a file or the service passes through `safe` first: see `sink`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.render.escape import begun, block, joined, safe, visible

# The escaping for terminals stands with all other escaping, and is imported from here by whatever lays text out.
__all__ = ["Style", "block", "joined", "pad", "safe", "visible", "width", "wrapped"]

COLUMNS = 1_000
"""Where there is no screen: in a file, in a pipe, in the log of CI. What searches these looks for a message in one
line, and what shows them breaks lines itself."""
_NARROWEST = 24
"""Columns for text, however deep it is indented: beyond that a line is as long as it is."""

_JOINER, _AS_EMOJI = "\u200d", "\ufe0f"
_KEYCAP = lazy_pattern("[0-9#*]\ufe0f\u20e3")


def width(text: str) -> int:
    """How many columns a terminal gives a text (UAX #11, and UTS #51 for emoji that are made of several)."""
    if text.isascii():
        return len(text)
    # Two columns each; its digit alone, which is what the loop sees of one, has one.
    columns, symbol, joining = len(_KEYCAP.findall(text)), 0, False
    for char in text:
        cells = _cells(char)
        is_symbol = unicodedata.category(char) in ("So", "Sk")
        if char == _AS_EMOJI:
            columns += symbol == 1  # a symbol that is narrow by itself
            symbol = 0
        elif not (is_symbol and joining) and not ("\U0001f3fb" <= char <= "\U0001f3ff" and symbol):
            columns += cells
            symbol = cells if is_symbol else 0
        joining = char == _JOINER
    return columns


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb":
        return 0  # marks, and the parts of a Hangul syllable that stand below or beside its first one
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, columns: int) -> str:
    """`text` filled with blanks to a number of columns."""
    return text + " " * max(columns - width(text), 0)


_BLANKS = lazy_pattern("( +)")


def wrapped(text: str, columns: int, first: str = "", rest: str | None = None) -> list[str]:
    """A visible text as lines of at most so many columns, `first` before the first one, `rest` before the others.

    Lines end at blanks, and beside the wide characters of scripts that have none: no word is cut, and one that is
    longer than a line is a line. `rest` is as wide as `first` and blank, unless it is given.
    """
    rest = " " * width(first) if rest is None else rest
    room = max(columns - width(first), _NARROWEST)
    if width(text) <= room:
        return [first + text]
    lines: list[str] = []
    line, used = "", 0
    for blanks, unit in _units(text):
        cells = width(unit)
        if line and used + len(blanks) + cells > room:
            lines.append(line)
            line = begun(unit)
            used = width(line)
            room = max(columns - width(rest), _NARROWEST)
        else:
            line += blanks + unit
            used += len(blanks) + cells
    lines.append(line)
    return [first + lines[0], *(rest + each for each in lines[1:])]


def _units(text: str) -> Iterator[tuple[str, str]]:
    """What may begin a line, each with the blanks before it."""
    blanks = ""
    for part in _BLANKS.split(text):
        if not part.strip(" "):
            blanks += part
            continue
        start = 0
        for at in range(1, len(part)):
            if _may_part(part[at - 1], part[at]):
                yield blanks, part[start:at]
                blanks, start = "", at
        yield blanks, part[start:]
        blanks = ""
    if blanks:
        yield blanks, ""


def _may_part(left: str, right: str) -> bool:
    """Whether a line may end between two characters that have no blank between them: beside wide letters alone."""
    if any(char.isascii() and not char.isalnum() for char in (left, right)) or (left.isascii() and right.isascii()):
        return False
    categories = unicodedata.category(left), unicodedata.category(right)
    # Nothing leaves its mark, its bracket or its full stop, and no emoji what it is joined to.
    if categories[1][0] in "MPC" or categories[1] == "Sk" or categories[0] in ("Ps", "Pi", "Cf"):
        return False
    return "W" in (unicodedata.east_asian_width(left), unicodedata.east_asian_width(right))


class Style(NamedTuple):
    """Colours, or none. A colour never says what the words beside it do not.

    `columns` is how wide the screen is. `details`: nothing is folded; `only` the kinds of change that are shown.
    """

    color: bool = False
    verbose: bool = False
    quiet: bool = False
    columns: int = COLUMNS
    details: bool = False
    only: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything is shown."""
        return self.details or self.verbose

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def red(self, text: str) -> str:
        """Errors, rejections, deletions."""
        return self._paint("31", text)

    def green(self, text: str) -> str:
        """Creations, approvals."""
        return self._paint("32", text)

    def yellow(self, text: str) -> str:
        """Updates, warnings, waiting."""
        return self._paint("33", text)

    def blue(self, text: str) -> str:
        """Information."""
        return self._paint("36", text)

    def bold(self, text: str) -> str:
        """Headings."""
        return self._paint("1", text)

    def dim(self, text: str) -> str:
        """What may be skipped."""
        return self._paint("2", text)
