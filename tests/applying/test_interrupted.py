"""Real signals: what is in flight is finished, nothing more is begun, and each change still has one end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from support.emulated_project import World, ends
from support.kind_specimens import SPECIMENS, Specimen, actions, every_kind, want
from support.plan_scenarios import hello, there

from templatesync.model.errors import ExitCode, StoppedError

pytestmark = pytest.mark.slow

# Numbers are asked for only by what reads everything.
READS = [
    (specimen, operation)
    for specimen in SPECIMENS.values()
    for operation in specimen.kind.remote.reads
    if operation != "QueryChatappPhoneNumbers"
]
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


@pytest.mark.parametrize(("number", "code"), [*SIGNALS, (signal.SIGHUP, ExitCode.TERMINATED)])
@every_kind
def test_while_it_writes(world: World, specimen: Specimen, number: int, code: ExitCode) -> None:
    # Flows that were made by half are finished by updates, and five of those are many.
    world.project(policy={"max_changes": {"percent": 100}})
    want(world, *(specimen.file(str(each)) for each in range(5)))
    signalled(world, specimen.creates[-1], number)
    result = world.apply()
    told = ends(result)
    assert len(told) == 5
    assert result.exit_code == code
    assert list(told.values()).count("done") == world.changed().count(specimen.creates[-1])
    assert set(told.values()) <= {"done", "failed", "not-started"}
    assert set(ends(world.apply()).values()) == {"done"}
    assert set(actions(world).values()) == {"no_op"}
    assert {operation: world.changed().count(operation) for operation in specimen.creates} == dict.fromkeys(
        specimen.creates, 5
    )


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("command", ["plan", "apply", "import_"])
@pytest.mark.parametrize(("specimen", "operation"), READS, ids=[f"{kind}-{operation}" for kind, operation in READS])
def test_while_it_reads(
    world: World, specimen: Specimen, operation: str, command: str, number: int, code: ExitCode
) -> None:
    want(world, *specimen.edited(world, "one"))
    signalled(world, operation, number)
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


@every_kind
def test_twice_calls_off_what_is_in_flight_and_says_that_it_is_unknown(world: World, specimen: Specimen) -> None:
    (file,) = specimen.edited(world, "one")
    want(world, file)
    world.fault("drop_after", specimen.updates[-1])
    signalled(world, specimen.updates[-1], signal.SIGINT, times=2)
    result = world.apply(**specimen.options)
    assert (ends(result), result.exit_code) == ({file.key: "unknown"}, ExitCode.INTERRUPTED)
    assert ends(world.apply()) == {}
    assert tuple(world.changed()) == specimen.updates


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs terminals that hang up")
@every_kind
def test_a_closed_terminal_sends_two_and_still_waits_for_what_is_in_flight(world: World, specimen: Specimen) -> None:
    """One comes from the terminal, one from the shell in it; nobody is there who is in a hurry."""
    (file,) = specimen.edited(world, "one")
    want(world, file)
    signalled(world, specimen.updates[-1], signal.SIGHUP, times=2)
    result = world.apply(**specimen.options)
    assert (ends(result), result.exit_code) == ({file.key: "done"}, ExitCode.TERMINATED)
