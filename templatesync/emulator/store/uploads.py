"""Uploads as rows: who may upload where and until when, and what was uploaded. Knows no HTTP and no operation."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from templatesync.emulator.settings import Settings
from templatesync.emulator.store.spaces import SpaceRow
from templatesync.emulator.tokens import token

# Seconds that temporary keys work.
GRANT_SECONDS = 3600

# Seconds after which an upload is gone: it is meant to be handed on at once.
KEEP = 30 * 86_400.0

# Bytes. The largest medium that WhatsApp takes is a document of 100 MB.
LARGEST = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class GrantRow:
    """Temporary keys for the uploads of one space; `folder` begins every key, `expires` is of the state clock."""

    key_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    space: str
    folder: str
    expires: float


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One object. `key` is its name in the bucket of uploads."""

    key: str
    space: str
    type: str
    data: bytes = field(repr=False)
    created: float


def issue(db: sqlite3.Connection, settings: Settings, space: SpaceRow, now: float) -> GrantRow:
    """New keys. A space's folder is always the same and cannot be guessed: nothing else guards what is in it."""
    keys = token(settings, "grant", space.id, str(round(now)))
    grant = GrantRow(
        key_id=f"STS.EMULATOR{keys[:16]}",
        secret=keys[16:46],
        token=token(settings, "token", keys),
        space=space.id,
        folder=f"{space.waba_id}/{token(settings, 'folder', space.id)[:20]}",
        expires=float(round(now) + GRANT_SECONDS),
    )
    db.execute("DELETE FROM upload_grant WHERE expires < ?", (now - GRANT_SECONDS,))
    db.execute(
        "INSERT OR REPLACE INTO upload_grant (key_id, secret, token, space, folder, expires) VALUES (?, ?, ?, ?, ?, ?)",
        (grant.key_id, grant.secret, grant.token, grant.space, grant.folder, grant.expires),
    )
    return grant


def find_grant(db: sqlite3.Connection, key_id: str) -> GrantRow | None:
    """The keys with that id, expired or not."""
    row = db.execute("SELECT * FROM upload_grant WHERE key_id = ?", (key_id,)).fetchone()
    return GrantRow(**row) if row else None


def put(db: sqlite3.Connection, upload: UploadRow) -> None:
    """Keep an object, instead of what had its key before."""
    db.execute("DELETE FROM upload WHERE created < ?", (upload.created - KEEP,))
    db.execute(
        "INSERT OR REPLACE INTO upload (key, space, type, data, created) VALUES (?, ?, ?, ?, ?)",
        (upload.key, upload.space, upload.type, upload.data, upload.created),
    )


def get(db: sqlite3.Connection, key: str) -> UploadRow | None:
    """The object of that key."""
    row = db.execute("SELECT key, space, type, data, created FROM upload WHERE key = ?", (key,)).fetchone()
    return UploadRow(**row) if row else None
