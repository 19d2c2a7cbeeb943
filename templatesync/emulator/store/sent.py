"""How often templates were sent, as rows: the emulator sends nothing, so only the control endpoint adds some."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class Sent(NamedTuple):
    """Messages of one template and language."""

    sent: int = 0
    delivered: int = 0
    read: int = 0


def add(db: sqlite3.Connection, space: str, code: str, language: str, at: float, counts: Sent) -> None:
    """Count messages of a moment (seconds of the state clock)."""
    db.execute("INSERT INTO sent VALUES (?, ?, ?, ?, ?, ?, ?)", (space, code, language, at, *counts))


def between(db: sqlite3.Connection, space: str, code: str, language: str, start: float, end: float) -> Sent:
    """What was counted from `start` to before `end`."""
    row = db.execute(
        "SELECT total(sent), total(delivered), total(read) FROM sent"
        " WHERE space = ? AND code = ? AND language = ? AND at >= ? AND at < ?",
        (space, code, language, start, end),
    ).fetchone()
    return Sent(*(int(each) for each in row))
