"""A transport of one connection with a deadline on every wait. Knows no request but the one it carries.

httpx passes a time-out to each socket operation, so a server that sends a byte now and then holds a thread for ever.
httpcore, which httpx is built on, takes a network backend: ours cuts every wait at the deadline of the exchange.
"""

from __future__ import annotations

import ssl
import typing
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore
import httpx

# Longer than most servers keep a connection, so that it is they who close; a closed one is noticed before it is used.
_KEEPALIVE = 60.0
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


class LineTransport(httpx.BaseTransport):
    """One keep-alive connection. Not for two threads at a time.

    `sent` says of the last request whether any byte of it may have left, a proxy's CONNECT not counted.
    """

    def __init__(self, pool: httpcore.ConnectionPool, deadline: Deadline) -> None:
        self.deadline = deadline
        self.sent = False
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent = False
        url = request.url
        assert isinstance(request.stream, httpx.SyncByteStream)
        inner = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions={**request.extensions, "trace": self._trace},
        )
        with _as_httpx():
            answer = self._pool.handle_request(inner)
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        self._pool.close()

    def _trace(self, event: str, info: dict[str, typing.Any]) -> None:
        if event.endswith(".send_request_headers.started") and info["request"].method != b"CONNECT":
            self.sent = True


def make_line(
    proxy: str, tls: ssl.SSLContext, clock: Callable[[], float], addresses: tuple[str, ...] = ()
) -> LineTransport:
    """A line, through a proxy or not (""). Raises ValueError or ImportError for a proxy of no use.

    With `addresses` it connects to the first of these that answers, whatever the host's name stands for; the
    certificate must be the name's all the same.
    """
    deadline = Deadline(clock)
    pool = httpcore.ConnectionPool(
        ssl_context=tls,
        proxy=_proxy(proxy, tls) if proxy else None,
        # A line serves whatever host comes next; two, for the service and for the token service.
        max_connections=2,
        keepalive_expiry=_KEEPALIVE,
        network_backend=_Backend(deadline, addresses),
    )
    return LineTransport(pool, deadline)


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


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._stream

    def close(self) -> None:
        closing = getattr(self._stream, "close", None)
        if closing is not None:
            closing()


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def _cut(self, timeout: float | None, late: type[Exception]) -> float:
        left = self._deadline.left()
        if left <= 0:
            raise late()
        return left if timeout is None else min(timeout, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._cut(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces: within one write the backend starts its time-out anew for each part that leaves.
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], self._cut(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = self._cut(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, limit), self._deadline)

    def get_extra_info(self, info: str) -> typing.Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline, addresses: tuple[str, ...]) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline
        self._addresses = addresses

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectTimeout()
        for address in self._addresses or (host,):
            if (left := self._deadline.left()) <= 0:
                break
            limit = left if timeout is None else min(timeout, left)
            try:
                stream = self._inner.connect_tcp(address, port, limit, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline)
        raise failure
