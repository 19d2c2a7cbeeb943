"""What is refused whatever the plan says, and what is never deleted: the same for every kind."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft7Validator
from support.emulated_project import LOCAL, World, ends, outcome
from support.kind_specimens import Specimen, Write, actions, countable, every_kind, every_write, named, pruned, want
from support.plan_scenarios import hello

from templatesync.model.errors import ExitCode, FindingsError
from templatesync.planning.document import outcomes_json
from templatesync.schema.loading import schema_dir

# Refused as a whole


@every_write
def test_another_account_is_not_written_to(world: World, write: Write) -> None:
    key = write.start(world)
    world.project(spaces={"local": {"emulator": True, "waba_id": "1"}})
    result = world.apply(**write.options)
    assert (ends(result), result.exit_code) == ({key: "not-started"}, ExitCode.REFUSED)
    assert outcome(result).code == "waba-mismatch"
    assert world.writes() == []


@pytest.mark.parametrize("pinned", [True, False])
def test_of_another_account_nothing_to_do_means_nothing(world: World, pinned: bool) -> None:
    """A look at the wrong account every night must not be green."""
    world.want(hello())
    assert world.apply().exit_code is ExitCode.OK
    world.review("pass")
    account = {"waba_id": "1"} if pinned else {}
    world.project(spaces={"local": {"emulator": True, **account}})
    expected = ExitCode.REFUSED if pinned else ExitCode.OK
    plan = world.plan()
    assert [change.action.value for space in plan.plan.spaces for change in space.changes] == ["no_op"]
    applied = world.apply()
    assert (plan.exit_code, applied.exit_code) == (expected, expected)
    (told,) = outcomes_json(applied.outcomes)["spaces"]
    assert [each["code"] for each in told.get("refusals", [])] == (["waba-mismatch"] if pinned else [])
    Draft7Validator(json.loads((schema_dir() / "receipt.schema.json").read_text())).validate(
        outcomes_json(applied.outcomes)
    )


@pytest.mark.parametrize("status", ["PENDING", "REJECTED", "DISABLED"])
@every_write
def test_an_account_that_is_not_approved_is_not_written_to(world: World, write: Write, status: str) -> None:
    key = write.start(world)
    world.control("space", cust_space_id=LOCAL, status=status)
    result = world.apply(**write.options)
    assert (ends(result), result.exit_code) == ({key: "not-started"}, ExitCode.REFUSED)
    assert world.writes() == []


def test_one_refused_space_does_not_stop_another(world: World) -> None:
    world.project(spaces={"local": {"emulator": True, "waba_id": "1"}, "second": {"emulator": True}})
    world.want(hello())
    result = world.apply("local", "second")
    assert [[each.kind.value for each in outcomes] for _, outcomes in result.outcomes] == [["not-started"], ["done"]]
    assert result.exit_code == ExitCode.PARTIAL


@every_kind
def test_a_mass_change_is_refused_unless_its_number_is_known(world: World, specimen: Specimen) -> None:
    want(world, *specimen.edited(world, "one", "two", "three", "four"))
    for allowed in (None, 3, 5):
        result = world.apply(allow_mass_change=allowed, **specimen.options)
        assert result.exit_code == ExitCode.REFUSED
    assert world.writes() == []
    assert set(ends(world.apply(allow_mass_change=4, **specimen.options)).values()) == {"done"}


@every_kind
def test_tombstones_are_no_mass_change(world: World, specimen: Specimen) -> None:
    names = [str(number) for number in range(5)]
    specimen.put(world, *names)
    want(world, *map(specimen.gone, names))
    assert list(ends(world.apply()).values()) == ["done"] * 5


@pytest.mark.parametrize("by_policy", [True, False])
@every_kind
def test_a_tombstone_of_something_protected_is_an_error_of_the_files(
    world: World, specimen: Specimen, by_policy: bool
) -> None:
    specimen.put(world, "one")
    tombstone = specimen.gone()
    world.project(policy={"protect": [tombstone.name if by_policy else "other"]})
    want(world, tombstone if by_policy else tombstone.own(protected=True), specimen.file("two"))
    with pytest.raises(FindingsError):
        world.apply()
    assert world.arrived() == []


@every_kind
def test_a_tombstone_of_what_is_not_there_is_nothing_to_do(world: World, specimen: Specimen) -> None:
    want(world, tombstone := specimen.gone())
    assert actions(world) == {tombstone.key: "no_op"}
    assert ends(world.apply()) == {}
    assert world.writes() == []


@every_write
def test_without_consent_nothing_happens(world: World, write: Write) -> None:
    write.start(world)
    result = world.apply(order={"approved": False}, **write.options)
    assert (result.declined, world.writes()) == (True, [])


@every_kind
def test_only_the_target_is_written_and_its_files_alone_must_be_right(world: World, specimen: Specimen) -> None:
    ours, other = specimen.edited(world, "one", "two")
    broken = replace(specimen.file("three"), body={**specimen.file("three").body, "Nonsense": 1})
    want(world, ours, other, broken)
    with pytest.raises(FindingsError):
        world.apply(**specimen.options)
    assert ends(world.apply(targets=(ours.key,), **specimen.options)) == {ours.key: "done"}
    assert tuple(world.changed()) == specimen.updates


# What has no file


@pruned
def test_what_has_no_file_is_counted_and_only_pruned_when_asked(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one", "stray")
    want(world, specimen.file())
    assert ends(world.apply()) == {}
    assert world.document()["summary"]["unmanaged"] == 1
    stray = specimen.file("stray").key
    assert ends(world.apply(prune=True)) == {stray: "done"}
    assert tuple(world.changed()) == specimen.deletes


@every_kind
def test_what_is_protected_is_not_pruned(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one", "stray")
    policy = {} if specimen.kind.policy.protected else {"protect": [specimen.file("stray").name]}
    world.project(policy=policy)
    want(world, specimen.file())
    assert world.document(prune=True)["summary"]["unmanaged"] == 1
    assert ends(world.apply(prune=True)) == {}
    assert world.writes() == []


@every_kind
def test_what_is_not_ours_is_never_shown_counted_or_pruned(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one", "theirs")
    world.project(policy={"manage": [specimen.file().name]})
    want(world, specimen.file())
    assert world.document(prune=True)["summary"]["unmanaged"] == 0
    assert actions(world, prune=True) == {specimen.file().key: "no_op"}
    assert ends(world.apply(prune=True)) == {}
    want(world, specimen.file(), specimen.gone("theirs"))
    with pytest.raises(FindingsError):
        world.apply()
    assert world.writes() == []


@pruned
def test_pruning_everything_is_refused(world: World, specimen: Specimen) -> None:
    specimen.put(world, "stray")
    want(world, specimen.file())
    result = world.apply(prune=True)
    assert set(ends(result).values()) == {"not-started"}
    assert result.exit_code == ExitCode.REFUSED
    assert world.writes() == []


@named
def test_what_a_new_version_replaces_is_not_pruned_before_that_is_in_use(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one", "other")
    new = specimen.file("two", "c").own(replaces="one")
    want(world, new, specimen.file("other"))
    assert ends(world.apply(prune=True)) == {new.key: "done", specimen.file().key: "blocked"}
    assert world.document()["summary"]["unmanaged"] == 0
    assert tuple(world.changed()) == specimen.creates


@countable
def test_nothing_is_deleted_after_an_incomplete_listing(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one", "two", "stray")
    world.settings(pages="total_high")
    want(world, specimen.file("one"), specimen.gone("two"))
    told = ends(world.apply(prune=True))
    assert told == {specimen.gone("two").key: "blocked", specimen.file("stray").key: "blocked"}
    assert world.writes() == []
