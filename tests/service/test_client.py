"""One attempt: what leaves, and what is made of what comes back."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import scripted_server
from support.scripted_server import ISV_CODE, KEY_ID, NOW, SECRET, TOKEN, client_over
from support.spellings import SPELLINGS

from templatesync.model.errors import DeniedError, UnreachableError
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.service import signing
from templatesync.service.api import api
from templatesync.service.client import Client
from templatesync.service.credentials import Credentials

LIST = Request("ListChatappTemplate", {"Page": {"Index": 1, "Size": 100}})
CREATE = Request(
    "CreateChatappTemplate",
    {
        "Name": "shop_order",
        "Language": "pt_BR",
        "Category": "UTILITY",
        "TemplateType": "WHATSAPP",
        "AllowCategoryChange": True,
        "Components": [{"Type": "BODY", "Text": "Olá $(name) – 您好 & +1"}],
        "Example": {"name": "João"},
    },
)


def send(request: Request, response: httpx.Response | Exception, **more: Any) -> Answer:
    def handler(_: httpx.Request) -> httpx.Response:
        if isinstance(response, Exception):
            raise response
        return response

    return client_over(handler, **more).send(request)


def seen(request: Request, **more: Any) -> httpx.Request:
    requests: list[httpx.Request] = []

    def handler(received: httpx.Request) -> httpx.Response:
        requests.append(received)
        return httpx.Response(200, json={"Code": "OK"})

    assert client_over(handler, **more).send(request).ok
    return requests[0]


# What leaves


def test_a_write_goes_into_the_form() -> None:
    received = seen(CREATE)
    assert (received.method, str(received.url)) == ("POST", "https://cams.ap-southeast-1.aliyuncs.com/")
    assert received.headers["content-type"] == "application/x-www-form-urlencoded"
    form = dict(parse_qsl(received.content.decode(), strict_parsing=True))
    assert form["CustSpaceId"] == "cams-testspace01"
    assert form["IsvCode"] == ISV_CODE
    assert form["AllowCategoryChange"] == "true"
    assert json.loads(form["Components"]) == CREATE.params["Components"]
    assert "您好" in form["Components"]
    assert received.headers["x-acs-content-sha256"] == signing.payload_hash(received.content)


def test_a_read_goes_into_the_query() -> None:
    received = seen(LIST)
    assert received.content == b""
    assert "content-type" not in received.headers
    query = dict(parse_qsl(received.url.query.decode(), strict_parsing=True))
    assert query == {"CustSpaceId": "cams-testspace01", "IsvCode": ISV_CODE, "Page": '{"Index":1,"Size":100}'}


def test_space_and_isv_code_only_where_they_are_taken() -> None:
    received = seen(Request("GetFlow", {"FlowId": "1"}))
    assert dict(parse_qsl(received.url.query.decode())) == {"CustSpaceId": "cams-testspace01", "FlowId": "1"}
    assert "IsvCode" not in str(seen(LIST, isv=False).url)


def test_the_headers() -> None:
    headers = seen(LIST).headers
    assert headers["x-acs-action"] == "ListChatappTemplate"
    assert headers["x-acs-version"] == "2020-06-06"
    assert headers["x-acs-date"] == "2026-01-02T03:04:05Z"
    assert headers["x-acs-security-token"] == TOKEN
    assert headers["x-acs-accesskey-id"] == KEY_ID
    assert headers["authorization"].startswith(
        f"ACS3-HMAC-SHA256 Credential={KEY_ID},SignedHeaders=host;x-acs-accesskey-id;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,Signature="
    )
    plain = seen(LIST, credentials=scripted_server.provider(None)).headers
    assert "x-acs-security-token" not in plain
    assert "x-acs-accesskey-id" not in plain


def _verify(received: httpx.Request) -> None:
    """A second reading of the signature's rule: from the bytes that arrived, as a server does."""
    header = received.headers["authorization"]
    fields = dict(part.split("=", 1) for part in header.removeprefix("ACS3-HMAC-SHA256 ").split(","))
    query = dict(parse_qsl(received.url.query.decode(), keep_blank_values=True))
    request = signing.canonical_request(
        received.method,
        received.url.path,
        query,
        dict(received.headers),
        fields["SignedHeaders"].split(";"),
        signing.payload_hash(received.content),
    )
    assert fields["Signature"] == signing.signature(SECRET, signing.string_to_sign(request))
    assert received.headers["x-acs-content-sha256"] == signing.payload_hash(received.content)


