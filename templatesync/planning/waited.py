"""What a plan has as blocked, and an apply of that plan may carry out once what was in the way is over. Pure.

A deletion waits for a rollout, and any change of what is in review for the end of that. No digest covers such a row: it
permits nothing, and only says what was seen. Whoever alters one gains no more than that something goes out now which
the files want and any plan without options would write; never what they do not want, nor what a new plan blocks. Knows
no kind by name.
"""

from __future__ import annotations

from typing import Protocol

from templatesync.model.change import WAITING, Action, Change
from templatesync.model.resource import Key
from templatesync.planning.inputs import PlanInput


class Seen(Protocol):
    """A row of a plan that somebody saw, or what a receipt has of it."""

    @property
    def key(self) -> Key: ...
    @property
    def action(self) -> Action: ...
    @property
    def reason(self) -> str: ...
    @property
    def live_digest(self) -> str: ...
    @property
    def wanted_digest(self) -> str: ...
    @property
    def live_status(self) -> str: ...


def waited(given: PlanInput, seen: Seen) -> bool:
    """Whether it is blocked by what ends without anybody's doing: a rollout, or a review, which is its whole reason."""
    kind = given.kinds.get(seen.key.kind)
    if kind is None or seen.action is not Action.BLOCKED:
        return False
    return seen.reason == WAITING or (seen.reason == seen.live_status and seen.live_status in kind.policy.pending)


def over(given: PlanInput, seen: Seen, again: Change) -> bool:
    """Whether that is over, so that a new plan writes by itself what was seen, to what was seen.

    What only an option lets through is not by itself, wherever the option came from: a saved plan may bring some along.
    """
    live = given.live(seen.key)
    same = bool(seen.live_digest) and (seen.live_digest, seen.wanted_digest) == (again.live_digest, again.wanted_digest)
    if not same or live is None or given.kinds[again.key.kind].policy.unknown(live) or not waited(given, seen):
        return False
    if again.action is Action.DELETE:
        return bool(again.file)  # prune waits for nobody
    allowed = again.meant or not again.breaking
    return again.action is Action.UPDATE and seen.reason != WAITING and bool(again.diff) and allowed
