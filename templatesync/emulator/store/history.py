"""What the emulator received, in order, and what became of it. Knows no operation; is given no secret."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from templatesync.model.json_value import Json


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One call. `time` is the state clock; `http_status` is 0 when no answer left; `fault` names what was injected.

    `changed` tells whether the call was carried out and changed the state, whatever the caller was answered.
    """

    time: float
    operation: str
    cust_space_id: str
    parameters: Mapping[str, str]
    code: str
    http_status: int
    request_id: str
    changed: bool
    fault: str = ""


def add(db: sqlite3.Connection, entry: HistoryEntry, *, keep: int) -> None:
    """Append an entry; of the oldest, only `keep` stay, give or take a hundred."""
    cursor = db.execute(
        "INSERT INTO history (time, operation, space, parameters, code, http_status, request_id, changed, fault)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.time,
            entry.operation,
            entry.cust_space_id,
            json.dumps(entry.parameters, ensure_ascii=False),
            entry.code,
            entry.http_status,
            entry.request_id,
            int(entry.changed),
            entry.fault,
        ),
    )
    if cursor.lastrowid and cursor.lastrowid % 100 == 0:
        db.execute("DELETE FROM history WHERE seq <= ?", (cursor.lastrowid - keep,))


def entries(db: sqlite3.Connection, *, after: int = 0, operation: str = "") -> list[dict[str, Json]]:
    """Entries after a sequence number, oldest first."""
    rows = db.execute(
        "SELECT * FROM history WHERE seq > ? AND (? = '' OR operation = ?) ORDER BY seq", (after, operation, operation)
    )
    return [
        {
            "seq": row["seq"],
            "time": row["time"],
            "operation": row["operation"],
            "cust_space_id": row["space"],
            "parameters": json.loads(row["parameters"]),
            "code": row["code"],
            "http_status": row["http_status"],
            "request_id": row["request_id"],
            "changed": bool(row["changed"]),
            "fault": row["fault"],
        }
        for row in rows
    ]
