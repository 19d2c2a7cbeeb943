"""Writes whose answer was lost: settled by reading back, so that nothing is doubled and no edit is sent twice."""

from __future__ import annotations

import pytest
from support.emulated_project import World, ends, outcome
from support.kind_specimens import SPECIMENS, WRITES, Specimen, Write, actions, every_kind, kinds_that, want
from support.plan_scenarios import LATER, TEXT, gone, hello, there

from templatesync.applying.settling import READ_BACK
from templatesync.model.change import Action
from templatesync.model.errors import ExitCode

pytestmark = pytest.mark.slow

A = "template/hello@en"

# Nothing was carried out, or it was and the answer did not come through.
BEFORE = ["drop_before", "500", "503", "html"]
AFTER = ["drop_after", "500_after", "truncate", "garbage", "empty", "cut"]


def _switches(world: World) -> str:
    world.live(**there(hello(Category="MARKETING")))
    world.want(hello(Category="MARKETING", AllowSend=False))
    return A


# A write that only templates have, beside those that every kind has.
SWITCHES = Write(SPECIMENS["template"], "switches", ("ModifyChatappTemplateProperties",), _switches)
STEPS = [(write, operation) for write in (*WRITES, SWITCHES) for operation in write.operations]
every_write = pytest.mark.parametrize("write", [*WRITES, SWITCHES], ids=str)
every_step = pytest.mark.parametrize(("write", "operation"), STEPS, ids=[f"{write}-{step}" for write, step in STEPS])


def is_done_by(world: World, write: Write, key: str) -> None:
    """No later than by another run all is as the files say, and each request counted once."""
    assert set(ends(world.apply(**write.options)).values()) <= {"done"}
    assert actions(world) == {key: "no_op"}
    changed = world.changed()
    assert len(changed) == len({*changed}) and {*changed} >= {*write.operations}, changed


@pytest.mark.parametrize("kind", AFTER)
@every_step
def test_what_was_carried_out_is_found_and_not_repeated(world: World, write: Write, operation: str, kind: str) -> None:
    key = write.start(world)
    world.fault(kind, operation)
    result = world.apply(**write.options)
    last = operation == write.operations[-1]
    if last:
        assert (ends(result), result.exit_code) == ({key: "done"}, ExitCode.OK)
        assert tuple(world.changed()) == write.operations
    else:
        # The rest of it was not sent; what is there is no longer what it was, nor what was wanted.
        assert (ends(result), result.exit_code) == ({key: "unknown"}, ExitCode.PARTIAL)
    assert [entry["operation"] for entry in world.writes()].count(operation) == 1
    is_done_by(world, write, key)


@pytest.mark.parametrize("kind", BEFORE)
@every_step
def test_what_was_not_carried_out_is_tried_once_more_unless_it_is_an_edit(
    world: World, write: Write, operation: str, kind: str
) -> None:
    key = write.start(world)
    world.fault(kind, operation)
    start = world.clock.now
    result = world.apply(**write.options)
    before = write.operations.index(operation)
    once = write.action == "create" and not write.specimen.kind.policy.unique and before == 0
    if write.action in ("create", "delete") and before == 0 and not once:
        assert (ends(result), result.exit_code) == ({key: "done"}, ExitCode.OK)
        assert len(world.writes()) == len(write.operations) + 1
    else:
        # An edit, the rest of what has begun, or what the service takes twice: the first attempt could still arrive.
        assert (ends(result), result.exit_code) == ({key: "unknown"}, ExitCode.PARTIAL)
        assert len(world.writes()) == before + 1
        assert world.clock.now - start >= sum(READ_BACK)
    if once:
        # No silence is long enough to make another one; a person looks, and decides.
        assert ends(world.apply()) == {key: "blocked"}
        assert ends(world.apply(resubmit=(key,))) == {key: "done"}
    # The next run sees what happened, and decides.
    is_done_by(world, write, key)


@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
@every_step
def test_no_write_is_sent_a_third_time(world: World, write: Write, operation: str, kind: str) -> None:
    key = write.start(world)
    world.fault(kind, operation, times=99)
    result = world.apply(**write.options)
    assert ends(result)[key] in ("done", "unknown")
    sent = [entry for entry in world.writes() if entry["operation"] == operation]
    assert len(sent) <= 2
    assert sum(entry["changed"] for entry in sent) <= 1


@every_step
def test_one_throttled_call_is_no_failure(world: World, write: Write, operation: str) -> None:
    key = write.start(world)
    world.fault("throttle", operation, retry_after=2000)
    assert ends(world.apply(**write.options)) == {key: "done"}
    assert tuple(world.changed()) == write.operations


@pytest.mark.parametrize(("kind", "code"), [("throttle", ExitCode.UNREACHABLE), ("denied", ExitCode.DENIED)])
@every_step
def test_what_is_refused_for_good_is_a_failure_that_another_run_repairs(
    world: World, write: Write, operation: str, kind: str, code: ExitCode
) -> None:
    key = write.start(world)
    world.fault(kind, operation, times=99)
    result = world.apply(**write.options)
    first = operation == write.operations[0]
    assert (ends(result), result.exit_code) == ({key: "failed"}, code if first else ExitCode.PARTIAL)
    assert ("the first part of this change is done" in outcome(result).message) == (not first)
    world.lift()
    is_done_by(world, write, key)


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


@kinds_that(lambda specimen: not specimen.lags)
def test_a_listing_that_lags_does_not_create_twice(world: World, specimen: Specimen) -> None:
    world.settings(consistency_delay=600)
    want(world, file := specimen.file())
    result = world.apply()
    assert (ends(result), outcome(result).code) == ({file.key: "unknown"}, "not_listed")
    assert actions(world) == {file.key: Action.BLOCKED}
    assert ends(world.apply()) == {file.key: "blocked"}
    world.clock.now += 600
    assert actions(world) == {file.key: Action.NO_OP}
    assert tuple(world.changed()) == specimen.creates


@every_kind
def test_a_listing_that_lags_hides_nothing_for_good(world: World, specimen: Specimen) -> None:
    world.settings(consistency_delay=5)
    want(world, file := specimen.file())
    world.fault("drop_after", specimen.creates[-1])
    assert ends(world.apply()) == {file.key: "done"}
    world.clock.sleep(5)
    assert actions(world) == {file.key: "no_op"}
    assert tuple(world.changed()) == specimen.creates


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
