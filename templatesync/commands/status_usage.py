"""Which resources of a status nobody has sent for long. Asks where that was asked for; knows no kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from templatesync.commands.session import Session
from templatesync.commands.status_rows import SpaceStatus
from templatesync.commands.usage import Counts, counted_live
from templatesync.model.resource import Key
from templatesync.planning.inputs import PlanInput


def with_usage(
    session: Session, inputs: Sequence[PlanInput], spaces: Sequence[SpaceStatus], now: float
) -> tuple[SpaceStatus, ...]:
    """The rows with how often each was sent; what cannot be sent now is not asked about."""
    rows = {space.plan.space: frozenset(Key.parse(row.key) for row in space.rows) for space in spaces}
    counts = counted_live(session, inputs, rows, now)
    return tuple(_told(space, counts.get(space.plan.space, Counts())) for space in spaces)


def _told(space: SpaceStatus, counts: Counts) -> SpaceStatus:
    usages = {str(key): usage for key, usage in counts.usages.items()}
    rows = tuple(dataclasses.replace(row, usage=usages.get(row.key)) for row in space.rows)
    return dataclasses.replace(space, rows=rows, notes=(*space.notes, *counts.notes))
