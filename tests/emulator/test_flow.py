"""Flows: states, JSON, listings, and what a template's button may lead to."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from support.emulator_caller import Caller, body, shop

SCREEN = {"id": "START", "terminal": True, "layout": {"type": "SingleColumnLayout", "children": []}}
JSON: dict[str, Any] = {"version": "7.0", "screens": [SCREEN]}
STATES = ("DRAFT", "PUBLISHED", "DEPRECATED")
GONE = "InvalidParameter.FlowNotExist"
NOT_NOW = "InvalidParameter.FlowStatusError"
WRONG_JSON = "InvalidParameter.FlowJsonError"


def made(caller: Caller, name: str = "signup", **more: Any) -> str:
    data = caller.ok("CreateFlow", **{"FlowName": name, "Categories": ["SIGN_UP", "OTHER"]} | more)["Data"]
    return str(data["FlowId"])


def put(caller: Caller, flow_id: str, value: Any = JSON) -> dict[str, Any]:
    url = caller.upload(json.dumps(value).encode(), "flow.json")
    data = caller.ok("UpdateFlowJSONAsset", FlowId=flow_id, FilePath=url)["Data"]
    assert isinstance(data, dict)
    return data


def shown(caller: Caller, flow_id: str) -> dict[str, Any]:
    data = caller.ok("GetFlow", FlowId=flow_id)["Data"]
    assert isinstance(data, dict)
    return data


def names(caller: Caller, **params: Any) -> list[str]:
    return [row["FlowName"] for row in caller.ok("ListFlow", **params)["Data"]]


def in_state(caller: Caller, state: str) -> str:
    flow_id = made(caller)
    put(caller, flow_id)
    caller.control("POST", "flow", {"cust_space_id": "cams-one", "flow_id": flow_id, "status": state})
    return flow_id


def test_a_flow_lives(either: Any) -> None:
    caller = either()
    flow_id = made(caller, EndpointUri="https://example.com/flow")
    assert flow_id.isdecimal()
    detail = shown(caller, flow_id)
    assert (detail["Status"], detail["FlowName"], detail["EndpointUri"]) == (
        "DRAFT",
        "signup",
        "https://example.com/flow",
    )
    assert sorted(detail["Categories"]) == ["OTHER", "SIGN_UP"]
    assert caller.ok("GetFlowJSONAssest", FlowId=flow_id)["Data"] == {"FilePath": None, "FlowId": flow_id}
    assert caller.code("PublishFlow", FlowId=flow_id) == WRONG_JSON
    assert put(caller, flow_id, JSON | {"data_api_version": "3.0"}) == {"FlowId": flow_id, "ValidationErrors": []}
    caller.ok("ModifyFlow", FlowId=flow_id, FlowName="login", Categories=["SIGN_IN"])
    caller.ok("PublishFlow", FlowId=flow_id)
    detail = shown(caller, flow_id)
    assert (detail["Status"], detail["FlowName"], detail["Categories"]) == ("PUBLISHED", "login", ["SIGN_IN"])
    assert (detail["JSONVersion"], detail["DataApiVersion"]) == ("7.0", "3.0")
    assert detail["EndpointUri"] == "https://example.com/flow"
    caller.ok("DeprecateFlow", FlowId=flow_id)
    assert shown(caller, flow_id)["Status"] == "DEPRECATED"
    assert names(caller) == ["login"]


ACTIONS: dict[str, dict[str, Any]] = {
    "ModifyFlow": {"FlowName": "x", "Categories": ["OTHER"]},
    "UpdateFlowJSONAsset": {},
    "PublishFlow": {},
    "DeprecateFlow": {},
    "DeleteFlow": {},
}
ALLOWED = {("DRAFT", name) for name in ("ModifyFlow", "UpdateFlowJSONAsset", "PublishFlow", "DeleteFlow")}
ALLOWED.add(("PUBLISHED", "DeprecateFlow"))


@pytest.mark.parametrize(("state", "action"), list(product(STATES, ACTIONS)))
def test_what_may_be_done_in_which_state(caller: Caller, state: str, action: str) -> None:
    flow_id = in_state(caller, state)
    before = shown(caller, flow_id)
    params = ACTIONS[action] | ({"FilePath": caller.upload(b"{}")} if action == "UpdateFlowJSONAsset" else {})
    code = caller.code(action, FlowId=flow_id, **params)
    if (state, action) in ALLOWED:
        assert code == "OK"
        return
    assert code == NOT_NOW
    assert shown(caller, flow_id) == before


def test_names_are_not_unique_and_ids_are(caller: Caller) -> None:
    ids = [made(caller), made(caller), made(caller.but(space="cams-two"))]
    assert len(set(ids)) == 3
    assert names(caller) == ["signup", "signup"]
    assert caller.code("GetFlow", FlowId=ids[2]) == GONE
    caller.ok("DeleteFlow", FlowId=ids[1])
    assert made(caller) not in ids
    for action in ("GetFlow", "GetFlowJSONAssest", "GetFlowPreviewUrl", "PublishFlow", "DeleteFlow"):
        assert caller.code(action, FlowId=ids[1]) == GONE
    assert caller.code("GetFlowJSONAssest") == "MissingFlowId"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"FlowName": " "}, "InvalidParameter.FlowNameError"),
        ({"FlowName": "x" * 201}, "InvalidParameter.FlowNameError"),
        ({"FlowName": None}, "MissingFlowName"),
        ({"Categories": []}, "InvalidParameter.CategoryNotSupport"),
        ({"Categories": ["SHOP"]}, "InvalidParameter.CategoryNotSupport"),
        ({"Categories": [1]}, "InvalidParameter.CategoryNotSupport"),
        ({"Categories": "OTHER"}, "InvalidParameter"),
        ({"EndpointUri": "http://example.com"}, "InvalidParameter.EndpointUriError"),
    ],
)
def test_what_a_flow_must_have(caller: Caller, changes: dict[str, Any], code: str) -> None:
    params = {"FlowName": "a", "Categories": ["OTHER"]} | changes
    assert caller.code("CreateFlow", **params) == code
    draft = made(caller)
    assert caller.code("ModifyFlow", FlowId=draft, **params) == code


def test_listings_have_pages_and_no_total(caller: Caller) -> None:
    for number in range(12):
        made(caller, f"flow_{number}")
    assert names(caller) == [f"flow_{number}" for number in range(11, 1, -1)]
    assert names(caller, Page={"Index": 2, "Size": 10}) == ["flow_1", "flow_0"]
    assert names(caller, Page={"Index": 3, "Size": 10}) == []
    assert "Total" not in caller.ok("ListFlow")
    assert caller.code("ListFlow", Page={"Index": 0, "Size": 1}) == "InvalidParameter.PageInvalid"
    # What contains the name is found too, and `%` is no wildcard.
    assert names(caller, FlowName="flow_1") == ["flow_11", "flow_10", "flow_1"]
    assert names(caller, FlowName="%") == []
    caller.control("POST", "settings", {"pages": "repeat"})
    assert names(caller, Page={"Index": 2, "Size": 10}) == ["flow_2", "flow_1", "flow_0"]


def test_a_listing_may_lag_but_not_a_read(make: Any) -> None:
    caller = make(consistency_delay=5)
    flow_id = made(caller)
    assert names(caller) == []
    assert shown(caller, flow_id)["Status"] == "DRAFT"
    caller.control("POST", "clock", {"advance": 5})
    assert names(caller) == ["signup"]


def test_the_json_is_fetched_from_an_address_that_expires(either: Any) -> None:
    caller = either()
    flow_id = made(caller)
    value = JSON | {"x": ["ä", 1.0, 10**30, None]}
    put(caller, flow_id, value)
    url = caller.ok("GetFlowJSONAssest", FlowId=flow_id)["Data"]["FilePath"]
    assert url.startswith(f"http://{caller.host}/_oss/cams-media-emulator/flows/{flow_id}.json?")
    answer = caller.fetch(url)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert json.loads(answer.body) == value
    assert answer.body != json.dumps(value).encode()
    bare, _, query = url.partition("?")
    assert caller.fetch(bare).status == 403
    assert caller.fetch(f"{bare}?{query.replace('Expires=1', 'Expires=2')}").status == 403
    other = made(caller)
    put(caller, other)
    assert caller.fetch(url.replace(flow_id, other)).status == 403
    entry = caller.history()[-1]
    assert (entry["operation"], entry["parameters"]["Signature"]) == ("GET file", "***")
    caller.control("POST", "clock", {"advance": 3601})
    assert caller.fetch(url).status == 403


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", WRONG_JSON),
        (b"[]", WRONG_JSON),
        (b"{", WRONG_JSON),
        (b"\xff", WRONG_JSON),
        (b"[" * 100_000, WRONG_JSON),
        (b'{"a": NaN}', WRONG_JSON),
        (b'{"a": 1e999}', WRONG_JSON),
        (b'{"a": "\\ud800"}', WRONG_JSON),
        (b'{"a": "' + b"x" * 10 * 1024 * 1024 + b'"}', WRONG_JSON),
        (b"{}", "OK"),
    ],
)
def test_a_file_must_hold_json(caller: Caller, data: bytes, code: str) -> None:
    flow_id = made(caller)
    assert caller.code("UpdateFlowJSONAsset", FlowId=flow_id, FilePath=caller.upload(data)) == code


def test_a_file_path_is_an_upload_of_the_same_space(either: Any) -> None:
    caller = either()
    flow_id = made(caller)
    url = caller.upload(json.dumps(JSON).encode(), "a b.json")
    key = url.split("/_oss/cams-upload-emulator/")[1]
    foreign = caller.but(space="cams-two").upload(b"{}")
    virtual = f"https://cams-upload-emulator.oss-ap-southeast-1.aliyuncs.com/{key}"
    for path in (url, url + "?Signature=secret%3D", key, f"/{key}", virtual):
        assert caller.code("UpdateFlowJSONAsset", FlowId=flow_id, FilePath=path) == "OK", path
    bad = [foreign, url + "x", "https://example.com/a.json", "http://[", "file:///etc/passwd", "x"]
    for path in bad:
        assert caller.code("UpdateFlowJSONAsset", FlowId=flow_id, FilePath=path) == "InvalidParameter.FilePathError"
    assert "secret%3D" not in json.dumps(caller.history())


PROBLEMS: dict[str, dict[str, Any]] = {
    "INVALID_PROPERTY_VALUE": JSON | {"version": "4.0"},
    "INVALID_PROPERTY_VALUE: data_api_version": JSON | {"data_api_version": "3.0"},
    "REQUIRED_PROPERTY_MISSING: screens": {"version": "7.0"},
    "REQUIRED_PROPERTY_MISSING: screens[0]": JSON | {"screens": [{"id": "A", "terminal": True}]},
    "PATTERN_MISMATCH": JSON | {"screens": [SCREEN | {"id": "A1"}]},
    "PATTERN_MISMATCH: screens[0]": JSON | {"screens": [1, SCREEN]},
    "DUPLICATE_SCREEN_IDS": JSON | {"screens": [SCREEN, SCREEN]},
    "MISSING_TERMINAL_SCREEN": JSON | {"screens": [SCREEN | {"terminal": False}]},
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_json_that_is_kept_but_cannot_be_published(caller: Caller, problem: str) -> None:
    flow_id = made(caller)
    errors = put(caller, flow_id, PROBLEMS[problem])["ValidationErrors"]
    assert any(error["message"].startswith(problem) for error in errors)
    refused = caller.call("PublishFlow", FlowId=flow_id)
    assert refused["Code"] == WRONG_JSON
    assert problem in refused["Message"]
    assert shown(caller, flow_id)["Status"] == "DRAFT"


def test_a_preview_is_temporary(caller: Caller) -> None:
    flow_id = made(caller)
    first = caller.ok("GetFlowPreviewUrl", FlowId=flow_id)["Data"]
    assert flow_id in first["PreviewUrl"]
    assert first["PreviewUrlExpires"] > caller.clock() * 1000
    caller.control("POST", "clock", {"advance": 1})
    assert shown(caller, flow_id)["PreviewUrl"] != first["PreviewUrl"]


def linked(flow_id: str, **more: Any) -> dict[str, Any]:
    button = {"Type": "FLOW", "Text": "Go", "FlowId": flow_id, "FlowAction": "NAVIGATE", "NavigateScreen": "START"}
    return shop(Components=[body(), {"Type": "BUTTONS", "Buttons": [button]}], **more)


def test_a_template_links_to_published_flows_only(caller: Caller) -> None:
    draft, published, deprecated = (in_state(caller, state) for state in STATES)
    for flow_id, state in ((draft, "DRAFT"), (deprecated, "DEPRECATED")):
        refused = caller.call("CreateChatappTemplate", **linked(flow_id))
        assert refused["Code"] == "InvalidParameter.CreateError"
        assert state in refused["Message"]
    caller.ok("CreateChatappTemplate", **linked(published))
    caller.control("POST", "review", {"cust_space_id": "cams-one", "template_name": "shop", "status": "fail"})
    change = {name: value for name, value in linked(draft).items() if name in ("Components", "Example", "Language")}
    modified = caller.code("ModifyChatappTemplate", TemplateName="shop", TemplateType="WHATSAPP", **change)
    assert modified == "InvalidParameter.CreateError"
    # Ids that the space never had, among them those of other spaces, are taken unless told otherwise.
    caller.ok("CreateChatappTemplate", **linked("1", Name="unknown"))
    caller.ok("DeleteFlow", FlowId=draft)
    assert caller.code("CreateChatappTemplate", **linked(draft, Name="x")) == "InvalidParameter.CreateError"
    caller.control("POST", "settings", {"strict_flows": True})
    assert caller.code("CreateChatappTemplate", **linked("2", Name="x")) == "InvalidParameter.CreateError"


def test_the_console_changes_anything(either: Any) -> None:
    caller = either()
    flow_id = made(caller)
    named = {"cust_space_id": "cams-one", "flow_name": "signup"}
    change = {
        "status": "PUBLISHED",
        "json": JSON,
        "new_name": "b",
        "categories": ["SURVEY"],
        "endpoint_uri": "https://x",
    }
    assert caller.control("POST", "flow", named | change) == {"changed": 1}
    detail = shown(caller, flow_id)
    assert [detail[name] for name in ("Status", "FlowName", "Categories", "EndpointUri", "JSONVersion")] == [
        "PUBLISHED",
        "b",
        ["SURVEY"],
        "https://x",
        "7.0",
    ]
    assert caller.control("POST", "flow", named)["_status"] == 404
    assert caller.control("POST", "flow", {"flow_id": flow_id})["_status"] == 404
    assert caller.control("POST", "flow", {"status": "DRAFT"})["_status"] == 400
    assert caller.control("POST", "flow", {"flow_id": flow_id, "status": "GONE"})["_status"] == 400
    assert caller.control("POST", "flow", {"flow_id": flow_id, "json": {"a": "\ud800"}})["_status"] == 400


def test_a_new_flow_needs_an_approved_account(caller: Caller) -> None:
    caller.control("POST", "space", {"cust_space_id": "cams-one", "status": "PENDING"})
    asked = {"FlowName": "a", "Categories": ["OTHER"]}
    assert caller.code("CreateFlow", **asked) == "InvalidParameter.CreateError"


def test_faults_and_lies(make: Any) -> None:
    caller = make(liar=True)
    flow_id = made(caller)
    told = {names(caller)[0] for _ in range(4)} | {shown(caller, flow_id)["FlowName"] for _ in range(4)}
    assert told == {"signup", "signup_of_another"}
    caller.control("POST", "faults", {"kind": "500_after", "action": "CreateFlow"})
    assert caller.code("CreateFlow", FlowName="lost", Categories=["OTHER"]) == "InternalError"
    assert len(caller.ok("ListFlow")["Data"]) == 2
    assert caller.history()[-2]["changed"]
