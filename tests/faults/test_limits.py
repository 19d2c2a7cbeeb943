"""The longer limits: learned from refusals, told with the time to go on, and waited for when that is asked."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest
from support.emulated_project import LOCAL
from support.fault_cases import CREATE, MODIFY
from support.faulty_service import Front
from support.plan_scenarios import LATER, TEXT, hello, many, numbered, own, there

HOUR = 3600.0
DAY = 24 * HOUR
AGAIN = "Hello $(name), your parcel was left with a neighbour of yours."


@pytest.fixture(params=["one by one", "sixteen at once"])
def limited(front: Front, request: pytest.FixtureRequest) -> Front:
    """With the limits on, and the two crews."""
    if request.param != "one by one":
        chance = Random(3)
        front.latency = lambda request: 0.04 + 0.12 * chance.random()
    front.settings(limits=True)
    return front


def time_told(text: str) -> float:
    """The earliest time to go on, in seconds since 1970."""
    (at,) = set(re.findall(r"go on at (\S+ \S+ UTC)", text))
    return datetime.strptime(at, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC).timestamp()


def test_the_hourly_limit_ends_the_run_with_the_time_to_go_on(limited: Front) -> None:
    limited.want(*numbered(130))
    start = limited.clock.now
    ended = limited.carry_out()
    assert (ended.code, Counter(ended.ends.values())) == (10, {"done": 100, "not-started": 30})
    rest = [row for row in ended.rows if row["outcome"] == "not-started"]
    assert {row["code"] for row in rest} == {"quota"}
    assert any(row["request_id"] for row in rest)
    assert limited.effects(CREATE) == 100
    assert start + HOUR - 1 <= time_told(ended.out) <= limited.clock.now + HOUR
    limited.clock.sleep(HOUR)
    again = limited.carry_out()
    assert (again.code, Counter(again.ends.values())) == (0, {"done": 30})
    assert (limited.effects(CREATE), limited.changes()) == (130, 0)


def test_waiting_finishes_what_the_hourly_limit_held_up(limited: Front) -> None:
    limited.want(*numbered(230))
    ended = limited.carry_out("--wait", "--timeout", "3h")
    assert (ended.code, Counter(ended.ends.values())) == (0, {"done": 230})
    assert limited.effects(CREATE) == 230
    assert 2 * HOUR <= limited.took <= 2.1 * HOUR
    assert limited.changes() == 0


def test_waiting_ends_with_its_time_out(limited: Front) -> None:
    limited.want(*numbered(130))
    ended = limited.carry_out("--wait", "--timeout", "30m")
    assert (ended.code, Counter(ended.ends.values())) == (10, {"done": 100, "not-started": 30})
    assert limited.took <= 0.5 * HOUR


@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
def test_a_clock_that_is_set_changes_no_time_out(front: Front, seconds: float) -> None:
    front.settings(limits=True)
    for number in range(100):
        front.live(**there(hello(Name=f"there_{number:03}")))
    front.want(*many(2))
    front.before_call(CREATE, 1, lambda: front.set_clock(seconds))
    assert set(front.carry_out("--wait", "--timeout", "30m").ends.values()) == {"not-started"}
    assert front.took <= 0.5 * HOUR
    assert front.effects(CREATE) == 0
    assert set(front.carry_out("--wait", "--timeout", "90m").ends.values()) == {"done"}
    assert front.took >= 0.5 * HOUR


def test_an_edit_of_an_approved_template_is_rationed(limited: Front) -> None:
    limited.settings(modify_approved="allow", review="approve")
    limited.live(**there(hello()))
    limited.want(own(hello(LATER), on_approved="modify"))
    assert limited.carry_out().ends == {"hello": "done"}
    limited.review("pass")
    limited.clock.sleep(HOUR)
    limited.want(own(hello(AGAIN), on_approved="modify"))
    ended = limited.carry_out()
    assert (ended.code, ended.ends) == (5, {"hello": "not-started"})
    assert ended.row("hello")["code"] == "quota"
    assert 22 * HOUR <= time_told(ended.out) - limited.clock.now <= 23 * HOUR
    assert limited.effects(MODIFY) == 1
    limited.clock.sleep(DAY)
    assert limited.carry_out().ends == {"hello": "done"}
    assert (limited.effects(MODIFY), limited.changes()) == (2, 0)


def test_the_ration_of_one_template_holds_up_no_other(limited: Front) -> None:
    limited.settings(modify_approved="allow", review="approve")
    limited.live(**there(hello()))
    limited.want(own(hello(LATER), on_approved="modify"))
    limited.carry_out()
    limited.review("pass")
    for body in many(80):
        limited.live(**there(body, "fail"))
    limited.want(own(hello(AGAIN), on_approved="modify"), *many(80, LATER))
    for _ in range(2):
        limited.carry_out("--allow-mass-change", "81")
    assert limited.effects(MODIFY) == 81


def test_the_number_of_templates_is_a_limit_that_only_deleting_helps(limited: Front) -> None:
    limited.control("space", cust_space_id=LOCAL, verified=False)
    for number in range(250):
        limited.live(**there(hello(TEXT, Name=f"there_{number:03}")))
    limited.want(*many(2))
    ended = limited.carry_out()
    assert (ended.code, set(ended.ends.values())) == (10, {"failed"})
    assert "2388019" in ended.out
    assert limited.effects(CREATE) == 0
