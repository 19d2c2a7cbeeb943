"""Where the changes of a receipt stand by now: approved, rejected, superseded, or still to be applied. Pure.

A state is told of a change only while what is live is what that change had sent: that another text was approved, says
nothing of it. Knows no kind by name, no file and no clock.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from templatesync.kinds.base import CHANGED_AT, Kind
from templatesync.model.change import Action, Change, Narrowed
from templatesync.model.digest import sha256
from templatesync.model.outcome import OutcomeKind
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.drift import Sent, is_sent
from templatesync.planning.inputs import PlanInput
from templatesync.planning.plan import plan_one
from templatesync.planning.receipt import Row
from templatesync.planning.safety import unsafe
from templatesync.planning.waited import over, waited


class Stands(StrEnum):
    """Where a change stands. In the order in which somebody should look at it."""

    REJECTED = "rejected"
    """Its review has ended badly."""
    LEFT = "left"
    """It is still to be applied."""
    NOT_IN_USE = "not_in_use"
    """Its content is there, in a state that is neither good nor a review: paused, disabled, not understood."""
    CHANGED = "changed"
    """Something else is live, and no later change of the files explains it."""
    GONE = "gone"
    """It is not there any more, and no later change of the files explains it."""
    UNREAD = "unread"
    """Nobody can say: it could not be read."""
    RUNNING = "running"
    """Its review is still to come, or running."""
    SUPERSEDED = "superseded"
    """A later change of the files took its place."""
    APPROVED = "approved"
    """Its content is in full use."""
    DELETED = "deleted"
    """It is gone, as it was to be."""


class FollowUp(NamedTuple):
    """One change of a receipt, and where it stands.

    state    what the service calls its state; `reason` what it says of that, or why the change is still to be applied
    at       when the service has it changed last, in seconds since 1970; 0 where it does not tell
    waits    it waits for a review or a rollout, by design
    ready    nothing blocks it any more, and the approved plan permits it
    later    its file wants something else by now, which is not applied yet
    """

    row: Row
    stands: Stands
    state: str = ""
    reason: str = ""
    at: float = 0.0
    waits: bool = False
    ready: bool = False
    later: bool = False
    file: str = ""
    line: int = 0


def follow_up(given: PlanInput, rows: Iterable[Row], broken: Collection[Key]) -> tuple[FollowUp, ...]:
    """Where these changes of a space stand. `broken` are the keys of which files say nothing that could be read."""
    found = [_followed(given, row, broken) for row in rows]
    if any(each.ready for each in found) and (refused := _refused(given, found)):
        found = [each._replace(ready=False, reason=refused) if each.ready else each for each in found]
    return tuple(found)


def _followed(given: PlanInput, row: Row, broken: Collection[Key]) -> FollowUp:
    key, kind, resource = row.key, given.kinds.get(row.key.kind), given.wanted.get(row.key)
    file, line = (resource.file, resource.line) if resource is not None else (row.file, row.line)
    told = FollowUp(row, Stands.UNREAD, file=file, line=line)
    listing, live = given.listing(key.kind), given.live(key)
    failure = listing.failed.get(key)
    if kind is None or (live is None and (failure is not None or not listing.complete)):
        return told._replace(reason=failure.message or failure.code if failure is not None else listing.reason)
    if live is not None:
        moment = live.facts.get(CHANGED_AT)
        told = told._replace(
            state=live.status,
            reason=str(live.facts.get("reason", "")),
            at=moment if isinstance(moment, float) else 0.0,
        )
    if row.action is Action.DELETE or (not row.wanted_digest and row.action is Action.BLOCKED):
        return _deletion(given, told, resource, live)
    return _content(given, kind, told, resource, live, known=key not in broken)


def _deletion(given: PlanInput, told: FollowUp, resource: Resource | None, live: Live | None) -> FollowUp:
    if live is None:
        return told._replace(stands=Stands.DELETED)
    if resource is not None and not resource.options.absent:
        return told._replace(stands=Stands.SUPERSEDED)
    return told._replace(stands=Stands.CHANGED) if told.row.in_effect else _left(given, told, live)


def _content(
    given: PlanInput, kind: Kind, told: FollowUp, resource: Resource | None, live: Live | None, *, known: bool
) -> FollowUp:
    """What became of a content that was to be live. `known`: what the file wants now could be read."""
    row = told.row
    wanted = None if resource is None or resource.options.absent else resource
    later = known and (wanted is None or (bool(row.wanted_digest) and _digest(kind, wanted) != row.wanted_digest))
    told = told._replace(later=later)
    if live is None and not later:
        return told._replace(stands=Stands.GONE) if row.in_effect else _left(given, told, live)
    if live is None or (live.body is None and later):
        return told._replace(stands=Stands.SUPERSEDED)
    if live.body is None:
        runs = row.submitted and live.status in kind.policy.pending
        return told._replace(stands=Stands.RUNNING if runs else Stands.UNREAD)
    if is_sent(kind, _sent(row, None if later or not known else wanted), live):
        return told._replace(stands=_state(kind, live))
    if later:
        return told._replace(stands=Stands.SUPERSEDED)
    if row.echo is not None and not row.echo.taken and _is_old(given, row, live):
        return told._replace(stands=Stands.RUNNING, reason="accepted, and the service still tells the old content")
    return told._replace(stands=Stands.CHANGED) if row.in_effect else _left(given, told, live)


def _digest(kind: Kind, resource: Resource) -> str:
    return sha256(kind.content.canonical(resource))


def _is_old(given: PlanInput, row: Row, live: Live) -> bool:
    """Whether what is live is still what the service told right after it had taken the change."""
    return row.echo is not None and plan_one(given, row.key, live).live_digest == row.echo.live_digest


def _sent(row: Row, resource: Resource | None) -> tuple[Sent, ...]:
    """What a change has sent: its content, what the service told back in its place, and what its file still says."""
    told = row.echo.live_digest if row.echo is not None and row.echo.taken else ""
    return (Sent(row.content, told), *((Sent(told=told, version=resource),) if resource is not None else ()))


def _state(kind: Kind, live: Live) -> Stands:
    if live.status in kind.policy.pending:
        return Stands.RUNNING
    if live.status in kind.policy.rejected:
        return Stands.REJECTED
    return Stands.APPROVED if kind.policy.settled(live) else Stands.NOT_IN_USE


# --- what is still to be applied --------------------------------------------------------------------------------------


def _left(given: PlanInput, told: FollowUp, live: Live | None) -> FollowUp:
    """Why something is still to be applied, and whether the approved plan would do it now."""
    row = told.row
    again = plan_one(given, row.key, live)
    ready = (row.outcome is OutcomeKind.STALE and _permitted(row, again)) or _over(given, row, again)
    if ready:
        reason = "nothing blocks it any more"
    elif row.outcome in (OutcomeKind.FAILED, OutcomeKind.UNKNOWN, OutcomeKind.NOT_STARTED):
        reason = row.message or row.code or row.outcome.value
    elif again.action is Action.BLOCKED:
        reason = again.notes[0].text if again.notes else again.reason
    else:
        begin = "nothing blocks it any more, but" if row.outcome is OutcomeKind.BLOCKED else "by now"
        reason = f"{begin} it is not what was approved: a new plan of it has to be"
    in_review = waited(given, again) and again.live_digest == row.live_digest
    return told._replace(stands=Stands.LEFT, reason=reason, waits=again.waits or in_review, ready=ready)


def _permitted(row: Row, again: Change) -> bool:
    """Whether the approved plan has the very change."""
    permitted = (str(row.key), row.action.value, row.reason, row.live_digest, row.wanted_digest)
    return again.action.writes and again.permission() == permitted


def _over(given: PlanInput, row: Row, again: Change) -> bool:
    """Whether what blocked it is over, so that `apply --with-waiting` carries it out."""
    return row.outcome is OutcomeKind.BLOCKED and over(given, row, again)


def _refused(given: PlanInput, found: Sequence[FollowUp]) -> str:
    """What forbids together all that an apply would carry out of these; empty when nothing does.

    That has also what has failed. It is not ready by itself, for it would perhaps fail again for ever, but counts.
    """
    everything = Narrowed("", frozenset(given.wanted), len(given.wanted))
    whole = dataclasses.replace(given, options=dataclasses.replace(given.options, only=everything))
    left = [(each.row, plan_one(given, each.row.key, given.live(each.row.key)))
            for each in found if each.stands is Stands.LEFT]  # fmt: skip
    running = [again for row, again in left if _permitted(row, again) or _over(given, row, again)]
    refusals = [*given.refusals, *unsafe(whole, running)]
    return refusals[0].message if refusals else ""
