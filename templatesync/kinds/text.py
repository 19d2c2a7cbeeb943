"""Texts as people see them, and as somebody else may spell them. Pure; knows no kind."""

from __future__ import annotations

import html
import re
import unicodedata

from templatesync.model.character import BREAK, IGNORED, JOINERS, SELECTORS, SELECTORS_BEYOND
from templatesync.model.json_value import Json

_UNESCAPED = 3
"""How often a text may have been written as HTML on its way."""

# Literal backslashes with a letter are how some services tell line ends.
_BLANKS = re.compile(r"(?:\\[nrt]|\s)+")
_NO_WIDTH = re.compile(f"[{BREAK}{IGNORED}{JOINERS}{SELECTORS}{SELECTORS_BEYOND}]")


def text_of(value: Json) -> str:
    """A text of an answer or a body; empty where it is none."""
    return value if isinstance(value, str) else ""


def seen(text: str) -> str:
    """A text without what nobody can see: blanks at the ends of it and of its lines, forms of line ends and letters."""
    lines = re.split(r"\r\n|\r|\n", unicodedata.normalize("NFC", text))
    return "\n".join(line.rstrip() for line in lines).strip()


def alike(text: str, blank: str = "") -> str:
    """What is left of a text however it is spelled: texts that differ in this are two, others may be one.

    `blank` is what stands for blanks and line ends, as many as there are.
    """
    for _ in range(_UNESCAPED):
        plain = html.unescape(text)
        if plain == text:
            break
        text = plain
    # Once more after the small letters, some of which have a form of their own.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _BLANKS.sub(blank, _NO_WIDTH.sub("", folded)).strip()
