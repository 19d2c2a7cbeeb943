"""Findings that comments silence, by number: who reviews a change is told. Knows no rule and no document."""

from __future__ import annotations

from collections import Counter

from templatesync.model.finding import Position

MOST_SILENCED = 10_000
"""Findings of one file that are counted when comments silence them: as many as of those that are told."""


class Silenced:
    """Findings that comments silence: equal ones once, as they would be told."""

    def __init__(self) -> None:
        self._by_file: dict[str, set[tuple[str, int, int, str]]] = {}

    def add(self, file: str, rule: str, at: Position, message: str) -> None:
        """Count a finding, unless its file has so many that nobody needs to know how many more."""
        here = self._by_file.setdefault(file, set())
        if len(here) < MOST_SILENCED:
            here.add((rule, at.line, at.column, message))

    def counts(self) -> dict[str, dict[str, int]]:
        """How many there are, by file and rule, in their order."""
        return {
            file: dict(sorted(Counter(rule for rule, *_ in found).items()))
            for file, found in sorted(self._by_file.items())
        }
