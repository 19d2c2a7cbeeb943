"""Where a phone may cut a long text and offer "Read more". Pure; knows no markup and no message."""

from __future__ import annotations

import unicodedata

LINE = 36
"""Columns of a line in a bubble on a phone that is 380 pixels wide. Our own measure: fonts and phones differ."""

# Chinese, Japanese and Thai put no blanks between words: where words would be longer, characters are counted.
_LONG_WORD = 15


def fold_at(text: str, lines: int) -> int:
    """From which character on a text is hidden when so many lines are shown; its length where they are enough.

    An estimate: markers count as if they were drawn. Linear, and it reads no further than the cut.
    """
    shown = text.rstrip()
    if shown.isascii() and "\n" not in shown and len(shown) <= LINE * lines // 2:
        return len(text)
    line, start, column = 1, 0, 0
    gap = column_at_gap = 0
    for place, sign in enumerate(shown):
        wide = _width(sign)
        if sign == "\n" or (column + wide > LINE and not sign.isspace()):
            at_gap = sign != "\n" and gap > start
            start = gap if at_gap else place + (sign == "\n")
            column = column - column_at_gap if at_gap else 0
            line += 1
            if line > lines:
                return start
            gap = column_at_gap = 0
        column += 0 if sign == "\n" else wide
        if sign.isspace() or wide == 2:
            gap, column_at_gap = place + 1, column
    return len(text)


def hidden_words(text: str, lines: int) -> str:
    """How much of a text that cut hides, such as `23 words`; empty where it hides nothing."""
    return words_in(text[fold_at(text, lines) :])


def words_in(text: str) -> str:
    """How much a text is, such as `23 words`; empty for blanks."""
    hidden = text.strip()
    if not hidden:
        return ""
    words = len(hidden.split())
    number, noun = (len(hidden), "character") if len(hidden) > _LONG_WORD * words else (words, "word")
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _width(sign: str) -> int:
    if sign < "\u0300":
        return 1
    if unicodedata.east_asian_width(sign) in "WF":
        return 2
    return 0 if unicodedata.category(sign) in ("Mn", "Me", "Cf") else 1
