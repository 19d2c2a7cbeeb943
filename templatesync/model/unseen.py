"""What of a text must not reach a reader as it is: found here for every place that shows text. Pure.

Each place writes it in its own way; which characters they are, `character` says. Knows no place.
"""

from __future__ import annotations

import re
from collections.abc import Callable

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
)
from templatesync.model.lazy_pattern import lazy_pattern

# More than three accents on one letter only cover what stands above and below.
UNSEEN = lazy_pattern(f"[{CONTROL}{HIDDEN}{HIDDEN_BEYOND}]|{STRAY}|(?<=[{GENERIC_MARKS}]{{3}})[{GENERIC_MARKS}]+")
"""Characters that act, hide or reorder instead of appearing, run by run."""
# Without any of these there is nothing in a text to look for, which a small class tells ten times as quickly.
_MAYBE = lazy_pattern(f"[{CONTROL}{FIRST_PLANE}{GENERIC_MARKS}]")
_BEYOND = lazy_pattern(f"[{SECOND_PLANE}]")
_OBEYED = re.compile(RUNNER)


def may_hold_unseen(text: str) -> bool:
    """Whether it is worth to search a text for what is `UNSEEN`."""
    return not (text.isascii() and text.isprintable()) and bool(_MAYBE.search(text) or _BEYOND.search(text))


def unobeyed(text: str, written: Callable[[re.Match[str]], str]) -> str:
    """A text in which no runner of workflows finds a command: of each one character is written in another way."""
    return _OBEYED.sub(written, text) if any(word in text for word in RUNNER_WORDS) else text
