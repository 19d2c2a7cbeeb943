"""One connection, without a proxy in between: answers as the standard library reads them, over a socket of ours.

Knows no request but the one it carries. A plan makes one call for each template: over loopback, one with an answer of
4 KB costs 110 µs of processor time, and over httpcore 170. What is ours is the request, some lines of text; the socket,
where each wait ends with the exchange; the doubt whether a line is one, or cut short; and that whether a connection is
fit to be used again.
"""

from __future__ import annotations

import http.client
import io
import re
import select
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import httpx

from templatesync.service.connection import (
    KEEPALIVE,
    Arrival,
    Deadline,
    Letter,
    Origin,
)

_PIECE = 64 * 1024
_PORTS = {b"http": 80, b"https": 443}
_FIELDS = re.compile(r"(?:[!-9;-~]+: [\t -~]*\r\n)*")

# What `http.client` takes for less than it is: the part of a line before an end, and a lone CR, which ends a field for
# it and, before a CRLF, the whole head. Behind a head come sizes of chunks and trailers; it reads sizes, lengths
# and statuses with int(), for which -0, 0x5, 5_0 and 0204 are numbers too.
_LINE = re.compile(rb"(?:HTTP/1\.[0-9] [1-9][0-9]{2}(?: [^\0\r\n]*)?|(?!HTTP/)[^\0\r\n]*)\r?\n")
_CHUNK_LINE = re.compile(rb"(?:[0-9A-Fa-f]{1,16}[\t ]*(?:;[^\0\r\n]*)?|[!-9<-~]+:[^\0\r\n]*)?\r?\n")
_LENGTH = re.compile(r"[0-9]{1,16}[\t ]*")

_HEAD = 16 * 1024
"""Bytes of a head, as many as Node takes: the time of `http.client` for a Content-Type grows with its square."""


