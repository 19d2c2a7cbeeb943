"""Per-second quotas at the documented rates: nearly all of them used, and nearly nobody told to slow down.

Time is simulated on both sides, so the figures are the same on every machine.
"""

from __future__ import annotations

from random import Random

import pytest
from support.fault_cases import ACCOUNT, CREATE, DETAIL, LIST
from support.faulty_service import Front
from support.plan_scenarios import numbered, there

from templatesync.service.api import api

CREATIONS = 500
READS = 1000
LEAST_USED = 0.85
MOST_THROTTLED = 0.01
LONGEST_READING = 1.1
"""Times what the quota alone would take."""


def least(front: Front, *operations: str) -> float:
    """Seconds that the calls need at the documented rates, those of one operation after those of another."""
    return sum(len(front.calls(operation)) / api().operations[operation].per_second for operation in operations)


def throttled(front: Front) -> float:
    """The share of calls that were refused for their rate."""
    codes = [call["code"] for call in front.calls()]
    return sum(code.startswith(("Throttling", "System.LimitControl")) for code in codes) / len(codes)


@pytest.fixture
def metered(front: Front) -> Front:
    """Answers take 40 to 160 ms."""
    chance = Random(7)
    front.latency = lambda request: 0.04 + 0.12 * chance.random()
    front.settings(qps=True)
    return front


def test_creations_use_their_quota(metered: Front) -> None:
    metered.want(*numbered(CREATIONS))
    ended = metered.carry_out()
    assert (ended.code, metered.effects(CREATE)) == (0, CREATIONS)
    assert throttled(metered) <= MOST_THROTTLED
    # A look precedes each creation; both have quotas of their own and go on side by side.
    assert max(least(metered, operation) for operation in (CREATE, DETAIL, LIST)) / metered.took >= LEAST_USED


def test_reads_use_their_quota(metered: Front) -> None:
    metered.want(*numbered(READS))
    for body in numbered(READS):
        metered.live(**there(body))
    ended = metered.cli("plan", "--detailed-exitcode")
    assert (ended.code, sum(call["code"] == "OK" for call in metered.calls(DETAIL))) == (0, READS)
    assert throttled(metered) <= MOST_THROTTLED
    # Details are asked for beside the rest of the list, so that the slower of the two decides alone.
    floor = max(least(metered, LIST), least(metered, DETAIL))
    assert metered.took <= LONGEST_READING * floor
    assert len(metered.calls(ACCOUNT)) == 1


def test_a_neighbour_who_takes_half_slows_us_down_and_fails_nothing(metered: Front) -> None:
    """Console and other programs share the quota of the account."""
    metered.want(*numbered(200))
    gateway = metered.emulator._state.gateway

    def neighbour(operation: str) -> None:
        bucket = gateway.buckets.get(operation)
        if bucket and operation == CREATE:
            bucket.tokens -= 1

    metered.emulator.before = neighbour
    ended = metered.carry_out()
    assert (ended.code, metered.effects(CREATE)) == (0, 200)
    refused = sum(call["code"] != "OK" for call in metered.calls(CREATE))
    assert refused <= 60
