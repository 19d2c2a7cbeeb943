"""Counterparts for tests of the client: a scripted transport and a small socket server on loopback."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx

from templatesync.service.client import Client
from templatesync.service.credentials import Credentials, StaticProvider
from templatesync.service.http import Network, Timeouts
from templatesync.service.secret import Secret

KEY_ID = "LTAI5tCANARYKEYID0000001"
SECRET = "CANARYsecretCANARYsecret0001"
TOKEN = "CAISCANARYtoken+with/odd=characters"
ISV_CODE = "isv-CANARY-code"
NOW = 1_767_323_045.0  # 2026-01-02T03:04:05Z


def provider(token: str | None = TOKEN) -> StaticProvider:
    credentials = Credentials(KEY_ID, Secret(SECRET), Secret(token) if token else None)
    return StaticProvider(credentials, "a test")


def client_over(handler: Callable[[httpx.Request], httpx.Response], *, isv: bool = True, **more: object) -> Client:
    """A client whose network is one function."""
    settings: dict[str, object] = {
        "endpoint": "https://cams.ap-southeast-1.aliyuncs.com",
        "cust_space_id": "cams-testspace01",
        "isv_code": Secret(ISV_CODE) if isv else None,
        "credentials": provider(),
        "transport": httpx.MockTransport(handler),
        "clock": lambda: NOW,
        "nonce": lambda: "0123456789abcdef0123456789abcdef",
    }
    return Client(**(settings | more))  # type: ignore[arg-type]


def client_at(url: str, timeouts: Timeouts, cap: int = 1 << 20) -> Client:
    """A client on the real network, which is loopback, with short deadlines."""
    return Client(
        endpoint=url,
        cust_space_id="cams-testspace01",
        credentials=provider(None),
        network=Network(timeouts=timeouts, cap=cap),
    )


Script = Callable[[socket.socket, bytes], None]


@dataclass
class Server:
    """What the socket server saw."""

    port: int
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def serving(script: Script) -> Iterator[Server]:
    """A server that reads a request, calls the script, and closes when the script returns after the last request."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1])
    open_sockets: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def talk(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            while request := read_request(connection):
                server.requests.append(request)
                script(connection, request)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                server.connections += 1
                open_sockets.append(connection)
                thread = threading.Thread(target=talk, args=(connection,))
                threads.append(thread)
                thread.start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
        for connection in open_sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def reset(connection: socket.socket) -> None:
    """Close with RST, as a crashed peer or a firewall does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
