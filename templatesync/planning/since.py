"""In words, why what was approved is no longer what would be done. Pure; knows no kind, no file and no renderer."""

from __future__ import annotations

from collections.abc import Iterator

from templatesync.model.change import Action, Change
from templatesync.model.json_value import Json
from templatesync.planning.comparison import listed
from templatesync.planning.diff import explain
from templatesync.planning.totals import DOUBTFUL

_NOW = {
    Action.NO_OP: "now nothing would be done",
    Action.CREATE: "now it would be created",
    Action.UPDATE: "now it would be updated",
    Action.DELETE: "now it would be deleted",
    Action.BLOCKED: "now it is blocked",
}


def since(saved: Change, again: Change | None) -> str:
    """What has changed since a plan was approved, and what a plan would do now."""
    if again is None:
        return "since the plan was made, no file wants this any more, or the policy keeps it as it is; plan again"
    changed = [*_live(saved, again), *_wanted(saved, again)]
    if not changed and saved.live_status != again.live_status:
        changed.append(f"its state was {saved.live_status or 'none'} and is {again.live_status or 'none'}")
    told = [f"since the plan was made, {' and '.join(changed)}"] if changed else []
    return "; ".join([*told, now(again)])


def now(again: Change | None) -> str:
    """What a plan would do now, and the next step."""
    if again is None:
        return "now no file wants it; plan again"
    reason = f" ({again.reason})" if again.reason else ""
    why = f": {again.notes[0].text}" if again.action is Action.BLOCKED and again.notes else ""
    return f"{_NOW[again.action]}{reason}{why}; plan again"


def _live(saved: Change, again: Change) -> Iterator[str]:
    if saved.live_digest == again.live_digest:
        return
    if again.reason in DOUBTFUL:
        yield "it could not be read"
    elif not saved.live_digest:
        yield "it has come to be live"
    elif not again.live_digest:
        yield "it has gone"
    else:
        yield f"what is live was changed{_where(saved.before, again.before)}"


def _wanted(saved: Change, again: Change) -> Iterator[str]:
    if saved.wanted_digest == again.wanted_digest:
        return
    if not again.wanted_digest:
        yield "no file wants it any more"
    elif not saved.wanted_digest:
        yield "a file has come to want it"
    else:
        yield f"its file, or a variable of the space, was changed{_where(saved.after, again.after)}"


def _where(before: Json, after: Json) -> str:
    """The paths at which two contents differ; nothing where one of them is not at hand."""
    if before is None or after is None:
        return ""
    return f" ({listed(item.path for item in explain(before, after))})"
