"""Answers in every form that RFC 9112 allows and some that it does not, over real sockets, direct and by a proxy."""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from support.certificates import make_certificate
from support.scripted_server import answer, read_request, serving

from templatesync.service.http import ExchangeError, Network, Reply, Timeouts

QUICK = Timeouts(connect=0.5, read=0.5, total=1.0)

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Two: a\r\nX-Two: b\r\n\r\n"
    b"3\r\nabc\r\n0A;name=value\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
)
SOUND = {
    "chunked": (CHUNKED, b"abc0123456789"),
    "empty chunked": (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", b""),
    "by length": (answer(b"abc"), b"abc"),
    "the same length twice": (answer(b"abc", "content-length: 3"), b"abc"),
    "no words behind the status": (b"HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nab", b"ab"),
    "lone line feeds": (b"HTTP/1.1 200 OK\ncontent-length: 2\n\nab", b"ab"),
    "a folded field": (b"HTTP/1.1 200 OK\r\nx-long: one\r\n two\r\ncontent-length: 2\r\n\r\nab", b"ab"),
    "after a word on the way": (b"HTTP/1.1 100 Continue\r\n\r\n" + answer(b"ab"), b"ab"),
    "without a body": (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    "without a body, whatever it says": (b"HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n", b""),
    "a padded size": (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n003 \r\nabc\r\n0\r\n\r\n", b"abc"),
    "a padded length": (b"HTTP/1.1 200 OK\r\ncontent-length: 02 \r\n\r\nab", b"ab"),
    "the same length twice in one field": (b"HTTP/1.1 200 OK\r\ncontent-length: 3, 3\r\n\r\nabc", b"abc"),
    "after early hints": (b"HTTP/1.1 103 Early Hints\r\n\r\n" + answer(b"ab"), b"ab"),
}
WRONG = {
    "two lengths": answer(b"abc", "content-length: 4"),
    "two lengths in one field": b"HTTP/1.1 200 OK\r\ncontent-length: 3, 4\r\n\r\nabc",
    "no length that is one": b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: x\r\n\r\nabc",
    "a length that is no number": b"HTTP/1.1 200 OK\r\ncontent-length: three\r\n\r\nabc",
    "another coding": b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "no chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
    "a longer chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
    "half a chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
    "no last chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n",
    "half a body": answer(b"abc", length=9),
    "half a head": b"HTTP/1.1 200 OK\r\ncontent-",
    "a head that ends between its fields": b"HTTP/1.1 200 OK\r\nx-one: a\r\n",
    "no field": b"HTTP/1.1 200 OK\r\nnothing here\r\n\r\n",
    "no name": b"HTTP/1.1 200 OK\r\n: value\r\n\r\n",
    "another protocol": b"HTTP/2 200\r\n\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "a head without an end": b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 50_000,
    "a lone CR within a field": b"HTTP/1.1 200 OK\r\nx: a\rcontent-length: 2\r\n\r\nabc",
    "a lone CR that ends the head": b"HTTP/1.1 200 OK\r\nx: a\r\r\ncontent-length: 9\r\n\r\nabc",
    "a lone CR within the status": b"HTTP/1.1 200 OK\rcontent-length: 9\r\n\r\nabc",
    "a NUL": answer(b"abc", "x: \0"),
    "an empty length": b"HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\nabc",
    "a length with a sign": b"HTTP/1.1 200 OK\r\ncontent-length: +3\r\n\r\nabc",
    "a length with an underscore": b"HTTP/1.1 200 OK\r\ncontent-length: 0_3\r\n\r\nabc",
    "the coding twice": CHUNKED.replace(b"chunked", b"chunked\r\ntransfer-encoding: chunked"),
    "chunks that end with lone line feeds": CHUNKED.replace(b"\r\n0A;name=value\r\n", b"\n10\n"),
    "anything where a chunk ends": CHUNKED.replace(b"abc\r\n", b"abc\n\n"),
    "a last size that is 0 for int()": CHUNKED.replace(b"0A;", b"-0;"),
    "another one": CHUNKED.replace(b"0A;", b"0x0;"),
    "a first size that is 3 for int()": CHUNKED.replace(b"\r\n3\r\n", b"\r\n0x3\r\n"),
    "a size with a sign": CHUNKED.replace(b"0A;", b"+A;"),
    "a size with an underscore": CHUNKED.replace(b"0A;", b"0_A;"),
    "a size behind a blank": CHUNKED.replace(b"0A;", b" A;"),
    "a size below zero": CHUNKED.replace(b"0A;", b"-A;"),
    "a size that no machine holds": CHUNKED.replace(b"0A;", b"-" + b"F" * 30 + b";"),
    "a size that is like a trailer": CHUNKED.replace(b"0A;", b"-" + b"F" * 30 + b";a: b"),
    "a trailer that is none": CHUNKED.replace(b"Trailer:", b"Trailer"),
}
WAYS = ("direct", "proxy")


def _sliced(data: bytes, size: int, *, end: bool = False) -> Callable[[socket.socket, bytes], None]:
    def script(connection: socket.socket, request: bytes) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(data), size):
            connection.sendall(data[start : start + size])
        if end:
            connection.close()

    return script


def _asked(
    script: Callable[[socket.socket, bytes], None], times: int = 1, way: str = "direct", cap: int = 1 << 20
) -> tuple[list[Reply], int]:
    """The replies to the same request sent so often, and how many connections that took."""
    with serving(script) as server:
        proxy, url = ("", server.url) if way == "direct" else (server.url, "http://service.invalid/")
        network = Network(proxy=proxy, timeouts=QUICK, cap=cap)
        try:
            replies = [network.exchange("POST", url, {"accept": "*/*"}, b"content") for _ in range(times)]
        finally:
            network.close()
    assert all(request.endswith(b"\r\n\r\ncontent") for request in server.requests)
    return replies, server.connections


@contextlib.contextmanager
def _ending(answers: Sequence[bytes]) -> Iterator[tuple[str, Network]]:
    """A server that gives the answer whose number is the path, and ends; its URL, and a network to ask it with."""

    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(answers[int(request.split(b" ")[1][1:])])
        connection.close()

    with serving(script) as server, contextlib.closing(Network(timeouts=QUICK)) as network:
        yield server.url, network


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize("name", SOUND)
def test_an_answer_is_read_to_its_end_and_the_connection_used_again(name: str, size: int, way: str) -> None:
    data, body = SOUND[name]
    replies, connections = _asked(_sliced(data, size), times=2, way=way)
    assert [reply.body for reply in replies] == [body, body]
    assert connections == 1


def test_fields_come_in_lower_case_and_one_that_stands_twice_is_joined() -> None:
    (reply,), _ = _asked(_sliced(CHUNKED, 1 << 20))
    assert reply.headers == {"transfer-encoding": "chunked", "x-two": "a, b"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_answer_is_a_lost_one(name: str, way: str) -> None:
    with pytest.raises(ExchangeError, match="the connection broke") as caught:
        _asked(_sliced(WRONG[name], 1 << 20, end=True), way=way)
    assert caught.value.sent


def test_what_came_in_place_of_an_answer_is_not_quoted() -> None:
    with pytest.raises(ExchangeError) as caught:
        _asked(_sliced(b"\x1b[31mwords " + b"x" * 1000 + b"\r\n\r\n", 1 << 20, end=True))
    assert str(caught.value) == "the connection broke: the answer is not of HTTP/1.1"


def test_an_answer_may_come_in_many_chunks() -> None:
    chunks = b"1\r\nx\r\n" * 8000
    (reply,), _ = _asked(_sliced(CHUNKED.replace(b"3\r\nabc\r\n", chunks), 1 << 20))
    assert reply.body == b"x" * 8000 + b"0123456789"


def test_an_answer_may_end_with_its_connection() -> None:
    replies, connections = _asked(_sliced(b"HTTP/1.0 200 OK\r\n\r\nall of it", 4, end=True), times=2)
    assert [reply.body for reply in replies] == [b"all of it"] * 2
    assert connections == 2


@pytest.mark.parametrize("head", ["HTTP/1.1 200 OK\r\nConnection: Close", "HTTP/1.0 200 OK"])
def test_a_connection_that_will_be_closed_is_not_used_again(head: str) -> None:
    _, connections = _asked(_sliced(f"{head}\r\ncontent-length: 2\r\n\r\nab".encode(), 1 << 20), times=2)
    assert connections == 2


def test_an_answer_that_is_cut_anywhere_is_a_lost_one() -> None:
    cuts = [data[:size] for data, _ in SOUND.values() for size in range(len(data))]
    cuts.append(whole := answer(b"whole"))
    believed = []
    with _ending(cuts) as (url, network):
        for number, cut in enumerate(cuts):
            with contextlib.suppress(ExchangeError):
                believed.append((network.exchange("POST", f"{url}/{number}", {}), cut))
    assert [cut for _, cut in believed] == [whole]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SOUND)
def test_what_nobody_asked_for_is_never_the_answer_to_the_next_request(name: str, way: str) -> None:
    data, body = SOUND[name]
    replies, connections = _asked(_sliced(data + answer(b"smuggled"), 1 << 20), times=2, way=way)
    assert [reply.body for reply in replies] == [body, body]
    assert connections == 2


@pytest.mark.parametrize("way", WAYS)
def test_half_an_answer_behind_one_is_no_part_of_the_next(way: str) -> None:
    replies, connections = _asked(_sliced(answer(b"ab") + b"HTTP/1.1 500 No\r\nx: ", 1 << 20), times=2, way=way)
    assert [(reply.status, reply.body) for reply in replies] == [(200, b"ab")] * 2
    assert connections == 2


def test_a_request_on_a_kept_connection_that_ends_meanwhile_is_not_sent_again() -> None:
    """The server has it, or may have it: whether to ask again is for those to say who know what was asked."""
    came = count()

    def script(connection: socket.socket, request: bytes) -> None:
        if next(came):
            connection.close()
        else:
            connection.sendall(answer(b"ab"))

    with serving(script) as server:
        network = Network(timeouts=QUICK)
        assert network.exchange("POST", server.url, {}).body == b"ab"
        with pytest.raises(ExchangeError) as caught:
            network.exchange("POST", server.url, {})
        network.close()
    assert caught.value.sent
    assert str(caught.value) == "the connection broke: the server closed the connection before the end of its answer"
    assert (len(server.requests), server.connections) == (2, 1)


OK = b"HTTP/1.1 200 OK\r\n"
ENDLESS = {
    "chunks with long extensions": (
        OK + b"transfer-encoding: chunked\r\n\r\n",
        b"1;" + b"x" * 60_000 + b"\r\ny\r\n",
    ),
    "packed parts that are empty": (
        OK + b"content-encoding: deflate\r\ncontent-length: 99999999\r\n\r\n\x78\x9c",
        b"\x00\x00\x00\xff\xff" * 10_000,
    ),
    "announcements of an answer": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ENDLESS)
def test_what_comes_is_bounded_as_well_when_it_is_nothing_in_the_end(name: str, way: str) -> None:
    head, part = ENDLESS[name]

    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(part)

    with pytest.raises(ExchangeError, match="the answer is larger than 1000 bytes") as caught:
        _asked(script, way=way, cap=1000)
    assert caught.value.sent


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("drip", [answer(b"", length=1000), b"HTTP/1.1 200 OK\r\nx-slow: "], ids=["body", "head"])
def test_a_byte_now_and_then_does_not_hold_an_exchange_for_ever(way: str, drip: bytes) -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(drip)
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    began = time.monotonic()
    with pytest.raises(ExchangeError, match=r"no whole answer within 1 s"):
        _asked(script, way=way)
    assert 0.9 < time.monotonic() - began < 3


def test_a_proxy_that_greets_for_ever_is_left_and_has_not_got_the_request() -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    with serving(script) as proxy:
        network = Network(proxy=proxy.url, timeouts=QUICK)
        with pytest.raises(ExchangeError, match="no whole answer within 1 s") as caught:
            network.exchange("POST", "https://service.invalid/", {}, b"content")
        network.close()
    assert not caught.value.sent
    assert proxy.requests[0].startswith(b"CONNECT ")


def test_a_request_that_nobody_takes_ends_with_its_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        network = Network(timeouts=Timeouts(connect=0.5, read=5.0, total=0.5))
        began = time.monotonic()
        with pytest.raises(ExchangeError, match=r"no whole answer within 0.5 s") as caught:
            network.exchange("POST", f"http://127.0.0.1:{silent.getsockname()[1]}", {}, b"x" * (64 << 20))
        network.close()
    assert caught.value.sent
    assert time.monotonic() - began < 3


def test_connections_are_kept_for_each_host_apart() -> None:
    with serving(_sliced(answer(b"one"), 99)) as one, serving(_sliced(answer(b"two"), 99)) as two:
        network = Network(timeouts=QUICK)
        bodies = [network.exchange("POST", server.url, {}).body for server in (one, two, one, two)]
        network.close()
    assert bodies == [b"one", b"two"] * 2
    assert (one.connections, two.connections) == (1, 1)


def test_without_httpcores_name_for_what_it_has_read_no_connection_is_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("h11.Connection.trailing_data", (b"unknown", False))
    replies, connections = _asked(_sliced(answer(b"ab"), 99), times=2)
    assert [reply.body for reply in replies] == [b"ab"] * 2
    assert connections == 2


@pytest.mark.skipif(sys.platform != "linux", reason="other systems may drop what came before a reset")
def test_an_answer_that_comes_before_all_was_sent_is_heard() -> None:
    refusal = answer(b"too large", "connection: close", status="413 Content Too Large")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(refusal)

        thread = threading.Thread(target=refuse)
        thread.start()
        network = Network(timeouts=QUICK)
        reply = network.exchange("PUT", f"http://127.0.0.1:{listener.getsockname()[1]}", {}, b"x" * (64 << 20))
        network.close()
        thread.join()
    assert (reply.status, reply.body) == (413, b"too large")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), "IP:127.0.0.1")


