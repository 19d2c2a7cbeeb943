"""Which texts are written from right to left. Pure; knows no page."""

from __future__ import annotations

import unicodedata

_FROM_THE_RIGHT = frozenset({"ar", "dv", "fa", "he", "iw", "prs", "ps", "sd", "ug", "ur", "yi"})


def from_the_right(language: str, text: str = "") -> bool:
    """Whether a text is written from right to left: its first letter decides, and where it has none the language."""
    for char in text:
        way = unicodedata.bidirectional(char)
        if way in ("L", "R", "AL"):
            return way != "L"
    return language.replace("-", "_").partition("_")[0].lower() in _FROM_THE_RIGHT
