"""The operations on templates, from creation to deletion."""

from __future__ import annotations

from typing import Any

import pytest
from support.emulator_caller import Caller, body, shop


def test_a_template_lives_and_dies(either: Any) -> None:
    caller = either()
    created = caller.create()["Data"]
    assert created["TemplateName"] == "shop"
    detail = caller.detail()
    assert detail["TemplateCode"] == created["TemplateCode"]
    assert detail["AuditStatus"] == "auditing"
    assert caller.names() == ["shop"]
    caller.control("POST", "review", {"cust_space_id": "cams-one", "template_name": "shop", "status": "fail"})
    caller.ok(
        "ModifyChatappTemplate",
        TemplateCode=created["TemplateCode"],
        Language="en",
        Category="MARKETING",
        Components=[body("Dear $(who), hello.")],
        Example={"who": "Ann"},
    )
    changed = caller.detail()
    assert changed["Components"][0]["Text"] == "Dear $(who), hello."
    assert (changed["AuditStatus"], changed["Category"], changed["Reason"]) == ("auditing", "UTILITY", None)
    caller.ok("DeleteChatappTemplate", TemplateCode=created["TemplateCode"], Language="en", TemplateType="WHATSAPP")
    assert caller.names() == []
    assert caller.code("GetChatappTemplateDetail", TemplateName="shop", Language="en") == "DetailError.TemplateNotExist"
    assert [entry["changed"] for entry in caller.history()] == [True, False, False, True, False, True, False, False]


def test_languages_of_a_name_share_a_code(make: Any) -> None:
    caller = make()
    codes = {caller.create(Language=language)["Data"]["TemplateCode"] for language in ("en", "id", "zh_CN")}
    assert len(codes) == 1
    code = codes.pop()
    assert caller.ok("GetChatappTemplateDetail", TemplateCode=code, Language="id")["Data"]["Language"] == "id"
    assert caller.code("GetChatappTemplateDetail", TemplateCode=code, Language="fr") == "DetailError.TemplateNotExist"


def test_or_do_not_share_it(make: Any) -> None:
    caller = make(codes="per-language")
    codes = {caller.create(Language=language)["Data"]["TemplateCode"] for language in ("en", "id", "zh_CN")}
    assert len(codes) == 3


def test_a_deletion_without_a_language_removes_them_all(caller: Caller) -> None:
    for language in ("en", "id"):
        caller.create(Language=language)
    caller.create(Name="other")
    caller.ok("DeleteChatappTemplate", TemplateCode=caller.detail()["TemplateCode"], TemplateType="WHATSAPP")
    assert caller.names() == ["other"]
    assert caller.code("DeleteChatappTemplate", TemplateName="shop", TemplateType="WHATSAPP") == (
        "DelError.TemplateNotExist"
    )


def test_a_name_made_again_has_another_code(caller: Caller) -> None:
    first = caller.create()["Data"]["TemplateCode"]
    caller.ok("DeleteChatappTemplate", TemplateCode=first, TemplateType="WHATSAPP")
    assert caller.create()["Data"]["TemplateCode"] != first


def test_name_and_language_are_the_identity(caller: Caller) -> None:
    caller.create()
    assert caller.code("CreateChatappTemplate", **shop()) == "InvalidParameter.TemplateNameExist"
    caller.create(Language="id")
    caller.but(space="cams-two").create()
    caller.create(TemplateType="VIBER")


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("ModifyChatappTemplate", {}, "InvalidParameter.TemplateCodeNotEmpty"),
        ("ModifyChatappTemplate", {"TemplateCode": "0"}, "DetailError.TemplateNotExist"),
        ("ModifyChatappTemplate", {"TemplateName": "shop", "Language": "id"}, "DetailError.TemplateNotExist"),
        (
            "ModifyChatappTemplate",
            {"TemplateName": "shop", "TemplateType": "VIBER"},
            "InvalidParameter.TemplateTypeNotSupport",
        ),
        ("GetChatappTemplateDetail", {}, "InvalidParameter.TemplateCodeNotEmpty"),
        ("DeleteChatappTemplate", {"TemplateType": "WHATSAPP"}, "InvalidParameter.TemplateCodeNotEmpty"),
        ("DeleteChatappTemplate", {"TemplateName": "shop"}, "MissingTemplateType"),
        (
            "DeleteChatappTemplate",
            {"TemplateName": "shop", "TemplateType": "SMS"},
            "InvalidParameter.TemplateTypeNotSupport",
        ),
        ("DeleteChatappTemplate", {"TemplateName": "shop", "TemplateType": "VIBER"}, "DelError.TemplateNotExist"),
    ],
)
def test_addresses_that_lead_nowhere(caller: Caller, operation: str, params: dict[str, Any], code: str) -> None:
    caller.create()
    usual = {"Language": "en", "Components": [body()], "Example": {"name": "x"}}
    assert caller.code(operation, **(usual | params)) == code


