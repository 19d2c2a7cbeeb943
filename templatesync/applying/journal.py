"""What apply is about to do and what came of it, on disk around each write.

Nothing rests on the journal: with it lost, the next run finds out by reading back. It makes reports better, and tells
a person which writes a killed run left open. Knows files and outcomes; no client, no kind.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from templatesync.model.change import Change
from templatesync.model.errors import LocalError
from templatesync.model.json_value import Json
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.storage.private import private_folder

VERSION = 1
_SETTLED = frozenset(result.value for result in OutcomeKind) - {OutcomeKind.UNKNOWN.value}


class Journal:
    """The journal of one space: `.templatesync/journal/SPACE.jsonl`, 0600, one JSON object a line."""

    def __init__(self, state: Path, space: str) -> None:
        self.path = state / "journal" / f"{space}.jsonl"
        self.left_open: tuple[str, ...] = ()
        self._descriptor = -1

    @property
    def exists(self) -> bool:
        """Whether an earlier run left one."""
        return self.path.exists()

    def __enter__(self) -> Journal:
        """Open for writing. `left_open` then names the keys that an earlier run was writing when it ended.

        Only after everything live was read, which is what settles them.
        """
        try:
            private_folder(self.path.parent)
            self.left_open = self._read()
            self.path.unlink(missing_ok=True)  # told and read back by now: the file starts anew and stays small
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise LocalError(f"the journal cannot be written: {error.strerror}", hint=str(self.path)) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def intent(self, change: Change) -> None:
        """On disk before the request leaves; a disk that cannot take it stops the write."""
        self._append(
            {
                "event": "intent",
                "key": str(change.key),
                "action": change.action.value,
                "live_digest": change.live_digest,
                "wanted_digest": change.wanted_digest,
            }
        )

    def result(self, outcome: Outcome) -> None:
        """How it ended."""
        self._append(
            {
                "event": "result",
                "key": str(outcome.change.key),
                "outcome": outcome.kind.value,
                "code": outcome.code,
                "request_id": outcome.request_id,
            }
        )

    def _append(self, entry: dict[str, Json]) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps({"v": VERSION, "at": at, **entry}, ensure_ascii=False) + "\n"
        try:
            data = line.encode()
            while data:
                data = data[os.write(self._descriptor, data) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise LocalError(f"the journal cannot be written: {error.strerror}", hint=str(self.path)) from None

    def _read(self) -> tuple[str, ...]:
        """Keys with an intent and no settled result. A torn last line is what a killed run leaves, and is skipped."""
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return ()
        state: dict[str, bool] = {}
        for number, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
                if entry["v"] > VERSION:
                    raise ValueError(entry["v"])
                state[str(entry["key"])] = entry["event"] == "result" and entry["outcome"] in _SETTLED
            except (ValueError, KeyError, TypeError, RecursionError):
                if number < len(lines):
                    # Not ours, or from a newer release: put aside, and everything is read back anyway.
                    self.path.replace(self.path.with_suffix(".bad"))
                    return ()
        return tuple(sorted(key for key, settled in state.items() if not settled))
