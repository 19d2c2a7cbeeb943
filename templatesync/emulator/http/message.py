"""HTTP requests and responses as values. Pure: knows no socket, no parameter and no operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ConnectionFault(StrEnum):
    """What only a real connection can do wrong: the server carries it out, an embedding transport may ignore it."""

    NONE = "none"
    CUT = "cut"
    """`content-length` promises more than the body holds, and the connection closes."""
    DRIP = "drip"
    """The body leaves one byte at a time."""
    HANG_UP = "hang_up"
    """The connection closes after this response without having said so."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`target` is path and query as they were sent; `headers` has lower-case names."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """`headers` has lower-case names and always a `content-length`, which is wrong with ConnectionFault.CUT only."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    connection_fault: ConnectionFault = ConnectionFault.NONE


class ConnectionDropped(Exception):
    """The connection ended without an answer. `after` tells whether the call had already been carried out."""

    def __init__(self, *, after: bool) -> None:
        super().__init__("the connection was dropped " + ("after the call" if after else "before the call"))
        self.after = after