@pytest.mark.parametrize("name", api().operations)
def test_every_operation_is_signed_as_it_arrives(name: str) -> None:
    operation = api().operations[name]
    samples: Mapping[str, Any] = {
        "string": "a b+c/ü",
        "integer": 7,
        "boolean": True,
        "array": [],
        "object": {"a": 1},
        "map": {"k": "v"},
    }
    given_ = {f.name: (f.enum[0] if f.enum else samples[f.type]) for f in operation.request if f.required}
    given_ = {key: value for key, value in given_.items() if key != "CustSpaceId"}
    _verify(seen(Request(name, given_)))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_is_signed_as_it_arrives(text: str) -> None:
    _verify(seen(Request("ListChatappTemplate", {"Name": text})))
    _verify(seen(Request(CREATE.operation, {**CREATE.params, "Components": [{"Type": "BODY", "Text": text}]})))


def test_each_attempt_has_its_own_nonce() -> None:
    nonces = set()

    def handler(received: httpx.Request) -> httpx.Response:
        nonces.add(received.headers["x-acs-signature-nonce"])
        return httpx.Response(200, json={"Code": "OK"})

    settings = {"endpoint": "https://x.aliyuncs.com", "cust_space_id": "s", "credentials": scripted_server.provider()}
    client = Client(**settings, transport=httpx.MockTransport(handler))  # type: ignore[arg-type]
    for _ in range(3):
        client.send(LIST)
    assert len(nonces) == 3
    assert all(len(nonce) == 32 and int(nonce, 16) >= 0 for nonce in nonces)


def test_a_request_that_no_kind_should_make_is_a_defect() -> None:
    with pytest.raises(AssertionError, match="Category is required"):
        send(Request("CreateChatappTemplate", {"Name": "a"}), httpx.Response(200))
    with pytest.raises(AssertionError, match="Page must be of type object"):
        send(Request("ListChatappTemplate", {"Page": "1"}), httpx.Response(200))
    with pytest.raises(KeyError):
        send(Request("DropEverything"), httpx.Response(200))


def test_fields_newer_than_this_release_pass() -> None:
    params = {**CREATE.params, "Novelty": "x", "Components": [{"Type": "HOLOGRAM", "Depth": 3}]}
    form = dict(parse_qsl(seen(Request(CREATE.operation, params)).content.decode()))
    assert form["Novelty"] == "x"
    assert json.loads(form["Components"]) == [{"Type": "HOLOGRAM", "Depth": 3}]


def test_half_a_character_is_an_answer_not_a_crash() -> None:
    answer = send(Request("ListChatappTemplate", {"Name": "\ud800"}), httpx.Response(200))
    assert answer.klass is AnswerClass.INVALID


# What comes back


def test_success_keeps_the_raw_answer() -> None:
    data = {"Code": "OK", "RequestId": "R1", "Data": {"New": [1, None]}, "Success": False, "Message": "not authorized"}
    answer = send(LIST, httpx.Response(200, json=data))
    assert answer.ok
    assert answer.data == data
    assert (answer.request_id, answer.http_status, answer.request) == ("R1", 200, LIST)


@pytest.mark.parametrize("code", api().errors)
def test_every_known_code(code: str) -> None:
    answer = send(LIST, httpx.Response(200, json={"Code": code, "Message": "m", "RequestId": "R"}))
    assert answer.klass is api().errors[code]
    assert answer.code == code


@pytest.mark.parametrize("status", [200, 400, 403, 429, 500, 503])
def test_the_status_does_not_count_when_there_is_a_code_that_is_known(status: int) -> None:
    for code, klass in (
        ("OK", AnswerClass.SUCCESS),
        ("InvalidParameter.Whatever", AnswerClass.INVALID),
        ("Throttling.Sometimes", AnswerClass.THROTTLED),
        ("ServiceUnavailable.Today", AnswerClass.THROTTLED if status == 429 else AnswerClass.UNAVAILABLE),
        ("Something.New", {403: AnswerClass.DENIED, 429: AnswerClass.THROTTLED}.get(status, AnswerClass.OTHER)),
    ):
        assert send(LIST, httpx.Response(status, json={"Code": code})).klass is klass


