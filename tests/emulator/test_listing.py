"""Listings: order, pages, filters, and all the ways in which they can be odd."""

from __future__ import annotations

from typing import Any

import pytest
from support.emulator_caller import Caller, Clock

ALL = [f"t{number}" for number in range(7, 0, -1)]


def fill(caller: Caller) -> None:
    for name in reversed(ALL):
        caller.create(Name=name)


def page(caller: Caller, index: int, size: int) -> list[str]:
    return caller.names(Page={"Index": index, "Size": size})


def test_newest_first_in_pages(either: Any) -> None:
    caller = either()
    fill(caller)
    assert page(caller, 1, 3) + page(caller, 2, 3) + page(caller, 3, 3) == ALL
    assert page(caller, 4, 3) == []
    assert caller.ok("ListChatappTemplate", Page={"Index": 2, "Size": 5})["Total"] == 7


def test_ten_to_a_page_unless_said(caller: Caller) -> None:
    for number in range(12):
        caller.create(Name=f"t{number}")
    assert len(caller.names()) == 10


def test_a_page_has_a_hundred_rows_at_most(caller: Caller) -> None:
    for number in range(101):
        caller.create(Name=f"t{number}")
    assert len(page(caller, 1, 5000)) == 100
    assert len(page(caller, 2, 5000)) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"Index": 0, "Size": 1},
        {"Index": 1, "Size": 0},
        {"Index": 1},
        {"Index": "1", "Size": 1},
        {"Index": 10**20, "Size": 1},
    ],
)
def test_pages_count_from_one(caller: Caller, asked: dict[str, Any]) -> None:
    assert caller.code("ListChatappTemplate", Page=asked) == "InvalidParameter.PageInvalid"


def test_filters(caller: Caller) -> None:
    fill(caller)
    caller.create(Name="t1", Language="id", Category="MARKETING")
    assert caller.names(Name="t1") == ["t1", "t1"]
    assert caller.names(Name="t1", Language="en") == ["t1"]
    assert caller.names(Category="MARKETING") == ["t1"]
    assert caller.names(AuditStatus="pass") == []
    assert len(caller.names(AuditStatus="auditing")) == 8
    code = caller.detail("t3")["TemplateCode"]
    assert caller.names(Code=code) == ["t3"]
    assert caller.code("ListChatappTemplate", AuditStatus="paused") == "InvalidParameter.AuditStatusNotSupport"


def test_spaces_do_not_see_each_other(caller: Caller) -> None:
    caller.create()
    assert caller.but(space="cams-two").names() == []
    assert caller.but(space=None).names() == []


@pytest.mark.parametrize(
    ("pages", "first", "second", "far", "total"),
    [
        ("short", ["t7", "t6", "t5"], ["t4", "t3", "t2"], [], 7),
        ("repeat", ["t7", "t6", "t5", "t4"], ["t4", "t3", "t2", "t1"], [], 7),
        ("gap", ["t7", "t6", "t5", "t4"], ["t2", "t1"], [], 7),
        ("endless", ["t7", "t6", "t5", "t4"], ["t3", "t2", "t1"], ["t3", "t2", "t1"], 7),
        ("total_low", ["t7", "t6", "t5", "t4"], ["t3", "t2", "t1"], [], 6),
        ("total_high", ["t7", "t6", "t5", "t4"], ["t3", "t2", "t1"], [], 8),
        ("total_none", ["t7", "t6", "t5", "t4"], ["t3", "t2", "t1"], [], None),
    ],
)
def test_odd_pages(
    make: Any, pages: str, first: list[str], second: list[str], far: list[str], total: int | None
) -> None:
    caller = make(pages=pages)
    fill(caller)
    assert page(caller, 1, 4) == first
    assert page(caller, 2, 4) == second
    assert page(caller, 9, 4) == far
    assert caller.ok("ListChatappTemplate")["Total"] == total


def test_listings_may_lag_behind_while_details_do_not(make: Any, clock: Clock) -> None:
    caller = make(consistency_delay=5)
    caller.create()
    assert caller.names() == []
    assert caller.detail()["Name"] == "shop"
    clock.sleep(5)
    assert caller.names() == ["shop"]
    caller.ok("DeleteChatappTemplate", TemplateName="shop", TemplateType="WHATSAPP")
    assert caller.names() == ["shop"]
    assert caller.code("GetChatappTemplateDetail", TemplateName="shop", Language="en") == "DetailError.TemplateNotExist"
    clock.sleep(5)
    assert caller.names() == []
