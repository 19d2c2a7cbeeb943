"""Proxies: a box between here and the service that wants a login, refuses, or listens in."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from support.certificates import make_certificate
from support.fault_cases import creation
from support.faulty_service import PASSWORD, Front
from support.scripted_server import Server, answer, serving

from templatesync.service.http import Timeouts

HOST = "cams.ap-southeast-1.aliyuncs.com"
QUICK = Timeouts(connect=2.0, read=2.0, total=4.0)


def through(front: Front, server: Server) -> None:
    """The service's own address, by way of a proxy that asks for a password."""
    creation(front)
    front.over(timeouts=QUICK)
    front.endpoint = ""
    front.setenv("HTTPS_PROXY", f"http://somebody:{PASSWORD}@127.0.0.1:{server.port}")


def says(status: str) -> Callable[[socket.socket, bytes], None]:
    return lambda connection, request: connection.sendall(answer(b"", status=status))


def test_a_proxy_that_wants_another_login_is_asked_once(front: Front) -> None:
    with serving(says("407 Proxy Authentication Required")) as proxy:
        through(front, proxy)
        ended = front.carry_out()
    assert (ended.code, ended.rows) == (5, ())
    assert "the proxy asks for a login (HTTP 407)" in ended.out
    assert "[templatesync.Proxy]" in ended.out
    # Asking again would not help, and may lock an account.
    assert len(proxy.requests) == 1


def test_a_proxy_that_refuses_is_told(front: Front) -> None:
    with serving(says("403 Forbidden")) as proxy:
        through(front, proxy)
        ended = front.carry_out()
    assert (ended.code, ended.rows) == (5, ())
    assert "the proxy refused: 403 Forbidden" in ended.out
    assert len(proxy.requests) <= 4
    assert all(request.startswith(b"CONNECT ") for request in proxy.requests)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the service's name that nobody has signed."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), f"DNS:{HOST}")


def _listening_in(certificate: Path) -> Callable[[socket.socket, bytes], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))

    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65536)
            secure.sendall(answer(b"who goes there?", "connection: close"))

    return script


def test_a_certificate_that_nobody_signed_is_refused(front: Front, certificate: Path) -> None:
    with serving(_listening_in(certificate)) as proxy:
        through(front, proxy)
        ended = front.carry_out()
    assert (ended.code, ended.rows) == (5, ())
    assert "certificate verify failed" in ended.out


def test_a_certificate_that_the_user_trusts_is_accepted(front: Front, certificate: Path) -> None:
    front.setenv("SSL_CERT_FILE", str(certificate))
    with serving(_listening_in(certificate)) as proxy:
        through(front, proxy)
        ended = front.carry_out()
    assert ended.code == 5
    assert "not an answer of the service: HTTP 200" in ended.out
    assert "who goes there?" in ended.out
