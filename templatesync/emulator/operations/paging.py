"""Pages of listings, and how they misbehave when `Settings.pages` says so. Pure; knows no row."""

from __future__ import annotations

from templatesync.emulator.operations.call import Call
from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.settings import Pages

# The listings' own defaults are documented, a greatest size is not; more is answered with this many.
DEFAULT_SIZE = 10
MAX_SIZE = 100
MAX_INDEX = 1_000_000
SHORT = 3


def asked_page(call: Call) -> tuple[int, int]:
    """Index and size of the page that the call asks for. Raises Refusal for one that cannot be."""
    asked = call.params.get("Page") or {}
    index, size = asked.get("Index", 1), asked.get("Size", DEFAULT_SIZE)
    if not 1 <= index <= MAX_INDEX or size < 1:
        raise RefusedCall("InvalidParameter.PageInvalid", "Page.Index and Page.Size count from 1.")
    return index, min(size, MAX_SIZE)


def shown_total(pages: Pages, total: int) -> int | None:
    """The `Total` that is answered, wrong when `pages` says so."""
    if pages is Pages.TOTAL_NONE:
        return None
    if pages is Pages.TOTAL_LOW:
        return max(0, total - 1)
    return total + 1 if pages is Pages.TOTAL_HIGH else total


def window(pages: Pages, index: int, size: int, total: int) -> tuple[int, int]:
    """Offset and size of the page that is answered, other than what was asked for when `pages` says so."""
    if pages is Pages.SHORT:
        size = min(size, SHORT)
    if pages is Pages.ENDLESS:
        index = min(index, max(1, -(-total // size)))
    offset = (index - 1) * size
    if pages is Pages.REPEAT and index > 1:
        offset -= 1
    if pages is Pages.GAP and index > 1:
        return offset + 1, size - 1
    return offset, size
