"""The driver, in simulated time: order, quotas, retries, giving up, stopping."""

from __future__ import annotations

import itertools
import os
import random
import signal
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.simulated_service import LIST, READ, WRITE, Metered, Reply, Service, World, ask, one

from templatesync.model.calls import Pause
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.service.driver.driver import ABORTED, GIVEN_UP, STOPPED, Driver, Finished, Interrupted, Job

C = AnswerClass
FAST = {READ: float("inf"), LIST: float("inf"), WRITE: float("inf")}
RETRIED_READS = [C.UNREACHABLE, C.LOST, C.UNAVAILABLE]
FINAL = [C.NOT_FOUND, C.EXISTS, C.INVALID, C.DENIED, C.CREDENTIALS, C.QUOTA, C.OTHER]


def run_one(service: Service, world: World, operation: str, driver: Driver | None = None) -> Answer:
    driver = driver or world.driver(rates=FAST)
    (finished,) = driver.run([Job(service, one(operation))])
    assert finished.error is None
    assert finished.value is not None
    return finished.value


# Routines


def test_values_come_in_the_order_of_the_jobs_and_answers_in_that_of_the_requests() -> None:
    dice = random.Random(3)
    world = World(latency=lambda request: dice.random())
    service = Service(world)
    jobs = [Job(service, ask(*(Request(READ, {"n": (i, n)}) for n in range(5))), label=str(i)) for i in range(30)]
    done: list[str] = []
    results = world.driver(rates=FAST).run(jobs, on_done=lambda finished: done.append(finished.job.label))
    assert [finished.job for finished in results] == jobs
    for i, finished in enumerate(results):
        assert finished.value is not None
        assert [answer.request.params["n"] for answer in finished.value] == [(i, n) for n in range(5)]
    assert sorted(done, key=int) == [str(i) for i in range(30)] != done


def test_batches_pauses_and_empty_batches() -> None:
    world = World()

    def calls() -> Generator[Any, list[Answer], list[float]]:
        times = []
        for item in ((), Pause(7), Pause(0), (Request(READ),), Pause(3.5), ()):
            answers = yield item
            assert len(answers) == (len(item) if isinstance(item, tuple) else 0)
            times.append(world.now - 1000)
        return times

    (finished,) = world.driver(rates=FAST).run([Job(Service(world), calls())])
    assert finished.value == [0, 7, 7, 7, 10.5, 10.5]


def test_pauses_of_many_run_side_by_side() -> None:
    world = World()

    def calls() -> Generator[Any, list[Answer], None]:
        yield Pause(30)

    world.driver().run(Job(Service(world), calls()) for _ in range(60))
    assert world.now == 1030


def test_what_a_routine_raises_ends_it_alone() -> None:
    world = World()

    def bad() -> Generator[Any, list[Answer], int]:
        yield (Request(READ),)
        raise ValueError("mine")

    def never() -> Generator[Any, list[Answer], int]:
        raise KeyError("at once")
        yield ()

    first, second, third = world.driver(rates=FAST).run(
        [Job(Service(world), calls) for calls in (bad(), never(), one())]  # type: ignore[list-item]
    )
    assert isinstance(first.error, ValueError)
    assert isinstance(second.error, KeyError)
    assert isinstance(third.value, Answer)
    assert first.started


def test_a_defect_in_a_sender_reaches_the_routine_and_voids_the_batch() -> None:
    world = World()
    service = Service(world, AssertionError("a defect"))

    def calls() -> Generator[Any, list[Answer], str]:
        try:
            yield tuple(Request(READ, {"n": n}) for n in range(40))
        except AssertionError:
            answers = yield (Request(LIST),)
            return answers[0].code
        return "not reached"

    (finished,) = world.driver(rates=FAST, workers=4).run([Job(service, calls())])
    assert finished.value == "OK"
    assert len(service.log) < 10


