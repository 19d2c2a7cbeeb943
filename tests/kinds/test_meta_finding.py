"""Templates are found in a JSON in whatever wrapping, what is none is passed over, and what lacks something is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.meta_entries import HELLO, body, template

from templatesync.kinds.template.meta import read

ENTRY = template(HELLO)
NAMELESS = {"language": "en", "category": "UTILITY", "components": [HELLO]}
PLAIN = {"components": [HELLO]}
GERMAN = {"type": "BODY", "text": "Das Paket ist da."}
ONE = {("parcel", "en")}
TWO = {("parcel", "en"), ("parcel", "de")}
BOTH = [{"language": "en", "components": [HELLO]}, {"language": "de", "components": [GERMAN]}]
BY_CODE = {"en": {"components": [HELLO]}, "DE": {"components": [GERMAN]}}
PARCEL = {"name": "parcel", "category": "UTILITY"}
SHOP = {"id": "1", "name": "The tea house", "phone_numbers": [{"id": "2", "name": "front desk"}]}
LIBRARY = {"name": "parcel", "language": "en", "category": "UTILITY", "body": "Your parcel {{1}} is here.",
           "body_params": ["77"]}  # fmt: skip


def found(data: Any) -> set[tuple[str, str]]:
    converted, refused = read(data)
    assert refused == []
    spoken = [(one.name, one.body.get("Languages") or [one.body["Language"]]) for one in converted]
    pairs = [(name, language) for name, languages in spoken for language in languages]
    assert len(pairs) == len(set(pairs))
    return set(pairs)


@pytest.mark.parametrize(
    ("data", "pairs"),
    [
        (ENTRY, ONE),
        ([ENTRY], ONE),
        ({"data": (ENTRY,), "paging": {"cursors": {"after": "x"}}}, ONE),
        ({"template": ENTRY}, ONE),
        ([{"id": "x", "source": "y", "template": ENTRY}], ONE),
        ([{"whatsappTemplate": ENTRY}], ONE),
        ({"note": "ours", "waba_id": "1", "templates": [ENTRY]}, ONE),
        ({"count": 1, "total": 1, "limit": 50, "offset": 0, "waba_templates": [ENTRY]}, ONE),
        ({"message_templates": {"data": [ENTRY]}, "id": "1"}, ONE),
        ({**SHOP, "message_templates": {"data": [ENTRY]}}, ONE),
        ({"shops": [{**SHOP, "templates": [ENTRY]}]}, ONE),
        ({"a": {"b": [{"c": {"d": [[{"e": ENTRY}]]}}]}}, ONE),
        ({"edges": [{"node": ENTRY}]}, ONE),
        ({"parcel": NAMELESS}, ONE),
        ({"templates": {"parcel": NAMELESS}}, ONE),
        ({"whatever": {"name": "parcel", **NAMELESS}}, ONE),
        ({"parcel": {"template": NAMELESS}}, ONE),
        ({"parcel": [NAMELESS]}, ONE),
        ({"name": "parcel", "template": NAMELESS}, ONE),
        ([{"id": "7", "name": "parcel", "content": {"category": "UTILITY", **BY_CODE}}], TWO),
        ({"name": "The tea house", "response": {"parcel": NAMELESS}}, ONE),
        ({"name": "The tea house", "response": {"data": {"parcel": NAMELESS}}}, ONE),
        ({"parcel": {"category": "UTILITY", **BY_CODE}}, TWO),
        ({"parcel": {"en": {"category": "UTILITY", **PLAIN}, "de": {"category": "UTILITY", **PLAIN}}}, TWO),
        ({"en": {"parcel": {"category": "UTILITY", **PLAIN}}, "de": [{**PARCEL, **PLAIN}]}, TWO),
        ({"utility": {"parcel": {"language": "en", **PLAIN}}}, ONE),
        ({"language": "en", "category": "UTILITY", "templates": [{"name": "parcel", **PLAIN}]}, ONE),
        ({**PARCEL, "localizations": BOTH}, TWO),
        ({**PARCEL, "translations": BOTH}, TWO),
        ({**PARCEL, "languages": BOTH}, TWO),
        ({**PARCEL, "languages": BY_CODE}, TWO),
        ({**PARCEL, "texts": BOTH}, TWO),
        ({**PARCEL, **BY_CODE}, TWO),
        ([{**PARCEL, "localizations": BOTH}, {"name": "other", **NAMELESS}], {*TWO, ("other", "en")}),
        ({**ENTRY, "translations": [BOTH[1]]}, TWO),
        ({**ENTRY, "languages": {"de": PLAIN}}, TWO),
        ({"parcel": {"category": "UTILITY", "en": [HELLO], "de": [GERMAN]}}, TWO),
        ({"id": NAMELESS}, {("id", "en")}),
        ({"data": [LIBRARY]}, ONE),
        ([{**PARCEL, "language": "en", "components": json.dumps([HELLO])}], ONE),
        ({"old": [ENTRY], "new": {"name": "other", **NAMELESS}}, {*ONE, ("other", "en")}),
        ([None, 3, "text", [], {}, {"name": "Ann", "language": "en"}, {"components": {"schemas": {}}}, ENTRY], ONE),
        ([{"bomFormat": "x", "components": [{"type": "library", "name": "left-pad"}]}, ENTRY], ONE),
    ],
)  # fmt: skip
def test_every_wrapping(data: Any, pairs: set[tuple[str, str]]) -> None:
    assert found(data) == pairs


KEYS = ["data", "templates", "shop", "result", "en", "UTILITY", "", "a.b", "parcel"]


@given(st.lists(st.sampled_from([*KEYS, 0]), max_size=8))
def test_law_a_whole_template_is_found_under_any_keys(path: list[Any]) -> None:
    data: Any = ENTRY
    for step in path:
        data = {step: data, "note": "beside"} if isinstance(step, str) else ["beside", data]
    assert found(data) == ONE


def test_texts_of_each_language_are_its_own() -> None:
    converted, _ = read({**PARCEL, "localizations": BOTH})
    assert [one.body["Components"][0]["Text"] for one in converted] == [HELLO["text"], GERMAN["text"]]


# --- what is not converted ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "no object and no list"),
        (5, "no object and no list"),
        ("text", "no object and no list"),
        ([], "it is an empty list"),
        ({}, "it is an empty object"),
        ({"error": {"message": "expired"}}, "it has the key error; none holds templates with name, language and comp"),
        ({"data": [], "paging": {}}, "it has the keys data, paging; none holds"),
        ([{"id": 1, "to": "x"}], "it is a list of 1, the first object with the keys id, to; none holds"),
        ([1, 2], "it is a list of 2; none holds"),
        (dict.fromkeys("abcdefghijklm", 1), "a, b, c, d, e, f, g, h, i, j and 3 more; none holds"),
        ({"\x1b[31m\n": 1}, '"\\u001b[31m\\n"; none holds'),
        ({"\ud800": 1}, "none holds"),
    ],
)
def test_a_json_without_templates_is_refused_with_its_keys(data: Any, reason: str) -> None:
    converted, (refused,) = read(data)
    assert (converted, refused.original) == ([], "")
    assert reason in refused.reason


@pytest.mark.parametrize(
    ("entry", "told", "reason"),
    [
        ({"name": "a", "category": "UTILITY", **PLAIN}, "a", "language is missing"),
        ({"name": "a", "language": "en", **PLAIN}, "a", "category is missing"),
        ({"name": "a", **PLAIN}, "a", "language and category are missing"),
        ({"name": "a", "language": "en", "category": "UTILITY"}, "a", "components are missing"),
        ({"name": "a", "category": "MARKETING"}, "a", "language and components are missing"),
        (PLAIN, "entry 1 of list", "language and category are missing"),
        ({"name": "a", "language": "en", "library_template_name": "x"}, "a", "made from the library"),
        ({"name": "a", "library_template_name": "x", "category": "UTILITY"}, "a", "made from the library"),
        ({"name": "a", "language": "en", "category": "UTILITY", "components": "x"}, "a", "no JSON"),
        ({"name": "a", "language": "en", "category": "UTILITY", "components": '{"a": 1}'}, "a", "no list"),
        ({"name": "a", "language": {"code": "en"}, "components": [{"type": "body", "parameters": []}]}, "a", "to send"),
    ],
)
def test_what_lacks_something_is_refused_with_its_name(entry: Any, told: str, reason: str) -> None:
    converted, refused = read({"list": [entry, {"name": "good", **NAMELESS}]})
    assert [one.name for one in converted] == ["good"]
    assert [(one.original, reason in one.reason) for one in refused] == [(told, True)]


@pytest.mark.parametrize(
    "page",
    [
        {"data": [ENTRY], "paging": {"next": "https://example.com/2"}},
        {"message_templates": {"data": [ENTRY], "paging": {"next": "https://example.com/2"}}},
        {"waba_templates": [ENTRY], "count": 1, "total": 2, "offset": 0},
    ],
)
def test_a_page_of_several_is_told_wherever_it_stands(page: Any) -> None:
    converted, (refused,) = read({"answer": page})
    assert len(converted) == 1
    assert "one page of several" in refused.reason


@pytest.mark.parametrize(
    "page",
    [
        {"templates": [ENTRY], "phones": {"data": [{"id": 1}], "paging": {"next": "x"}}},
        {"waba_templates": [ENTRY], "total": 2, "offset": 1},
        {"waba_templates": [ENTRY], "total": "many"},
    ],
)
def test_pages_of_others_and_last_pages_are_not(page: Any) -> None:
    assert found(page) == ONE


def test_two_that_become_one_language_are_told() -> None:
    entries = [template(HELLO, language=code) for code in ("pt-br", "pt_BR", "PT_BR")]
    converted, refused = read(entries)
    assert [one.body["Language"] for one in converted] == ["pt_BR"]
    assert [one.language for one in refused] == ["pt_BR", "PT_BR"]
    assert all("pt-br" in one.reason for one in refused)


def test_a_language_that_another_entry_has_takes_no_other_with_it() -> None:
    entries = [template(HELLO, language="pt-br"), template(HELLO, languages=["PT_BR", "en"])]
    converted, (refused,) = read(entries)
    assert [one.body["Language"] for one in converted] == ["pt_BR", "en"]
    assert {one.name for one in converted} == {"parcel"}
    assert "pt_BR" in refused.reason


def test_the_same_in_two_places_is_one() -> None:
    converted, (again,) = read({"all": [ENTRY], "approved": [ENTRY]})
    assert ([one.name for one in converted], again.fault) == (["parcel"], False)
    converted, refused = read([ENTRY, template(body("Another."))])
    assert ([one.name for one in converted], refused) == (["parcel", "parcel_2"], [])
    assert converted[1].notes == ('"parcel" stands in this file more than once: this one is parcel_2',)


# --- the library -----------------------------------------------------------------------------------------------------


def test_the_librarys_listing() -> None:
    facts = {
        "id": "7",
        "topic": "ORDER_MANAGEMENT",
        "usecase": "DELIVERY",
        "industry": ["SHOPS"],
        "body_param_types": ["TEXT"],
    }
    buttons = [
        {"type": "URL", "text": "Follow", "url": {"base_url": "https://example.com/{{1}}",
                                                  "url_suffix_example": "https://example.com/77"}},
        {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+4930123456"},
    ]  # fmt: skip
    for header in ("Your parcel", {"type": "TEXT", "text": "Your parcel"}, {"format": "TEXT", "text": "Your parcel"}):
        ((one,), refused) = read({"data": [{**LIBRARY, **facts, "header": header, "buttons": buttons}]})
        assert (refused, one.notes) == ([], ())
        assert one.body["Components"] == [
            {"Type": "HEADER", "Format": "TEXT", "Text": "Your parcel"},
            {"Type": "BODY", "Text": "Your parcel $(var1) is here."},
            {"Type": "BUTTONS", "Buttons": [
                {"Type": "URL", "Text": "Follow", "Url": "https://example.com/$(url1)", "UrlType": "dynamic"},
                {"Type": "PHONE_NUMBER", "Text": "Call", "PhoneNumber": "+4930123456"},
            ]},
        ]  # fmt: skip
        assert one.body["Example"] == {"var1": "77", "url1": "77"}


def test_facts_of_whoever_keeps_the_list_are_no_notes() -> None:
    kept = {"id": "w1", "status": "approved", "namespace": "x", "external_id": "9", "created_at": "2026-01-01",
            "modified_by": {"user_id": "3"}, "partner_id": "p", "waba_account_id": "q"}  # fmt: skip
    ((one,), _) = read({"waba_templates": [{**ENTRY, **kept}]})
    assert one.notes == ()
