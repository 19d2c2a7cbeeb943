"""How long an apply waits before it believes what it sees. Pure; knows no clock, no client and no kind by name.

A run that was cut off may still be writing: the service goes on with a request whose sender is gone, and lists and
details may lag behind what it did. So an absence, or an old content, counts only once it was seen long enough after
the last write that may have gone out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from templatesync.applying.lock import Held
from templatesync.applying.recovering import resolved
from templatesync.model.attempt import AFTER_A_RUN, Attempt
from templatesync.model.change import Action, Change, SpacePlan
from templatesync.model.outcome import OutcomeKind
from templatesync.planning.inputs import PlanInput

NOTHING_KNOWN = 10.0
"""Seconds between two looks on a machine that knows of no earlier run. Somewhere else one may have been cut off, as
when a job of CI is cancelled and starts again; how long its last write takes, nobody can tell, but a second or two is
what writes take."""
MILLISECOND = 0.001
"""Seconds to which the lock keeps a time."""
STEPS = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between looks meanwhile; the last one again and again."""


class Doubt(NamedTuple):
    """Until when (epoch seconds) nothing is written to a space, and why. `key` is one that it is about, of `number`.

    `known`: a journal says what may show meanwhile, so that it is worth to look again before the time is over.
    """

    until: float
    key: str
    why: str
    known: bool
    number: int = 1


class Patience(NamedTuple):
    """What the doubts about one space rest on.

    settle     seconds that were asked for; None for what is known to be needed
    held       the lock, with what it says of earlier runs
    started    epoch seconds at which this run began to look
    shared     whether writes may be under way that this machine knows nothing of: not so in an emulator that only runs
               while a command does
    """

    settle: float | None
    held: Held
    started: float
    shared: bool = True

    def doubt(self, given: PlanInput, plan: SpacePlan, now: float) -> Doubt | None:
        """What must be looked at again; None when all that would be written is certain enough."""
        found = [doubt for change in plan.changes for doubt in self._about(given, change) if doubt.until > now]
        if not found:
            return None
        number, known = len({doubt.key for doubt in found}), any(doubt.known for doubt in found)
        return max(found, key=lambda doubt: doubt.until)._replace(number=number, known=known)

    def _about(self, given: PlanInput, change: Change) -> Iterator[Doubt]:
        attempt = given.memory.attempts.get(str(change.key))
        if attempt is not None and _may_be_of(attempt, change, given):
            seconds = AFTER_A_RUN if self.settle is None else self.settle
            until = _past(attempt.at, self.started) + seconds
            yield Doubt(until, str(change.key), "an earlier run may still be writing it", known=True)
            if recalled(given, self.held):
                return
        if change.action.writes:
            for until, why in self._unseen(given, change):
                yield Doubt(until, str(change.key), why, known=False)

    def _unseen(self, given: PlanInput, change: Change) -> Iterator[tuple[float, str]]:
        """What a run may have written of which there is no journal here."""
        elsewhere = not recalled(given, self.held)
        if elsewhere and not self.held.ended:
            seconds = AFTER_A_RUN if self.settle is None else self.settle
            yield _past(self.held.at, self.started) + seconds, "a run that was cut off may still be writing it"
        elif self.settle is not None:
            yield self.started + self.settle, "a run that was cut off may still be writing it"
        elif self.shared and _repeatable_by_mistake(given, change):
            if elsewhere:
                yield _past(self.held.at, self.started) + AFTER_A_RUN, "what a run has just written may not show yet"
            yield (
                _past(self.held.first, self.started) + NOTHING_KNOWN,
                "a run that was cut off elsewhere may still be writing it",
            )


def _past(at: float, started: float) -> float:
    """A time before this run: a later one, or none at all, is of a clock that was set, or of nobody."""
    return min(started, at)  # in this order, for nothing is less than what is no number


def recalled(given: PlanInput, held: Held) -> bool:
    """Whether the journal here knows of the last write on this machine. One of an earlier run may be back by now."""
    return held.owner == given.memory.owner and given.memory.known >= held.at - MILLISECOND


def _may_be_of(attempt: Attempt, change: Change, given: PlanInput) -> bool:
    """Whether a row may come from what was there before an earlier write of the same."""
    shows = resolved(attempt, change, given)
    if attempt.outcome is OutcomeKind.UNKNOWN and shows:
        # That run looked on until it was over, unless it was stopped; of several steps, then, more may come.
        return change.action.writes and attempt.looked < AFTER_A_RUN
    if attempt.open and change.action is Action.NO_OP:
        return not shows and attempt.wanted_digest != change.wanted_digest  # it may be undone yet
    if attempt.open:
        return True
    return attempt.may_show_late and change.action.writes and change.live_digest == attempt.live_digest


def _repeatable_by_mistake(given: PlanInput, change: Change) -> bool:
    """Whether the service would carry out a change once more that it has carried out already."""
    if change.action is Action.CREATE:
        return not given.kinds[change.key.kind].policy.unique
    return change.action is Action.UPDATE