def test_jobs_are_begun_only_when_there_is_room() -> None:
    world = World(latency=lambda request: 1.0)
    begun: list[int] = []
    open_at_once: list[int] = []

    def calls(n: int) -> Generator[Any, list[Answer], None]:
        begun.append(n)
        open_at_once.append(len(begun) - done)
        yield (Request(READ),)

    done = 0

    def count(_: Finished[None]) -> None:
        nonlocal done
        done += 1

    service = Service(world)
    world.driver(rates=FAST).run((Job(service, calls(n)) for n in range(100)), on_done=count, at_once=7)
    assert begun == list(range(100))
    assert max(open_at_once) == 7


@pytest.mark.slow
def test_ten_thousand_jobs_in_flat_memory() -> None:
    world = World()
    service = Service(world)
    service.log = type("Nothing", (list,), {"append": lambda self, item: None})()
    driver = world.driver(rates=FAST)

    def many(number: int) -> int:
        tracemalloc.start()
        results = driver.run(Job(service, one(n=n)) for n in range(number))
        assert [finished.value.request.params["n"] for finished in results if finished.value] == list(range(number))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    many(100)
    assert many(10_000) < 20 * 1024 * 1024
    assert driver.sent[READ] == 10_100


def test_no_jobs() -> None:
    assert World().driver().run([]) == []


def test_real_threads() -> None:
    together = threading.Barrier(8)

    class Slow:
        account = ""

        def send(self, request: Request) -> Answer:
            together.wait(5)
            return Answer(request, C.SUCCESS, "OK")

    (finished,) = Driver(workers=8).run([Job(Slow(), ask(*[Request(READ)] * 16))])
    assert finished.value is not None
    assert all(answer.ok for answer in finished.value)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("templatesync-")]


def test_a_fake_clock_with_real_threads() -> None:
    world = World()

    def wait(seconds: float) -> None:
        world.now += seconds

    service = Service(world, C.UNREACHABLE, C.UNREACHABLE)
    driver = Driver(workers=2, clock=world.clock, wait=wait, random=random.Random(1))
    before = world.now
    assert run_one(service, world, WRITE, driver).ok
    assert world.now > before
    assert driver.retries == 2


# Quotas


def _paced(world: World, service: Service, operations: list[tuple[str, int]], **more: Any) -> Driver:
    driver = world.driver(**more)
    jobs = [Job(service, one(operation)) for operation, number in operations for _ in range(number)]
    results = driver.run(jobs)
    assert all(finished.value is not None and finished.value.ok for finished in results)
    return driver


@pytest.mark.parametrize("window", [False, True], ids=["bucket", "calendar"])
@pytest.mark.parametrize("latency", [0.002, 0.05, 0.25])
def test_the_rate_is_used_and_kept(window: bool, latency: float) -> None:
    dice = random.Random(5)
    world = World(latency=lambda request: latency * (0.5 + dice.random()))
    service = Metered(world, {WRITE: 50, READ: 50}, window=window)
    driver = world.driver(workers=32, rates={WRITE: 50, READ: 50})
    driver.run([Job(service, ask(*[Request(READ)] * 2000)), Job(service, ask(*[Request(WRITE)] * 500))])
    assert driver.throttled == service.refused <= 25, "at most 1 % throttled"
    assert 2000 / (world.now - 1000) >= 0.85 * 50, "at least 85 % of the rate used"


def test_a_slow_operation_does_not_hold_up_a_fast_one() -> None:
    world = World()
    service = Service(world)
    driver = world.driver(rates={LIST: 5, READ: 50})
    driver.run([Job(service, ask(*[Request(LIST)] * 100)), Job(service, ask(*[Request(READ)] * 100))])
    reads = [moment for moment, request in zip(service.times, service.log, strict=True) if request[1].operation == READ]
    assert max(reads) < 2.2
    assert world.now - 1000 > 19


