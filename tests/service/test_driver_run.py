"""Runs in which the clock moves at every look, or something breaks: each comes to its end and loses nothing."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import pytest
from support.simulated_service import LIST, READ, WRITE, Service, SimulatedWorkers, World, ask, one

from templatesync.model.request import Answer, Request
from templatesync.service.driver.driver import Driver, Finished, Job


class Busy(World):
    """A world in which up to `step` seconds pass between two looks at the clock, as on a busy machine."""

    def __init__(self, step: float, seed: int) -> None:
        super().__init__()
        self.step = step
        self.dice = random.Random(seed)

    def clock(self) -> float:
        self.now += self.dice.random() * self.step
        return self.now


@pytest.mark.parametrize("accounts", [1, 3, 20])
@pytest.mark.parametrize("step", [0.002, 0.004, 0.006, 0.02])
@pytest.mark.parametrize("seed", range(5))
def test_a_quota_that_frees_itself_while_the_driver_decides_is_used(seed: int, step: float, accounts: int) -> None:
    world = Busy(step, seed)
    spaces = [Service(world, account=str(number % accounts)) for number in range(40)]
    jobs = [Job(space, ask(*[Request(name) for name in (LIST, READ, WRITE)] * 4)) for space in spaces]
    results = world.driver().run(jobs)
    assert [len(finished.value or ()) for finished in results] == [12] * 40
    assert all(answer.ok for finished in results for answer in finished.value or ())


class Broken(Exception):
    """What a test breaks with."""


def _raises(when: str) -> Generator[Any, list[Answer], Answer]:
    if when == "at once":
        raise Broken
    yield (Request(READ),)
    if when == "later":
        raise Broken
    if when == "with a wrong request":
        yield ("no request",)
    yield "no batch"
    raise AssertionError("not reached")


class Stubborn:
    """A generator that does not end when it is told to."""

    def __next__(self) -> tuple[Request, ...]:
        return (Request(READ),)

    def send(self, answers: list[Answer]) -> object:
        return object()

    def close(self) -> None:
        raise RuntimeError("generator ignored GeneratorExit")


def _around(broken: Any) -> tuple[list[Finished[Answer]], Finished[Answer]]:
    """How jobs around a broken one end, and how that does."""
    world = World(latency=lambda request: 0.1)
    service = Service(world)
    jobs = [Job(service, one(n=n)) for n in range(20)]
    jobs.insert(10, Job(service, broken))
    results = world.driver(workers=4).run(jobs, at_once=5)
    return [*results[:10], *results[11:]], results[10]


@pytest.mark.parametrize("when", ["at once", "later", "with a wrong request", "with no batch"])
def test_what_breaks_in_a_job_is_told_there_and_costs_no_other_job_its_value(when: str) -> None:
    others, broken = _around(_raises(when))
    assert [finished.value.request.params["n"] for finished in others if finished.value] == list(range(20))
    assert broken.value is None
    assert isinstance(broken.error, Broken | AttributeError)


def test_a_generator_that_cannot_be_closed_is_left() -> None:
    others, broken = _around(Stubborn())
    assert all(finished.value for finished in others)
    assert isinstance(broken.error, AttributeError)


def test_jobs_that_cannot_be_closed_are_not_started_all_the_same() -> None:
    world = World()
    driver = world.driver()
    driver.stop()
    results = driver.run([Job(Service(world), calls) for calls in (Stubborn(), one())])  # type: ignore[arg-type]
    assert [finished.started for finished in results] == [False, False]


def test_who_is_told_and_breaks_costs_no_value() -> None:
    world = World()
    service = Service(world)
    told: list[int] = []

    def tell(finished: Finished[Answer]) -> None:
        assert finished.value is not None
        told.append(finished.value.request.params["n"])
        if len(told) == 3:
            raise Broken

    results = world.driver(workers=1).run([Job(service, one(n=n)) for n in range(9)], on_done=tell, at_once=1)
    assert all(finished.value for finished in results)
    assert [type(finished.error) for finished in results] == [Broken if n == 2 else type(None) for n in range(9)]
    assert told == [0, 1, 2]


class Failing(SimulatedWorkers):
    """They break once answers take no time."""

    def next(self, timeout: float | None) -> tuple[object, Any] | None:
        if not self.world.latency(Request(READ)):
            raise Broken
        return super().next(timeout)


def test_a_defect_of_the_driver_itself_costs_no_value_that_was_there() -> None:
    world = World(latency=lambda request: 0.1)
    service = Service(world)
    driver = Driver(clock=world.clock, make_workers=lambda size: Failing(world, size))

    def third(finished: Finished[Answer]) -> None:
        if len(service.log) == 3:
            world.latency = lambda request: 0.0

    results = driver.run([Job(service, one(n=n)) for n in range(9)], on_done=third, at_once=1)
    ends = ["value" if end.value else "error" if isinstance(end.error, Broken) else "not started" for end in results]
    assert ends == ["value"] * 3 + ["error"] + ["not started"] * 5
    assert [finished.started for finished in results] == [True] * 4 + [False] * 5


def test_the_end_of_the_process_is_no_result() -> None:
    world = World()

    class Ending(SimulatedWorkers):
        def next(self, timeout: float | None) -> tuple[object, Any] | None:
            done = super().next(timeout)
            return done and (done[0], SystemExit(3))

    driver = Driver(clock=world.clock, make_workers=lambda size: Ending(world, size))
    with pytest.raises(SystemExit):
        driver.run([Job(Service(world), one())])
