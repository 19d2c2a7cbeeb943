"""WABA, phone numbers, health and upload authorization."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.emulator_caller import Caller, shop


def test_every_space_has_an_account_and_a_number(either: Any) -> None:
    caller = either()
    waba = caller.ok("QueryChatappBindWaba")["Data"]
    assert waba["AccountReviewStatus"] == "APPROVED"
    assert waba["Id"].isdecimal()
    other = caller.but(space="cams-two").ok("QueryChatappBindWaba")["Data"]
    default = caller.but(space=None).ok("QueryChatappBindWaba")["Data"]
    assert len({waba["Id"], other["Id"], default["Id"]}) == 3
    assert caller.ok("QueryChatappBindWaba")["Data"] == waba
    numbers = caller.ok("QueryChatappPhoneNumbers")["PhoneNumbers"]
    assert [number["Status"] for number in numbers] == ["CONNECTED"]
    assert caller.ok("QueryChatappPhoneNumbers", Status="DISCONNECTED")["PhoneNumbers"] == []


def test_two_emulators_agree_on_a_space(make: Any) -> None:
    assert make().ok("QueryChatappBindWaba")["Data"] == make().ok("QueryChatappBindWaba")["Data"]


def test_a_space_can_be_set_up(caller: Caller) -> None:
    set_up = caller.control(
        "POST",
        "space",
        {
            "cust_space_id": "cams-one",
            "waba_id": "42",
            "status": "PENDING",
            "phone_numbers": ["1555", {"PhoneNumber": "1666", "Status": "FLAGGED"}],
        },
    )
    assert (set_up["waba_id"], set_up["status"]) == ("42", "PENDING")
    waba = caller.ok("QueryChatappBindWaba")["Data"]
    assert (waba["Id"], waba["AccountReviewStatus"]) == ("42", "PENDING")
    numbers = caller.ok("QueryChatappPhoneNumbers")["PhoneNumbers"]
    assert [(number["PhoneNumber"], number["Status"]) for number in numbers] == [
        ("1555", "CONNECTED"),
        ("1666", "FLAGGED"),
    ]
    assert caller.code("CreateChatappTemplate", **shop()) == "InvalidParameter.CreateError"
    assert caller.but(space=None).ok("ListChatappTemplate", CustWabaId="42")["Total"] == 0
    assert caller.but(space=None).code("ListChatappTemplate", CustWabaId="43") == "Authentication.NoAuth"


def test_a_space_can_refuse_everything(caller: Caller) -> None:
    caller.control("POST", "space", {"cust_space_id": "cams-one", "refuse": "Authentication.NoAuth"})
    assert caller.code("QueryChatappBindWaba") == "Authentication.NoAuth"
    assert caller.but(space="cams-two").code("QueryChatappBindWaba") == "OK"


def test_business_info(caller: Caller) -> None:
    waba = caller.ok("QueryChatappBindWaba")["Data"]
    info = caller.ok("QueryWabaBusinessInfo", WabaId=waba["Id"])["Data"]
    assert info["BusinessId"] == waba["BusinessId"]
    assert caller.code("QueryWabaBusinessInfo", WabaId="1") == "InvalidParameter.WabaIdNotExist"
    assert caller.code("QueryWabaBusinessInfo") == "MissingWabaId"


@pytest.mark.parametrize("status", ["pass", "fail"])
def test_health(caller: Caller, status: str) -> None:
    code = caller.create()["Data"]["TemplateCode"]
    number = caller.ok("QueryChatappPhoneNumbers")["PhoneNumbers"][0]["PhoneNumber"]
    caller.control("POST", "review", {"cust_space_id": "cams-one", "template_code": code, "status": status})

    def health(**params: str) -> str:
        return str(caller.ok("GetWhatsappHealthStatus", **params)["Data"]["CanSendMessage"])

    assert health(NodeType="waba") == "AVAILABLE"
    assert health(NodeType="phone", PhoneNumber=f"+{number}") == "AVAILABLE"
    template = health(NodeType="template", TemplateCode=code, Language="en")
    assert template == ("AVAILABLE" if status == "pass" else "BLOCKED")
    assert caller.code("GetWhatsappHealthStatus", NodeType="moon") == "InvalidParameter.NodeTypeNotSupport"
    assert caller.code("GetWhatsappHealthStatus", NodeType="phone") == "InvalidParameter.PhoneNumberError"
    assert caller.code("GetWhatsappHealthStatus", NodeType="template") == "DetailError.TemplateNotExist"


def test_upload_authorization_is_never_in_the_history(caller: Caller) -> None:
    data = caller.ok("GetChatappUploadAuthorization")["Data"]
    assert set(data) >= {"AccessKeyId", "AccessKeySecret", "BucketName", "Dir", "EndPoint", "Expire", "SecurityToken"}
    shown = json.dumps(caller.history())
    assert data["AccessKeySecret"] not in shown
    assert data["SecurityToken"] not in shown