def test_quotas_are_shared_by_the_senders_of_one_account() -> None:
    world = World()
    spaces = [Service(world, account="one") for _ in range(10)]
    world.driver(rates={LIST: 5}).run([Job(space, ask(*[Request(LIST)] * 5)) for space in spaces])
    shared = world.now - 1000
    assert shared >= (50 - 2) / 5
    world = World()
    spaces = [Service(world, account=str(n)) for n in range(10)]
    world.driver(rates={LIST: 5}).run([Job(space, ask(*[Request(LIST)] * 5)) for space in spaces])
    assert world.now - 1000 < shared / 5


def test_senders_of_one_account_take_turns() -> None:
    world = World()
    first, second = Service(world), Service(world)
    world.driver().run([Job(first, ask(*[Request(LIST)] * 200)), Job(second, ask(*[Request(LIST)] * 5))])
    assert max(second.times) < 3


def test_without_an_account_nothing_is_counted() -> None:
    world = World()
    world.driver().run([Job(Service(world, account=""), ask(*[Request(LIST)] * 500))])
    assert world.now == 1000


def test_rates_can_be_replaced() -> None:
    world = World()
    world.driver(rates={LIST: 100}).run([Job(Service(world), ask(*[Request(LIST)] * 400))])
    assert 3.9 < world.now - 1000 < 4.4


def test_quotas_last_from_run_to_run() -> None:
    world = World()
    driver = world.driver(rates={LIST: 5})
    service = Service(world)
    for _ in range(10):
        driver.run([Job(service, one(LIST))])
    assert world.now - 1000 > 1.4


@settings(max_examples=25, deadline=None)
@given(
    rate=st.sampled_from([1.0, 5.0, 10.0, 50.0]),
    number=st.integers(1, 80),
    latency=st.floats(0, 0.3),
    workers=st.integers(1, 20),
)
def test_no_second_ever_sees_more_than_the_rate(rate: float, number: int, latency: float, workers: int) -> None:
    world = World(latency=lambda request: latency)
    service = Service(world)
    world.driver(rates={LIST: rate}, workers=workers).run([Job(service, ask(*[Request(LIST)] * number))])
    times = service.times
    assert len(times) == number
    for i, start in enumerate(times):
        within = sum(1 for moment in times[i:] if moment < start + 1)
        assert within <= rate * 0.96 + max(1, min(10, rate * 0.96 * 0.4)) + 1


# Throttling


def throttled(seconds: float = 0.0) -> Reply:
    return lambda request: Answer(request, C.THROTTLED, "Throttling.User", retry_after=seconds)


def test_a_throttled_request_goes_again_after_the_time_named() -> None:
    world = World()
    service = Service(world, throttled(2.5))
    driver = world.driver()
    assert run_one(service, world, WRITE, driver).ok
    assert 2.5 <= service.times[1] <= 2.75
    assert (driver.throttled, driver.retries, driver.sent[WRITE]) == (1, 1, 2)


def test_throttling_pauses_the_operation_for_everybody_and_no_other() -> None:
    world = World()
    hit, same, other = Service(world, throttled(10)), Service(world), Service(world)
    world.driver(workers=1).run([Job(hit, one(LIST)), Job(same, one(LIST)), Job(other, one(READ))])
    assert same.times[0] >= 10
    assert other.times == [0]


def test_an_unlimited_operation_pauses_too() -> None:
    world = World()
    service = Service(world, throttled(4), account="")
    assert run_one(service, world, LIST, world.driver()).ok
    assert service.times[1] >= 4


def test_the_pause_is_capped() -> None:
    world = World()
    service = Service(world, throttled(3000))
    run_one(service, world, LIST)
    assert 60 <= service.times[1] <= 66


def test_six_tries_and_no_more() -> None:
    world = World()
    service = Service(world, always=throttled())
    driver = world.driver(rates=FAST)
    assert run_one(service, world, LIST, driver).klass is C.THROTTLED
    assert len(service.log) == 6
    gaps = [later - earlier for earlier, later in itertools.pairwise(service.times)]
    assert all(gap <= 2**n + 1e-6 for n, gap in enumerate(gaps))


