"""Uploads: the form that leaves, where it goes, and what is made of the answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.scripted_server import NOW, provider

from templatesync.emulator.app import Emulator
from templatesync.emulator.http import form
from templatesync.emulator.quirks import QUIRKS
from templatesync.emulator.server import running
from templatesync.emulator.settings import Settings
from templatesync.model.request import Answer, AnswerClass, Download, Request, Upload
from templatesync.service.client import Client
from templatesync.service.credentials import emulator_provider
from templatesync.service.driver.driver import Driver, Job
from templatesync.service.http import Network
from templatesync.service.store_answer import NOT_READABLE
from templatesync.service.transport import EmulatorTransport
from templatesync.service.trusted_url import UNTRUSTED, UntrustedUrlError
from templatesync.service.upload import form_body, form_fields, read_grant, upload

SERVICE = "https://cams.ap-southeast-1.aliyuncs.com"
STORE = "https://cams-upload.oss-ap-southeast-1.aliyuncs.com/"
FILE = b'{"version":"7.0","screens":[]}\r\n--templatesync-'
NAME = hashlib.sha256(FILE).hexdigest() + ".json"
UPLOAD = Upload(NAME, FILE, "application/json")
SECRETS = ("STS.CANARYkeyid0001", "CANARYstoreSecret0001", "CANARYstoreToken+/=0001")
DATA = {
    "AccessKeyId": SECRETS[0],
    "AccessKeySecret": SECRETS[1],
    "SecurityToken": SECRETS[2],
    "BucketName": "cams-upload",
    "Dir": "C20/flows/",
    "EndPoint": "oss-ap-southeast-1.aliyuncs.com",
    "Expire": int(NOW) + 3600,
}
DONE = httpx.Response(200, headers={"etag": '"1"', "x-oss-request-id": "R1"})


def refuse(*args: Any) -> Any:
    raise AssertionError(f"reached for {args}")


READABLE = httpx.Response(206, content=FILE[:1])


def sent(
    reply: httpx.Response | Exception = DONE,
    data: Any = DATA,
    request: Upload = UPLOAD,
    read: httpx.Response | Exception = READABLE,
) -> tuple[Answer, Any]:
    """The answer, and the form that left. What is stored is read back once, and answered with `read`."""
    seen: list[httpx.Request] = []

    def handler(received: httpx.Request) -> httpx.Response:
        seen.append(received)
        told = reply if received.method == "POST" else read
        if isinstance(told, Exception):
            raise told
        return told

    network = Network(transport=httpx.MockTransport(handler), resolver=refuse)
    result = upload(network, request, data, SERVICE, NOW)
    assert [each.method for each in seen] in ([], ["POST"], ["POST", "GET"])
    if len(seen) == 2:
        assert not [secret for secret in SECRETS if secret in f"{seen[1].url} {seen[1].headers}"]
        assert not result.ok or str(seen[1].url) == result.data["url"]
    return result, seen[0] if seen else None


@pytest.mark.parametrize(
    ("read", "klass", "code"),
    [
        (httpx.Response(200, content=FILE), AnswerClass.SUCCESS, "OK"),
        (READABLE, AnswerClass.SUCCESS, "OK"),
        (httpx.Response(403, text="<Code>AccessDenied</Code>"), AnswerClass.OTHER, NOT_READABLE),
        (httpx.Response(403, text="<Code>InvalidAccessKeyId</Code>"), AnswerClass.OTHER, NOT_READABLE),
        (httpx.Response(404), AnswerClass.OTHER, NOT_READABLE),
        (httpx.Response(302, headers={"location": "https://evil.example"}), AnswerClass.OTHER, NOT_READABLE),
        (httpx.Response(503), AnswerClass.UNAVAILABLE, "templatesync.NotAnAnswer"),
        (httpx.ReadError("gone"), AnswerClass.LOST, "templatesync.LostAnswer"),
        (httpx.ConnectError("nobody"), AnswerClass.UNREACHABLE, "templatesync.Unreachable"),
    ],
)
def test_an_address_is_used_only_when_anybody_can_read_it(
    read: httpx.Response | Exception, klass: AnswerClass, code: str
) -> None:
    result, _ = sent(read=read)
    assert (result.klass, result.code, result.request) == (klass, code, UPLOAD)
    if code == NOT_READABLE:
        assert result.data == {}
        assert f"HTTP {read.status_code}" in result.message  # type: ignore[union-attr]
        assert "write the https address of a copy that anybody can read" in result.message


def test_the_form_is_signed_and_bound_to_one_object() -> None:
    result, request = sent()
    assert (result.klass, result.code, result.request_id) == (AnswerClass.SUCCESS, "OK", "R1")
    assert result.data == {"url": f"{STORE}C20/flows/{NAME}", "key": f"C20/flows/{NAME}"}
    assert (request.method, str(request.url)) == ("POST", STORE)
    assert "authorization" not in request.headers
    assert "cookie" not in request.headers
    given_ = form.parse(request.headers["content-type"], request.content)
    assert (given_.file, given_.file_name, given_.file_type) == (FILE, NAME, "application/json")
    assert list(given_.fields) == [
        "key",
        "policy",
        "ossaccesskeyid",
        "signature",
        "x-oss-security-token",
        "success_action_status",
    ]
    policy = given_.fields["policy"]
    assert json.loads(base64.b64decode(policy)) == {
        "conditions": [
            {"bucket": "cams-upload"},
            ["eq", "$key", f"C20/flows/{NAME}"],
            ["content-length-range", len(FILE), len(FILE)],
        ],
        "expiration": "2026-01-02T04:04:05.000Z",
    }
    proof = base64.b64encode(hmac.new(SECRETS[1].encode(), policy.encode(), hashlib.sha1).digest()).decode()
    assert given_.fields["signature"] == proof
    assert (given_.fields["ossaccesskeyid"], given_.fields["x-oss-security-token"]) == (SECRETS[0], SECRETS[2])
    assert given_.fields["success_action_status"] == "200"


def test_the_same_upload_is_the_same_bytes() -> None:
    assert sent()[1].content == sent()[1].content


@given(st.binary(max_size=200), st.text(min_size=1, max_size=20))
def test_any_file_comes_through_the_form(content: bytes, value: str) -> None:
    request = Upload("a.bin", content, "application/octet-stream")
    content_type, body = form_body({"key": value}, request)
    parsed = form.parse(content_type, body)
    assert (parsed.file, parsed.fields["key"]) == (content, value.encode().decode())


class Holding(bytes):
    """Bytes that claim to hold the first boundary, whose digest nobody can hit on purpose."""

    def __contains__(self, part: Any) -> bool:
        return part.endswith(b"-0") or super().__contains__(part)


def test_a_file_that_holds_the_boundary_gets_another() -> None:
    usual, _ = form_body({"key": "x"}, UPLOAD)
    other, _ = form_body({"key": "x"}, Upload(NAME, Holding(FILE), "application/json"))
    assert usual.endswith("-0")
    assert other == usual.removesuffix("0") + "1"


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("oss-ap-southeast-1.aliyuncs.com", STORE),
        ("oss-ap-southeast-1.aliyuncs.com/", STORE),
        ("http://oss-ap-southeast-1.aliyuncs.com", STORE),
        ("https://oss-ap-southeast-1.aliyuncs.com/", STORE),
        ("https://oss-ap-southeast-1.aliyuncs.com:443", STORE.replace(".com/", ".com:443/")),
        ("cams-upload.oss-ap-southeast-1.aliyuncs.com", STORE),
        ("https://cams-upload.oss-ap-southeast-1.aliyuncs.com/", STORE),
        ("http://gate.aliyuncs.com/in/", "https://gate.aliyuncs.com/in/"),
        ("https://gate.aliyuncs.com/in", "https://gate.aliyuncs.com/in/"),
        ("https://gate.aliyuncs.com/in/", "https://gate.aliyuncs.com/in/"),
    ],
)
def test_where_the_form_goes(place: str, url: str) -> None:
    assert read_grant(DATA | {"EndPoint": place}, SERVICE, NOW).target.url == url


@pytest.mark.parametrize(
    "place",
    [
        "evil.example",
        "oss.aliyuncs.com.evil.example",
        "evilaliyuncs.com",
        "aliyuncs.com@evil.example",
        "evil.example#.aliyuncs.com",
        "evil.example?.aliyuncs.com",
        "evil.example\\.aliyuncs.com",
        "x@oss.aliyuncs.com",
        "oss.aliyuncs.com:80",
        "oss.aliyuncs.com.",
        "127.0.0.1",
        "[::1]",
        "http://127.0.0.1/_oss/bucket/",
        "http://oss.aliyuncs.com:80/in/",
        "https://evil.example/in/",
        "ftp://oss.aliyuncs.com",
        "HTTPS://oss.aliyuncs.com",
        "oss。aliyuncs。com",
        "oss.aliyuncs.com\r\n",
        "\ud800",
    ],
)
def test_a_form_with_keys_goes_to_no_stranger(place: str) -> None:
    result, request = sent(data=DATA | {"EndPoint": place})
    assert (result.klass, result.code, request) == (AnswerClass.OTHER, UNTRUSTED, None)
    assert result.message.isprintable()


def test_a_store_on_the_endpoints_own_loopback() -> None:
    local = "http://127.0.0.1:8080/_oss/cams-upload/"
    assert read_grant(DATA | {"EndPoint": local}, "http://127.0.0.1:8080", NOW).target.local
    for endpoint in ("http://127.0.0.1:8081", "http://localhost:8080", SERVICE):
        with pytest.raises(UntrustedUrlError):
            read_grant(DATA | {"EndPoint": local}, endpoint, NOW)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "no EndPoint"),
        ([], "no EndPoint"),
        (DATA | {"EndPoint": None}, "no EndPoint"),
        (DATA | {"AccessKeySecret": ""}, "no AccessKeySecret"),
        (DATA | {"SecurityToken": 7}, "no SecurityToken"),
        (DATA | {"SecurityToken": "a\r\nb"}, "its SecurityToken"),
        (DATA | {"AccessKeyId": "\ud800"}, "its AccessKeyId"),
        (DATA | {"BucketName": "evil.example/"}, "its BucketName"),
        (DATA | {"BucketName": "x@evil.example"}, "its BucketName"),
        (DATA | {"Dir": "/"}, "its Dir"),
        (DATA | {"Dir": "a\r\nb"}, "its Dir"),
        (DATA | {"Dir": "\ud800"}, "its Dir"),
        (DATA | {"Dir": "x" * 900}, "its Dir"),
        (DATA | {"EndPoint": "https://gate.aliyuncs.com/in?x=/"}, "has a query"),
    ],
)
def test_a_leave_of_no_use(data: Any, words: str) -> None:
    result, request = sent(data=data)
    assert (result.klass, result.code, request) == (AnswerClass.OTHER, "templatesync.NotAnAnswer", None)
    assert words in result.message


@pytest.mark.parametrize(
    ("expire", "seconds"),
    [
        (int(NOW) + 60, 60),
        ((int(NOW) + 60) * 1000, 60),
        (900, 900),
        (86_400, 3600),
        (None, 3600),
        (0, 3600),
        (-1, 3600),
        (True, 3600),
        ("soon", 3600),
        (10**30, 3600),
    ],
)
def test_until_when_the_policy_holds(expire: Any, seconds: int) -> None:
    grant = read_grant(DATA | {"Expire": expire}, SERVICE, NOW)
    assert grant.expires == NOW + seconds
    assert form_fields(grant, "k", 1)["policy"]


def test_the_folder_is_part_of_the_address_as_it_is() -> None:
    result, _ = sent(data=DATA | {"Dir": "/a b/ä#?/"})
    assert result.data == {"url": f"{STORE}a%20b/%C3%A4%23%3F/{NAME}", "key": f"a b/ä#?/{NAME}"}


@pytest.mark.parametrize(
    ("reply", "klass", "code"),
    [
        (httpx.Response(204, headers={"etag": "1"}), AnswerClass.SUCCESS, "OK"),
        (httpx.Response(200, html="please log in"), AnswerClass.LOST, "templatesync.NotAnAnswer"),
        (httpx.Response(302, headers={"location": "https://evil.example"}), AnswerClass.OTHER, "templatesync.Redirect"),
        (httpx.Response(403, text="<Code>SecurityTokenExpired</Code>"), AnswerClass.RESIGN, "SecurityTokenExpired"),
        (httpx.Response(403, text="<Code>AccessDenied</Code>"), AnswerClass.OTHER, "AccessDenied"),
        (httpx.Response(400, text="<Code>EntityTooLarge</Code>"), AnswerClass.OTHER, "EntityTooLarge"),
        (httpx.Response(503), AnswerClass.UNAVAILABLE, "templatesync.NotAnAnswer"),
        (httpx.ReadError("gone"), AnswerClass.LOST, "templatesync.LostAnswer"),
        (httpx.ConnectError("nobody"), AnswerClass.UNREACHABLE, "templatesync.Unreachable"),
    ],
)
def test_what_an_answer_means(reply: httpx.Response | Exception, klass: AnswerClass, code: str) -> None:
    result, _ = sent(reply)
    assert (result.klass, result.code) == (klass, code)
    assert result.request is UPLOAD


def test_no_key_is_ever_told(capsys: pytest.CaptureFixture[str]) -> None:
    fields = form_fields(read_grant(DATA, SERVICE, NOW), f"C20/flows/{NAME}", len(FILE))
    hidden = (*SECRETS, fields["Signature"], fields["policy"])
    echo = "".join(f"<Message>quoted: {' '.join(hidden)}</Message><StringToSign>{fields['policy']}</StringToSign>")
    replies: list[httpx.Response | Exception] = [
        httpx.Response(403, text=f"<Code>SignatureDoesNotMatch</Code>{echo}"),
        httpx.Response(500, text=echo),
        httpx.Response(200, text=echo),
        httpx.ReadError(echo),
        httpx.ConnectError(echo),
    ]
    for reply in replies:
        shown = repr(sent(reply)[0])
        assert not [secret for secret in hidden if secret in shown]
    grant = read_grant(DATA, SERVICE, NOW)
    assert not [secret for secret in hidden if secret in f"{grant} {grant!r} {UPLOAD!r}"]
    assert capsys.readouterr() == ("", "")


def test_too_large_is_told_and_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("templatesync.service.upload.LARGEST", len(FILE) - 1)
    result, request = sent()
    assert (result.klass, result.code, request) == (AnswerClass.INVALID, "templatesync.TooLarge", None)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x", 'a"b', "a\r\nb", "ä", "x" * 201])
def test_a_name_that_is_none_is_a_defect(name: str) -> None:
    with pytest.raises(AssertionError):
        form_body({}, Upload(name, b"", "image/png"))
    with pytest.raises(AssertionError):
        form_body({}, Upload("x.png", b"", f"image/png\r\n{name}"))


# Against the emulator, in this process and served


@pytest.mark.parametrize("value", QUIRKS["upload-end-point"].values)
def test_an_end_point_may_name_the_bucket(value: str) -> None:
    emulator = Emulator(Settings(quirks={"upload-end-point": value}))
    client = _emulated(emulator)
    stored = client.send(UPLOAD)
    assert stored.ok, stored
    assert client.send(Download(stored.data["url"], 1000)).data["content"] == FILE
    emulator.close()


@pytest.mark.parametrize("value", QUIRKS["upload-read"].values)
def test_a_store_that_lets_nobody_read_is_told(value: str) -> None:
    emulator = Emulator(Settings(quirks={"upload-read": value}))
    stored = _emulated(emulator).send(UPLOAD)
    assert (stored.klass, stored.code) == (AnswerClass.OTHER, NOT_READABLE)
    emulator.close()


@pytest.mark.parametrize("value", ["http", "https"])
def test_the_json_of_a_flow_is_fetched_over_https(value: str) -> None:
    emulator = Emulator(Settings(quirks={"flow-path": value}))
    client = _emulated(emulator)
    made = client.send(Request("CreateFlow", {"FlowName": "a", "Categories": ["SURVEY"]})).data["Data"]["FlowId"]
    source = b'{"version": "7.0", "screens": []}'
    url = client.send(Upload("a.json", source, "application/json")).data["url"]
    assert client.send(Request("UpdateFlowJSONAsset", {"FlowId": made, "FilePath": url})).ok
    path = client.send(Request("GetFlowJSONAssest", {"FlowId": made})).data["Data"]["FilePath"]
    assert path.startswith(f"{value}://")
    assert json.loads(client.send(Download(path, 1000)).data["content"]) == json.loads(source)
    emulator.close()


def _emulated(emulator: Emulator) -> Client:
    return Client(
        endpoint="http://127.0.0.1",
        cust_space_id="cams-local",
        credentials=emulator_provider(),
        account="",
        transport=EmulatorTransport(emulator.handle),
    )


@pytest.fixture(params=["embedded", "served"])
def emulated(request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client of an emulator."""
    emulator = Emulator()
    with ExitStack() as stack:
        stack.callback(emulator.close)
        endpoint, transport = "http://127.0.0.1", None
        if request.param == "embedded":
            transport = EmulatorTransport(emulator.handle)
        else:
            endpoint = stack.enter_context(running(emulator))
        client = Client(
            endpoint=endpoint,
            cust_space_id="cams-local",
            credentials=emulator_provider(),
            account="",
            transport=transport,
        )
        stack.callback(client.close)
        yield client


