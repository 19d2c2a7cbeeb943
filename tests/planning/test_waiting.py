"""Deletions that wait for their replacement by design, apart from those that wait for somebody's decision."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from support.emulated_project import World, ends
from support.plan_scenarios import TEXT, own, there
from support.two_versions import RENAMED, V1, V1_AR, dead, rows, v2

from templatesync.model.errors import ExitCode
from templatesync.render.apply import text as apply_text
from templatesync.render.json_ import apply as apply_json
from templatesync.render.plan import text as plan_text
from templatesync.render.plan_github import content
from templatesync.render.plan_markdown import plan as plan_markdown
from templatesync.render.terminal import Style
from templatesync.schema.loading import schema_dir


def old(world: World, key: str = "hello@en", **options: Any) -> tuple[str, str]:
    row = rows(world, **options)[key]
    return row.action.value, row.reason


def test_what_waits_is_no_failure_and_told_apart(world: World) -> None:
    world.live(**there(V1))
    world.live(**there(v2(TEXT), "auditing"))
    world.want(dead(), v2(TEXT))
    result = world.plan(fail_on=("blocked", "breaking"))
    assert result.exit_code is ExitCode.OK
    told = plan_text(result, Style())
    assert "… template/hello@en     waits, now approved (pass)" in told
    assert "0 blocked, 1 waits, 1 unchanged" in " ".join(told.split())
    markdown = plan_markdown(result, Style())
    assert ("> **Waiting**" in markdown, "> **Blocked**" in markdown, "breaks" in markdown) == (True, False, False)
    outputs = content(result)["outputs"]
    assert "blocked=0\nwaiting=1\n" in outputs
    summary = world.document()["summary"]
    assert (summary["blocked"], summary["waiting"], summary["breaking"]) == (1, 1, 0)
    applied = world.apply()
    assert applied.exit_code is ExitCode.OK
    assert "1 waiting." in apply_text(applied, Style())
    document = json.loads(apply_json(applied, Style()))
    jsonschema.validate(document, json.loads((schema_dir() / "receipt.schema.json").read_text()))
    (change,) = document["spaces"][0]["changes"]
    assert (change["outcome"], change["code"], change["breaking"]) == ("blocked", "waiting", [])


def test_it_waits_from_the_merge_that_adds_the_new_version_to_its_approval(world: World) -> None:
    world.settings(review="manual")
    world.live(**there(V1))
    world.want(dead(), v2(TEXT))
    assert old(world) == ("blocked", "waiting")
    result = world.apply()
    assert (result.exit_code, ends(result)["template/hello@en"]) == (ExitCode.OK, "blocked")
    assert old(world) == ("blocked", "waiting")
    world.review("pass", "hello_v2")
    assert ends(world.apply()) == {"template/hello@en": "done"}


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("auditing", "waiting"),
        ("unaudit", "waiting"),
        ("paused", "waiting"),
        ("fail", "in use"),
        ("disabled", "in use"),
    ],
)
def test_only_what_ends_by_itself_is_waited_for(world: World, state: str, reason: str) -> None:
    world.live(**there(V1))
    world.live(**there(v2(TEXT), state))
    world.want(dead(), v2(TEXT))
    assert old(world) == ("blocked", reason)
    result = world.plan(fail_on=("blocked",))
    assert result.exit_code is (ExitCode.OK if reason == "waiting" else ExitCode.REFUSED)


def test_a_rejected_version_that_this_plan_sends_again_is_waited_for(world: World) -> None:
    world.live(**there(V1))
    world.live(**there(v2("Hello $(name), it is there at last, dear friend."), "fail"))
    world.want(dead(), v2(TEXT))
    assert old(world) == ("blocked", "waiting")
    # What this plan leaves alone, it does not bring about.
    assert old(world, targets=("template/hello@en",)) == ("blocked", "in use")


def test_an_unknown_state_may_never_end(world: World) -> None:
    world.live(**there(V1))
    world.live(**there(v2(TEXT), "auditing"))

    def after(operation: str, answer: dict[str, Any]) -> None:
        for holder in [answer.get("Data"), *(answer.get("ListTemplate") or [])]:
            if isinstance(holder, dict) and holder.get("AuditStatus") == "auditing":
                holder["AuditStatus"] = "in_appeal"

    world.emulator.after = after
    world.want(dead(), v2(TEXT))
    assert old(world) == ("blocked", "in use")


@pytest.mark.parametrize("state", ["auditing", "pass"])
def test_what_needs_a_decision_after_the_review_does_not_only_wait(world: World, state: str) -> None:
    world.live(**there(V1))
    world.live(**there(v2(RENAMED), state))
    world.want(dead(), v2(RENAMED))
    row = rows(world)["hello@en"]
    assert (row.reason, "say `adopt: true` in its file" in row.notes[0].text) == ("in use", True)
    # Programs of its contract are given up by its tombstone alone, and that can be said before the review is over.
    world.want(dead(), v2(RENAMED, adopt=True))
    row = rows(world)["hello@en"]
    assert (row.reason in ("in use", "breaking"), "say `breaks: [" in row.notes[0].text) == (True, True)


def test_of_three_versions_each_waits_for_the_next_or_goes(world: World) -> None:
    third = v2(TEXT, "hello_v3", "hello_v2")
    for body, state in ((V1, "pass"), (v2(TEXT), "pass"), (third, "auditing")):
        world.live(**there(body, state))
    world.want(dead(), dead("hello_v2", replaces="hello"), third)
    assert [old(world, key) for key in ("hello@en", "hello_v2@en")] == [("blocked", "waiting")] * 2
    planned = rows(world)
    assert {planned[key].notes[0].text for key in ("hello@en", "hello_v2@en")} == {
        "programs of its contract have no other version: template/hello_v3@en must be in use first; "
        "an apply after that deletes it",
        "senders of en use it: template/hello_v3@en must be in use first; an apply after that deletes it",
    }
    # The one that senders use keeps its programs going; the first one is not needed, once the second one stays.
    world.want(dead(), v2(TEXT), third)
    assert old(world) == ("delete", "")
    world.want(third)
    assert old(world, "hello_v2@en", prune=True) == ("blocked", "waiting")
    world.review("pass", "hello_v3")
    assert old(world, "hello_v2@en", prune=True) == ("delete", "")


def test_a_language_waits_for_all_languages_of_the_new_version(world: World) -> None:
    both = {"en": "pass", "ar": "auditing"}
    for body in (V1, V1_AR):
        world.live(**there(body))
        world.live(**there(v2(TEXT) | {"Language": body["Language"]}, both[body["Language"]]))
    new = v2(TEXT) | {"Languages": ["en", "ar"]}
    del new["Language"]
    world.want(dead(), dead(language="ar"), new)
    assert [old(world, key)[1] for key in ("hello@en", "hello@ar")] == ["waiting", "waiting"]
    world.want(dead(), dead(language="ar"), v2(TEXT), own(dead("hello_v2", "ar"), state="absent", replaces="hello"))
    # Nobody will ever have Arabic but the old one.
    assert old(world, "hello@ar")[1] == "in use"
