"""The pages disagree by thirty times about how fast details may be asked for: whichever is true, plans are near it.

Time is simulated on both sides, so the figures are the same on every machine.
"""

from __future__ import annotations

import json
from random import Random

import pytest
from support.fault_cases import DETAIL
from support.faulty_service import Front
from support.plan_scenarios import numbered, there

READS = 1_000
MOST_REFUSED = 0.02


def filled(front: Front, number: int, true: int) -> None:
    """So many templates wanted and there; answers take 40 to 160 ms."""
    front.want(*numbered(number))
    for body in numbered(number):
        front.live(**there(body))
    chance = Random(7)
    front.latency = lambda request: 0.04 + 0.12 * chance.random()
    front.settings(quirks={"detail-rate": str(true)})


@pytest.mark.parametrize(("true", "most"), [(5, 1.1), (50, 1.3), (150, 1.5)])
def test_a_plan_takes_little_more_than_the_true_rate_allows(front: Front, true: int, most: float) -> None:
    filled(front, READS, true)
    ended = front.cli("plan", "--detailed-exitcode")
    calls = front.calls(DETAIL)
    assert (ended.code, sum(call["code"] == "OK" for call in calls)) == (0, READS)
    assert len(calls) - READS <= MOST_REFUSED * READS
    assert front.took <= most * READS / true


def test_the_second_plan_begins_where_the_first_came_to_and_is_the_same(front: Front) -> None:
    filled(front, 300, 150)
    plans, times = [], []
    for _ in range(2):
        ended = front.cli("plan", "--format", "json")
        plans.append({name: value for name, value in json.loads(ended.out).items() if name != "created_at"})
        times.append(front.took)
    assert plans[0] == plans[1]
    assert times[1] < 0.75 * times[0]
    assert (front.home / ".cache" / "templatesync" / "rates.json").exists()
