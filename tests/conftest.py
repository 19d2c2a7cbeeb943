"""What holds for every test: the same examples each time, no network but loopback, no home and no environment of the
person who runs them. And what many ask for: a project, with or without an emulator that lasts."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from support.emulated_project import World
from support.ends import held_to_what_help_says
from support.projects import Shop

# A failure of one machine is then the failure of every machine; `deadline` would fail tests on a busy one.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
# For `make mutate`: whether anything fails, and not what is the smallest that does.
settings.register_profile(
    "brief", settings.get_profile("steady"), phases=(Phase.explicit, Phase.generate), max_examples=20
)
settings.load_profile("steady")
# Hypothesis also draws constants of the modules that are loaded when it looks, so a property would be tried on other
# values after other tests in the same process. It has no setting for that.
assert providers._get_local_constants
providers._get_local_constants = Constants
# What it knows of Unicode is kept, where nobody takes it for a part of the project.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).parents[1] / ".pytest_cache" / "hypothesis"))

PREFIXES = ("ALIBABA_CLOUD_", "TEMPLATESYNC_", "GITHUB_", "GITLAB_", "XDG_")
NAMES = ("CI", "NO_COLOR", "FORCE_COLOR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "COLUMNS")


# A shell lets what it puts into the background ignore this signal; the tests are about what happens when nobody does.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write the golden files anew instead of comparing")


# Both of the whole run: fixtures of a module or a package come before those of its tests, and run commands too.
@pytest.fixture(scope="session", autouse=True)
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home and a place for logs of its own, and an environment that says nothing about CI, accounts or colours."""
    home, passing = tmp_path_factory.mktemp("home"), str(tmp_path_factory.mktemp("passing"))
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(PREFIXES) or name.upper() in NAMES:
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("TMPDIR", passing)  # defects that a test provokes are written there, for a person who is not here
        patch.setattr(tempfile, "tempdir", passing)
        yield home


class ReachedOutError(AssertionError):
    """A test tried to leave this machine."""


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """A machine without a network: only loopback is there, where the emulator serves, and no name is known."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not _here(address[0]):
            raise ReachedOutError(f"a test reaches out to {address}")
        connect(self, address)

    def guarded_look_up(host: Any, *rest: Any, **more: Any) -> Any:
        if host is not None and not _here(host):
            raise socket.gaierror(socket.EAI_NONAME, "no name is looked up in a test")
        return look_up(host, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_a_disk() -> Iterator[None]:
    """What is written need not outlive a power cut here: no test could tell, and each write would wait for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_undeclared_end() -> Iterator[None]:
    """No command ends with a code that its help text does not name."""
    with held_to_what_help_says():
        yield


def _here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host)
    return name in ("localhost", "::1", "") or name.startswith("127.")


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    """An empty folder, to be made a project of and to run commands on as a user does."""
    folder = tmp_path / "shop"
    folder.mkdir()
    return Shop(folder, capsys)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A project and an emulator in memory."""
    fresh = World(tmp_path)
    yield fresh
    fresh.emulator.end()
