"""Downloads over real sockets on loopback, and what a name is allowed to turn into."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.certificates import make_certificate
from support.scripted_server import KEY_ID, SECRET, TOKEN, Script, answer, provider, reset, serving

from templatesync.emulator.app import Emulator
from templatesync.emulator.http.message import HttpRequest
from templatesync.model.request import Answer, AnswerClass, Download, Request
from templatesync.service.client import Client
from templatesync.service.credentials import emulator_provider
from templatesync.service.download import download
from templatesync.service.driver.driver import Driver, Job
from templatesync.service.http import Network, Timeouts
from templatesync.service.transport import EmulatorTransport
from templatesync.service.trusted_url import UNTRUSTED

HOST = "bucket.oss-ap-southeast-1.aliyuncs.com"
URL = f"https://{HOST}/flows/1.json?Signature=CANARYsignature"
SERVICE = "https://cams.ap-southeast-1.aliyuncs.com"
FILE = b'{"version":"7.0","screens":[]}'
QUICK = Timeouts(connect=0.5, read=0.3, total=0.5)
PUBLIC = "47.88.1.1"


def fetched(script: Script, *, limit: int = 1 << 20, total: float = 0.5, path: str = "/x.json?a=%2F") -> Answer:
    """The answer to a download from an endpoint on loopback."""
    with serving(script) as server:
        network = Network(timeouts=QUICK)
        result = download(network, Download(server.url + path, limit), server.url, total=total)
        network.close()
        assert len(server.requests) <= 1, "never sent twice"
        assert network._open == []
    return result


def says(body: bytes, *headers: str, status: str = "200 OK") -> Script:
    return lambda connection, request: connection.sendall(answer(body, *headers, status=status))


def test_a_file_is_fetched_with_nothing_but_its_address() -> None:
    with serving(says(FILE, "set-cookie: a=b", "x-oss-request-id: R1")) as server:
        client = Client(endpoint=server.url, cust_space_id="cams-one", credentials=provider())
        request = Download(f"{server.url}/x.json?a=%2F", 1000)
        results = [client.send(request) for _ in range(2)]
        client.close()
    for result in results:
        assert (result.klass, result.data, result.request_id) == (AnswerClass.SUCCESS, {"content": FILE}, "R1")
        assert result.request is request
    for sent in server.requests:
        assert sent.startswith(b"GET /x.json?a=%2F HTTP/1.1\r\n")
        lines = sent.lower().split(b"\r\n")[1:]
        assert {line.partition(b":")[0] for line in lines if line} == {
            b"host",
            b"accept",
            b"accept-encoding",
            b"user-agent",
        }
        assert not any(secret.lower().encode() in sent.lower() for secret in (KEY_ID, SECRET, TOKEN))
    assert server.connections == 2, "a line of its own for each"


def test_a_redirect_is_an_end() -> None:
    with serving(says(FILE)) as elsewhere:
        for status in ("301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 There"):
            result = fetched(says(b"", f"location: {elsewhere.url}/steal", status=status))
            assert (result.klass, result.code) == (AnswerClass.OTHER, "templatesync.Redirect")
            assert result.http_status == int(status[:3])
        assert elsewhere.connections == 0


def _drip_body(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(b"", length=1000))
    for _ in range(200):
        connection.sendall(b"{")
        time.sleep(0.02)


def _drip_head(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
    for _ in range(200):
        connection.sendall(b"{")
        time.sleep(0.02)


def _silence(connection: socket.socket, request: bytes) -> None:
    connection.recv(1)


def _half(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(FILE[:10], length=len(FILE)))
    connection.close()


def _reset(connection: socket.socket, request: bytes) -> None:
    reset(connection)


def _endless(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(b"", length=1 << 40))
    while True:
        connection.sendall(b" " * 65536)


BOMB = gzip.compress(b" " * (8 << 20))


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (_drip_body, "no whole answer within 0.5 s"),
        (_drip_head, "no whole answer within 0.5 s"),
        (_silence, "no answer within 0.3 s"),
        (_half, "the connection broke"),
        (_reset, "the connection broke"),
        (_endless, "the answer is larger than 1 MiB"),
        (says(BOMB, "content-encoding: gzip"), "the answer is larger than 1 MiB"),
        (says(FILE, "content-encoding: gzip"), "not compressed as it says"),
        (says(FILE, "content-encoding: br"), "compressed in a way that was not asked for"),
    ],
    ids=lambda value: getattr(value, "__name__", "").strip("_") or None,
)
def test_a_server_that_means_no_good_is_left(script: Script, message: str) -> None:
    result = fetched(script)
    assert (result.klass, result.data) == (AnswerClass.LOST, {})
    assert message in result.message


def test_the_limit_counts_to_the_byte() -> None:
    packed = gzip.compress(FILE)
    for script in (says(FILE), says(packed, "content-encoding: gzip")):
        assert fetched(script, limit=len(FILE)).data == {"content": FILE}
        assert fetched(script, limit=len(FILE) - 1).message == f"the answer is larger than {len(FILE) - 1} bytes"


@pytest.mark.parametrize(
    ("status", "klass"),
    [
        ("204 No Content", AnswerClass.OTHER),
        ("206 Partial Content", AnswerClass.OTHER),
        ("403 Forbidden", AnswerClass.OTHER),
        ("404 Not Found", AnswerClass.OTHER),
        ("429 Too Many Requests", AnswerClass.THROTTLED),
        ("500 Internal Server Error", AnswerClass.UNAVAILABLE),
        ("503 Slow Down", AnswerClass.UNAVAILABLE),
        ("407 Proxy Authentication Required", AnswerClass.UNREACHABLE),
    ],
)
def test_only_a_plain_success_is_one(status: str, klass: AnswerClass) -> None:
    result = fetched(says(b"" if status.startswith("204") else b"no", status=status))
    assert (result.klass, result.data, result.http_status) == (klass, {}, int(status[:3]))


def test_an_empty_file_is_none() -> None:
    assert fetched(says(b"")).klass is AnswerClass.UNAVAILABLE


def test_a_complaint_is_told_without_what_it_quotes() -> None:
    body = (
        f"<Error><Code>AccessDenied</Code><Message>Request has\x1b expired. {KEY_ID}</Message>"
        "<StringToSign>CANARY</StringToSign><RequestId>R</RequestId></Error>"
    )
    result = fetched(says(body.encode(), "x-oss-request-id: R9", status="403 Forbidden"))
    assert (result.code, result.request_id) == ("AccessDenied", "R9")
    assert result.message == r"the object store answered HTTP 403: Request has\x1b expired. ***"


def test_what_is_asked_for_does_not_show_its_signature() -> None:
    assert "CANARY" not in repr(Download(URL, 1))


# Names


class Street:
    """A resolver that answers from a list, a turn each, and connections that all end at one server on loopback."""

    def __init__(self, patch: pytest.MonkeyPatch, *turns: list[str]) -> None:
        self.turns = list(turns)
        self.looked_up: list[tuple[str, int]] = []
        self.connected: list[tuple[str, int]] = []
        self.port = 0
        self.dead: set[str] = set()
        connect = socket.create_connection

        def redirected(address: tuple[str, int], *rest: Any, **more: Any) -> socket.socket:
            self.connected.append(address)
            if address[0] in self.dead or not self.port:
                raise ConnectionRefusedError
            return connect(("127.0.0.1", self.port), *rest, **more)

        patch.setattr(socket, "create_connection", redirected)

    def look_up(self, host: str, port: int) -> list[str]:
        self.looked_up.append((host, port))
        if not self.turns:
            raise socket.gaierror(socket.EAI_NONAME, "nobody knows the name")
        return self.turns.pop(0)


def visit(street: Street, url: str = URL, endpoint: str = SERVICE, **more: Any) -> Answer:
    network = Network(timeouts=QUICK, resolver=street.look_up, **more)
    result = download(network, Download(url, 1000), endpoint, total=2.0)
    network.close()
    return result


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["100.100.100.200"], [PUBLIC, "10.0.0.1"], ["::ffff:100.100.100.200"], ["2400:3200::1", "::1"]],
)
def test_a_name_that_stands_for_something_private_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    street = Street(monkeypatch, addresses)
    result = visit(street)
    assert (result.klass, result.code) == (AnswerClass.OTHER, UNTRUSTED)
    assert "is not on the public network" in result.message
    assert "CANARY" not in result.message
    assert (street.looked_up, street.connected) == ([(HOST, 443)], [])


@pytest.mark.parametrize("turns", [[[]], []], ids=["no address", "an error"])
def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch, turns: list[list[str]]) -> None:
    street = Street(monkeypatch, *turns)
    result = visit(street)
    assert (result.klass, street.connected) == (AnswerClass.UNREACHABLE, [])
    assert result.message == f"no connection: {HOST} cannot be looked up"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the store's name."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), f"DNS:{HOST}")


@pytest.fixture
def store(certificate: Path) -> Iterator[tuple[int, list[str]]]:
    """Port of a server that speaks TLS, and the names that it was called by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    names: list[str] = []
    context.sni_callback = lambda socket_, name, context_: names.append(name)  # type: ignore[assignment, return-value]
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(65536)
                    secure.sendall(answer(FILE, "connection: close"))
            except OSError:
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1], names
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_the_address_that_was_checked_is_the_one_that_is_used(
    monkeypatch: pytest.MonkeyPatch, certificate: Path, store: tuple[int, list[str]]
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    street = Street(monkeypatch, [PUBLIC], ["127.0.0.1"])
    street.port, names = store
    network = Network(timeouts=QUICK, resolver=street.look_up)
    first = download(network, Download(URL, 1000), SERVICE)
    second = download(network, Download(URL, 1000), SERVICE)
    network.close()
    assert first.data == {"content": FILE}
    assert names == [HOST]
    assert second.code == UNTRUSTED
    assert street.looked_up == [(HOST, 443)] * 2
    assert street.connected == [(PUBLIC, 443)]


def test_the_next_address_is_tried_when_one_is_dead(
    monkeypatch: pytest.MonkeyPatch, certificate: Path, store: tuple[int, list[str]]
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    street = Street(monkeypatch, ["2400:3200::1", PUBLIC])
    street.port, _ = store
    street.dead.add("2400:3200::1")
    assert visit(street).ok
    assert street.connected == [("2400:3200::1", 443), (PUBLIC, 443)]
    street.turns, street.port = [["2400:3200::1", PUBLIC]], 0
    assert visit(street).klass is AnswerClass.UNREACHABLE


def test_the_certificate_must_be_the_names(
    monkeypatch: pytest.MonkeyPatch, certificate: Path, store: tuple[int, list[str]]
) -> None:
    street = Street(monkeypatch, [PUBLIC], [PUBLIC])
    street.port, _ = store
    assert "certificate verify failed" in visit(street).message
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    other = visit(street, URL.replace("bucket", "other"))
    assert other.klass is AnswerClass.UNREACHABLE
    assert "certificate is not valid for 'other.oss-ap-southeast-1.aliyuncs.com'" in other.message


def test_behind_a_proxy_the_proxy_looks_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says(b"", status="403 Forbidden")) as proxy:
        street = Street(monkeypatch)
        street.port = proxy.port
        result = visit(street, proxy=proxy.url)
        refused = visit(street, URL.replace("aliyuncs.com", "evil.example"), proxy=proxy.url)
    assert result.klass is AnswerClass.UNREACHABLE
    assert refused.code == UNTRUSTED
    assert street.looked_up == []
    assert [sent.split(b"\r\n")[0] for sent in proxy.requests] == [f"CONNECT {HOST}:443 HTTP/1.1".encode()]


def test_loopback_by_name_stays_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says(FILE)) as server:
        street = Street(monkeypatch, ["127.0.0.1"], [PUBLIC])
        street.port = server.port
        endpoint = f"http://localhost:{server.port}"
        assert visit(street, f"{endpoint}/x", endpoint).ok
        assert visit(street, f"{endpoint}/x", endpoint).code == UNTRUSTED
    assert street.connected == [("127.0.0.1", server.port)]


