"""Quotas that are used up: that operation stops, the rest says when to go on, and --wait goes on by itself."""

from __future__ import annotations

from typing import Any

import pytest
from support.emulated_project import World, ends, outcome
from support.kind_specimens import Write, actions, every_step
from support.plan_scenarios import LATER, TEXT, hello, there

from templatesync.model.errors import ExitCode

A = "template/hello@en"
HOUR = 3600.0


@pytest.fixture
def rationed(world: World) -> World:
    """A world in which one more template can be created this hour, and four are wanted."""
    world.settings(limits=True)
    for number in range(99):
        world.live(**there(hello(Name=f"old_{number:02}")))
    world.want(*(hello(Name=f"new_{number}") for number in range(4)))
    world.clock.sleep(600)
    return world


def test_the_rest_is_not_started_and_says_when_to_go_on(rationed: World) -> None:
    result = rationed.apply()
    assert sorted(ends(result).values()) == ["done", "not-started", "not-started", "not-started"]
    assert result.exit_code == ExitCode.PARTIAL
    left = [end for _, outcomes in result.outcomes for end in outcomes if end.kind == "not-started"]
    assert {end.code for end in left} == {"quota"}
    # 50 minutes are left of the hour that began at 03:04:05.
    assert all("2026-01-02 04:04:05 UTC" in end.message for end in left)


def test_with_wait_it_goes_on_by_itself(rationed: World) -> None:
    start = rationed.clock.now
    result = rationed.apply(order={"wait": True, "timeout": 2 * HOUR})
    assert set(ends(result).values()) == {"done"}
    assert HOUR - 600 <= rationed.clock.now - start <= HOUR
    assert rationed.changed() == ["CreateChatappTemplate"] * 4


def test_no_wait_is_longer_than_its_timeout(rationed: World) -> None:
    start = rationed.clock.now
    result = rationed.apply(order={"wait": True, "timeout": 1800})
    assert sorted(ends(result).values()) == ["done", "not-started", "not-started", "not-started"]
    assert rationed.clock.now - start < 60


def test_a_quota_does_not_stop_other_operations(rationed: World) -> None:
    rationed.live(**there(hello(Name="edited"), "fail"))
    rationed.want(*(hello(Name=f"new_{number}") for number in range(2)), hello(LATER, Name="edited"))
    result = rationed.apply()
    assert ends(result)["template/edited@en"] == "done"
    assert "not-started" in ends(result).values()


@pytest.fixture
def edited(world: World) -> World:
    """A world in which an approved template was edited today and is to be edited once more."""
    world.project(policy={"on_approved": "modify"})
    world.settings(limits=True, modify_approved="allow", review="approve")
    for text in (TEXT, LATER):
        world.want(hello(text))
        assert ends(world.apply()) == {A: "done"}
    world.want(hello("Good evening $(name), your parcel has arrived."))
    return world


def test_edits_of_approved_templates_are_rationed(edited: World) -> None:
    result = edited.apply()
    assert (ends(result), outcome(result).code) == ({A: "not-started"}, "quota")
    assert ends(edited.apply(order={"wait": True, "timeout": 48 * HOUR})) == {A: "done"}
    assert edited.changed().count("ModifyChatappTemplate") == 2


def test_after_a_wait_the_state_is_looked_at_again(edited: World) -> None:
    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == "ModifyChatappTemplate":
            edited.review("disabled")

    edited.emulator.after = after
    result = edited.apply(order={"wait": True, "timeout": 48 * HOUR})
    assert (ends(result), result.exit_code) == ({A: "stale"}, ExitCode.STALE)
    assert edited.changed().count("ModifyChatappTemplate") == 1


@every_step
def test_a_quota_that_names_no_time_is_not_waited_for(world: World, write: Write, operation: str) -> None:
    def after(called: str, answer: dict[str, Any]) -> None:
        if called == operation:
            answer.update({"Code": "Throttling.User", "Message": "The daily quota is used up."})

    key = write.start(world)
    world.fault("denied", operation, times=99)
    world.emulator.after = after
    start = world.clock.now
    result = world.apply(order={"wait": True, "timeout": 48 * HOUR}, **write.options)
    # What has begun cannot be called not started.
    end = ("not-started", "quota") if operation == write.operations[0] else ("failed", "Throttling.User")
    assert (ends(result)[key], outcome(result).code) == end
    assert "daily quota" in outcome(result).message
    assert world.clock.now - start < 60
    world.emulator.after = None
    world.lift()
    assert ends(world.apply(**write.options)) == {key: "done"}
    assert actions(world) == {key: "no_op"}


def test_a_quota_with_nothing_written_ends_with_5(world: World) -> None:
    world.settings(limits=True)
    for number in range(100):
        world.live(**there(hello(Name=f"old_{number:02}")))
    world.want(hello())
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "not-started"}, ExitCode.UNREACHABLE)
