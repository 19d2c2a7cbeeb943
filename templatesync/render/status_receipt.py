"""What became of the changes of a receipt, as Markdown for the comment of a merged pull request. Pure; no terminal.

What needs somebody comes first. Every value from outside is escaped here; whole lines are left out at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from templatesync.kinds import KINDS
from templatesync.model.resource import Key
from templatesync.model.state import State
from templatesync.planning.follow_up import FollowUp, Stands
from templatesync.render.changes import called
from templatesync.render.escape import markdown_sentence, markdown_text
from templatesync.render.grouping import grouped
from templatesync.render.markdown_parts import (
    Counts,
    Item,
    Paper,
    bullets,
    cut,
    few,
    fitting,
    heading,
    place,
    warning,
    who,
)

if TYPE_CHECKING:
    from templatesync.commands.status import StatusResult
    from templatesync.commands.status_receipt import Followed

_ALL = "`templatesync status --receipt FILE --format json` has the state of each"
_LONGEST = 600
_TITLES = {
    Stands.REJECTED: "Rejected",
    Stands.LEFT: "Still to apply",
    Stands.NOT_IN_USE: "There, and not in use",
    Stands.CHANGED: "Something else is live",
    Stands.GONE: "Not there any more",
    Stands.UNREAD: "Could not be read",
    Stands.RUNNING: "In review",
    Stands.SUPERSEDED: "Superseded by a later change",
    Stands.APPROVED: "Approved",
    Stands.DELETED: "Deleted",
}
_WORDS = {Stands.LEFT: "still to apply", Stands.RUNNING: "in review", Stands.NOT_IN_USE: "not in use"}
_WORDS |= {Stands.CHANGED: "changed elsewhere", Stands.GONE: "not there any more", Stands.UNREAD: "not read"}
_WAYS_ON = {
    Stands.REJECTED: "rejected: change what the reason names and merge that; `templatesync rules` explains each rule",
    Stands.CHANGED: "something else is live: `templatesync plan` shows what differs, `templatesync import --update` "
    "takes it into the file",
    Stands.GONE: "not there any more: `templatesync plan` shows what an apply would do",
    Stands.NOT_IN_USE: "not in use: `templatesync status` says what each state means and what to do",
}


class _Placed(NamedTuple):
    space: str
    change: FollowUp


def count(spaces: Sequence[Followed]) -> Counts:
    """How many changes are where. Of a space that could not be read, nobody knows that any review is over."""
    changes = [each for space in spaces for each in space.changes]
    unread = [each for each in changes if each.stands is Stands.UNREAD]
    sent = sum(each.row.submitted for each in unread)
    return Counts(
        reviews=sum(each.stands is Stands.RUNNING for each in changes)
        + sent
        + sum(space.asked for space in spaces if space.error is not None),
        rejected=sum(each.stands is Stands.REJECTED for each in changes),
        left=sum(each.stands is Stands.LEFT for each in changes) + len(unread) - sent,
        ready=sum(each.ready for each in changes),
    )


def document(result: StatusResult, spaces: Sequence[Followed]) -> str:
    """A marker with the counts, the sentence, and where each change stands."""
    counts = count(spaces)
    plans = [space.plan for space in spaces]
    marker = counts.marker("status", [plan.space for plan in plans])
    placed = [_Placed(space.plan.space, each) for space in spaces for each in space.changes]
    head = "\n\n".join([f"{marker}\n{heading(plans)}", _sentence(placed, counts), *_alert(result, spaces)])
    end = "".join(_what_to_do(placed, counts))
    if result.timed_out:
        end += "\nReviews are still running; the time to wait is over.\n"
    return f"{head}\n{fitting(Paper(head, end), _items(placed, len(plans) > 1), _ALL)}{end}"


def _sentence(placed: Sequence[_Placed], counts: Counts) -> str:
    found = [each.change.stands for each in placed]
    told = [f"{found.count(each):,} {_WORDS.get(each, each.value)}" for each in Stands if each in found]
    ready = f"; nothing blocks {counts.ready:,} of what is still to apply any more" if counts.ready else ""
    return f"**{', '.join(told) or 'Nothing was to be followed'}**{ready}."


def _alert(result: StatusResult, spaces: Sequence[Followed]) -> Iterator[str]:
    lines = [
        f"{markdown_text(cut(space.plan.space, 80))}: {markdown_sentence(cut(space.error.message, _LONGEST))} "
        f"({markdown_text(cut(space.error.code, 80))})"
        for space in spaces
        if space.error is not None
    ]
    for space in result.spaces:
        lines += [f"{markdown_text(cut(space.plan.space, 80))}: {_told(note.text)}" for note in space.notes]
    files = list(dict.fromkeys(finding.file for finding in result.findings))
    if files:
        lines.append(f"these files have errors, so nobody can say what they want now: {few(files)}")
    yield from warning("Not all could be read", lines)


def _items(placed: Sequence[_Placed], several_spaces: bool) -> Iterator[Item]:
    by_stand = grouped(placed, lambda each: each.change.stands)
    for stands, title in _TITLES.items():
        found = by_stand.get(stands, [])
        if found:
            yield Item(f"\n**{title}** ({len(found):,})\n\n")
        for group in grouped(found, _same).values():
            yield Item(f"- {_line(group, several_spaces)}\n", len(group))


def _same(placed: _Placed) -> tuple[object, ...]:
    change = placed.change
    key = change.row.key
    told = (change.state, said(change), moment(change.at), change.ready, change.later)
    return key.kind, key.name, change.row.action, *told, change.file, change.line


def _line(group: Sequence[_Placed], several_spaces: bool) -> str:
    change = group[0].change
    about = who([each.change.row.key for each in group], (each.space for each in group), several_spaces)
    later = "; a later change of its file is not applied yet" if change.later and _there(change) else ""
    quiet = change.stands in (Stands.APPROVED, Stands.DELETED, Stands.SUPERSEDED, Stands.RUNNING)
    file = "" if quiet else f" — {place(change.file, change.line)}"
    at = moment(change.at) if change.stands is Stands.APPROVED else ""
    return f"{about}: {_told(said(change))}{at}{later}{file}"


def _there(change: FollowUp) -> bool:
    return change.stands in (Stands.APPROVED, Stands.REJECTED, Stands.RUNNING, Stands.NOT_IN_USE)


def _told(text: str) -> str:
    """A sentence with what is of weight in it: that a review has ended badly."""
    text = cut(text, _LONGEST)
    rejected = "rejected: "
    if text.startswith(rejected):
        return f"**rejected**: {markdown_sentence(text.removeprefix(rejected))}"
    return markdown_sentence(text)


def said(change: FollowUp) -> str:
    """Where a change stands, in words; what comes from outside is in it as it is."""
    key, state = change.row.key, _state(change)
    why = f": {change.reason}" if change.reason else ""
    match change.stands:
        case Stands.REJECTED:
            return f"rejected: {explained(change)}"
        case Stands.APPROVED:
            reviewed = key.kind in KINDS and bool(KINDS[key.kind].policy.pending)
            return "approved" if reviewed else "in use"
        case Stands.RUNNING:
            return f"in review{why}" if change.reason else "in review"
        case Stands.SUPERSEDED:
            return "superseded by a later change of its file; what was sent here is not what is live"
        case Stands.LEFT:
            blocked = "waits" if change.waits else "not applied"
            return f"{change.row.action.value if change.row.action.writes else blocked}{why}"
        case Stands.NOT_IN_USE:
            return f"{state}{why}"
        case Stands.CHANGED:
            return f"what is live is not what was applied, and its state ({state}) is that of another content"
        case Stands.GONE:
            return "it was applied, and is not there any more"
        case Stands.UNREAD:
            return f"nobody can say where it stands{why}"
        case Stands.DELETED:
            return "deleted"


def _state(change: FollowUp) -> str:
    key = change.row.key
    return called(Key(key.kind, key.name), change.state) if change.state else "no state"


def explained(change: FollowUp) -> str:
    """What the reason of a rejection means, with the rules that would have told."""
    kind = KINDS.get(change.row.key.kind)
    rejected = kind is not None and kind.policy.words.get(change.state) is State.REJECTED
    if kind is not None and rejected:
        return kind.policy.explained(change.reason)
    return change.reason or _state(change)


def moment(seconds: float) -> str:
    """When the service says that it changed something, behind a word; nothing where that is no time."""
    try:
        return f" {datetime.fromtimestamp(seconds, UTC):%H:%M UTC (%Y-%m-%d)}" if seconds > 0 else ""
    except (ValueError, OverflowError, OSError):
        return ""


def _what_to_do(placed: Sequence[_Placed], counts: Counts) -> Iterator[str]:
    found = {each.change.stands for each in placed}
    told = [markdown_sentence(way) for stands, way in _WAYS_ON.items() if stands in found]
    if counts.ready:
        told.append("what nothing blocks any more: the workflow that applies does it, with the plan that was approved")
    if any(each.change.stands is Stands.LEFT and not (each.change.ready or each.change.waits) for each in placed):
        told.append(
            "still to apply: run the job that applied it again, which does what its plan permits; for all else start "
            "the workflow that applies by hand, and approve what it shows"
        )
    if told:
        yield "\nWhat to do:\n\n"
        yield from bullets(told)
