"""What a customer sees of a flow and of a QR code."""

from __future__ import annotations

from typing import Any

import pytest
from support.compact_look import compact

from templatesync.kinds import KINDS
from templatesync.look.bubble import Picture, Screens, Values

FLOW, CODE = KINDS["flow"].content.look, KINDS["qr_code"].content.look


def screen(name: str, *children: Any, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": name.title(), "layout": {"children": [*children]}, **more}


def lines(*screens: Any, values: Values = Values.SAMPLES, **more: Any) -> list[str]:
    return compact(FLOW({"AssetContent": {"screens": [*screens], **more}}, "", {}, values)).splitlines()


def go(name: str) -> dict[str, Any]:
    action = {"name": "navigate", "next": {"type": "screen", "name": name}}
    return {"type": "Footer", "label": "Go", "on-click-action": action}


def test_screens_are_in_order_and_lead_on() -> None:
    assert lines(screen("A", go("B")), screen("B", go("C")), screen("C", terminal=True)) == [
        "A: A", "  button: Go", "  -> B", "B: B", "  button: Go", "  -> C", "C: C (end)",
    ]  # fmt: skip


def test_routes_that_are_written_and_those_of_buttons_are_told_once_each() -> None:
    screens = (screen("A", go("B")), screen("B"), screen("C"))
    found = lines(*screens, routing_model={"A": ["C", "B", "NOWHERE"]})
    assert [line for line in found if "->" in line] == ["  -> C", "  -> B"]


def test_a_button_that_leads_to_no_screen_of_the_flow_still_says_where() -> None:
    assert lines(screen("A", go("NOWHERE")))[-1] == "  -> NOWHERE"


def test_parts_say_what_they_are() -> None:
    children = [
        {"type": "TextBody", "text": ["One", "Two"]},
        {"type": "Form", "children": [{"type": "TextInput", "label": "Name", "required": True, "helper-text": "All"}]},
        {"type": "Dropdown", "label": "Size", "data-source": [{"id": "1", "title": "S", "description": "small"}, "M"]},
        {"type": "NavigationList", "label": "Go", "list-items": [{"id": "x", "main-content": {"title": "There"}}]},
        {"type": "If", "condition": "${data.a}", "then": [{"type": "TextBody", "text": "yes"}], "else": [go("A")]},
        {"type": "Switch", "value": "${data.b}", "cases": {"red": [{"type": "TextCaption", "text": "red"}], "x": []}},
        {"type": "Hologram", "label": "New"},
        {"type": "Mystery"},
    ]
    assert lines(screen("A", *children), values=Values.NAMES)[1:-1] == [
        "  text: One", "Two",
        "  input *: Name", "  hint: All",
        "  choice: Size", "    - S: small", "    - M",
        "  list: Go", "    - There",
        "  condition: if ${data.a}", "  text: yes", "  condition: else, if not ${data.a}", "  button: Go",
        "  condition: if ${data.b} is red", "  caption: red",
        "  other: New", "  other: Mystery",
    ]  # fmt: skip


DATA = {"n": {"__example__": "Ann"}, "k": {"__example__": 2}, "l": {"__example__": [{"title": "One"}]}, "m": {}}


@pytest.mark.parametrize(
    "text, shown",
    [
        ("${data.n}", "Ann"),
        ("${data.k}", "2"),
        ("`'Hi ' ${data.n} ', ' ${data.k}`", "Hi Ann, 2"),
        ("`${data.k} + 1`", "`2 + 1`"),  # what is calculated stays as it is written
        ("${data.m} ${data.l} ${form.n}", "${data.m} ${data.l} ${form.n}"),
        ("`'open`", "`'open`"),
    ],
)
def test_the_examples_of_a_screen_stand_for_its_data(text: str, shown: str) -> None:
    part = {"type": "TextBody", "text": text}
    assert lines(screen("A", part, data=DATA))[1:] == [f"  text: {shown}"]
    assert lines(screen("A", part, data=DATA), values=Values.NAMES)[1:] == [f"  text: {text}"]


@pytest.mark.parametrize("name, choice", [("l", "One"), ("m", "${data.m}")])
def test_choices_that_come_with_the_data_are_its_examples(name: str, choice: str) -> None:
    part = {"type": "Dropdown", "label": "L", "data-source": f"${{data.{name}}}"}
    assert lines(screen("A", part, data=DATA))[2:] == [f"    - {choice}"]


@pytest.mark.parametrize("content", [{}, None, {"Asset": "flows/a.json"}, {"AssetContent": None}, {"AssetContent": []}])
def test_a_flow_whose_json_is_not_known_says_so(content: Any) -> None:
    look = FLOW(content, "", {}, Values.SAMPLES)
    assert look == Screens(unread="the JSON of this flow is not known, so its screens cannot be shown")


def test_what_is_compared_has_the_json_under_the_name_of_its_file() -> None:
    json = {"screens": [screen("A")]}
    assert FLOW({"Asset": json}, "", {}, Values.SAMPLES) == FLOW(
        {"Asset": "a.json", "AssetContent": json}, "", {}, Values.SAMPLES
    )


LINK = "https://wa.me/message/ABC"


@pytest.mark.parametrize(
    "more, link",
    [
        ({}, ""),
        ({"DeepLinkUrl": LINK}, LINK),
        ({"DeepLinkUrl": "https://wa.me.example.com/"}, ""),
        ({"DeepLinkUrl": "javascript:x"}, ""),
        ({"DeepLinkUrl": None}, ""),
    ],
)
def test_a_qr_code_has_the_link_that_the_service_tells_and_no_other(more: dict[str, Any], link: str) -> None:
    body = {"PhoneNumber": "6581234567", "PrefilledMessage": "Hi", **more}
    assert CODE(body, "", {}, Values.SAMPLES) == Picture("Hi", "6581234567", link)
