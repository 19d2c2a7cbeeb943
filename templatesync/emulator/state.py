"""Everything one emulator holds, shared by the API and the control endpoints. Knows neither."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from templatesync.emulator.faults.order import Faults
from templatesync.emulator.http.gateway import Gateway
from templatesync.emulator.settings import Settings
from templatesync.emulator.store.database import Store, get_number

# Under this name the database keeps by how many seconds the state clock is ahead.
AHEAD = "clock_ahead"


@dataclass(slots=True)
class Pending:
    """The writes that have arrived and are not carried out yet, in the order in which they came. Safe for threads."""

    _operations: dict[object, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def during(self, operation: str) -> Iterator[None]:
        """Inside, this write is pending."""
        token = object()
        with self._lock:
            self._operations[token] = operation
        try:
            yield
        finally:
            with self._lock:
                del self._operations[token]

    def operations(self) -> list[str]:
        """Their operations."""
        with self._lock:
            return list(self._operations.values())


@dataclass(slots=True)
class State:
    """`clock` is the time on the wire; what the state is stamped with may be ahead of it, see `now`."""

    store: Store
    settings: Settings
    clock: Callable[[], float]
    faults: Faults = field(default_factory=Faults)
    gateway: Gateway = field(default_factory=Gateway)
    pending: Pending = field(default_factory=Pending)

    def now(self, db: sqlite3.Connection) -> float:
        """The state clock. Advancing it must not make every signature too old, so it is apart from the wire's."""
        return self.clock() + get_number(db, AHEAD)
