"""`--usage`: how often what changes or goes is sent, as far as the service tells; never a failure, in no digest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from support.emulated_project import LOCAL, World
from support.plan_scenarios import LATER, gone, hello, own, there

from templatesync.commands.plan import PlanResult, plan
from templatesync.model.errors import ExitCode
from templatesync.planning import document
from templatesync.planning.inputs import PlanOptions
from templatesync.render.plan import text as terminal
from templatesync.render.plan_markdown import plan as markdown
from templatesync.render.terminal import Style


def counted(world: World) -> PlanResult:
    return plan(world.root, (), False, PlanOptions(), world.connection, usage=True)


def rows(result: PlanResult) -> dict[str, Mapping[str, Any]]:
    (space,) = document.to_json(result.plan)["spaces"]
    return {change["key"]: change for change in space["changes"]}


def usages(result: PlanResult) -> dict[str, Mapping[str, Any]]:
    return {key: row["usage"] for key, row in rows(result).items() if "usage" in row}


def send(world: World, name: str, sent: int, **more: Any) -> None:
    world.control("metrics", cust_space_id=LOCAL, template_name=name, sent=sent, **more)


def asked(world: World) -> list[Mapping[str, Any]]:
    return [each["parameters"] for each in world.arrived() if each["operation"] == "GetChatappTemplateMetric"]


@pytest.fixture
def several(world: World) -> World:
    """An edit of what was rejected, a deletion, a new version, something new and something equal."""
    world.live(**there(hello(), status="fail"))
    for name in ("leaving", "old", "equal"):
        world.live(**there(hello(Name=name)))
    fresh = own(hello(LATER, Name="old_v2"), replaces="old")
    world.want(hello(LATER), gone("leaving"), hello(Name="old"), fresh, hello(Name="equal"), hello(Name="fresh"))
    return world


def test_what_changes_goes_or_is_replaced_is_counted(several: World) -> None:
    send(several, "hello", 41_230, delivered=41_000, read=900)
    send(several, "hello", 5, days_ago=6)
    send(several, "hello", 7, days_ago=8)
    send(several, "old", 1)
    assert usages(counted(several)) == {
        "template/hello@en": {"days": 7, "sent": 41_235, "delivered": 41_005, "read": 900},
        "template/leaving@en": {"days": 7, "sent": 0, "delivered": 0, "read": 0},
        "template/old_v2@en": {"days": 7, "sent": 1, "delivered": 1, "read": 0, "of": "old"},
    }
    assert len(asked(several)) == 3


def test_it_is_told_wherever_a_plan_is_read(several: World) -> None:
    send(several, "hello", 41_230)
    send(several, "old", 1)
    result = counted(several)
    told = ("sent 41,230 times this week", "not sent this week", "old: sent once this week")
    for shown in (terminal(result, Style()), markdown(result, Style()).replace("\\", "")):
        assert [each for each in told if each not in shown] == []


def test_nothing_is_asked_when_nobody_asks(several: World) -> None:
    plain = several.plan()
    assert (usages(plain), asked(several)) == ({}, [])
    result = counted(several)
    assert document.to_json(result.plan)["digest"] == document.to_json(plain.plan)["digest"]
    assert document.parse(document.text(document.to_json(result.plan)).encode(), "plan.json").spaces[0].changes


def test_a_breaking_change_that_is_blocked_is_counted(world: World) -> None:
    world.live(**there(hello(), status="fail"))
    world.want(hello("Hello, your parcel $(number) is on its way to you.", Example={"number": "7"}))
    send(world, "hello", 3)
    row = rows(counted(world))["template/hello@en"]
    assert (row["action"], row["usage"]["sent"]) == ("blocked", 3)


# --- a service that answers otherwise ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["gateway", "product", "words"])
def test_without_permission_one_note_says_so(several: World, how: str) -> None:
    before = several.plan().exit_code
    several.settings(quirks={"denied-metrics": how})
    result = counted(several)
    (space,) = result.plan.spaces
    (told,) = [note.text for note in space.notes if note.code == "usage"]
    assert "cams:GetChatappTemplateMetric" in told
    assert (usages(result), len(asked(several)), result.exit_code) == ({}, 1, before)


@pytest.mark.parametrize("kind", ["500", "garbage", "truncate", "throttle"])
def test_a_refusal_is_no_failure(several: World, kind: str) -> None:
    several.fault(kind, "GetChatappTemplateMetric", times=1000)
    result = counted(several)
    (space,) = result.plan.spaces
    assert result.exit_code == ExitCode.OK and space.error is None
    assert {usage["sent"] for usage in usages(result).values()} == {None}
    assert "usage unknown" in terminal(result, Style())


def test_of_many_the_sum_and_the_most_used_are_told(world: World) -> None:
    names = [f"gone_{number}" for number in range(30)]
    for name in names:
        world.live(**there(hello(Name=name)))
    world.want(hello(), *(gone(name) for name in names))
    for name, sent in (("gone_3", 1200), ("gone_9", 34)):
        send(world, name, sent)
    result = counted(world)
    shown = " ".join(terminal(result, Style(columns=80)).split())
    assert "usage: sent 1,234 times this week in all: gone_3@en 1,200, gone_9@en 34" in shown
    assert re.search(
        r"gone_3\W.*: the whole name is removed[^;]*; sent 1,200 times this week", markdown(result, Style())
    )
    assert len(asked(world)) == 30
