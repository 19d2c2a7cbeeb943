"""What is told of an apply when its report cannot be made: each change and its end, as plainly as can be. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from templatesync.render.terminal import joined, safe


def remains(result: Any) -> str:
    """One line for each change of a result that has outcomes; a part that breaks here too is left out. Else empty."""
    outcomes = getattr(result, "outcomes", None)
    return joined(_lines(outcomes)) if isinstance(outcomes, tuple) else ""


def _lines(spaces: Any) -> Iterator[str]:
    for plan, outcomes in spaces:
        yield safe(f"{plan.space}:")
        for outcome in outcomes:
            read = (
                lambda each: each.change.word,
                lambda each: each.change.key,
                lambda each: each.kind.value,
                lambda each: each.code,
                lambda each: each.request_id and f"[request {each.request_id}]",
                lambda each: " ".join(f"{name}={value}" for name, value in each.ids.items()),
            )
            yield "  " + " ".join(filter(None, (_text(part, outcome) for part in read)))


def _text(part: Any, outcome: Any) -> str:
    try:
        return safe(str(part(outcome) or ""))
    except Exception:
        return "?"