def test_five_minutes_and_no_more() -> None:
    world = World(latency=lambda request: 45.0)
    service = Service(world, always=throttled(60))
    assert run_one(service, world, LIST).klass is C.THROTTLED
    assert len(service.log) <= 5


def test_a_single_refusal_costs_only_the_pause() -> None:
    world = World()
    service = Service(world, throttled(1))
    world.driver(rates={READ: 50}).run([Job(service, ask(*[Request(READ)] * 480))])
    assert world.now - 1000 < 11.5
    assert service.times[-1] - service.times[-50] < 1.1, "at the full rate again"


def test_refusals_of_one_moment_halve_the_rate_once() -> None:
    world = World(latency=lambda request: 0.1)
    service = Service(world, throttled(0.1), *[C.SUCCESS] * 9, *[throttled(0.5)] * 5)
    driver = world.driver(rates={READ: 50})
    driver.run([Job(service, ask(*[Request(READ)] * 300))])
    assert world.now - 1000 < 15, "at a quarter of the rate it would be 25 s"


def test_a_rate_below_what_was_promised_is_found() -> None:
    world = World(latency=lambda request: 0.05)
    service = Metered(world, {READ: 10}, header=1000)
    driver = _paced(world, service, [(READ, 1000)], rates={READ: 50})
    assert service.refused <= 0.02 * 1000
    assert world.now - 1000 < 115
    assert driver.retries == service.refused


def test_a_quota_used_up_is_told_at_once() -> None:
    world = World()
    service = Service(world, lambda request: Answer(request, C.QUOTA, "Throttling.User", retry_after=1800))
    answer = run_one(service, world, WRITE)
    assert (answer.klass, answer.retry_after, len(service.log), world.now) == (C.QUOTA, 1800, 1, 1000)


# Network


@pytest.mark.parametrize("klass", FINAL)
@pytest.mark.parametrize("operation", [READ, WRITE])
def test_never_repeated(klass: AnswerClass, operation: str) -> None:
    world = World()
    service = Service(world, klass)
    assert run_one(service, world, operation).klass is klass
    assert len(service.log) == 1


@pytest.mark.parametrize("klass", RETRIED_READS)
def test_reads_are_tried_four_times(klass: AnswerClass) -> None:
    world = World()
    service = Service(world, *[klass] * 3)
    assert run_one(service, world, READ).ok
    assert len(service.log) == 4
    service = Service(world, always=klass)
    assert run_one(service, world, READ).klass is klass
    assert len(service.log) == 4
    assert world.now - 1000 <= 2 * (0.5 + 1 + 2)


def test_a_write_is_repeated_only_when_it_was_never_received() -> None:
    world = World()
    for klass in (C.LOST, C.UNAVAILABLE):
        service = Service(world, klass)
        assert run_one(service, world, WRITE).klass is klass
        assert len(service.log) == 1
    service = Service(world, C.UNREACHABLE, C.UNREACHABLE, C.LOST)
    assert run_one(service, world, WRITE).klass is C.LOST
    assert len(service.log) == 3


def test_a_proxy_or_redirect_is_not_asked_again() -> None:
    world = World()
    service = Service(world, lambda request: Answer(request, C.UNREACHABLE, "templatesync.Redirect", http_status=302))
    assert run_one(service, world, READ).http_status == 302
    assert len(service.log) == 1


def test_a_hanging_service_is_not_waited_for_again_and_again() -> None:
    world = World(latency=lambda request: 30.0)
    service = Service(world, always=C.LOST)
    assert run_one(service, world, READ).klass is C.LOST
    assert world.now - 1000 < 100


@pytest.mark.parametrize("klass", [C.CLOCK, C.RESIGN])
def test_once_more_at_once(klass: AnswerClass) -> None:
    world = World()
    service = Service(world, klass)
    assert run_one(service, world, WRITE).ok
    assert service.times == [0, 0]
    service = Service(world, always=klass)
    assert run_one(service, world, WRITE).klass is klass
    assert len(service.log) == 2


