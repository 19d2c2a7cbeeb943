"""Answers are not what was sent: filled in, renamed, re-hosted, generated and re-ordered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from support.emulator_caller import Caller, body, shop
from support.emulator_templates import (
    MEDIA,
    button,
    buttons,
    card,
    carousel,
    header,
    marketing,
    offer,
    password,
    utility,
)

from templatesync.service.api import Field, api, check

OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "QueryChatappBindWaba": ("QueryChatappBindWaba", {}),
    "QueryChatappPhoneNumbers": ("QueryChatappPhoneNumbers", {}),
    "GetChatappUploadAuthorization": ("GetChatappUploadAuthorization", {}),
    "GetWhatsappHealthStatus": ("GetWhatsappHealthStatus", {"NodeType": "waba"}),
}


def component(caller: Caller, kind: str, name: str = "shop") -> dict[str, Any]:
    found = [one for one in caller.detail(name)["Components"] if one["Type"] == kind]
    assert len(found) == 1
    assert isinstance(found[0], dict)
    return found[0]


def shown(caller: Caller, params: dict[str, Any], kind: str) -> dict[str, Any]:
    caller.ok("CreateChatappTemplate", **params)
    return component(caller, kind)


def misfits(fields: Sequence[Field], answer: Mapping[str, Any]) -> Iterator[str]:
    """Where an answer is not of the types that `api.json` documents; unknown members are no misfit."""
    yield from (problem.path for problem in check(fields, answer) if problem.what == "type")


def test_every_member_of_the_api_is_there(caller: Caller) -> None:
    caller.create(
        **marketing(carousel(card(button("URL")), card(button("URL"))), Name="cards"),
    )
    fields = api().operations["GetChatappTemplateDetail"].response
    data = next(field for field in fields if field.name == "Data")
    components = next(field for field in data.fields if field.name == "Components")
    detail = caller.detail("cards")
    for one in detail["Components"]:
        assert {field.name for field in components.fields} <= set(one)
        assert one["Buttons"] == []
    cards = component(caller, "CAROUSEL", "cards")["Cards"]
    assert {part["Type"] for part in cards[0]["CardComponents"]} == {"HEADER", "BODY", "BUTTONS"}
    assert component(caller, "BODY", "cards")["Cards"] == []


@pytest.mark.parametrize(("operation", "params"), OTHERS.values(), ids=OTHERS.keys())
def test_answers_are_of_the_documented_types(caller: Caller, operation: str, params: dict[str, Any]) -> None:
    answer = caller.ok(operation, **params)
    assert list(misfits(api().operations[operation].response, answer)) == []


def test_details_and_listings_are_of_the_documented_types(caller: Caller) -> None:
    caller.ok("CreateChatappTemplate", **utility(buttons(button("URL"), button("QUICK_REPLY"))))
    listing = caller.ok("ListChatappTemplate")
    detail = caller.ok("GetChatappTemplateDetail", TemplateName="shop", Language="en")
    assert list(misfits(api().operations["ListChatappTemplate"].response, listing)) == []
    assert list(misfits(api().operations["GetChatappTemplateDetail"].response, detail)) == []
    assert detail["Data"]["ServerTraceId"]
    assert listing["ListTemplate"][0]["ServerTraceId"]


def test_media_are_rehosted_once(caller: Caller) -> None:
    url = shown(caller, utility(header(Format="IMAGE", Url=MEDIA)), "HEADER")["Url"]
    assert url != MEDIA
    assert url.startswith("https://")
    assert url.split("/")[2].endswith(".aliyuncs.com")
    assert url.endswith(".jpg")
    caller.create(**utility(header(Format="IMAGE", Url=url), Name="again"))
    assert component(caller, "HEADER", "again")["Url"] == url


def test_media_of_cards_are_rehosted_too(caller: Caller) -> None:
    cards = shown(caller, marketing(carousel(card(), card())), "CAROUSEL")["Cards"]
    urls = {part["Url"] for one in cards for part in one["CardComponents"] if part["Type"] == "HEADER"}
    assert MEDIA not in urls


def test_button_links_are_not(caller: Caller) -> None:
    assert shown(caller, utility(buttons(button("URL"))), "BUTTONS")["Buttons"][0]["Url"] == "https://example.com/x"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "verification code"), ("pt_BR", "código de verificação"), ("zh_CN", "验证码"), ("sw", "verification code")],
)
def test_texts_of_one_time_passwords_are_generated(caller: Caller, language: str, text: str) -> None:
    one = button("COPY_CODE", CouponCode=None)
    caller.ok(
        "CreateChatappTemplate", **password(one, {"Type": "FOOTER", "CodeExpirationMinutes": 5}, Language=language)
    )
    components = {one["Type"]: one for one in caller.detail(language=language)["Components"]}
    assert text in components["BODY"]["Text"]
    assert "5" in components["FOOTER"]["Text"]
    assert components["BUTTONS"]["Buttons"][0]["Text"]


def test_a_security_recommendation_is_part_of_the_text(caller: Caller) -> None:
    params = password(button("COPY_CODE", CouponCode=None))
    plain = shown(caller, params, "BODY")["Text"]
    params["Components"][0]["AddSecretRecommendation"] = True
    caller.ok("CreateChatappTemplate", **params | {"Name": "careful"})
    assert len(component(caller, "BODY", "careful")["Text"]) > len(plain)


def test_labels_of_one_time_passwords_stay_when_given(caller: Caller) -> None:
    one = button("ONE_TAP", Text="Mine", AutofillText=None)
    told = shown(caller, password(one), "BUTTONS")["Buttons"][0]
    assert told["Text"] == "Mine"
    assert told["AutofillText"] == "Autofill"


@pytest.mark.parametrize("form", ["button", "list"])
def test_one_app_is_told_in_both_forms(caller: Caller, form: str) -> None:
    app = {"PackageName": "com.example.app", "SignatureHash": "abcdefghijk"}
    one = {"Type": "ONE_TAP"} | (app if form == "button" else {"SupportedApps": [app]})
    told = shown(caller, password(one), "BUTTONS")["Buttons"][0]
    assert told["SupportedApps"] == [app]
    assert (told["PackageName"], told["SignatureHash"]) == (app["PackageName"], app["SignatureHash"])


def test_several_apps_are_told_in_the_list_only(caller: Caller) -> None:
    apps = [{"PackageName": f"com.example.{name}", "SignatureHash": "abcdefghijk"} for name in ("a", "b")]
    told = shown(caller, password({"Type": "ONE_TAP", "SupportedApps": apps}), "BUTTONS")["Buttons"][0]
    assert (told["SupportedApps"], told["PackageName"] or None) == (apps, None)


def test_fixed_labels_win_over_what_is_sent(caller: Caller) -> None:
    told = shown(caller, marketing(buttons(button("COPY_CODE", Text="Take it"))), "BUTTONS")["Buttons"][0]
    assert told["Text"] == "Copy offer code"


def test_the_answer_spells_has_expiration_in_its_own_way(caller: Caller) -> None:
    told = shown(caller, marketing(offer(), buttons(button("URL"))), "LIMITED_TIME_OFFER")
    assert told["hasExpiration"] is True
    assert "HasExpiration" not in told


def test_url_types_and_extensions_are_filled_in(caller: Caller) -> None:
    bare = {"Type": "URL", "Text": "Go", "Url": "https://example.com/$(name)"}
    quick, link = shown(caller, utility(buttons(button("QUICK_REPLY"), bare)), "BUTTONS")["Buttons"]
    assert link["UrlType"] == "dynamic"
    assert link["ExtendAttrs"] is None
    assert quick["ExtendAttrs"]["Action"] is None


def test_templates_differ_in_what_the_platform_may_do(caller: Caller) -> None:
    sent = ["BODY", "FOOTER", "BUTTONS"]
    extra = [{"Type": "FOOTER", "Text": "Bye"}, buttons(button("QUICK_REPLY"))]
    orders, examples, blanks = set(), set(), set()
    for number in range(40):
        caller.ok("CreateChatappTemplate", **utility(*extra, Name=f"t{number}"))
        detail = caller.detail(f"t{number}")
        assert detail == caller.detail(f"t{number}")
        orders.add(tuple(one["Type"] for one in detail["Components"]))
        examples.add(bool(detail["Example"]))
        first = detail["Components"][0]
        blanks.add((first["AddSecretRecommendation"], first["Duration"], first["Caption"]))
    assert orders == {tuple(reversed(sent)), tuple(sorted(sent))}
    assert examples == {True, False}
    assert blanks == {(None, None, None), (False, 0, None), (False, 0, "")}


def test_a_template_of_the_console_is_shown_as_it_is(caller: Caller) -> None:
    place = {"Type": "HEADER", "Format": "LOCATION", "Latitude": "1", "Longitude": "2", "LocationName": "Shop"}
    given = {"cust_space_id": "cams-one", "name": "place", "language": "en", "category": "UTILITY", "status": "paused"}
    made = caller.control("POST", "template", given | {"components": [place, body("Here.")]})
    assert component(caller, "HEADER", "place")["Latitude"] == "1"
    assert caller.detail("place")["TemplateCode"] == made["template_code"]
    assert caller.status("place") == "paused"
    assert caller.control("POST", "template", given | {"components": [place]})["_status"] == 409
    assert caller.code("CreateChatappTemplate", **shop(Name="place")) == "InvalidParameter.TemplateNameExist"
