"""What a person sees on stderr while it goes on: a moving line on a terminal, plain lines in CI. Never data."""

from __future__ import annotations

from typing import TextIO

from templatesync.render.terminal import Style, safe
from templatesync.render.text import outcome_line
from templatesync.values import Outcome


class Progress:
    """Counts what is done. Says nothing when quiet."""

    def __init__(self, stream: TextIO, style: Style, *, quiet: bool) -> None:
        self._stream = stream
        self._style = style
        self._quiet = quiet
        self._terminal = stream.isatty()
        self._total = 0
        self._done = 0
        self._spaces = 0

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
        line = outcome_line(outcome, 0, self._style)
        if self._terminal:
            columns = 24
            filled = columns * self._done // max(self._total, 1)
            self._move(f"[{'#' * filled}{'.' * (columns - filled)}] {self._done}/{self._total} {outcome.change.key}")
        else:
            self._line(f"{self._done}/{self._total} {line}")

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