def test_a_flow_goes_up_and_comes_back(emulated: Client) -> None:
    made = emulated.send(Request("CreateFlow", {"FlowName": "a", "Categories": ["SURVEY"]}))
    flow_id = made.data["Data"]["FlowId"]
    source = b'{"version": "7.0", "screens": []}'
    file = Upload(hashlib.sha256(source).hexdigest() + ".json", source, "application/json")
    answers = [emulated.send(file) for _ in range(2)]
    assert [each.klass for each in answers] == [AnswerClass.SUCCESS] * 2, answers
    assert answers[0].data == answers[1].data
    assert emulated.send(Download(answers[0].data["url"], 1000)).data["content"] == source
    changed = emulated.send(Request("UpdateFlowJSONAsset", {"FlowId": flow_id, "FilePath": answers[0].data["url"]}))
    assert changed.ok, changed
    path = emulated.send(Request("GetFlowJSONAssest", {"FlowId": flow_id})).data["Data"]["FilePath"]
    content = emulated.send(Download(path, 10 << 20)).data["content"]
    assert json.loads(content) == json.loads(source)


def test_without_leave_nothing_is_uploaded() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "cams.ap-southeast-1.aliyuncs.com"
        return httpx.Response(403, json={"Code": "NoPermission", "Message": "no", "RequestId": "R7"})

    result = _client(handler).send(UPLOAD)
    assert (result.request, result.request_id, result.ok) == (UPLOAD, "R7", False)
    assert result.klass is AnswerClass.DENIED


