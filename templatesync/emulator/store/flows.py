"""Flows as rows: one frozen value and the SQL that keeps it. Knows no operation and no rule."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from templatesync.emulator.platform.flow import FlowStatus
from templatesync.emulator.store.spaces import digits


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One flow. `asset` is its JSON as text, empty before the first upload. Times are of the state clock."""

    id: int
    space: str
    flow_id: str
    name: str
    categories: tuple[str, ...]
    endpoint: str
    status: FlowStatus
    asset: str
    created: float
    updated: float


_COLUMNS = "space, flow_id, name, categories, endpoint, status, asset, created, updated"


def _flow(row: sqlite3.Row) -> FlowRow:
    return FlowRow(
        id=row["id"],
        space=row["space"],
        flow_id=row["flow_id"],
        name=row["name"],
        categories=tuple(json.loads(row["categories"])),
        endpoint=row["endpoint"],
        status=FlowStatus(row["status"]),
        asset=row["asset"],
        created=row["created"],
        updated=row["updated"],
    )


def _values(flow: FlowRow) -> tuple[str | float, ...]:
    categories = json.dumps(flow.categories)
    fixed = (flow.space, flow.flow_id, flow.name, categories, flow.endpoint, flow.status.value, flow.asset)
    return (*fixed, flow.created, flow.updated)


def insert(db: sqlite3.Connection, flow: FlowRow) -> None:
    """Add a flow; its `id` is ignored."""
    marks = ", ".join("?" * len(_values(flow)))
    db.execute(f"INSERT INTO flow ({_COLUMNS}) VALUES ({marks})", _values(flow))  # noqa: S608 - no data in it


def make_id(db: sqlite3.Connection, space: str) -> str:
    """The FlowId of a flow to insert; none is ever given twice, to whichever space."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'flow'").fetchone()
    return digits(f"flow {space} {row['seq'] if row else 0}", 15)


def update(db: sqlite3.Connection, flow: FlowRow) -> None:
    """Write every field back to the row of `flow.id`."""
    marks = ", ".join("?" * len(_values(flow)))
    db.execute(f"UPDATE flow SET ({_COLUMNS}) = ({marks}) WHERE id = ?", (*_values(flow), flow.id))  # noqa: S608 - no data in it


def delete(db: sqlite3.Connection, flow: FlowRow, now: float) -> None:
    """Mark as deleted: a listing may lag, and the id stays known."""
    db.execute("UPDATE flow SET deleted = ? WHERE id = ?", (now, flow.id))


def get(db: sqlite3.Connection, flow_id: str, space: str | None = None) -> FlowRow | None:
    """The live flow with that id, in that space or in any."""
    row = db.execute(
        f"SELECT id, {_COLUMNS} FROM flow WHERE flow_id = ? AND (? IS NULL OR space = ?) AND deleted IS NULL",  # noqa: S608 - no data in it
        (flow_id, space, space),
    ).fetchone()
    return _flow(row) if row else None


def existed(db: sqlite3.Connection, space: str, flow_id: str) -> bool:
    """Whether the space has or had a flow with that id."""
    return db.execute("SELECT 1 FROM flow WHERE space = ? AND flow_id = ?", (space, flow_id)).fetchone() is not None


def named(db: sqlite3.Connection, space: str, name: str) -> list[FlowRow]:
    """Every live flow of exactly that name, oldest first."""
    query = f"SELECT id, {_COLUMNS} FROM flow WHERE space = ? AND name = ? AND deleted IS NULL ORDER BY id"  # noqa: S608 - no data in it
    return [_flow(row) for row in db.execute(query, (space, name))]


# A name that only contains what was asked for is found too.
_SEEN = "space = ? AND instr(name, ?) > 0 AND created <= ? AND (deleted IS NULL OR deleted > ?)"


def count(db: sqlite3.Connection, space: str, part: str, *, seen_at: float) -> int:
    """How many rows all pages have together."""
    query = f"SELECT count(*) FROM flow WHERE {_SEEN}"  # noqa: S608 - no data in it
    return int(db.execute(query, (space, part, seen_at, seen_at)).fetchone()[0])


def page(db: sqlite3.Connection, space: str, part: str, *, seen_at: float, offset: int, size: int) -> Sequence[FlowRow]:
    """What a listing shows, newest first, as the state was at `seen_at`."""
    query = f"SELECT id, {_COLUMNS} FROM flow WHERE {_SEEN} ORDER BY id DESC LIMIT ? OFFSET ?"  # noqa: S608 - no data in it
    return [_flow(row) for row in db.execute(query, (space, part, seen_at, seen_at, size, offset))]
