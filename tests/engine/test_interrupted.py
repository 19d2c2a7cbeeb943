"""Real signals: what is in flight is finished, nothing more is begun, and each change still has one end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from engine_world import World, ends
from scenarios import LATER, hello, many, there

from templatesync.errors import ExitCode, StoppedError

SIGNALS = [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)]


@pytest.fixture(autouse=True)
def _heeded() -> Iterator[None]:
    """Whoever runs the tests in the background may have made SIGINT ignored, and what is ignored stays so."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def signalled(world: World, operation: str, number: int, times: int = 1) -> None:
    """A signal arrives while the service works on the first call of an operation."""

    def before(called: str) -> None:
        if called == operation:
            world.emulator.before = None
            for _ in range(times):
                os.kill(os.getpid(), number)

    world.emulator.before = before


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_while_it_writes(world: World, number: int, code: ExitCode) -> None:
    world.want(*many(5))
    signalled(world, "CreateChatappTemplate", number)
    result = world.apply()
    assert sorted(ends(result).values()) == ["done"] + ["not-started"] * 4
    assert result.exit_code == code
    assert set(ends(world.apply()).values()) == {"done"}
    assert world.changed() == ["CreateChatappTemplate"] * 5


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("command", ["plan", "apply", "import_"])
def test_while_it_reads(world: World, command: str, number: int, code: ExitCode) -> None:
    world.want(hello())
    signalled(world, "ListChatappTemplate", number)
    with pytest.raises(StoppedError) as stopped:
        getattr(world, command)()
    assert stopped.value.exit_code == code
    assert world.writes() == []


def test_while_it_waits_for_a_quota(world: World) -> None:
    world.settings(limits=True)
    for number in range(100):
        world.live(**there(hello(Name=f"old_{number:02}")))
    world.want(hello(Name="new_0"), hello(Name="new_1"))
    signalled(world, "CreateChatappTemplate", signal.SIGINT)
    start = world.clock.now
    result = world.apply(order={"wait": True, "timeout": 7200.0})
    assert set(ends(result).values()) == {"not-started"}
    assert result.exit_code == ExitCode.INTERRUPTED
    assert world.clock.now - start < 60


def test_twice_calls_off_what_is_in_flight_and_says_that_it_is_unknown(world: World) -> None:
    world.live(**there(hello(), "fail"))
    world.want(hello(LATER))
    world.fault("drop_after", "ModifyChatappTemplate")
    signalled(world, "ModifyChatappTemplate", signal.SIGINT, times=2)
    result = world.apply()
    assert (set(ends(result).values()), result.exit_code) == ({"unknown"}, ExitCode.INTERRUPTED)
    assert ends(world.apply()) == {}
    assert world.changed() == ["ModifyChatappTemplate"]
