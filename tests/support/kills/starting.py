"""Starting the command line as a process of its own. Knows no option of it.

A cold start is what a shell does, and half a second of it is Python that reads modules, several when the machine is
busy: meanwhile a slow write has long been carried out. A warm one is a fork of a process that has read them, so that
the next run looks a few milliseconds after the kill, whatever else the machine does.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn, Protocol, TypeAlias

import templatesync

COLD = (sys.executable, "-m", "templatesync")
_FILES = 1024
"""More files than a process like this has open."""
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_LOOK = 0.004
"""Seconds between two looks at a process."""


class Started(Protocol):
    """A process that was started; `pid` leads a group of its own. As in `subprocess`."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...


def warm_up() -> None:
    """Read all modules, once, in a process that will be forked."""
    for found in pkgutil.walk_packages(templatesync.__path__, "templatesync."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


Start: TypeAlias = Callable[[Sequence[str], Path, Mapping[str, str], Path, Path], Started]
"""How a run begins: its arguments, its folder, its environment, and the files for what it says on stdout and stderr."""


def program(asked: Sequence[str], folder: Path, around: Mapping[str, str], out: Path, err: Path) -> Started:
    """The program itself: a cold start."""
    return _popen([*COLD, *asked], folder, around, out, err)


def program_in_shell(asked: Sequence[str], folder: Path, around: Mapping[str, str], out: Path, err: Path) -> Started:
    """The program as the child of a shell, as steps of CI jobs run: both are of one group."""
    return _popen(["sh", "-c", '"$@"; exit $?', "sh", *COLD, *asked], folder, around, out, err)


def _popen(command: Sequence[str], folder: Path, around: Mapping[str, str], out: Path, err: Path) -> Started:
    with out.open("wb") as out_file, err.open("wb") as err_file:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=dict(around),
            stdin=subprocess.DEVNULL,
            stdout=out_file,
            stderr=err_file,
            start_new_session=True,
        )


def warm(asked: Sequence[str], folder: Path, around: Mapping[str, str], out: Path, err: Path) -> Started:
    """Run `python -m templatesync` in a fork of this process, which must have no other threads."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _become(asked, folder, around, out, err)
    return Forked(pid)


def _become(asked: Sequence[str], folder: Path, around: Mapping[str, str], out: Path, err: Path) -> NoReturn:
    code = 1
    try:
        os.setsid()
        for number, path, flags in ((0, os.devnull, os.O_RDONLY), (1, out, _WRITE), (2, err, _WRITE)):
            os.dup2(os.open(path, flags, 0o600), number)
        os.closerange(3, _FILES)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(around)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
        sys.argv = ["templatesync", *asked]
        runpy.run_module("templatesync", run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


class Forked:
    """A fork, as `subprocess.Popen` is a program."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Raises subprocess.TimeoutExpired."""
        until = float("inf") if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() >= until:
                raise subprocess.TimeoutExpired("templatesync", timeout or 0)
            time.sleep(_LOOK)
        return code

    def kill(self) -> None:
        """SIGKILL, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
