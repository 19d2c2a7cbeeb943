"""What differs between two texts, by word. Pure.

Words are Unicode's; Han, Kana, Thai, Lao, Khmer and Myanmar go by character cluster, and a variable is one token.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Run(NamedTuple):
    """A part of a text that both sides have, or one of them."""

    op: Literal["same", "removed", "added"]
    text: str


def tokens(text: str) -> list[str]:
    """The words of a text and what stands between them; joined they are the text."""
    raise NotImplementedError


def changed(before: str, after: str) -> tuple[Run, ...]:
    """The runs of both texts, in order: without `added` they are `before`, without `removed` they are `after`."""
    raise NotImplementedError