class Refreshable(Service):
    refreshed = 0
    fresh: bool = True

    def refresh(self) -> bool:
        self.refreshed += 1
        return self.fresh


def test_credentials_are_refreshed_once() -> None:
    world = World()
    service = Refreshable(world, C.REFRESH)
    assert run_one(service, world, WRITE).ok
    assert (service.refreshed, len(service.log)) == (1, 2)
    service = Refreshable(world, always=C.REFRESH)
    assert run_one(service, world, WRITE).klass is C.REFRESH
    assert (service.refreshed, len(service.log)) == (1, 2)


def test_without_new_credentials_there_is_no_second_try() -> None:
    world = World()
    static = Refreshable(world, always=C.REFRESH)
    static.fresh = False
    for service in (static, Service(world, always=C.REFRESH)):
        assert run_one(service, world, WRITE).klass is C.REFRESH
        assert len(service.log) == 1


# Giving up


@pytest.mark.parametrize("klass", RETRIED_READS)
def test_a_sender_is_given_up_after_five_failures_and_the_others_go_on(klass: AnswerClass) -> None:
    world = World(latency=lambda request: 0.01)
    dead, alive = Service(world, always=klass, account="x"), Service(world, account="x")
    jobs = [Job(sender, one(READ)) for _ in range(200) for sender in (dead, alive)]
    results = world.driver(rates=FAST).run(jobs)
    of_dead = [finished.value for finished in results if finished.job.sender is dead]
    codes = Counter(answer.code for answer in of_dead if answer)
    assert codes[GIVEN_UP] > 150
    assert len(dead.log) <= 4 * (5 + 16)
    assert all(answer.klass is C.UNREACHABLE for answer in of_dead if answer and answer.code == GIVEN_UP)
    assert all(finished.value and finished.value.ok for finished in results if finished.job.sender is alive)


def test_a_success_in_between_counts_from_zero() -> None:
    world = World()
    service = Service(world, *([C.LOST] * 4 + [C.SUCCESS]) * 10)
    results = world.driver(rates=FAST, workers=1).run([Job(service, one(WRITE)) for _ in range(50)])
    assert all(finished.value and finished.value.code != GIVEN_UP for finished in results)


def test_a_refusal_is_no_failure_of_the_network() -> None:
    world = World()
    service = Service(world, always=C.INVALID)
    results = world.driver(rates=FAST).run([Job(service, one(WRITE)) for _ in range(20)])
    assert all(finished.value and finished.value.klass is C.INVALID for finished in results)


def test_the_next_run_starts_afresh() -> None:
    world = World()
    driver = world.driver(rates=FAST)
    service = Service(world, *[C.LOST] * 5)
    results = driver.run([Job(service, one(WRITE)) for _ in range(10)], at_once=1)
    assert [finished.value.code for finished in results if finished.value].count(GIVEN_UP) == 5
    assert run_one(service, world, WRITE, driver).ok


def test_a_dead_space_does_not_occupy_every_worker() -> None:
    world = World()
    dead, alive = Service(world, always=C.LOST), Service(world)
    slow = {id(dead): 30.0}
    world.latency = lambda request: slow.get(request.params.get("who", 0), 0.05)
    jobs = [Job(dead, ask(*[Request(READ, {"who": id(dead)})] * 100)), Job(alive, ask(*[Request(READ)] * 200))]
    world.driver(rates=FAST).run(jobs)
    assert max(alive.times) < 5


# Stopping


