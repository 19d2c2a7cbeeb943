"""The emulator on loopback: HTTP/1.1 over the standard library's server. Knows sockets, and nothing of the service."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from templatesync.emulator.app import Emulator
from templatesync.emulator.http.message import ConnectionDropped, ConnectionFault, HttpRequest, HttpResponse
from templatesync.emulator.object_store.origin import PREFIX as OBJECT_STORE
from templatesync.emulator.store.uploads import LARGEST

ADDRESS = "127.0.0.1"

# A carousel of ten long cards in CJK is about 120 KiB when percent-encoded.
MAX_BODY = 8 * 1024 * 1024

# An upload, and the fields of its form.
MAX_UPLOAD = LARGEST + 256 * 1024

# What a line between chunks may have, and how many lines may follow the last chunk.
LINE = 1024
TRAILERS = 100
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}")

# Seconds. An idle connection is closed, as every real server does.
IDLE = 60.0
DRIP_PAUSE = 0.05
GRACE = 2.0

# At whatever port: somebody may have forwarded one.
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)


class _Server(ThreadingHTTPServer):
    """Knows its connections and threads, so that stopping ends those that are only kept alive."""

    request_queue_size = 128

    def __init__(self, emulator: Emulator, port: int) -> None:
        self.emulator = emulator
        self.stopping = threading.Event()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._open_lock = threading.Lock()
        super().__init__((ADDRESS, port), _Connection)

    def server_bind(self) -> None:
        # Not HTTPServer's, which asks the name service who 127.0.0.1 is and may wait for it.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._open_lock:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._open_lock:
            self._open.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that goes away needs no report."""

    def hang_up(self) -> None:
        """End every connection. A call that an injected fault makes slow is not waited for any longer than GRACE."""
        self.stopping.set()
        with self._open_lock:
            left = list(self._open.items())
        for connection, _ in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + GRACE
        for _, thread in left:
            thread.join(max(0.0, deadline - time.monotonic()))


class _Connection(BaseHTTPRequestHandler):
    """One connection: reads requests, hands them to the emulator, carries out each `connection_fault`."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "templatesync-emulator"
    sys_version = ""
    timeout = IDLE
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the history says more."""

    def finish(self) -> None:
        # When the caller is gone, what is still to be flushed cannot be, and the library then leaves a file open.
        with contextlib.suppress(OSError):
            super().finish()
        self.rfile.close()

    def _serve(self) -> None:
        body = self._read_body()
        if body is None:
            return
        if self._forbidden():
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            response = self.server.emulator.handle(HttpRequest(self.command, self.path, headers, body))
        except ConnectionDropped:
            self._reset()
            return
        self._send(response)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the standard library's names

    @property
    def _most(self) -> int:
        """How many bytes the body may have."""
        return MAX_UPLOAD if self.path.startswith(OBJECT_STORE) else MAX_BODY

    def _read_body(self) -> bytes | None:
        """The body, or None when the request was answered with an error instead."""
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers:
            return self._read_chunks()
        if not length.isdecimal():
            self._refuse(HTTPStatus.BAD_REQUEST, "Content-Length is not a number")
        elif len(length) > 9 or int(length) > self._most:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {self._most} bytes")
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                return body
            self.close_connection = True
        return None

    def _read_chunks(self) -> bytes | None:
        """Like `_read_body`, for a body in chunks: the official SDK for Node sends every form that way."""
        if self.headers["transfer-encoding"].strip().lower() != "chunked" or "content-length" in self.headers:
            self._refuse(HTTPStatus.NOT_IMPLEMENTED, "send a Content-Length, or chunks without one")
            return None
        body = bytearray()
        while True:
            line = self.rfile.readline(LINE)
            size = line.partition(b";")[0].strip()
            if not _CHUNK_SIZE.fullmatch(size):
                if line:
                    self._refuse(HTTPStatus.BAD_REQUEST, "a chunk begins with its size")
                self.close_connection = True
                return None
            length = int(size, 16)
            if len(body) + length > self._most:
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {self._most} bytes")
                return None
            if length == 0:
                break
            body += self.rfile.read(length)
            # Its end is not part of it; after one that is cut short comes nothing.
            self.rfile.readline(LINE)
        # Fields after the last chunk say nothing that counts here.
        for _ in range(TRAILERS):
            if not self.rfile.readline(LINE).strip():
                return bytes(body)
        self.close_connection = True
        return None

    def _forbidden(self) -> bool:
        """Nothing here answers a web page: neither one whose name was rebound to loopback, nor one elsewhere.

        That holds for the API too: whoever may call it has keys, but those of an emulator are known to everybody.
        """
        hosts = self.headers.get_all("host", [])
        if len(hosts) == 1 and _LOOPBACK.fullmatch(hosts[0].strip()) and "origin" not in self.headers:
            return False
        sentence = (
            f"the emulator is for programs on this machine: Host must be {ADDRESS} or localhost, without an Origin"
        )
        self._refuse(HTTPStatus.FORBIDDEN, sentence)
        return True

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        self.close_connection = True
        data = sentence.encode()
        self._send(HttpResponse(status, {"content-type": "text/plain", "content-length": str(len(data))}, data))

    def _send(self, response: HttpResponse) -> None:
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if self.close_connection and response.connection_fault is ConnectionFault.NONE:
            self.send_header("connection", "close")
        self.end_headers()
        if response.connection_fault is ConnectionFault.DRIP:
            self._drip(response.body)
        else:
            self.wfile.write(response.body)
        self.wfile.flush()
        if response.connection_fault in (ConnectionFault.CUT, ConnectionFault.HANG_UP):
            self.close_connection = True

    def _drip(self, body: bytes) -> None:
        for index in range(len(body)):
            self.wfile.write(body[index : index + 1])
            self.wfile.flush()
            if self.server.stopping.wait(DRIP_PAUSE):
                break

    def _reset(self) -> None:
        """End the connection as a crashed server or a broken line does: no answer, no orderly close."""
        self.close_connection = True
        # Lingering for 0 seconds makes the close send a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def serve(emulator: Emulator, port: int, ready: Callable[[str], None], stop: threading.Event | None = None) -> None:
    """Serve until `stop` is set, or for ever. `ready` gets the URL once calls are answered; port 0 picks one.

    Raises OSError when the port is taken. The emulator stays open: whoever made it closes it.
    """
    with _listening(emulator, port) as url:
        ready(url)
        (stop or threading.Event()).wait()


@contextmanager
def running(emulator: Emulator) -> Iterator[str]:
    """Serve in the background for as long as the block lasts; gives the URL."""
    with _listening(emulator, 0) as url:
        yield url


@contextmanager
def _listening(emulator: Emulator, port: int) -> Iterator[str]:
    with _Server(emulator, port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="emulator")
        thread.start()
        try:
            yield f"http://{ADDRESS}:{server.server_port}"
        finally:
            server.shutdown()
            server.hang_up()
            thread.join()
