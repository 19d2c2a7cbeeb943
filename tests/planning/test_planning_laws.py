"""What always holds of the pure parts: canonical form, explanations, plan documents. And same inputs, same bytes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.depth import DEPTH
from support.emulated_project import World
from support.plan_scenarios import LATER, SHORT, gone, hello, there
from support.template_strategies import LANGUAGES, Body, families

from templatesync.emulator.operations import responses
from templatesync.emulator.platform.review import ReviewStatus
from templatesync.emulator.store.templates import TemplateRow
from templatesync.kinds import KINDS
from templatesync.kinds.template.canonical import canonical, pair
from templatesync.kinds.template.sending import breaking
from templatesync.model.errors import StaleError
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.diff import explain
from templatesync.planning.document import parse, text, to_json

TEMPLATE = KINDS["template"]

law = settings(max_examples=45 * DEPTH, suppress_health_check=list(HealthCheck))

# Names that mean something to the code, and values of every type at every place.
KEYS = st.sampled_from(
    "Category Components Type Text Buttons Cards CardComponents Example Format Url SupportedApps PackageName Duration "
    "HasExpiration hasExpiration AllowSend MessageSendTtlSeconds IsOptOut NewField new.field a[0] it's ''".split()
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 3),
    st.sampled_from(["", "BODY", "HEADER", "AUTHENTICATION", "IMAGE", "x"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
CONTENTS = st.dictionaries(KEYS, VALUES, max_size=5)


def answered(body: Body, space: str) -> dict[str, Any]:
    """The answer of a service that got this body."""
    properties = {
        name: body[name] for name in ("AllowSend", "CategoryChangePaused", "MessageSendTtlSeconds") if name in body
    }
    template = TemplateRow(
        id=1, space=space, type="WHATSAPP", name=body["Name"], language=body["Language"], code="c" * 32,
        category=body["Category"], status=ReviewStatus.PASS, reason="", held=False, created=1.0,
        submitted=1.0, updated=1.0,
        content={"Components": body["Components"], "Example": body.get("Example")}, properties=properties,
    )  # fmt: skip
    return json.loads(json.dumps(responses.detail(template)))


# Canonical form


@law
@given(families())
def test_canonical_form_is_its_own_canonical_form(family: list[Body]) -> None:
    for body in family:
        assert canonical(canonical(body)) == canonical(body)


@law
@given(CONTENTS)
def test_canonical_form_of_odd_bodies_too(body: Body) -> None:
    assert canonical(canonical(body)) == canonical(body)


@law
@given(families(), st.sampled_from(["one", "two", "three", "four", "five", "six"]))
def test_an_answer_of_the_service_equals_what_was_sent(family: list[Body], space: str) -> None:
    for body in family:
        wanted, live = pair(body, answered(body, space))
        assert wanted == live


@law
@given(families())
def test_empty_parts_and_members_of_an_answer_are_nothing(family: list[Body]) -> None:
    body = family[0]
    answer = answered(body, "one")
    empty = {"Text": "", "Buttons": [], "Cards": None, "Url": None, "Duration": 0, "hasExpiration": False}
    types = {part["Type"] for part in body["Components"]}
    answer["Components"] += [{"Type": kind, **empty} for kind in ("HEADER", "FOOTER", "BUTTONS") if kind not in types]
    wanted, live = pair(body, answer)
    assert wanted == live


@law
@given(families(), families(category="AUTHENTICATION"))
def test_other_content_is_never_equal(family: list[Body], codes: list[Body]) -> None:
    if family[0]["Category"] != "AUTHENTICATION":
        wanted, live = pair({**family[0], "Components": codes[0]["Components"]}, answered(family[0], "one"))
        assert wanted != live


@law
@given(families(), st.sampled_from(["UTILITY", "MARKETING"]))
def test_a_category_that_drifted_is_no_difference(family: list[Body], category: str) -> None:
    body = family[0]
    wanted, live = pair(body, answered(body, "one") | {"Category": category})
    assert wanted == live


@law
@given(CONTENTS, families())
def test_odd_answers_break_nothing(answer: Body, family: list[Body]) -> None:
    key = Key("template", "hello", "en")
    live = Live(key, "pass", {}, {}, answer)
    wanted, there = pair(family[0], answer)
    explain(there, wanted)
    breaking(there, wanted)
    TEMPLATE.content.current(live)
    TEMPLATE.outputs.values(live)
    TEMPLATE.file.unparse(live)
    resource = Resource(key, family[0])
    TEMPLATE.policy.decide(resource, live, TEMPLATE.content.pair(resource, live), "block", False)


# Explanations


@law
@given(VALUES, VALUES)
@example({"Components": [{"Type": ["a"]}]}, {"Components": [{"Type": {"b": 1}}]})
@example({"Components": [{"Type": "BODY"}]}, {"Components": {"BODY": {"Type": "BODY"}}})
@example([1], [True])
@example({"a": 1}, {"a": True, "b": 0})
def test_what_differs_is_explained_and_nothing_else(before: Any, after: Any) -> None:
    assert bool(explain(before, after)) == (before != after)


@law
@given(families(), families())
def test_every_difference_has_a_place_and_two_sides(one: list[Body], other: list[Body]) -> None:
    before, after = canonical(one[0]), canonical(other[0])
    for difference in explain(before, after):
        assert difference.path
        assert difference.op in ("add", "remove", "replace", "move")
        json.dumps([difference.before, difference.after])
    assert explain(before, after) == explain(before, after)
    assert isinstance(breaking(before, after), tuple)


def test_one_button_put_in_front_is_one_difference() -> None:
    def reply(text: str) -> Body:
        return {"Type": "QUICK_REPLY", "Text": text}

    before = {"Components": [{"Type": "BUTTONS", "Buttons": [reply("a"), reply("b")]}]}
    after = {"Components": [{"Type": "BUTTONS", "Buttons": [reply("new"), reply("a"), reply("b")]}]}
    found = explain(before, after)
    assert ("add", "Components[BUTTONS].Buttons[0]") in {(each.op, each.path) for each in found}
    assert all(each.op in ("add", "move") for each in found)


# Plan documents


@cache
def saved_plan() -> bytes:
    """A plan with every action, two spaces, and texts in several scripts."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), spaces={"local": {"emulator": True}, "second": {"emulator": True}})
        for body, status in [
            (hello(Name="a"), "fail"), (hello(Name="b"), "pass"), (hello(Name="c"), "pass"), (hello(Name="d"), "pass")
        ]:  # fmt: skip
            world.live(**there(body, status))
        world.want(
            hello("您好 $(name)，您的订单 已经发货。", Name="a"), gone("b"), hello(Name="c"), hello(LATER, Name="d"),
            hello('Quoted "text" \\ and مرحبا and more.', Name="e"), hello(SHORT, Name="f"),
        )  # fmt: skip
        data = text(to_json(world.plan("local", "second").plan)).encode()
        world.emulator.end()
    return data


