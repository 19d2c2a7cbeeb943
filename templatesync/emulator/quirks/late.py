"""Rows as they were some seconds ago, and writes that take effect some seconds from now. Knows rows, no operation.

Both go by the difference that a write made between the rows before it and after it, whatever operation it was.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from templatesync.model.json_value import Json

_PLACES = ("template", "flow", "qr_code")

# Seconds that what a row was before is kept: longer than any listing is behind.
_KEEP = 86_400.0

Rows = Mapping[tuple[str, int], Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a write did to one row: columns before and after, those that differ. `before` is None of a new row."""

    place: str
    row: int
    before: Mapping[str, Json] | None
    after: Mapping[str, Json]


def rows(db: sqlite3.Connection, space: str) -> Rows:
    """All that can change slowly in a space, by table and id."""
    return {
        (place, row["id"]): dict(row)
        for place in _PLACES
        for row in db.execute(f"SELECT * FROM {place} WHERE space = ?", (space,))  # noqa: S608 - no data in it
    }


def differences(before: Rows, after: Rows) -> list[RowChange]:
    """What is new or other. Rows that are purged are no difference: they were deleted long ago."""
    found = []
    for (place, row), now in after.items():
        then = before.get((place, row))
        if then is None:
            found.append(RowChange(place, row, None, now))
        elif other := [column for column in now if now[column] != then[column]]:
            found.append(
                RowChange(place, row, {name: then[name] for name in other}, {name: now[name] for name in other})
            )
    return found


def undo(db: sqlite3.Connection, changes: list[RowChange]) -> None:
    """Take changes back that were just made. The ids of new rows stay taken."""
    for change in changes:
        _restore(db, change.place, change.row, change.before)


def _restore(db: sqlite3.Connection, place: str, row: int, before: Mapping[str, Json] | None) -> None:
    if before is None:
        db.execute(f"DELETE FROM {place} WHERE id = ?", (row,))  # noqa: S608 - no data in it
    else:
        _set(db, place, row, before, "")


def _set(db: sqlite3.Connection, place: str, row: int, columns: Mapping[str, Json], only: str) -> None:
    names = ", ".join(f"{name} = ?" for name in columns)
    db.execute(f"UPDATE OR IGNORE {place} SET {names} WHERE id = ? {only}", (*columns.values(), row))  # noqa: S608 - no data in it


def postpone(db: sqlite3.Connection, changes: list[RowChange], due: float) -> None:
    """Keep changes until they are due."""
    for change in changes:
        new = change.before is None
        db.execute(
            "INSERT INTO late_write (due, place, row, new, columns) VALUES (?, ?, ?, ?, ?)",
            (due, change.place, change.row, new, json.dumps(change.after)),
        )


def carry_out_due(db: sqlite3.Connection, now: float) -> None:
    """Let every change take effect that is due. One that another has made impossible is lost, as nobody can be told."""
    waiting = db.execute("SELECT * FROM late_write WHERE due <= ? ORDER BY due, seq", (now,)).fetchall()
    for late in waiting:
        place, columns = late["place"], json.loads(late["columns"])
        if late["new"]:
            marks = ", ".join("?" * len(columns))
            names = ", ".join(columns)
            db.execute(f"INSERT OR IGNORE INTO {place} ({names}) VALUES ({marks})", tuple(columns.values()))  # noqa: S608 - no data in it
            before = None
        else:
            row = db.execute(f"SELECT * FROM {place} WHERE id = ?", (late["row"],)).fetchone()  # noqa: S608 - no data in it
            before = {name: row[name] for name in columns} if row else {}
            _set(db, place, late["row"], columns, "AND deleted IS NULL")
        remember(db, [RowChange(place, late["row"], before, {})], late["due"])
    if waiting:
        db.execute("DELETE FROM late_write WHERE due <= ?", (now,))


def remember(db: sqlite3.Connection, changes: list[RowChange], at: float) -> None:
    """Keep what rows were before a change, for reads that are behind."""
    db.execute("DELETE FROM row_before WHERE at < ?", (at - _KEEP,))
    for change in changes:
        if change.before != {}:
            before = None if change.before is None else json.dumps(change.before)
            db.execute(
                "INSERT INTO row_before (at, place, row, columns) VALUES (?, ?, ?, ?)",
                (at, change.place, change.row, before),
            )


@contextmanager
def past(db: sqlite3.Connection, *, changed_since: float, created_since: float) -> Iterator[None]:
    """Inside, no row has been changed since one time, and none created since another; afterwards all is as it was."""
    db.execute("SAVEPOINT past")
    try:
        query = "SELECT * FROM row_before WHERE at > ? ORDER BY at DESC, seq DESC"
        for entry in db.execute(query, (min(changed_since, created_since),)).fetchall():
            new = entry["columns"] is None
            if entry["at"] > changed_since or (new and entry["at"] > created_since):
                _restore(db, entry["place"], entry["row"], None if new else json.loads(entry["columns"]))
        yield
    finally:
        db.execute("ROLLBACK TO past")
        db.execute("RELEASE past")
