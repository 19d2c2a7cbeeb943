"""Applying: what is looked at before a write, how each change ends, and what the exit code says of all of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.emulated_project import LOCAL, World, ends, outcome
from support.kind_specimens import Specimen, Write, actions, every_kind, every_write, meanwhile, named, put, want
from support.plan_scenarios import LATER, SHORT, gone, hello, many, there

from templatesync.model.change import Action, Cause, Change
from templatesync.model.errors import ExitCode, FindingsError, LocalError, worst
from templatesync.model.outcome import EXIT_CODES, Outcome, OutcomeKind, RunProgress, cause_of, exit_code
from templatesync.model.request import AnswerClass
from templatesync.model.resource import Key

A, B = "template/hello@en", "template/other@en"


# The look before each write


@named
def test_what_somebody_made_meanwhile_is_not_overwritten(world: World, specimen: Specimen) -> None:
    want(world, file := specimen.file())
    result = world.apply(order=meanwhile(lambda: put(world, specimen.file(content="c"))))
    assert (ends(result), result.exit_code) == ({file.key: "stale"}, ExitCode.STALE)
    assert world.writes() == []


@every_kind
def test_what_somebody_made_equal_meanwhile_is_already_done(world: World, specimen: Specimen) -> None:
    want(world, file := specimen.file())
    result = world.apply(order=meanwhile(lambda: put(world, file)))
    assert (ends(result), result.exit_code) == ({file.key: "already-done"}, ExitCode.OK)
    assert outcome(result).ids[specimen.kind.outputs.code]
    assert world.writes() == []


@every_kind
def test_an_update_that_somebody_made_meanwhile_is_already_done(world: World, specimen: Specimen) -> None:
    (file,) = specimen.edited(world, "one")
    want(world, file)
    result = world.apply(order=meanwhile(lambda: put(world, file)), **specimen.options)
    assert (ends(result), result.exit_code) == ({file.key: "already-done"}, ExitCode.OK)
    assert world.writes() == []


@every_kind
def test_an_update_of_what_somebody_changed_meanwhile_is_stale(world: World, specimen: Specimen) -> None:
    ids = specimen.put(world, "one")["one"]
    want(world, file := specimen.file("one", "b", ids))
    result = world.apply(order=meanwhile(lambda: specimen.put(world, "one", content="c", ids=ids)), **specimen.options)
    assert (ends(result), result.exit_code) == ({file.key: "stale"}, ExitCode.STALE)
    assert world.writes() == []


@every_kind
def test_an_update_of_what_is_gone_is_stale(world: World, specimen: Specimen) -> None:
    (file,) = specimen.edited(world, "one")
    want(world, file)
    result = world.apply(order=meanwhile(lambda: put(world, specimen.gone())), **specimen.options)
    assert (ends(result), result.exit_code) == ({file.key: "stale"}, ExitCode.STALE)
    assert world.writes() == []


@pytest.mark.parametrize("status", ["auditing", "pass", "disabled"])
def test_a_state_that_changed_meanwhile_is_stale(world: World, status: str) -> None:
    world.live(**there(hello(), "fail"))
    world.want(hello(LATER))
    result = world.apply(order=meanwhile(lambda: world.review(status)))
    assert ends(result) == {A: "stale"}
    assert world.writes() == []


@every_kind
def test_a_deletion_of_what_is_gone_is_already_done(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one")
    want(world, file := specimen.gone())
    result = world.apply(order=meanwhile(lambda: put(world, file)))
    assert ends(result) == {file.key: "already-done"}
    assert world.writes() == []


def test_a_deletion_of_what_came_under_review_is_stale(world: World) -> None:
    world.live(**there(hello()))
    world.want(gone())
    result = world.apply(order=meanwhile(lambda: world.review("auditing")))
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


@named
def test_the_old_version_stays_until_the_new_one_is_in_use(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one")
    new = specimen.file("two", "c").own(replaces="one")
    want(world, specimen.gone(), new)
    result = world.apply()
    assert ends(result) == {specimen.gone().key: "blocked", new.key: "done"}
    # The review of a template ends by itself; that a flow is published, its file must say.
    assert result.exit_code == (ExitCode.REFUSED if specimen.settled else ExitCode.OK)
    specimen.settle(world, new)
    want(world, specimen.gone(), new.own(**specimen.settled))
    assert ends(world.apply()) == {specimen.gone().key: "done"}
    assert set(actions(world).values()) == {"no_op"}


# Every change ends once


@every_kind
def test_one_failure_never_stops_the_others(world: World, specimen: Specimen) -> None:
    want(world, *(specimen.file(str(number)) for number in range(5)))
    world.fault("denied", specimen.creates[0], nth=5)
    result = world.apply()
    assert sorted(ends(result).values()) == ["done"] * 4 + ["failed"]
    assert result.exit_code == ExitCode.PARTIAL
    assert list(ends(world.apply()).values()) == ["done"]


def test_a_refusal_by_the_service_is_a_failure_with_its_words(world: World) -> None:
    world.settings(limits=True)
    world.want(gone(), hello(LATER, Name="other"))
    world.live(**there(hello()))
    world.apply()
    world.want(hello(), hello(LATER, Name="other"))
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "failed"}, ExitCode.PARTIAL)
    assert "2388023" in outcome(result).message
    assert outcome(result).request_id.startswith("REQUEST-")


@every_kind
def test_denied_ends_with_4_and_nothing_written(world: World, specimen: Specimen) -> None:
    want(world, *(specimen.file(str(number)) for number in range(3)))
    world.fault("denied", specimen.creates[0], times=99)
    result = world.apply()
    assert set(ends(result).values()) <= {"failed", "not-started"}
    assert result.exit_code == ExitCode.DENIED
    assert world.changed() == []


@every_kind
def test_denied_after_something_was_written_is_applied_in_part(world: World, specimen: Specimen) -> None:
    want(world, *(specimen.file(str(number)) for number in range(3)))
    world.fault("denied", specimen.creates[0], nth=2, times=99)
    assert world.apply().exit_code == ExitCode.PARTIAL
    assert tuple(world.changed()) == specimen.creates


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
    result = world.apply(order=meanwhile(lambda: world.fault("wrong_name", "GetChatappTemplateDetail")))
    assert "not-started" in ends(result).values()
    assert result.exit_code in (ExitCode.FAILURE, ExitCode.PARTIAL)


# The files


def test_files_with_errors_read_nothing(world: World) -> None:
    world.want(hello(), hello(Name="Bad Name"))
    for command in (world.plan, world.apply):
        with pytest.raises(FindingsError):
            command()
    assert world.control("history") == []


def test_no_files_at_all_is_an_error(world: World) -> None:
    world.live(**there(hello()))
    for command in (world.plan, world.apply):
        with pytest.raises(FindingsError, match="write a file"):
            command()
    assert world.control("history") == []


def test_blocked_changes_end_with_6_and_the_rest_is_done(world: World) -> None:
    world.live(**there(hello()))
    world.want(hello(SHORT), hello(Name="other"))
    result = world.apply()
    assert (ends(result), result.exit_code) == ({A: "blocked", B: "done"}, ExitCode.REFUSED)


# The receipt and the lock


@every_write
def test_the_receipt_tells_each_end(world: World, write: Write, tmp_path: Path) -> None:
    key = write.start(world)
    world.apply(order={"receipt": tmp_path / "receipt.json"}, **write.options)
    document = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))
    (row,) = document["spaces"][0]["changes"]
    assert (row["key"], row["action"], row["outcome"], row["code"]) == (key, write.action, "done", "")
    assert row["request_id"].startswith("REQUEST-")
    assert bool(row.get(write.specimen.kind.outputs.code)) == (write.action != "delete")


def test_the_receipt_tells_what_is_blocked(world: World, tmp_path: Path) -> None:
    world.live(**there(hello()))
    world.want(hello(LATER), hello(Name="other"))
    world.apply(order={"receipt": tmp_path / "receipt.json"})
    document = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))
    found = {row["key"]: (row["outcome"], row["code"]) for row in document["spaces"][0]["changes"]}
    assert found == {A: ("blocked", "approved"), B: ("done", "")}


def test_one_apply_at_a_time(world: World) -> None:
    world.want(hello())

    def second() -> None:
        with pytest.raises(LocalError, match="another apply"):
            world.apply()

    assert ends(world.apply(order=meanwhile(second))) == {A: "done"}
    assert LocalError("").exit_code == ExitCode.FAILURE


# Exit codes


ORDER = [130, 143, 70, 4, 5, 10, 9, 6, 8, 7, 0]


@pytest.mark.parametrize("index", range(len(ORDER)))
def test_the_first_code_of_the_list_decides(index: int) -> None:
    assert worst(ExitCode(code) for code in reversed(ORDER[index:])) == ORDER[index]


def test_no_code_is_success() -> None:
    assert worst([]) == ExitCode.OK


def end(result: OutcomeKind, klass: AnswerClass = AnswerClass.OTHER) -> Outcome:
    return Outcome(Change(Key("template", "hello", "en"), Action.CREATE), result, cause=cause_of(klass))


DENIED = end(OutcomeKind.FAILED, AnswerClass.DENIED)
DOWN = end(OutcomeKind.NOT_STARTED, AnswerClass.UNREACHABLE)
INVALID = end(OutcomeKind.FAILED, AnswerClass.INVALID)
DONE = end(OutcomeKind.DONE)
BLOCKED = end(OutcomeKind.BLOCKED)


def whole(cause: Cause) -> Outcome:
    return Outcome(Change(Key("template", "hello", "en"), Action.CREATE), OutcomeKind.NOT_STARTED, cause=cause)


def test_every_end_has_an_exit_code() -> None:
    ends = {whole(cause)._replace(kind=kind).end for kind in OutcomeKind for cause in Cause}
    assert ends == EXIT_CODES.keys()


@pytest.mark.parametrize(
    ("outcomes", "begun", "wrote", "code"),
    [
        ([], False, False, 0),
        ([DONE, end(OutcomeKind.ALREADY_DONE)], True, True, 0),
        ([BLOCKED], False, False, 6),
        ([BLOCKED, end(OutcomeKind.STALE)], False, False, 9),
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
        ([end(OutcomeKind.UNKNOWN, AnswerClass.LOST)], True, True, 10),
        ([end(OutcomeKind.NOT_STARTED, AnswerClass.QUOTA), DONE], True, True, 10),
        ([end(OutcomeKind.NOT_STARTED, AnswerClass.OTHER)], False, False, 1),
        ([end(OutcomeKind.NOT_STARTED), DONE], True, True, 10),
        ([whole(Cause.REFUSED)], False, False, 6),
        ([whole(Cause.WRONG_ACCOUNT)], False, False, 6),
        ([whole(Cause.REFUSED), INVALID], True, False, 10),
        ([whole(Cause.UNREAD)], True, False, 1),
        ([whole(Cause.UNREAD), DONE], True, True, 10),
        ([whole(Cause.DEFECT), DONE], True, True, 70),
        ([whole(Cause.DEFECT), DENIED], False, False, 70),
    ],
)
def test_the_exit_code_of_a_run(outcomes: list[Outcome], begun: bool, wrote: bool, code: int) -> None:
    progress = RunProgress.WROTE if wrote else RunProgress.SENT if begun else RunProgress.NOTHING_SENT
    assert exit_code((outcome.end for outcome in outcomes), progress) == code