def test_an_upload_whose_answer_is_lost_is_made_again_with_other_keys() -> None:
    keys = iter("abc")
    replies: Iterator[httpx.Response | Exception] = iter(
        [httpx.ReadError("gone"), httpx.Response(403, text="<Code>SecurityTokenExpired</Code>"), DONE]
    )
    tokens: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.host == "cams.ap-southeast-1.aliyuncs.com":
            return httpx.Response(200, json={"Code": "OK", "Data": DATA | {"SecurityToken": f"token-{next(keys)}"}})
        if request.method == "GET":
            return READABLE
        parsed = form.parse(request.headers["content-type"], request.content)
        tokens.append(parsed.fields["x-oss-security-token"])
        reply = next(replies)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def calls() -> Any:
        return (yield (UPLOAD,))

    driver = Driver(clock=iter(range(10_000)).__next__, wait=lambda seconds: None, workers=1)
    (finished,) = driver.run([Job(_client(handler), calls())])
    assert finished.value is not None, finished.error
    assert finished.value[0].ok
    assert tokens == ["token-a", "token-b", "token-c"]
    # Paced and counted as the call that has a quota.
    assert driver.sent == {"GetChatappUploadAuthorization": 3}


def _client(handler: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client(
        endpoint=SERVICE,
        cust_space_id="cams-one",
        credentials=provider(),
        transport=httpx.MockTransport(handler),
        clock=lambda: NOW,
    )
