"""The review: who decides when, and what each state allows."""

from __future__ import annotations

from typing import Any

import pytest
from support.emulator_caller import Caller, Clock, body

from templatesync.emulator.platform.review import ALLOWED, ReviewStatus

REFUSED = "InvalidParameter.AuditStatusNotSupport"


def modify(caller: Caller) -> str:
    return caller.code(
        "ModifyChatappTemplate", TemplateName="shop", Language="en", Components=[body()], Example={"name": "Ann"}
    )


def decide(caller: Caller, status: str, **more: str) -> Any:
    named = {"cust_space_id": "cams-one", "template_name": "shop", "status": status}
    return caller.control("POST", "review", named | more)


def test_manual_reviews_wait_for_somebody(caller: Caller, clock: Clock) -> None:
    caller.create()
    clock.sleep(1e6)
    assert caller.status() == "auditing"
    decide(caller, "pass", quality="YELLOW")
    detail = caller.detail()
    assert (detail["AuditStatus"], detail["QualityScore"]) == ("pass", "YELLOW")


def test_approval_at_once(make: Any) -> None:
    caller = make(review="approve")
    caller.create()
    detail = caller.detail()
    assert (detail["AuditStatus"], detail["QualityScore"]) == ("pass", "GREEN")


def test_rejection_has_a_reason(make: Any) -> None:
    caller = make(review="reject")
    caller.create()
    detail = caller.detail()
    assert detail["AuditStatus"] == "fail"
    assert detail["Reason"]
    assert caller.ok("ListChatappTemplate")["ListTemplate"][0]["Reason"] == detail["Reason"]


def test_approval_after_a_while(make: Any, clock: Clock) -> None:
    caller = make(review="approve", after=30)
    caller.create()
    clock.sleep(29)
    assert caller.status() == "auditing"
    clock.sleep(1)
    assert caller.status() == "pass"
    assert caller.detail()["LastUpdateTime"] == round((clock.now) * 1000)


def test_the_control_endpoint_can_hold_a_review_open(make: Any) -> None:
    caller = make(review="approve")
    caller.create()
    decide(caller, "auditing")
    assert caller.status() == "auditing"


def test_emulators_of_one_database_decide_for_their_own_spaces(make: Any) -> None:
    caller = make()
    caller.create()
    caller.but(space="cams-two").create()
    caller.control("POST", "settings", {"review": "approve"})
    assert caller.but(space="cams-two").status() == "pass"
    caller.control("POST", "settings", {"review": "manual"})
    assert caller.status() == "auditing"


@pytest.mark.parametrize("modify_approved", ["allow", "refuse"])
@pytest.mark.parametrize("status", list(ReviewStatus))
def test_what_each_state_allows(make: Any, status: ReviewStatus, modify_approved: str) -> None:
    caller = make(modify_approved=modify_approved)
    caller.create()
    decide(caller, status)
    allowed = status in (ReviewStatus.UNAUDIT, ReviewStatus.FAIL) or (
        status in (ReviewStatus.PASS, ReviewStatus.PAUSED) and modify_approved == "allow"
    )
    assert modify(caller) == ("OK" if allowed else REFUSED)
    assert caller.status() == ("auditing" if allowed else status)
    decide(caller, status)
    gone = caller.code("DeleteChatappTemplate", TemplateName="shop", TemplateType="WHATSAPP")
    assert gone == (REFUSED if status is ReviewStatus.DISABLED else "OK")


def test_the_table_knows_every_state() -> None:
    assert set(ALLOWED) == set(ReviewStatus)


def test_one_disabled_language_protects_the_others_from_a_deletion_of_all(caller: Caller) -> None:
    caller.create()
    caller.create(Language="id")
    decide(caller, "disabled", language="id")
    assert caller.code("DeleteChatappTemplate", TemplateName="shop", TemplateType="WHATSAPP") == REFUSED
    assert caller.names() == ["shop", "shop"]


def test_a_rejection_without_a_reason_gets_one(caller: Caller) -> None:
    caller.create()
    decide(caller, "fail")
    assert caller.detail()["Reason"] == "INCORRECT_CATEGORY"
    decide(caller, "fail", reason="ABUSIVE_CONTENT")
    assert caller.detail()["Reason"] == "ABUSIVE_CONTENT"
    decide(caller, "pass")
    assert caller.detail()["Reason"] is None


def test_the_platform_changes_categories(caller: Caller) -> None:
    caller.create()
    named = {"cust_space_id": "cams-one", "template_name": "shop"}
    assert caller.control("POST", "category", named | {"category": "MARKETING"}) == {"changed": 1}
    assert caller.detail()["Category"] == "MARKETING"
    assert caller.names(Category="MARKETING") == ["shop"]
