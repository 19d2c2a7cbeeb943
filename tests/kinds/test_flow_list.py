"""The list of flows: pages of any size, rows of any shape, and what shows that there are none."""

from __future__ import annotations

import pytest
from support.flow_space import (
    BOOK,
    KIND,
)
from support.kind_calls import Called, answered, only

from templatesync.kinds.flow.names import Names, listed
from templatesync.model.calls import CallError, Calls
from templatesync.model.json_value import Json
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.model.resource import NOT_UNDERSTOOD

LIST = Request("ListFlow")


# --- the list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["50-refused", "20-refused", "10-refused", "50-cut", "20-cut", "10-cut"])
def test_whatever_page_the_service_takes(space: Called, value: str) -> None:
    made = {space.flow(f"flow {number}", content=None) for number in range(103)}
    space.clock.sleep(7200)
    space.quirks(page_cap=value)
    names = space.run(listed(""))
    assert ({flow_id for ids in names.ids.values() for flow_id in ids}, names.problem) == (made, "")


def pages(*answers: Answer | None) -> Names:
    """What comes of the list when it is answered so; None is a page without rows."""
    calls: Calls[Names] = listed("")
    next(calls)
    with pytest.raises(StopIteration) as stop:
        for answer in answers:
            calls.send([answered(LIST, {"Data": []}) if answer is None else answer])
    names: Names = stop.value.value
    return names


def page(*rows: Json, **more: Json) -> Answer:
    return answered(LIST, {"Data": list(rows), **more})


ROW: dict[str, Json] = {"FlowId": "1", "FlowName": "book"}
REFUSED = Answer(LIST, AnswerClass.INVALID, "InvalidParameter.PageInvalid")
NOTHING = answered(LIST, {"Data": None})


def test_uneven_pages_are_read_until_nothing_is_new() -> None:
    many = [{"FlowId": str(number), "FlowName": f"f{number}"} for number in range(5)]
    names = pages(page(*many[:2]), page(many[2]), page(*many[3:]), page(many[4]))
    assert (len(names.ids), names.problem) == (5, "")


def test_a_refused_page_is_the_end_only_behind_a_short_one() -> None:
    assert pages(page(ROW), REFUSED).problem == ""
    full = page(*({"FlowId": str(number), "FlowName": f"f{number}"} for number in range(100)))
    assert "InvalidParameter.PageInvalid" in pages(full, REFUSED).problem


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ([page("text")], "a row of ListFlow says no FlowId"),
        ([page({"FlowName": "book"})], "a row of ListFlow says no FlowId"),
        ([page({"FlowId": "1", "FlowName": None})], "a row of ListFlow says no FlowName"),
        ([answered(LIST, {"Data": {"Total": 1}})], "ListFlow was answered without a list"),
        ([answered(LIST, {"Data": None, "Flows": [ROW]})], "ListFlow was answered without a list"),
        ([answered(LIST, {"Total": 7})], "ListFlow was answered without a list"),
        ([answered(LIST, {"Data": "1,book"})], "ListFlow was answered without a list"),
        ([NOTHING, REFUSED], "ListFlow was answered without a list"),
        ([NOTHING, NOTHING], ""),
        ([NOTHING, page()], ""),
        ([page(ROW, ROW), None], ""),
    ],
)
def test_what_is_not_understood_is_not_nothing(answers: list[Answer | None], problem: str) -> None:
    assert pages(*answers).problem == problem


def test_a_row_without_an_id_blocks_its_name() -> None:
    names = pages(page({"FlowName": "book"}))
    assert {name: answer.code for name, answer in names.failed.items()} == {"book": NOT_UNDERSTOOD}


@pytest.mark.parametrize(
    ("refusals", "others", "empty"),
    [
        (["NoData"] * 4, ("NoData", None, "PageInvalid"), True),
        (["NoData"] * 4, ("NoData", "NoData", "PageInvalid"), True),
        (["PageInvalid"] * 3 + ["NoData"], ("NoData", "NoData", "PageInvalid"), True),
        (["Denied"] * 4, ("Denied", "Denied", "Denied"), False),
        (["PageInvalid"] * 4, ("NoData", "PageInvalid", "PageInvalid"), False),
    ],
)
def test_what_shows_that_there_is_no_flow(refusals: list[str], others: tuple[str | None, ...], empty: bool) -> None:
    def said(code: str | None) -> Answer:
        return page() if code is None else Answer(LIST, AnswerClass.INVALID, f"InvalidParameter.{code}")

    calls = listed("")
    next(calls)
    for code in refusals:
        calls.send([said(code)])
    try:
        calls.send([said(code) for code in others])
    except StopIteration as stop:
        assert empty
        assert stop.value == Names()
    except CallError as error:
        assert not empty
        assert error.answer.code == f"InvalidParameter.{refusals[-1]}"


def test_a_refused_list_is_told(space: Called) -> None:
    space.quirks(denied_flows="gateway")
    with pytest.raises(CallError) as raised:
        space.run(KIND.remote.fetch(only(BOOK)))
    assert "cams:ListFlow" in raised.value.answer.message
    assert space.asked() == ["ListFlow"]
