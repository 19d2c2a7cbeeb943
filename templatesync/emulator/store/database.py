"""One SQLite database, in a file or in memory. Knows transactions and tables, no operation.

One lock per process and `BEGIN IMMEDIATE` between processes make every call of the API atomic. WAL without an fsync
per commit survives a killed process, which is what matters for a stand-in; a power cut may lose the last calls.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from templatesync.storage.private import STATE, NotPrivateError, open_private, private_size

# "CAMS" in ASCII: distinguishes our files from databases of other programs.
APPLICATION_ID = 0x43414D53

# One script per version of the file, in order; a file's `user_version` counts those it has seen. Only append.
MIGRATIONS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE space (id TEXT PRIMARY KEY, waba TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE template (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      space TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL,
      code TEXT NOT NULL, category TEXT NOT NULL,
      status TEXT NOT NULL, reason TEXT NOT NULL, held INTEGER NOT NULL,
      created REAL NOT NULL, submitted REAL NOT NULL, updated REAL NOT NULL, deleted REAL,
      content TEXT NOT NULL, properties TEXT NOT NULL
    );
    CREATE UNIQUE INDEX template_identity ON template (space, type, name, language) WHERE deleted IS NULL;
    CREATE INDEX template_name ON template (space, name, language);
    CREATE INDEX template_code ON template (space, code);
    CREATE INDEX template_review ON template (space, status, submitted) WHERE deleted IS NULL;
    CREATE INDEX template_created ON template (space, created, deleted);
    CREATE TABLE edit (template INTEGER NOT NULL, at REAL NOT NULL);
    CREATE INDEX edit_template ON edit (template, at);
    CREATE TABLE history (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      time REAL NOT NULL, operation TEXT NOT NULL, space TEXT NOT NULL, parameters TEXT NOT NULL,
      code TEXT NOT NULL, http_status INTEGER NOT NULL, request_id TEXT NOT NULL,
      changed INTEGER NOT NULL, fault TEXT NOT NULL
    );
    """,
    """
    CREATE TABLE qr_code (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      space TEXT NOT NULL, number TEXT NOT NULL, code TEXT NOT NULL UNIQUE,
      message TEXT NOT NULL, image TEXT NOT NULL, created REAL NOT NULL, deleted REAL
    );
    CREATE INDEX qr_code_number ON qr_code (space, number);
    CREATE TABLE flow (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      space TEXT NOT NULL, flow_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, categories TEXT NOT NULL,
      endpoint TEXT NOT NULL, status TEXT NOT NULL, asset TEXT NOT NULL,
      created REAL NOT NULL, updated REAL NOT NULL, deleted REAL
    );
    CREATE INDEX flow_name ON flow (space, name);
    CREATE TABLE upload_grant (
      key_id TEXT PRIMARY KEY, secret TEXT NOT NULL, token TEXT NOT NULL,
      space TEXT NOT NULL, folder TEXT NOT NULL, expires REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE upload (
      key TEXT PRIMARY KEY, space TEXT NOT NULL, type TEXT NOT NULL, created REAL NOT NULL, data BLOB NOT NULL
    );
    """,
    """
    CREATE TABLE late_write (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      due REAL NOT NULL, place TEXT NOT NULL, row INTEGER NOT NULL, new INTEGER NOT NULL, columns TEXT NOT NULL
    );
    CREATE INDEX late_write_due ON late_write (due);
    CREATE TABLE row_before (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      at REAL NOT NULL, place TEXT NOT NULL, row INTEGER NOT NULL, columns TEXT
    );
    CREATE INDEX row_before_at ON row_before (at);
    """,
    """
    CREATE TABLE sent (
      space TEXT NOT NULL, code TEXT NOT NULL, language TEXT NOT NULL,
      at REAL NOT NULL, sent INTEGER NOT NULL, delivered INTEGER NOT NULL, read INTEGER NOT NULL
    );
    CREATE INDEX sent_code ON sent (space, code, language, at);
    """,
)

_BUSY_MS = 30_000
LARGEST = 4 << 30
"""Bytes of a database that is opened. Ten thousand templates take some 50 MB, and pictures their size."""


class StoreError(Exception):
    """The database cannot be used. `message` is one sentence for a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Store:
    """A database that is open until `close`. None keeps it in memory."""

    def __init__(self, path: Path | None) -> None:
        self._name = str(path) if path else "the emulator's memory"
        self._lock = threading.Lock()
        try:
            if path:
                _make_private(path)
            self._db = sqlite3.connect(
                str(path) if path else ":memory:",
                timeout=_BUSY_MS / 1000,
                isolation_level=None,
                check_same_thread=False,
            )
        except NotPrivateError as error:
            raise StoreError(str(error)) from error
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"cannot open {self._name}: {_reason(error)}") from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._db.close()
            raise StoreError(
                f"{self._name} is not a usable emulator database ({_reason(error)}); move it away to start afresh"
            ) from error
        except StoreError:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA trusted_schema = OFF")
        self._switch_to_wal()
        self._db.execute("PRAGMA synchronous = NORMAL")
        with self.transaction() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            owner = db.execute("PRAGMA application_id").fetchone()[0]
            tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            # Ours has neither views nor triggers, which would do something else than what is asked.
            foreign = db.execute("SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')").fetchone()[
                0
            ]
            if foreign or (owner != APPLICATION_ID and (tables or owner)):
                raise StoreError(f"{self._name} is a database of another program; choose another file")
            if version > len(MIGRATIONS):
                raise StoreError(
                    f"{self._name} was made by a newer version (format {version}, this one knows {len(MIGRATIONS)});"
                    " upgrade, or move it away to start afresh"
                )
            for script in MIGRATIONS[version:]:
                # Not executescript: that would commit, and two processes could both migrate.
                for statement in script.split(";"):
                    db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _switch_to_wal(self) -> None:
        """SQLite does not wait by itself when two processes switch a new file at once; one of them is refused."""
        until = time.monotonic() + _BUSY_MS / 1000
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                # The low byte is the code; the rest distinguishes kinds of being busy.
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one at a time, across threads and processes."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                # SQLite has already rolled back after some errors, a full disk among them.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file. Closing twice is harmless."""
        with self._lock:
            self._db.close()


def get_number(db: sqlite3.Connection, name: str) -> float:
    """A number kept under a name; 0 at first."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return float(row["value"]) if row else 0.0


def set_number(db: sqlite3.Connection, name: str, value: float) -> None:
    """Keep a number under a name."""
    db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, repr(value)))


def _make_private(path: Path) -> None:
    """Make the file, and look at what is there: in `.templatesync` it may have come with a checkout.

    SQLite opens by name, and follows links.
    """
    if STATE not in path.parts:  # somebody has chosen it by name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise StoreError(f"cannot open {path}: it is not a plain file; choose another")
        # SQLite gives its side files the mode of the database, so this one call settles all three.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        return
    for ending in ("", "-wal", "-shm", "-journal"):
        file = path.with_name(path.name + ending)
        size = private_size(file)
        if size is not None and size > LARGEST:
            raise StoreError(f"{file} has {size:,} bytes, and at most {LARGEST:,} are read; move it away to begin anew")
        if size is None and not ending:
            os.close(open_private(file, os.O_CREAT | os.O_RDWR))


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error)