# Over the embedded emulator, and through the driver


def embedded(handle: Callable[[Any], Any]) -> Client:
    return Client(
        endpoint="http://127.0.0.1",
        cust_space_id="cams-local",
        credentials=emulator_provider(),
        transport=EmulatorTransport(handle),
        account="",
    )


def test_an_embedded_emulator_brings_the_picture_of_a_code() -> None:
    emulator = Emulator()
    seen: list[str] = []

    def handle(request: HttpRequest) -> Any:
        seen.append(request.method)
        return emulator.handle(request)

    client = embedded(handle)
    phone = client.send(Request("QueryChatappPhoneNumbers")).data["PhoneNumbers"][0]["PhoneNumber"]
    params = {"PhoneNumber": phone, "PrefilledMessage": "Hi", "GenerateQrImage": "PNG"}
    made = client.send(Request("CreatePhoneMessageQrdl", params))
    assert made.ok, made
    url = made.data["Data"]["QrImageUrl"]
    assert url.startswith("https://")
    picture = client.send(Download(url, 1 << 20))
    assert picture.data["content"].startswith(b"\x89PNG")
    asked = len(seen)
    assert client.send(Download(url.replace("aliyuncs.com", "evil.example"), 1 << 20)).code == UNTRUSTED
    assert len(seen) == asked, "not even the emulator hears of it"
    emulator.close()


def test_the_driver_takes_a_download_like_a_read() -> None:
    replies = iter([httpx.ReadError("broken"), httpx.Response(503), httpx.Response(200, content=FILE)])

    def handler(request: httpx.Request) -> httpx.Response:
        reply = next(replies)
        if isinstance(reply, Exception):
            raise reply
        return reply

    client = Client(
        endpoint=SERVICE, cust_space_id="cams-one", credentials=provider(), transport=httpx.MockTransport(handler)
    )

    def calls() -> Any:
        answers = yield (Download(URL, 1000), Download("http://evil.example/", 1000))
        return answers

    driver = Driver(clock=iter(range(10_000)).__next__, wait=lambda seconds: None, workers=1)
    (finished,) = driver.run([Job(client, calls())])
    assert finished.value is not None, finished.error
    assert [each.klass for each in finished.value] == [AnswerClass.SUCCESS, AnswerClass.OTHER]
    assert driver.sent == {"Download": 4}
