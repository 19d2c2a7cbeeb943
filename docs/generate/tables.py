"""Markdown of what our own code and schemas say. Knows none of them; nothing of strangers comes by here."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

_COLUMNS = 120


def cell(text: str) -> str:
    """A text inside a table. What stands in code is shown as it is; a bar would end the cell even there."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(part if part.startswith("`") else _plain(part) for part in parts).replace("|", "\\|")


def _plain(text: str) -> str:
    # GitHub takes what stands between two `$` for mathematics, stars for emphasis and `<` for a tag.
    return re.sub(r"(\$\{\{[^}]*\}\}|\$\([^)]*\)|(?<!\S)(?:\S*\*\S*|<\S*>))", lambda found: f"`{found[0]}`", text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown already."""
    lines = [_row(head), "|---" * len(head) + "|", *map(_row, rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def wrapped(text: str, indent: str = "") -> str:
    """A paragraph, or an item of a list, in lines that a person reads."""
    return "\n".join(
        textwrap.wrap(text, _COLUMNS, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    )
