"""How a terminal lays text out: columns and colours. Pure; knows no command.

Whatever comes from a file or the service passes through `safe` first: see `sink`.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.render.escape import block, joined, safe, visible

# The escaping for terminals stands with all other escaping, and is imported from here by whatever lays text out.
__all__ = ["Style", "block", "joined", "pad", "safe", "visible", "width"]

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


class Style(NamedTuple):
    """Colours, or none. A colour never says what the words beside it do not."""

    color: bool = False
    verbose: bool = False
    quiet: bool = False

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
