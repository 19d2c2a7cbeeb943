"""The wire form: who is let in, where parameters may be, and what is said of those that do not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from support.emulator_caller import Caller, Clock, body, shop

from templatesync.emulator import HttpRequest
from templatesync.service import signing

QUERY = "QueryChatappBindWaba"


def answer(caller: Caller, request: HttpRequest) -> tuple[int, str]:
    response = caller.door(request)
    return response.status, json.loads(response.body)["Code"]


@pytest.mark.parametrize("place", ["query", "form"])
def test_parameters_may_be_in_query_and_in_form(either: Any, place: str) -> None:
    caller = either().but(place=place)
    caller.create(Name="over", Components=[body("您好 $(name) +1 & 2=3, a%20b.")])
    assert caller.detail("over")["Components"][0]["Text"] == "您好 $(name) +1 & 2=3, a%20b."


def test_every_header_of_the_official_sdk_may_be_signed(caller: Caller) -> None:
    extra = {
        "accept": "application/json",
        "user-agent": "AlibabaCloud (Linux; x86_64) Python/3.11.7",
        "x-acs-credentials-provider": "static_ak",
    }
    request = caller.but(extra=extra).request(QUERY)
    headers = dict(request.headers)
    signed = sorted(name for name in headers if name != "authorization")
    text = signing.canonical_request("POST", "/", {}, headers, signed, signing.payload_hash(request.body))
    proof = signing.signature("emulator", signing.string_to_sign(text))
    headers["authorization"] = (
        f"ACS3-HMAC-SHA256 Credential=emulator,SignedHeaders={';'.join(signed)},Signature={proof}"
    )
    assert answer(caller, replace(request, headers=headers)) == (200, "OK")


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("authorization", None, (400, "IncompleteSignature")),
        ("authorization", "Bearer x", (400, "IncompleteSignature")),
        ("x-acs-date", None, (400, "InvalidTimeStamp.Format")),
        ("x-acs-date", "2026-01-02 03:04:05", (400, "InvalidTimeStamp.Format")),
        ("x-acs-signature-nonce", None, (400, "MissingSignatureNonce")),
        ("x-acs-signature-nonce", "other", (400, "SignatureDoesNotMatch")),
        ("x-acs-content-sha256", "0" * 64, (400, "SignatureDoesNotMatch")),
        ("x-acs-content-sha256", None, (400, "IncompleteSignature")),
        ("x-acs-extra", "not signed", (400, "IncompleteSignature")),
        ("host", "elsewhere", (400, "SignatureDoesNotMatch")),
        ("x-acs-version", "2017-01-01", (400, "InvalidVersion")),
        ("x-acs-action", "NoSuchAction", (404, "InvalidAction.NotFound")),
        ("x-acs-action", "ListFlows", (404, "InvalidAction.NotFound")),
    ],
)
def test_a_request_changed_on_its_way_is_refused(
    caller: Caller, header: str, value: str | None, expected: tuple[int, str]
) -> None:
    request = caller.request(QUERY)
    headers = {name: text for name, text in request.headers.items() if name != header}
    if value is not None:
        headers[header] = value
    assert answer(caller, replace(request, headers=headers)) == expected


def test_a_changed_body_is_refused(caller: Caller) -> None:
    request = caller.request(QUERY)
    assert answer(caller, replace(request, body=request.body + b"&x=1")) == (400, "SignatureDoesNotMatch")


def test_a_changed_query_is_refused(caller: Caller) -> None:
    request = caller.but(place="query").request(QUERY)
    assert answer(caller, replace(request, target=request.target + "1")) == (400, "SignatureDoesNotMatch")


def test_wrong_key_and_wrong_secret(caller: Caller) -> None:
    assert caller.but(key="other").code(QUERY) == "InvalidAccessKeyId.NotFound"
    assert caller.but(secret="other").code(QUERY) == "SignatureDoesNotMatch"


@pytest.mark.parametrize(("seconds", "code"), [(899, "OK"), (-899, "OK"), (901, "Expired"), (-901, "Expired")])
def test_clocks_may_differ_by_fifteen_minutes(caller: Caller, clock: Clock, seconds: int, code: str) -> None:
    response = caller.but(clock=lambda: clock.now + seconds).raw(QUERY)
    assert json.loads(response.body)["Code"].endswith(code)
    assert response.headers["date"] == "Fri, 02 Jan 2026 03:04:05 GMT"


def test_a_nonce_counts_once(caller: Caller) -> None:
    request = caller.request(QUERY)
    assert answer(caller, request) == (200, "OK")
    assert answer(caller, request) == (400, "SignatureNonceUsed")


def test_old_nonces_are_forgotten(make: Any, clock: Clock) -> None:
    caller = make()
    request = caller.request(QUERY)
    caller.door(request)
    clock.sleep(3600)
    caller.ok(QUERY)
    assert answer(caller, request) == (400, "InvalidTimeStamp.Expired")


def test_a_security_token_must_be_the_one_that_is_set(make: Any) -> None:
    with_token, without = make(security_token="sts"), make()
    assert with_token.but(token="sts").code(QUERY) == "OK"
    assert with_token.code(QUERY) == "InvalidSecurityToken.MismatchWithAccessKey"
    assert without.but(token="sts").code(QUERY) == "InvalidSecurityToken.MismatchWithAccessKey"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_other_methods_and_paths_are_no_api(caller: Caller, method: str) -> None:
    assert answer(caller, replace(caller.request(QUERY), method=method)) == (404, "InvalidAction.NotFound")
    assert answer(caller, replace(caller.request(QUERY), target="/v1")) == (404, "InvalidAction.NotFound")


def test_the_gateway_has_a_form_of_its_own(caller: Caller) -> None:
    response = caller.raw("CreateChatappTemplate", Name="x")
    assert response.status == 400
    answer = json.loads(response.body)
    assert set(answer) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    assert answer["Code"] == "MissingCategory"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"Name": None}, 400, "MissingName"),
        ({"Name": ""}, 400, "MissingName"),
        ({"Components": None}, 400, "MissingComponents"),
        ({"Components": []}, 200, "InvalidParameter.ContentNotEmpty"),
        ({"Components": ""}, 200, "InvalidParameter.ContentNotEmpty"),
        ({"Language": ""}, 200, "InvalidParameter.LanguageNotEmpty"),
        ({"Language": "xx"}, 200, "InvalidParameter.LanguageNotSupport"),
        ({"Language": "en-us"}, 200, "InvalidParameter.LanguageNotSupport"),
        ({"TemplateType": "SMS"}, 200, "InvalidParameter.TemplateTypeNotSupport"),
        ({"Category": "OTP"}, 200, "InvalidParameter.CategoryNotSupport"),
        ({"Components": "{"}, 200, "InvalidParameter.ContentError"),
        ({"Components": "{}"}, 200, "InvalidParameter.ContentError"),
        ({"Components": "[1]"}, 200, "InvalidParameter.ContentError"),
        ({"Components": '[{"Type":"BODY","Text":NaN}]'}, 200, "InvalidParameter.ContentError"),
        ({"Components": '[{"Type":"BODY","Text":"\\ud800"}]'}, 200, "InvalidParameter.ContentError"),
        ({"Components": "[" * 100_000}, 200, "InvalidParameter.ContentError"),
        ({"Components": [{"Text": "x"}]}, 200, "InvalidParameter.ContentError"),
        ({"Components": [{"Type": "BODI", "Text": "x"}]}, 200, "InvalidParameter.ContentError"),
        ({"Components": [{"Type": "BODY", "Text": 1}]}, 200, "InvalidParameter.ContentError"),
        ({"Components": [{"Type": "HEADER", "Format": "LOCATION"}]}, 200, "InvalidParameter.HeaderTypeNotSupport"),
        ({"Example": [1]}, 200, "InvalidParameter.ContentError"),
        ({"Example": {"name": 1}}, 200, "InvalidParameter.ContentError"),
        ({"CategoryChangePaused": "yes"}, 400, "InvalidParameter"),
        ({"MessageSendTtlSeconds": "60s"}, 400, "InvalidParameter"),
    ],
)
def test_parameters_that_do_not_fit(caller: Caller, changes: dict[str, Any], status: int, code: str) -> None:
    response = caller.raw("CreateChatappTemplate", **(shop() | changes))
    assert (response.status, json.loads(response.body)["Code"]) == (status, code)
    assert caller.names() == []


@pytest.mark.parametrize("text", ["true", "True", "false", "False"])
def test_both_spellings_of_booleans(caller: Caller, text: str) -> None:
    caller.create(CategoryChangePaused=text)
    assert caller.detail()["CategoryChangePaused"] is (text.lower() == "true")


def test_unknown_parameters_are_ignored_and_recorded_but_secrets_are_not(caller: Caller) -> None:
    caller.create(Flavour="mint", IsvCode="isv-secret")
    entry = caller.history()[0]
    assert entry["parameters"]["Flavour"] == "mint"
    assert entry["parameters"]["IsvCode"] == "***"
    assert "isv-secret" not in json.dumps(caller.history())
    assert "emulator" not in json.dumps(entry)


def test_members_of_a_newer_api_come_back(caller: Caller) -> None:
    caller.create(Components=[body() | {"BrandNew": {"a": [1]}}])
    assert caller.detail()["Components"][0]["BrandNew"] == {"a": [1]}


def test_a_business_refusal_is_a_200(caller: Caller) -> None:
    response = caller.raw("GetChatappTemplateDetail", TemplateName="none", Language="en")
    answer = json.loads(response.body)
    assert (response.status, answer["Code"], answer["Success"]) == (200, "DetailError.TemplateNotExist", False)
    assert len(answer["RequestId"]) == 36
