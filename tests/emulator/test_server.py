"""The served form: real sockets on loopback."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.emulator_caller import Caller, Clock, shop, through_httpx

from templatesync.emulator import Emulator, HttpRequest, HttpResponse, Settings
from templatesync.emulator.server import MAX_BODY, running, serve


@pytest.fixture
def emulator(clock: Clock) -> Iterator[Emulator]:
    made = Emulator(clock=clock)
    yield made
    made.close()


@pytest.fixture
def url(emulator: Emulator) -> Iterator[str]:
    with running(emulator) as address:
        yield address


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=5) as made:
        yield made


@pytest.fixture
def remote(url: str, client: httpx.Client, clock: Clock) -> Caller:
    return Caller(through_httpx(url, client), clock, host=url.removeprefix("http://"))


def talk(url: str, data: bytes, *, done: bool = True) -> bytes:
    """Send bytes as they are, perhaps say that there are no more, and read until the other side closes."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(data)
        if done:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        # A server that has answered before it read everything closes with a reset.
        with suppress(ConnectionError):
            while part := connection.recv(65536):
                answer += part
    return answer


def test_serving_ends_when_told(emulator: Emulator, client: httpx.Client, clock: Clock) -> None:
    ready, stop, urls = threading.Event(), threading.Event(), []

    def on_ready(url: str) -> None:
        urls.append(url)
        ready.set()

    thread = threading.Thread(target=serve, args=(emulator, 0, on_ready, stop))
    thread.start()
    assert ready.wait(5)
    assert urls[0].startswith("http://127.0.0.1:")
    # The connection stays open, and must not keep the server alive.
    Caller(through_httpx(urls[0], client), clock, host=urls[0].removeprefix("http://")).create()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    with pytest.raises(httpx.TransportError):
        client.get(urls[0])


def test_a_taken_port_is_told(emulator: Emulator, url: str) -> None:
    with pytest.raises(OSError, match="in use"):
        serve(emulator, int(url.rsplit(":", 1)[1]), print)


def as_bytes(request: HttpRequest) -> bytes:
    head = f"{request.method} {request.target} HTTP/1.1\r\n"
    head += "".join(f"{name}: {text}\r\n" for name, text in request.headers.items() if name != "content-length")
    return f"{head}content-length: {len(request.body)}\r\n\r\n".encode() + request.body


def test_connections_are_kept_alive(remote: Caller, url: str) -> None:
    answer = talk(url, as_bytes(remote.request("QueryChatappBindWaba")) * 2)
    assert answer.count(b"HTTP/1.1 ") == 2
    assert answer.count(b"HTTP/1.1 200") == 1
    assert answer.count(b'"Code": "SignatureNonceUsed"') == 1


