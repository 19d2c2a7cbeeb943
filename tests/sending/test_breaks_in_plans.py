"""What breaks programs, seen through the front door: files and what is live, to a plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World
from support.plan_scenarios import hello, image, own, there

from templatesync.kinds.template.canonical import canonical
from templatesync.kinds.template.sending import contract
from templatesync.kinds.template.visible import visible


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, rules={"header-media-url": "off"})
    yield made
    made.emulator.end()


def buttons(*each: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "BUTTONS", "Buttons": list(each)}


YES, NO = ({"Type": "QUICK_REPLY", "Text": text} for text in ("Yes", "No"))
BEFORE = hello("Hello, may we deliver your parcel tomorrow morning?", buttons(YES, NO))
EDITS = {
    "swapped": (buttons(NO, YES), ['quick replies changed their order from "Yes", "No" to "No", "Yes"']),
    "dropped": (buttons(YES), ['quick reply "No" removed']),
    "relabelled": (buttons({**YES, "Text": "Sure"}, NO), []),
    "added": (buttons(YES, NO, {**YES, "Text": "Later"}), []),
}


@pytest.mark.parametrize("name", EDITS)
def test_edits_of_quick_replies_are_told_in_a_plan(world: World, name: str) -> None:
    edit, told = EDITS[name]
    world.live(**there(BEFORE))
    after = {**BEFORE, "Components": [BEFORE["Components"][0], edit]}
    world.want(own(after, on_approved="modify"))
    ((change,),) = [space["changes"] for space in world.document()["spaces"]]
    assert change["breaking"] == told
    assert change["action"] == ("blocked" if told else "update")


def photo(url: str, **more: Any) -> dict[str, Any]:
    return hello("Your parcel has left our studio today.", image(url), **more)


VARIABLE = photo("$(photo)", Example={"photo": "https://www.example.com/a.jpg"})


def test_media_with_a_variable_as_their_address_reach_the_contract_and_no_sample_does() -> None:
    asked = contract(canonical(VARIABLE))
    assert (asked.names, asked.media, asked.media_variable) == (("photo",), "IMAGE", "photo")
    fixed = contract(canonical(photo("https://www.example.com/a.jpg")))
    assert (fixed.names, fixed.media, fixed.media_variable) == ((), "IMAGE", "")
    assert canonical(photo("https://www.example.com/a.jpg")) == canonical(photo("https://www.example.com/b.jpg"))


def test_what_a_sender_owes_is_visible_and_a_sample_is_not() -> None:
    header, _ = visible(canonical(VARIABLE))["Components"]
    assert header == {"Type": "HEADER", "Format": "IMAGE", "Url": "$(photo)"}
    header, _ = visible(canonical(photo("https://www.example.com/a.jpg")))["Components"]
    assert header == {"Type": "HEADER", "Format": "IMAGE"}


def test_a_service_that_answers_with_an_address_of_its_own_makes_no_difference(world: World) -> None:
    ending = photo("https://www.example.com/$(photo)", Example={"photo": "a.jpg"})
    world.want(ending)
    assert world.apply().exit_code == 0
    world.review("pass")
    ((change,),) = [space["changes"] for space in world.document()["spaces"]]
    assert (change["action"], change["diff"]) == ("no_op", [])
    assert contract(canonical(ending)).names == ("photo",)


def test_a_service_that_tells_another_variable_has_another_template(world: World) -> None:
    """What it tells counts: whoever fills `photo` is refused by a template that asks for `picture`."""

    def answer(operation: str, told: dict[str, Any]) -> None:
        for part in (told.get("Data") or {}).get("Components", []) if operation == "GetChatappTemplateDetail" else ():
            if part["Type"] == "HEADER":
                part["Url"] = "$(picture)"

    world.live(**there(VARIABLE))
    world.emulator.after = answer
    world.want(own(VARIABLE, on_approved="modify"))
    ((change,),) = [space["changes"] for space in world.document()["spaces"]]
    assert change["breaking"] == [
        "variable picture removed",
        "variable photo added",
        "header media: the address takes no variable picture any more",
        "header media: variable photo is a whole address now",
    ]


PLAIN = hello("Your parcel has left our studio today.")
CODE = {
    **PLAIN,
    "Category": "AUTHENTICATION",
    "Components": [
        {"Type": "BODY", "AddSecretRecommendation": True},
        {"Type": "BUTTONS", "Buttons": [{"Type": "COPY_CODE", "Text": "Copy code"}]},
    ],
}


@pytest.mark.parametrize(("before", "after"), [(CODE, PLAIN), (PLAIN, CODE)])
def test_a_one_time_code_that_comes_or_goes_breaks_although_no_call_changes_the_category(
    world: World, before: dict[str, Any], after: dict[str, Any]
) -> None:
    world.live(**there(before))
    world.want(own(after, on_approved="modify"))
    ((change,),) = [space["changes"] for space in world.document()["spaces"]]
    assert change["action"] == "blocked"
    assert [each["rule"] for each in change["breaking_rules"]] == ["breaking-authentication"]
