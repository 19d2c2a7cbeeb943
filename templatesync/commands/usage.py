"""How often something was sent, for whoever asks: never a failure, and nothing that a digest covers. Knows no kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from templatesync.commands.session import Session
from templatesync.kinds.base import CHANGED_AT, Kind
from templatesync.model.calls import Calls
from templatesync.model.change import Action, Change, Note, SpacePlan
from templatesync.model.errors import StoppedError
from templatesync.model.resource import Key, Live
from templatesync.model.usage import CODE, WEEK, Usage, said
from templatesync.planning.inputs import PlanInput
from templatesync.planning.reading import side_by_side

LONG = 90
"""Days without a send after which something is unused: as long as Meta counts."""
DAY = 86_400_000
"""Milliseconds."""
_AT_ONCE = 100
"""Rows that are asked about before it is looked whether anybody answers."""


class Counts(NamedTuple):
    """What was told of the resources of one space, or why nothing can be."""

    usages: Mapping[Key, Usage] = {}
    notes: tuple[Note, ...] = ()


class _Row(NamedTuple):
    """What is to be counted for a key; `of` names it when it is another."""

    key: Key
    kind: Kind
    live: Live
    of: str = ""


def counted_changes(
    session: Session, inputs: Sequence[PlanInput], plans: Sequence[SpacePlan], now: float
) -> tuple[SpacePlan, ...]:
    """The plans with what goes, changes or is replaced counted over the last week."""
    rows = {given.space: list(_of_changes(given, plan)) for given, plan in zip(inputs, plans, strict=True)}
    counts = _ask(session, rows, now, WEEK)
    return tuple(_with(plan, counts.get(plan.space, Counts())) for plan in plans)


def counted_live(
    session: Session, inputs: Sequence[PlanInput], keys: Mapping[str, Collection[Key]], now: float, days: int = LONG
) -> dict[str, Counts]:
    """By space, those of its keys that can be sent now, counted over a long time."""
    return _ask(
        session, {given.space: list(_sendable(given, keys.get(given.space, ()))) for given in inputs}, now, days
    )


def _of_changes(given: PlanInput, plan: SpacePlan) -> Iterator[_Row]:
    """The live side of each change that senders may notice; of a new version, what it replaces."""
    for change in plan.changes:
        kind = given.kinds[change.key.kind]
        if kind.outputs.usage is None:
            continue
        if change.replaces and change.action in (Action.CREATE, Action.BLOCKED):
            old = given.live(Key(kind.name, change.replaces, change.key.language))
            if old is not None:
                yield _Row(change.key, kind, old, change.replaces)
        elif change.action in (Action.UPDATE, Action.DELETE) or change.breaking:
            live = given.live(change.key)
            if live is not None:
                yield _Row(change.key, kind, live)


def _sendable(given: PlanInput, keys: Collection[Key]) -> Iterator[_Row]:
    for key in sorted(keys):
        kind, live = given.kinds.get(key.kind), given.live(key)
        if kind is None:
            continue
        usable = kind.outputs.usable or kind.policy.settled
        if kind.outputs.usage is not None and live is not None and usable(live):
            yield _Row(key, kind, live)


def _ask(session: Session, rows: Mapping[str, Sequence[_Row]], now: float, days: int) -> dict[str, Counts]:
    from templatesync.service.driver.job import Job

    until = int(now * 1000)
    jobs = [
        Job(session.clients[space], _counted(asked, until, days), space=space)
        for space, asked in rows.items()
        if asked and space in session.clients
    ]
    found: dict[str, Counts] = {}
    for finished in session.driver.run(jobs):
        if finished.value is not None:
            found[finished.job.space] = finished.value
        elif not session.driver.stopped_by:
            found[finished.job.space] = Counts(notes=(Note(CODE, "usage unknown: asking for it failed"),))
    if session.driver.stopped_by:
        raise StoppedError(session.driver.stopped_by)
    return found


def _counted(rows: Sequence[_Row], until: int, days: int) -> Calls[Counts]:
    """Ask about the first one, and about the others while there is an answer."""
    usages: dict[Key, Usage] = {}
    done = 0
    while done < len(rows):
        some = rows[done : done + (_AT_ONCE if done else 1)]
        done += len(some)
        told = yield from side_by_side([_one(row, until, days) for row in some])
        usages |= {row.key: each for row, each in zip(some, told, strict=True) if not each.denied}
        denial = next((each.reason for each in told if each.denied), "")
        if denial:
            return Counts(usages, (Note(CODE, f"usage unknown: {denial}"),))
        silent = any(each.lost for each in told) if done == 1 else all(each.sent is None for each in told)
        if silent and done < len(rows):
            missing = f"usage unknown of {len(rows) - done:,} more: {told[-1].reason}"
            return Counts(usages, (Note(CODE, missing),))
    return Counts(usages)


def _one(row: _Row, until: int, days: int) -> Calls[Usage]:
    assert row.kind.outputs.usage is not None
    usage = yield from row.kind.outputs.usage(row.live, until, days)
    changed_at = row.live.facts.get(CHANGED_AT)
    young = isinstance(changed_at, int | float) and changed_at * 1000 > until - days * DAY
    return usage._replace(of=row.of, young=young)


def _with(plan: SpacePlan, counts: Counts) -> SpacePlan:
    changes = tuple(_told(change, counts.usages.get(change.key)) for change in plan.changes)
    return plan._replace(changes=changes, notes=(*plan.notes, *counts.notes))


def _told(change: Change, usage: Usage | None) -> Change:
    if usage is None:
        return change
    return dataclasses.replace(change, usage=usage, notes=(*change.notes, Note(CODE, said(usage))))
