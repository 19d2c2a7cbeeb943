"""One HTTP exchange: a total deadline, a cap on the answer, no redirect. Knows no operation and no credential.

The only door to the network. httpx's own client is not used: it counts time per socket operation and not in total,
inflates without limit, and logs whole URLs. Its transports are, so a test or the emulator can stand in for one.
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

import httpx

from templatesync.service.address import Resolver, resolve, trusted_addresses
from templatesync.service.connection import (
    Arrival,
    Deadline,
    Letter,
    Line,
    Origin,
    make_tunnel,
)
from templatesync.service.endpoint import is_loopback
from templatesync.service.secret import scrub
from templatesync.service.trusted_url import Target
from templatesync.service.wire import Wire

CAP = 20 * 1024 * 1024

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)

_UNFIT = "the request has a header that HTTP cannot carry"
_MISPACKED = "the answer is not compressed as it says"

# What needs no encoding in a query.
_PLAIN = re.compile(r"[A-Za-z0-9._~%&=+-]*")


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


@dataclass(frozen=True, slots=True)
class _Place:
    """The part of a URL that many calls share, and the proxy on the way there."""

    origin: Origin
    netloc: str
    path: bytes
    proxy: str

    @classmethod
    def of(cls, url: httpx.URL, proxy: str) -> _Place:
        """The place of a URL."""
        origin = (url.raw_scheme, url.raw_host, url.port)
        return cls(origin, url.netloc.decode("ascii"), url.raw_path, proxy)


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
        # By proxy, the last used first: httpx slows down with many connections in one pool, so each line has its own,
        # and a warm one is taken before a cold one.
        self._idle: dict[str, list[Line]] = {}
        self._open: list[Line] = []
        # A process keeps its proxies: reading the environment for every call costs as much as signing it.
        self._places: dict[str, _Place] = {}
        self._tls: ssl.SSLContext | None = None
        # At INFO and DEBUG these print URLs and headers.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)

    def exchange(self, method: str, url: str, headers: Mapping[str, str], content: bytes = b"") -> Reply:
        """Send once and read the whole answer; raises ExchangeError."""
        bounds = Bounds(self.timeouts.total, self._cap)
        deadline = Deadline(self._clock, self._clock() + bounds.total)
        if self._transport is not None:
            return self._handed(deadline, bounds, self._request(method, url, headers, content))
        place, target = self._located(url)
        letter = self._letter(method, place, target, headers, content)
        line = self._take(place.proxy)
        line.deadline.at = deadline.at
        try:
            reply = self._over(line, bounds, letter)
        except BaseException:
            # A line that broke is not used again: httpcore goes on counting a tunnel whose TLS failed.
            self._drop(line)
            raise
        with self._lock:
            self._idle.setdefault(place.proxy, []).append(line)
        return reply

    def visit(
        self, method: str, target: Target, headers: Mapping[str, str], content: bytes = b"", *, bounds: Bounds
    ) -> Reply:
        """`exchange` with a place that an answer named; raises UntrustedUrlError too, before anything is sent.

        The host is looked up once, and only addresses that are public are connected to, over a line that serves
        nothing else. Through a proxy it is the proxy who looks up: then the name and its certificate must do, for the
        user chose the proxy, and many networks behind one cannot look up at all.
        """
        deadline = Deadline(self._clock, self._clock() + bounds.total)
        if self._transport is not None:
            return self._handed(deadline, bounds, self._request(method, target.url, headers, content))
        url = httpx.URL(target.url)
        place = _Place.of(url, self._proxy_for(url))
        letter = self._letter(method, place, url.raw_path, headers, content)
        try:
            addresses = () if place.proxy else trusted_addresses(target, self._resolver)
        except (OSError, UnicodeError):
            raise ExchangeError(f"no connection: {target.host} cannot be looked up", sent=False) from None
        with self._lock:
            line = self._make(place.proxy, addresses)
        line.deadline.at = deadline.at
        try:
            return self._over(line, bounds, letter)
        finally:
            self._drop(line)

    def close(self) -> None:
        """Close every connection. Exchanges under way in other threads fail."""
        with self._lock:
            lines, self._open, self._idle = self._open, [], {}
        for line in lines:
            line.close()

    def _drop(self, line: Line) -> None:
        with self._lock:
            self._open = [other for other in self._open if other is not line]
        line.close()

    def _located(self, url: str) -> tuple[_Place, bytes]:
        """Where a URL leads, and its path and query. Calls differ in the query alone: the rest is read once."""
        whole, mark, query = url.partition("?")
        if not _PLAIN.fullmatch(query):
            parsed = httpx.URL(url)
            return _Place.of(parsed, self._proxy_for(parsed)), parsed.raw_path
        place = self._places.get(whole)
        if place is None:
            parsed = httpx.URL(whole)
            place = self._places[whole] = _Place.of(parsed, self._proxy_for(parsed))
        return place, place.path + mark.encode() + query.encode()

    def _letter(self, method: str, place: _Place, target: bytes, headers: Mapping[str, str], content: bytes) -> Letter:
        fields = dict(headers) if "host" in headers else {"host": place.netloc, **headers}
        if content or method in ("POST", "PUT"):
            fields["content-length"] = str(len(content))
        return Letter(method, place.origin, target, fields, content, self._seconds)

    def _request(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> httpx.Request:
        """A request for a transport that replaces the network."""
        try:
            request = httpx.Request(method, url, headers=dict(headers), content=content)
        except (UnicodeEncodeError, ValueError):
            raise ExchangeError(_UNFIT, sent=False) from None
        request.extensions = {**request.extensions, "timeout": dict(self._seconds)}
        return request

    def _handed(self, deadline: Deadline, bounds: Bounds, request: httpx.Request) -> Reply:
        """An exchange over the transport that replaces the network."""
        assert self._transport is not None
        try:
            response = self._transport.handle_request(request)
            assert isinstance(response.stream, httpx.SyncByteStream)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return self._whole(
                Arrival(response.status_code, headers, response.stream, response.close), deadline, bounds
            )
        except httpx.TransportError as error:
            sent = not isinstance(error, _NEVER_SENT)
            raise self._failure(error, sent, deadline, bounds.total) from None

    def _over(self, line: Line, bounds: Bounds, letter: Letter) -> Reply:
        try:
            return self._whole(line.carry(letter), line.deadline, bounds)
        except httpx.TransportError as error:
            raise self._failure(error, line.sent, line.deadline, bounds.total) from None

    def _whole(self, arrival: Arrival, deadline: Deadline, bounds: Bounds) -> Reply:
        try:
            return Reply(arrival.status, arrival.headers, self._body(arrival, deadline, bounds.cap))
        finally:
            arrival.close()

    def _body(self, arrival: Arrival, deadline: Deadline, cap: int) -> bytes:
        machine = _machine(arrival.headers.get("content-encoding", "").lower())
        whole, came = bytearray(), False
        for chunk in arrival.chunks:
            came = came or bool(chunk)
            whole += _inflated(machine, chunk, cap + 1 - len(whole)) if machine else chunk
            if len(whole) > cap:
                size = f"{cap} bytes" if cap % 2**20 else f"{cap // 2**20} MiB"
                raise ExchangeError(f"the answer is larger than {size}", sent=True)
            deadline.check()
        if machine and came and not machine.eof:
            raise ExchangeError(_MISPACKED, sent=True)
        return bytes(whole)

    def _failure(self, error: httpx.TransportError, sent: bool, deadline: Deadline, total: float) -> ExchangeError:
        detail = scrub(str(error))
        match error:
            case httpx.ConnectTimeout() | httpx.PoolTimeout():
                message = f"no connection within {self.timeouts.connect:g} s"
            case httpx.TimeoutException() if deadline.left() <= 0:
                message = f"no whole answer within {total:g} s"
            case httpx.TimeoutException():
                message = f"no answer within {self.timeouts.read:g} s"
            case httpx.ProxyError():
                message = f"the proxy refused: {detail}"
            case httpx.ConnectError():
                message = f"no connection: {detail}"
            case httpx.LocalProtocolError():
                # Its text quotes the offending header, which may be a token.
                message = _UNFIT
            case _:
                message = f"the connection broke: {detail or type(error).__name__}"
        status = 407 if isinstance(error, httpx.ProxyError) and detail.startswith("407") else 0
        return ExchangeError(message, sent=sent, status=status)

    def _proxy_for(self, target: httpx.URL) -> str:
        if is_loopback(target.host):
            return ""
        if self._proxy is not None:
            return self._proxy
        if urllib.request.proxy_bypass(target.host):
            return ""
        proxies = urllib.request.getproxies()
        return proxies.get(target.scheme) or proxies.get("all") or ""

    def _take(self, proxy: str) -> Line:
        with self._lock:
            idle = self._idle.get(proxy)
            return idle.pop() if idle else self._make(proxy)

    def _line(self, proxy: str, tls: ssl.SSLContext, addresses: tuple[str, ...]) -> Line:
        if proxy:
            return make_tunnel(proxy, tls, self._clock)
        return Wire(tls, Deadline(self._clock), addresses)

    def _make(self, proxy: str, addresses: tuple[str, ...] = ()) -> Line:
        """A new line. Only under the lock."""
        try:
            # Loading the certificates takes longer than a request: once for all lines. Honours SSL_CERT_FILE.
            if self._tls is None:
                self._tls = httpx.create_ssl_context()
                self._tls.set_alpn_protocols(["http/1.1"])
            line = self._line(proxy, self._tls, addresses)
        except (OSError, ValueError, ImportError) as error:
            # The text of the error may quote the proxy with its password.
            what = "certificate file" if isinstance(error, OSError) else "proxy"
            raise ExchangeError(f"the {what} that the environment names cannot be used", sent=False) from None
        self._open.append(line)
        return line


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
