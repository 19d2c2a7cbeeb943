"""Official SDKs on one side, the served emulator or a recorder on the other; all on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from support.contract.sdk import NODE_MODULES, Driver, Sdk, node_driver, python_driver

from templatesync.emulator import Emulator, Settings
from templatesync.emulator.server import running

Serve = Callable[..., str]
VERSIONS = ("5.3.1", "5.3.0")

_missing = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def drivers() -> Iterator[Callable[[str], Driver]]:
    """Makes the driver of a version, once."""
    with ExitStack() as stack:
        made: dict[str, Driver] = {}

        def driver(version: str) -> Driver:
            if version not in made:
                made[version] = stack.enter_context(python_driver(version))
            return made[version]

        yield driver


@pytest.fixture(scope="session")
def judge(drivers: Callable[[str], Driver]) -> Driver:
    """The newest SDK, for its signature code."""
    return drivers(VERSIONS[0])


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves a fresh emulator with the given settings; gives its URL."""
    with ExitStack() as stack:

        def fresh(**settings: Any) -> str:
            return stack.enter_context(_served(Settings(**settings)))

        yield fresh


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    emulator = Emulator(settings)
    try:
        with running(emulator) as url:
            yield url
    finally:
        emulator.close()


@pytest.fixture(params=[(version, way) for version in VERSIONS for way in ("sync", "async")], ids="-".join)
def door(request: pytest.FixtureRequest, drivers: Callable[[str], Driver]) -> Sdk:
    """Each Python SDK in each way, not pointed anywhere yet."""
    version, way = request.param
    return Sdk(drivers(version), way, "")


@pytest.fixture
def sdk(door: Sdk, serve: Serve) -> Sdk:
    """Each Python SDK in each way, before a fresh emulator."""
    return door.but(endpoint=serve())


@pytest.fixture
def node(request: pytest.FixtureRequest, serve: Serve) -> Iterator[Sdk]:
    """The Node SDK before a fresh emulator. Skips when it cannot run, and has the summary say so."""
    program = shutil.which("node")
    reason = ""
    if program is None:
        reason = "there is no `node` here"
    elif not NODE_MODULES.is_dir():
        reason = "npm has not installed the official SDK for Node; `make test` tries it"
    if program is None or reason:
        reason = f"NOT TESTED: the official Node SDK against the emulator, because {reason}"
        request.config.stash[_missing] = reason
        pytest.skip(reason)
    with node_driver(program) as driver:
        yield Sdk(driver, "async", serve())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """A skipped judge is news, even with -q."""
    if reason := config.stash.get(_missing, ""):
        terminalreporter.write_line(f"!!! {reason}", yellow=True, bold=True)
