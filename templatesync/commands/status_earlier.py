"""Where everything stood, as an earlier `status --format json` has it, and what is new since. Pure.

It comes from whoever hands it over: it is read as data, and what does not fit is refused.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from templatesync.commands.status_rows import MISSING, NOT_READ, UNKNOWN, SpaceStatus, StatusRow
from templatesync.kinds import KINDS
from templatesync.model.change import Note
from templatesync.model.condition import Condition
from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.errors import UsageError
from templatesync.model.state import State

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError)
_QUALITIES = ("GREEN", "YELLOW", "RED")
"""From best to worst, as Meta has them."""
_STATES = {State.PAUSED: Condition.PAUSED, State.DISABLED: Condition.DISABLED, State.REJECTED: Condition.REJECTED}
_DRIFTS: Mapping[str, tuple[Condition, ...]] = {
    "content": (Condition.EDITED, Condition.PENDING, Condition.DIFFERS),
    "missing": (Condition.MISSING, Condition.PENDING),
    "unknown": (Condition.UNREADABLE,),
}
"""What a row without conditions, of an earlier release, may have known of each."""
_BEFORE = frozenset({Condition.UNMANAGED, Condition.SAMPLES_UNKNOWN, Condition.UNKNOWN_STATE})
"""What such a row could not say: that it did not say so means nothing."""

_CONTENT = frozenset({Condition.EDITED, Condition.PENDING, Condition.DIFFERS})


class Known(NamedTuple):
    """What an earlier status says of one resource. `conditions` is None where that release told none."""

    status: str
    quality: str
    conditions: frozenset[str] | None
    drift: frozenset[str]


class Before(NamedTuple):
    """What an earlier status says of one space; `error` when it could not be read then."""

    cust_space_id: str
    rows: Mapping[str, Known]
    told_all: bool
    error: bool = False


def before(data: bytes, name: str) -> dict[str, Before]:
    """Where everything stood, by space. Raises UsageError when it is no status."""
    try:
        return {_text(space["space"]): _before(space) for space in _spaces(data)}
    except _MALFORMED:
        raise UsageError(f"{name} is no status", hint="`status --format json -o FILE` writes one") from None


def _before(space: Mapping[str, Any]) -> Before:
    rows = {_text(row["key"]): _row(row) for row in space["resources"]}
    told_all = isinstance(space.get("unmanaged"), list)
    return Before(_text(space["cust_space_id"]), rows, told_all, "error" in space)


def _row(row: Mapping[str, Any]) -> Known:
    conditions = frozenset(map(_text, row["conditions"])) if "conditions" in row else None
    return Known(_text(row["status"]), _text(row["quality"]), conditions, frozenset(map(_text, row["drift"])))


def _spaces(data: bytes) -> Sequence[Mapping[str, Any]]:
    document = json.loads(data)
    if _text(document["format_version"]).split(".")[0] != FORMAT_VERSION.split(".")[0]:
        raise ValueError(document["format_version"])
    spaces = document["spaces"]
    if not isinstance(spaces, list) or not all(isinstance(space, dict) for space in spaces):
        raise TypeError(spaces)
    return spaces


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def since(space: SpaceStatus, earlier: Before | None, name: str, *, whole: bool) -> SpaceStatus:
    """A space with what is new in it. `whole`: everything was looked at, so that what is not told is gone."""
    if space.error is not None:
        return space
    why = "has nothing of this space" if earlier is None else ""
    if earlier is not None and earlier.error:
        why = "says that this space could not be read then"
    elif earlier is not None and earlier.cust_space_id != space.plan.cust_space_id:
        why = f"has another space under this name ({earlier.cust_space_id})"
    if earlier is None or why:
        note = Note("since", f"{name} {why}: nothing is told as new here")
        worse = tuple(dataclasses.replace(row, may_have_fallen=_poor(row.quality)) for row in space.rows)
        return dataclasses.replace(space, rows=worse, notes=(*space.notes, note))
    rows = tuple(_compared(row, earlier) for row in space.rows)
    here = {row.key for row in rows}
    gone = [key for key, was in earlier.rows.items() if key not in here and was.status != MISSING]
    complete = {listing.kind for listing in space.plan.listings if listing.complete}
    told = tuple(sorted(key for key in gone if whole and key.partition("/")[0] in complete))
    return dataclasses.replace(space, rows=rows, gone=told)


def _compared(row: StatusRow, earlier: Before) -> StatusRow:
    known = earlier.rows.get(row.key)
    if known is None:
        # A release that told none of what has no file says nothing of it.
        silent = not earlier.told_all and Condition.UNMANAGED in row.conditions
        return row if silent else dataclasses.replace(row, new=row.conditions, was="")
    conditions, notes = list(row.conditions), list(row.notes)
    if _fell(known.quality, row.quality):
        conditions.append(Condition.QUALITY_FELL)
        notes.append(f"its quality was {known.quality.strip().upper()}")
    had = _had(row.kind, known)
    new = [each for each in conditions if each not in had and not (known.conditions is None and each in _BEFORE)]
    over = [each for each in Condition if each in had and each not in conditions and _decided(each, row, known)]
    unsaid = {UNKNOWN, NOT_READ}
    other = row.status != known.status and unsaid.isdisjoint((row.status, known.status))
    ordered = tuple(each for each in Condition if each in conditions)
    return dataclasses.replace(
        row,
        conditions=ordered,
        notes=tuple(notes),
        new=tuple(each for each in ordered if each in new),
        over=tuple(over),
        was=known.status if other else None,
        may_have_fallen=_may_have_fallen(known, row),
    )


def _had(kind: str, known: Known) -> frozenset[Condition]:
    """The conditions of an earlier row; of one without any, those that it may have had."""
    if known.conditions is not None:
        return frozenset(each for each in Condition if each.value in known.conditions)
    found = {each for word in known.drift for each in _DRIFTS.get(word, ())}
    policy = KINDS[kind].policy if kind in KINDS else None
    state = policy.words.get(known.status) if policy is not None else None
    if policy is not None and not policy.drifts.isdisjoint(known.drift):
        found.add(Condition.RECATEGORISED)
    return frozenset(found | ({_STATES[state]} if state in _STATES else set()))


def _decided(condition: Condition, row: StatusRow, known: Known) -> bool:
    """Whether it can be said that a condition is over: that it was told before, and is looked at now."""
    if known.conditions is None or condition is Condition.QUALITY_FELL:
        return False
    if condition in _CONTENT:
        return row.status == MISSING or row.content in ("as the file says", "differs")
    return row.status not in (UNKNOWN, NOT_READ)


def _may_have_fallen(known: Known, row: StatusRow) -> bool:
    """Whether quality was not read then, or cannot be read now. Of what has no file nobody reads it."""
    if known.quality == NOT_READ:
        return _poor(row.quality)
    unread = row.quality == NOT_READ or row.status == UNKNOWN
    return unread and known.quality.strip().upper() in _QUALITIES[:-1] and Condition.UNMANAGED not in row.conditions


def _poor(quality: str) -> bool:
    """Whether it is one to which quality can fall."""
    return quality.strip().upper() in _QUALITIES[1:]


def _fell(was: str, now: str) -> bool:
    """Whether quality is worse than it was; of what was not read, or has no known word, nobody knows."""
    one, other = was.strip().upper(), now.strip().upper()
    return one in _QUALITIES and other in _QUALITIES and _QUALITIES.index(one) < _QUALITIES.index(other)
