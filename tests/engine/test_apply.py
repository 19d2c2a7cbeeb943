"""Applying: what is looked at before a write, how each change ends, and what the exit code says of all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from engine_world import LOCAL, World, ends, outcome
from scenarios import LATER, NEW, SHORT, gone, hello, many, there

from templatesync.apply import exit_code
from templatesync.errors import ExitCode, FindingsError, LocalError, worst
from templatesync.values import Action, AnswerClass, Change, Key, Outcome, Result

A, B = "template/hello@en", "template/other@en"


def once_planned(world: World, act: Any) -> dict[str, Any]:
    """An order that does something between the plan and the first look before a write."""

    def confirm(plan: Any) -> bool:
        act()
        return True

    return {"approved": False, "confirm": confirm}


# The look before each write


def test_a_template_that_somebody_made_meanwhile_is_not_overwritten(world: World) -> None:
    world.want(hello())
    result = world.apply(order=once_planned(world, lambda: world.live(**there(hello(LATER), "fail"))))
    assert (ends(result), result.exit_code) == ({A: "stale"}, ExitCode.STALE)
    assert world.writes() == []


def test_a_template_that_somebody_made_equal_meanwhile_is_already_done(world: World) -> None:
    world.want(hello())
    result = world.apply(order=once_planned(world, lambda: world.live(**there(hello()))))
    assert (ends(result), result.exit_code) == ({A: "already-done"}, ExitCode.OK)
    assert outcome(result).ids["template_code"]


@pytest.mark.parametrize("status", ["auditing", "pass", "disabled"])
def test_a_state_that_changed_meanwhile_is_stale(world: World, status: str) -> None:
    world.live(**there(hello(), "fail"))
    world.want(hello(LATER))
    result = world.apply(order=once_planned(world, lambda: world.review(status)))
    assert ends(result) == {A: "stale"}
    assert world.writes() == []


def test_a_deletion_of_what_is_gone_is_already_done(world: World) -> None:
    world.live(**there(hello()))
    world.want(gone())
    elsewhere = world.other(world.root / "elsewhere")
    elsewhere.want(gone())
    result = world.apply(order=once_planned(world, elsewhere.apply))
    assert ends(result) == {A: "already-done"}
    assert world.changed() == ["DeleteChatappTemplate"]


def test_a_deletion_of_what_came_under_review_is_stale(world: World) -> None:
    world.live(**there(hello()))
    world.want(gone())
    result = world.apply(order=once_planned(world, lambda: world.review("auditing")))
    assert ends(result) == {A: "stale"}


# What is written


def test_only_one_language_is_deleted(world: World) -> None:
    world.live(**there(hello()))
    world.live(**there(hello(Language="id")))
    world.want(hello(), gone(language="id"))
    assert set(ends(world.apply()).values()) == {"done"}
    assert world.document()["summary"]["no_op"] == 2


def test_switches_change_without_a_review(world: World) -> None:
    offer = hello(Category="MARKETING")
    world.live(**there(offer))
    world.want(offer | {"AllowSend": False})
    assert ends(world.apply()) == {A: "done"}
    assert world.changed() == ["ModifyChatappTemplateProperties"]
    change = world.document()["spaces"][0]["changes"][0]
    assert (change["action"], change["live_status"]) == ("no_op", "pass")


@pytest.mark.parametrize("state", [None, "fail"])
def test_content_and_switches_are_one_change(world: World, state: str | None) -> None:
    if state:
        world.live(**there(hello(Category="MARKETING"), state))
    world.want(hello(LATER, Category="MARKETING", AllowSend=False))
    assert ends(world.apply()) == {A: "done"}
    assert world.document()["summary"]["no_op"] == 1


def test_switches_that_fail_after_a_creation_are_told_and_set_next_time(world: World) -> None:
    world.want(hello(Category="MARKETING", AllowSend=False))
    world.fault("denied", "ModifyChatappTemplateProperties")
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "failed"}, ExitCode.PARTIAL)
    assert "the first part of this change is done" in outcome(result).message
    assert ends(world.apply()) == {A: "done"}
    assert world.changed() == ["CreateChatappTemplate", "ModifyChatappTemplateProperties"]


def test_the_old_version_stays_until_the_new_one_is_approved(world: World) -> None:
    world.live(**there(hello()))
    world.want(gone(), NEW)
    result = world.apply()
    assert ends(result) == {A: "blocked", "template/hello_v2@en": "done"}
    assert result.exit_code == ExitCode.REFUSED
    world.review("pass", "hello_v2")
    assert ends(world.apply()) == {A: "done"}
    assert world.document()["summary"]["no_op"] == 2


# Every change ends once


def test_one_failure_never_stops_the_others(world: World) -> None:
    world.want(*many(5))
    world.fault("denied", "CreateChatappTemplate", nth=5)
    result = world.apply()
    assert sorted(ends(result).values()) == ["done"] * 4 + ["failed"]
    assert result.exit_code == ExitCode.PARTIAL
    assert ends(world.apply()) == {"template/hello_04@en": "done"}


def test_a_refusal_by_the_service_is_a_failure_with_its_words(world: World) -> None:
    world.settings(limits=True)
    world.want(gone(), hello(Name="other"))
    world.live(**there(hello()))
    world.apply()
    world.want(hello(), hello(Name="other"))
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "failed"}, ExitCode.PARTIAL)
    assert "2388023" in outcome(result).message
    assert outcome(result).request_id.startswith("REQUEST-")


def test_denied_ends_with_4_and_nothing_written(world: World) -> None:
    world.want(*many(3))
    world.fault("denied", "CreateChatappTemplate", times=99)
    result = world.apply()
    assert set(ends(result).values()) <= {"failed", "not-started"}
    assert result.exit_code == ExitCode.DENIED
    assert world.changed() == []


def test_denied_after_something_was_written_is_applied_in_part(world: World) -> None:
    world.want(*many(3))
    world.fault("denied", "CreateChatappTemplate", nth=2, times=99)
    assert world.apply().exit_code == ExitCode.PARTIAL
    assert world.changed() == ["CreateChatappTemplate"]


def test_a_space_that_cannot_be_read_does_not_hide_the_others(world: World) -> None:
    world.project(spaces={"local": {"emulator": True}, "second": {"emulator": True}})
    world.want(hello())
    world.control("space", cust_space_id=LOCAL, refuse="Authentication.NoAuth")
    result = world.apply("local", "second")
    assert ends(result) == {A: "done"}
    assert result.exit_code == ExitCode.PARTIAL
    assert [space.error.code for space, _ in result.outcomes if space.error] == ["Authentication.NoAuth"]


def test_a_service_that_answers_about_something_else_is_not_written_to(world: World) -> None:
    world.want(*many(3))
    for body in many(3):
        world.live(**there(body, "fail"))
    world.want(*many(3, LATER))
    result = world.apply(order=once_planned(world, lambda: world.fault("wrong_name", "GetChatappTemplateDetail")))
    assert "not-started" in ends(result).values()
    assert result.exit_code in (ExitCode.FAILURE, ExitCode.PARTIAL)


def test_one_throttled_call_is_no_failure(world: World) -> None:
    world.want(hello())
    world.fault("throttle", "CreateChatappTemplate", retry_after=2000)
    result = world.apply()
    assert (ends(result), world.changed()) == ({A: "done"}, ["CreateChatappTemplate"])


def test_throttled_for_good_ends_with_5_and_nothing_written(world: World) -> None:
    world.want(hello())
    world.fault("throttle", "CreateChatappTemplate", times=99)
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "failed"}, ExitCode.UNREACHABLE)


# Safety


def test_another_account_is_not_written_to(world: World) -> None:
    world.project(spaces={"local": {"emulator": True, "waba_id": "1"}})
    world.want(hello())
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "not-started"}, ExitCode.REFUSED)
    assert outcome(result).code == "waba-mismatch"
    assert world.writes() == []


@pytest.mark.parametrize("status", ["PENDING", "REJECTED", "DISABLED"])
def test_an_account_that_is_not_approved_is_not_written_to(world: World, status: str) -> None:
    world.control("space", cust_space_id=LOCAL, status=status)
    world.want(hello())
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "not-started"}, ExitCode.REFUSED)
    assert world.writes() == []


def test_one_refused_space_does_not_stop_another(world: World) -> None:
    world.project(spaces={"local": {"emulator": True, "waba_id": "1"}, "second": {"emulator": True}})
    world.want(hello())
    result = world.apply("local", "second")
    assert [[each.result.value for each in outcomes] for _, outcomes in result.outcomes] == [["not-started"], ["done"]]
    assert result.exit_code == ExitCode.PARTIAL


def test_a_mass_change_is_refused_unless_its_number_is_known(world: World) -> None:
    for body in many(4):
        world.live(**there(body, "fail"))
    world.want(*many(4, LATER))
    for allowed in (None, 3, 5):
        result = world.apply(allow_mass_change=allowed)
        assert result.exit_code == ExitCode.REFUSED
    assert world.writes() == []
    assert set(ends(world.apply(allow_mass_change=4)).values()) == {"done"}


@pytest.mark.parametrize(("protect", "block"), [(["hello*"], {}), ([], {"protected": True})])
def test_a_tombstone_of_something_protected_is_an_error_of_the_files(
    world: World, protect: list[str], block: dict[str, bool]
) -> None:
    world.project(policy={"protect": protect})
    world.live(**there(hello()))
    tombstone = gone()
    tombstone["templatesync"] |= block
    world.want(tombstone, hello(Name="other"))
    with pytest.raises(FindingsError):
        world.apply()
    assert world.control("history") == []


def test_without_consent_nothing_happens(world: World) -> None:
    world.want(hello())
    result = world.apply(order={"approved": False})
    assert (result.declined, world.writes()) == (True, [])


def test_files_with_errors_read_nothing(world: World) -> None:
    world.want(hello(), hello(Name="Bad Name"))
    for command in (world.plan, world.apply):
        with pytest.raises(FindingsError):
            command()
    assert world.control("history") == []


def test_no_files_at_all_is_an_error(world: World) -> None:
    world.live(**there(hello()))
    for command in (world.plan, world.apply):
        with pytest.raises(FindingsError, match="no resources"):
            command()
    assert world.control("history") == []


def test_blocked_changes_end_with_6_and_the_rest_is_done(world: World) -> None:
    world.live(**there(hello()))
    world.want(hello(SHORT), hello(Name="other"))
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "blocked", B: "done"}, ExitCode.REFUSED)


# The receipt and the lock


def test_the_receipt_tells_each_end(world: World, tmp_path: Path) -> None:
    world.live(**there(hello()))
    world.want(hello(LATER), hello(Name="other"))
    world.apply(order={"receipt": tmp_path / "receipt.json"})
    document = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))
    rows = {row["key"]: row for row in document["spaces"][0]["changes"]}
    assert (rows[A]["outcome"], rows[A]["code"]) == ("blocked", "approved")
    assert rows[B]["outcome"] == "done"
    assert rows[B]["request_id"].startswith("REQUEST-")
    assert len(rows[B]["template_code"]) == 32


def test_one_apply_at_a_time(world: World) -> None:
    world.want(hello())

    def second() -> None:
        with pytest.raises(LocalError, match="another apply"):
            world.apply()

    assert ends(world.apply(order=once_planned(world, second))) == {A: "done"}
    assert LocalError("").exit_code == ExitCode.FAILURE


# Exit codes


ORDER = [130, 143, 70, 4, 5, 10, 9, 6, 8, 7, 0]


@pytest.mark.parametrize("index", range(len(ORDER)))
def test_the_first_code_of_the_list_decides(index: int) -> None:
    assert worst(ExitCode(code) for code in reversed(ORDER[index:])) == ORDER[index]


def test_no_code_is_success() -> None:
    assert worst([]) == ExitCode.OK


def end(result: Result, klass: AnswerClass | None = None) -> Outcome:
    return Outcome(Change(Key("template", "hello", "en"), Action.CREATE), result, klass=klass)


DENIED = end(Result.FAILED, AnswerClass.DENIED)
DOWN = end(Result.NOT_STARTED, AnswerClass.UNREACHABLE)
INVALID = end(Result.FAILED, AnswerClass.INVALID)
DONE = end(Result.DONE)
BLOCKED = end(Result.BLOCKED)


@pytest.mark.parametrize(
    ("outcomes", "begun", "wrote", "code"),
    [
        ([], False, False, 0),
        ([DONE, end(Result.ALREADY_DONE)], True, True, 0),
        ([BLOCKED], False, False, 6),
        ([BLOCKED, end(Result.STALE)], False, False, 9),
        ([DONE, BLOCKED], True, True, 6),
        ([DONE, INVALID, BLOCKED], True, True, 10),
        ([INVALID], True, False, 10),
        ([INVALID, DENIED], True, False, 4),
        ([DENIED], True, False, 4),
        ([DENIED, DONE], True, True, 10),
        ([DOWN], False, False, 5),
        ([DOWN], True, False, 5),
        ([DOWN, DONE], True, True, 10),
        ([DOWN, DENIED], False, False, 4),
        ([end(Result.UNKNOWN, AnswerClass.LOST)], True, True, 10),
        ([end(Result.NOT_STARTED, AnswerClass.QUOTA), DONE], True, True, 10),
        ([end(Result.NOT_STARTED, AnswerClass.OTHER)], False, False, 1),
        ([end(Result.NOT_STARTED), DONE], True, True, 10),
    ],
)
def test_the_exit_code_of_a_run(outcomes: list[Outcome], begun: bool, wrote: bool, code: int) -> None:
    assert exit_code(outcomes, begun=begun, wrote=wrote) == code
