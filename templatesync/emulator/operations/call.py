"""One call as an operation sees it, and the mark of a function that carries one out. Knows no HTTP."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from templatesync.emulator.object_store.origin import Origin
from templatesync.emulator.outcome import OperationReply
from templatesync.emulator.settings import Settings
from templatesync.emulator.store.spaces import SpaceRow
from templatesync.model.json_value import Json


@dataclass(frozen=True, slots=True)
class Call:
    """`params` are checked against the API; `now` is the state clock; `db` is inside a transaction.
    `origin` is where the caller found the service.

    An operation answers with a Reply, or raises Refusal before it has changed anything.
    """

    params: Mapping[str, Json]
    space: SpaceRow
    db: sqlite3.Connection
    now: float
    settings: Settings
    origin: Origin

    def text(self, name: str) -> str:
        """A parameter that is text; empty when it was not sent."""
        value = self.params.get(name)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class OperationFunction:
    """A function, and the name under which `api.json` has what it carries out."""

    name: str
    carry_out: Callable[[Call], OperationReply]


def operation(name: str) -> Callable[[Callable[[Call], OperationReply]], OperationFunction]:
    """Mark a function as what carries out `name`: `OPERATIONS` finds it by that."""
    return lambda carry_out: OperationFunction(name, carry_out)