def test_a_write_goes_on_when_its_sender_is_gone(client: httpx.Client, clock: Clock) -> None:
    arrived, go_on, carried_out = threading.Event(), threading.Event(), threading.Event()

    def sleep(seconds: float) -> None:
        arrived.set()
        assert go_on.wait(5)

    class Watched(Emulator):
        def handle(self, request: HttpRequest) -> HttpResponse:
            response = super().handle(request)
            if "x-acs-action" in request.headers:
                carried_out.set()
            return response

    emulator = Watched(Settings(write_delay_ms=3000), clock=clock, sleep=sleep)
    with running(emulator) as url:
        remote = Caller(through_httpx(url, client), clock, host=url.removeprefix("http://"))
        host, port = remote.host.split(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(as_bytes(remote.request("CreateChatappTemplate", **shop())))
            assert arrived.wait(5)
            assert remote.control("GET", "pending") == ["CreateChatappTemplate"]
            # Killed: the system closes its sockets, and what comes for them is answered with a reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert remote.history() == []
        go_on.set()
        assert carried_out.wait(5)
        assert [entry["changed"] for entry in remote.history()] == [True]
        assert remote.control("GET", "pending") == []
    emulator.close()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_dropped_connection_is_a_closed_socket(remote: Caller, kind: str) -> None:
    remote.control("POST", "faults", {"kind": kind})
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        remote.create()
    assert remote.names() == (["shop"] if kind == "drop_after" else [])


def test_a_cut_answer_ends_too_early(remote: Caller) -> None:
    remote.control("POST", "faults", {"kind": "cut"})
    with pytest.raises(httpx.RemoteProtocolError):
        remote.create()
    assert remote.names() == ["shop"]


def test_a_hang_up_comes_without_warning(remote: Caller, url: str) -> None:
    remote.control("POST", "faults", {"kind": "hang_up"})
    # The writing side stays open: it is the server that ends the connection.
    answer = talk(url, as_bytes(remote.request("QueryChatappBindWaba")), done=False)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" not in answer.lower()


def test_a_dripping_answer_takes_its_time(url: str, clock: Clock) -> None:
    with httpx.Client(trust_env=False, timeout=5) as client:
        remote = Caller(through_httpx(url, client), clock, host=url.removeprefix("http://"))
        remote.control("POST", "faults", {"kind": "drip"})
        request = remote.request("QueryChatappBindWaba")
        with client.stream("POST", url, headers=dict(request.headers), content=request.body) as answer:
            parts = answer.iter_raw()
            assert len(next(parts) + next(parts)) < 10


def test_a_redirect_arrives_as_one(remote: Caller, url: str, client: httpx.Client) -> None:
    remote.control("POST", "faults", {"kind": "redirect"})
    assert remote.raw("QueryChatappBindWaba").status == 302


OURS = ("127.0.0.1", "localhost:1", "LocalHost", "[::1]", "[::1]:80")
FOREIGN: tuple[dict[str, str], ...] = (
    {"host": "evil.example.com"},
    {"host": "127.0.0.1.evil.example.com:80"},
    {"host": "localhost.evil.example.com"},
    {"host": "cams-upload-emulator.oss-ap-southeast-1.aliyuncs.com"},
    {"host": "127.0.0.1:80@evil.example.com"},
    {"host": ""},
    {"origin": "https://evil.example.com"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1"},
)


def asked_of(remote: Caller, foreign: dict[str, str]) -> Iterator[HttpRequest]:
    """A sound request to each part of what is served, as a web page would send it."""
    sent: list[HttpRequest] = []

    def door(request: HttpRequest) -> HttpResponse:
        sent.append(request)
        return remote.door(request)

    noted = remote.but(door=door)
    noted.fetch(noted.upload(b"{}"))
    noted.control("GET", "history")
    for request in sent[1:]:
        yield replace(request, headers={**request.headers, **foreign})
    origin = {name: text for name, text in foreign.items() if name != "host"}
    page = remote.but(host=foreign.get("host", remote.host), extra=origin)
    yield page.request("CreateFlow", FlowName="made by a page", Categories=["OTHER"])


@pytest.mark.parametrize("foreign", FOREIGN, ids=lambda foreign: "".join(foreign.values()))
def test_no_web_page_is_answered(remote: Caller, url: str, foreign: dict[str, str]) -> None:
    asked = [*asked_of(remote, foreign)]
    assert [request.method for request in asked] == ["POST", "GET", "GET", "POST"]
    before = remote.history()
    for request in asked:
        answer = talk(url, as_bytes(request))
        assert answer.startswith(b"HTTP/1.1 403"), request.target
        assert b"programs on this machine" in answer
    assert remote.history() == before


def test_what_a_page_may_not_ask_a_program_may(remote: Caller, url: str) -> None:
    """The same requests without what is foreign in them are answered, so it is not that which is refused."""
    assert [talk(url, as_bytes(request))[9:12] for request in asked_of(remote, {})] == [b"204", b"200", b"200", b"200"]


def test_a_host_that_is_named_twice_or_not_at_all_is_none(url: str) -> None:
    for hosts in ("", "host: 127.0.0.1\r\nhost: evil.example.com\r\n"):
        assert talk(url, f"GET /_emulator/history HTTP/1.1\r\n{hosts}\r\n".encode()).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("host", OURS)
def test_programs_on_this_machine_are_answered(remote: Caller, url: str, host: str) -> None:
    answer = talk(url, as_bytes(HttpRequest("GET", "/_emulator/history", {"host": host}, b"")))
    assert answer.startswith(b"HTTP/1.1 200")


def test_bodies_are_bounded(url: str) -> None:
    assert talk(url, b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % (MAX_BODY + 1)).startswith(
        b"HTTP/1.1 413"
    )
    assert talk(url, b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n").startswith(b"HTTP/1.1 400")
    chunked = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n"
    assert talk(url, chunked + b"\r\n%x\r\n" % (MAX_BODY + 1)).startswith(b"HTTP/1.1 413")
    assert talk(url, chunked + b"\r\nnonsense\r\n").startswith(b"HTTP/1.1 400")
    assert talk(url, chunked + b"content-length: 3\r\n\r\n").startswith(b"HTTP/1.1 501")
    assert talk(url, b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n").startswith(b"HTTP/1.1 501")
    assert talk(url, b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 414")
    assert talk(url, b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 200 + b"\r\n").startswith(b"HTTP/1.1 431")


def test_a_body_may_come_in_chunks(remote: Caller, client: httpx.Client, url: str) -> None:
    request = remote.request("CreateChatappTemplate", **shop())
    pieces = (request.body[at : at + 7] for at in range(0, len(request.body), 7))
    answer = client.post(url + request.target, headers=dict(request.headers), content=pieces)
    assert answer.json()["Code"] == "OK"
    head = b"POST /_emulator/review HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
    # With an extension, a trailer, and a second request on the same connection.
    both = talk(url, (head + b"2;x=y\r\n{}\r\n0\r\nx-sum: 1\r\n\r\n") * 2)
    assert both.count(b"HTTP/1.1 400") == 2


def test_a_body_that_never_comes_is_no_request(remote: Caller, url: str) -> None:
    assert talk(url, b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc") == b""
    chunked = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    for part in (b"", b"a", b"a\r\nabc", b"3\r\nabc\r\n"):
        assert talk(url, chunked + part) == b"", part
    assert remote.history() == []


def test_nonsense_is_answered_and_survived(remote: Caller, url: str) -> None:
    assert b"400" in talk(url, b"\x16\x03\x01 nonsense\r\n\r\n")
    assert b"501" in talk(url, b"BREW / HTTP/1.1\r\nhost: x\r\n\r\n")
    remote.create()


def test_a_hundred_callers_at_once(url: str, clock: Clock) -> None:
    codes: list[Any] = []

    def work(number: int) -> None:
        with httpx.Client(trust_env=False, timeout=10) as client:
            remote = Caller(through_httpx(url, client), clock, host=url.removeprefix("http://"))
            codes.extend(remote.code("CreateChatappTemplate", **shop(Name=f"t{number}_{turn}")) for turn in range(3))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["OK"] * 90


def test_the_database_is_let_go_of(tmp_path: Path, clock: Clock) -> None:
    emulator = Emulator(db=tmp_path / "e.db", clock=clock)
    with running(emulator) as url, httpx.Client(trust_env=False) as client:
        Caller(through_httpx(url, client), clock, host=url.removeprefix("http://")).create()
    emulator.close()
    assert [path.name for path in tmp_path.iterdir()] == ["e.db"]