def test_stop_begins_no_more_jobs_and_lets_the_rest_end() -> None:
    world = World(latency=lambda request: 0.1)
    driver = world.driver(rates=FAST, workers=4)
    service = Service(world)
    ended = 0

    def count(finished: Finished[Answer]) -> None:
        nonlocal ended
        ended += 1
        if ended == 10:
            driver.stop()

    results = driver.run((Job(service, one(READ, n=n)) for n in range(100)), on_done=count, at_once=4)
    assert len(results) == 100
    started = [finished.started for finished in results]
    assert started == sorted(started, reverse=True)
    assert 10 <= sum(started) <= 14
    assert all((finished.value is not None) == finished.started for finished in results)
    assert len(service.log) == sum(started)
    assert driver.stopping
    assert all(not finished.started for finished in driver.run([Job(service, one())]))


def test_after_a_stop_no_write_leaves_but_reads_go_on() -> None:
    world = World(latency=lambda request: 0.1)
    driver = world.driver(rates=FAST)
    service = Service(world)

    def calls() -> Generator[Any, list[Answer], list[str]]:
        (first,) = yield (Request(WRITE),)
        driver.stop()
        (second,) = yield (Request(READ),)
        (third,) = yield (Request(WRITE),)
        return [first.code, second.code, third.code]

    (finished,) = driver.run([Job(service, calls())])
    assert finished.value == ["OK", "OK", STOPPED]
    assert len(service.log) == 2


def test_writes_in_line_are_not_sent_after_a_stop() -> None:
    world = World()
    driver = world.driver(rates={WRITE: 5})
    service = Service(world, lambda request: (driver.stop(), Answer(request, C.SUCCESS, "OK"))[1])
    (finished,) = driver.run([Job(service, ask(*[Request(WRITE)] * 50))])
    assert finished.value is not None
    codes = Counter(answer.code for answer in finished.value)
    assert codes["OK"] <= 10
    assert codes["OK"] + codes[STOPPED] == 50
    assert all(answer.klass is C.UNREACHABLE for answer in finished.value if answer.code == STOPPED)


def test_a_write_that_was_not_received_is_not_tried_again_after_a_stop() -> None:
    world = World(latency=lambda request: 1.0)
    driver = world.driver(rates=FAST)
    service = Service(world, lambda request: (driver.stop(), Answer(request, C.UNREACHABLE, "x"))[1])
    assert run_one(service, world, WRITE, driver).code == "x"
    assert len(service.log) == 1


def test_grace_ends_in_an_abort() -> None:
    world = World(latency=lambda request: 100.0)
    driver = world.driver(rates=FAST, workers=2, grace=5)
    service = Service(world, lambda request: (driver.stop(), Answer(request, C.SUCCESS, "OK"))[1])

    def waiting() -> Generator[Any, list[Answer], str]:
        yield Pause(1000)
        return "woken"

    jobs: list[Job[Any]] = [Job(service, ask(*[Request(READ)] * 3)), Job(service, waiting())]
    first, second = driver.run(jobs)
    assert world.now == 1005
    assert [answer.code for answer in first.value] == [ABORTED, ABORTED, STOPPED]
    assert [answer.klass for answer in first.value] == [C.LOST, C.LOST, C.UNREACHABLE]
    assert second.value == "woken"


