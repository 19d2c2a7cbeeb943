"""Token buckets and the rules for trying again, by themselves."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.service.driver.pacing import Bucket, Tries, again_in
from templatesync.service.driver.rate import Rate

READ = Request("ListChatappTemplate")


def fixed(rate: float) -> Bucket:
    """A bucket of a rate that is given: there is nothing to learn but that it is too high."""
    return Bucket(Rate(rate, rate), 0.0)


def _drain(bucket: Bucket, now: float, number: int) -> list[float]:
    times = []
    for _ in range(number):
        now = bucket.ready_at(now)
        bucket.take(now)
        times.append(now)
    return times


@given(rate=st.floats(0.2, 200), number=st.integers(1, 200), idle=st.floats(0, 100))
def test_never_faster_than_the_rate_and_hardly_slower(rate: float, number: int, idle: float) -> None:
    times = _drain(fixed(rate), idle, number)
    took = times[-1] - times[0]
    burst = max(1.0, rate * 0.03)
    assert took >= (number - burst) / (rate * 0.97) - 1e-6
    assert took <= (number - 1) / (rate * 0.97) + number * 2e-6


def test_an_infinite_rate_never_waits() -> None:
    assert _drain(fixed(math.inf), 5.0, 1000) == [5.0] * 1000


def test_idle_time_is_not_saved_up() -> None:
    bucket = fixed(5)
    _drain(bucket, 0.0, 3)
    times = _drain(bucket, 1000.0, 3)
    assert times[2] - times[0] > 0.4


def test_one_refusal_costs_only_the_pause() -> None:
    bucket = fixed(50)
    full = bucket.rate.per_second
    bucket.throttled(0.0, 0.0, 1.0)
    assert bucket.rate.per_second == full
    assert bucket.ready_at(0.0) == 1.0


def test_refusals_that_go_on_halve_it_to_a_floor() -> None:
    bucket = fixed(50)
    full, now = bucket.rate.per_second, 0.0
    for halvings in range(12):
        bucket.throttled(now, now, 0.0)
        assert bucket.rate.per_second == max(0.5, full / 2**halvings)
        now += 2.0
    slow = fixed(0.3)
    slow.throttled(0.0, 0.0, 0.0)
    slow.throttled(5.0, 5.0, 0.0)
    assert slow.rate.per_second == pytest.approx(0.3 * 0.97)


def test_no_burst_after_a_pause() -> None:
    bucket = fixed(100)
    bucket.throttled(0.0, 0.0, 30.0)
    times = _drain(bucket, 0.0, 10)
    assert times[0] == 30.0
    assert times[-1] - times[0] > 0.09


def answer(klass: AnswerClass, retry_after: float = 0.0, status: int = 0) -> Answer:
    return Answer(READ, klass, retry_after=retry_after, http_status=status)


@given(
    klasses=st.lists(st.sampled_from(AnswerClass), max_size=40),
    write=st.booleans(),
    retry_after=st.floats(0, 10_000),
    chance=st.floats(0, 1),
)
def test_every_request_comes_to_an_end(
    klasses: list[AnswerClass], write: bool, retry_after: float, chance: float
) -> None:
    tries = Tries(began=0.0)
    now, sent = 0.0, 1
    for klass in klasses:
        pause = again_in(answer(klass, retry_after), tries, write, now, lambda: chance)
        if pause is None:
            break
        assert 0 <= pause <= 66
        assert klass not in (AnswerClass.SUCCESS, AnswerClass.QUOTA, AnswerClass.DENIED)
        assert not (write and klass in (AnswerClass.LOST, AnswerClass.UNAVAILABLE)), "never a blind second write"
        now += pause
        sent += 1
    assert sent <= 1 + 5 + 3 + 3


@pytest.mark.parametrize("tries_before", [1, 2, 3])
def test_the_pause_grows_with_the_tries(tries_before: int) -> None:
    tries = Tries(began=0.0, network=tries_before - 1)
    longest = again_in(answer(AnswerClass.UNREACHABLE), tries, True, 0.0, lambda: 1.0)
    assert longest == (0.5 * 2 ** (tries_before - 1) if tries_before < 4 else None)


def test_a_pause_that_the_service_names_is_kept() -> None:
    tries = Tries(began=0.0)
    assert again_in(answer(AnswerClass.UNAVAILABLE, 5.0), tries, False, 0.0, lambda: 0.0) == 5.0
    assert again_in(answer(AnswerClass.THROTTLED, 2.0), tries, True, 0.0, lambda: 0.0) == 2.0


def test_time_runs_out() -> None:
    for klass, seconds in ((AnswerClass.THROTTLED, 301.0), (AnswerClass.UNREACHABLE, 61.0)):
        assert again_in(answer(klass), Tries(began=0.0), True, seconds, lambda: 0.5) is None
