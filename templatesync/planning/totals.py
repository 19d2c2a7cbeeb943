"""What a plan comes to: the digest that a reviewer approves, and the counts. Pure; knows no kind."""

from __future__ import annotations

from collections.abc import Iterable

from templatesync.model.change import Action, Change, Plan, SpacePlan
from templatesync.model.digest import FORMAT_VERSION, sha256

TOLD_BACK = "told back differently"
"""The reason of what is blocked because the service has accepted it, and tells it otherwise."""

DOUBTFUL = frozenset({"near miss", "not listed yet", "incomplete listing", "unreadable", "ambiguous"})
"""The reasons of what is blocked because nobody knows whether it is there, or what it is."""


def space_digest(plan: SpacePlan) -> str:
    """What a reviewer approves, in one line: every change that writes, and where. Not notes, files or states."""
    changes = sorted(list(change.permission()) for change in plan.writes)
    return sha256([FORMAT_VERSION, plan.space, plan.cust_space_id, plan.waba_id, changes])


def plan_digest(plan: Plan) -> str:
    """The digest over all spaces of a plan, in whatever order; where one could not be read, nothing is approved."""
    return sha256([FORMAT_VERSION, sorted([space.space, space_digest(space)] for space in plan.spaces)])


def summary(changes: Iterable[Change], unmanaged: int) -> dict[str, int]:
    """The counts of a plan document. `reviews` counts what would start one, `breaking` blocked changes as well.

    `blocked` counts an action, like its neighbours; how many of them only wait, `waiting` says.
    """
    rows = list(changes)
    counts = {action.value: sum(change.action is action for change in rows) for action in Action}
    return {
        **counts,
        "reviews": sum(change.review for change in rows),
        "breaking": sum(bool(change.breaking) for change in rows if change.action is not Action.NO_OP),
        "unmanaged": unmanaged,
        "waiting": sum(change.waits for change in rows),
        "told_back": sum(change.reason == TOLD_BACK for change in rows),
    }
