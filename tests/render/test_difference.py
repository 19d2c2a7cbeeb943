"""What differs, for a terminal: a field at a time of what is still the same thing, in words where it is a text."""

from __future__ import annotations

import pytest

from templatesync.model.change import Difference
from templatesync.model.json_value import Json
from templatesync.render.difference import difference
from templatesync.render.terminal import Style

HOME: dict[str, Json] = {"Type": "QUICK_REPLY", "Text": "I will be home"}


def told(before: Json, after: Json) -> list[str]:
    return list(difference(Difference("Buttons[0]", "replace", before, after), "", Style(columns=80)))


def test_a_button_with_another_text_is_told_by_its_text() -> None:
    assert told(HOME, {"Text": "I am home", "Type": "QUICK_REPLY"}) == [
        "Buttons[0].Text:",
        "  ~ I [-will be-]{+am+} home",
    ]


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ({"IsOptOut": True}, ["Buttons[0].IsOptOut:", "  + true"]),
        ({"Text": "I will be home", "Lasts": {"a": 1}}, ["Buttons[0].Lasts:", "  + a: 1"]),
    ],
)
def test_a_field_that_comes_or_goes(more: dict[str, Json], lines: list[str]) -> None:
    assert told(HOME, {**HOME, **more}) == lines
    assert told({**HOME, **more}, HOME) == [line.replace("+ ", "- ") for line in lines]


def test_true_and_one_are_not_the_same() -> None:
    assert told({**HOME, "A": True}, {**HOME, "A": 1}) == ["Buttons[0].A:", "  - true", "  + 1"]


@pytest.mark.parametrize("other", [{"Type": "URL", "Text": "x"}, {"Text": "x"}, {**HOME, "Te\u0445t": "x"}])
def test_another_thing_is_shown_whole(other: dict[str, Json]) -> None:
    assert told(HOME, other)[0] == "Buttons[0]:"


def test_what_is_left_out_before_a_change_is_one_mark() -> None:
    same = "A sentence that stays as it was, " * 5
    assert told(f"{same}old", f"{same}new")[1].startswith("  ~ … ")
