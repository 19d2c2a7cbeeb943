"""What a person sees on stderr while it goes on: a moving line on a terminal, plain lines in CI. Never data."""

from __future__ import annotations

import math
import shutil
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.model.resource import Key
from templatesync.render.report import counted
from templatesync.render.terminal import safe

if TYPE_CHECKING:
    from templatesync.applying.waiting import Doubt

HEARTBEAT = 5.0
"""Seconds between two lines in CI: the result lists every change anyway, this only shows that something goes on."""

SETTLED = 2.0
"""Seconds before which nobody can say how long the rest takes: the first answers come late and all at once."""

_COLUMNS = 24
_DONE = (OutcomeKind.DONE, OutcomeKind.ALREADY_DONE)


class Progress:
    """Counts what has ended. Says nothing when quiet."""

    def __init__(self, stream: TextIO | None, *, quiet: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._quiet = quiet or stream is None
        self._terminal = stream is not None and stream.isatty()
        self._moving = False
        self._total = 0
        self._ends: Counter[OutcomeKind] = Counter()
        self._waiting: set[Key] = set()
        self._spaces = 0
        self._resources = ""
        self._began: float | None = None
        self._last_read = 0
        self._doubted = False
        self._stopping = False
        self._clock = clock
        self._told = clock()

    def read(self, space: str) -> None:
        """A space was read."""
        self._spaces += 1
        self._move(f"{self._resources or f'read {self._spaces} of the spaces'}, {safe(space)} is done")

    def counted(self, read: int, of: int) -> None:
        """So many resources were read, of so many that files want; of 0 where nobody knows."""
        now = self._clock()
        self._began = now if self._began is None or read < self._last_read else self._began
        self._last_read = read
        self._resources = (
            f"{read:,} of {of:,} read{self._left(read, of, now - self._began)}" if of else f"{read:,} read"
        )
        if self._terminal:
            self._move(self._resources)
        elif now - self._told >= HEARTBEAT and read != of:
            self._told = now
            self._line(self._resources)

    def _left(self, read: int, of: int, seconds: float) -> str:
        """How long the rest will take if it goes on as until now; nothing while that cannot be said."""
        if seconds < SETTLED or not read or read >= of:
            return ""
        left = seconds * (of - read) / read
        if left >= 60:
            return f", about {math.ceil(left / 60 - 0.5):,} min left"
        return f", about {max(math.ceil(left / 10), 1) * 10} s left"

    def started(self, total: int) -> None:
        """So many changes will be written."""
        self._total = total
        if total and self._terminal:
            self._move(f"{self._bar()} 0/{total}")
        elif total:
            self._line(f"applying {counted(total, 'change')}")

    def ended(self, outcome: Outcome) -> None:
        """One of them ended, well or not."""
        self._ends[outcome.kind] += 1
        self._waiting.discard(outcome.change.key)
        key = safe(str(outcome.change.key))
        if self._terminal:
            self._move(f"{self._bar()} {self._ends.total()}/{self._total}{self._not_done()} {key}")
        elif self._clock() - self._told >= HEARTBEAT:
            self._told = self._clock()
            self._line(f"{self._ends.total()} of {self._total} settled{self._not_done()}, {key} last")

    def waiting(self, key: Key) -> None:
        """One of them was sent and does not show yet."""
        first = not self._waiting
        self._waiting.add(key)
        what = counted(len(self._waiting), "change")
        text = f"waiting until the service shows {what} (up to 2 minutes)"
        if self._terminal:
            self._move(f"{self._ends.total()}/{self._total}{self._not_done()}, {text}")
        elif first or self._clock() - self._told >= HEARTBEAT:
            self._told = self._clock()
            self._line(text)

    def doubting(self, space: str, doubt: Doubt, seconds: float) -> None:
        """Something is looked at again before it is written."""
        more = f" and {doubt.number - 1} more" if doubt.number > 1 else ""
        text = f"{safe(space)}: {safe(doubt.key)}{more}: {doubt.why}; looking again for at most {seconds:.0f} s"
        if self._terminal:
            self._move(text)
        elif not self._doubted:
            self._line(f"{text} (`--settle SECONDS` sets how long)")
        self._doubted = True

    def stopping(self) -> None:
        """A signal was seen: nothing more begins, and what was sent is waited for. Told once, on a line that stays."""
        if not self._stopping:
            self._stopping = True
            self.clear()
            self._line("stopping: only what was sent is waited for (a second Ctrl-C does not wait)")

    def _bar(self) -> str:
        filled = _COLUMNS * self._ends.total() // max(self._total, 1)
        return f"[{'#' * filled}{'.' * (_COLUMNS - filled)}]"

    def _not_done(self) -> str:
        others = [kind for kind in OutcomeKind if self._ends[kind] and kind not in _DONE]
        said = ", ".join(f"{self._ends[kind]} {kind.value}" for kind in others)
        return f" ({said})" if said else ""

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
