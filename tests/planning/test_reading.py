"""The order in which a space is read, driven by hand: pages and details beside each other, kinds in step."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import pytest

from templatesync.kinds.base import Scope
from templatesync.kinds.template.listing import fetch
from templatesync.model.calls import CallError, Calls
from templatesync.model.request import Answer, AnswerClass, AnyRequest, Request
from templatesync.model.resource import Key, Listing
from templatesync.planning.reading import side_by_side

SIZE = 100
BODY = {"Type": "BODY", "Text": "Hello, your parcel is on its way."}
COUNT = 2550


def row(number: int) -> dict[str, Any]:
    return {"TemplateCode": str(number), "TemplateName": f"n{number:05}", "Language": "en", "AuditStatus": "pass"}


def answered(request: AnyRequest, total: int | None, shift: int = 0) -> Answer:
    """What a space of `total` templates says. A shift moves all rows down, as a creation does."""
    assert isinstance(request, Request)
    if request.operation == "GetChatappTemplateDetail":
        number = int(request.params["TemplateCode"])
        data = {"Name": f"n{number:05}", "Language": "en", "TemplateCode": str(number), "AuditStatus": "pass"}
        return Answer(request, AnswerClass.SUCCESS, "OK", data={"Data": {**data, "Reason": None, "Components": [BODY]}})
    first = (request.params["Page"]["Index"] - 1) * SIZE
    numbers = range(first, min(first + SIZE, COUNT))
    rows = [row(max(0, number - shift)) for number in numbers]
    return Answer(request, AnswerClass.SUCCESS, "OK", data={"ListTemplate": rows, "Total": total})


def driven(
    flow: Calls[Listing], total: int | None = COUNT, shifts: Mapping[int, int] | None = None
) -> tuple[list[tuple[int, int]], Listing]:
    """How many pages and details each batch asked for, and the end."""
    batches: list[tuple[int, int]] = []
    batch = next(flow)
    while True:
        assert isinstance(batch, tuple)
        pages = sum(request.operation == "ListChatappTemplate" for request in batch)
        batches.append((pages, len(batch) - pages))
        shift = (shifts or {}).get(len(batches), 0)
        try:
            batch = flow.send([answered(request, total, shift) for request in batch])
        except StopIteration as stop:
            return batches, stop.value


def scope(detail: bool = True, **more: Any) -> Scope:
    return Scope(frozenset(), lambda key: detail, **more)


def test_details_go_out_beside_the_pages_and_never_more_than_a_thousand() -> None:
    batches, listing = driven(fetch(scope()))
    # The slower of the two operations is never left without work: ten details take as long as a page.
    assert batches == [(1, 0), (10, 100), (15, 1000), (0, 1000), (0, 450)]
    assert (len(listing.live), listing.complete) == (COUNT, True)
    assert all(live.body is not None and "Reason" not in live.body for live in listing.live.values())


def test_without_details_all_pages_go_out_at_once() -> None:
    batches, listing = driven(fetch(scope(detail=False)))
    assert batches == [(1, 0), (25, 0)]
    assert (len(listing.live), listing.rows, listing.recalled) == (COUNT, {}, frozenset())


def test_without_a_total_page_after_page_is_read_until_one_is_short() -> None:
    batches, listing = driven(fetch(scope(detail=False)), total=None)
    assert batches == [(1, 0)] * 26
    assert len(listing.live) == COUNT


def test_a_list_that_moves_is_read_again_and_no_detail_twice() -> None:
    batches, listing = driven(fetch(scope()), shifts={3: 1})
    assert sum(details for _, details in batches) == COUNT
    assert sum(pages for pages, _ in batches) == 2 * 26
    assert listing.complete


def test_what_was_recalled_is_judged_again_when_the_list_is_read_again() -> None:
    judged: list[Key] = []

    def recall(key: Key, seen: Mapping[str, Any]) -> Mapping[str, Any] | None:
        judged.append(key)
        return {"Name": key.name, "Language": key.language, "Components": [BODY]} if key.name == "n00000" else None

    _, listing = driven(fetch(scope(recall=recall)), shifts={3: 1})
    assert judged.count(Key("template", "n00000", "en")) == 2
    assert len(judged) == COUNT + 1
    assert listing.recalled == {Key("template", "n00000", "en")}
    assert listing.rows.keys() == listing.live.keys()


IMPOSSIBLE: tuple[dict[str, Any], ...] = (
    {},
    {"Name": "n00001", "Language": "en", "Components": [BODY]},
    {"Name": "n00000", "Language": "en"},
    {"Name": "n00000", "Language": "en", "Components": "x"},
)


@pytest.mark.parametrize("body", IMPOSSIBLE)
def test_a_memory_that_cannot_be_is_not_believed(body: dict[str, Any]) -> None:
    def recall(key: Key, seen: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return body if key.name == "n00000" else None

    batches, listing = driven(fetch(scope(recall=recall)))
    assert sum(details for _, details in batches) == COUNT
    assert listing.recalled == frozenset()


# Several at once


def step(name: str, batches: int) -> Generator[tuple[AnyRequest, ...], list[Answer], list[str]]:
    told = []
    for number in range(batches):
        answers = yield tuple(Request(f"{name}{number}{index}") for index in range(number))
        told += [answer.code for answer in answers]
    return told


def test_flows_go_in_step_and_each_gets_its_own_answers() -> None:
    flow = side_by_side([step("a", 3), step("b", 1), step("c", 4), step("d", 0)])
    asked: list[list[str]] = []
    batch = next(flow)
    while True:
        assert isinstance(batch, tuple)
        asked.append([request.operation for request in batch])
        try:
            batch = flow.send([Answer(request, AnswerClass.SUCCESS, request.operation) for request in batch])
        except StopIteration as stop:
            ended = stop.value
            break
    assert asked == [[], ["a10", "c10"], ["a20", "a21", "c20", "c21"], ["c30", "c31", "c32"]]
    assert ended == [["a10", "a20", "a21"], [], ["c10", "c20", "c21", "c30", "c31", "c32"], []]


def test_the_first_that_fails_ends_them_all() -> None:
    def failing() -> Generator[tuple[AnyRequest, ...], list[Answer], list[str]]:
        (answer,) = yield (Request("x"),)
        raise CallError(answer)

    others = step("a", 3)
    flow = side_by_side([failing(), others])
    next(flow)
    with pytest.raises(CallError):
        flow.send([Answer(Request("x"), AnswerClass.DENIED)])
