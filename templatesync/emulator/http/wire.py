"""Requests and answers as bytes, and the words for refusing one. Pure: knows no socket, no store, no operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from templatesync.model.json_value import Json


class Quirk(StrEnum):
    """What only a real connection can do wrong; the served front plays it, an embedding transport may ignore it."""

    NONE = "none"
    CUT = "cut"
    """`content-length` promises more than the body holds, and the connection closes."""
    DRIP = "drip"
    """The body leaves one byte at a time."""
    HANG_UP = "hang_up"
    """The connection closes after this answer without having said so."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`target` is path and query as on the wire; `headers` has lower-case names."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """`headers` has lower-case names and always a `content-length`, which may lie when `quirk` says so."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    quirk: Quirk = Quirk.NONE


class ConnectionDropped(Exception):
    """The connection ended without an answer. `after` tells whether the call had already been carried out."""

    def __init__(self, *, after: bool) -> None:
        super().__init__("the connection was dropped " + ("after the call" if after else "before the call"))
        self.after = after


class Refusal(Exception):
    """A call that is not carried out; raised before anything is changed.

    Status 200 is the service speaking: an ordinary answer whose `Code` is not OK. Any other is the gateway.
    `retry_after` is in milliseconds. `denied` is the gateway's AccessDeniedDetail.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 200,
        retry_after: int | None = None,
        denied: Json = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.denied = denied


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers beside `Code` and `RequestId`. `changed`: the state is not what it was before."""

    body: Mapping[str, Json] = field(default_factory=dict)
    changed: bool = False
