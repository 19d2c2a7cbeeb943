"""How often things are sent, in one line for several of them. Pure; knows no change and no place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from templatesync.model.usage import Usage, said

_MOST_NAMED = 5
_MOST_UNUSED = 20


def idle(usages: Sequence[tuple[str, Usage]]) -> Iterator[str]:
    """What nobody sends, and how often all of them are sent; nothing when nobody asked."""
    if not usages:
        return
    yield counts(usages)
    unused = [name for name, usage in usages if usage.unused]
    if unused:
        yield f"unused {usages[0][1].days} days ({len(unused):,}): {', '.join(unused[:_MOST_UNUSED])}" + (
            f" and {len(unused) - _MOST_UNUSED:,} more" if len(unused) > _MOST_UNUSED else ""
        )
    young = sum(usage.sent == 0 and usage.young for _, usage in usages)
    if young:
        yield f"not sent, and made or changed in that time: {young:,}"


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
