"""Which pages and parts of pages are made, and by what. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from generate.rules import rule_pages
from templatesync.emulator.quirks.table import as_markdown

DOCS = Path(__file__).parents[1]
RULES = DOCS / "rules"
_WRITTEN = {RULES / "not-checked.md"}
"""Pages by hand in a folder whose other pages are made."""
_PART = re.compile(r"(<!-- made: (?P<name>[^>]*?) -->\n).*?(?=<!-- made until here -->)", re.DOTALL)

PARTS: Mapping[str, Callable[[], str]] = {}
"""What fills a part, by its name."""


def made() -> Mapping[Path, str]:
    """Every page that is made, whole or in parts, with the text that it should have."""
    whole = {RULES / name: text for name, text in rule_pages().items()}
    whole[DOCS / "reference" / "emulator-quirks.md"] = as_markdown()
    partly = {
        page: filled(text)
        for page in sorted(DOCS.rglob("*.md"))
        if page not in whole and _PART.search(text := page.read_text(encoding="utf-8"))
    }
    return whole | partly


def filled(text: str) -> str:
    """A page with its parts made anew. Raises KeyError for a part that nothing fills."""
    return _PART.sub(lambda part: f"{part[1]}\n{PARTS[part['name']]().strip()}\n\n", text)


def leftover() -> tuple[Path, ...]:
    """Pages of rules that nothing makes any more."""
    return tuple(sorted({*RULES.glob("*.md")} - _WRITTEN - {RULES / name for name in rule_pages()}))
