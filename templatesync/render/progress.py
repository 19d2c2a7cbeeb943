"""What a person sees on stderr while it goes on: a moving line on a terminal, plain lines in CI. Never data."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from templatesync.render.terminal import safe
from templatesync.values import Outcome

HEARTBEAT = 5.0
"""Seconds between two lines in CI: the result lists every change anyway, this only shows that something goes on."""


class Progress:
    """Counts what is done. Says nothing when quiet."""

    def __init__(self, stream: TextIO, *, quiet: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._quiet = quiet
        self._terminal = stream.isatty()
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
            self._line(f"applying {total} changes")

    def ended(self, outcome: Outcome) -> None:
        """One of them ended."""
        self._done += 1
        if self._terminal:
            columns = 24
            filled = columns * self._done // max(self._total, 1)
            self._move(f"[{'#' * filled}{'.' * (columns - filled)}] {self._done}/{self._total} {outcome.change.key}")
        elif self._clock() - self._told >= HEARTBEAT:
            self._told = self._clock()
            self._line(f"{self._done} of {self._total} done, {outcome.change.key} last")

    def message(self, text: str) -> None:
        """Something else to tell."""
        if self._terminal:
            self._move(text)
        else:
            self._line(text)

    def clear(self) -> None:
        """Take the moving line away."""
        if self._terminal and not self._quiet:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _move(self, text: str) -> None:
        if self._terminal and not self._quiet:
            self._stream.write(f"\r\x1b[K{text[:100]}")
            self._stream.flush()

    def _line(self, text: str) -> None:
        if not self._quiet:
            self._stream.write(f"{text}\n")
            self._stream.flush()
