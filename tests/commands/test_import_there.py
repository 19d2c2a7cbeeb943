"""What a file has, or may have in another spelling or behind a mistake, is not imported a second time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.emulated_project import World
from support.plan_scenarios import hello, there

from templatesync.commands.import_meta import import_meta
from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.errors import ExitCode

FILE = "templates/mine.yaml"
BROKEN = {
    "a mistake of YAML": ("Name: hello\nLanguage: en\n  Category: [\n", "mend that file first"),
    "a space that is none": (to_yaml(hello() | {"templatesync": {"spaces": ["prodd"]}}), "mend that file first"),
    "a kind that is none": (to_yaml({"kind": "tempate"} | hello()), "mend that file first"),
    "a document after it": (to_yaml(hello(Name="other")) + "---\nName: hello\nName: hello\n", "mend that file first"),
    "a language in another spelling": (to_yaml(hello(Language="EN")), "has it as template/hello@EN"),
}


@pytest.mark.parametrize("why", BROKEN)
@pytest.mark.parametrize("meta", [False, True], ids=["live", "meta"])
def test_a_file_that_may_have_it_is_to_be_mended_first(world: World, why: str, meta: bool) -> None:
    text, words = BROKEN[why]
    world.put(FILE, text)
    world.live(**there(hello()))
    world.live(**there(hello(Name="hello_again")))
    result = import_meta(world.root, _listing(world.root)) if meta else world.import_()
    assert [each.keys for each in result.written] == [("template/hello_again@en",)]
    (left,) = [each for each in result.skipped if each.key == "template/hello@en"]
    assert (result.exit_code, left.fault) == (ExitCode.PARTIAL, True)
    assert left.reason.startswith(FILE)
    assert words in left.reason


def _listing(root: Path) -> Path:
    parts = [{"type": "BODY", "text": "Hello and welcome to the shop."}]
    fields = {"language": "en", "category": "UTILITY", "components": parts}
    path = root / "listing.json"
    path.write_text(json.dumps([{"name": name, **fields} for name in ("hello", "hello_again")]))
    return path


def test_a_file_with_a_mistake_that_hides_no_resource_keeps_nothing_else(world: World) -> None:
    world.put(FILE, to_yaml(hello(Name="other") | {"Txt": "hello"}))
    world.live(**there(hello()))
    result = world.import_()
    assert [each.keys for each in result.written] == [("template/hello@en",)]
    assert result.exit_code == ExitCode.OK


def test_two_that_live_in_alike_spellings_are_two(world: World) -> None:
    for language in ("en", "EN"):
        world.live(**there(hello(Language=language)))
    world.put(FILE, to_yaml(hello(Language="EN")))
    assert [each.keys for each in world.import_().written] == [("template/hello@en",)]


def test_a_file_is_not_given_to_a_space_that_does_not_manage_its_name(tmp_path: Path) -> None:
    spaces = {"one": {"emulator": True, "policy": {"manage": ["other_*"]}}, "two": {"emulator": True}}
    world = World(tmp_path, spaces=spaces, default_space="two")
    for space in spaces:
        world.live(**{**there(hello()), "cust_space_id": f"emulator-{space}"})
    (written,) = world.import_().written
    assert written.spaces == ("two",)
    assert {row["action"] for row in world.document()["spaces"][0]["changes"]} == {"no_op"}


def test_a_card_whose_buttons_are_not_told_is_equal_to_its_file(world: World) -> None:
    parts = [
        {"Type": "HEADER", "Format": "IMAGE", "Url": "https://example.com/a.jpg"},
        {"Type": "BODY", "Text": "A cup with thick walls and a deep grey glaze."},
        {"Type": "BUTTONS", "Buttons": [{"Type": "QUICK_REPLY", "Text": "More"}]},
    ]
    carousel = {"Type": "CAROUSEL", "Cards": [{"CardComponents": parts}] * 2}
    world.live(**there(hello("All tea cups are cheaper until Sunday.", carousel, Category="MARKETING")))
    world.settings(quirks={"dropped-field": "Buttons"})
    world.import_()
    assert {row["action"] for row in world.document()["spaces"][0]["changes"]} == {"no_op"}


def test_a_coupon_that_is_not_told_is_missed_before_anything_is_sent(world: World) -> None:
    button = {"Type": "COPY_CODE", "CouponCode": "CUPS10"}
    buttons = {"Type": "BUTTONS", "Buttons": [button]}
    world.live(**there(hello("All tea cups are cheaper until Sunday.", buttons, Category="MARKETING")))
    world.settings(quirks={"dropped-field": "CouponCode"})
    (written,) = world.import_().written
    assert written.ignored == ("coupon-charset",)
    assert {row["action"] for row in world.document()["spaces"][0]["changes"]} == {"no_op"}
