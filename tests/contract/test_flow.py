"""The official SDKs before the served emulator: QR codes, flows and uploads."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from support.contract.sdk import Sdk

SCREEN = {"id": "START", "terminal": True, "layout": {"type": "SingleColumnLayout", "children": []}}
FLOW = {"version": "7.0", "screens": [SCREEN]}


def upload(data: dict[str, Any], content: bytes) -> str:
    """What a client does with an upload authorization."""
    until = (datetime.now(UTC) + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    key = f"{data['Dir']}/flow.json"
    policy = json.dumps({"expiration": until, "conditions": [{"bucket": data["BucketName"]}, ["eq", "$key", key]]})
    encoded = base64.b64encode(policy.encode()).decode()
    proof = hmac.digest(data["AccessKeySecret"].encode(), encoded.encode(), "sha1")
    fields = {
        "key": key,
        "policy": encoded,
        "OSSAccessKeyId": data["AccessKeyId"],
        "Signature": base64.b64encode(proof).decode(),
        "x-oss-security-token": data["SecurityToken"],
    }
    with httpx.Client(trust_env=False) as client:
        answer = client.post(data["EndPoint"], data=fields, files={"file": ("flow.json", content, "application/json")})
    assert answer.status_code == 204, answer.text
    return f"{data['EndPoint']}{key}"


def fetch(url: str) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.get(url)


def test_qr_codes(sdk: Sdk) -> None:
    (known,) = sdk.ok("QueryChatappPhoneNumbers")["PhoneNumbers"]
    number = {"PhoneNumber": known["PhoneNumber"]}
    asked = number | {"PrefilledMessage": "你好 & hello + 100%", "GenerateQrImage": "PNG"}
    made = sdk.ok("CreatePhoneMessageQrdl", **asked)["Data"]
    (row,) = sdk.ok("ListPhoneMessageQrdl", **number)["Data"]
    assert (row["PrefilledMessage"], row["QrdlCode"]) == ("你好 & hello + 100%", made["QrdlCode"])
    assert fetch(row["QrImageUrl"]).headers["content-type"] == "image/png"
    code = {"QrdlCode": made["QrdlCode"]}
    changed = sdk.ok("UpdatePhoneMessageQrdl", **(asked | code | {"PrefilledMessage": "x", "GenerateQrImage": "SVG"}))
    assert (changed["Data"]["PrefilledMessage"], changed["Data"]["QrdlCode"]) == ("x", made["QrdlCode"])
    sdk.ok("DeletePhoneMessageQrdl", **number, **code)
    assert sdk.ok("ListPhoneMessageQrdl", **number)["Data"] == []
    assert sdk.code("DeletePhoneMessageQrdl", **number, **code) == "InvalidParameter.QrdlCodeNotExist"


def test_flows(sdk: Sdk) -> None:
    made = sdk.ok("CreateFlow", FlowName="signup", Categories=["SIGN_UP", "OTHER"], EndpointUri="https://example.com/f")
    flow = {"FlowId": made["Data"]["FlowId"]}
    url = upload(sdk.ok("GetChatappUploadAuthorization")["Data"], json.dumps(FLOW).encode())
    assert sdk.ok("UpdateFlowJSONAsset", **flow, FilePath=url)["Data"]["FlowId"] == flow["FlowId"]
    sdk.ok("ModifyFlow", **flow, FlowName="login", Categories=["SIGN_IN"])
    detail = sdk.ok("GetFlow", **flow)["Data"]
    assert (detail["FlowName"], detail["Status"], detail["JSONVersion"]) == ("login", "DRAFT", "7.0")
    assert fetch(sdk.ok("GetFlowJSONAssest", **flow)["Data"]["FilePath"]).json() == FLOW
    sdk.ok("PublishFlow", **flow)
    assert sdk.ok("GetFlowPreviewUrl", **flow)["Data"]["PreviewUrl"].startswith("https://")
    rows = sdk.ok("ListFlow", FlowName="login", Page={"Index": 1, "Size": 10})["Data"]
    assert [(row["FlowId"], row["Categories"]) for row in rows] == [(flow["FlowId"], ["SIGN_IN"])]
    assert sdk.code("DeleteFlow", **flow) == "InvalidParameter.FlowStatusError"
    sdk.ok("DeprecateFlow", **flow)
    draft = sdk.ok("CreateFlow", FlowName="login", Categories=["OTHER"])["Data"]["FlowId"]
    sdk.ok("DeleteFlow", FlowId=draft)
    assert sdk.code("GetFlow", FlowId=draft) == "InvalidParameter.FlowNotExist"
