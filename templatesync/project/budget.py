"""What one file may cost, counted where it costs. Knows the bounds; no kind and no rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from templatesync.model.json_value import Json
from templatesync.model.nearest import MOST_ASKED, nearest
from templatesync.project import limits


@dataclass(slots=True)
class Budget:
    """What one file may cost, over all its documents, their languages and their spaces."""

    spent: int = 0
    told: int = 0
    asked: int = 0
    assets: set[str] = field(default_factory=set)

    @property
    def over(self) -> bool:
        """Whether the file has become more than it may."""
        return self.spent > limits.MOST_EXPANDED

    @property
    def may_ask(self) -> bool:
        """Whether there are hints left."""
        return self.asked < MOST_ASKED

    def nearest(self, name: str, known: Iterable[str]) -> str:
        """A hint at the name that is meant, or an empty text. Not for ever: each takes time."""
        close = nearest(name, known) if self.may_ask else ""
        self.asked += 1
        return f"did you mean {close}?" if close else ""


def weight(value: Json) -> int:
    """What a value costs: itself and all in it, and texts by their length."""
    if isinstance(value, dict):
        return 1 + sum(map(weight, value.values()))
    if isinstance(value, list):
        return 1 + sum(map(weight, value))
    return 1 + len(value) // limits.CHARACTERS if isinstance(value, str) else 1
