"""A run that was cut off while it wrote, and the next one, which begins at once while the service goes on writing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from support.emulated_project import World, ends
from support.kind_specimens import WRITES, Specimen, Write, actions, every_kind, kinds_that, rows, want

from templatesync.applying.waiting import AFTER_A_RUN, Doubt
from templatesync.commands import apply as apply_command
from templatesync.model.errors import ExitCode
from templatesync.planning.inputs import PlanOptions

repeatable = kinds_that(lambda specimen: not specimen.kind.policy.unique)
"""The kinds of which the service makes a second one when it is asked twice."""
every_write = pytest.mark.parametrize("write", WRITES, ids=str)
single = pytest.mark.parametrize("write", [write for write in WRITES if len(write.operations) == 1], ids=str)


class Killed(BaseException):
    """As by SIGKILL: nothing of the program runs on."""


def cut_off(world: World, write: Write, *, late: float = 0.0, lost: bool = False) -> str:
    """The key of a change whose run was killed as it sent the last request; the service carries it out `late`.

    With `lost` the service never gets it.
    """
    key = write.start(world)

    def die(operation: str, *answer: Any) -> None:
        if operation == write.operations[-1]:
            world.emulator.before = world.emulator.after = None
            raise Killed

    if late:
        world.settings(quirks={"slow-writes": str(int(late))})
    if lost:
        world.emulator.before = die
    else:
        world.emulator.after = die
    with pytest.raises(Killed):
        world.apply(**write.options)
    return key


@every_write
@pytest.mark.parametrize("late", [2, 30])
def test_a_write_under_way_is_waited_for_and_not_repeated(world: World, write: Write, late: int) -> None:
    key = cut_off(world, write, late=late)
    result = world.apply(**write.options)
    assert set(ends(result).values()) <= {"done"}
    world.clock.sleep(3 * late)
    assert actions(world) == {key: "no_op"}
    changed = world.changed()
    assert len(changed) == len({*changed}), changed


@every_write
def test_a_list_that_lags_is_not_believed(world: World, write: Write) -> None:
    key = cut_off(world, write)
    world.settings(quirks={"list-lag": "30", "detail-lag": "30"})
    assert ends(world.apply(**write.options)) == {}
    assert actions(world) == {key: "no_op"}
    assert tuple(world.changed()) == write.operations


@single
def test_what_was_done_shortly_before_is_not_repeated_when_it_does_not_show_any_more(
    world: World, write: Write
) -> None:
    """The list of another server, that is behind."""
    world.settings(quirks={"list-lag": "2", "detail-lag": "2"})
    key = write.start(world)
    world.clock.sleep(60)
    assert ends(world.apply(**write.options)) == {key: "done"}
    world.settings(quirks={"list-lag": "30", "detail-lag": "30"})
    assert actions(world, **write.options)[key] == write.action
    assert ends(world.apply(**write.options)) == {}
    assert tuple(world.changed()) == write.operations


@repeatable
def test_no_silence_makes_a_second_one(world: World, specimen: Specimen) -> None:
    write = Write(specimen, "create", specimen.creates[:1], lambda world: _wanted(world, specimen))
    key = cut_off(world, write, lost=True)
    for _ in range(3):
        result = world.apply()
        assert (ends(result), result.exit_code) == ({key: "blocked"}, ExitCode.REFUSED)
        world.clock.sleep(86_400)
    (row,) = rows(world)
    assert "look for it in the console" in row["notes"][0]
    assert f"--resubmit {key}" in row["notes"][0]
    assert ends(world.apply(resubmit=(key,))) == {key: "done"}
    assert world.changed().count(specimen.creates[0]) == 1


@repeatable
def test_what_shows_late_needs_no_person(world: World, specimen: Specimen) -> None:
    """It was listed nowhere for longer than anybody waits, and is by now."""
    write = Write(specimen, "create", specimen.creates[:1], lambda world: _wanted(world, specimen))
    key = cut_off(world, write)
    world.settings(consistency_delay=600)
    assert ends(world.apply()) == {key: "blocked"}
    world.clock.sleep(600)
    assert set(ends(world.apply()).values()) <= {"done"}
    assert actions(world) == {key: "no_op"}
    assert world.changed().count(specimen.creates[0]) == 1


def _wanted(world: World, specimen: Specimen) -> str:
    want(world, file := specimen.file())
    return file.key


@every_kind
def test_an_edit_that_nobody_received_is_sent_once_it_was_looked_for_long_enough(
    world: World, specimen: Specimen
) -> None:
    write = next(write for write in WRITES if write.specimen is specimen and write.action == "update")
    key = cut_off(world, write, lost=True)
    begun = world.clock.now
    assert ends(world.apply(**write.options)) == {key: "done"}
    assert world.clock.now - begun >= AFTER_A_RUN
    assert tuple(world.changed()) == write.operations


@single
def test_nothing_is_waited_for_that_nobody_wants(world: World, write: Write) -> None:
    """The first run was cut off; meanwhile the change was taken back."""
    cut_off(world, write, lost=True)
    shutil.rmtree(world.root / ".templatesync")
    begun = world.clock.now
    world.plan(**write.options)
    assert world.clock.now == begun


@pytest.mark.parametrize("at", ["-9e99", "9e99", "NaN", "Infinity", "1e15"])
def test_a_clock_that_was_set_holds_up_nobody_for_long(world: World, at: str) -> None:
    """Whenever an intent says that it was, the next run waits for a minute at most."""
    write = WRITES[0]
    cut_off(world, write, lost=True)
    journal = world.root / ".templatesync" / "journal" / "local.jsonl"
    text = journal.read_text(encoding="utf-8").replace(f'"at": {world.clock.now}', f'"at": {at}')
    journal.write_text(text, encoding="utf-8")
    begun = world.clock.now
    result = world.apply(**write.options)
    assert set(ends(result).values()) == {"done"}
    assert world.clock.now - begun <= AFTER_A_RUN + 10


@every_write
@pytest.mark.parametrize("settle", [5.0, 60.0])
def test_without_a_journal_what_was_asked_for_is_waited(world: World, write: Write, settle: float) -> None:
    key = cut_off(world, write, late=2)
    shutil.rmtree(world.root / ".templatesync")
    result = world.apply(order={"settle": settle}, **write.options)
    assert set(ends(result).values()) <= {"done", "already-done"}
    world.clock.sleep(10)
    assert actions(world) == {key: "no_op"}
    changed = world.changed()
    assert len(changed) == len({*changed}), changed


def test_settling_can_be_left_out(world: World) -> None:
    (write,) = (write for write in WRITES if str(write) == "template-update")
    key = cut_off(world, write, lost=True)
    begun = world.clock.now
    assert ends(world.apply(order={"settle": 0.0}, **write.options)) == {key: "done"}
    assert world.clock.now - begun < AFTER_A_RUN


@pytest.fixture
def clones(world: World) -> Iterator[World]:
    yield world.other(world.root.parent / "clone")


def test_the_plan_says_what_is_in_doubt(world: World) -> None:
    (write,) = (write for write in WRITES if str(write) == "template-update")
    cut_off(world, write, lost=True)
    (row,) = rows(world, **write.options)
    assert "never learned what became of it; apply looks again" in row["notes"][-1]


def doubts(world: World, settle: float | None = None, **options: Any) -> list[tuple[str, int, str, bool]]:
    """What is said first while an apply waits: of which key, of how many, why, and whether a journal knows."""
    told: list[Doubt] = []
    watch = apply_command.Watch(doubting=lambda space, doubt, seconds: told.append(doubt))
    order = apply_command.Order(approved=True, settle=settle)
    apply_command.apply(world.root, (), False, PlanOptions(**options), world.connection, order, watch=watch)
    return [(doubt.key, doubt.number, doubt.why, doubt.known) for doubt in told[:1]]


def test_it_is_said_what_is_waited_for_and_why(world: World) -> None:
    (write,) = (write for write in WRITES if str(write) == "template-update")
    key = cut_off(world, write, lost=True)
    assert doubts(world, **write.options) == [(key, 1, "an earlier run may still be writing it", True)]


def test_of_several_the_latest_is_named_and_all_are_counted(world: World) -> None:
    specimen = WRITES[0].specimen
    files = specimen.edited(world, "one", "two")
    want(world, *files)
    world.fault("drop_before", specimen.updates[0], times=2)
    assert set(ends(world.apply()).values()) == {"unknown"}
    ((key, number, why, known),) = doubts(world)
    assert key in {file.key for file in files}
    assert (number, why, known) == (2, "an earlier run may still be writing it", True)


def test_what_was_asked_for_counts_also_beside_a_journal(world: World) -> None:
    (write,) = (write for write in WRITES if str(write) == "template-update")
    cut_off(world, write, lost=True)
    begun = world.clock.now
    assert doubts(world, settle=20.0, **write.options)
    assert 15 <= world.clock.now - begun < 40


def test_without_a_journal_all_that_would_be_written_is_counted(world: World) -> None:
    (write,) = (write for write in WRITES if str(write) == "template-update")
    key = cut_off(world, write, lost=True)
    shutil.rmtree(world.root / ".templatesync")
    said = doubts(world, settle=20.0, **write.options)
    assert said == [(key, 1, "a run that was cut off may still be writing it", False)]
