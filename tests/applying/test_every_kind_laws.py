"""What always holds between files and service, of whatever kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import LEAVE, World, ends
from support.kind_specimens import SPECIMENS, WRITES, Specimen, Write, actions, every_kind, every_write, rows, want

from templatesync.kinds import KINDS, folder_of
from templatesync.project import settings, workspace
from templatesync.validation.check import check


def test_every_kind_has_a_specimen() -> None:
    assert SPECIMENS.keys() == KINDS.keys()
    assert {str(write) for write in WRITES} == {
        f"{kind}-{action}" for kind in KINDS for action in ("create", "update", "delete")
    }


@every_kind
def test_a_specimen_names_writes_that_its_kind_declares(specimen: Specimen) -> None:
    sent = {*specimen.creates, *specimen.updates, *specimen.deletes}
    assert sent <= {*specimen.kind.remote.writes} - {LEAVE}


@every_kind
def test_the_contents_of_a_specimen_differ_and_none_breaks_a_rule(world: World, specimen: Specimen) -> None:
    ids = specimen.put(world, "one")["one"]
    contents = []
    for content in "abc":
        want(world, specimen.file("one", content, ids))
        read = workspace.read(settings.load(world.root))
        assert check(read).findings == ()
        (entry,) = read.entries
        contents.append(specimen.kind.content.canonical(entry.resource))
    assert all(contents[one] != contents[other] for one, other in ((0, 1), (0, 2), (1, 2)))


@every_write
def test_what_a_plan_announces_is_sent_once_and_then_nothing_is_left(world: World, write: Write) -> None:
    key = write.start(world)
    assert actions(world, **write.options) == {key: write.action}
    assert ends(world.apply(**write.options)) == {key: "done"}
    assert tuple(world.changed()) == write.operations
    assert actions(world) == {key: "no_op"}
    assert ends(world.apply()) == {}
    assert len(world.writes()) == len(write.operations)


@every_write
def test_a_plan_reads_the_same_twice_and_writes_nothing(world: World, write: Write) -> None:
    write.start(world)
    assert world.text(**write.options) == world.text(**write.options)
    assert world.writes() == []


@every_kind
def test_back_and_forth(world: World, specimen: Specimen) -> None:
    """Content `c` is what `a` was before, and can be again."""
    ids = specimen.put(world, "one")["one"]
    for content in "cac":
        want(world, specimen.file("one", content, ids))
        specimen.ready(world, specimen.file())
        assert set(ends(world.apply(**specimen.options)).values()) == {"done"}
        assert set(actions(world).values()) == {"no_op"}


@every_kind
def test_deleted_and_made_again(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one")
    for file in (specimen.gone(), specimen.file()):
        want(world, file)
        assert ends(world.apply()) == {file.key: "done"}
        assert actions(world) == {file.key: "no_op"}


@every_kind
def test_what_was_imported_plans_to_no_changes(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one")
    specimen.put(world, "two", content="b")
    fresh = world.other(world.root / "fresh")
    result = fresh.import_()
    assert result.skipped == ()
    keys = {specimen.file("one").key, specimen.file("two", "b").key}
    assert {key for file in result.written for key in file.keys} == keys
    assert actions(fresh) == dict.fromkeys(keys, "no_op")
    assert fresh.document()["summary"]["unmanaged"] == 0


@every_kind
def test_the_digest_tells_what_is_written_and_nothing_else(world: World, specimen: Specimen) -> None:
    file, other = specimen.edited(world, "one", "two")
    want(world, file, other)
    digest = world.document(**specimen.options)["digest"]
    want(world, other, file)
    assert world.document(**specimen.options)["digest"] == digest
    first = world.root / folder_of(specimen.kind.name) / "01.yaml"
    first.write_text("# a comment\n" + first.read_text(encoding="utf-8"), encoding="utf-8")
    assert world.document(**specimen.options)["digest"] == digest
    want(world, file)
    assert world.document(**specimen.options)["digest"] != digest


# A crash at every call of a run


class Killed(BaseException):
    """As by SIGKILL: nothing of the program runs on."""


def killed_at(world: World, number: int, *, after: bool) -> None:
    """The run ends at that call, before it arrives or after it was carried out."""
    handle = world.emulator.handle
    calls = 0

    def die(request: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number and not after:
            raise Killed
        answer = handle(request)
        if calls == number:
            raise Killed
        return answer

    world.emulator.handle = die  # type: ignore[method-assign]


def spared(world: World) -> None:
    del world.emulator.handle


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[Iterator[World]]:
    """As many as are asked for."""
    made: list[World] = []

    def fresh() -> Iterator[World]:
        while True:
            made.append(World(tmp_path / str(len(made)) / "project"))
            yield made[-1]

    yield fresh()
    for world in made:
        world.emulator.end()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@every_write
def test_a_crash_at_any_call_loses_nothing_and_repeats_nothing(
    worlds: Iterator[World], write: Write, after: bool
) -> None:
    crashes = 0
    for number, world in enumerate(worlds, 1):
        key = write.start(world)
        killed_at(world, number, after=after)
        try:
            world.apply(**write.options)
        except Killed:
            crashes += 1
        else:
            break  # it has no more calls than that
        finally:
            spared(world)
        half = set(ends(world.apply(**write.options)).values())
        if half == {"blocked"} and write.action == "create" and not write.specimen.kind.policy.unique:
            # It may have been created, and the service takes a second one: a person looks, and decides.
            half = set(ends(world.apply(resubmit=(key,))).values())
        assert half <= {"done"}
        assert actions(world) == {key: "no_op"}
        changed = world.changed()
        # What was made by half is finished by an update, whose requests are those of the kind.
        assert {*write.operations} <= {*changed} <= {*write.operations, *write.specimen.updates}
        assert len(changed) == len({*changed}), changed
        (row,) = rows(world)
        assert (row["live_status"] == "") == (write.action == "delete")
    assert crashes > len(write.operations)
