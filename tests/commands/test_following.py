"""After the apply: what outputs points at, what status tells, and the file of a new version."""

from __future__ import annotations

from typing import Any

import pytest
from support.emulated_project import World
from support.plan_scenarios import LATER, NEW, hello, own, there

from templatesync.commands.new_version import new_version
from templatesync.commands.outputs import outputs
from templatesync.commands.status import status
from templatesync.model.errors import ExitCode


def pointed(world: World) -> dict[tuple[str, str], tuple[str, bool]]:
    """Logical name and language to the version in use."""
    (space,) = outputs(world.root, (), False, world.connection).spaces
    return {(row.name, row.language): (row.current, row.usable) for row in space.rows}


OLD = there(hello())
ID = {"Language": "id"}


@pytest.mark.parametrize(
    ("live", "current"),
    [
        ([OLD], "hello"),
        ([OLD, there(NEW, "auditing")], "hello"),
        ([OLD, there(NEW), there(NEW | ID, "fail")], "hello"),
        ([OLD, there(NEW), there(NEW | ID)], "hello_v2"),
        ([there(NEW), there(NEW | ID)], "hello_v2"),
    ],
)
def test_outputs_point_at_the_newest_version_that_is_fully_approved(
    world: World, live: list[dict[str, Any]], current: str
) -> None:
    for template in live:
        world.live(**template)
    world.want(NEW, NEW | ID)
    found = pointed(world)
    assert {name for name, _ in found} == {"hello"}
    assert {version for version, _ in found.values()} == {current}
    assert all(usable for _, usable in found.values())


def test_outputs_of_a_chain_of_three(world: World) -> None:
    third = own(hello(LATER, Name="hello_v3"), replaces="hello_v2")
    for template in (OLD, there(NEW), there(third, "auditing")):
        world.live(**template)
    world.want(hello(), NEW, third)
    assert pointed(world) == {("hello", "en"): ("hello_v2", True)}


@pytest.mark.parametrize(
    ("state", "code"),
    [("pass", ExitCode.OK), ("paused", ExitCode.OK), ("auditing", ExitCode.PENDING), ("unaudit", ExitCode.PENDING),
     ("fail", ExitCode.REJECTED), ("disabled", ExitCode.REJECTED)],
)  # fmt: skip
def test_status_answers_by_exit_code_only_when_asked(world: World, state: str, code: ExitCode) -> None:
    world.live(**there(hello(), state))
    world.want(hello())
    assert status(world.root, (), False, world.connection, tell=True).exit_code == code
    assert status(world.root, (), False, world.connection).exit_code == ExitCode.OK


def test_status_waits_until_the_review_is_over(world: World) -> None:
    world.settings(review="approve", after=100.0)
    world.want(hello())
    world.apply()
    clock = world.clock
    result = status(world.root, (), False, world.connection, wait=True, timeout=600.0, clock=clock, sleep=clock.sleep)
    assert (result.exit_code, result.timed_out) == (ExitCode.OK, False)


def test_status_does_not_wait_longer_than_told(world: World) -> None:
    world.want(hello())
    world.apply()
    start, clock = world.clock.now, world.clock
    result = status(world.root, (), False, world.connection, wait=True, timeout=70.0, clock=clock, sleep=clock.sleep)
    assert (result.exit_code, result.timed_out) == (ExitCode.PENDING, True)
    assert clock.now - start == pytest.approx(70, abs=1)


def test_status_tells_drift(world: World) -> None:
    world.live(**there(hello(Category="MARKETING")))
    world.want(hello(LATER))
    (row,) = status(world.root, (), False, world.connection, content=True).spaces[0].rows
    assert row.drift == ("category_drift", "content")


def test_a_new_version_is_an_ordinary_creation_beside_the_old_one(world: World) -> None:
    world.want(hello())
    world.apply()
    world.review("pass")
    made = new_version(world.root, "hello")
    assert (made.name, made.replaces) == ("hello_v2", "hello")
    rows = {row["name"]: row for row in world.document()["spaces"][0]["changes"]}
    assert (rows["hello"]["action"], rows["hello_v2"]["action"]) == ("no_op", "create")
    assert rows["hello_v2"]["replaces"] == "hello"
    again = new_version(world.root, "hello_v2")
    assert (again.name, again.replaces) == ("hello_v3", "hello_v2")
