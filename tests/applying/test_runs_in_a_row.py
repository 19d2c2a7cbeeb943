"""Runs one after another, of which the first was cut off or ended a moment ago: none forgets what matters to the third.

The second run is narrowed, refused, killed too, or cannot see; whatever it is, a write is not repeated by mistake.
"""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest
from support.emulated_project import World, ends
from support.kind_specimens import WRITES, Specimen, Write, actions, kinds_that, rows, want
from support.plan_scenarios import LATER, TEXT, hello, there

from templatesync.applying import journal
from templatesync.applying.waiting import AFTER_A_RUN
from templatesync.commands.apply import ApplyResult

repeatable = kinds_that(lambda specimen: not specimen.kind.policy.unique)
"""The kinds of which the service makes a second one when it is asked twice."""
readable_later = kinds_that(lambda specimen: specimen.kind.name != "qr_code")
"""The kinds of which a list does not tell the content."""


class Killed(BaseException):
    """As by SIGKILL: nothing of the program runs on."""


def killed(world: World, operation: str, *, after: bool = True, **options: Any) -> None:
    """An apply that is killed at a request, before or after the service had it."""

    def die(called: str, *answer: Any) -> None:
        if called == operation:
            world.emulator.before = world.emulator.after = None
            raise Killed

    if after:
        world.emulator.after = die
    else:
        world.emulator.before = die
    with pytest.raises(Killed):
        world.apply(**options)


def told(result: ApplyResult) -> dict[str, str]:
    """What is told of an earlier run, by key."""
    return {each.attempt.key: each.outcome.value for space in result.recovered.values() for each in space}


def write_of(name: str) -> Write:
    (found,) = (write for write in WRITES if str(write) == name)
    return found


def lagging(world: World, seconds: int) -> None:
    world.settings(quirks={"list-lag": str(seconds), "detail-lag": str(seconds)})


@repeatable
def test_a_run_for_something_else_does_not_forget_what_was_made_a_moment_ago(world: World, specimen: Specimen) -> None:
    """Another server's list is behind; between the two runs, there was one for another resource."""
    one, two = specimen.file("one"), specimen.file("two")
    lagging(world, 2)
    want(world, one)
    world.apply()
    want(world, one, two)
    assert ends(world.apply(targets=(two.key,))) == {two.key: "done"}
    lagging(world, 30)
    assert actions(world)[one.key] == "create"
    assert ends(world.apply(targets=(one.key,))) == {}
    assert world.changed().count(specimen.creates[0]) == 2


@readable_later
def test_what_cannot_be_read_was_not_carried_out_for_that(world: World, specimen: Specimen) -> None:
    write = write_of(f"{specimen}-update")
    key = write.start(world)
    killed(world, write.operations[0], after=False, **write.options)
    detail = {"template": "GetChatappTemplateDetail", "flow": "GetFlow"}[specimen.kind.name]
    world.fault("denied", detail, times=50)
    result = world.apply(**write.options)
    assert ends(result) == {key: "blocked"}
    assert told(result) == {key: "unknown"}
    world.lift()
    (row,) = rows(world, **write.options)
    assert "never learned what became of it" in row["notes"][-1]


def test_a_quota_that_took_nothing_leaves_nothing_in_doubt(world: World) -> None:
    """The run waits for it, and is killed meanwhile."""
    world.settings(limits=True)
    for number in range(100):
        world.live(**there(hello(Name=f"old_{number}")))
    world.want(hello())
    sleep = world.clock.sleep

    def die(seconds: float) -> None:
        raise Killed

    world.clock.sleep = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        world.apply(order={"wait": True, "timeout": 7200.0})
    world.clock.sleep = sleep  # type: ignore[method-assign]
    begun = world.clock.now
    assert told(world.apply()) == {"template/hello@en": "not-started"}
    assert world.clock.now - begun < 1


def torn(patch: pytest.MonkeyPatch, nth: int) -> None:
    """A disk that is full in the middle of the nth line, and has room again for the next."""
    write, calls = os.write, iter(range(1, 1000))

    def half(descriptor: int, data: bytes) -> int:
        if not data.startswith(b"{"):
            return write(descriptor, data)
        if next(calls) == nth:
            write(descriptor, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    patch.setattr(journal.os, "write", half)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_half_a_line_spoils_no_other(world: World, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    write_of("qr_code-create").start(world)
    with monkeypatch.context() as patch:
        torn(patch, nth)
        world.apply()
    (space,) = world.document()["spaces"]
    assert "notes" not in space or not space["notes"], space["notes"]


def test_an_edit_that_was_taken_back_is_not_over_while_it_may_still_arrive(world: World) -> None:
    """The file is as it was before; the edit of the run that was killed shows only later."""
    world.live(**there(hello(TEXT), "fail"))
    world.clock.sleep(120)
    world.want(hello(LATER))
    world.settings(quirks={"slow-writes": "30"})
    killed(world, "ModifyChatappTemplate")
    world.settings(quirks={})
    world.want(hello(TEXT))
    assert actions(world) == {"template/hello@en": "no_op"}
    result = world.apply()
    assert {str(row.key): row.action.value for row in result.plan.spaces[0].changes} != {"template/hello@en": "no_op"}


def test_a_saved_plan_waits_though_all_that_is_planned_by_now_would_be_refused(world: World) -> None:
    names = [f"t{number}" for number in range(5)]
    for name in names:
        world.live(**there(hello(Name=name), "fail"))
    world.clock.sleep(120)
    world.want(hello(LATER, Name="t0"), *(hello(Name=name) for name in names[1:]))
    saved = world.root / "plan.json"
    world.plan(out=saved)
    world.settings(quirks={"slow-writes": "30"})
    killed(world, "ModifyChatappTemplate")
    world.want(*(hello(LATER, Name=name) for name in names))
    assert world.plan().plan.spaces[0].refusals
    assert set(ends(world.apply(order={"plan_file": saved})).values()) <= {"done", "already-done"}
    world.clock.sleep(60)
    assert world.changed().count("ModifyChatappTemplate") == 1


def test_what_a_saved_plan_does_not_permit_is_not_waited_for(world: World) -> None:
    world.want(hello())
    saved = world.root / "plan.json"
    world.plan(out=saved)
    world.want(hello(), hello(Name="other"))
    world.apply(targets=("template/hello@en",))
    killed(world, "CreateChatappTemplate", after=False)
    begun = world.clock.now
    assert ends(world.apply(order={"plan_file": saved})) == {"template/hello@en": "already-done"}
    assert world.clock.now == begun
    begun = world.clock.now
    assert ends(world.apply()) == {"template/other@en": "done"}
    assert world.clock.now - begun >= AFTER_A_RUN


def test_a_receipt_that_could_not_be_written_lets_the_next_run_tell_it_again(world: World) -> None:
    write = write_of("template-create")
    key = write.start(world)
    killed(world, write.operations[0])
    nowhere = {"receipt": world.root / "templatesync.yaml" / "receipt.json"}
    for _ in range(2):
        result = world.apply(order=nowhere)
        assert result.unsaved
        assert told(result) == {key: "done"}
    assert told(world.apply()) == {key: "done"}
    assert told(world.apply()) == {}
