"""A server that writes down what arrives, byte for byte, and answers every call alike.

Written apart from the emulator and on nothing but sockets, so that no mistake of the emulator's can hide here.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import parse_qsl

_ANSWER = b'{"Code":"OK","Message":"OK","RequestId":"00000000-0000-0000-0000-000000000000","Success":true}'
_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json;charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n" % len(_ANSWER)
)


@dataclass(frozen=True)
class Recorded:
    """One request as it was on the wire. `headers` has lower-case names and values as they came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        return _pairs(self.target.partition("?")[2])

    @property
    def form(self) -> dict[str, str]:
        return _pairs(self.body.decode("ascii"))

    @property
    def params(self) -> dict[str, str]:
        """Query and form; nothing is sent twice."""
        query, form = self.query, self.form
        assert not query.keys() & form.keys()
        return query | form


def _pairs(text: str) -> dict[str, str]:
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
    assert len(dict(pairs)) == len(pairs), "a parameter came twice"
    return dict(pairs)


class Recorder:
    """Listens on loopback from its creation on; `url` is where."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._requests: list[Recorded] = []
        self._thread = threading.Thread(target=self._serve, name="recorder")
        self._thread.start()

    def take(self) -> Recorded:
        """The one request that came since the last time."""
        (request,) = self._requests
        self._requests.clear()
        return request

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                connection.settimeout(10)
                line = stream.readline().decode("latin-1")
                if not line:
                    continue
                method, target, _ = line.split()
                headers: dict[str, str] = {}
                while (header := stream.readline().rstrip(b"\r\n")) != b"":
                    name, _, value = header.decode("latin-1").partition(":")
                    assert name.lower() not in headers, "a header came twice"
                    headers[name.lower()] = value
                chunked = headers.get("transfer-encoding", "").strip() == "chunked"
                body = _chunks(stream) if chunked else stream.read(int(headers.get("content-length", "0")))
                # Before the answer leaves: whoever gets it may ask at once what was recorded.
                self._requests.append(Recorded(method, target, headers, body))
                connection.sendall(_HEAD + _ANSWER)


def _chunks(stream: BinaryIO) -> bytes:
    """A body in pieces, as node sends it."""
    body = b""
    while size := int(stream.readline(), 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return body


@contextmanager
def recording() -> Iterator[Recorder]:
    """A recorder for as long as the block lasts."""
    recorder = Recorder()
    try:
        yield recorder
    finally:
        recorder.stop()
