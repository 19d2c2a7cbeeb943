"""Quirks one by one: what is late, what is understood, how they are set and listed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.emulator_caller import Caller, Clock, body, shop
from support.quirk_world import NUMBER, SPACE, answer, nonsense, open_emulator

from templatesync.emulator import Emulator, HttpRequest, Settings
from templatesync.emulator.quirks import QUIRKS


def test_quirks_work_together_and_in_any_order() -> None:
    wanted = {"audit-status": "meta", "rows-twice": "last", "total": "text", "rows-under": "Data", "names": "camel"}
    answers = []
    for quirks in (wanted, dict(reversed(wanted.items()))):
        emulator, caller = open_emulator(None, Clock(), quirks)
        caller.raw("CreateChatappTemplate", **shop())
        answers.append(caller.raw("ListChatappTemplate").body)
        emulator.close()
    assert answers[0] == answers[1]
    told = json.loads(answers[0])
    assert [row["auditStatus"] for row in told["data"]["listTemplate"]] == ["PENDING", "PENDING"]
    assert (told["data"]["total"], told["code"]) == ("2", "OK")


@pytest.mark.parametrize("value", QUIRKS["template-codes"].values)
def test_what_is_spelled_otherwise_is_understood_so(caller: Caller, value: str) -> None:
    caller.control("POST", "settings", {"quirks": {"template-codes": value, "templates-twice": "other-code"}})
    caller.create()
    codes = [row["TemplateCode"] for row in caller.ok("ListChatappTemplate")["ListTemplate"]]
    assert len(set(codes)) == 2
    for code in codes:
        assert code.isdecimal()
        assert caller.ok("GetChatappTemplateDetail", TemplateCode=code, Language="en")["Data"]["TemplateCode"] == code
    caller.ok("DeleteChatappTemplate", TemplateCode=codes[1], Language="en", TemplateType="WHATSAPP")
    assert caller.names() == []


def test_languages_are_understood_in_their_new_spelling(caller: Caller) -> None:
    caller.control("POST", "settings", {"quirks": {"language-spelling": "hyphen-only"}})
    caller.create(Language="zh-CN")
    assert caller.names(Language="zh-CN") == ["shop"]
    assert caller.names(Language="zh_CN") == []
    assert caller.detail(language="zh-CN")["Language"] == "zh-CN"


def advance(caller: Caller, seconds: float) -> None:
    caller.control("POST", "clock", {"advance": seconds})


def quirks(caller: Caller, **wanted: str) -> None:
    caller.control("POST", "settings", {"quirks": {name.replace("_", "-"): value for name, value in wanted.items()}})


EDIT = {"TemplateName": "shop", "Language": "en", "Components": [body("Other words.")], "Example": {}}


def text(caller: Caller) -> Any:
    return caller.detail()["Components"][0]["Text"]


def test_listings_and_details_are_behind(caller: Caller) -> None:
    caller.create()
    caller.control("POST", "review", {"cust_space_id": SPACE, "template_name": "shop", "status": "fail"})
    quirks(caller, list_lag="30", detail_lag="120")
    was = text(caller)
    caller.ok("ModifyChatappTemplate", **EDIT)
    caller.create(Name="later")
    caller.ok("DeleteChatappTemplate", TemplateName="later", Language="en", TemplateType="WHATSAPP")
    caller.create(Name="kept")
    rows = caller.ok("ListChatappTemplate")["ListTemplate"]
    assert [(row["TemplateName"], row["AuditStatus"]) for row in rows] == [("shop", "fail")]
    assert text(caller) == was
    advance(caller, 31)
    assert caller.names() == ["kept", "shop"]
    assert caller.ok("ListChatappTemplate", Name="shop")["ListTemplate"][0]["AuditStatus"] == "auditing"
    assert (text(caller), caller.code("GetChatappTemplateDetail", TemplateName="kept", Language="en")) == (
        was,
        "DetailError.TemplateNotExist",
    )
    advance(caller, 90)
    assert text(caller) == "Other words."


def test_only_what_was_created_is_missing(caller: Caller) -> None:
    caller.create()
    quirks(caller, unlisted="60")
    caller.create(Name="later")
    caller.ok("DeleteChatappTemplate", TemplateName="shop", Language="en", TemplateType="WHATSAPP")
    assert (caller.names(), caller.status("later")) == ([], "auditing")
    advance(caller, 61)
    assert caller.names() == ["later"]


def test_slow_writes_take_effect_in_their_time_even_when_the_quirk_is_cleared(caller: Caller) -> None:
    quirks(caller, slow_writes="30")
    code = caller.create()["Data"]["TemplateCode"]
    qr_codes = [
        caller.ok("CreatePhoneMessageQrdl", PhoneNumber=NUMBER, PrefilledMessage=" a", GenerateQrImage="PNG")["Data"]
        for _ in range(2)
    ]
    caller.create()  # nothing says yet that there is one: the later is lost
    quirks(caller)
    assert caller.names() == []
    advance(caller, 29)
    assert caller.names() == []
    advance(caller, 2)
    assert [row["TemplateCode"] for row in caller.ok("ListChatappTemplate")["ListTemplate"]] == [code]
    listed = caller.ok("ListPhoneMessageQrdl", PhoneNumber=NUMBER)["Data"]
    assert {row["QrdlCode"] for row in listed} == {one["QrdlCode"] for one in qr_codes}
    assert len(listed) == 2


def test_late_changes_of_one_thing_do_not_undo_each_other(caller: Caller) -> None:
    caller.create(Category="MARKETING")
    caller.control("POST", "review", {"cust_space_id": SPACE, "template_name": "shop", "status": "fail"})
    code = caller.detail()["TemplateCode"]
    quirks(caller, slow_writes="2")
    caller.ok("ModifyChatappTemplate", **EDIT)
    one = {"TemplateCode": code, "Language": "en", "TemplateType": "WHATSAPP", "AllowSend": False}
    caller.ok("ModifyChatappTemplateProperties", **one)
    advance(caller, 3)
    assert (text(caller), caller.detail()["AllowSend"], caller.status()) == ("Other words.", False, "auditing")


def test_what_never_takes_effect_is_no_change_in_the_history(caller: Caller) -> None:
    quirks(caller, slow_writes="never")
    caller.create()
    advance(caller, 1e6)
    assert caller.names() == []
    assert [entry["changed"] for entry in caller.history()] == [False, False]


def test_a_lost_answer_takes_effect_late_and_the_next_write_at_once(caller: Caller) -> None:
    quirks(caller, lost_answers="45")
    assert answer(lambda: caller.raw("CreateChatappTemplate", **shop()))[0] == 0
    caller.create(Name="next")
    assert caller.names() == ["next"]
    advance(caller, 46)
    assert caller.names() == ["next", "shop"]
    assert [entry["http_status"] for entry in caller.history()][:2] == [0, 200]


@pytest.mark.parametrize(("name", "value"), [("detail-rate", "5"), ("detail-rate", "150"), ("list-rate", "250")])
def test_rates_are_counted_whether_others_are_or_not(caller: Caller, clock: Clock, name: str, value: str) -> None:
    caller.create()
    caller.control("POST", "settings", {"quirks": {name: value}})
    operation = next(iter(QUIRKS[name].answers))
    params = {"TemplateName": "shop", "Language": "en"} if operation.startswith("Get") else {}
    for _ in range(2):
        told = [caller.code(operation, **params) for _ in range(int(value) + 1)]
        assert told == ["OK"] * int(value) + [told[-1]]
        assert told[-1] in ("Throttling.User", "System.LimitControl")
        clock.sleep(1)
    assert [caller.code("QueryChatappBindWaba") for _ in range(300)] == ["OK"] * 300


def test_a_service_that_accepts_everything_makes_what_no_rule_lets_pass(caller: Caller) -> None:
    assert {caller.code(operation, **params) for _, operation, params in nonsense()}.isdisjoint({"OK"})
    quirks(caller, accepts="everything")
    assert {caller.code(operation, **params) for _, operation, params in nonsense()} == {"OK"}
    assert {entry["operation"] for entry in caller.history() if entry["changed"]} == {
        "CreateChatappTemplate", "CreateFlow", "CreatePhoneMessageQrdl",
    }  # fmt: skip
    assert caller.names() == ["No Such"]
    caller.create(Name="sound")
    quirks(caller)
    assert caller.code("CreateFlow", FlowName="", Categories=[]) != "OK"


def test_a_name_of_what_was_deleted_stays_taken(caller: Caller) -> None:
    quirks(caller, held_names="deleted")
    caller.create()
    caller.ok("DeleteChatappTemplate", TemplateName="shop", Language="en", TemplateType="WHATSAPP")
    advance(caller, 40 * 86_400)
    assert caller.names() == []
    assert caller.code("CreateChatappTemplate", **shop()) == "InvalidParameter.TemplateNameExist"


def test_an_object_store_in_official_form_takes_uploads_at_each_end_point(caller: Caller) -> None:
    for value in QUIRKS["upload-end-point"].values:
        quirks(caller, upload_end_point=value)
        grant = caller.grant()
        host = grant["EndPoint"].removeprefix("https://")
        bucket = host if host.startswith(grant["BucketName"]) else f"{grant['BucketName']}.{host}"
        url = f"https://{bucket}/"
        assert caller.post_form(url, caller.fields(grant, "a.json"), b"{}").status == 204
        assert caller.fetch(f"{url}{grant['Dir']}/a.json").body == b"{}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"nope": "x"}, "there is no quirk 'nope'"),
        ({"list-lagg": "30"}, "there is no quirk 'list-lagg'; did you mean list-lag?"),
        ({"total": "x"}, "the quirk total has no value 'x'; there are missing, null, "),
        ({"total": 7}, "the quirk total has no value 7"),
    ],
)
def test_an_unknown_quirk_is_refused_with_those_that_there_are(caller: Caller, body: Any, words: str) -> None:
    quirks(caller, total="text")
    told = caller.control("POST", "settings", {"quirks": body})
    assert told["_status"] == 400
    assert words in told["error"]
    assert caller.ok("ListChatappTemplate")["Total"] == "0"
    with pytest.raises(ValueError, match=r"there is no quirk|has no value"):
        Emulator(Settings(quirks=body))


def test_the_list_has_every_quirk_with_its_values(caller: Caller) -> None:
    told = json.loads(caller.door(HttpRequest("GET", "/_emulator/quirks", {})).body)
    assert {name: list(one["values"]) for name, one in told.items()} == {
        name: list(quirk.values) for name, quirk in QUIRKS.items()
    }
    assert all(
        line and not line.endswith(".") for one in told.values() for line in [*one["values"].values(), one["about"]]
    )
