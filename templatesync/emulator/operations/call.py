"""One call as an operation sees it: values, a state and a clock. Knows no HTTP."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from templatesync.emulator.objects.origin import Origin
from templatesync.emulator.settings import Settings
from templatesync.emulator.store.spaces import Space
from templatesync.model.json_value import Json


@dataclass(frozen=True, slots=True)
class Call:
    """`params` are checked against the API; `now` is the state clock; `db` is inside a transaction.
    `origin` is where the caller found the service.

    An operation answers with a Reply, or raises Refusal before it has changed anything.
    """

    params: Mapping[str, Json]
    space: Space
    db: sqlite3.Connection
    now: float
    settings: Settings
    origin: Origin

    def text(self, name: str) -> str:
        """A parameter that is text; empty when it was not sent."""
        value = self.params.get(name)
        return value if isinstance(value, str) else ""
