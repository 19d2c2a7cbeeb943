"""HTTP/1.1 over a socket of its own, without a proxy in between. Knows no request but the one it carries.

A plan makes one call for each template, and httpcore's general answer to every way of speaking HTTP took more
processor time than all else in a call. This reads what RFC 9112 has for answers, and takes nothing else for one.
"""

from __future__ import annotations

import re
import select
import socket
import ssl
from collections.abc import Generator, Iterator, Mapping

import httpx

from templatesync.cams.line import KEEPALIVE, Arrival, Deadline, Letter, Origin

_PIECE = 64 * 1024
_LONGEST_HEAD = 100 * 1024
_PORTS = {b"http": 80, b"https": 443}

# What may leave, and no header can hold a second one. Names are tokens of RFC 9110; values are ASCII in one line.
_SOUND = re.compile(rb"[A-Z]+ [!-~]+ HTTP/1\.1\r\n(?:[!-9;-~]+: [\t -~]*\r\n)*")
# RFC 9112, sections 2.2 and 4: a lone line feed may end a line, and the words behind the status mean nothing.
_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: .*)?")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*)")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")
_DIGITS = re.compile(r"[0-9]{1,18}")
_CHUNKED = -1


class Wire:
    """One keep-alive connection. Not for two threads at a time.

    With `addresses` it connects to the first of these that answers, whatever the host's name stands for; the
    certificate must be the name's all the same.
    """

    def __init__(self, tls: ssl.SSLContext, deadline: Deadline, addresses: tuple[str, ...] = ()) -> None:
        self.deadline = deadline
        self.sent = False
        self._tls = tls
        self._addresses = addresses
        self._socket: socket.socket | None = None
        self._origin: Origin | None = None
        self._rest = b""
        self._seconds: Mapping[str, float] = {}
        self._free_until = 0.0

    def carry(self, letter: Letter) -> Arrival:
        """Send a letter; its answer as soon as the head is there. Raises httpx.TransportError."""
        self.sent, self._seconds = False, letter.seconds
        fields = "".join([f"{name}: {value}\r\n" for name, value in letter.headers.items()])
        try:
            head = b"%b %b HTTP/1.1\r\n%b" % (letter.method.encode(), letter.target, fields.encode("ascii"))
        except UnicodeEncodeError:
            raise httpx.LocalProtocolError("a header that is not ASCII") from None
        if not _SOUND.fullmatch(head):
            raise httpx.LocalProtocolError("a header that HTTP cannot carry")
        origin = letter.origin
        if self._socket is None or origin != self._origin or not self._fresh(self._socket):
            self.close()
            self._socket, self._origin = self._connected(*origin), origin
        self._free_until = 0.0  # until the answer was read to its end
        self._write(self._socket, head + b"\r\n" + letter.content)
        return self._arrival(self._socket, letter.method)

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def _fresh(self, connection: socket.socket) -> bool:
        """Whether it can be used again: whatever can be read now is an end, or nothing that was asked for."""
        if self._rest or self.deadline.clock() >= self._free_until:
            return False
        if isinstance(connection, ssl.SSLSocket) and connection.pending():
            return False  # read and deciphered already, so the system knows nothing of it
        if not hasattr(select, "poll"):  # Windows
            return not select.select([connection], [], [], 0)[0]
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        return not poll.poll(0)

    def _connected(self, scheme: bytes, host: bytes, port: int | None) -> socket.socket:
        if scheme not in _PORTS:
            raise httpx.UnsupportedProtocol("the URL is neither http nor https")
        name = host.decode("ascii")
        failure: httpx.TransportError = httpx.ConnectTimeout("")
        for address in self._addresses or (name,):
            if self.deadline.left() <= 0:
                break
            limit = min(self._seconds["connect"], self.deadline.left())
            try:
                connection = socket.create_connection((address, port or _PORTS[scheme]), limit)
            except TimeoutError as error:
                failure = httpx.ConnectTimeout(str(error))
            except OSError as error:
                failure = httpx.ConnectError(str(error))
            except UnicodeError:
                failure = httpx.ConnectError("the host name cannot be one")
            else:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return self._greeted(connection, name) if scheme == b"https" else connection
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

    def _write(self, connection: socket.socket, data: bytes) -> None:
        self._limit(connection, "write", httpx.WriteTimeout)
        self.sent = True
        try:
            connection.sendall(data)
        except TimeoutError as error:
            raise httpx.WriteTimeout(str(error)) from None
        except OSError:
            pass  # a server that refuses may answer before it has read all, and close: the answer is what counts

    def _read(self, connection: socket.socket) -> bytes:
        """What comes next; empty at the end."""
        self._limit(connection, "read", httpx.ReadTimeout)
        try:
            return connection.recv(_PIECE)
        except TimeoutError as error:
            raise httpx.ReadTimeout(str(error)) from None
        except OSError as error:
            raise httpx.ReadError(str(error)) from None

    def _arrival(self, connection: socket.socket, method: str) -> Arrival:
        data, status, seen = b"", 0, 0
        while status < 200:  # 1xx only says that the answer will come
            while (end := _END.search(data, seen)) is None:
                if len(data) > _LONGEST_HEAD:
                    raise httpx.RemoteProtocolError("the head of the answer is too long")
                piece = self._read(connection)
                if not piece:
                    raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
                seen = max(0, len(data) - 3)  # an end may have begun there
                data += piece
            modern, status, fields = _parse(data[: end.start()])
            data, seen = data[end.end() :], 0
        keep = modern and "close" not in fields.get("connection", "").lower()
        whole = self._body(connection, data, _length(method, status, fields), keep=keep)
        return Arrival(status, fields, whole, lambda: None if self._free_until else self.close())

    def _body(self, connection: socket.socket, data: bytes, length: int | None, *, keep: bool) -> Iterator[bytes]:
        """The body: of `length` bytes, -1 for one in chunks, None for one that ends with the connection."""
        if length == _CHUNKED:
            data = yield from self._chunks(connection, data)
        elif length is None:
            keep = False
            while data := data or self._read(connection):
                yield data
                data = b""
        else:
            data = yield from self._piece(connection, data, length)
        self._rest = data
        self._free_until = self.deadline.clock() + KEEPALIVE if keep else 0.0

    def _piece(self, connection: socket.socket, data: bytes, length: int) -> Generator[bytes, None, bytes]:
        """So many bytes, of which `data` was read already. Returns what of it lies behind."""
        left = length
        while left > 0:
            data = data or self._read(connection)
            if not data:
                raise httpx.RemoteProtocolError(f"the answer ends {left} bytes before its end")
            yield data[:left]
            left, data = left - len(data[:left]), data[left:]
        return data

    def _chunks(self, connection: socket.socket, data: bytes) -> Generator[bytes, None, bytes]:
        """RFC 9112, section 7.1. Returns what lies behind."""
        while True:
            line, data = self._line(connection, data)
            size = _SIZE.fullmatch(line)
            if size is None:
                raise httpx.RemoteProtocolError("the answer has a chunk of no size")
            if not (length := int(size[1], 16)):
                break
            data = yield from self._piece(connection, data, length)
            line, data = self._line(connection, data)
            if line:
                raise httpx.RemoteProtocolError("the answer has a chunk of another size than it says")
        while line:
            line, data = self._line(connection, data)
        return data

    def _line(self, connection: socket.socket, data: bytes) -> tuple[bytes, bytes]:
        """One line without its end, and what lies behind."""
        while b"\n" not in data:
            if len(data) > _LONGEST_HEAD:
                raise httpx.RemoteProtocolError("the answer has a line that is too long")
            piece = self._read(connection)
            if not piece:
                raise httpx.RemoteProtocolError("the answer ends in the middle of a chunk")
            data += piece
        line, _, data = data.partition(b"\n")
        return line.removesuffix(b"\r"), data