class Wire:
    """One keep-alive connection. Not for two threads at a time.

    With `addresses` it connects to the first of these that answers, whatever the host's name stands for; the
    certificate must be the name's all the same.
    """

    def __init__(self, tls: ssl.SSLContext, deadline: Deadline, addresses: tuple[str, ...] = ()) -> None:
        self.deadline = deadline
        self._tls = tls
        self._addresses = addresses
        self._waits: _Waits | None = None
        self._origin: Origin | None = None
        self._seconds: Mapping[str, float] = {}
        self._sent = False
        self._free_until = 0.0

    @property
    def sent(self) -> bool:
        return self._sent

    def carry(self, letter: Letter) -> Arrival:
        """Send a letter; its answer as soon as the head is there. Raises httpx.TransportError."""
        self._sent, self._seconds = False, letter.seconds
        head = _head(letter)
        waits = self._waits
        if waits is None or letter.origin != self._origin or not self._fresh(waits):
            self.close()
            waits = self._waits = self._connected(letter.origin)
        self._free_until = 0.0  # until the answer was read to its end
        waits.sendall(head + letter.content)
        answer = _answered(waits, letter.method)
        fields = _fields(answer)
        return Arrival(answer.status, fields, self._body(answer), lambda: None if self._free_until else self.close())

    def close(self) -> None:
        """Close the connection."""
        if self._waits is not None:
            self._waits.end()
        self._waits = None

    def _body(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        try:
            while answer.length != 0 and (piece := answer.read1(_PIECE)):  # 0 with a 204 too, chunked as it may say
                yield piece
        except (http.client.HTTPException, ValueError) as error:
            raise httpx.RemoteProtocolError(f"the answer ends before its end ({error})") from None
        if answer.length:
            raise httpx.RemoteProtocolError(f"the answer ends {answer.length} bytes before its end")
        answer.close()
        self._free_until = 0.0 if answer.will_close else self.deadline.clock() + KEEPALIVE

    def _fresh(self, waits: _Waits) -> bool:
        """Whether it can be used again: whatever can be read now is an end, or nothing that was asked for."""
        return self.deadline.clock() < self._free_until and not waits.readable_now()

    def _connected(self, origin: Origin) -> _Waits:
        scheme, host, port = origin
        if scheme not in _PORTS:
            raise httpx.UnsupportedProtocol("the URL is neither http nor https")
        connection = self._reached(host.decode("ascii"), port or _PORTS[scheme])
        if scheme == b"https":
            connection = self._greeted(connection, host.decode("ascii"))
        self._origin = origin
        return _Waits(connection, self._limit, self._leaving)

    def _reached(self, name: str, port: int) -> socket.socket:
        failure: httpx.TransportError = httpx.ConnectTimeout("")
        for address in self._addresses or (name,):
            if self.deadline.left() <= 0:
                break
            limit = min(self._seconds["connect"], self.deadline.left())
            try:
                connection = socket.create_connection((address, port), limit)
            except TimeoutError as error:
                failure = httpx.ConnectTimeout(str(error))
            except OSError as error:
                failure = httpx.ConnectError(str(error))
            except UnicodeError:
                failure = httpx.ConnectError("the host name cannot be one")
            else:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
        raise failure

    def _greeted(self, connection: socket.socket, name: str) -> socket.socket:
        try:
            self._limit(connection, "connect", httpx.ConnectTimeout)
            return self._tls.wrap_socket(connection, server_hostname=name)
        except Exception as error:
            connection.close()
            match error:
                case TimeoutError():
                    raise httpx.ConnectTimeout(str(error)) from None
                case OSError() | ValueError():  # an error of TLS is the one, a name that cannot be one the other
                    raise httpx.ConnectError(str(error)) from None
            raise

    def _limit(self, connection: socket.socket, wait: str, late: type[httpx.TimeoutException]) -> None:
        """Bound the next wait. Told to the socket only when it is another bound: that is a call of the system."""
        left = self.deadline.left()
        if left <= 0:
            raise late("")
        limit = min(self._seconds[wait], left)
        if connection.gettimeout() != limit:
            connection.settimeout(limit)

    def _leaving(self) -> None:
        self._sent = True


class _Waits(io.RawIOBase):
    """A socket as `http.client` uses one. It bounds every wait, and outlives the answers that are read from it."""

    def __init__(self, connection: socket.socket, limit: Callable[..., None], leaving: Callable[[], None]) -> None:
        self._connection = connection
        self._limit = limit
        self._leaving = leaving
        self._asking = True
        self.reader = _Reader(self, _PIECE)

    def sendall(self, data: bytes) -> None:
        """Send it all, unless the other side has closed: it may have answered before, and the answer is what counts."""
        try:
            self._limit(self._connection, "write", httpx.WriteTimeout)
            self._leaving()
            self._connection.sendall(data)
        except TimeoutError as error:
            raise httpx.WriteTimeout(str(error)) from None
        except OSError:
            pass

    def makefile(self, mode: str) -> io.BufferedReader:
        """The same reader for every answer: what lies behind one is not lost with it."""
        self.reader.expect(_LINE)
        return self.reader

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if not self._asking:
            return None
        try:
            self._limit(self._connection, "read", httpx.ReadTimeout)
            return self._connection.recv_into(buffer)
        except TimeoutError as error:
            raise httpx.ReadTimeout(str(error)) from None
        except OSError as error:
            raise httpx.ReadError(str(error)) from None

    def readable_now(self) -> bool:
        """Whether anything has come, an end among it: in the buffer, deciphered, or with the system."""
        self._asking = False
        try:
            if self.reader.peek(1):
                return True
        finally:
            self._asking = True
        if isinstance(self._connection, ssl.SSLSocket) and self._connection.pending():
            return True
        if not hasattr(select, "poll"):  # Windows
            return bool(select.select([self._connection], [], [], 0)[0])
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        return bool(poll.poll(0))

    def end(self) -> None:
        """Close the connection."""
        self._connection.close()

    def close(self) -> None:
        """`http.client` closes it with the head of an answer that ends with the connection: its body is to come."""


class _Reader(io.BufferedReader):
    """`http.client` reads heads, sizes and trailers by the line, bodies with `read1`, ends of chunks with `read`."""

    def expect(self, line: re.Pattern[bytes]) -> None:
        """Lines of this shape are to come, and _HEAD bytes of them at most before the end of the next chunk."""
        self._line, self._room = line, _HEAD

    def readline(self, size: int | None = -1) -> bytes:
        line = super().readline(self._room)
        if not line and self._room:
            raise httpx.RemoteProtocolError("the server closed the connection before the end of its answer")
        self._room -= len(line)
        if not self._line.fullmatch(line):
            raise httpx.RemoteProtocolError("the answer has a line that is none, or ends within one")
        return line

    def read(self, size: int | None = -1) -> bytes:
        if (end := super().read(size)) != b"\r\n":
            raise httpx.RemoteProtocolError("the answer has a chunk that does not end where it says")
        self.expect(_CHUNK_LINE)
        return end

    def close(self) -> None:
        """`http.client` closes what it reads from at the end of each answer."""


def _head(letter: Letter) -> bytes:
    """The request line and the fields. Raises httpx.LocalProtocolError, without a field in it: one may be a token."""
    fields = "".join([f"{name}: {value}\r\n" for name, value in letter.headers.items()])
    if fields.count("\n") != len(letter.headers) or not _FIELDS.fullmatch(fields):
        raise httpx.LocalProtocolError("a header that HTTP cannot carry")
    return b"%s %s HTTP/1.1\r\n%s\r\n" % (letter.method.encode("ascii"), letter.target, fields.encode("ascii"))


def _answered(waits: _Waits, method: str) -> http.client.HTTPResponse:
    """The next answer, its head read. Raises httpx.TransportError, which does not quote what came: it may be long."""
    try:
        answer = http.client.HTTPResponse(cast("socket.socket", waits), method=method)
        answer.begin()
        waits.reader.expect(_CHUNK_LINE)
    except httpx.TransportError:
        raise
    except Exception:  # fields are read as those of mail, where a Content-Type can end in a TypeError
        raise httpx.RemoteProtocolError("the answer is not of HTTP/1.1") from None
    return answer


def _fields(answer: http.client.HTTPResponse) -> dict[str, str]:
    """The fields of an answer, with names in lower case. Raises httpx.RemoteProtocolError."""
    fields: dict[str, str] = {}
    for name, value in answer.headers.items():
        text = " ".join(value.split())
        fields[name.lower()] = f"{fields[name.lower()]}, {text}" if name.lower() in fields else text
    # What http.client lets pass, and what may be half an answer, or two.
    lengths = set(fields.get("content-length", "").split(", "))
    wrong = ""
    if answer.headers.defects:
        wrong = "the head of the answer is no head"
    elif answer.status < 200:  # it knows 100 alone; behind another one the answer is still to come
        wrong = f"the answer to come was announced with {answer.status}"
    elif len(lengths) > 1:
        wrong = "the answer has two lengths"
    elif not _LENGTH.fullmatch(answer.headers.get("content-length", "0")):
        wrong = "the length of the answer is no number"
    elif [coding.lower() for coding in answer.headers.get_all("transfer-encoding", ["chunked"])] != ["chunked"]:
        wrong = "the answer comes in a coding that was not asked for"
    if wrong:
        raise httpx.RemoteProtocolError(wrong)
    return fields
