"""One HTTP exchange: a total deadline, a cap on the answer, no redirect. Knows no operation and no credential.

The only door to the network. httpx's own client is not used: it counts time per socket operation and not in total,
inflates without limit, follows the environment, and logs whole URLs. Its transports are: ours is `connection`, and a
test or the emulator can stand in for it.
"""

from __future__ import annotations

import logging
import re
import ssl
import threading
import time
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

import httpx

from templatesync.service.address import Resolver, resolve, trusted_addresses
from templatesync.service.connection import Exchange, KeptConnection, TooLargeError
from templatesync.service.endpoint import is_loopback
from templatesync.service.secret import scrub
from templatesync.service.trusted_url import Target

CAP = 20 * 1024 * 1024

# Bytes that may come for an answer of `cap` bytes: so many times the cap, and so many besides for its head and the
# sizes of its chunks. The cap on what is inflated is not enough: a compressed answer can be endless and yet empty.
_TIMES = 2
_BESIDES = 256 * 1024

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)

_UNFIT = "the request has a header that HTTP cannot carry"
_MISPACKED = "the answer is not compressed as it says"

_ERRNO = re.compile(r"^\[Errno -?[0-9]+\] ")

_Place: TypeAlias = tuple[str, bytes, bytes, int | None]
"""What a connection leads to: the proxy, and scheme, host and port behind it."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for a connection, for one silence of the other side, and for the whole exchange."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one exchange may take: `total` seconds, and an answer of `cap` bytes, counted inflated."""

    total: float
    cap: int


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, inflated. `headers` has lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ExchangeError(Exception):
    """No whole answer came. `sent`: whether the other side may have the request. `status`: what a proxy said."""

    def __init__(self, message: str, *, sent: bool, status: int = 0) -> None:
        super().__init__(message)
        self.sent = sent
        self.status = status


