"""What a person sees on stderr while it goes on: a moving line on a terminal, plain lines in CI. Never data."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import TextIO

from templatesync.model.outcome import Outcome
from templatesync.render.terminal import safe

HEARTBEAT = 5.0
"""Seconds between two lines in CI: the result lists every change anyway, this only shows that something goes on."""


class Progress:
    """Counts what is done. Says nothing when quiet."""

    def __init__(self, stream: TextIO | None, *, quiet: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._quiet = quiet or stream is None
        self._terminal = stream is not None and stream.isatty()
        self._moving = False
        self._total = 0
        self._done = 0
        self._spaces = 0
        self._clock = clock
        self._told = clock()

    def read(self, space: str) -> None:
        """A space was read."""
        self._spaces += 1
        self._move(f"read {self._spaces} of the spaces, {safe(space)} last")

    def started(self, total: int) -> None:
        """So many changes will be written."""
        self._total = total
        if total and not self._terminal:
            self._line(f"applying {total} change{'' if total == 1 else 's'}")

    def ended(self, outcome: Outcome) -> None:
        """One of them ended."""
        self._done += 1
        if self._terminal:
            self._moving = True
            columns = 24
            filled = columns * self._done // max(self._total, 1)
            self._move(
                f"[{'#' * filled}{'.' * (columns - filled)}] {self._done}/{self._total} {safe(str(outcome.change.key))}"
            )
        elif self._clock() - self._told >= HEARTBEAT:
            self._told = self._clock()
            self._line(f"{self._done} of {self._total} done, {safe(str(outcome.change.key))} last")

    def message(self, text: str) -> None:
        """Something else to tell."""
        if self._terminal:
            self._move(text)
        else:
            self._line(text)

    def clear(self) -> None:
        """Take the moving line away."""
        if self._moving:
            self._moving = False
            self._write("\r\x1b[K")

    def _move(self, text: str) -> None:
        if self._terminal:
            self._moving = True
            columns = shutil.get_terminal_size().columns - 1  # a line that wraps cannot be taken away
            self._write(f"\r\x1b[K{text[:columns]}")

    def _line(self, text: str) -> None:
        self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        if self._quiet or self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._quiet = True  # nobody reads it any more; that is no reason to stop
