"""States nobody expected: what is live is not as the files think, or the listing is not as what is live."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.emulated_project import LOCAL
from support.fault_cases import CREATE, DELETE, DETAIL, LIST, MODIFY, creation
from support.faulty_service import Front
from support.plan_scenarios import LATER, SHORT, gone, hello, image, many, own, there

from templatesync.commands import session
from templatesync.commands.status import POLL, status

WRITES = (CREATE, MODIFY, DELETE)


def written(front: Front) -> int:
    return sum(len(front.calls(operation)) for operation in WRITES)


# Saved plans


def saved(front: Front) -> str:
    path = front.root / "plan.json"
    assert front.cli("plan", "--out", str(path)).code == 0
    return str(path)


def test_a_plan_that_is_applied_twice_writes_once(front: Front) -> None:
    front.live(**there(hello(Name="edited"), "fail"))
    front.live(**there(hello(SHORT, Name="old")))
    front.want(hello(), hello(LATER, Name="edited"), gone("old"))
    plan = saved(front)
    assert set(front.carry_out(plan).ends.values()) == {"done"}
    before = written(front)
    again = front.carry_out(plan)
    assert (again.code, set(again.ends.values()), len(again.rows)) == (0, {"already-done"}, 3)
    assert written(front) == before == 3


@pytest.mark.parametrize(
    ("member", "value", "word"),
    [("format_version", "2.0", "this release reads 1.0"), ("digest", "0" * 64, "does not fit its digest")],
)
def test_a_plan_of_another_release_or_hand_is_refused(front: Front, member: str, value: str, word: str) -> None:
    creation(front)
    plan = saved(front)
    document = json.loads((front.root / "plan.json").read_text(encoding="utf-8"))
    (front.root / "plan.json").write_text(json.dumps(document | {member: value}), encoding="utf-8")
    ended = front.carry_out(plan)
    assert (ended.code, ended.rows, written(front)) == (9, (), 0)
    assert word in ended.err


def test_a_plan_of_another_tenant_is_refused(front: Front) -> None:
    creation(front)
    plan = saved(front)
    front.project(spaces={"shop": {"cust_space_id": "cams-another"}})
    ended = front.carry_out(plan)
    assert (ended.code, ended.rows, written(front)) == (9, (), 0)
    assert f"the plan was made for shop as {LOCAL}, not cams-another" in ended.err


def test_a_plan_of_another_account_is_refused(front: Front) -> None:
    creation(front)
    plan = saved(front)
    front.control("space", cust_space_id=LOCAL, waba_id="100200300")
    ended = front.carry_out(plan)
    assert (ended.code, ended.rows, written(front)) == (9, (), 0)
    assert "shop has 100200300" in ended.err


# The review


@pytest.mark.parametrize("body", [hello(LATER), gone()], ids=["edit", "deletion"])
def test_nothing_is_sent_during_a_review(front: Front, body: dict[str, Any]) -> None:
    front.live(**there(hello(), "auditing"))
    front.want(body, hello(Name="other"))
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (6, {"hello": "blocked", "other": "done"})
    assert ended.row("hello")["code"] == "auditing"
    assert "auditing" in ended.row("hello")["message"]
    assert (written(front), front.effects(CREATE)) == (1, 1)


def test_waiting_for_a_review_asks_now_and_then(front: Front) -> None:
    creation(front)
    front.carry_out()
    front.settings(review="approve", after=600.0)
    start = front.clock.now
    listed = len(front.calls(LIST))
    connection = session.Connection(endpoint=front.endpoint)
    result = status(
        front.root, (), False, connection, wait=True, timeout=3600.0, clock=front.clock, sleep=front.clock.sleep
    )
    assert (result.exit_code, result.spaces[0].rows[0].status) == (0, "pass")
    assert len(front.calls(LIST)) - listed <= 600 / POLL + 2
    assert 600 <= front.clock.now - start < 600 + 2 * POLL


def test_an_approved_template_is_left_alone_unless_asked(front: Front) -> None:
    front.live(**there(hello()))
    front.want(hello(LATER))
    ended = front.carry_out()
    assert (ended.code, ended.ends, written(front)) == (6, {"hello": "blocked"}, 0)
    assert "on_approved: modify" in ended.out
    assert "templatesync new-version" in ended.out


def test_an_edit_of_an_approved_template_that_is_refused_is_one_failure(front: Front) -> None:
    front.live(**there(hello()))
    front.want(own(hello(LATER), on_approved="modify"))
    plan = front.cli("plan")
    assert "the platform allows 1 edit of an approved template in 24 hours" in plan.out
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (10, {"hello": "failed"})
    assert "InvalidParameter.AuditStatusNotSupport" in ended.out
    assert "; if the platform edits nothing" in ended.out and ".;" not in ended.out
    assert f"[request {ended.row('hello')['request_id']}]" in ended.out
    assert (len(front.calls(MODIFY)), front.calls(DELETE), front.calls(CREATE)) == (1, [], [])


# The category


def test_another_category_is_told_and_never_fought(front: Front) -> None:
    creation(front)
    assert front.carry_out().code == 0
    front.control("category", cust_space_id=LOCAL, template_name="hello", category="MARKETING")
    for _ in range(3):
        ended = front.carry_out()
        assert (ended.code, ended.rows) == (0, ())
    assert "note: the platform has it as MARKETING" in front.cli("plan").out
    assert (written(front), front.changes()) == (1, 0)


# The listing

COMPLETE = ("normal", "short", "repeat", "endless")
UNCOUNTED = ("total_low", "total_none")
INCOMPLETE = ("gap", "total_high")


def _crowd(front: Front) -> None:
    """More than one page, among them one that is to be made, one that is there already, and one that is to go."""
    for number in range(104):
        front.live(**there(hello(Name=f"there_{number:03}"), "fail"))
    front.want(hello(Name="new"), hello(Name="there_050"), gone("there_060"))


@pytest.mark.parametrize("pages", COMPLETE)
def test_odd_pages_that_add_up_are_a_whole_listing(front: Front, pages: str) -> None:
    _crowd(front)
    front.settings(pages=pages)
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (0, {"new": "done", "there_060": "done"})
    assert (front.effects(CREATE), front.effects(DELETE), written(front)) == (1, 1, 2)


@pytest.mark.parametrize("pages", UNCOUNTED)
def test_nothing_is_deleted_on_the_word_of_pages_that_nobody_counted(front: Front, pages: str) -> None:
    _crowd(front)
    front.settings(pages=pages)
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (6, {"new": "done", "there_060": "blocked"})
    assert ended.row("there_060")["code"] == "incomplete listing"
    assert (front.effects(CREATE), written(front)) == (1, 1)


@pytest.mark.parametrize("pages", INCOMPLETE)
def test_nothing_is_concluded_from_pages_that_do_not_add_up(front: Front, pages: str) -> None:
    _crowd(front)
    front.settings(pages=pages)
    ended = front.carry_out()
    assert ended.code == 6
    assert set(ended.ends.values()) == {"blocked"}
    assert {"new", "there_060"} <= set(ended.ends)
    assert {row["code"] for row in ended.rows} == {"incomplete listing"}
    assert written(front) == 0


@pytest.mark.parametrize("pages", INCOMPLETE)
def test_what_the_listing_left_out_is_not_made_again(front: Front, pages: str) -> None:
    for body in many(104):
        front.live(**there(body, "fail"))
    front.want(*many(104))
    front.settings(pages=pages)
    ended = front.carry_out()
    assert set(ended.ends.values()) <= {"blocked"}
    assert written(front) == 0


@pytest.mark.parametrize("pages", (*COMPLETE, *UNCOUNTED))
def test_what_the_listing_has_is_not_made_again(front: Front, pages: str) -> None:
    for body in many(104):
        front.live(**there(body, "fail"))
    front.want(*many(104))
    front.settings(pages=pages)
    ended = front.carry_out()
    assert ended.code == 0
    assert set(ended.ends.values()) <= {"already-done"}
    assert written(front) == 0


def test_nothing_is_pruned_by_a_listing_that_does_not_add_up(front: Front) -> None:
    _crowd(front)
    front.settings(pages="total_high")
    ended = front.carry_out("--prune", "--allow-mass-change", "0")
    assert set(ended.ends.values()) == {"blocked"}
    assert front.calls(DELETE) == []


def test_a_creation_that_the_listing_does_not_show_yet_is_not_made_again(front: Front) -> None:
    front.settings(consistency_delay=30.0)
    front.want(*many(3))
    assert set(front.carry_out().ends.values()) == {"done"}
    again = front.carry_out()
    assert again.code == 0
    assert set(again.ends.values()) <= {"already-done"}
    front.clock.sleep(60)
    assert (front.changes(), front.effects(CREATE), len(front.calls(CREATE))) == (0, 3, 3)


def test_a_lost_creation_is_found_although_the_listing_lags(front: Front) -> None:
    front.settings(consistency_delay=60.0)
    creation(front)
    front.fault("drop_after", CREATE)
    ended = front.carry_out()
    assert (ended.code, ended.ends, len(front.calls(CREATE))) == (0, {"hello": "done"}, 1)


def test_a_lost_creation_that_is_not_listed_for_long_is_never_made_twice(front: Front) -> None:
    """Two lists a minute apart lack it, and the second attempt finds its name taken: so the first one is there."""
    front.settings(consistency_delay=600.0)
    creation(front)
    front.fault("drop_after", CREATE)
    ended = front.carry_out()
    assert (ended.code, ended.ends, ended.row("hello")["code"]) == (10, {"hello": "unknown"}, "not_listed")
    calls = len(front.calls(CREATE))
    assert front.carry_out().ends == {"hello": "blocked"}
    front.clock.sleep(600)
    assert (front.changes(), front.effects(CREATE), len(front.calls(CREATE))) == (0, 1, calls)


# What an answer speaks of


def test_server_fields_order_and_new_fields_are_no_difference(front: Front) -> None:
    picture = image("https://www.example.com/a.jpg")
    front.want(hello(hello()["Components"][0]["Text"], picture), hello(Name="plain"))
    assert front.carry_out().code == 0

    def after(operation: str, answer: dict[str, Any]) -> None:
        data = answer.get("Data")
        if operation == DETAIL and isinstance(data, dict):
            data |= {"ExtendAttrs": "{}", "QualityScore": "GREEN", "Tomorrow": {"Field": [1]}}
            data["Components"] = list(reversed(data["Components"]))

    front.emulator.after = after
    assert front.changes() == 0
    again = front.carry_out()
    assert (again.code, again.rows, len(front.calls(CREATE))) == (0, (), 2)


@pytest.mark.parametrize("operation", [DETAIL, LIST])
def test_an_answer_about_something_else_is_never_planned_with(front: Front, operation: str) -> None:
    front.live(**there(hello(), "fail"))
    front.want(hello(LATER))
    front.fault("wrong_name", operation, times=99)
    ended = front.carry_out()
    assert ended.code == (6 if operation == DETAIL else 10)
    assert front.effects(MODIFY) == front.effects(CREATE) == 0


def test_an_answer_about_something_else_stops_that_one_alone(front: Front) -> None:
    for body in many(80):
        front.live(**there(body, "fail"))
    front.want(*many(80, LATER))
    front.once_read(lambda: front.fault("wrong_name", DETAIL))
    ended = front.carry_out("--allow-mass-change", "80")
    assert {row["code"] for row in ended.rows if row["outcome"] == "not-started"} == {"templatesync.NotUnderstood"}
    assert "the service answered about" in ended.out
    assert (len(ended.rows), ended.code) == (80, 10)
    assert front.effects(MODIFY) == list(ended.ends.values()).count("done") == 79
