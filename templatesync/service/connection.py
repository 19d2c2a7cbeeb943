"""What a connection is to the network, and one through a proxy. Knows no request but the one it carries.

httpx passes a time-out to each socket operation, so a server that sends a byte now and then holds a thread for ever.
httpcore, which httpx is built on, takes a network backend: ours cuts every wait at the deadline of the exchange. What
proxies there are, and how they are greeted, httpcore knows; without one, `wire` does with a socket.
"""

from __future__ import annotations

import ssl
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import httpcore
import httpx

# Longer than most servers keep a connection, so that it is they who close; a closed one is noticed before it is used.
KEEPALIVE = 60.0
_PIECE = 16 * 1024


@dataclass(slots=True)
class Deadline:
    """A moment of a monotonic clock."""

    clock: Callable[[], float]
    at: float = 0.0

    def left(self) -> float:
        """Seconds to go; negative when it has passed."""
        return self.at - self.clock()

    def check(self) -> None:
        """Raises httpx.ReadTimeout when it has passed."""
        if self.left() <= 0:
            raise httpx.ReadTimeout("")


Origin: TypeAlias = tuple[bytes, bytes, int | None]
"""Scheme, host and port of a URL; None is the scheme's own port."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A request as it goes over the wire, its target encoded. `seconds` bound single waits, by httpcore's names."""

    method: str
    origin: Origin
    target: bytes
    headers: Mapping[str, str]
    content: bytes
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Arrival:
    """The head of an answer, names in lower case, and its body, to be read once. Must be closed."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterable[bytes]
    close: Callable[[], None]


class Line(typing.Protocol):
    """One keep-alive connection. Not for two threads at a time. `deadline` cuts every wait."""

    deadline: Deadline

    @property
    def sent(self) -> bool:
        """Whether any byte of the last letter may have left, a proxy's CONNECT not counted."""
        ...

    def carry(self, letter: Letter) -> Arrival:
        """Send a letter; its answer as soon as the head is there. Raises httpx.TransportError."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class Tunnel:
    """A line through a proxy."""

    def __init__(self, pool: httpcore.ConnectionPool, deadline: Deadline, sending: Sending) -> None:
        self.deadline = deadline
        self._pool = pool
        self._sending = sending

    @property
    def sent(self) -> bool:
        return self._sending.begun

    def carry(self, letter: Letter) -> Arrival:
        self._sending.expect(letter.method)
        scheme, host, port = letter.origin
        try:
            headers = [(name.encode("ascii"), value.encode("ascii")) for name, value in letter.headers.items()]
        except UnicodeEncodeError:
            raise httpx.LocalProtocolError("a header that is not ASCII") from None
        inner = httpcore.Request(
            method=letter.method,
            url=httpcore.URL(scheme=scheme, host=host, port=port, target=letter.target),
            headers=headers,
            content=letter.content,
            extensions={"timeout": letter.seconds},
        )
        with _as_httpx():
            answer = self._pool.handle_request(inner)
        assert isinstance(answer.stream, Iterable)
        closing = getattr(answer.stream, "close", lambda: None)
        return Arrival(answer.status, _names(answer.headers), _body(answer.stream), closing)

    def close(self) -> None:
        self._pool.close()


@dataclass(slots=True)
class Sending:
    """Whether a letter has begun to leave. A proxy's greetings go over the same socket, and do not begin as it does."""

    opening: bytes = b""
    begun: bool = False

    def expect(self, method: str) -> None:
        """A letter is about to be sent."""
        self.opening, self.begun = method.encode("ascii") + b" ", False

    def leaves(self, data: bytes) -> None:
        """Some bytes are about to be written."""
        self.begun = self.begun or data.startswith(self.opening)


def _names(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    named: dict[str, str] = {}
    for raw, value in headers:
        name = raw.decode("latin-1").lower()
        text = value.decode("latin-1")
        named[name] = f"{named[name]}, {text}" if name in named else text
    return named


def _body(stream: Iterable[bytes]) -> Iterator[bytes]:
    with _as_httpx():
        yield from stream


def make_tunnel(proxy: str, tls: ssl.SSLContext, clock: Callable[[], float]) -> Tunnel:
    """A line through a proxy. Raises ValueError or ImportError for a proxy of no use."""
    deadline, sending = Deadline(clock), Sending()
    pool = httpcore.ConnectionPool(
        ssl_context=tls,
        proxy=_proxy(proxy, tls),
        # A line serves whatever host comes next; two, for the service and for the token service.
        max_connections=2,
        keepalive_expiry=KEEPALIVE,
        network_backend=_Backend(deadline, sending),
    )
    return Tunnel(pool, deadline, sending)


def _proxy(url: str, tls: ssl.SSLContext) -> httpcore.Proxy:
    proxy = httpx.Proxy(url if "://" in url else f"http://{url}")
    target = httpcore.URL(
        scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=proxy.url.raw_path
    )
    secure = proxy.url.scheme == "https"
    return httpcore.Proxy(url=target, auth=proxy.raw_auth, ssl_context=tls if secure else None)


@contextmanager
def _as_httpx() -> Iterator[None]:
    """httpcore's exceptions as those of the same name in httpx, which is all that callers know."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise kind(str(error)) from None
    except httpcore.UnsupportedProtocol as error:
        raise httpx.UnsupportedProtocol(str(error)) from None
    except ImportError:
        raise httpx.ProxyError("a SOCKS proxy needs the package socksio") from None
    except UnicodeError:
        raise httpx.ConnectError("the host name cannot be one") from None


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline, sending: Sending) -> None:
        self._inner = inner
        self._deadline = deadline
        self._sending = sending

    def _cut(self, timeout: float | None, late: type[Exception]) -> float:
        left = self._deadline.left()
        if left <= 0:
            raise late()
        return left if timeout is None else min(timeout, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._cut(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._sending.leaves(buffer)
        # In pieces: within one write the backend starts its time-out anew for each part that leaves.
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], self._cut(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = self._cut(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, limit), self._deadline, self._sending)

    def get_extra_info(self, info: str) -> typing.Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline, sending: Sending) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline
        self._sending = sending

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        if (left := self._deadline.left()) <= 0:
            raise httpcore.ConnectTimeout
        limit = left if timeout is None else min(timeout, left)
        stream = self._inner.connect_tcp(host, port, limit, local_address, socket_options)
        return _Stream(stream, self._deadline, self._sending)
