"""Uploads: the authorization, the form and its policy, and reading what was uploaded."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from support.emulator_caller import Caller, body, shop

from templatesync.emulator import ConnectionDropped, HttpRequest

DATA = bytes(range(256)) * 5 + b"\r\n--\r\n"


def sent(caller: Caller, *conditions: Any, data: bytes = DATA, seconds: float = 600, **changes: str) -> tuple[int, str]:
    """Status and code of an upload."""
    grant = caller.grant()
    fields = caller.fields(grant, "a b/ä.json", *conditions, seconds=seconds, **changes)
    answer = caller.post_form(grant["EndPoint"], {name: text for name, text in fields.items() if text != "-"}, data)
    text = answer.body.decode()
    return answer.status, text.partition("<Code>")[2].partition("</Code>")[0]


def test_an_upload_can_be_read_by_who_knows_its_address(either: Any) -> None:
    caller = either()
    grant = caller.grant()
    assert grant["EndPoint"] == f"http://{caller.host}/_oss/{grant['BucketName']}/"
    url = caller.upload(DATA, "a b/ä.json")
    answer = caller.fetch(url)
    assert (answer.status, answer.body) == (200, DATA)
    assert answer.headers["content-type"] == "application/json"
    assert caller.fetch(url.replace(grant["Dir"], "1" * 20)).status == 404
    assert caller.upload(b"other", "a b/ä.json") == url
    assert caller.fetch(url).body == b"other"


def test_the_stores_own_names_are_understood_by_whoever_brings_them(caller: Caller) -> None:
    grant = caller.grant()
    url = f"https://{grant['BucketName']}.oss-ap-southeast-1.aliyuncs.com/"
    answer = caller.post_form(url, caller.fields(grant, "x.png"), DATA)
    assert answer.status == 204
    assert caller.fetch(f"{url}{grant['Dir']}/x.png").body == DATA


@pytest.mark.parametrize(
    ("conditions", "status", "code"),
    [
        ([["content-length-range", 0, len(DATA)]], 204, ""),
        ([["content-length-range", 0, len(DATA) - 1]], 400, "EntityTooLarge"),
        ([["content-length-range", len(DATA) + 1, 10**9]], 400, "EntityTooSmall"),
        ([["starts-with", "$key", ""]], 204, ""),
        ([["starts-with", "$key", "elsewhere/"]], 403, "AccessDenied"),
        ([["eq", "$x-oss-meta-a", "1"]], 403, "AccessDenied"),
        ([{"x-oss-meta-a": ""}], 204, ""),
        ([["in", "$bucket", ["cams-upload-emulator"]]], 204, ""),
        ([["not-in", "$bucket", ["cams-upload-emulator"]]], 403, "AccessDenied"),
        ([{"bucket": "other"}], 403, "AccessDenied"),
        ([["eq", "key", "x"]], 400, "InvalidPolicyDocument"),
        ([["like", "$key", "x"]], 400, "InvalidPolicyDocument"),
        ([["content-length-range", "0", 1]], 400, "InvalidPolicyDocument"),
        (["x"], 400, "InvalidPolicyDocument"),
    ],
)
def test_the_policy_binds_its_own_upload(caller: Caller, conditions: list[Any], status: int, code: str) -> None:
    assert sent(caller, *conditions) == (status, code)
    assert caller.history()[-1]["changed"] == (status == 204)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"Signature": "AAAA"}, 403, "SignatureDoesNotMatch"),
        ({"Signature": "-"}, 403, "AccessDenied"),
        ({"policy": "-"}, 403, "AccessDenied"),
        ({"OSSAccessKeyId": "STS.nobody"}, 403, "InvalidAccessKeyId"),
        ({"x-oss-security-token": "-"}, 403, "InvalidSecurityToken"),
        ({"x-oss-security-token": "ä"}, 403, "InvalidSecurityToken"),
        ({"key": "-"}, 400, "InvalidArgument"),
        ({"key": "/a"}, 400, "InvalidArgument"),
        ({"key": "elsewhere/a"}, 403, "AccessDenied"),
        ({"success_action_status": "200"}, 200, ""),
        ({"success_action_status": "999"}, 204, ""),
    ],
)
def test_what_the_form_must_have(either: Any, changes: dict[str, str], status: int, code: str) -> None:
    assert sent(either(), **changes) == (status, code)


@pytest.mark.parametrize("policy", ["%", base64.b64encode(b"[]").decode(), base64.b64encode(b"{").decode()])
def test_a_policy_that_cannot_be_read(caller: Caller, policy: str) -> None:
    grant = caller.grant()
    fields = caller.fields(grant, "x")
    fields |= {
        "policy": policy,
        "Signature": base64.b64encode(hmac.digest(grant["AccessKeySecret"].encode(), policy.encode(), "sha1")).decode(),
    }
    assert b"InvalidPolicyDocument" in caller.post_form(grant["EndPoint"], fields, b"x").body


def test_a_created_status_tells_the_object(caller: Caller) -> None:
    grant = caller.grant()
    fields = caller.fields(grant, "${filename}", success_action_status="201")
    answer = caller.post_form(grant["EndPoint"], fields, b"<&>", name="x&y.txt")
    assert answer.status == 201
    assert f"<Key>{grant['Dir']}/x&amp;y.txt</Key>" in answer.body.decode()
    assert answer.headers["etag"].strip('"') in answer.body.decode()


def test_keys_and_policies_expire(caller: Caller) -> None:
    grant = caller.grant()
    fields = caller.fields(grant, "x", seconds=10)
    assert sent(caller, seconds=-1) == (403, "AccessDenied")
    caller.clock.sleep(11)  # type: ignore[attr-defined]
    assert b"policy expired" in caller.post_form(grant["EndPoint"], fields, b"x").body
    assert grant["Expire"] > caller.clock()
    caller.control("POST", "clock", {"advance": 3600})
    late = caller.post_form(grant["EndPoint"], caller.fields(grant, "x"), b"x")
    assert b"SecurityTokenExpired" in late.body
    assert sent(caller) == (204, "")


def test_keys_of_one_space_write_into_no_other(caller: Caller) -> None:
    other = caller.but(space="cams-two").grant()
    mine = caller.grant()
    assert mine["Dir"] != other["Dir"]
    fields = caller.fields(mine, "x") | {"key": f"{other['Dir']}/x"}
    assert caller.post_form(mine["EndPoint"], fields, b"x").status == 403


def test_an_object_may_be_large_but_not_larger(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("templatesync.emulator.store.uploads.LARGEST", 10)
    assert sent(caller, data=b"x" * 10) == (204, "")
    assert sent(caller, data=b"x" * 11) == (400, "EntityTooLarge")


def test_a_served_upload_may_be_larger_than_a_call(either: Any) -> None:
    caller = either()
    data = b"x" * (9 * 1024 * 1024)
    assert caller.fetch(caller.upload(data)).body == data


FORM = "multipart/form-data; boundary=B"


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("application/json", b"{}", "not multipart/form-data"),
        ("multipart/form-data", b"", "not multipart/form-data"),
        (FORM, b"", "cut short"),
        (FORM, b"--B", "cut short"),
        (FORM, b"--B\r\n", "cut short"),
        (FORM, b'--B\r\nContent-Disposition: form-data; name="file"\r\n\r\nx', "cut short"),
        (FORM, b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--", "no name"),
        (FORM, b'--B\r\nContent-Disposition: form-data; name="key"\r\n\r\nx\r\n--B--', "no file"),
        (FORM, b'--B\r\nContent-Disposition: form-data; name="k"\r\n\r\n%b\r\n--B--' % (b"x" * 70_000), "too long"),
        (FORM, b'--B\r\nContent-Disposition: form-data; name="file"\r\n\r\n\r\n--B--', "OSSAccessKeyId"),
    ],
)
def test_what_is_no_form_is_said(caller: Caller, kind: str, data: bytes, words: str) -> None:
    request = HttpRequest("POST", "/_oss/cams-upload-emulator/", {"content-type": kind}, data)
    answer = caller.door(request)
    assert answer.status in (400, 403)
    assert words in answer.body.decode()
    assert caller.history()[-1]["operation"] == "POST object"


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/_oss/", 404),
        ("GET", "/_oss/other-bucket/x", 404),
        ("GET", "/_oss/cams-upload-emulator/", 404),
        ("GET", "/_oss/cams-media-emulator/qr/", 404),
        ("GET", "/_oss/cams-media-emulator/qr/%FF", 404),
        ("GET", "/_oss/cams-media-emulator/flows/1.json", 403),
        ("POST", "/_oss/cams-media-emulator/", 405),
        ("POST", "/_oss/cams-upload-emulator/key", 405),
        ("DELETE", "/_oss/cams-upload-emulator/key", 405),
        ("GET", "/favicon.ico", 404),
    ],
)
def test_other_addresses_lead_nowhere(caller: Caller, method: str, target: str, status: int) -> None:
    assert caller.door(HttpRequest(method, target, {"host": "127.0.0.1"})).status == status


def test_the_history_has_files_without_secrets(either: Any) -> None:
    caller = either()
    url = caller.upload(DATA, "x.json")
    caller.fetch(url + "?Signature=se%2Bcret&x=1")
    authorized, posted, read = caller.history()
    assert [authorized["operation"], posted["operation"], read["operation"]] == [
        "GetChatappUploadAuthorization",
        "POST object",
        "GET file",
    ]
    assert (posted["cust_space_id"], posted["http_status"], posted["changed"]) == ("cams-one", 204, True)
    assert posted["parameters"]["size"] == str(len(DATA))
    assert posted["parameters"]["signature"] == "***"
    assert (read["cust_space_id"], read["http_status"], read["changed"]) == ("cams-one", 200, False)
    grant = caller.grant()
    shown = json.dumps(caller.history())
    for secret in (grant["AccessKeySecret"], grant["SecurityToken"], "se+cret", "se%2Bcret"):
        assert secret not in shown


def test_faults_meet_files_too(caller: Caller) -> None:
    url = caller.upload(DATA)
    for kind, status in [("500", 500), ("throttle", 429), ("redirect", 302), ("odd_ok", 200), ("empty", 200)]:
        caller.control("POST", "faults", {"kind": kind, "action": "GET file"})
        assert caller.fetch(url).status == status
    caller.control("POST", "faults", {"kind": "wrong_name", "action": "GET file"})
    assert caller.fetch(url).body == DATA
    caller.control("POST", "faults", {"kind": "drop_after", "action": "POST object"})
    with pytest.raises(ConnectionDropped):
        caller.upload(b"new")
    assert caller.fetch(url).body == b"new"
    caller.control("POST", "faults", {"kind": "drop_before", "action": "POST object"})
    with pytest.raises(ConnectionDropped):
        caller.upload(b"newer")
    assert caller.fetch(url).body == b"new"


def test_a_medium_that_was_uploaded_is_rehosted_like_any(either: Any) -> None:
    caller = either()
    url = caller.upload(DATA, "banner.png")
    caller.ok("CreateChatappTemplate", **shop(Components=[{"Type": "HEADER", "Format": "IMAGE", "Url": url}, body()]))
    header = next(part for part in caller.detail()["Components"] if part["Type"] == "HEADER")
    assert header["Url"] != url
    assert header["Url"].startswith("https://cams-media-emulator.oss-ap-southeast-1.aliyuncs.com/")
    assert header["Url"].endswith(".png")


def test_the_same_keys_for_two_emulators_with_one_secret_only(make: Any) -> None:
    one, two = make(), make()
    assert one.grant() == two.grant()
    other = replace(make(access_key_secret="x"), secret="x")
    assert other.grant()["Dir"] != one.grant()["Dir"]


def test_an_odd_host_is_not_believed(caller: Caller) -> None:
    odd = caller.but(host="a/b@c")
    assert odd.grant()["EndPoint"] == "http://127.0.0.1/_oss/cams-upload-emulator/"
