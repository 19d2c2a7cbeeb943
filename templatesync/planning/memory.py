"""What earlier applies on this machine have left in the journal, for the next run. Knows no client and no kind.

Nothing rests on it alone: it says what was sent and may not show yet, so that it is not sent again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from templatesync.model.attempt import Attempt
from templatesync.model.change import Action, Echo
from templatesync.model.outcome import OutcomeKind
from templatesync.storage.private import NotPrivateError, read_private

VERSION = 2
HELD = 30 * 86_400.0
"""Seconds for which a deletion is remembered: a platform may hold the name of what was deleted for as long."""
_AHEAD = 86_400.0
"""Seconds by which a clock may have been set back since."""
LIMIT = 16 << 20
"""Bytes of a journal that is read: some 40,000 writes, more than one run makes in a day. A longer one is not ours."""


class Memory(NamedTuple):
    """What earlier runs on this machine knew, by key.

    attempts   the last write of each key that may matter still
    ended      whether the run that wrote last came to its end, and so has told what it did
    known      epoch seconds of the last write that it knows of; what was written later is in another journal
    told       keys of attempts that an earlier run has told about already
    echoes     what the service told back of a write otherwise than it was
    strange    why the journal that is there is not believed; empty when it is, or where there is none
    deleted    keys of what was deleted of late, with epoch seconds; 0 where nobody knows when
    owner      whose journal it is, as `owner_of` says
    """

    attempts: Mapping[str, Attempt] = {}
    ended: bool = True
    known: float = 0.0
    told: frozenset[str] = frozenset()
    echoes: Mapping[str, Echo] = {}
    strange: str = ""
    owner: str = ""
    deleted: Mapping[str, float] = {}

    def lately(self, now: float) -> Mapping[str, float]:
        """What was deleted not so long ago that nobody need remember it."""
        return {key: at for key, at in self.deleted.items() if -_AHEAD < now - at < HELD}

    def knowing(self, deleted: Iterable[str]) -> Memory:
        """With what a receipt says was deleted at some time."""
        return self._replace(deleted={**dict.fromkeys(deleted, 0.0), **self.deleted})

    @property
    def in_doubt(self) -> Mapping[str, Attempt]:
        """What nobody knows the end of, by key."""
        return {key: each for key, each in self.attempts.items() if each.open}

    @property
    def untold(self) -> tuple[Attempt, ...]:
        """What nobody was told: all that a run did which was cut off, and what another left open."""
        found = (each for key, each in sorted(self.attempts.items()) if key not in self.told)
        return tuple(each for each in found if each.open or not self.ended)


def path_of(state: Path, space: str) -> Path:
    """Where the journal of a space is."""
    return state / "journal" / f"{space}.jsonl"


def owner_of(root: Path, endpoint: str, cust_space_id: str) -> str:
    """Whose journal it is: that of one folder on this machine, for one space of one service."""
    text = "\n".join((str(root.resolve()), endpoint, cust_space_id))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def remembered(state: Path, space: str, owner: str, now: float) -> Memory:
    """What the journal of a space says; nothing where there is none, and `strange` where it cannot be believed.

    `now`, in epoch seconds, says what was deleted lately; a plan knows no clock.
    """
    path = path_of(state, space)
    try:
        data = read_private(path, LIMIT)
    except (NotPrivateError, OSError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        return Memory(strange=f"the journal cannot be read: {said}", owner=owner)
    if data is None:
        return Memory(owner=owner)
    memory = parsed(data.split(b"\n"), owner)
    if memory is None:
        return Memory(strange=f"{path} is not the journal of this project and space", owner=owner)
    return memory._replace(owner=owner, deleted=memory.lately(now))


def parsed(lines: Sequence[bytes], owner: str) -> Memory | None:
    """What the lines of a journal say; None when it is not ours.

    A torn last line, as a killed run leaves it, is skipped.
    """
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            if number == 1 and (entry["v"] != VERSION or entry["owner"] != owner):
                return None
            reader.take(entry)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            if number < len(lines) or number == 1:
                return None
    return reader.memory


class _Reader:
    """Takes entry after entry, in the order in which they were written. Raises what malformed data raises."""

    def __init__(self) -> None:
        self._attempts: dict[str, Attempt] = {}
        self._echoes: dict[str, Echo] = {}
        self._told: set[str] = set()
        self._left: set[str] = set()
        self._ended = True
        self._known = 0.0
        self._deleted: dict[str, float] = {}

    @property
    def memory(self) -> Memory:
        told, echoes = frozenset(self._told), dict(self._echoes)
        return Memory(dict(self._attempts), self._ended, self._known, told, echoes, deleted=dict(self._deleted))

    def take(self, entry: Mapping[str, Any]) -> None:
        """One line. What comes of the latest intent counts, not what came of an earlier one."""
        event = entry["event"]
        if event in ("begin", "end"):
            self._ended = True
            self._told |= self._left
            self._known = max(self._known, float(entry.get("known", 0.0)))
            return
        key, at = _text(entry["key"]), float(entry["at"])
        if event == "deleted":
            self._deleted[key] = at
            return
        if event == "echo":
            taken = entry["taken"] is not False
            self._echoes[key] = Echo(_text(entry["wanted_digest"]), _text(entry["live_digest"]), taken=taken)
        elif event in ("intent", "left"):
            self._begun(key, at, entry)
        else:
            self._went_on(key, at, entry)
        attempt = self._attempts.get(key)
        if attempt is not None and attempt.outcome is OutcomeKind.DONE:
            if attempt.action is Action.DELETE:
                self._deleted[key] = attempt.at
            elif attempt.action is Action.CREATE:
                self._deleted.pop(key, None)

    def _begun(self, key: str, at: float, entry: Mapping[str, Any]) -> None:
        self._ended = False
        if entry["event"] == "intent":
            self._known = max(self._known, at)
            self._echoes.pop(key, None)
            self._told.discard(key)
            self._left.discard(key)
        elif entry["told"] is True:
            self._told.add(key)
        else:
            self._left.add(key)
        self._attempts[key] = Attempt(
            key,
            Action(entry["action"]),
            at,
            _text(entry["wanted_digest"]),
            _text(entry["live_digest"]),
            OutcomeKind(entry["outcome"]) if entry.get("outcome") else None,
            looked=float(entry.get("looked", 0.0)),
            accepted=entry.get("accepted") is True,
            code=_text(entry.get("code", "")),
            request_id=_text(entry.get("request_id", "")),
        )

    def _went_on(self, key: str, at: float, entry: Mapping[str, Any]) -> None:
        """The answer to a write, or how a change ended. Of what never began there is nothing to remember."""
        attempt = self._attempts.get(key)
        outcome = OutcomeKind(entry["outcome"]) if entry["event"] == "result" else None
        if attempt is None:
            return
        if entry["event"] == "sent":
            self._attempts[key] = attempt._replace(at=at)
            self._known = max(self._known, at)
            return
        self._attempts[key] = attempt._replace(
            at=at,
            outcome=outcome,
            looked=at - attempt.at if outcome is not None else 0.0,
            accepted=attempt.accepted or entry.get("accepted") is True,
            code=_text(entry["code"]) or attempt.code,
            request_id=_text(entry["request_id"]) or attempt.request_id,
        )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
