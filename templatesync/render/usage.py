"""How often things are sent, in one line for several of them. Pure; knows no change and no place."""

from __future__ import annotations

from collections.abc import Sequence

from templatesync.model.usage import Usage, said

_MOST_NAMED = 5


def counts(usages: Sequence[tuple[str, Usage]]) -> str:
    """The number; of several the sum, and which of them are sent most. Empty when there is none."""
    if len(usages) < 2:
        return "".join(said(usage) for _, usage in usages)
    known = [(name, usage.sent, usage.days) for name, usage in usages if usage.sent is not None]
    missing = len(usages) - len(known)
    unknown = f"usage unknown of {missing:,} of {len(usages):,}" if missing else ""
    if not known:
        return unknown
    most = sorted((each for each in known if each[1]), key=lambda each: (-each[1], each[0]))
    named = ", ".join(f"{name} {sent:,}" for name, sent, _ in most[:_MOST_NAMED])
    more = f" and {len(most) - _MOST_NAMED:,} more" if len(most) > _MOST_NAMED else ""
    total = said(Usage(known[0][2], sum(sent for _, sent, _ in known)))
    return "; ".join(filter(None, (f"{total} in all" + (f": {named}{more}" if named else ""), unknown)))
