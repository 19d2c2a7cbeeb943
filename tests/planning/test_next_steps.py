"""What a plan says to do next about versions, and what goes with a deletion: a language, or a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World, ends
from support.flow_project import FIRST, Flows
from support.plan_scenarios import LATER, TEXT, gone, hello, own, there
from support.two_versions import REMOVED, RENAMED, V1, V1_AR, dead, notes, rows, v2

from templatesync.commands.finish import finish
from templatesync.kinds import KINDS
from templatesync.model.change import Action
from templatesync.model.errors import ExitCode, RefusedError
from templatesync.model.resource import Key, Listing, Options, Resource
from templatesync.planning.inputs import PlanInput
from templatesync.planning.plan import make_plan
from templatesync.render.plan import text as plan_text
from templatesync.render.terminal import Style

GONE = "its document can go once no space has it: `templatesync finish hello --gone`"
FINISH = "hello_v2 is in use in every language: `templatesync finish hello`"


def steps(world: World, **options: object) -> dict[str, str]:
    return {key: notes(row)["next_step"] for key, row in rows(world, **options).items() if "next_step" in notes(row)}


def test_from_the_new_version_to_the_last_tombstone_a_plan_says_what_to_do(world: World) -> None:
    world.settings(review="manual")
    world.live(**there(V1))
    world.want(V1, v2(TEXT))
    assert (ends(world.apply()), steps(world)) == ({"template/hello_v2@en": "done"}, {})
    world.clock.sleep(86_400)
    world.review("pass", "hello_v2")
    assert steps(world) == {"hello_v2@en": FINISH}
    assert FINISH in " ".join(plan_text(world.plan(), Style()).split())
    world.want(dead(), v2(TEXT))
    assert steps(world) == {}
    assert ends(world.apply()) == {"template/hello@en": "done"}
    assert steps(world) == {"hello@en": GONE}
    world.want(own(hello(Name="hello_v2"), output="hello"))
    (space,) = world.plan().plan.spaces
    assert [(row.action, row.notes) for row in space.changes] == [(Action.NO_OP, ())]


def test_a_review_that_is_waited_for_ends_with_an_empty_plan(world: World) -> None:
    """As a pipeline goes: one merge with the new version and the tombstone, and an apply each night."""
    world.settings(review="manual")
    world.live(**there(V1))
    world.want(dead(), v2(TEXT))
    assert world.plan(fail_on=("blocked", "breaking")).exit_code is ExitCode.OK
    for _ in range(3):
        assert world.apply().exit_code is ExitCode.OK
        world.clock.sleep(86_400)
    world.review("pass", "hello_v2")
    assert ends(world.apply()) == {"template/hello@en": "done"}
    assert {row.action for row in rows(world).values()} == {Action.NO_OP}


def test_nobody_is_told_to_end_what_is_needed(world: World) -> None:
    for body in (V1, V1_AR, v2(TEXT)):
        world.live(**there(body))
    world.want(V1, V1_AR, v2(TEXT))
    part = "hello_v2 is in use in en, where hello can go: `templatesync finish hello`"
    assert steps(world) == {"hello_v2@en": part}  # Arabic is with the old one
    world.want(dead(), V1_AR, v2(TEXT))
    assert steps(world) == {}
    world.live(**there(v2(TEXT) | {"Language": "ar"}, "auditing"))
    new = {**v2(TEXT), "Languages": ["en", "ar"]}
    del new["Language"]
    world.want(V1, V1_AR, new)
    assert steps(world) == {}
    world.review("pass", "hello_v2", "ar")
    assert steps(world) == {"hello_v2@ar": FINISH, "hello_v2@en": FINISH}
    assert " ".join(plan_text(world.plan(), Style()).split()).count(FINISH) == 1
    for old in ([own(V1, pinned=True), V1_AR], [own(V1, protected=True), own(V1_AR, protected=True)]):
        world.want(*old, new)
        assert steps(world) == {}
    world.project(policy={"protect": ["hello"]})
    world.want(V1, V1_AR, new)
    assert steps(world) == {}


def test_the_old_version_may_have_no_file(world: World) -> None:
    for body in (V1, v2(TEXT)):
        world.live(**there(body))
    world.want(v2(TEXT))
    way = "hello has no file: a tombstone deletes it, and so does `--prune`"
    assert steps(world) == {"hello_v2@en": f"hello_v2 is in use in every language; {way}"}
    assert steps(world, prune=True) == {}
    world.project(policy={"manage": ["hello_*"]})
    assert steps(world) == {}


def test_what_another_space_has_nothing_newer_for_stays(world: World) -> None:
    """A document is one for all of its spaces, so that `finish` would refuse."""
    spaces = {"local": {"emulator": True}, "other": {"cust_space_id": "cams-other"}}
    world.project(spaces=spaces, default_space="local")
    for body in (V1, v2(TEXT)):
        world.live(**there(body))
    text = "hello_v2 is in use in every language; hello stays, for other has no newer version"
    for old, new, expected in (
        ({}, ["local"], text),
        ({"spaces": ["other", "local"]}, ["local"], text),
        ({"spaces": ["local"]}, ["local"], FINISH),
        ({}, ["other", "local"], FINISH),
    ):
        world.want(own(V1, **old) if old else V1, v2(TEXT, spaces=new))
        assert steps(world) == {"hello_v2@en": expected}
        if expected == text:
            with pytest.raises(RefusedError, match="senders of other stay with hello"):
                finish(world.root, "hello", dry_run=True)
        else:
            assert finish(world.root, "hello", dry_run=True).files
    # What one of several versions is for is enough.
    third = v2(TEXT, "hello_v3", "hello_v2", spaces=["local"])
    world.live(**there(third))
    world.want(V1, v2(TEXT), third)
    assert steps(world) == {"hello_v3@en": FINISH.replace("v2", "v3")}
    assert finish(world.root, "hello", dry_run=True).done[0].startswith("template/hello (en): marked as absent")


def test_of_three_versions_the_root_is_named(world: World) -> None:
    third = v2(TEXT, "hello_v3", "hello_v2")
    for body in (V1, v2(TEXT), third):
        world.live(**there(body))
    world.want(V1, v2(TEXT), third)
    assert steps(world) == {"hello_v3@en": "hello_v3 is in use in every language: `templatesync finish hello`"}
    world.want(V1, dead("hello_v0"), third)
    assert steps(world)["hello_v0@en"] == GONE.replace("hello", "hello_v0")


def test_what_programs_would_miss_is_said_with_the_command_that_ends_it(world: World) -> None:
    for body in (V1, v2(RENAMED)):
        world.live(**there(body))
    world.want(V1, v2(RENAMED))
    assert steps(world) == {}
    world.want(V1, v2(RENAMED, adopt=True))
    (step,) = steps(world).values()
    assert "no program is left that is written for {name}: `templatesync finish hello --allow-breaking`" in step


def test_a_language_that_was_dropped_is_ended_by_the_name_that_programs_know(world: World) -> None:
    world.live(**there(hello(Name="hello_v2")))
    world.want(own(hello(Name="hello_v2"), output="hello"), dead("hello_v2", "ar"))
    assert steps(world) == {
        "hello_v2@ar": "its document can go once no space has it: `templatesync finish hello --gone`"
    }


def test_no_tombstone_is_ended_while_another_of_its_chain_has_work_to_do(world: World) -> None:
    """It may be in a state in which nothing can be deleted, or no part of this plan; and nobody misses it."""
    for body, state in ((v2(TEXT), "auditing"), (v2(TEXT, "hello_v3", "hello_v2"), "pass")):
        world.live(**there(body, state))
    world.want(dead(), dead("hello_v2", replaces="hello"), v2(TEXT, "hello_v3", "hello_v2"))
    text = "its document can go once no space has it"
    assert steps(world) == {"hello@en": text}
    assert steps(world, targets=("template/hello",)) == {"hello@en": text}
    row = rows(world)["hello_v2@en"]
    assert (row.reason, row.breaking) == ("auditing", ())


def test_what_newer_versions_have_taken_over_breaks_nobody(world: World) -> None:
    """Neither while it waits nor when it goes, as `breaking` says of the files."""
    for body in (V1, v2(TEXT)):
        world.live(**there(body))
    world.want(dead(), v2(TEXT))
    assert (rows(world)["hello@en"].action, rows(world)["hello@en"].breaking) == (Action.DELETE, ())
    world.want(v2(TEXT))
    assert rows(world, prune=True)["hello@en"].breaking == ()


def test_a_flow_that_a_template_leads_to_is_not_to_be_ended(tmp_path: Path) -> None:
    flows = Flows(tmp_path)
    flows.flow("a b", options={"publish": True})
    flows.settle()
    flows.flow("c", options={"publish": True, "replaces": "a b"})
    flows.settle()
    told = [note for note in flows.change("flow/c")["notes"] if note.startswith("next_step")]
    assert told == ["next_step: c is in use: `templatesync finish 'a b'`"]
    button = {
        "Type": "FLOW",
        "Text": "Book",
        "FlowId": "${{ flows.a%20b }}",
        "FlowAction": "NAVIGATE",
        "NavigateScreen": FIRST,
    }
    flows.want(hello(TEXT, {"Type": "BUTTONS", "Buttons": [button]}))
    assert not [note for note in flows.change("flow/c")["notes"] if note.startswith("next_step")]


def test_a_flow_waits_for_the_version_that_leads_to_it(tmp_path: Path) -> None:
    """That one waits for a review; a flow whose template would stay is in use."""
    flows = Flows(tmp_path)
    flows.settings(review="manual")
    for name, replaced in (("book", {}), ("class", {"replaces": "book"})):
        flows.flow(name, options={"publish": True, **replaced})

    def leading(flow: str, **more: str) -> dict[str, object]:
        button = {"Type": "FLOW", "Text": "Go", "FlowAction": "NAVIGATE", "NavigateScreen": FIRST}
        return hello(TEXT, {"Type": "BUTTONS", "Buttons": [{**button, "FlowId": f"${{{{ flows.{flow} }}}}"}]}, **more)

    flows.want(leading("book"))
    flows.apply()
    flows.review("pass", "hello")
    flows.put("flows/book.yaml", "kind: flow\nFlowName: book\ntemplatesync: {state: absent}\n")
    new = own(leading("class", Name="hello_v2"), replaces="hello")
    flows.want(new, dead())
    flows.apply()
    assert [flows.action(key) for key in ("flow/book", "template/hello@en")] == [("blocked", "waiting")] * 2
    assert flows.plan(fail_on=("blocked",)).exit_code is ExitCode.OK
    flows.want(new)
    assert flows.action("flow/book") == ("blocked", "in use")
    flows.want(new, dead())
    flows.review("pass", "hello_v2")
    assert [flows.action(key)[0] for key in ("flow/book", "template/hello@en")] == ["delete", "delete"]


def test_a_language_goes_alone_and_a_name_with_its_last_one(world: World) -> None:
    both = {**hello(), "Languages": ["en", "ar"]}
    del both["Language"]
    for language in ("en", "ar", "id"):
        world.live(**there(hello(Language=language)))
    world.want(hello(Language="id"), gone("hello", "ar"), gone("hello", "en"))
    planned = rows(world)
    text = "only ar, en go: hello stays in id; whether the platform holds the name in this language for 30 days, "
    assert notes(planned["hello@ar"])["language_deleted"] == f"{text}no page says"
    assert [each.text for each in planned["hello@ar"].breaking] == ["language ar removed"]
    assert "breaks senders: language removed" in plan_text(world.plan(), Style())

    world.want(hello(LATER, Name="other"), *(gone("hello", language) for language in ("ar", "en", "id")))
    planned = rows(world)
    for language in ("ar", "en", "id"):
        row = planned[f"hello@{language}"]
        assert notes(row)["name_blocked"].startswith("no language is left then, so the name goes: the platform")
        assert [(each.code, each.text) for each in row.breaking] == [
            (REMOVED[0], "the whole name is removed: no language is left")
        ]
    assert plan_text(world.plan(), Style()).count("the whole name is removed") == 1


def test_a_language_that_stays_behind_keeps_the_name(world: World) -> None:
    """It is under review, protected, created by this very plan, or in no file."""
    for language, state in (("en", "pass"), ("ar", "auditing")):
        world.live(**there(hello(Language=language), state))
    world.want(hello(LATER, Name="other"), gone("hello", "ar"), gone("hello", "en"))
    planned = rows(world)
    assert (planned["hello@ar"].reason, set(notes(planned["hello@en"]))) == ("auditing", {"language_deleted"})
    world.want(hello(Language="fr"), gone("hello", "en"))
    assert "stays in ar, fr" in notes(rows(world)["hello@en"])["language_deleted"]


def test_what_is_still_there_is_found_once_for_all_tombstones() -> None:
    class Looked(dict[Key, Resource]):
        times = 0

        def items(self) -> Any:
            Looked.times += 1
            return super().items()

    def looks(count: int) -> int:
        keys = [Key("template", f"old_{number}", "en") for number in range(count)]
        wanted = Looked({key: Resource(key, {"Name": key.name}, Options(absent=True)) for key in keys})
        Looked.times = 0
        plan = make_plan(PlanInput("local", "id", wanted, {"template": Listing({})}, KINDS))
        assert [row.notes[-1].code for row in plan.changes] == ["next_step"] * count
        return Looked.times

    assert looks(20) == looks(2)
