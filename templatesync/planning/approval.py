"""What of a plan may run: everything it would write, or only what a saved plan permits. Pure: values in, values out.

A plan is a list of permissions, never a source of content; whatever is not approved ends here, with its reason.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from templatesync.model.change import Action, Cause, Change, Refusal
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.model.resource import Key
from templatesync.planning.inputs import PlanInput
from templatesync.planning.since import now, since
from templatesync.planning.waited import over, waited


@dataclass(frozen=True, slots=True)
class Approved:
    """The changes that run, and how those end that do not."""

    changes: tuple[Change, ...]
    outcomes: tuple[Outcome, ...]


def as_saved(given: PlanInput, saved: Sequence[Change]) -> PlanInput:
    """The given with what a saved plan was allowed to hold, so that planning again can hold it too.

    This permits nothing by itself: of the new plan only what the saved one holds will run.
    """
    again = {
        str(change.key)
        for change in saved
        # Sending equal content again is wanted once: in another state it has been sent.
        if change.action is Action.UPDATE
        and _status(given, change.key) == change.live_status
        and (not change.diff or _unknown(given, change.key))
    }
    options = dataclasses.replace(
        given.options,
        allow_breaking=given.options.allow_breaking
        or any(change.breaking for change in saved if change.action is Action.UPDATE),
        allow_unknown_state=given.options.allow_unknown_state
        or any(change.action is Action.DELETE and _unknown(given, change.key) for change in saved),
        resubmit=tuple(sorted({*given.options.resubmit, *again})),
    )
    return dataclasses.replace(given, options=options)


def _status(given: PlanInput, key: Key) -> str:
    live = given.live(key)
    return live.status if live else ""


def _unknown(given: PlanInput, key: Key) -> bool:
    live = given.live(key)
    return live is not None and given.kinds[key.kind].policy.unknown(live)


def approve(
    given: PlanInput, planned: Iterable[Change], saved: Sequence[Change] | None, *, with_waiting: bool = False
) -> Approved:
    """What of a fresh plan may run: all that writes, or only what a saved plan holds with the same content.

    With `with_waiting`, so may what the saved plan has as blocked by a rollout or a review, once that is over.
    """
    fresh = {change.key: change for change in planned}
    if saved is None:
        return Approved(
            tuple(change for change in fresh.values() if change.action.writes),
            tuple(blocked(change) for change in fresh.values() if change.action is Action.BLOCKED),
        )
    run: list[Change] = []
    ended: list[Outcome] = []
    for change in saved:
        again = fresh.get(change.key)
        if with_waiting and again is not None and over(given, change, again):
            run.append(again)
        elif with_waiting and waited(given, change) and _already(given, change, again):
            ended.append(Outcome(change, OutcomeKind.ALREADY_DONE, message="it is as the plan wanted it"))
        elif not change.action.writes:
            if change.action is Action.BLOCKED:
                ended.append(_still_blocked(change, again))
        elif again is not None and again.permission() == change.permission():
            run.append(again)
        elif _already(given, change, again):
            ended.append(Outcome(change, OutcomeKind.ALREADY_DONE, message="it is as the plan wanted it"))
        else:
            ended.append(Outcome(change, OutcomeKind.STALE, "stale", since(change, again)))
    return Approved(tuple(run), tuple(ended))


def not_in_plan(
    given: PlanInput, planned: Iterable[Change], saved: Sequence[Change], *, with_waiting: bool = False
) -> tuple[Change, ...]:
    """What a fresh plan has and a saved one does not permit, but for what that has otherwise, which is stale."""
    told = {change.key: change for change in saved}
    found = []
    for change in planned:
        before = told.get(change.key)
        if change.action is Action.NO_OP or (before is not None and before.action.writes):
            continue
        if with_waiting and before is not None and over(given, before, change):
            continue
        if before is None or before.action is Action.NO_OP or change.action.writes:
            found.append(change)
    return tuple(found)


def blocked(change: Change) -> Outcome:
    """How a blocked change ends."""
    return Outcome(change, OutcomeKind.BLOCKED, change.reason, str(change.notes[0]) if change.notes else "")


def _still_blocked(saved: Change, again: Change | None) -> Outcome:
    """How a change ends that a saved plan has as blocked: with what is in its way now, not with what was then.

    The change is the saved one, by which whoever follows it tells when the approved plan can go on.
    """
    if again is not None and again.action is Action.BLOCKED:
        return blocked(again)._replace(change=saved)
    return Outcome(saved, OutcomeKind.BLOCKED, message=f"the approved plan has it as blocked; {now(again)}")


def _already(given: PlanInput, saved: Change, again: Change | None) -> bool:
    if not saved.wanted_digest:
        return given.live(saved.key) is None and given.listing(saved.key.kind).complete
    return again is not None and again.action is Action.NO_OP and again.wanted_digest == saved.wanted_digest


def not_started(change: Change, code: str, message: str, cause: Cause = Cause.RAN) -> Outcome:
    """How a change ends that nobody began with."""
    return Outcome(change, OutcomeKind.NOT_STARTED, code, message, cause=cause)


def held_back(change: Change, why: Refusal) -> Outcome:
    """How a change ends of a space of which nothing may be written, or nothing can be read."""
    return Outcome(change, OutcomeKind.NOT_STARTED, why.code, why.message, cause=why.cause, defect=why.defect)
