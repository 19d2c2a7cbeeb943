"""A transport that calls an emulator in this process instead of a network. Knows only the shape of its one function.

What it calls takes a request with `method`, `target`, `headers` and `body` and returns one with `status`, `headers` and
`body`; an exception with a boolean `after` is a connection that was dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Received:
    """A request as a server sees it: `target` is path and query, `headers` has lower-case names."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""


class EmulatorTransport(httpx.BaseTransport):
    """`handle` answers each request; it may be called from several threads at once."""

    def __init__(self, handle: Callable[[Any], Any]) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        received = Received(request.method, request.url.raw_path.decode("ascii"), headers, request.read())
        try:
            answer = self._handle(received)
        except Exception as error:
            if isinstance(getattr(error, "after", None), bool):
                # Whether the call was carried out is what a client can never know.
                raise httpx.ReadError("the connection was dropped") from None
            raise
        return httpx.Response(answer.status, headers=dict(answer.headers), stream=_Body(answer))


class _Body(httpx.SyncByteStream):
    """The bytes, and the break in the line when there are fewer of them than promised."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield self._answer.body
        promised = str(self._answer.headers.get("content-length", ""))
        if promised.isdecimal() and int(promised) > len(self._answer.body):
            raise httpx.RemoteProtocolError("the connection closed before the whole answer had come")
