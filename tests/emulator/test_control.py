"""The control endpoints: what they take, and what they say when something is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from support.emulator_caller import Caller, Clock

from templatesync.emulator import HttpRequest


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("review", b"{", 400, "not JSON"),
        ("review", b"[]", 400, "JSON object"),
        ("review", b"[" * 100_000, 400, "not JSON"),
        ("review", b"\xff", 400, "not JSON"),
        ("review", b'{"status": "pass", "template_name": "\\ud800"}', 400, "not JSON"),
        ("review", b"{}", 400, "status is required"),
        ("review", b'{"status": "ok"}', 400, "status must be one of"),
        ("review", b'{"status": 1}', 400, "status is of the wrong type"),
        ("review", b'{"status": "pass"}', 400, "template_code or template_name"),
        ("review", b'{"status": "pass", "template_name": "x"}', 404, "no such template"),
        ("review", b'{"status": "pass", "name": "x"}', 400, "name is not known here"),
        ("category", b'{"template_name": "x", "category": "OTP"}', 400, "category must be one of"),
        ("faults", b"{}", 400, "kind is required"),
        ("faults", b'{"kind": "explode"}', 400, "kind must be one of"),
        ("faults", b'{"kind": "500", "nth": 0}', 400, "nth counts from 1"),
        ("faults", b'{"kind": "500", "nth": true}', 400, "nth is of the wrong type"),
        ("faults", b'{"kind": "500", "rate": 101}', 400, "rate is a percentage"),
        ("faults", b'{"kind": "slow", "seconds": -1}', 400, "seconds must be from 0"),
        ("faults", b'{"kind": "slow", "seconds": NaN}', 400, "not JSON"),
        ("faults", b'{"kind": "slow", "seconds": 1e999}', 400, "seconds must be from 0"),
        ("clock", b"{}", 400, "advance is required"),
        ("clock", b'{"advance": -1}', 400, "advance must be from 0"),
        ("settings", b'{"review": "maybe"}', 400, "review must be one of"),
        ("settings", b'{"access_key_secret": "x"}', 400, "access_key_secret is not known here"),
        ("space", b'{"phone_numbers": [1]}', 400, "a phone number is"),
        ("space", b'{"status": "GOOD"}', 400, "status must be one of"),
        ("template", b'{"name": "x", "language": "en", "category": "UTILITY", "components": [1]}', 400, "Type"),
        ("nothing", b"{}", 404, "there is no POST /_emulator/nothing"),
    ],
)
def test_what_is_wrong_is_said(caller: Caller, path: str, body: bytes, status: int, words: str) -> None:
    response = caller.door(HttpRequest("POST", f"/_emulator/{path}", {}, body))
    assert response.status == status
    assert words in response.body.decode()


def test_a_review_is_decided_for_one_language_or_all(either: Any) -> None:
    caller = either()
    code = caller.create()["Data"]["TemplateCode"]
    caller.create(Language="id")
    named = {"cust_space_id": "cams-one", "template_code": code}
    assert caller.control("POST", "review", named | {"language": "id", "status": "pass"}) == {"changed": 1}
    assert (caller.status(), caller.status(language="id")) == ("auditing", "pass")
    assert caller.control("POST", "review", named | {"status": "fail", "reason": "SCAM"}) == {"changed": 2}
    assert caller.detail(language="id")["Reason"] == "SCAM"


def test_the_history_lists_what_came_in_order(either: Any) -> None:
    caller = either()
    caller.create()
    caller.names()
    caller.but(secret="wrong").names if False else caller.but(secret="wrong").code("ListChatappTemplate")
    entries = caller.history()
    assert [(entry["seq"], entry["operation"], entry["code"]) for entry in entries] == [
        (1, "CreateChatappTemplate", "OK"),
        (2, "ListChatappTemplate", "OK"),
        (3, "ListChatappTemplate", "SignatureDoesNotMatch"),
    ]
    assert entries[0]["cust_space_id"] == "cams-one"
    assert entries[0]["parameters"]["Name"] == "shop"
    assert len(entries[0]["request_id"]) == 36
    later = caller.control("GET", "history?after=1&operation=ListChatappTemplate")
    assert [entry["seq"] for entry in later] == [2, 3]
    assert caller.control("GET", "history?after=x")["_status"] == 400


def test_the_history_is_bounded(make: Any) -> None:
    caller = make(history=50)
    for _ in range(230):
        caller.ok("QueryChatappBindWaba")
    entries = caller.history()
    assert 50 <= len(entries) <= 150
    assert entries[-1]["seq"] == 230


def test_settings_change_at_run_time(caller: Caller) -> None:
    caller.create()
    told = caller.control("POST", "settings", {"review": "approve", "limits": True, "after": 0})
    assert (told["review"], told["limits"]) == ("approve", True)
    assert "access_key_secret" not in told
    assert caller.status() == "pass"


def test_time_can_be_advanced(make: Any, clock: Clock) -> None:
    caller = make(review="approve", after=60)
    caller.create()
    assert caller.status() == "auditing"
    assert caller.control("POST", "clock", {"advance": 59.5}) == {"now": clock.now + 59.5}
    caller.control("POST", "clock", {"advance": 0.5})
    assert caller.status() == "pass"
