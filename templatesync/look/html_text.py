"""How a text becomes harmless in a page of HTML: the one door to it. Pure; knows no page.

Tags and quotes are escaped, and what nobody sees is shown by its number. A log that a page is printed to obeys nothing
of it either: where a runner of CI would take a text for a command, a character stands as its number. No line of a page
begins with a text.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from markupsafe import Markup

from templatesync.model.character import (
    CONTROL,
    FIRST_PLANE,
    GENERIC_MARKS,
    HIDDEN,
    HIDDEN_BEYOND,
    RUNNER,
    RUNNER_WORDS,
    SECOND_PLANE,
    STRAY,
    shown,
)
from templatesync.model.lazy_pattern import lazy_pattern

# More than three accents on one letter only cover what stands above and below.
_UNSHOWN = lazy_pattern(f"[{CONTROL}{HIDDEN}{HIDDEN_BEYOND}]|{STRAY}|(?<=[{GENERIC_MARKS}]{{3}})[{GENERIC_MARKS}]+")
# Without any of these there is nothing to look for, which a small class tells ten times as quickly.
_MAYBE = lazy_pattern(f"[{CONTROL}{FIRST_PLANE}{GENERIC_MARKS}]")
_BEYOND = lazy_pattern(f"[{SECOND_PLANE}]")
_OBEYED = re.compile(RUNNER)


def html(value: Any) -> Any:
    """What is shown of a value, for text and for attributes in double quotes; no tag comes out of it.

    What is marked up already, and what is no text, are as they are.
    """
    return Markup(attribute(value)) if isinstance(value, str) and not isinstance(value, Markup) else value  # noqa: S704


def attribute(text: str) -> str:
    """The value of an attribute in double quotes, which may stand as text as well."""
    if _has_unseen(text):
        text = _UNSHOWN.sub(lambda match: "".join(map(shown, match[0])), text)
    return _unobeyed(escape(text))


def marked(text: str) -> str:
    """The content of an element: each number of a character that nobody sees is set apart from the text around it."""
    if not _has_unseen(text):
        return _unobeyed(escape(text))
    pieces: list[str] = []
    done = 0
    for match in _UNSHOWN.finditer(text):
        numbers = escape("".join(map(shown, match[0])))
        pieces += (escape(text[done : match.start()]), f'<span class="unseen">{numbers}</span>')
        done = match.end()
    return _unobeyed("".join([*pieces, escape(text[done:])]))


def _has_unseen(text: str) -> bool:
    return not (text.isascii() and text.isprintable()) and bool(_MAYBE.search(text) or _BEYOND.search(text))


def _unobeyed(text: str) -> str:
    for word in RUNNER_WORDS:
        if word in text:
            return _OBEYED.sub(lambda match: f"&#{ord(match[0])};", text)
    return text
