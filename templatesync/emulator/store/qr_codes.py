"""Message QR codes as rows. Knows no HTTP and no operation."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QrCode:
    """One code. `number` has digits only; `image` is PNG or SVG; `created` is of the state clock."""

    id: int
    space: str
    number: str
    code: str
    message: str
    image: str
    created: float


_COLUMNS = "id, space, number, code, message, image, created"


def insert(db: sqlite3.Connection, space: str, number: str, message: str, image: str, now: float) -> QrCode:
    """Add a code, of a name that nothing had before."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'qr_code'").fetchone()
    digest = hashlib.sha256(f"qr {space} {row['seq'] if row else 0}".encode()).digest()
    code = base64.b32encode(digest).decode()[:14]
    cursor = db.execute(
        "INSERT INTO qr_code (space, number, code, message, image, created) VALUES (?, ?, ?, ?, ?, ?)",
        (space, number, code, message, image, now),
    )
    return QrCode(cursor.lastrowid or 0, space, number, code, message, image, now)


def update(db: sqlite3.Connection, changed: QrCode) -> None:
    """Write message and image back to the row of `changed.id`."""
    db.execute("UPDATE qr_code SET message = ?, image = ? WHERE id = ?", (changed.message, changed.image, changed.id))


def delete(db: sqlite3.Connection, gone: QrCode, now: float) -> None:
    """Mark as deleted: a listing may lag."""
    db.execute("UPDATE qr_code SET deleted = ? WHERE id = ?", (now, gone.id))


def get(db: sqlite3.Connection, code: str) -> QrCode | None:
    """The live code of that name, in whichever space."""
    query = f"SELECT {_COLUMNS} FROM qr_code WHERE code = ? AND deleted IS NULL"  # noqa: S608 - no data in it
    row = db.execute(query, (code,)).fetchone()
    return QrCode(**row) if row else None


def count(db: sqlite3.Connection, space: str, number: str) -> int:
    """How many live codes a number has."""
    query = "SELECT count(*) FROM qr_code WHERE space = ? AND number = ? AND deleted IS NULL"
    return int(db.execute(query, (space, number)).fetchone()[0])


def seen(db: sqlite3.Connection, space: str, number: str, *, seen_at: float) -> list[QrCode]:
    """What a listing shows, as the state was at `seen_at`: in no order that anyone could rely on."""
    query = (
        f"SELECT {_COLUMNS} FROM qr_code WHERE space = ? AND number = ?"  # noqa: S608 - no data in it
        " AND created <= ? AND (deleted IS NULL OR deleted > ?)"
    )
    rows = [QrCode(**row) for row in db.execute(query, (space, number, seen_at, seen_at))]
    return sorted(rows, key=lambda row: hashlib.sha256(row.code.encode()).digest())