def test_properties_change_in_any_state_without_a_review(make: Any) -> None:
    caller = make(review="approve")
    code = caller.create(Category="MARKETING")["Data"]["TemplateCode"]
    assert caller.detail()["AllowSend"] is True
    answer = caller.ok(
        "ModifyChatappTemplateProperties",
        TemplateCode=code,
        Language="en",
        TemplateType="WHATSAPP",
        AllowSend=False,
        CategoryChangePaused=True,
    )
    assert answer["Model"] == {}
    detail = caller.detail()
    assert (detail["AllowSend"], detail["CategoryChangePaused"], detail["AuditStatus"]) == (False, True, "pass")


def test_an_edit_replaces_what_is_sent_with_it_and_keeps_properties(caller: Caller) -> None:
    caller.create(MessageSendTtlSeconds=60, CategoryChangePaused=True)
    caller.control("POST", "review", {"cust_space_id": "cams-one", "template_name": "shop", "status": "unaudit"})
    caller.ok("ModifyChatappTemplate", TemplateName="shop", Language="en", Components=[body()], Example={"name": "Ann"})
    detail = caller.detail()
    assert (detail["MessageSendTtlSeconds"] or None, detail["CategoryChangePaused"]) == (None, True)


def test_archiving_asks_for_templates_that_exist(caller: Caller) -> None:
    code = caller.create()["Data"]["TemplateCode"]
    one = {
        "ArchiveType": "ARCHIVE",
        "ChannelType": "WHATSAPP",
        "TemplateList": [{"Language": "en", "TemplateCode": code}],
    }
    caller.ok("ArchiveChatappTemplate", **one)
    assert caller.code("ArchiveChatappTemplate", **one | {"ChannelType": "SMS"}) == (
        "InvalidParameter.ChannelTypeNotSupport"
    )
    assert caller.code(
        "ArchiveChatappTemplate", **one | {"TemplateList": [{"Language": "id", "TemplateCode": code}]}
    ) == ("DetailError.TemplateNotExist")


def test_metrics_are_all_zero(caller: Caller) -> None:
    code = caller.create()["Data"]["TemplateCode"]
    day = 86_400_000
    rows = caller.ok("GetChatappTemplateMetric", TemplateCode=code, Language="en", Start=0, End=2 * day)["Data"]
    assert [(row["Start"], row["End"], row["SentCount"]) for row in rows] == [(0, day, 0), (day, 2 * day, 0)]
    assert caller.code("GetChatappTemplateMetric", TemplateCode=code, Start=1, End=1) == (
        "InvalidParameter.TimeRangeInvalid"
    )


def test_viber_templates_are_created_and_listed_but_not_modified(caller: Caller) -> None:
    caller.create(Name="vib", TemplateType="VIBER", Components=[{"Type": "BODY", "Text": "Hello there."}], Example={})
    caller.create()
    assert caller.names(TemplateType="VIBER") == ["vib"]
    assert caller.names() == ["shop", "vib"]
    code = caller.ok("ListChatappTemplate", Name="vib")["ListTemplate"][0]["TemplateCode"]
    assert caller.code("ModifyChatappTemplate", TemplateCode=code, Language="en", Components=[body("x")]) == (
        "InvalidParameter.TemplateTypeNotSupport"
    )
    caller.ok("DeleteChatappTemplate", TemplateCode=code, Language="en", TemplateType="VIBER")
