"""Doors to an emulator: embedded and served, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from support.emulator_caller import Caller, Clock, through_httpx

from templatesync.emulator import Codes, Emulator, ModifyApproved, Pages, Review, Settings
from templatesync.emulator.server import running

Make = Callable[..., Caller]

CHOICES = {"review": Review, "modify_approved": ModifyApproved, "codes": Codes, "pages": Pages}


def chosen(given: dict[str, Any]) -> Settings:
    """Settings from plain words, as a test writes them."""
    return Settings(**{name: CHOICES[name](value) if name in CHOICES else value for name, value in given.items()})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(clock: Clock) -> Iterator[Make]:
    """Makes a caller of a fresh embedded emulator with the given settings."""
    with ExitStack() as stack:

        def fresh(**settings: Any) -> Caller:
            emulator = Emulator(chosen(settings), clock=clock, sleep=clock.sleep)
            stack.callback(emulator.close)
            return Caller(emulator.handle, clock)

        yield fresh


@pytest.fixture
def caller(make: Make) -> Caller:
    return make()


@pytest.fixture(params=["embedded", "served"])
def either(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Make]:
    """Like `make`, once embedded and once over a real connection on loopback."""
    with ExitStack() as stack:

        def fresh(**settings: Any) -> Caller:
            emulator = Emulator(chosen(settings), clock=clock, sleep=clock.sleep)
            stack.callback(emulator.close)
            if request.param == "embedded":
                return Caller(emulator.handle, clock)
            url = stack.enter_context(running(emulator))
            client = stack.enter_context(httpx.Client(trust_env=False))
            return Caller(through_httpx(url, client), clock, host=url.removeprefix("http://"))

        yield fresh
