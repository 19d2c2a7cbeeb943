"""The program as pages show it: a clock that moves only by waiting, request ids that are counted, one worker.

Kept in a folder, so that a program of its own, such as one in a pipe, goes on where the last one was. Run as a module
it is that program.
"""

from __future__ import annotations

import functools
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from support.emulated_project import OneWorker
from templatesync.commands.session import Edges
from templatesync.service.driver.driver import Driver

FOLDER = "PAGE_STEADY"
"""The variable that tells a program of its own where the folder is."""
BEGIN = 1_767_323_045.0
_NAMES = uuid.UUID(int=0)


class Steady:
    """The clock and the ids of one page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _told(self, name: str) -> float:
        try:
            return float((self._folder / name).read_text())
        except FileNotFoundError:
            return 0.0

    def _tell(self, name: str, value: float) -> None:
        (self._folder / name).write_text(repr(value))

    @property
    def now(self) -> float:
        return BEGIN + self._told("waited")

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self._tell("waited", self._told("waited") + max(seconds, 0.0))

    def new_id(self) -> str:
        self._tell("ids", self._told("ids") + 1)
        return str(uuid.uuid5(_NAMES, str(self._told("ids")))).upper()

    def emulator(self, *given: Any, **more: Any) -> Any:
        """An emulator that lives by this clock."""
        from templatesync.emulator.app import Emulator

        made: Any = getattr(Emulator, "func", Emulator)  # or what `patched` has put there
        return made(*given, **{"clock": self.clock, "sleep": self.sleep, "ids": self.new_id, **more})

    @property
    def edges(self) -> Edges:
        def driver() -> Driver:
            return Driver(clock=self.clock, make_workers=lambda size: OneWorker(self), random=Random(1))  # type: ignore[arg-type]

        return Edges(self.clock, driver, elapsed=self.clock)

    @contextmanager
    def patched(self) -> Iterator[None]:
        """The command line of this process lives by this clock."""
        from templatesync.cli.options import Globals
        from templatesync.commands import emulator as serving
        from templatesync.commands import status
        from templatesync.emulator import app

        connection = Globals.connection
        emulator = functools.partial(app.Emulator, clock=self.clock, sleep=self.sleep, ids=self.new_id)
        patience = functools.partial(status.status, clock=self.clock, sleep=self.sleep)
        with (
            mock.patch.object(Globals, "connection", lambda given: replace(connection(given), edges=self.edges)),
            mock.patch.object(status, "status", patience),
            mock.patch.object(app, "Emulator", emulator),
            mock.patch.object(serving, "Emulator", emulator),
        ):
            yield


def main() -> int:
    """The command line, for a shell."""
    from templatesync.cli import run

    with Steady(Path(os.environ[FOLDER])).patched():
        return run()


if __name__ == "__main__":
    sys.exit(main())
