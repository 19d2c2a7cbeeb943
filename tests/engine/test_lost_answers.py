"""Writes whose answer was lost: settled by reading back, so that nothing is doubled and no edit is sent twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from engine_world import World, ends, outcome
from scenarios import LATER, TEXT, gone, hello, there

from templatesync.apply import READ_BACK
from templatesync.errors import ExitCode
from templatesync.values import Action

A = "template/hello@en"

# Nothing was carried out, or it was and the answer did not come through.
BEFORE = ["drop_before", "500", "503", "html"]
AFTER = ["drop_after", "500_after", "truncate", "garbage", "empty", "cut"]


@dataclass(frozen=True)
class Write:
    operation: str
    start: Callable[[World], None]


def _create(world: World) -> None:
    world.want(hello())


def _update(world: World) -> None:
    world.live(**there(hello(), "fail"))
    world.want(hello(LATER))


def _switches(world: World) -> None:
    world.live(**there(hello(Category="MARKETING")))
    world.want(hello(Category="MARKETING", AllowSend=False))


def _delete(world: World) -> None:
    world.live(**there(hello()))
    world.want(gone())


CREATE = Write("CreateChatappTemplate", _create)
UPDATE = Write("ModifyChatappTemplate", _update)
SWITCHES = Write("ModifyChatappTemplateProperties", _switches)
DELETE = Write("DeleteChatappTemplate", _delete)
WRITES = [CREATE, UPDATE, SWITCHES, DELETE]


def ids(value: object) -> str:
    return value.operation if isinstance(value, Write) else str(value)


@pytest.mark.parametrize("kind", AFTER)
@pytest.mark.parametrize("write", WRITES, ids=ids)
def test_what_was_carried_out_is_found_and_not_repeated(world: World, write: Write, kind: str) -> None:
    write.start(world)
    world.fault(kind, write.operation)
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "done"}, ExitCode.OK)
    assert [entry["operation"] for entry in world.writes()] == [write.operation]
    assert world.changed() == [write.operation]
    assert world.document()["summary"]["no_op"] == 1


@pytest.mark.parametrize("kind", BEFORE)
@pytest.mark.parametrize("write", [CREATE, DELETE], ids=ids)
def test_what_was_not_carried_out_is_tried_once_more(world: World, write: Write, kind: str) -> None:
    write.start(world)
    world.fault(kind, write.operation)
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "done"}, ExitCode.OK)
    assert world.changed() == [write.operation]
    assert len(world.writes()) == 2


@pytest.mark.parametrize("kind", BEFORE)
@pytest.mark.parametrize("write", [UPDATE, SWITCHES], ids=ids)
def test_an_edit_is_never_tried_again_in_the_dark(world: World, write: Write, kind: str) -> None:
    write.start(world)
    world.fault(kind, write.operation)
    start = world.clock.now
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "unknown"}, ExitCode.PARTIAL)
    assert len(world.writes()) == 1
    assert world.clock.now - start >= sum(READ_BACK)
    # The next run sees that nothing happened, and decides.
    assert ends(world.apply()) == {A: "done"}
    assert world.changed() == [write.operation]


@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
@pytest.mark.parametrize("write", WRITES, ids=ids)
def test_no_write_is_sent_a_third_time(world: World, write: Write, kind: str) -> None:
    write.start(world)
    world.fault(kind, write.operation, times=99)
    result = world.apply()
    assert ends(result)[A] in ("done", "unknown")
    assert len(world.writes()) <= 2
    assert len(world.changed()) <= 1


@pytest.mark.parametrize("kind", ["drop_after", "500_after"])
def test_a_second_creation_that_finds_the_first_one_is_done(world: World, kind: str) -> None:
    """The first arrived late: only after it was tried again does the service know of it."""
    world.want(hello())
    world.fault(kind, "CreateChatappTemplate")
    world.fault("500", "GetChatappTemplateDetail", nth=2, times=20)
    result = world.apply()
    assert ends(result)[A] in ("done", "unknown")
    assert world.changed() == ["CreateChatappTemplate"]


def test_a_name_that_exists_with_equal_content_is_done(world: World) -> None:
    world.want(hello())

    def before(operation: str) -> None:
        if operation == "CreateChatappTemplate":
            world.emulator.before = None
            world.live(**there(hello()))

    world.emulator.before = before
    result = world.apply()
    assert (ends(result), outcome(result).ids["template_code"] != "") == ({A: "done"}, True)
    assert world.changed() == []


def test_a_name_that_exists_with_other_content_is_a_failure(world: World) -> None:
    world.want(hello())

    def before(operation: str) -> None:
        if operation == "CreateChatappTemplate":
            world.emulator.before = None
            world.live(**there(hello(LATER)))

    world.emulator.before = before
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "failed"}, ExitCode.PARTIAL)
    assert outcome(result).code == "InvalidParameter.TemplateNameExist"
    assert world.document()["spaces"][0]["changes"][0]["diff"][0]["before"] == LATER


def test_a_listing_that_lags_does_not_create_twice(world: World) -> None:
    world.settings(consistency_delay=600)
    world.want(hello())
    assert ends(world.apply()) == {A: "done"}
    assert world.document()["spaces"][0]["changes"][0]["action"] == Action.CREATE
    assert ends(world.apply()) == {A: "already-done"}
    assert world.changed() == ["CreateChatappTemplate"]


@pytest.mark.parametrize(("kind", "end"), [("drop_before", "unknown"), ("drop_after", "done")])
def test_content_sent_again_on_purpose_is_not_taken_for_done_because_it_was_equal(
    world: World, kind: str, end: str
) -> None:
    world.live(**there(hello(TEXT), "fail"))
    world.want(hello(TEXT))
    world.fault(kind, "ModifyChatappTemplate")
    assert ends(world.apply(resubmit=("template/hello",))) == {A: end}


def test_answers_that_say_two_things_go_by_their_code(world: World) -> None:
    world.want(hello())
    world.fault("odd_ok")
    world.fault("odd_ok", "CreateChatappTemplate")
    assert ends(world.apply()) == {A: "done"}


def test_reads_that_break_are_repeated(world: World) -> None:
    world.live(**there(hello(), "fail"))
    world.want(hello(LATER))
    for kind in ("drop_before", "500", "truncate"):
        world.fault(kind, "ListChatappTemplate")
        world.fault(kind, "GetChatappTemplateDetail", nth=2)
    assert ends(world.apply()) == {A: "done"}


@pytest.mark.parametrize("seed", range(6))
def test_when_faults_stop_two_more_runs_are_enough(world: World, seed: int) -> None:
    names = [f"hello_{number}" for number in range(9)]
    for name in names[3:]:
        world.live(**there(hello(Name=name), "fail"))
    world.want(*(hello(LATER, Name=name) for name in names[:6]), *(gone(name) for name in names[6:]))
    world.control("faults", kind="random", rate=20, seed=seed)
    assert len(ends(world.apply())) == 9
    world.lift()
    world.apply()
    world.apply()
    document = world.document()
    assert document["summary"]["no_op"] == 9
    assert sorted(world.changed()) == sorted(
        ["CreateChatappTemplate"] * 3 + ["ModifyChatappTemplate"] * 3 + ["DeleteChatappTemplate"] * 3
    )