def permissions(data: bytes) -> list[Any]:
    """All that a plan permits, and where."""
    return [
        (space.space, space.cust_space_id, space.waba_id, [change.permission() for change in space.writes])
        for space in parse(data, "plan.json").spaces
    ]


def test_a_saved_plan_permits_what_was_planned() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.live(**there(hello(), "fail"))
        world.want(hello(LATER), hello(Name="other"))
        plan = world.plan().plan
        read = parse(text(to_json(plan)).encode(), "plan.json")
        assert [change.permission() for change in read.spaces[0].writes] == [
            change.permission() for change in plan.spaces[0].writes
        ]
        world.emulator.end()


def refused_or_equal(data: bytes) -> None:
    try:
        found = permissions(data)
    except StaleError:
        return
    assert found == permissions(saved_plan())


@settings(law, max_examples=170 * DEPTH)
@given(st.data())
def test_a_damaged_plan_is_refused_or_permits_the_same(data: st.DataObject) -> None:
    plan = saved_plan()
    start = data.draw(st.integers(0, len(plan) - 1))
    end = data.draw(st.integers(start, min(len(plan), start + 40)))
    put = data.draw(
        st.one_of(st.binary(max_size=4), st.sampled_from([b"", b"null", b"1e999", b"{}", b"[]", b'"', b"0"]))
    )
    refused_or_equal(plan[:start] + put + plan[end:])


def test_no_flipped_bit_gives_another_permission() -> None:
    plan = saved_plan()
    for index in random.Random(1).sample(range(len(plan)), 700):
        flipped = plan[index] ^ (1 << (index % 8))
        refused_or_equal(plan[:index] + bytes([flipped]) + plan[index + 1 :])


def test_no_shortened_plan_is_a_plan() -> None:
    plan = saved_plan().rstrip()
    for length in random.Random(2).sample(range(len(plan)), 300):
        with pytest.raises(StaleError):
            parse(plan[:length], "plan.json")


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"7", b"\xff", b"{}", b'{"format_version": 1}', b'{"format_version": "1.0"}', b"[" * 200_000,
     b'{"format_version": "1.0", "digest": "", "spaces": {}}', b'{"format_version": "1.0", "spaces": [[]]}',
     b'{"format_version": "1.0", "digest": null, "spaces": [null]}'],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_plan_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(StaleError, match="plan"):
        parse(data, "plan.json")


# Same inputs, same bytes


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_hash_seed_changes_nothing(tmp_path: Path, seed: str) -> None:
    """The command line itself, with an emulator in a file, in processes that order sets differently."""
    world = World(tmp_path)
    bodies = [hello(Name=f"note_{number}", Language=language) for number in range(4) for language in LANGUAGES[:3]]
    world.want(*bodies)
    reference = world.text()
    world.emulator.end()
    arguments = [sys.executable, "-m", "templatesync", "plan", "--format", "json", "-C", str(tmp_path), "-q"]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    environment.pop("CI", None)
    result = subprocess.run(arguments, capture_output=True, env=environment, timeout=60)
    assert result.returncode == 0, result.stderr
    assert result.stdout.decode() == reference
