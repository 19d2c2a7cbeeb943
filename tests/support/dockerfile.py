"""The Dockerfile of this repository as its steps. Knows the syntax that is used there, no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Step(NamedTuple):
    name: str
    text: str


def steps() -> list[Step]:
    """The instructions in their order, continued lines joined, comments gone."""
    kept = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.strip() and line[0] != "#"]
    whole = re.sub(r"\\\n\s*", "", "\n".join(kept))
    return [Step(*line.split(" ", 1)) for line in whole.splitlines()]