class Network:
    """A set of connections that many threads, spaces and hosts share; each is used by one thread at a time.

    `proxy` replaces the proxies of the environment, "" means none; loopback is never reached through one. `transport`
    replaces the network. `clock` is monotonic. `resolver` looks up the hosts of `visit`, and of nothing else.
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        timeouts: Timeouts = Timeouts(),
        transport: httpx.BaseTransport | None = None,
        cap: int = CAP,
        clock: Callable[[], float] = time.monotonic,
        resolver: Resolver = resolve,
    ) -> None:
        self.timeouts = timeouts
        # By the names that httpcore has for single waits.
        self._seconds = {
            "connect": timeouts.connect,
            "read": timeouts.read,
            "write": timeouts.read,
            "pool": timeouts.connect,
        }
        self._proxy = proxy
        self._transport = transport
        self._cap = cap
        self._clock = clock
        self._resolver = resolver
        self._lock = threading.Lock()
        # The last used first: a warm connection is taken before a cold one.
        self._idle: dict[_Place, list[KeptConnection]] = {}
        self._open: list[KeptConnection] = []
        # By scheme and host. A process keeps its proxies: reading the environment for every call costs as much as
        # signing it.
        self._proxies: dict[tuple[str, str], str] = {}
        self._tls: ssl.SSLContext | None = None
        # At INFO and DEBUG these print URLs and headers.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)

    def exchange(self, method: str, url: str, headers: Mapping[str, str], content: bytes = b"") -> Reply:
        """Send once and read the whole answer; raises ExchangeError."""
        bounds = Bounds(self.timeouts.total, self._cap)
        exchange = self._exchange(bounds)
        request = self._request(exchange, method, url, headers, content)
        if self._transport is not None:
            return self._carried(self._transport, request, exchange, bounds)
        place = self._place(request.url)
        connection = self._take(place)
        reusable = False
        try:
            reply = self._carried(connection, request, exchange, bounds)
            reusable = connection.may_be_used_again()
        finally:
            # One that broke is not used again: httpcore goes on counting a tunnel whose TLS failed.
            if not reusable:
                self._drop(connection)
        with self._lock:
            if reusable:
                self._idle.setdefault(place, []).append(connection)
        return reply

    def visit(
        self, method: str, target: Target, headers: Mapping[str, str], content: bytes = b"", *, bounds: Bounds
    ) -> Reply:
        """`exchange` with a place that an answer named; raises UntrustedUrlError too, before anything is sent.

        The host is looked up once, and only addresses that are public are connected to, over a connection that serves
        nothing else. Through a proxy it is the proxy who looks up: then the name and its certificate must do, for the
        user chose the proxy, and many networks behind one cannot look up at all.
        """
        exchange = self._exchange(bounds)
        request = self._request(exchange, method, target.url, headers, content)
        if self._transport is not None:
            return self._carried(self._transport, request, exchange, bounds)
        place = self._place(request.url)
        try:
            addresses = () if place[0] else trusted_addresses(target, self._resolver)
        except (OSError, UnicodeError):
            raise ExchangeError(f"no connection: {target.host} cannot be looked up", sent=False) from None
        with self._lock:
            connection = self._make(place, addresses)
        try:
            return self._carried(connection, request, exchange, bounds)
        finally:
            self._drop(connection)

    def close(self) -> None:
        """Close every connection. Exchanges under way in other threads fail."""
        with self._lock:
            connections, self._open, self._idle = self._open, [], {}
        for connection in connections:
            connection.close()

    def _drop(self, connection: KeptConnection) -> None:
        with self._lock:
            self._open = [other for other in self._open if other is not connection]
        connection.close()

    def _exchange(self, bounds: Bounds) -> Exchange:
        return Exchange(self._clock, self._clock() + bounds.total, _TIMES * bounds.cap + _BESIDES)

    def _request(
        self, exchange: Exchange, method: str, url: str, headers: Mapping[str, str], content: bytes
    ) -> httpx.Request:
        try:
            request = httpx.Request(method, url, headers=dict(headers), content=content)
        except (UnicodeEncodeError, ValueError):
            raise ExchangeError(_UNFIT, sent=False) from None
        request.extensions = {**request.extensions, "timeout": self._seconds, "exchange": exchange}
        return request

    def _carried(
        self, transport: httpx.BaseTransport, request: httpx.Request, exchange: Exchange, bounds: Bounds
    ) -> Reply:
        try:
            response = transport.handle_request(request)
            headers = {name.lower(): value for name, value in response.headers.items()}
            try:
                return Reply(response.status_code, headers, _body(response, headers, exchange, bounds.cap))
            finally:
                response.close()
        except httpx.TransportError as error:
            sent = not isinstance(error, _NEVER_SENT) if exchange.sent is None else exchange.sent
            raise self._failure(error, sent, exchange, bounds, request.url) from None

    def _failure(
        self, error: httpx.TransportError, sent: bool, exchange: Exchange, bounds: Bounds, url: httpx.URL
    ) -> ExchangeError:
        detail = scrub(str(error))
        match error:
            case httpx.ConnectTimeout() | httpx.PoolTimeout():
                message = f"no connection to {self._where(url)} within {self.timeouts.connect:g} s"
            case httpx.TimeoutException() if exchange.left() <= 0:
                message = f"no whole answer within {bounds.total:g} s"
            case httpx.TimeoutException():
                message = f"no answer within {self.timeouts.read:g} s"
            case httpx.ProxyError():
                message = f"the proxy refused: {detail}"
            case httpx.ConnectError():
                asked = "; is it running?" if is_loopback(url.host) else ""
                message = f"no connection to {self._where(url)} ({_ERRNO.sub('', detail)}{asked})"
            case TooLargeError():
                message = _too_large(bounds.cap)
            case httpx.LocalProtocolError():
                # Its text quotes the offending header, which may be a token.
                message = _UNFIT
            case _:
                message = f"the connection broke: {detail or type(error).__name__}"
        status = 407 if isinstance(error, httpx.ProxyError) and detail.startswith("407") else 0
        return ExchangeError(message, sent=sent, status=status)

    def _where(self, url: httpx.URL) -> str:
        """Where a connection leads to, without a path, a user or a password."""
        if self._transport is None and (proxy := self._place(url)[0]):
            return f"the proxy {urlsplit(proxy).netloc.rpartition('@')[2]}"
        return f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"

    def _place(self, url: httpx.URL) -> _Place:
        proxy = self._proxies.get((url.scheme, url.host))
        if proxy is None:
            proxy = self._proxies[url.scheme, url.host] = self._proxy_for(url)
        return proxy, url.raw_scheme, url.raw_host, url.port

    def _proxy_for(self, url: httpx.URL) -> str:
        if is_loopback(url.host):
            return ""
        if self._proxy is not None:
            return self._proxy
        if urllib.request.proxy_bypass(url.host):
            return ""
        proxies = urllib.request.getproxies()
        return proxies.get(url.scheme) or proxies.get("all") or ""

    def _take(self, place: _Place) -> KeptConnection:
        with self._lock:
            idle = self._idle.get(place)
            return idle.pop() if idle else self._make(place)

    def _make(self, place: _Place, addresses: tuple[str, ...] = ()) -> KeptConnection:
        """A new connection. Only under the lock."""
        try:
            # Loading the certificates takes longer than a request: once for all. Honours SSL_CERT_FILE.
            if self._tls is None:
                self._tls = httpx.create_ssl_context()
            urlsplit(place[0])  # fails here rather than when a complaint names the proxy
            connection = KeptConnection(self._tls, place[0], addresses)
        except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
            # The text of the error may quote the proxy with its password.
            what = "certificate file" if isinstance(error, OSError) else "proxy"
            raise ExchangeError(f"the {what} that the environment names cannot be used", sent=False) from None
        self._open.append(connection)
        return connection


def _body(response: httpx.Response, headers: Mapping[str, str], exchange: Exchange, cap: int) -> bytes:
    assert isinstance(response.stream, httpx.SyncByteStream)
    machine = _machine(headers.get("content-encoding", "").lower())
    whole, came = bytearray(), False
    for chunk in response.stream:
        came = came or bool(chunk)
        whole += _inflated(machine, chunk, cap + 1 - len(whole)) if machine else chunk
        if len(whole) > cap:
            raise ExchangeError(_too_large(cap), sent=True)
        exchange.check()
    if machine and came and not machine.eof:
        raise ExchangeError(_MISPACKED, sent=True)
    return bytes(whole)


def _too_large(cap: int) -> str:
    size = f"{cap} bytes" if cap % 2**20 else f"{cap // 2**20} MiB"
    return f"the answer is larger than {size}"


def _machine(encoding: str) -> zlib._Decompress | None:
    """What inflates an answer; None when it comes as it is."""
    if encoding in ("", "identity"):
        return None
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ExchangeError("the answer is compressed in a way that was not asked for", sent=True)
    # 47: gzip or zlib, whichever the header says.
    return zlib.decompressobj(47)


def _inflated(machine: zlib._Decompress, chunk: bytes, most: int) -> bytes:
    """At most `most` bytes of what a chunk holds. Nothing may lie behind the end, where the machine would gather it."""
    try:
        inflated = machine.decompress(chunk, most)
    except zlib.error:
        raise ExchangeError(_MISPACKED, sent=True) from None
    if machine.unused_data:
        raise ExchangeError(_MISPACKED, sent=True)
    return inflated
