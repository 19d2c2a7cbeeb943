"""Answers of other shapes than documented: what is not understood is told, hides nothing else, and is never empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from templatesync.kinds.base import Scope
from templatesync.kinds.template.listing import fetch, look
from templatesync.model.request import Answer, AnswerClass, AnyRequest, Request
from templatesync.model.resource import AMBIGUOUS, NOT_UNDERSTOOD, Key, Listing
from templatesync.planning.reading import read_account

BODY = {"Type": "BODY", "Text": "Hello, your parcel is on its way."}
GOOD, STRANGE = Key("template", "good", "en"), Key("template", "strange", "en")
SCOPE = Scope(frozenset({GOOD}), lambda key: True)


def row(name: str, **other: Any) -> dict[str, Any]:
    return {"TemplateCode": f"{name}-1", "TemplateName": name, "Language": "en", "AuditStatus": "pass"} | other


def detail(name: str) -> dict[str, Any]:
    return {"Name": name, "Language": "en", "TemplateCode": f"{name}-1", "AuditStatus": "pass", "Components": [BODY]}


def answer(request: AnyRequest, *problems: str, **data: Any) -> Answer:
    return Answer(request, AnswerClass.SUCCESS, "OK", data=data, problems=problems)


def listing(pages: Mapping[int, Mapping[str, Any]], details: Mapping[str, Answer] | None = None) -> Listing:
    """What is made of these pages of the list, and of these details by TemplateCode; of others all is well."""
    calls = fetch(SCOPE)
    batch = next(calls)
    while True:
        assert isinstance(batch, tuple)
        answers = []
        for request in batch:
            assert isinstance(request, Request)
            if request.operation == "ListChatappTemplate":
                answers.append(answer(request, **pages.get(request.params["Page"]["Index"], {"ListTemplate": []})))
            else:
                code = str(request.params["TemplateCode"])
                answers.append((details or {}).get(code) or answer(request, Data=detail(code.partition("-")[0])))
        try:
            batch = calls.send(answers)
        except StopIteration as stop:
            found: Listing = stop.value
            return found


@pytest.mark.parametrize("data", ["x", 1, ["x"], None, {}, {"Id": 5}])
def test_an_account_that_is_not_told_has_no_id(data: Any) -> None:
    calls = read_account()
    (request,) = next(calls)  # type: ignore[misc]
    with pytest.raises(StopIteration) as stop:
        calls.send([answer(request, Data=data)])
    assert (stop.value.value.waba_id, stop.value.value.review_status) == ("", "")


@pytest.mark.parametrize("name", ["Id", "WabaId", "CustWabaId"])
def test_the_account_has_its_id_under_one_of_three_names(name: str) -> None:
    calls = read_account()
    (request,) = next(calls)  # type: ignore[misc]
    with pytest.raises(StopIteration) as stop:
        calls.send([answer(request, Data={name: "209", "AccountReviewStatus": "approved"})])
    assert stop.value.value.waba_id == "209"


@pytest.mark.parametrize(
    "first",
    [
        {},
        {"Total": 1},
        {"ListTemplate": None},
        {"ListTemplate": None, "Total": 3},
        {"ListTemplate": "x", "Total": 0},
        {"ListTemplate": 1, "Total": 1},
        {"ListTemplate": {"a": 1}, "Total": 0},
        {"ListTemplate": True},
        {"List": [], "Code": "OK"},
    ],
)
def test_an_answer_without_a_list_is_no_empty_space(first: dict[str, Any]) -> None:
    found = listing({1: first})
    assert (found.live, found.complete, found.reason) == ({}, False, "the service answered without a list of templates")


@pytest.mark.parametrize("first", [{"ListTemplate": None, "Total": 0}, {"ListTemplate": []}, {"Total": 0}])
def test_an_empty_space_says_that_it_is(first: dict[str, Any]) -> None:
    found = listing({1: first})
    assert (found.live, found.complete, found.reason) == ({}, True, "")


@pytest.mark.parametrize(
    ("strange", "reason"),
    [
        ({"TemplateCode": None}, "does not say its TemplateCode"),
        ({"TemplateName": ""}, "does not say its TemplateName"),
        ({"Language": 5, "TemplateName": {}}, "does not say its TemplateName and Language"),
    ],
)
def test_a_row_that_does_not_say_which_template_it_is(strange: dict[str, Any], reason: str) -> None:
    found = listing({1: {"ListTemplate": [row("good"), row("strange", **strange)], "Total": 2}})
    assert (list(found.live), found.complete) == ([GOOD], False)
    assert reason in found.reason
    assert found.live[GOOD].body is not None


def test_a_row_that_is_no_object() -> None:
    found = listing({1: {"ListTemplate": [row("good"), "x"], "Total": 2}})
    assert (list(found.live), found.complete) == ([GOOD], False)


UNCLEAR = [
    {"Example": ["x"]},
    {"Example": "x"},
    {"Components": "x"},
    {"Components": ["x"]},
    {"Components": None},
    {"Name": "other"},
    {"Language": "id"},
]


@pytest.mark.parametrize("wrong", UNCLEAR)
def test_one_template_that_cannot_be_understood_hides_no_other(wrong: dict[str, Any]) -> None:
    odd = answer(Request("GetChatappTemplateDetail"), Data={**detail("strange"), **wrong})
    found = listing({1: {"ListTemplate": [row("good"), row("strange")], "Total": 2}}, {"strange-1": odd})
    assert (set(found.live), found.complete) == ({GOOD, STRANGE}, True)
    assert found.failed[STRANGE].code == NOT_UNDERSTOOD
    assert found.live[STRANGE].body is None
    assert found.live[GOOD].body is not None


@pytest.mark.parametrize("data", [None, {}, [], "", "x"])
def test_a_detail_without_a_template_is_a_failure_of_that_one(data: Any) -> None:
    odd = answer(Request("GetChatappTemplateDetail"), Data=data)
    found = listing({1: {"ListTemplate": [row("good"), row("strange")], "Total": 2}}, {"strange-1": odd})
    assert set(found.failed) == {STRANGE}
    assert found.complete


@pytest.mark.parametrize("klass", [AnswerClass.DENIED, AnswerClass.NOT_FOUND, AnswerClass.OTHER, AnswerClass.INVALID])
def test_a_refused_detail_is_a_failure_of_that_one(klass: AnswerClass) -> None:
    refused = Answer(Request("GetChatappTemplateDetail"), klass, "Some.Code", "words")
    found = listing({1: {"ListTemplate": [row("good"), row("strange")], "Total": 2}}, {"strange-1": refused})
    assert found.failed == {STRANGE: refused}
    assert STRANGE in found.live


def test_what_does_not_fit_counts_where_it_is_compared() -> None:
    said = {"Data": detail("strange")}
    inside = answer(Request("GetChatappTemplateDetail"), "Data.Components[0].Text is a list", **said)
    beside = answer(Request("GetChatappTemplateDetail"), "Data.QualityScore is a list", **said)
    rows = {1: {"ListTemplate": [row("good"), row("strange")], "Total": 2}}
    assert set(listing(rows, {"strange-1": inside}).failed) == {STRANGE}
    assert listing(rows, {"strange-1": beside}).failed == {}


def test_two_codes_of_one_name_and_language_are_ambiguous() -> None:
    rows = [row("good"), row("strange"), row("strange", TemplateCode="strange-2")]
    found = listing({1: {"ListTemplate": rows, "Total": 3}})
    assert found.failed[STRANGE].code == AMBIGUOUS
    assert "strange-1, strange-2" in found.failed[STRANGE].message
    assert found.live[STRANGE].body is None


def test_of_two_rows_that_contradict_each_other_the_detail_tells() -> None:
    rows = [row("good"), row("good", AuditStatus="fail")]
    found = listing({1: {"ListTemplate": rows, "Total": 2}})
    assert (found.live[GOOD].status, found.complete) == ("pass", True)


def test_templates_of_another_channel_are_not_ours() -> None:
    found = listing({1: {"ListTemplate": [row("good"), row("strange", TemplateType="VIBER")], "Total": 2}})
    assert (list(found.live), found.complete) == ([GOOD], True)


@pytest.mark.parametrize(("told", "complete"), [(1, True), (2, True), (3, False), (None, True)])
def test_a_total_that_does_not_fit(told: Any, complete: bool) -> None:
    page = {"ListTemplate": [row("good"), row("strange")], "Total": told}
    assert listing({1: page}).complete is complete


def test_a_page_of_a_round_number_of_rows_may_have_been_cut() -> None:
    pages = {
        number: {"ListTemplate": [row(f"n{each}") for each in range(number * 10, number * 10 + 10)], "Total": 10}
        for number in (1, 2, 3)
    }
    assert len(listing(pages).live) == 30


@pytest.mark.parametrize("most", [50, 20, 10])
def test_a_refused_page_size_is_asked_again_with_a_smaller_one(most: int) -> None:
    calls = fetch(SCOPE)
    (request,) = next(calls)  # type: ignore[misc]
    asked = [request.params["Page"]["Size"]]
    while asked[-1] > most:
        (request,) = calls.send([Answer(request, AnswerClass.INVALID, "InvalidParameter.Size")])  # type: ignore[misc]
        asked.append(request.params["Page"]["Size"])
    with pytest.raises(StopIteration) as stop:
        calls.send([answer(request, ListTemplate=[], Total=0)])
    assert (stop.value.value.complete, asked) == (True, [each for each in (100, 50, 20, 10) if each >= most])


def test_a_filter_that_finds_nothing_proves_nothing() -> None:
    calls = look(GOOD)
    (request,) = next(calls)  # type: ignore[misc]
    assert request.params["Name"] == "good"
    (request,) = calls.send([answer(request, ListTemplate=[], Total=0)])  # type: ignore[misc]
    assert "Name" not in request.params
    (request,) = calls.send([answer(request, ListTemplate=[row("good")], Total=1)])  # type: ignore[misc]
    with pytest.raises(StopIteration) as stop:
        calls.send([answer(request, Data=detail("good"))])
    assert stop.value.value.live[GOOD].body is not None
