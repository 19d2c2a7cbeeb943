"""Per-second quotas and the longer limits."""

from __future__ import annotations

import json
from typing import Any

from support.emulator_caller import Caller, Clock, body, shop

DAY = 86_400


def wait(caller: Caller, operation: str, **params: Any) -> float:
    """Seconds until a throttled call may be tried again."""
    response = caller.raw(operation, **params)
    assert (response.status, json.loads(response.body)["Code"]) == (429, "Throttling.User")
    return int(response.headers["x-acs-retry-after"]) / 1000


def modify(caller: Caller) -> dict[str, Any]:
    return {"TemplateName": "shop", "Language": "en", "Components": [body()], "Example": {"name": "Ann"}}


def test_a_burst_of_one_second_then_the_documented_rate(make: Any, clock: Clock) -> None:
    caller = make(qps=True)
    for _ in range(5):
        caller.ok("ListChatappTemplate")
    response = caller.raw("ListChatappTemplate")
    assert response.status == 429
    assert response.headers["x-acs-retry-after"] == "200"
    response = caller.but(space="cams-two").raw("ListChatappTemplate")
    assert (response.status, json.loads(response.body)["Code"]) == (400, "System.LimitControl")
    assert "x-acs-retry-after" not in response.headers
    caller.ok("QueryChatappBindWaba")
    clock.sleep(0.2)
    caller.ok("ListChatappTemplate")
    clock.sleep(60)
    assert [caller.code("ListChatappTemplate") == "OK" for _ in range(6)] == [True] * 5 + [False]


def test_without_quotas_nothing_is_throttled(caller: Caller) -> None:
    for _ in range(50):
        caller.ok("ListChatappTemplate")


def test_a_hundred_creations_an_hour(make: Any, clock: Clock) -> None:
    caller = make(limits=True)
    for number in range(100):
        caller.create(Name=f"t{number}")
        clock.sleep(1)
    seconds = wait(caller, "CreateChatappTemplate", **shop())
    assert seconds == 3500
    caller.but(space="cams-two").create()
    clock.sleep(seconds - 1)
    assert wait(caller, "CreateChatappTemplate", **shop()) == 1
    clock.sleep(1)
    caller.create()


def test_deletions_do_not_free_the_hour(make: Any) -> None:
    caller = make(limits=True)
    for number in range(100):
        caller.create(Name=f"t{number}")
        caller.ok("DeleteChatappTemplate", TemplateName=f"t{number}", TemplateType="WHATSAPP")
    assert wait(caller, "CreateChatappTemplate", **shop()) == 3600


def test_a_deleted_name_is_blocked_for_thirty_days(make: Any, clock: Clock) -> None:
    caller = make(limits=True)
    caller.create()
    caller.ok("DeleteChatappTemplate", TemplateName="shop", TemplateType="WHATSAPP")
    answer = caller.call("CreateChatappTemplate", **shop())
    assert answer["Code"] == "InvalidParameter.CreateError"
    assert "30 more days" in answer["Message"]
    caller.create(Language="id")
    clock.sleep(30 * DAY)
    caller.create()


def test_an_approved_template_is_edited_once_a_day_and_ten_times_a_month(make: Any, clock: Clock) -> None:
    caller = make(limits=True, review="approve", modify_approved="allow")
    caller.create()
    for number in range(10):
        caller.ok("ModifyChatappTemplate", **modify(caller))
        assert wait(caller, "ModifyChatappTemplate", **modify(caller)) == DAY, number
        clock.sleep(DAY)
    assert wait(caller, "ModifyChatappTemplate", **modify(caller)) == 20 * DAY
    clock.sleep(20 * DAY)
    caller.ok("ModifyChatappTemplate", **modify(caller))


def test_edits_after_a_rejection_are_free(make: Any) -> None:
    caller = make(limits=True, review="reject")
    caller.create()
    for _ in range(15):
        caller.ok("ModifyChatappTemplate", **modify(caller))


def test_the_number_of_templates_depends_on_verification(make: Any, clock: Clock) -> None:
    caller = make(limits=True)
    for number in range(250):
        caller.create(Name=f"t{number}")
        clock.sleep(60)
    caller.control("POST", "space", {"cust_space_id": "cams-one", "verified": False})
    answer = caller.call("CreateChatappTemplate", **shop())
    assert answer["Code"] == "InvalidParameter.CreateError"
    assert "2388019" in answer["Message"]
    caller.control("POST", "space", {"cust_space_id": "cams-one", "verified": True})
    caller.create()


def test_advancing_the_clock_frees_the_hour_and_spoils_no_signature(make: Any) -> None:
    caller = make(limits=True)
    for number in range(100):
        caller.create(Name=f"t{number}")
    assert wait(caller, "CreateChatappTemplate", **shop()) == 3600
    caller.control("POST", "clock", {"advance": 3600})
    caller.create()
