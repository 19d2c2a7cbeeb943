"""Everything one emulator holds, for its two doors: the API and the control endpoints. Knows neither."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

from templatesync.emulator.faults import Faults
from templatesync.emulator.http.gate import Gate
from templatesync.emulator.settings import Settings
from templatesync.emulator.store.database import Store, get_number

# The name under which the database keeps by how many seconds the state clock is ahead.
AHEAD = "clock_ahead"


@dataclass(slots=True)
class State:
    """`clock` is the time on the wire; what the state is stamped with may be ahead of it, see `now`."""

    store: Store
    settings: Settings
    clock: Callable[[], float]
    faults: Faults = field(default_factory=Faults)
    gate: Gate = field(default_factory=Gate)

    def now(self, db: sqlite3.Connection) -> float:
        """The state clock. Advancing it must not make every signature too old, so it is apart from the wire's."""
        return self.clock() + get_number(db, AHEAD)
