"""What breaks programs in a plan: what a file says that it breaks on purpose, and edits that make another contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.emulated_project import World, ends
from support.plan_scenarios import TEXT, hello, own, there
from support.two_versions import BOTH, REMOVED, RENAMED, V1, Body, dead, notes, rows, v2

from templatesync.model.change import Action
from templatesync.model.errors import ExitCode
from templatesync.planning.document import parse, text, to_json
from templatesync.schema.loading import schema_dir


def test_what_is_meant_fails_no_plan(world: World) -> None:
    def fails() -> bool:
        return world.plan(fail_on=("breaking",)).exit_code == ExitCode.REFUSED

    for body in (V1, v2()):
        world.live(**there(body))
    world.want(dead(), v2(adopt=True))
    assert fails()
    world.want(dead(breaks=REMOVED), v2(adopt=True))
    assert not fails()
    world.want(V1, v2(), v2(TEXT, "hello_v3", "hello_v2", adopt=True))
    assert not fails()
    world.want(own(hello(RENAMED, Example={"customer": "Ann"}), on_approved="modify", breaks=BOTH[:1]))
    assert fails()
    world.want(own(hello(RENAMED, Example={"customer": "Ann"}), on_approved="modify", breaks=BOTH))
    assert not fails()
    world.want(dead())
    assert fails()
    world.want(dead(breaks=REMOVED))
    assert not fails()


@pytest.mark.parametrize(
    ("named", "action"), [([], "blocked"), (BOTH[:1], "blocked"), (BOTH, "update"), ([*BOTH, REMOVED[0]], "update")]
)
def test_what_its_file_names_is_let_through_by_plan_and_apply(world: World, named: list[str], action: str) -> None:
    world.live(**there(V1, "fail"))
    world.want(own(hello(RENAMED, Example={"customer": "Ann"}), **({"breaks": named} if named else {})))
    row = rows(world)["hello@en"]
    assert row.action.value == action
    assert [note.code for note in row.breaking] == BOTH
    if action == "blocked":
        unnamed = [rule for rule in BOTH if rule not in named]
        assert f"({', '.join(unnamed)})" in row.notes[0].text
        assert "`templatesync: {breaks: [breaking-variable-removed, breaking-variable-added]}`" in row.notes[0].text
        assert "`--allow-breaking` by hand" in row.notes[0].text
        assert ("it says `breaks: [breaking-variable-removed]`" in row.notes[0].text) == bool(named)
    assert ("breaks_stale" in notes(row)) == (len(named) > 2)
    assert ends(world.apply()) == {"template/hello@en": "done" if action == "update" else "blocked"}
    if action == "update":
        after = rows(world)["hello@en"]
        assert after.action is Action.NO_OP
        assert all(rule in notes(after)["breaks_stale"] for rule in named)


def test_it_is_stale_only_when_no_language_breaks_it(world: World) -> None:
    world.live(**there(V1, "fail"))
    body = own(hello(RENAMED, Example={"customer": "Ann"}), breaks=BOTH)
    del body["Language"]
    world.want(body | {"Languages": ["en", "id"]})
    assert {key: "breaks_stale" in notes(row) for key, row in rows(world).items()} == {
        "hello@en": False,
        "hello@id": False,
    }
    # Nor by a plan that does not look at the language that breaks it.
    assert "breaks_stale" not in notes(rows(world, targets=("template/hello@id",))["hello@id"])


@pytest.mark.parametrize("readable", [True, False])
def test_what_could_not_be_read_makes_nothing_stale(world: World, readable: bool) -> None:
    world.live(**there(V1))

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == "GetChatappTemplateDetail" and not readable:
            answer.clear()
            answer.update({"Code": "InvalidParameter.Odd", "Message": "not now", "RequestId": "REQUEST"})

    world.emulator.after = after
    world.want(own(hello(), breaks=BOTH))
    assert ("breaks_stale" in notes(rows(world)["hello@en"])) is readable


def test_what_a_file_moves_senders_to_is_no_stale_break_while_there_is_something_else(world: World) -> None:
    for body in (V1, v2()):
        world.live(**there(body))
    for files in ((V1, v2(adopt=True, breaks=BOTH)), (own(V1, pinned=True, breaks=BOTH), v2(adopt=True))):
        world.want(*files)
        assert not [row for row in rows(world).values() if "breaks_stale" in notes(row)]
    world.want(V1, v2(breaks=BOTH))  # which moves nobody
    assert "breaks_stale" in notes(rows(world)["hello_v2@en"])


def test_a_new_label_is_told_and_stands_in_no_way(world: World) -> None:
    def replies(*labels: str) -> Body:
        return {"Type": "BUTTONS", "Buttons": [{"Type": "QUICK_REPLY", "Text": label} for label in labels]}

    world.live(**there(hello(TEXT, replies("Yes", "No")), "fail"))
    world.want(hello(TEXT, replies("Sure", "No")))
    row = rows(world)["hello@en"]
    assert (row.action, row.breaking) == (Action.UPDATE, ())
    assert "breaking-quick-reply-relabelled" in notes(row)
    assert world.document()["summary"]["breaking"] == 0


def test_rules_are_in_plan_and_receipt_and_come_back_from_a_saved_plan(world: World, tmp_path: Path) -> None:
    world.live(**there(V1, "fail"))
    world.want(own(hello(RENAMED, Example={"customer": "Ann"}), breaks=BOTH))
    saved = tmp_path / "plan.json"
    made = world.plan(out=saved).plan
    again = parse(saved.read_bytes(), "plan.json")
    assert again.spaces[0].changes[0].breaking == made.spaces[0].changes[0].breaking
    assert text(to_json(again))  # and can be written once more
    old = json.loads(saved.read_text())
    del old["spaces"][0]["changes"][0]["breaking_rules"]
    assert [n.text for n in parse(json.dumps(old).encode(), "").spaces[0].changes[0].breaking] == [
        "variable name removed",
        "variable customer added",
    ]
    receipt = tmp_path / "receipt.json"
    world.apply(order={"plan_file": saved, "receipt": receipt})
    told = json.loads(receipt.read_text())
    jsonschema.validate(told, json.loads((schema_dir() / "receipt.schema.json").read_text()))
    (change,) = told["spaces"][0]["changes"]
    assert change["breaking_rules"] == [
        {"rule": "breaking-variable-removed", "text": "variable name removed"},
        {"rule": "breaking-variable-added", "text": "variable customer added"},
    ]


@pytest.mark.parametrize(
    ("text", "block", "told"),
    [
        ("A wording that nobody has seen before, $(name).", {}, False),
        (RENAMED, {"breaks": BOTH}, False),  # that breaks them, which is told
        (TEXT, {}, True),
    ],
)
def test_an_edit_in_place_that_takes_the_codes_from_generated_programs_is_a_note(
    world: World, text: str, block: Body, told: bool
) -> None:
    world.live(**there(V1))
    labels = {"Type": "BUTTONS", "Buttons": [{"Type": "QUICK_REPLY", "Text": "Yes"}]}
    example = {word: "Ann" for word in ("name", "customer") if word in text}
    body = hello(text, *([labels] if told else []), Example=example)
    world.want(own(body, on_approved="modify", **block))
    row = rows(world)["hello@en"]
    assert row.action is Action.UPDATE
    assert ("codes_change" in notes(row)) == told
    world.want(own(body, **block))
    assert ("codes_change" in notes(rows(world)["hello@en"])) == told  # where it helps to choose the way


def test_codes_that_another_version_has_as_well_are_not_lost(world: World) -> None:
    labels = {"Type": "BUTTONS", "Buttons": [{"Type": "QUICK_REPLY", "Text": "Yes"}]}
    again = own(hello(Name="hello_v2"), replaces="hello")
    for body in (V1, again):
        world.live(**there(body))
    world.want(own(hello(TEXT, labels), on_approved="modify"), again)
    assert "codes_change" not in notes(rows(world)["hello@en"])


@pytest.mark.parametrize("edited", ["hello", "hello_v2"])
def test_an_edit_in_place_that_moves_senders_says_where_they_go(world: World, edited: str) -> None:
    """They are with the second version because it asks for what the first one does."""
    labels = {"Type": "BUTTONS", "Buttons": [{"Type": "QUICK_REPLY", "Text": "Yes"}]}
    first, second = hello(), hello(Name="hello_v2")
    for body in (first, second):
        world.live(**there(body))
    more = {each["Name"]: [labels] if each["Name"] == edited else [] for each in (first, second)}
    world.want(
        own(hello(TEXT, *more["hello"]), on_approved="modify"),
        own(hello(TEXT, *more["hello_v2"], Name="hello_v2"), replaces="hello", on_approved="modify"),
    )
    row = rows(world)[f"{edited}@en"]
    assert (row.action, row.breaking) == (Action.UPDATE, ())
    assert notes(row)["senders_move"].startswith("senders go from hello_v2 to hello with this change")
    assert "codes_change" not in notes(row)
