"""What became of the writes of a run that was cut off, as far as the next one can see. Pure; knows no journal."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.model.attempt import AFTER_A_RUN, Attempt, Recovered
from templatesync.model.change import Action, Change, SpacePlan
from templatesync.model.outcome import OutcomeKind
from templatesync.planning.inputs import PlanInput


def resolved(attempt: Attempt, row: Change, given: PlanInput) -> bool:
    """Whether what is there by now is no longer what was there before a write."""
    if attempt.action is Action.CREATE:
        return given.live(row.key) is not None
    if attempt.action is Action.DELETE:
        return given.live(row.key) is None and given.listing(row.key.kind).complete
    # What is not there, or cannot be read, tells nothing of an edit.
    return bool(row.live_digest) and row.live_digest != attempt.live_digest


def resolved_keys(given: PlanInput, plan: SpacePlan, now: float) -> frozenset[str]:
    """The keys of those writes of earlier runs of which it is known by now that they were carried out.

    While something of it is still to do, a further step of a moment ago may be under way.
    """
    attempts = given.memory.in_doubt
    return frozenset(
        key
        for key, row in _rows(plan).items()
        if key in attempts
        and resolved(attempts[key], row, given)
        and (row.action is Action.NO_OP or now - attempts[key].at >= AFTER_A_RUN)
    )


def recovered(given: PlanInput, plan: SpacePlan) -> tuple[Recovered, ...]:
    """What nobody was told of an earlier run, by key."""
    rows = _rows(plan)
    return tuple(_recovered(attempt, rows.get(attempt.key), given) for attempt in given.memory.untold)


def _rows(plan: SpacePlan) -> Mapping[str, Change]:
    return {str(change.key): change for change in plan.changes}


def _recovered(attempt: Attempt, row: Change | None, given: PlanInput) -> Recovered:
    if attempt.outcome is not None and not attempt.open:
        return Recovered(attempt, attempt.outcome, "the answer came, and was not told any more")
    if row is None:
        return Recovered(attempt, OutcomeKind.UNKNOWN, "it is no part of this plan, so it was not looked at")
    if resolved(attempt, row, given):
        rest = "" if row.action is Action.NO_OP else "; what is still to do, the plan says"
        return Recovered(attempt, OutcomeKind.DONE, f"it shows in what is live{rest}")
    said = "the service had accepted it, and nothing shows of it" if attempt.accepted else "nothing shows of it"
    return Recovered(attempt, OutcomeKind.UNKNOWN, f"{said}; the plan says how it goes on")
