"""One kept connection to one host, direct or through a proxy, as a transport of httpx. Knows no operation and no call.

httpcore, on which httpx is built, speaks HTTP, TLS and the language of proxies. It passes a time-out to each single
wait, so a server that sends a byte now and then would hold a thread for ever; but it takes a network backend, and ours
ends every wait with the exchange, counts what comes, and connects to the addresses that were checked.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

# Longer than most servers keep a connection, so that it is they who close; a closed one is noticed before it is used.
KEEPALIVE = 60.0

_PIECE = 16 * 1024

_LATE = {"connect": httpcore.ConnectTimeout, "read": httpcore.ReadTimeout, "write": httpcore.WriteTimeout}


class TooLargeError(httpx.RemoteProtocolError):
    """More bytes came than the exchange may take."""


@dataclass(slots=True)
class Exchange:
    """One request and its answer. `clock` is monotonic, `ends` a moment of it, `most` the bytes that may come.

    `sent`: whether any byte of the request may have left, a proxy's CONNECT not counted; None while no connection of
    ours has it. `came` counts bytes as they are on the wire; `closed`: the other side has ended the connection.
    """

    clock: Callable[[], float]
    ends: float
    most: int
    sent: bool | None = None
    came: int = 0
    closed: bool = False

    def left(self) -> float:
        """Seconds to go; negative when time is up."""
        return self.ends - self.clock()

    def check(self) -> None:
        """Raises httpx.ReadTimeout when time is up."""
        if self.left() <= 0:
            raise httpx.ReadTimeout("")


class KeptConnection(httpx.BaseTransport):
    """A connection that is kept from request to request. Not for two threads at a time, nor for two hosts.

    Each request carries its `Exchange` as the extension `exchange`. With `addresses` the first of these that answers
    is connected to, whatever the host's name stands for; the certificate must be the name's all the same. Raises
    ValueError or ImportError for a proxy of no use.
    """

    def __init__(self, tls: ssl.SSLContext, proxy: str = "", addresses: tuple[str, ...] = ()) -> None:
        self._backend = _Backend(addresses)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            proxy=_proxy(proxy, tls) if proxy else None,
            max_connections=1,
            keepalive_expiry=KEEPALIVE,
            network_backend=self._backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its answer as soon as the head is there. Raises httpx.TransportError."""
        exchange: Exchange = request.extensions["exchange"]
        exchange.sent = False
        self._backend.exchange, self._backend.opening = exchange, request.method.encode("ascii") + b" "
        url = request.url
        with _errors_of_httpx(exchange):
            inner = httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
            answer = self._pool.handle_request(inner)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer, exchange))

    def may_be_used_again(self) -> bool:
        """Whether it is open, and nothing has come behind the answer, which httpcore would take for the next answer.

        httpcore looks at the socket alone, and has no public name for what it has read already. Where that name is
        another one, no connection is used again: a test sees it.
        """
        inner: Any = next(iter(self._pool.connections), None)
        while (within := getattr(inner, "_connection", None)) is not None:
            inner = within
        state = getattr(inner, "_h11_state", None)
        return state is not None and state.trailing_data == (b"", False)

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer, as it is on the wire but for chunks. To be read once."""

    def __init__(self, answer: httpcore.Response, exchange: Exchange) -> None:
        self._answer = answer
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        assert isinstance(self._answer.stream, Iterable)
        with _errors_of_httpx(self._exchange):
            yield from self._answer.stream

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _errors_of_httpx(exchange: Exchange) -> Iterator[None]:
    """httpcore's errors as those of the same name in httpx, which is all that callers know."""
    try:
        yield
    except httpcore.RemoteProtocolError:
        # Its text quotes what came, which may be long, and meant for a terminal.
        what = "the server closed the connection before the end of its answer"
        raise httpx.RemoteProtocolError(what if exchange.closed else "the answer is not of HTTP/1.1") from None
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise kind(str(error)) from None
    except httpcore.UnsupportedProtocol:
        raise httpx.UnsupportedProtocol("the URL is neither http nor https") from None
    except ImportError:
        raise httpx.ProxyError("a SOCKS proxy needs the package socksio") from None


def _proxy(url: str, tls: ssl.SSLContext) -> httpcore.Proxy:
    proxy = httpx.Proxy(url if "://" in url else f"http://{url}")
    target = httpcore.URL(
        scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=proxy.url.raw_path
    )
    secure = proxy.url.scheme == "https"
    return httpcore.Proxy(url=target, auth=proxy.raw_auth, ssl_context=tls if secure else None)


class _Backend(httpcore.NetworkBackend):
    """Sockets whose waits end with the exchange under way. `opening` is how its request begins, unlike a proxy's."""

    exchange: Exchange
    opening: bytes

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self._inner = httpcore.SyncBackend()
        self._addresses = addresses

    def limit(self, wait: str, timeout: float | None) -> float:
        """Seconds that the next wait may take. Raises the time-out of that wait when time is up."""
        left = self.exchange.left()
        if left <= 0:
            raise _LATE[wait]
        return left if timeout is None else min(timeout, left)

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
            try:
                limit = self.limit("connect", timeout)
                return _Stream(self._inner.connect_tcp(address, port, limit, local_address, socket_options), self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            except UnicodeError:
                failure = httpcore.ConnectError("the host name cannot be one")
        raise failure


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, backend: _Backend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        exchange = self._backend.exchange
        data = self._inner.read(max_bytes, self._backend.limit("read", timeout))
        exchange.came += len(data)
        exchange.closed = not data
        if exchange.came > exchange.most:
            raise TooLargeError("")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces: within one write the inner stream starts its time-out anew for each part that leaves.
        for start in range(0, len(buffer), _PIECE):
            limit = self._backend.limit("write", timeout)
            if not start and buffer.startswith(self._backend.opening):
                self._backend.exchange.sent = True
            self._inner.write(buffer[start : start + _PIECE], limit)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = self._backend.limit("connect", timeout)
        try:
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, limit), self._backend)
        except ValueError as error:  # a name that cannot be a host's
            raise httpcore.ConnectError(str(error)) from None

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
