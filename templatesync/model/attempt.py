"""A write of an earlier run: what a journal knows of it, and what the next run finds out. Pure; knows no file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from templatesync.model.change import Action
from templatesync.model.outcome import OutcomeKind

AFTER_A_RUN = 60.0
"""Seconds after the last write of a run that was cut off, or that ended without knowing what became of one: what two
looks at a list must lie apart, too, before a creation whose answer was lost counts as not done."""


class Attempt(NamedTuple):
    """A write that an earlier run began.

    at              epoch seconds when it was sent, or when that run last looked for it
    outcome         how it ended as far as that run knew; None when it was cut off before it knew
    looked          seconds for which that run looked for it after it was sent
    accepted        the service had answered that it takes it, or a first part of it had been done
    wanted_digest, live_digest   of what was to be there and of what was there before
    """

    key: str
    action: Action
    at: float
    wanted_digest: str = ""
    live_digest: str = ""
    outcome: OutcomeKind | None = None
    looked: float = 0.0
    accepted: bool = False
    code: str = ""
    request_id: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody knows what became of it."""
        return self.outcome in (None, OutcomeKind.UNKNOWN) or (self.outcome is OutcomeKind.FAILED and self.accepted)

    @property
    def may_show_late(self) -> bool:
        """Whether what is seen now may be from before it."""
        return self.open or self.outcome is OutcomeKind.DONE

    @property
    def when(self) -> str:
        """Its time, as people read it."""
        return moment(self.at)


class Recovered(NamedTuple):
    """What a run that was cut off had done, as the next one tells it. `outcome` is done, unknown or how it ended."""

    attempt: Attempt
    outcome: OutcomeKind
    message: str = ""


def day(at: float) -> str:
    """A day as people write it: `2026-11-30`, in UTC."""
    return moment(at).partition(" ")[0] if moment(at)[0].isdigit() else moment(at)


def moment(at: float) -> str:
    """A time in words: `2026-11-30 12:00:01 UTC`. One that no calendar has is told as such."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, OSError, ValueError):
        return "an unknown time"