@contextlib.contextmanager
def _secure(certificate: Path, data: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers over TLS: its URL, and for each connection the requests that came, apart by `|`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with contextlib.suppress(OSError), connection:
                    connection.settimeout(5)
                    with context.wrap_socket(connection, server_side=True) as secure:
                        heard.append(b"")
                        while request := read_request(secure):
                            heard[-1] += request.split(b" ")[0] + b"|"
                            secure.sendall(data)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}", heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.parametrize(("data", "heard"), [(answer(b"ab"), [b"POST|POST|"]), (answer(b"ab") * 2, [b"POST|"] * 2)])
def test_over_tls_a_connection_is_used_again_unless_more_came_than_was_asked_for(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, heard: list[bytes]
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with _secure(certificate, data) as (url, came):
        network = Network(timeouts=QUICK)
        assert [network.exchange("POST", url, {}).body for _ in range(2)] == [b"ab"] * 2
        network.close()
    assert came == heard


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(certificate: Path) -> None:
    with _secure(certificate, answer(b"ab")) as (url, came):
        network = Network(timeouts=QUICK)
        with pytest.raises(ExchangeError, match="CERTIFICATE_VERIFY_FAILED") as caught:
            network.exchange("POST", url, {})
        network.close()
    assert not caught.value.sent
    assert came == []