def test_abort_ends_at_once_whatever_a_routine_does() -> None:
    world = World(latency=lambda request: 100.0)
    driver = world.driver(rates=FAST)
    service = Service(world, lambda request: (driver.abort(), Answer(request, C.SUCCESS, "OK"))[1])

    def stubborn() -> Generator[Any, list[Answer], str]:
        while True:
            yield (Request(READ),)
            yield Pause(60)

    (finished,) = driver.run([Job(service, stubborn())])
    assert isinstance(finished.error, Interrupted)
    assert world.now == 1000
    assert len(service.log) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_stop_and_lose_nothing(number: signal.Signals) -> None:
    class Slow:
        account = ""
        sent = 0

        def send(self, request: Request) -> Answer:
            self.sent += 1
            if self.sent == 3:
                os.kill(os.getpid(), number)
            time.sleep(0.02)
            return Answer(request, C.SUCCESS, "OK")

    service = Slow()
    driver = Driver(workers=2)
    results = driver.run((Job(service, one(WRITE)) for _ in range(50)), at_once=2)
    assert len(results) == 50
    assert sum(finished.started for finished in results) < 10
    answered = [finished.value for finished in results if finished.value]
    assert sum(answer.ok for answer in answered) == service.sent, "every request that left has its answer"
    assert driver.stopped_by == number
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_the_second_signal_does_not_wait() -> None:
    release = threading.Event()

    class Stuck:
        account = ""

        def send(self, request: Request) -> Answer:
            os.kill(os.getpid(), signal.SIGINT)
            # Two at once would be one to the system: the second comes when the first was seen.
            while not driver.stopping:
                time.sleep(0.001)
            os.kill(os.getpid(), signal.SIGINT)
            release.wait(10)
            return Answer(request, C.SUCCESS, "OK")

    # Only the second signal ends this before the service answers: the grace is far longer.
    driver = Driver(workers=1, grace=3600)
    (finished,) = driver.run([Job(Stuck(), one(WRITE))])
    release.set()
    assert finished.value is not None
    assert (finished.value.klass, finished.value.code) == (C.LOST, ABORTED)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs signals for threads")
def test_a_signal_that_does_not_end_the_wait_is_seen() -> None:
    """One that comes between the last look for signals and the wait does not end it; nor does this one."""

    def elsewhere() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    class Patient:
        account = ""

        def send(self, request: Request) -> Answer:
            threading.Thread(target=elsewhere).start()
            while not driver.stopping:
                time.sleep(0.001)
            return Answer(request, C.SUCCESS, "OK")

    driver = Driver(workers=1, grace=3600)
    (finished,) = driver.run([Job(Patient(), one(WRITE))])
    assert finished.value is not None
    assert (finished.value.klass, driver.stopped_by) == (C.SUCCESS, signal.SIGINT)


def test_somebody_elses_handlers_are_left_alone() -> None:
    seen: list[int] = []
    previous = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    try:
        world = World()
        service = Service(world, lambda request: (signal.raise_signal(signal.SIGINT), Answer(request, C.OTHER))[1])
        driver = world.driver(rates=FAST)
        run_one(service, world, READ, driver)
        assert (seen, driver.stopping) == ([signal.SIGINT], False)
    finally:
        signal.signal(signal.SIGINT, previous)


# Laws


CLASSES = st.sampled_from([C.SUCCESS] * 6 + [C.THROTTLED, C.LOST, C.UNAVAILABLE, C.UNREACHABLE, C.CLOCK, C.INVALID])


@settings(max_examples=60, deadline=None)
@given(
    script=st.lists(CLASSES, max_size=60),
    shape=st.lists(st.lists(st.integers(0, 6), max_size=3), max_size=12),
    workers=st.integers(1, 5),
    at_once=st.integers(1, 5),
    seed=st.integers(0, 99),
)
def test_every_request_gets_exactly_one_answer(
    script: list[AnswerClass], shape: list[list[int]], workers: int, at_once: int, seed: int
) -> None:
    dice = random.Random(seed)
    world = World(latency=lambda request: dice.random())
    service = Service(world, *script)

    def calls(job: int, sizes: list[int]) -> Generator[Any, list[Answer], int]:
        total = 0
        for batch, size in enumerate(sizes):
            wanted = tuple(Request(dice.choice([READ, WRITE]), {"n": (job, batch, n)}) for n in range(size))
            answers = yield wanted
            assert [answer.request for answer in answers] == list(wanted)
            total += len(answers)
        return total

    driver = world.driver(rates=FAST, workers=workers)
    results = driver.run([Job(service, calls(job, sizes)) for job, sizes in enumerate(shape)], at_once=at_once)
    assert [finished.value for finished in results] == [sum(sizes) for sizes in shape]
    assert sum(driver.sent.values()) == len(service.log)
    writes = Counter(str(request.params) for _, request in service.log if request.operation == WRITE)
    assert all(number <= 6 for number in writes.values())
    assert all(each.most <= workers and each.closed for each in world.workers)
