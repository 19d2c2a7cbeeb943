"""What apply is about to do and what came of it, on disk around each write.

With the journal lost the next run finds out by reading back. With it, it knows what was sent and came to nothing that
anybody can see, so that this is not sent again, and tells a person which writes a killed run left open. Knows files and
outcomes; no client, no kind.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from templatesync.model.change import Action, Change, Echo
from templatesync.model.errors import LocalError
from templatesync.model.json_value import Json
from templatesync.model.outcome import Outcome
from templatesync.model.resource import NOT_LISTED
from templatesync.planning.memory import VERSION, Memory, parsed, path_of
from templatesync.storage.private import private_folder


class Journal:
    """The journal of one space: `.templatesync/journal/SPACE.jsonl`, 0600, one JSON object a line.

    What it remembers is carried over when it is opened, but for what was not listed and is by now, one of `listed`; all
    else in it is settled by then.
    """

    def __init__(self, state: Path, space: str, listed: Collection[str] = ()) -> None:
        self.path = path_of(state, space)
        self.left_open: tuple[str, ...] = ()
        self._listed = listed
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
            memory = self._read()
            self.left_open = memory.left_open
            self._begin_anew(memory)
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise LocalError(f"the journal cannot be written: {error.strerror}", hint=str(self.path)) from None
        return self

    def _begin_anew(self, memory: Memory) -> None:
        """Put a file in the place of the old one that has only what must be remembered: told and read back is the rest.

        In one step, for with half of it a write could go out again.
        """
        entries = [_echo(key, echo) for key, echo in memory.echoes.items()]
        entries += [
            {"event": "unlisted", "key": key, "created_at": at}
            for key, at in memory.unlisted.items()
            if key not in self._listed
        ]
        if not entries:
            self.path.unlink(missing_ok=True)
            return
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=".new.")  # readable by its owner only
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(map(_line, entries))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

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
        """How it ended, and what of that the next run should know."""
        key = str(outcome.change.key)
        self._append(
            {
                "event": "result",
                "key": key,
                "outcome": outcome.kind.value,
                "code": outcome.code,
                "request_id": outcome.request_id,
            }
        )
        if outcome.echo is not None:
            self._append(_echo(key, outcome.echo))
        elif outcome.code == NOT_LISTED or (outcome.begun and outcome.change.action is Action.CREATE):
            self._append({"event": "unlisted", "key": key, "created_at": _now()})

    def _append(self, entry: dict[str, Json]) -> None:
        try:
            data = _line(entry)
            while data:
                data = data[os.write(self._descriptor, data) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise LocalError(f"the journal cannot be written: {error.strerror}", hint=str(self.path)) from None

    def _read(self) -> Memory:
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return Memory()
        memory = parsed(lines)
        if memory is None:
            # Not ours, or from a newer release: put aside, and everything is read back anyway.
            self.path.replace(self.path.with_suffix(".bad"))
        return memory or Memory()


def _line(entry: Mapping[str, Json]) -> bytes:
    return (json.dumps({"v": VERSION, "at": _now(), **entry}, ensure_ascii=False) + "\n").encode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _echo(key: str, echo: Echo) -> dict[str, Json]:
    digests = {"wanted_digest": echo.wanted_digest, "live_digest": echo.live_digest}
    return {"event": "echo", "key": key, **digests, "taken": echo.taken}
