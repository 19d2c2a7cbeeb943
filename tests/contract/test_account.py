"""The official SDKs before the served emulator: the account, and calls that are refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from support.contract.samples import UTILITY, create_body, fault
from support.contract.sdk import Sdk

PAGE = {"Index": 1, "Size": 10}


def test_the_account_and_its_numbers(sdk: Sdk) -> None:
    waba = sdk.ok("QueryChatappBindWaba")["Data"]
    assert (waba["AccountReviewStatus"], waba["Currency"]) == ("APPROVED", "USD")
    assert sdk.but(space="cams-other").ok("QueryChatappBindWaba")["Data"]["Id"] != waba["Id"]
    business = sdk.ok("QueryWabaBusinessInfo", WabaId=waba["Id"])["Data"]
    assert business["BusinessId"] == waba["BusinessId"]
    (number,) = sdk.ok("QueryChatappPhoneNumbers")["PhoneNumbers"]
    assert number["PhoneNumber"].isdecimal()
    assert number["QualityRating"] == "GREEN"
    assert sdk.ok("QueryChatappPhoneNumbers", Status="BANNED").get("PhoneNumbers") == []
    health = sdk.ok("GetWhatsappHealthStatus", NodeType="WABA", WabaId=waba["Id"])["Data"]
    assert health["CanSendMessage"] == "AVAILABLE"


def test_an_upload_authorization_has_all_that_an_upload_needs(sdk: Sdk) -> None:
    data = sdk.ok("GetChatappUploadAuthorization")["Data"]
    needed = ("AccessKeyId", "AccessKeySecret", "BucketName", "Dir", "EndPoint", "SecurityToken")
    assert all(isinstance(data[name], str) and data[name] for name in needed)
    assert data["Expire"] > time.time()


def test_spaces_are_apart(sdk: Sdk) -> None:
    sdk.ok("CreateChatappTemplate", **UTILITY)
    assert sdk.but(space="cams-other").ok("ListChatappTemplate", Page=PAGE)["Total"] == 0


# Of each refusal by the service: the code, the call, its parameters.
REFUSED = {
    "same name": ("InvalidParameter.TemplateNameExist", "CreateChatappTemplate", UTILITY),
    "braces": ("InvalidParameter.MessageInvalid", "CreateChatappTemplate", create_body("Hi {{1}}, it is here.")),
    "no such language": (
        "InvalidParameter.LanguageNotSupport",
        "CreateChatappTemplate",
        UTILITY | {"Language": "tlh"},
    ),
    "no such type": (
        "InvalidParameter.TemplateTypeNotSupport",
        "CreateChatappTemplate",
        UTILITY | {"TemplateType": "FAX"},
    ),
    "no detail": (
        "DetailError.TemplateNotExist",
        "GetChatappTemplateDetail",
        {"TemplateCode": "0", "Language": "en"},
    ),
    "nothing to delete": (
        "DelError.TemplateNotExist",
        "DeleteChatappTemplate",
        {"TemplateName": "nobody", "Language": "en", "TemplateType": "WHATSAPP"},
    ),
    "under review": (
        "InvalidParameter.AuditStatusNotSupport",
        "ModifyChatappTemplate",
        {"TemplateName": UTILITY["Name"], "Language": "en", "TemplateType": "WHATSAPP"}
        | {name: UTILITY[name] for name in ("Components", "Example")},
    ),
    "page 0": ("InvalidParameter.PageInvalid", "ListChatappTemplate", {"Page": {"Index": 0, "Size": 10}}),
}


def test_the_service_refuses_with_an_answer(sdk: Sdk) -> None:
    sdk.ok("CreateChatappTemplate", **UTILITY)
    codes = {name: sdk.code(action, **params) for name, (_, action, params) in REFUSED.items()}
    assert codes == {name: code for name, (code, _, _) in REFUSED.items()}
    assert sdk.ok("ListChatappTemplate", Page=PAGE)["Total"] == 1


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in UTILITY.items() if key != name}


# Of each refusal by the gateway: status and code, how the caller differs, the call.
GATEWAY: dict[str, tuple[int, str, dict[str, str], str, dict[str, Any]]] = {
    "wrong secret": (400, "SignatureDoesNotMatch", {"secret": "wrong"}, "CreateChatappTemplate", UTILITY),
    "unknown key": (404, "InvalidAccessKeyId.NotFound", {"key": "LTAI0nobody"}, "CreateChatappTemplate", UTILITY),
    "token for a permanent key": (
        403,
        "InvalidSecurityToken.MismatchWithAccessKey",
        {"token": "STS.token"},
        "CreateChatappTemplate",
        UTILITY,
    ),
    "no name": (400, "MissingName", {}, "CreateChatappTemplate", without("Name")),
    "no components": (400, "MissingComponents", {}, "CreateChatappTemplate", without("Components")),
    "no language": (400, "MissingLanguage", {}, "GetChatappTemplateDetail", {"TemplateCode": "0"}),
}


@pytest.mark.parametrize("case", GATEWAY)
def test_the_gateway_refuses_with_a_status(sdk: Sdk, case: str) -> None:
    status, code, changes, action, params = GATEWAY[case]
    refused = sdk.but(**changes).outcome(action, **params)
    assert (refused["error"], refused["status"], refused["code"]) == ("ClientException", status, code)
    assert "request id" in refused["message"]
    assert sdk.ok("ListChatappTemplate", Page=PAGE)["Total"] == 0


def test_temporary_credentials(door: Sdk, serve: Callable[..., str]) -> None:
    url = serve(access_key_id="STS.Key", access_key_secret="secret/+=", security_token="CAIS+/=token")
    right = door.but(endpoint=url, key="STS.Key", secret="secret/+=", token="CAIS+/=token")
    right.ok("CreateChatappTemplate", **UTILITY)
    assert right.but(token="").outcome("QueryChatappBindWaba")["code"].startswith("InvalidSecurityToken")
    assert right.but(token="CAISother").outcome("QueryChatappBindWaba")["code"].startswith("InvalidSecurityToken")


def test_throttling_is_understood_with_its_pause(sdk: Sdk) -> None:
    fault(sdk.endpoint, action="CreateChatappTemplate", nth=1, times=1, kind="throttle", retry_after=2500)
    refused = sdk.outcome("CreateChatappTemplate", **UTILITY)
    assert (refused["error"], refused["status"]) == ("ThrottlingException", 429)
    assert refused["code"] == "Throttling.User"
    assert refused["retry_after"] == 2500
    sdk.ok("CreateChatappTemplate", **UTILITY)


def test_the_per_second_quota_throttles(door: Sdk, serve: Callable[..., str]) -> None:
    """Deletes are five a second, and an SDK that asks without a pause is faster than that."""
    sdk = door.but(endpoint=serve(qps=True))
    gone = {"TemplateName": "nobody", "Language": "en", "TemplateType": "WHATSAPP"}
    # The quota refills meanwhile, so how many calls it takes depends on the machine.
    for _ in range(500):
        outcome = sdk.outcome("DeleteChatappTemplate", **gone)
        if "error" in outcome:
            break
    assert (outcome["code"], outcome["status"]) in (("Throttling.User", 429), ("System.LimitControl", 400))


@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [("500", "ServerException", "InternalError"), ("denied", "ClientException", "NoPermission")],
)
def test_other_failures_of_the_gateway(sdk: Sdk, kind: str, error: str, code: str) -> None:
    fault(sdk.endpoint, action="*", nth=1, times=1, kind=kind)
    refused = sdk.outcome("QueryChatappBindWaba")
    assert (refused["error"], refused["code"]) == (error, code)
