"""Real sockets on loopback: everything that a network does to an answer."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
import time
from pathlib import Path

import pytest
from support.scripted_server import SECRET, TOKEN, Server, answer, client_at, reset, serving

from templatesync.model.request import AnswerClass, Request
from templatesync.service.http import ExchangeError, Network, Timeouts

OK = b'{"Code":"OK","RequestId":"R1"}'
QUICK = Timeouts(connect=0.5, read=0.3, total=0.5)
READ = Request("ListChatappTemplate", {})
WRITE = Request("DeleteChatappTemplate", {"TemplateType": "WHATSAPP", "TemplateCode": "c"})


def test_a_connection_is_kept_and_used_again() -> None:
    with serving(lambda connection, request: connection.sendall(answer(OK))) as server:
        client = client_at(server.url, Timeouts())
        answers = [client.send(READ) for _ in range(5)]
        client._network.close()
    assert [a.klass for a in answers] == [AnswerClass.SUCCESS] * 5
    assert server.connections == 1


def test_each_thread_has_its_own_connection_and_leaves_it_to_the_next() -> None:
    together = threading.Barrier(4)

    def script(connection: socket.socket, request: bytes) -> None:
        together.wait(5)
        connection.sendall(answer(OK))

    with serving(script) as server:
        client = client_at(server.url, Timeouts())
        for _ in range(2):
            threads = [threading.Thread(target=client.send, args=(READ,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        client._network.close()
    assert server.connections == 4
    assert len(server.requests) == 8


def test_a_connection_that_the_server_closed_meanwhile_is_replaced() -> None:
    with serving(lambda connection, request: (connection.sendall(answer(OK)), connection.close())[1]) as server:
        client = client_at(server.url, Timeouts())
        assert client.send(READ).ok
        time.sleep(0.05)
        assert client.send(READ).ok
        client._network.close()
    assert server.connections == 2


@pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
def test_nobody_listens(request_: Request) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    result = client_at(f"http://127.0.0.1:{port}", QUICK).send(request_)
    assert result.klass is AnswerClass.UNREACHABLE
    assert result.message == f"no connection to http://127.0.0.1:{port} (Connection refused; is it running?)"


def test_tls_with_a_peer_that_speaks_none_was_never_sent() -> None:
    with serving(lambda connection, request: None) as server:
        client = client_at(server.url.replace("http:", "https:"), QUICK)
        assert client.send(WRITE).klass is AnswerClass.UNREACHABLE
        client._network.close()


def _hang_up(connection: socket.socket, request: bytes) -> None:
    connection.close()


def _reset(connection: socket.socket, request: bytes) -> None:
    reset(connection)


def _silence(connection: socket.socket, request: bytes) -> None:
    connection.recv(1)


def _half(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(OK[:10], length=len(OK)))
    connection.close()


def _reset_half_way(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(OK[:10], length=len(OK)))
    reset(connection)


def _drip_body(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(b"", length=1000))
    _drip(connection)


def _drip_head(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
    _drip(connection)


def _drip(connection: socket.socket) -> None:
    for _ in range(200):
        connection.sendall(b"{")
        time.sleep(0.02)


def _no_http(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    connection.close()


def _endless(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(b"", length=1 << 40))
    while True:
        connection.sendall(b" " * 65536)


def _bomb(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(gzip.compress(b" " * (8 << 20)), "content-encoding: gzip"))


def _not_gzip(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(OK, "content-encoding: gzip"))


def _half_a_gzip(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(gzip.compress(OK)[:-1], "content-encoding: gzip"))


def _hardly_a_gzip(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(gzip.compress(OK)[:5], "content-encoding: gzip"))


def _more_than_a_gzip(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(gzip.compress(OK) * 2, "content-encoding: gzip"))


def _brotli(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer(OK, "content-encoding: br"))


BROKEN = [_hang_up, _reset, _silence, _half, _reset_half_way, _drip_body, _drip_head, _no_http, _endless, _bomb]
MISPACKED = [_not_gzip, _half_a_gzip, _hardly_a_gzip, _more_than_a_gzip]


@pytest.mark.parametrize("script", [*BROKEN, *MISPACKED, _brotli], ids=lambda script: script.__name__.strip("_"))
def test_a_broken_answer_is_a_lost_one(script: object) -> None:
    with serving(script) as server:  # type: ignore[arg-type]
        client = client_at(server.url, QUICK)
        result = client.send(WRITE)
        client._network.close()
    assert result.klass is AnswerClass.LOST, result
    assert result.message
    assert len(server.requests) == 1, "never sent twice"


def test_the_cap_counts_what_comes_out_of_the_box() -> None:
    with serving(_bomb) as server:
        client = client_at(server.url, Timeouts(), cap=1 << 20)
        assert client.send(READ).message == "the answer is larger than 1 MiB"
        client._network.close()


def test_an_honest_gzip_is_read() -> None:
    with serving(lambda c, r: c.sendall(answer(gzip.compress(OK), "content-encoding: gzip"))) as server:
        client = client_at(server.url, Timeouts())
        assert client.send(READ).ok
        client._network.close()


def _broken_text(script: object, request: Request = READ) -> str:
    with serving(script) as server:  # type: ignore[arg-type]
        client = client_at(server.url, QUICK)
        message = client.send(request).message
        client._network.close()
    return message


def test_messages_say_what_was_waited_for() -> None:
    assert _broken_text(_silence) == "no answer within 0.3 s"
    assert _broken_text(_drip_body) == "no whole answer within 0.5 s"
    assert _broken_text(_drip_head) == "no whole answer within 0.5 s"
    for script in MISPACKED:
        assert _broken_text(script) == "the answer is not compressed as it says"


def test_a_redirect_is_not_followed() -> None:
    with serving(lambda c, r: None) as elsewhere:

        def script(connection: socket.socket, request: bytes) -> None:
            connection.sendall(answer(b"", f"location: {elsewhere.url}/steal", status="307 Temporary Redirect"))

        with serving(script) as server:
            client = client_at(server.url, QUICK)
            result = client.send(WRITE)
            client._network.close()
        assert elsewhere.connections == 0
    assert result.klass is AnswerClass.UNREACHABLE
    assert result.http_status == 307
    assert "127.0.0.1" in result.message


def _proxy(status: str) -> object:
    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(answer(b"", status=status))

    return script


def test_a_proxy_that_wants_a_login() -> None:
    with serving(_proxy("407 Proxy Authentication Required")) as proxy:  # type: ignore[arg-type]
        network = Network(proxy=f"http://user:{SECRET}@127.0.0.1:{proxy.port}", timeouts=QUICK)
        with pytest.raises(ExchangeError) as caught:
            network.exchange("POST", "https://cams.invalid/", {"host": "cams.invalid"})
        network.close()
    assert not caught.value.sent
    assert caught.value.status == 407
    assert SECRET not in str(caught.value)
    assert proxy.requests[0].startswith(b"CONNECT cams.invalid:443")


def test_a_proxy_that_breaks_before_the_request_left() -> None:
    with serving(_hang_up) as proxy:
        network = Network(proxy=proxy.url, timeouts=QUICK)
        with pytest.raises(ExchangeError) as caught:
            network.exchange("POST", "https://cams.invalid/", {"host": "cams.invalid"})
        network.close()
    assert not caught.value.sent


def test_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(_proxy("403 Forbidden")) as proxy:  # type: ignore[arg-type]
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "spared.invalid")
        network = Network(timeouts=QUICK)
        with pytest.raises(ExchangeError, match="the proxy refused: 403"):
            network.exchange("POST", "https://cams.invalid/", {"host": "cams.invalid"})
        with pytest.raises(ExchangeError, match="no connection"):
            network.exchange("POST", "https://spared.invalid/", {"host": "spared.invalid"})
        network.close()
    assert len(proxy.requests) == 1


def test_loopback_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(lambda c, r: c.sendall(answer(OK))) as server:
        network = Network(proxy="http://127.0.0.1:9", timeouts=QUICK)
        assert network.exchange("POST", server.url, {}).status == 200
        network.close()


@pytest.mark.parametrize(
    "proxy",
    [
        "ftp://nowhere",
        "http://user:secret-word@ho st",
        "socks5://127.0.0.1:1",
        "http://user:secret-word@[host",
        "http://user:secret-word@host:port",
        "http://user:secret-word@ho\rst",
        "\r\n::error::secret-word",
        "http://user:secret-word\udcff@host",
    ],
)
def test_a_proxy_of_no_use_is_told_without_its_password(proxy: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        Network(proxy=proxy, timeouts=QUICK).exchange("POST", "https://cams.invalid/", {})
    assert not caught.value.sent
    assert "secret-word" not in str(caught.value)


def test_a_certificate_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(ExchangeError, match="certificate file"):
        Network().exchange("POST", "https://cams.invalid/", {})


def test_netrc_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serving(lambda c, r: c.sendall(answer(OK))) as server:
        client = client_at(server.url, QUICK)
        client.send(READ)
        client._network.close()
    assert b"Basic" not in server.requests[0]


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(lambda c, r: c.sendall(answer(OK))) as server:
        client = client_at(server.url, QUICK)
        client.send(READ)
        client._network.close()
    assert caplog.text == ""


def test_a_header_that_http_cannot_carry_is_not_quoted() -> None:
    one_more = f"{TOKEN}\r\nx-acs-action: DeleteChatappTemplate"
    for value in (f"{TOKEN}\n", f"{TOKEN}\n more", f"{TOKEN}\0", f"{TOKEN}é", one_more):
        with serving(lambda c, r: c.sendall(answer(OK))) as server:
            network = Network(timeouts=QUICK)
            with pytest.raises(ExchangeError) as caught:
                network.exchange("POST", server.url, {"x-acs-security-token": value})
            network.close()
        assert TOKEN not in str(caught.value)
        assert not server.requests


def test_the_server_fixture_sees_what_was_sent() -> None:
    with serving(lambda c, r: c.sendall(answer(OK))) as server:
        assert isinstance(server, Server)
        client = client_at(server.url, QUICK)
        client.send(WRITE)
        client._network.close()
    assert server.requests[0].startswith(b"POST /?CustSpaceId=cams-testspace01&TemplateCode=c&TemplateType=WHATSAPP ")
