"""A plan is a list of permissions: what of it runs later, and what it never lets run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from engine_world import LOCAL, World, ends
from scenarios import LATER, SHORT, TEXT, gone, hello, image, many, own, there

from templatesync.errors import ExitCode, StaleError

A, B = "template/hello@en", "template/other@en"


def saved(world: World, *spaces: str, **wishes: Any) -> dict[str, Any]:
    """Save a plan; the order that applies it."""
    path = world.root / "plan.json"
    world.plan(*spaces, out=path, **wishes)
    return {"plan_file": path}


def test_the_same_change_runs(world: World) -> None:
    world.want(hello())
    result = world.apply(order=saved(world))
    assert (ends(result), result.exit_code) == ({A: "done"}, ExitCode.OK)
    assert world.changed() == ["CreateChatappTemplate"]


def test_the_second_run_finds_everything_done(world: World) -> None:
    world.live(**there(hello(Name="other"), "fail"))
    world.live(**there(hello(Name="old")))
    world.want(hello(), hello(LATER, Name="other"), gone("old"))
    order = saved(world)
    first = world.apply(order=order)
    assert set(ends(first).values()) == {"done"}
    before = world.changed()
    second = world.apply(order=order)
    assert ends(second) == dict.fromkeys([A, B, "template/old@en"], "already-done")
    assert second.exit_code == ExitCode.OK
    assert world.changed() == before


def test_what_is_not_in_the_plan_never_runs(world: World) -> None:
    world.want(hello())
    order = saved(world)
    world.want(hello(), hello(Name="other"))
    assert ends(world.apply(order=order)) == {A: "done"}
    assert len(world.writes()) == 1


def test_other_content_in_the_files_is_stale(world: World) -> None:
    world.want(hello(), hello(Name="other"))
    order = saved(world)
    world.want(hello(LATER), hello(Name="other"))
    result = world.apply(order=order)
    assert ends(result) == {A: "stale", B: "done"}
    assert result.exit_code == ExitCode.STALE


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


def test_what_somebody_else_made_equal_is_already_done(world: World) -> None:
    world.want(hello())
    order = saved(world)
    world.live(**there(hello()))
    assert ends(world.apply(order=order)) == {A: "already-done"}


def test_a_file_that_is_gone_makes_its_change_stale(world: World) -> None:
    world.want(hello(), hello(Name="other"))
    order = saved(world)
    world.want(hello(Name="other"))
    assert ends(world.apply(order=order)) == {A: "stale", B: "done"}


def test_a_plan_that_prunes_needs_no_word_when_it_is_applied(world: World) -> None:
    world.live(**there(hello()))
    world.live(**there(hello(Name="stray")))
    world.want(hello())
    order = saved(world, prune=True)
    world.live(**there(hello(Name="later")))
    assert ends(world.apply(order=order)) == {"template/stray@en": "done"}
    assert [entry["parameters"]["TemplateName"] for entry in world.writes()] == ["stray"]


def test_a_deletion_is_never_called_done_while_the_thing_is_there(world: World) -> None:
    world.live(**there(hello(Name="stray")))
    world.live(**there(hello()))
    world.want(hello())
    order = saved(world, prune=True)
    world.project(policy={"manage": ["hello"]})
    result = world.apply(order=order)
    assert (ends(result), result.exit_code) == ({"template/stray@en": "stale"}, ExitCode.STALE)


def test_nothing_is_called_deleted_by_an_incomplete_listing(world: World) -> None:
    world.live(**there(hello(Name="stray")))
    world.live(**there(hello()))
    world.want(hello())
    order = saved(world, prune=True)
    world.settings(pages="total_high")
    assert ends(world.apply(order=order)) == {"template/stray@en": "stale"}


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


def test_mass_change_counts_what_the_plan_permits(world: World) -> None:
    for body in many(8):
        world.live(**there(body, "fail"))
    world.want(*many(8, LATER))
    order = saved(world, targets=("template/hello_00",))
    assert ends(world.apply(order=order)) == {"template/hello_00@en": "done"}


def test_mass_change_is_still_refused(world: World) -> None:
    for body in many(4):
        world.live(**there(body, "fail"))
    world.want(*many(4, LATER))
    order = saved(world)
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


def test_content_that_does_not_fit_the_digest(world: World) -> None:
    world.want(hello())
    order = saved(world)
    changed(order["plan_file"], "spaces", 0, "changes", 0, "after", "Components", 0, "Text", value="Hello.")
    refused(world, order, "does not fit its digest")


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


def test_the_expected_digest_runs(world: World) -> None:
    world.want(hello())
    digest = world.document()["digest"]
    assert ends(world.apply(order={"expect_digest": digest})) == {A: "done"}


def test_the_digest_of_the_only_space_runs(world: World) -> None:
    world.want(hello())
    digest = world.document()["spaces"][0]["digest"]
    assert ends(world.apply(order={"expect_digest": digest})) == {A: "done"}


def test_any_difference_refuses_the_whole_run_before_the_first_write(world: World) -> None:
    world.want(hello(), hello(Name="other"))
    digest = world.document()["digest"]
    for want in ([hello()], [hello(), hello(LATER, Name="other")], [hello(), hello(Name="other"), hello(Name="more")]):
        world.want(*want)
        refused(world, {"expect_digest": digest}, "not the expected")
    world.want(hello(), hello(Name="other"))
    world.live(**there(hello()))
    refused(world, {"expect_digest": digest}, "not the expected")


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
