"""Injected faults: which call meets them, what the caller sees, and what really happened."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from typing import Any

import pytest
from support.emulator_caller import Caller, Clock, shop

from templatesync.emulator import ConnectionDropped, ConnectionFault
from templatesync.emulator.faults.instruments import HUGE_BYTES, TRANSIENT


def order(caller: Caller, kind: str, **more: Any) -> None:
    assert caller.control("POST", "faults", {"kind": kind} | more) == {"ordered": kind}


def create(caller: Caller) -> Any:
    return caller.raw("CreateChatappTemplate", **shop())


BEFORE = {
    "throttle": (429, "Throttling.User"),
    "500": (500, "InternalError"),
    "503": (503, "ServiceUnavailable"),
    "denied": (403, "NoPermission"),
    "denied_text": (400, "Ram.PermissionDeny"),
    "clock": (400, "InvalidTimeStamp.Expired"),
    "nonce": (400, "SignatureNonceUsed"),
    "token_expired": (403, "InvalidSecurityToken.Expired"),
}


@pytest.mark.parametrize(("kind", "expected"), BEFORE.items())
def test_faults_in_the_words_of_the_gateway(caller: Caller, kind: str, expected: tuple[int, str]) -> None:
    order(caller, kind)
    response = create(caller)
    assert (response.status, json.loads(response.body)["Code"]) == expected
    assert caller.names() == []
    entry = caller.history()[0]
    assert (entry["code"], entry["http_status"], entry["changed"], entry["fault"]) == (*expected[::-1], False, kind)


def test_throttling_may_say_how_long(caller: Caller) -> None:
    order(caller, "throttle", retry_after=1500)
    order(caller, "throttle", nth=2)
    assert create(caller).headers["x-acs-retry-after"] == "1500"
    assert "x-acs-retry-after" not in create(caller).headers


def test_a_denial_names_what_is_missing(caller: Caller) -> None:
    order(caller, "denied")
    detail = json.loads(create(caller).body)["AccessDeniedDetail"]
    assert (detail["AuthAction"], detail["NoPermissionType"]) == ("cams:CreateChatappTemplate", "ImplicitDeny")
    order(caller, "denied_text")
    assert json.loads(json.loads(create(caller).body)["AccessDeniedDetail"]) == detail


@pytest.mark.parametrize(("kind", "status"), [("html", 502), ("redirect", 302)])
def test_faults_of_a_box_in_between(caller: Caller, kind: str, status: int) -> None:
    order(caller, kind)
    response = create(caller)
    assert response.status == status
    assert b'"Code"' not in response.body
    assert caller.names() == []
    assert caller.history()[0]["http_status"] == status


@pytest.mark.parametrize(("kind", "made"), [("drop_before", []), ("drop_after", ["shop"])])
def test_a_dropped_connection_tells_not_whether_the_call_was_carried_out(
    caller: Caller, kind: str, made: list[str]
) -> None:
    order(caller, kind)
    with pytest.raises(ConnectionDropped) as caught:
        create(caller)
    assert caught.value.after is (kind == "drop_after")
    assert caller.names() == made
    entry = caller.history()[0]
    assert (entry["http_status"], entry["changed"]) == (0, bool(made))


@pytest.mark.parametrize("kind", ["truncate", "garbage", "empty", "500_after", "gzip_bomb", "odd_ok", "cut", "huge"])
def test_changed_answers_come_from_calls_that_were_carried_out(caller: Caller, kind: str) -> None:
    order(caller, kind)
    create(caller)
    assert caller.history()[0]["changed"] is True
    assert caller.names() == ["shop"]


def test_how_answers_are_changed(caller: Caller) -> None:
    def changed(kind: str) -> Any:
        order(caller, kind)
        return caller.raw("QueryChatappBindWaba")

    for kind in ("truncate", "garbage", "empty"):
        with pytest.raises(ValueError, match=r"decode|Expecting|Unterminated|column"):
            json.loads(changed(kind).body)
    assert json.loads(changed("500_after").body)["Code"] == "InternalError"
    bomb = changed("gzip_bomb")
    assert len(bomb.body) < 1_000_000
    assert len(gzip.decompress(bomb.body)) > HUGE_BYTES
    assert bomb.headers["content-encoding"] == "gzip"
    assert len(changed("huge").body) > HUGE_BYTES
    odd = json.loads(changed("odd_ok").body)
    assert (odd["Code"], odd["Success"]) == ("OK", False)
    cut = changed("cut")
    assert cut.connection_fault is ConnectionFault.CUT
    assert int(cut.headers["content-length"]) > len(cut.body)
    assert changed("drip").connection_fault is ConnectionFault.DRIP
    assert changed("hang_up").connection_fault is ConnectionFault.HANG_UP


def test_what_can_be_ordered_is_listed_instruments_apart(caller: Caller) -> None:
    listed = caller.control("GET", "faults")
    assert set(listed["contract"]) == {"throttle", "500", "drop_before", "drop_after", "truncate", "garbage", "slow"}
    assert {"503", "html", "gzip_bomb", "odd_ok", "random"} <= set(listed["instruments"])
    assert not set(listed["contract"]) & set(listed["instruments"])
    for kind in [*listed["contract"], *listed["instruments"]]:
        order(caller, kind)
    assert caller.control("DELETE", "faults") == {"cleared": len(listed["contract"]) + len(listed["instruments"])}


def test_a_slow_answer_is_an_ordinary_one(caller: Caller, clock: Clock) -> None:
    order(caller, "slow", seconds=7)
    start = clock.now
    assert create(caller).status == 200
    assert clock.now == start + 7


def test_latency(make: Any, clock: Clock) -> None:
    caller = make(latency_ms=250)
    start = clock.now
    caller.create()
    assert clock.now == start + 0.25


def test_a_write_delay_is_for_writes_only(make: Any, clock: Clock) -> None:
    caller = make(latency_ms=250, write_delay_ms=3000)
    start = clock.now
    caller.create()
    assert clock.now == start + 3.25
    assert caller.names() == ["shop"]
    assert clock.now == start + 3.5
    assert caller.history()[0]["time"] == start + 3.25  # when it was carried out, not when it came


def test_an_answer_about_another_template(caller: Caller) -> None:
    caller.create()
    order(caller, "wrong_name", times=2)
    assert caller.detail()["Name"] == "shop_of_another"
    assert caller.names() == ["shop_of_another"]
    assert caller.detail()["Name"] == "shop"


def test_every_third_read_of_a_liar_speaks_of_another_template(make: Any) -> None:
    caller = make(liar=True)
    caller.create()
    assert [caller.detail()["Name"] for _ in range(6)] == ["shop", "shop", "shop_of_another"] * 2


def test_faults_are_addressed_by_operation_and_number(caller: Caller) -> None:
    order(caller, "500", action="ListChatappTemplate", nth=2, times=2)
    caller.create()
    told = [caller.code("ListChatappTemplate") for _ in range(5)]
    assert told == ["OK", "InternalError", "InternalError", "OK", "OK"]
    order(caller, "500", action="*", times=100)
    assert caller.code("QueryChatappBindWaba") == "InternalError"
    assert caller.control("DELETE", "faults") == {"cleared": 2}
    assert caller.code("QueryChatappBindWaba") == "OK"


def test_a_rate_is_drawn_from_a_seed(make: Any) -> None:
    def met(seed: int) -> list[bool]:
        caller = make()
        order(caller, "500", rate=20, seed=seed)
        return [caller.code("QueryChatappBindWaba") != "OK" for _ in range(200)]

    assert met(1) == met(1)
    assert met(1) != met(2)
    assert 20 <= sum(met(1)) <= 60


def test_random_faults_are_of_many_kinds_that_pass(make: Any) -> None:
    caller = make()
    order(caller, "random", rate=100, seed=3)
    for _ in range(100):
        with suppress(ConnectionDropped):
            caller.raw("QueryChatappBindWaba")
    caller.control("DELETE", "faults")
    met = {entry["fault"] for entry in caller.history()}
    assert met == set(TRANSIENT)
    assert "denied" not in TRANSIENT
