"""How often something was sent in the days before now, as far as the service tells. Pure; knows no kind."""

from __future__ import annotations

from typing import NamedTuple

CODE = "usage"
WEEK = 7


class Usage(NamedTuple):
    """Counts of so many `days`. Without `sent` nobody knows, for the `reason` beside it.

    `of` names what was counted where that is not the resource itself: the version that a new one replaces. `denied`:
    nobody may ask, and `lost`: nobody answers, which holds for a whole space. `young`: somebody has made or changed it
    in that time, so nobody can have used it for all of it.
    """

    days: int
    sent: int | None = None
    delivered: int | None = None
    read: int | None = None
    reason: str = ""
    of: str = ""
    young: bool = False
    denied: bool = False
    lost: bool = False

    @property
    def unused(self) -> bool:
        """Whether it is known that nothing was sent in all that time."""
        return self.sent == 0 and not self.young


def said(usage: Usage) -> str:
    """What a person is told."""
    of = f"{usage.of}: " if usage.of else ""
    if usage.sent is None:
        return f"{of}usage unknown: {usage.reason}"
    period = "this week" if usage.days == WEEK else f"in {usage.days} days"
    times = {0: "not sent", 1: "sent once"}.get(usage.sent, f"sent {usage.sent:,} times")
    return f"{of}{times} {period}"
