"""Answers that are well-formed and of the wrong shape end the reading of a space, and never crash it."""

from __future__ import annotations

from typing import Any

import pytest

from templatesync.kinds.base import Scope
from templatesync.kinds.template import remote
from templatesync.model.calls import WrongAnswerError
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.model.resource import Key
from templatesync.planning.reading import read_account

ROW = {"TemplateCode": "1", "TemplateName": "hello", "Language": "en", "AuditStatus": "pass"}
DETAIL = {"Name": "hello", "Language": "en", "TemplateCode": "1", "AuditStatus": "pass", "Components": []}
SCOPE = Scope(frozenset({Key("template", "hello", "en")}), lambda key: True)


def answer(request: Any, **data: Any) -> Answer:
    return Answer(request, AnswerClass.SUCCESS, "OK", data=data)


@pytest.mark.parametrize("data", ["x", 1, ["x"]])
def test_an_account_that_is_no_object(data: Any) -> None:
    flow = read_account()
    (request,) = next(flow)  # type: ignore[misc]
    with pytest.raises(WrongAnswerError):
        flow.send([answer(request, Data=data)])


@pytest.mark.parametrize("listed", [1, "x", {"a": 1}, True])
def test_a_list_that_is_none(listed: Any) -> None:
    flow = remote.fetch(SCOPE)
    next(flow)
    with pytest.raises(WrongAnswerError):
        flow.send([answer(Request("ListChatappTemplate", {}), ListTemplate=listed, Total=1)])


@pytest.mark.parametrize(
    "wrong",
    [
        {"Example": ["x"]},
        {"Example": "x"},
        {"Reason": {"a": 1}},
        {"QualityScore": 1},
        {"Category": ["x"]},
        {"Components": "x"},
    ],
)
def test_a_template_with_a_field_of_another_shape(wrong: dict[str, Any]) -> None:
    flow = remote.fetch(SCOPE)
    next(flow)
    flow.send([answer(Request("ListChatappTemplate", {}), ListTemplate=[{**ROW, "Reason": {}}], Total=1)])
    with pytest.raises(WrongAnswerError):
        flow.send([answer(Request("GetChatappTemplateDetail", {}), Data={**DETAIL, **wrong})])
