"""Random faults in five of a hundred calls: a few applies later all is as the files say, and nothing was done twice.

`TEMPLATESYNC_SOAK` is how many seeds are tried, and makes each project larger; `make soak` sets it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from support.emulated_project import LOCAL
from support.fault_cases import CREATE, DELETE, MODIFY
from support.faulty_service import Front
from support.plan_scenarios import LATER, gone, hello, there

from templatesync.emulator.faults.instruments import TRANSIENT

SOAK = int(os.environ.get("TEMPLATESYNC_SOAK", "0"))
SEEDS = range(SOAK or 3)
EACH = 60 if SOAK else 10
RATE = 5
PROPERTIES = "ModifyChatappTemplateProperties"
RESULTS = {"done", "already-done", "failed", "unknown", "stale", "not-started"}


def project(front: Front) -> int:
    """Equally many to make, to edit, to switch, to delete and to leave alone; how many changes that is."""
    front.project(spaces={"shop": {"cust_space_id": LOCAL}}, policy={"max_changes": {"percent": 100}})
    wanted = []
    for number in range(EACH):
        offer = hello(Name=f"switched_{number:02}", Category="MARKETING")
        wanted += [
            hello(Name=f"made_{number:02}", Category="MARKETING", **({"AllowSend": False} if number % 7 == 0 else {})),
            hello(LATER, Name=f"edited_{number:02}"),
            offer | {"AllowSend": False},
            gone(f"gone_{number:02}"),
            hello(Name=f"left_{number:02}"),
        ]
        front.live(**there(hello(Name=f"edited_{number:02}"), "fail"))
        front.live(**there(offer))
        front.live(**there(hello(Name=f"gone_{number:02}")))
        front.live(**there(hello(Name=f"left_{number:02}")))
    front.want(*wanted)
    return 4 * EACH


def doubles(front: Front) -> Iterator[str]:
    """What took effect more than once although once was wanted."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for call in front.calls():
        if not call["changed"]:
            continue
        given = call["parameters"]
        who = given.get("Name") or given.get("TemplateName") or given.get("TemplateCode")
        what = given.get("Components", "") if call["operation"] == MODIFY else ""
        counted[(call["operation"], f"{who}@{given.get('Language')}", what)] += 1
    for (operation, who, _), number in counted.items():
        # Setting a switch again is no second change: it starts no review and counts against nothing.
        if number > 1 and operation != PROPERTIES:
            yield f"{operation} {who}: {number}"


def check(front: Front, planned: int, *, calm: bool) -> int:
    """Apply until nothing is left, with faults during the first run or all; how many runs it took."""
    for runs in (1, 2, 3):
        ended = front.carry_out()
        assert ended.code in (0, 5, 10), ended.text
        assert {row["outcome"] for row in ended.rows} <= RESULTS
        if runs == 1 and ended.rows:
            assert len(ended.rows) == planned
        if calm:
            front.calm()
        left = remaining(front)
        if left == 0:
            break
    assert left == 0, f"{left} changes are left after three runs"
    assert any(call["fault"] for call in front.calls())
    assert list(doubles(front)) == []
    assert (front.effects(CREATE), front.effects(DELETE), front.effects(MODIFY)) == (EACH, EACH, EACH)
    return runs


def remaining(front: Front) -> int:
    """How many changes a plan has, read by a colleague whose line is good."""
    faults = front.emulator._state.faults
    held, faults._running = faults._running, []
    left = front.changes()
    faults._running = held
    return left


@pytest.fixture(params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def disturb(front: Front, seed: int) -> None:
    chance = Random(seed)
    front.latency = lambda request: 0.02 + 0.2 * chance.random()
    front.fault("random", rate=RATE, seed=seed)


def test_all_is_well_when_the_faults_stop(front: Front, seed: int) -> None:
    planned = project(front)
    disturb(front, seed)
    check(front, planned, calm=True)


def test_all_is_well_although_the_faults_go_on(front: Front, seed: int) -> None:
    planned = project(front)
    disturb(front, seed)
    check(front, planned, calm=False)


@pytest.mark.parametrize("kind", TRANSIENT)
def test_all_is_well_after_many_faults_of_one_kind(front: Front, kind: str) -> None:
    planned = project(front)
    chance = Random(kind)
    front.latency = lambda request: 0.02 + 0.2 * chance.random()
    front.fault(kind, rate=3 * RATE, seed=len(kind))
    check(front, planned, calm=True)


CALLS_OF_A_RUN = 11
"""Account, list, two details, then a look and a write for each of three changes; two to spare."""


@pytest.mark.parametrize("kind", TRANSIENT)
def test_each_call_of_a_run_may_be_the_one_that_goes_wrong(front: Front, kind: str) -> None:
    for nth in range(1, CALLS_OF_A_RUN + 1):
        edited, old = hello(Name=f"edited_{nth}"), hello(Name=f"old_{nth}")
        front.live(**there(edited, "fail"))
        front.live(**there(old))
        front.want(hello(Name=f"made_{nth}"), hello(LATER, Name=f"edited_{nth}"), gone(f"old_{nth}"))
        front.fault(kind, nth=nth)
        assert len(front.carry_out().rows) == 3
        front.calm()
        front.carry_out()
        assert front.changes() == 0
        assert list(doubles(front)) == []
        assert [front.effects(operation) for operation in (CREATE, MODIFY, DELETE)] == [nth] * 3
