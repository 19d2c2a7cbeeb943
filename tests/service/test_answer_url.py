"""URLs inside answers: which are followed. For every other one no name is looked up and nothing is connected to."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.hostile_urls import GOOD, HOSTILE, STORE
from support.scripted_server import provider

from templatesync.model.request import AnswerClass, Download
from templatesync.service.address import is_public
from templatesync.service.client import Client
from templatesync.service.download import download
from templatesync.service.http import Network
from templatesync.service.trusted_url import UNTRUSTED, UntrustedUrlError, check_answer_url, shown

ENDPOINT = "https://cams.ap-southeast-1.aliyuncs.com"
LOCAL = "http://127.0.0.1:8080"
NETWORK = Network()


@pytest.fixture(autouse=True)
def nobody_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **more: Any) -> Any:
        raise AssertionError(f"reached for {args}")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def refuse(*args: Any) -> Any:
    raise AssertionError(f"reached for {args}")


@pytest.fixture(scope="module", params=["network", "transport", "proxy"])
def network(request: pytest.FixtureRequest) -> Iterator[Network]:
    """Every way out of this machine, each of which tells when it is tried."""
    match request.param:
        case "transport":
            network = Network(transport=httpx.MockTransport(refuse), resolver=refuse)
        case "proxy":
            network = Network(proxy="http://127.0.0.1:9", resolver=refuse)
        case _:
            network = Network(resolver=refuse)
    yield network
    network.close()


def _name(url: str) -> str:
    return ascii(url)[1:61]


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) > 180


@pytest.mark.parametrize("url", HOSTILE, ids=_name)
def test_a_hostile_url_is_refused_before_anything_is_sent(network: Network, url: str) -> None:
    client = Client(endpoint=ENDPOINT, cust_space_id="cams-one", credentials=provider(), network=network)
    answer = client.send(Download(url, 1000))
    assert (answer.klass, answer.code, answer.http_status) == (AnswerClass.OTHER, UNTRUSTED, 0)
    assert answer.message.isprintable()
    assert len(answer.message) < 1000
    assert "secret-word" not in answer.message


@pytest.mark.parametrize("url", [url for url in HOSTILE if not url.startswith("http://127.0.0.1:8080/")], ids=_name)
def test_an_endpoint_on_loopback_opens_no_other_door(url: str) -> None:
    with pytest.raises(UntrustedUrlError):
        check_answer_url(url, "http://127.0.0.1:9090")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (GOOD, STORE),
        (f"https://{STORE}:443/x", STORE),
        (f"https://{STORE}/", STORE),
        (f"https://{STORE}/a%2Fb/../c;d=e,f@g:h//i", STORE),
        (f"https://{STORE}/x?Expires=1&OSSAccessKeyId=STS.a&Signature=a%2Bb/c%3D&y=@evil.example/?:", STORE),
        ("https://a.aliyuncs.com/x", "a.aliyuncs.com"),
        ("https://evil.example.aliyuncs.com/x", "evil.example.aliyuncs.com"),
    ],
)
def test_a_plain_url_of_the_service_is_followed(url: str, host: str) -> None:
    for endpoint in (ENDPOINT, LOCAL, "https://proxy.example:8443"):
        target = check_answer_url(url, endpoint)
        assert (target.url, target.host, target.port, target.local) == (url, host, 443, False)
    # The library that will send it reads the same.
    assert (httpx.URL(url).host, httpx.URL(url).port) == (host, None)


@pytest.mark.parametrize("endpoint", [ENDPOINT, LOCAL, "http://127.0.0.1"])
def test_http_of_the_service_is_asked_for_as_https(endpoint: str) -> None:
    target = check_answer_url(f"http://{STORE}/x?Signature=a%2Bb&y=http://z", endpoint)
    assert (target.url, target.port) == (f"https://{STORE}/x?Signature=a%2Bb&y=http://z", 443)
    assert (target.host, target.local) == (STORE, False)


@pytest.mark.parametrize(
    ("endpoint", "url", "host", "port"),
    [
        ("http://127.0.0.1", "http://127.0.0.1/_oss/x", "127.0.0.1", 80),
        ("http://127.0.0.1", "http://127.0.0.1:80/_oss/x", "127.0.0.1", 80),
        (LOCAL, "http://127.0.0.1:8080/x?y", "127.0.0.1", 8080),
        ("http://localhost:8080", "http://localhost:8080/", "localhost", 8080),
        ("http://[::1]:8080", "http://[::1]:8080/x", "::1", 8080),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443/x", "127.0.0.1", 8443),
    ],
)
def test_an_endpoint_on_loopback_is_followed_to_itself(endpoint: str, url: str, host: str, port: int) -> None:
    target = check_answer_url(url, endpoint)
    assert (target.host, target.port, target.local) == (host, port, True)


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        (LOCAL, "http://127.0.0.1:8081/x"),
        (LOCAL, "http://127.0.0.1/x"),
        (LOCAL, "https://127.0.0.1:8080/x"),
        (LOCAL, "http://localhost:8080/x"),
        (LOCAL, "http://[::1]:8080/x"),
        (LOCAL, "http://[::ffff:127.0.0.1]:8080/x"),
        (LOCAL, "http://127.1:8080/x"),
        (LOCAL, "http://127.0.0.2:8080/x"),
        (LOCAL, "http://2130706433:8080/x"),
        (LOCAL, "http://127.0.0.1:08080/x"),
        (LOCAL, "http://127.0.0.1.:8080/x"),
        (LOCAL, "http://user@127.0.0.1:8080/x"),
        (LOCAL, "http://127.0.0.1:8080@evil.example/x"),
        (LOCAL, "http://127.0.0.1:8080#/x"),
        (LOCAL, "HTTP://127.0.0.1:8080/x"),
        ("http://localhost", "http://localhost.evil.example/x"),
        # What --insecure-endpoint allows is for signed requests, and for nothing that an answer says.
        ("http://10.0.0.1:8080", "http://10.0.0.1:8080/x"),
        ("https://service.example", "https://service.example/x"),
        ("http://0.0.0.0:8080", "http://0.0.0.0:8080/x"),
        ("", "http:///x"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080/x"),
    ],
)
def test_loopback_is_that_one_origin_and_no_other(endpoint: str, url: str) -> None:
    with pytest.raises(UntrustedUrlError):
        check_answer_url(url, endpoint)


def test_a_message_shows_the_url_without_what_it_hides() -> None:
    assert shown("https://u:secret-word@evil.example/a?Signature=abc") == "'https://***@evil.example/a…'"
    assert shown("x\x1b[31m\n\u202eé\ud800") == r"'x\x1b[31m\n\u202e\xe9\ud800'"
    assert shown("x" * 5000) == f"'{'x' * 120}…'"
    assert shown("") == "''"


PIECES = st.sampled_from(
    [
        *("https://", "http://", "https:", "//", "ftp://", "HTTPS://"),
        *(STORE, "x.aliyuncs.com", "aliyuncs.com", ".aliyuncs.com", "evil.example", "127.0.0.1", "[::1]", "localhost"),
        *"@ : / \\ ? # . % ; & [ ] - _ * \t \n \r \x00 。 ｡ é".split(" "),
        *(":443", ":80", ":8080", "/x", "%2e", "%2f", "%40", "xn--", "user:word@", "..", "0x7f.1", "2130706433"),
    ]
)
ANYTHING = st.one_of(
    st.lists(PIECES, max_size=8).map("".join),
    st.tuples(st.just("https://"), st.lists(PIECES, max_size=6).map("".join), st.just(".aliyuncs.com/x")).map("".join),
    st.tuples(st.just(GOOD), st.text(max_size=8)).map("".join),
    st.text(max_size=40),
)
ADDRESSES = st.lists(
    st.one_of(
        st.sampled_from(["127.0.0.1", "100.100.100.200", "::1", "::ffff:10.0.0.1", "47.88.1.1", "2400:3200::1", "x"]),
        st.ip_addresses().map(str),
    ),
    max_size=3,
)


@given(ANYTHING, ADDRESSES, st.sampled_from([ENDPOINT, LOCAL, "http://localhost:8080"]))
@example(GOOD, ["47.88.1.1"], ENDPOINT)
@example("http://127.0.0.1:8080/x", ["127.0.0.1"], LOCAL)
@example("http://localhost:8080/x", ["127.0.0.1", "47.88.1.1"], "http://localhost:8080")
def test_no_url_leads_out_of_what_is_allowed(url: str, addresses: list[str], endpoint: str) -> None:
    looked_up: list[tuple[str, int]] = []
    connected: list[tuple[str, int]] = []

    def look_up(host: str, port: int) -> list[str]:
        looked_up.append((host, port))
        return addresses

    def connect(address: tuple[str, int], *rest: Any, **more: Any) -> Any:
        connected.append(address)
        raise ConnectionRefusedError

    NETWORK._resolver = look_up
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "create_connection", connect)
        answer = download(NETWORK, Download(url, 1000), endpoint)
    assert not answer.ok
    parts = urlsplit(url) if looked_up else None
    for host, port in looked_up:
        assert parts is not None
        if url.startswith(f"{endpoint}/"):
            assert f"http://{host}:{port}" == endpoint
        else:
            assert re.fullmatch(r"([a-z0-9-]+\.)+aliyuncs\.com", host)
            assert (parts.scheme, parts.hostname, parts.port or 443, port) == ("https", host, 443, 443)
    for address, port in connected:
        assert address in addresses
        assert looked_up == [(looked_up[0][0], port)], "looked up once"
        local = url.startswith(f"{endpoint}/") and endpoint != ENDPOINT
        assert ipaddress.ip_address(address).is_loopback if local else is_public(address)