def _parse(head: bytes) -> tuple[bool, int, dict[str, str]]:
    """Whether the head is of HTTP/1.1, its status, and its fields with names in lower case."""
    first, *lines = _FOLD.sub(b" ", head).split(b"\n")
    status = _STATUS.fullmatch(first.rstrip(b"\r"))
    if status is None:
        raise httpx.RemoteProtocolError("the answer is not of HTTP/1.1")
    fields: dict[str, str] = {}
    for line in lines:
        field = _FIELD.fullmatch(line.rstrip(b"\r"))
        if field is None:
            raise httpx.RemoteProtocolError("the answer has a line in its head that is no field")
        name, text = field[1].decode("ascii").lower(), field[2].rstrip(b" \t").decode("latin-1")
        fields[name] = f"{fields[name]}, {text}" if name in fields else text
    return status[1] == b"1", int(status[2]), fields


def _length(method: str, status: int, fields: Mapping[str, str]) -> int | None:
    """How long the body is, as RFC 9112, section 6.3, has it: `_CHUNKED`, or None when only its end will tell."""
    if method == "HEAD" or status < 200 or status in (204, 304):
        return 0
    if coding := fields.get("transfer-encoding"):
        if coding.lower() != "chunked":
            raise httpx.RemoteProtocolError("the answer comes in a coding that was not asked for")
        return _CHUNKED
    if "content-length" not in fields:
        return None
    lengths = {length.strip() for length in fields["content-length"].split(",")}
    length = lengths.pop()
    if lengths or not _DIGITS.fullmatch(length):
        raise httpx.RemoteProtocolError("the answer does not say how long it is")
    return int(length)
