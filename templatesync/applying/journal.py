"""What apply is about to do and what came of it, on disk around each write.

With the journal lost the next run finds out by reading back, and waits a little longer for it. With it, it knows what
was sent and may not show yet, so that this is not sent again, and tells what a killed run had done. Knows files and
outcomes; no client, no kind.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from templatesync.model.attempt import AFTER_A_RUN, Attempt
from templatesync.model.change import Change, Echo
from templatesync.model.errors import LocalError
from templatesync.model.json_value import Json
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.model.request import Answer
from templatesync.model.resource import NOT_LISTED
from templatesync.planning.memory import VERSION, Memory, path_of
from templatesync.storage.private import NotPrivateError, open_private, private_folder, replace_private


class Journal:
    """The journal of one space: `.templatesync/journal/SPACE.jsonl`, 0600, one JSON object a line.

    It begins anew when it is opened, with what must be remembered: echoes, what this run is about to tell of an earlier
    one, and writes that may not show yet. These are those of a moment ago, and those of which nobody knows what became
    of them, but for those of the keys in `resolved`. `now` is in epoch seconds; `writing` is told the time of each
    write before it goes out, once it is on disk.
    """

    def __init__(
        self,
        state: Path,
        space: str,
        memory: Memory,
        now: Callable[[], float],
        resolved: Collection[str] = (),
        writing: Callable[[float], None] = lambda at: None,
    ) -> None:
        self.path = path_of(state, space)
        self._memory = memory
        self._now = now
        self._resolved = resolved
        self._writing = writing
        self._descriptor = -1

    @property
    def exists(self) -> bool:
        """Whether an earlier run left one."""
        return os.path.lexists(self.path)

    def __enter__(self) -> Journal:
        """Open for writing. Only after everything live was read, and what an earlier run had done was looked at."""
        try:
            private_folder(self.path.parent)
            if self._memory.strange:
                with suppress(FileNotFoundError):
                    self.path.replace(self.path.with_suffix(".bad"))
            replace_private(self.path, map(_line, self._kept()), sync=True)
            self._descriptor = open_private(self.path, os.O_WRONLY | os.O_APPEND)
        except (NotPrivateError, OSError) as error:
            raise self._unwritable(error) from None
        return self

    def _kept(self) -> Iterator[Mapping[str, Json]]:
        # In one step with the beginning, for with half of it a write could go out again.
        now, known = self._now(), self._memory.known
        yield {"event": "begin", "v": VERSION, "owner": self._memory.owner, "at": now, "known": known}
        for key, echo in self._memory.echoes.items():
            yield {"event": "echo", "key": key, "at": now, **_echo(echo)}
        for key, deleted in self._memory.lately(now).items():
            yield {"event": "deleted", "key": key, "at": deleted}
        untold = {attempt.key for attempt in self._memory.untold}
        for key, attempt in self._memory.attempts.items():
            recent = attempt.may_show_late and now - attempt.at < AFTER_A_RUN
            if key in untold or recent or (attempt.open and key not in self._resolved):
                yield _left(attempt, told=key not in untold, resolved=key in self._resolved)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def end(self) -> None:
        """All that this run did is told. Without this line the next one tells it: it was cut off before it could."""
        with suppress(LocalError):
            self._append({"event": "end", "at": self._now()})

    def intent(self, change: Change) -> None:
        """On disk before the request leaves; a disk that cannot take it stops the write."""
        self._writing(self._about(change, "intent", {"action": change.action.value, **_digests(change)}))

    def sent(self, change: Change) -> None:
        """Another request of the same write is about to leave."""
        self._writing(self._about(change, "sent", {}))

    def answered(self, change: Change, answer: Answer) -> None:
        """The service took a write; what became of it is looked at next."""
        told = {"code": answer.code, "request_id": answer.request_id}
        self._about(change, "answer", {**told, "accepted": True})

    def result(self, outcome: Outcome) -> None:
        """How it ended, and what of that the next run should know."""
        accepted = outcome.begun or outcome.code == NOT_LISTED
        told = {"code": outcome.code, "request_id": outcome.request_id, "outcome": outcome.kind.value}
        self._about(outcome.change, "result", {**told, "accepted": accepted})
        if outcome.echo is not None:
            self._about(outcome.change, "echo", _echo(outcome.echo))

    def _about(self, change: Change, event: str, entry: Mapping[str, Json]) -> float:
        at = self._now()
        self._append({"event": event, "key": str(change.key), "at": at, **entry})
        return at

    def _append(self, entry: Mapping[str, Json]) -> None:
        whole = os.fstat(self._descriptor).st_size
        try:
            data = _line(entry)
            while data:
                data = data[os.write(self._descriptor, data) :]
            os.fsync(self._descriptor)
        except OSError as error:
            with suppress(OSError):  # half a line would spoil the next one, and an intent that stops the write is none
                os.ftruncate(self._descriptor, whole)
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError | LocalError) -> LocalError:
        said = error.strerror if isinstance(error, OSError) else str(error)
        return LocalError(f"the journal cannot be written: {said}", hint=str(self.path))


def _line(entry: Mapping[str, Json]) -> bytes:
    return json.dumps(entry).encode() + b"\n"  # ASCII: texts of answers may hold what no encoding has


def _digests(of: Change | Attempt) -> dict[str, Json]:
    return {"wanted_digest": of.wanted_digest, "live_digest": of.live_digest}


def _left(attempt: Attempt, *, told: bool, resolved: bool) -> dict[str, Json]:
    outcome = OutcomeKind.DONE if resolved and attempt.open else attempt.outcome
    return {
        "event": "left",
        "key": attempt.key,
        "at": attempt.at,
        "action": attempt.action.value,
        **_digests(attempt),
        "outcome": outcome.value if outcome else "",
        "looked": attempt.looked,
        "accepted": attempt.accepted,
        "code": attempt.code,
        "request_id": attempt.request_id,
        "told": told,
    }


def _echo(echo: Echo) -> dict[str, Json]:
    return {"wanted_digest": echo.wanted_digest, "live_digest": echo.live_digest, "taken": echo.taken}
