"""A plan is a list of permissions: what of it runs later, and what it never lets run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import LOCAL, World, ends
from support.kind_specimens import Specimen, Write, countable, elsewhere, every_kind, every_write, pruned, put, want
from support.plan_scenarios import LATER, SHORT, TEXT, hello, image, own, there

from templatesync.kinds import folder_of
from templatesync.model.errors import ExitCode, StaleError

A, B = "template/hello@en", "template/other@en"


def saved(world: World, *spaces: str, **options: Any) -> dict[str, Any]:
    """Save a plan; the order that applies it."""
    path = world.root / "plan.json"
    world.plan(*spaces, out=path, **options)
    return {"plan_file": path}


@every_write
def test_the_same_change_runs_and_is_done_the_second_time(world: World, write: Write) -> None:
    key = write.start(world)
    order = saved(world, **write.options)
    # What the plan allows needs no word when it is applied.
    result = world.apply(order=order)
    assert (ends(result), result.exit_code) == ({key: "done"}, ExitCode.OK)
    second = world.apply(order=order)
    assert (ends(second), second.exit_code) == ({key: "already-done"}, ExitCode.OK)
    assert tuple(world.changed()) == write.operations


@every_kind
def test_what_is_not_in_the_plan_never_runs(world: World, specimen: Specimen) -> None:
    want(world, specimen.file())
    order = saved(world)
    want(world, specimen.file(), specimen.file("two"))
    assert ends(world.apply(order=order)) == {specimen.file().key: "done"}
    assert tuple(world.changed()) == specimen.creates


@every_kind
def test_other_content_in_the_files_is_stale(world: World, specimen: Specimen) -> None:
    ids = specimen.put(world, "one")["one"]
    planned, later = (specimen.file("one", content, ids) for content in "bc")
    want(world, planned, specimen.file("two"))
    order = saved(world, **specimen.options)
    want(world, later, specimen.file("two"))
    result = world.apply(order=order, **specimen.options)
    assert ends(result) == {planned.key: "stale", specimen.file("two").key: "done"}
    assert result.exit_code == ExitCode.STALE


@every_kind
def test_other_content_at_the_service_is_stale(world: World, specimen: Specimen) -> None:
    ids = specimen.put(world, "one")["one"]
    want(world, file := specimen.file("one", "b", ids))
    order = saved(world, **specimen.options)
    specimen.put(world, "one", content="c", ids=ids)
    result = world.apply(order=order, **specimen.options)
    assert (ends(result), result.exit_code) == ({file.key: "stale"}, ExitCode.STALE)
    assert world.writes() == []


def test_another_state_that_forbids_the_change_is_stale(world: World) -> None:
    world.live(**there(hello(), "fail"))
    world.want(hello(LATER))
    order = saved(world)
    world.review("auditing")
    result = world.apply(order=order)
    assert (ends(result), result.exit_code) == ({A: "stale"}, ExitCode.STALE)
    assert world.writes() == []


def test_another_state_that_allows_the_same_change_is_not(world: World) -> None:
    world.live(**there(hello(), "unaudit"))
    world.want(hello(LATER))
    order = saved(world)
    world.review("fail")
    assert ends(world.apply(order=order)) == {A: "done"}


@every_write
def test_what_somebody_else_did_is_already_done(world: World, write: Write) -> None:
    key = write.start(world)
    order = saved(world, **write.options)
    folder = world.root / folder_of(write.specimen.kind.name)
    somebody = elsewhere(world)
    want(somebody)
    shutil.copytree(folder, somebody.root / folder_of(write.specimen.kind.name), dirs_exist_ok=True)
    assert ends(somebody.apply(**write.options)) == {key: "done"}
    world.forget()
    assert ends(world.apply(order=order)) == {key: "already-done"}
    assert world.writes() == []


@every_kind
def test_a_file_that_is_gone_makes_its_change_stale(world: World, specimen: Specimen) -> None:
    want(world, specimen.file(), specimen.file("two"))
    order = saved(world)
    want(world, specimen.file("two"))
    assert ends(world.apply(order=order)) == {specimen.file().key: "stale", specimen.file("two").key: "done"}


@pruned
def test_a_plan_that_prunes_needs_no_word_when_it_is_applied(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one", "stray")
    want(world, specimen.file())
    order = saved(world, prune=True)
    specimen.put(world, "later")
    assert ends(world.apply(order=order)) == {specimen.file("stray").key: "done"}
    assert tuple(world.changed()) == specimen.deletes


@pruned
def test_a_deletion_is_never_called_done_while_the_thing_is_there(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one", "stray")
    want(world, specimen.file())
    order = saved(world, prune=True)
    world.project(policy={"manage": [specimen.file().name]})
    result = world.apply(order=order)
    assert (ends(result), result.exit_code) == ({specimen.file("stray").key: "stale"}, ExitCode.STALE)
    assert world.writes() == []


@countable
def test_nothing_is_called_deleted_by_an_incomplete_listing(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one", "stray")
    want(world, specimen.file())
    order = saved(world, prune=True)
    world.settings(pages="total_high")
    assert ends(world.apply(order=order)) == {specimen.file("stray").key: "stale"}


def test_a_plan_that_allows_breaking_needs_no_word_when_it_is_applied(world: World) -> None:
    world.live(**there(hello(), "fail"))
    world.live(**there(hello(Name="other"), "fail"))
    world.want(hello(SHORT), hello(Name="other"))
    order = saved(world, allow_breaking=True)
    world.want(hello(SHORT), hello(SHORT, Name="other"))
    assert ends(world.apply(order=order)) == {A: "done"}
    assert len(world.writes()) == 1


def test_a_blocked_change_of_a_plan_stays_blocked(world: World) -> None:
    world.live(**there(hello(), "fail"))
    world.want(hello(SHORT))
    order = saved(world)
    result = world.apply(order=order, allow_breaking=True)
    assert (ends(result), result.exit_code) == ({A: "blocked"}, ExitCode.REFUSED)
    assert world.writes() == []


def test_a_resubmission_is_sent_once(world: World) -> None:
    world.live(**there(hello(), "fail"))
    world.want(hello())
    order = saved(world, resubmit=("template/hello",))
    assert ends(world.apply(order=order)) == {A: "done"}
    assert ends(world.apply(order=order)) == {A: "already-done"}
    assert world.changed() == ["ModifyChatappTemplate"]


@every_kind
def test_mass_change_counts_what_the_plan_permits(world: World, specimen: Specimen) -> None:
    files = specimen.edited(world, *map(str, range(5)))
    want(world, *files)
    order = saved(world, targets=(files[0].key,), **specimen.options)
    assert ends(world.apply(order=order)) == {files[0].key: "done"}


@every_kind
def test_mass_change_is_still_refused(world: World, specimen: Specimen) -> None:
    want(world, *specimen.edited(world, *map(str, range(4))))
    order = saved(world, **specimen.options)
    result = world.apply(order=order)
    assert set(ends(result).values()) == {"not-started"}
    assert result.exit_code == ExitCode.REFUSED
    assert set(ends(world.apply(order=order, allow_mass_change=4)).values()) == {"done"}


# Refused as a whole


def changed(path: Path, *steps: str | int, value: Any) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    place = document
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    path.write_text(json.dumps(document), encoding="utf-8")


def refused(world: World, order: dict[str, Any], words: str, *spaces: str) -> None:
    with pytest.raises(StaleError, match=words):
        world.apply(*spaces, order=order)
    assert world.writes() == []


@pytest.mark.parametrize("version", ["2.0", "10.0", "0.9"])
def test_another_format(world: World, version: str) -> None:
    world.want(hello())
    order = saved(world)
    changed(order["plan_file"], "format_version", value=version)
    refused(world, order, "this release reads")


def test_a_newer_minor_format_is_read(world: World) -> None:
    world.want(hello())
    order = saved(world)
    changed(order["plan_file"], "format_version", value="1.9")
    assert ends(world.apply(order=order)) == {A: "done"}


@pytest.mark.slow
@pytest.mark.parametrize(("member", "value"), [("after", {}), ("before", {}), ("reason", "other"), ("key", "flow/x")])
@every_write
def test_a_plan_that_somebody_altered(world: World, write: Write, member: str, value: Any) -> None:
    write.start(world)
    order = saved(world, **write.options)
    changed(order["plan_file"], "spaces", 0, "changes", 0, member, value=value)
    refused(world, order, "is damaged")


def test_another_customer_space_under_the_same_name(world: World) -> None:
    spaces = {"live": {"cust_space_id": "cams-1", "emulator": True}}
    world.project(spaces=spaces)
    world.want(hello())
    order = saved(world)
    spaces["live"]["cust_space_id"] = "cams-2"
    world.project(spaces=spaces)
    refused(world, order, "as cams-1, not cams-2")


def test_another_account_behind_the_same_customer_space(world: World) -> None:
    world.want(hello())
    order = saved(world)
    world.control("space", cust_space_id=LOCAL, waba_id="77")
    refused(world, order, "WhatsApp Business Account")


def test_a_space_that_the_plan_does_not_have(world: World) -> None:
    world.project(spaces={"local": {"emulator": True}, "second": {"emulator": True}})
    world.want(hello())
    order = saved(world, "local")
    refused(world, order, "nothing about the space second", "second")


def test_a_plan_knows_its_spaces(world: World) -> None:
    world.project(spaces={"local": {"emulator": True}, "second": {"emulator": True}})
    world.want(hello())
    order = saved(world, "second")
    world.apply(order=order)
    assert [entry["cust_space_id"] for entry in world.writes()] == ["emulator-second"]


def test_a_space_that_could_not_be_read_then(world: World) -> None:
    world.want(hello())
    world.fault("denied", "ListChatappTemplate")
    order = saved(world)
    refused(world, order, "could not be read")


# --expect-digest


@pytest.mark.parametrize("of_the_space", [False, True])
@every_write
def test_the_expected_digest_runs(world: World, write: Write, of_the_space: bool) -> None:
    key = write.start(world)
    document = world.document(**write.options)
    digest = document["spaces"][0]["digest"] if of_the_space else document["digest"]
    assert ends(world.apply(order={"expect_digest": digest}, **write.options)) == {key: "done"}


@every_kind
def test_any_difference_refuses_the_whole_run_before_the_first_write(world: World, specimen: Specimen) -> None:
    one, two = specimen.file("one"), specimen.file("two")
    want(world, one, two)
    digest = world.document()["digest"]
    for files in ([one], [one, specimen.file("two", "c")], [one, two, specimen.file("three")]):
        want(world, *files)
        refused(world, {"expect_digest": digest}, "not what was approved")
    want(world, one, two)
    put(world, one)
    refused(world, {"expect_digest": digest}, "not what was approved")


def test_the_digest_tells_what_is_written_and_nothing_else(world: World) -> None:
    world.live(**there(hello(Name="other"), "fail"))
    world.live(**there(hello(TEXT, image("https://www.example.com/a.jpg"), Name="pictured")))
    world.want(hello(LATER, Name="other"), hello(TEXT, image("https://www.example.com/b.jpg"), Name="pictured"))
    digest = world.document()["digest"]
    world.review("unaudit", "other")
    world.review("paused", "pictured")
    world.put("templates/02.yaml", "# a comment\n" + (world.root / "templates/02.yaml").read_text(encoding="utf-8"))
    world.put("templates/00.yaml", (world.root / "templates/01.yaml").read_text(encoding="utf-8"))
    (world.root / "templates/01.yaml").unlink()
    assert world.document()["digest"] == digest
    world.want(own(hello(LATER, Name="other", Example={"name": "Bob"}), on_approved="modify"), hello(Name="pictured"))
    assert world.document()["digest"] == digest
