"""Rates are learned: nearly all of what a service lets through is used, and nearly nobody is told to slow down."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.simulated_service import LIST, READ, WRITE, Metered, Service, World, ask, one

from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.service.api import api
from templatesync.service.driver.driver import Driver, Job
from templatesync.service.driver.rate import LearnedRate, Rate

READS = 1_000
MOST_REFUSED = 0.02


class Honest(Metered):
    """Says how long to wait, as the service does, when `tells` is set; `rates` may be changed while it runs."""

    tells = True

    def send(self, request: Request) -> Answer:
        answer = super().send(request)
        if answer.klass is not AnswerClass.THROTTLED or not self.tells:
            return answer
        left, at = self.tokens[request.operation]
        wait = 1 - at % 1 if self.window else (1 - left) / self.rates[request.operation]
        return Answer(request, answer.klass, answer.code, retry_after=max(0.001, wait))


def uneven(latency: float) -> World:
    dice = random.Random(5)
    return World(latency=lambda request: latency * (0.4 + 1.2 * dice.random()))


def read(service: Service, world: World, number: int = READS, driver: Driver | None = None) -> float:
    """Seconds that so many reads take."""
    began = world.now
    (finished,) = (driver or world.driver()).run([Job(service, ask(*[Request(READ)] * number))])
    assert finished.value is not None
    assert all(answer.ok for answer in finished.value)
    return world.now - began


@pytest.mark.parametrize("tells", [True, False], ids=["told", "untold"])
@pytest.mark.parametrize("latency", [0.002, 0.05, 0.1])
@pytest.mark.parametrize(("true", "most"), [(5, 1.1), (50, 1.2), (150, 1.5)])
def test_what_is_let_through_is_used(true: float, most: float, latency: float, tells: bool) -> None:
    world = uneven(latency)
    service = Honest(world, {READ: true})
    service.tells = tells
    assert read(service, world) <= most * READS / true
    assert service.refused <= MOST_REFUSED * READS


@pytest.mark.parametrize("latency", [0.002, 0.05, 0.1])
@pytest.mark.parametrize("true", [5, 50, 150])
def test_a_service_that_counts_by_the_second_of_the_clock(true: float, latency: float) -> None:
    world = uneven(latency)
    service = Honest(world, {READ: true}, window=True)
    assert read(service, world) <= 1.5 * READS / true
    assert service.refused <= MOST_REFUSED * READS


def test_less_than_is_documented_is_found_and_kept() -> None:
    world = uneven(0.05)
    service = Honest(world, {READ: 2})
    assert read(service, world) <= 1.15 * READS / 2
    assert service.refused <= MOST_REFUSED * READS


@pytest.mark.parametrize(("before", "after", "most"), [(50, 20, 1.2), (20, 60, 2)])
def test_a_rate_that_changes_is_followed(before: float, after: float, most: float) -> None:
    """At once when it falls; when it rises, within a minute."""
    world = uneven(0.05)
    service = Honest(world, {READ: before})
    driver = world.driver()
    read(service, world, 1000, driver)
    service.rates[READ] = after
    assert read(service, world, 2000, driver) <= most * 2000 / after
    assert service.refused <= MOST_REFUSED * 3000


def test_the_next_run_begins_where_this_one_came_to() -> None:
    world = uneven(0.05)
    service = Honest(world, {READ: 50})
    first = world.driver()
    read(service, world, driver=first)
    refused = service.refused
    second = world.driver()
    second.remember(first.learned)
    assert read(service, world, driver=second) <= 1.1 * READS / 50
    assert service.refused - refused <= 5


def test_rates_are_told_by_operation_and_learned_by_account() -> None:
    world = World()
    one_account, other = Service(world, account="one"), Service(world, account="other")
    driver = world.driver()
    jobs = [Job(one_account, ask(*[Request(READ)] * 200)), Job(other, one(READ)), Job(other, one(WRITE))]
    driver.run([*jobs, Job(Service(world, account=""), one(LIST))])
    assert driver.rates() == {READ: pytest.approx(5 * 0.97), WRITE: pytest.approx(50 * 0.97)}
    assert set(driver.learned) == {("one", READ)}
    assert driver.learned["one", READ].per_second > 50


def test_who_asks_seldom_learns_nothing() -> None:
    """Idle time is no evidence: a burst after it would find the limit with dozens in flight."""
    world = World()
    service = Service(world)
    driver = world.driver()
    for _ in range(50):
        world.now += 10
        driver.run([Job(service, one(READ))])
    assert driver.rates() == {READ: pytest.approx(5 * 0.97)}


def test_a_rate_that_is_given_is_kept() -> None:
    world = World()
    driver = world.driver(rates={READ: 20})
    assert read(Service(world), world, 400, driver) >= 400 / 20.5
    assert driver.learned == {}


@pytest.mark.parametrize("name", sorted(api().operations))
def test_no_operation_exceeds_the_higher_figure(name: str) -> None:
    operation = api().operations[name]
    rate = Rate(operation.per_second, operation.ceiling)
    assert rate.per_second < operation.per_second <= operation.ceiling
    for moment in range(5000):
        rate.accepted(moment / 1000, moment / 1000, pressed=True)
    assert operation.per_second * 0.97 <= rate.per_second <= operation.ceiling * 0.97
    assert (rate.learned is None) == (operation.ceiling == operation.per_second)


@given(st.floats(), st.booleans(), st.lists(st.tuples(st.booleans(), st.floats(0, 20), st.booleans()), max_size=60))
def test_whatever_is_remembered_it_stays_within_bounds(
    per_second: float, refused: bool, events: list[tuple[bool, float, bool]]
) -> None:
    rate: Any = Rate(5, 150, LearnedRate(per_second, refused))
    assert 5 * 0.97 <= rate.per_second <= 150 * 0.97
    now = 0.0
    for accepted, pause, pressed in events:
        now += pause
        rate.accepted(now, now, pressed=pressed) if accepted else rate.refused(now)
        assert 0.5 <= rate.per_second <= 150 * 0.97