UNUSABLE = [
    b"",
    b"<html>busy</html>",
    b'{"Code":"OK"',
    b"[]",
    b"null",
    b'{"Code":null}',
    b'{"Code":200}',
    b'{"Code":""}',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"a":' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("body", UNUSABLE, ids=range(len(UNUSABLE)))
def test_no_usable_answer(body: bytes) -> None:
    html = {"content-type": "text/html"}
    assert send(LIST, httpx.Response(200, content=body, headers=html)).klass is AnswerClass.UNAVAILABLE
    lost = send(CREATE, httpx.Response(200, content=body, headers=html))
    assert lost.klass is AnswerClass.LOST
    assert "HTTP 200, text/html" in lost.message
    assert len(lost.message) < 1000
    assert send(CREATE, httpx.Response(502, content=body)).klass is AnswerClass.UNAVAILABLE
    assert send(CREATE, httpx.Response(429, content=body)).klass is AnswerClass.THROTTLED


def test_the_start_of_a_strange_answer_is_shown_safely() -> None:
    page = b"\x1b]0;owned\x07<h1>" + TOKEN.encode() + b"</h1>" + b"x" * 500
    answer = send(LIST, httpx.Response(503, content=page, headers={"content-type": "text/html\x1b[0m"}))
    assert "\x1b" not in answer.message
    assert "\\x1b]0;owned" in answer.message
    assert TOKEN not in answer.message


@pytest.mark.parametrize(
    ("error", "klass"),
    [
        (httpx.ConnectError("refused"), AnswerClass.UNREACHABLE),
        (httpx.ConnectTimeout("t"), AnswerClass.UNREACHABLE),
        (httpx.PoolTimeout("t"), AnswerClass.UNREACHABLE),
        (httpx.ProxyError("403 Forbidden"), AnswerClass.UNREACHABLE),
        (httpx.ReadTimeout("t"), AnswerClass.LOST),
        (httpx.ReadError("reset"), AnswerClass.LOST),
        (httpx.WriteError("reset"), AnswerClass.LOST),
        (httpx.WriteTimeout("t"), AnswerClass.LOST),
        (httpx.RemoteProtocolError("eof"), AnswerClass.LOST),
        (httpx.LocalProtocolError(f"Illegal header value {TOKEN}"), AnswerClass.LOST),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_network_failures(error: Exception, klass: AnswerClass) -> None:
    answer = send(CREATE, error)
    assert answer.klass is klass
    assert TOKEN not in answer.message


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects(status: int) -> None:
    answer = send(CREATE, httpx.Response(status, headers={"location": "https://evil.example/?x=1"}))
    assert answer.klass is AnswerClass.UNREACHABLE
    assert f"HTTP {status}" in answer.message
    assert "evil.example" in answer.message


def test_a_plain_proxy_that_wants_a_login() -> None:
    answer = send(CREATE, httpx.Response(407))
    assert (answer.klass, answer.http_status) == (AnswerClass.UNREACHABLE, 407)
    assert "proxy" in answer.message


THROTTLED = {"Code": "Throttling.User", "Message": "Request was denied due to user flow control."}


@pytest.mark.parametrize(
    ("header", "seconds"), [("1500", 1.5), ("0", 0), ("-5", 0), ("soon", 0), ("nan", 0), ("inf", 0), ("60000", 60)]
)
def test_retry_after_is_in_milliseconds(header: str, seconds: float) -> None:
    answer = send(LIST, httpx.Response(429, json=THROTTLED, headers={"x-acs-retry-after": header}))
    assert (answer.klass, answer.retry_after) == (AnswerClass.THROTTLED, seconds)


def test_a_long_pause_is_a_ration_used_up() -> None:
    answer = send(CREATE, httpx.Response(400, json=THROTTLED, headers={"x-acs-retry-after": "1800000"}))
    assert (answer.klass, answer.retry_after) == (AnswerClass.QUOTA, 1800)
    daily = {"Code": "Throttling.User", "Message": "The daily quota is exceeded."}
    assert send(CREATE, httpx.Response(400, json=daily)).klass is AnswerClass.QUOTA


DETAIL = {"AuthAction": "cams:CreateChatappTemplate", "NoPermissionType": "ImplicitDeny", "PolicyType": "AccountLevel"}


@pytest.mark.parametrize("detail", [DETAIL, json.dumps(DETAIL)], ids=["object", "text"])
def test_a_denial_names_the_missing_permission(detail: object) -> None:
    data = {"Code": "Ram.PermissionDeny", "Message": "denied", "AccessDeniedDetail": detail}
    answer = send(CREATE, httpx.Response(403, json=data))
    assert answer.klass is AnswerClass.DENIED
    assert answer.message == (
        "cams:CreateChatappTemplate is not permitted (Ram.PermissionDeny: "
        "denied (why: ImplicitDeny; policy: AccountLevel)); "
        "`templatesync doctor --policy apply` prints what the role needs"
    )
    other = {**DETAIL, "AuthAction": "cams:Other"}
    told = send(CREATE, httpx.Response(403, json={**data, "AccessDeniedDetail": other})).message
    assert "denied (missing permission: cams:Other; why" in told


@pytest.mark.parametrize("detail", ["", "text", 5, [], {"AuthAction": 3}, None])
def test_an_odd_denial_is_no_trouble(detail: object) -> None:
    data = {"Code": "Ram.PermissionDeny", "Message": "denied", "AccessDeniedDetail": detail}
    message = send(CREATE, httpx.Response(403, json=data)).message
    assert message.startswith("cams:CreateChatappTemplate is not permitted (Ram.PermissionDeny: denied); ")


# Clock


def _clocked(offset: float) -> tuple[Client, list[str]]:
    dates: list[str] = []

    def handler(received: httpx.Request) -> httpx.Response:
        dates.append(received.headers["x-acs-date"])
        there = httpx.Response(200, headers={"date": "Fri, 02 Jan 2026 04:04:05 GMT"}).headers
        late = received.headers["x-acs-date"] < "2026-01-02T03:50:00Z"
        return httpx.Response(400, json={"Code": "InvalidTimeStamp.Expired" if late else "OK"}, headers=there)

    return client_over(handler, clock=lambda: NOW + offset), dates


def test_the_clock_is_set_by_the_service_once_it_minds() -> None:
    client, dates = _clocked(0)
    first = client.send(LIST)
    assert first.klass is AnswerClass.CLOCK
    assert "3600 s behind" in first.message
    assert client.skew == 3600
    assert client.send(LIST).ok
    assert dates == ["2026-01-02T03:04:05Z", "2026-01-02T04:04:05Z"]


def test_a_clock_that_the_service_accepts_is_left_alone() -> None:
    client, dates = _clocked(3500)
    assert client.skew is None
    assert client.send(LIST).ok
    assert client.send(LIST).ok
    assert client.skew == 100
    assert dates[0] == dates[1] == "2026-01-02T04:02:25Z"


# Secrets


def test_a_refusal_that_quotes_the_request_is_cleaned(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def handler(received: httpx.Request) -> httpx.Response:
        quoted = f"{dict(received.headers)} {received.content!r} {SECRET}"
        return httpx.Response(400, json={"Code": "SignatureDoesNotMatch", "Message": quoted, "Recommend": [quoted]})

    client = client_over(handler)
    answer = client.send(CREATE)
    assert answer.klass is AnswerClass.CREDENTIALS
    for canary in (SECRET, TOKEN, ISV_CODE, KEY_ID):
        assert canary not in repr(answer)
        assert canary not in repr(client)
        assert canary not in caplog.text


def test_what_only_looks_like_a_secret_is_content_in_a_success() -> None:
    data = {
        "Code": "OK",
        "Message": "OK",
        "Data": {"Text": "call LTAI12345678 at http://a:b@c, token=%41, eyJhbGciOi.x"},
    }
    assert send(LIST, httpx.Response(200, json=data)).data == data


@pytest.mark.parametrize("keep_raw", [False, True])
@pytest.mark.parametrize("name", SPELLINGS)
def test_a_secret_in_a_success_is_hidden_and_all_else_is_kept(name: str, keep_raw: bool) -> None:
    """A reason or a name may quote the request as well as a refusal does."""
    said = SPELLINGS[name](SECRET)
    data = {
        "Code": "OK",
        "Data": {"Reason": f"not [{said}] &amp; %41", said: [f"{said}"], "Text": "%25 &lt; \\u0041", "N": 1},
    }
    answer = send(LIST, httpx.Response(200, json=data), keep_raw=keep_raw)
    hidden = {"Reason": "not [***] &amp; %41", "***": ["***"], "Text": "%25 &lt; \\u0041", "N": 1}
    assert answer.data == {"Code": "OK", "Data": hidden}
    assert answer.raw == (answer.data if keep_raw else None)


def test_a_secret_in_a_success_of_megabytes_is_hidden_as_it_is() -> None:
    data = {"Code": "OK", "Data": ["x" * (1 << 20), f"key {SECRET}"]}
    assert send(LIST, httpx.Response(200, json=data)).data["Data"] == ["x" * (1 << 20), "key ***"]


@pytest.mark.parametrize("seed", range(60))
def test_no_failure_shows_a_secret(seed: int) -> None:
    dice = random.Random(seed)

    def handler(received: httpx.Request) -> httpx.Response:
        spell = SPELLINGS[dice.choice(sorted(SPELLINGS))]
        quoted = " ".join(map(spell, [*received.headers.values(), str(received.url), SECRET]))
        # Each part of an answer is cut somewhere; it must not be cut first.
        noise = "." * dice.randrange(300) + quoted
        told = {name: noise.replace("\n", " ") for name in ("x-acs-request-id", "content-type")}
        places = {"location": dice.choice(["https://x/", "https://[x/"]), **told}
        kinds: list[Callable[[], httpx.Response]] = [
            lambda: httpx.Response(dice.choice([200, 302, 407, 500]), content=noise.encode(), headers=places),
            lambda: httpx.Response(400, json={"Code": noise, "Message": noise, "RequestId": noise}),
            lambda: httpx.Response(200, json={"Code": "OK", "Message": noise, "RequestId": noise}),
            lambda: httpx.Response(200, json={"Code": "OK"}, headers=told),
            lambda: httpx.Response(403, json={"Code": "NoPermission", "AccessDeniedDetail": {"AuthAction": noise}}),
        ]
        return dice.choice(kinds)()

    answer = client_over(handler).send(dice.choice([LIST, CREATE]))
    # What a success brings is content, and must stay as it is.
    shown = repr(replace(answer, data={}, raw=None) if answer.ok else answer)
    for canary in (SECRET, TOKEN, ISV_CODE):
        assert canary[:10] not in shown
        assert not any(spell(canary) in shown for spell in SPELLINGS.values())


# Credentials and account


class Broken:
    source = "nowhere"
    account = "nobody"

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get(self) -> Credentials:
        raise self.error

    def refresh(self) -> bool:
        raise self.error


def test_credentials_that_cannot_be_had_are_an_answer() -> None:
    denied = Broken(DeniedError("the role is gone", code="EntityNotExist.Role"))
    answer = send(LIST, httpx.Response(200), credentials=denied)
    assert (answer.klass, answer.code) == (AnswerClass.CREDENTIALS, "EntityNotExist.Role")
    late = send(LIST, httpx.Response(200), credentials=Broken(UnreachableError("no token service")))
    assert (late.klass, late.message) == (AnswerClass.UNREACHABLE, "no token service")
    assert client_over(lambda _: httpx.Response(200), credentials=denied).refresh() is False


def test_quotas_are_counted_per_account_and_endpoint() -> None:
    client = client_over(lambda _: httpx.Response(200))
    assert client.account == f"{KEY_ID}@cams.ap-southeast-1.aliyuncs.com"
    assert client_over(lambda _: httpx.Response(200), account="").account == ""
    assert client.refresh() is False
    client.close()
