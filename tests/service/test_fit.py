"""Answers in other shapes than the pages say: read as the one thing they can mean, or told; never taken for nothing."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.service.api import api, check
from templatesync.service.fit import Fitted, fit

LIST = api().operations["ListChatappTemplate"].response
DETAIL = api().operations["GetChatappTemplateDetail"].response
CODES = api().operations["ListPhoneMessageQrdl"].response

ROW = {"TemplateCode": "123", "TemplateName": "shop", "Language": "en", "AuditStatus": "pass", "LastUpdateTime": 5}
ANSWER = {"Code": "OK", "ListTemplate": [ROW], "Total": 1}
BODY = {"Type": "BODY", "Text": "Hello", "AddSecretRecommendation": False}


@pytest.mark.parametrize(
    "given_",
    [
        {"code": "OK", "listTemplate": [ROW], "TOTAL": 1},
        {"Code": "OK", "ListTemplate": json.dumps([ROW]), "Total": "1"},
        {"Code": "OK", "ListTemplate": {"ListTemplate": [ROW]}, "Total": 1.0},
        {"Code": "OK", "ListTemplate": {"Item": [ROW]}, "Total": 1},
        {"Code": "OK", "ListTemplate": ROW, "Total": 1},
        {"Code": "OK", "ListTemplate": [json.dumps(ROW)], "Total": " 1 "},
        {"Code": "OK", "ListTemplate": [{**ROW, "TemplateCode": 123, "LastUpdateTime": "5"}], "Total": 1},
        {"Code": "OK", "ListTemplate": [{name.lower(): value for name, value in ROW.items()}], "Total": 1},
    ],
)
def test_one_meaning_is_read_however_it_is_written(given_: dict[str, Any]) -> None:
    assert fit(LIST, given_) == Fitted(ANSWER)


@pytest.mark.parametrize(
    ("member", "value", "wanted"),
    [
        ("AllowSend", "true", True),
        ("AllowSend", "FALSE", False),
        ("AllowSend", 1, True),
        ("Components", json.dumps([BODY]), [BODY]),
        ("Components", [{**BODY, "AddSecretRecommendation": "false"}], [BODY]),
        ("Example", '{"name": "Ann"}', {"name": "Ann"}),
        ("TemplateCode", 9007199254740993, "9007199254740993"),
        ("Components", "", None),
    ],
)
def test_members_of_an_object(member: str, value: Any, wanted: Any) -> None:
    fitted = fit(DETAIL, {"Code": "OK", "Data": {member: value}})
    assert fitted == Fitted({"Code": "OK", "Data": {member: wanted}})


def test_an_object_in_a_list_of_its_own() -> None:
    assert fit(DETAIL, {"Data": [{"Name": "a"}]}) == Fitted({"Data": {"Name": "a"}})


@pytest.mark.parametrize(
    ("fields", "given_", "problem"),
    [
        (LIST, {"ListTemplate": "none", "Total": 0}, "ListTemplate is text where array is documented"),
        (LIST, {"ListTemplate": 7}, "ListTemplate is a number where array is documented"),
        (LIST, {"ListTemplate": [ROW, "x"]}, "ListTemplate[1] is text where object is documented"),
        (LIST, {"ListTemplate": [ROW, None]}, "ListTemplate[1] is nothing where object is documented"),
        (LIST, {"ListTemplate": {"a": [], "b": []}}, "ListTemplate is an object where array is documented"),
        (LIST, {"Total": "many"}, "Total is text where integer is documented"),
        (LIST, {"Total": True}, "Total is a boolean where integer is documented"),
        (LIST, {"Total": 1.5}, "Total is a number where integer is documented"),
        (DETAIL, {"Data": "gone"}, "Data is text where object is documented"),
        (DETAIL, {"Data": [1, 2]}, "Data is a list where object is documented"),
        (DETAIL, {"Data": {"Name": {"a": 1}}}, "Data.Name is an object where string is documented"),
        (DETAIL, {"Data": {"Name": True}}, "Data.Name is a boolean where string is documented"),
        (
            CODES,
            {"Data": [{"PrefilledMessage": True}]},
            "Data[0].PrefilledMessage is a boolean where string is documented",
        ),
        (CODES, {"Data": True}, "Data is a boolean where array is documented"),
    ],
)
def test_what_does_not_fit_is_told_and_left(fields: Any, given_: dict[str, Any], problem: str) -> None:
    before = copy.deepcopy(given_)
    fitted = fit(fields, given_)
    assert (fitted.problems, fitted.data, given_) == ((problem,), before, before)


def test_the_documented_spelling_counts_beside_another() -> None:
    data = {"Total": 2, "total": 9}
    assert fit(LIST, data).data is data


@pytest.mark.parametrize("text", ["[" * 100_000, "{" * 5, '{"a":' * 2_000 + "1" + "}" * 2_000, "9" * 5_000, "-", "١"])
def test_a_hostile_text_is_a_problem_at_most(text: str) -> None:
    for fields, name in ((LIST, "ListTemplate"), (LIST, "Total"), (DETAIL, "Data")):
        assert len(fit(fields, {name: text}).problems) == 1


NAMES = ["Data", "data", "ListTemplate", "Total", "Code", "Name", "x"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["Data", "data", "ListTemplate", "Total", "Code", "Name", "x"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from(sorted(api().operations)), st.dictionaries(st.text(max_size=3), JSON, max_size=3), JSON)
def test_any_json_is_fitted_once_and_changes_nothing_given(name: str, data: dict[str, Any], inside: Any) -> None:
    fields = api().operations[name].response
    data |= {field.name: inside for field in fields[:4]}
    before = copy.deepcopy(data)
    fitted = fit(fields, data)
    assert data == before
    again = fit(fields, fitted.data)
    assert again.data == fitted.data, "what fits once fits"
    if not fitted.problems:
        wrong = [each for each in check(fields, fitted.data) if each.what == "type"]
        assert wrong == [], "no problem told means that all is of its type"


def test_what_fits_is_the_very_same_object() -> None:
    data = {"Code": "OK", "Data": {"Name": "a", "Components": [BODY]}}
    assert fit(DETAIL, data).data is data
