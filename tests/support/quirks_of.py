"""The quirks that change answers of some operations, for tests that go through them. Knows no kind."""

from __future__ import annotations

from templatesync.emulator.quirks.quirk import EVERY
from templatesync.emulator.quirks.table import QUIRKS


def concerning(*operations: str) -> list[tuple[str, str]]:
    """Names and values of quirks that change what these answer."""
    return [
        (quirk.name, value)
        for quirk in QUIRKS.values()
        if quirk.answers == EVERY or not quirk.answers.isdisjoint(operations)
        for value in quirk.values
    ]
