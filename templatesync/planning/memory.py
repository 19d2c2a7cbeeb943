"""What earlier applies on this machine have left in the journal, for the next plan. Knows no client and no kind.

Nothing rests on it: it says what was sent and came to nothing that anybody can see, so that it is not sent again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from templatesync.model.change import Echo
from templatesync.model.outcome import OutcomeKind

VERSION = 1
_SETTLED = frozenset(result.value for result in OutcomeKind) - {OutcomeKind.UNKNOWN.value}


class Memory(NamedTuple):
    """What earlier runs on this machine knew, by key.

    `left_open` are the keys that were being written when a run ended. `echoes` are what the service told back of a
    write otherwise than it was; `unlisted` is when something was created (RFC 3339, UTC) that was not listed then.
    """

    left_open: tuple[str, ...] = ()
    echoes: Mapping[str, Echo] = {}
    unlisted: Mapping[str, str] = {}


def path_of(state: Path, space: str) -> Path:
    """Where the journal of a space is."""
    return state / "journal" / f"{space}.jsonl"


def remembered(state: Path, space: str) -> Memory:
    """What the journal of a space says; nothing where there is none, or where it cannot be read."""
    try:
        lines = path_of(state, space).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return Memory()
    return parsed(lines) or Memory()


def parsed(lines: Sequence[str]) -> Memory | None:
    """What the lines of a journal say; None when they are not ours.

    Left open are keys with an intent and no settled result. A torn last line, as a killed run leaves it, is skipped.
    """
    settled: dict[str, bool] = {}
    echoes: dict[str, Echo] = {}
    unlisted: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            if entry["v"] > VERSION:
                raise ValueError(entry["v"])
            key, event = str(entry["key"]), entry["event"]
            if event == "echo":
                taken = entry.get("taken") is not False
                echoes[key] = Echo(str(entry["wanted_digest"]), str(entry["live_digest"]), taken=taken)
            elif event == "unlisted":
                unlisted[key] = str(entry["created_at"])
            else:
                settled[key] = event == "result" and entry["outcome"] in _SETTLED
                if event == "intent":  # what comes of this counts, not what came of an earlier one
                    echoes.pop(key, None)
                    unlisted.pop(key, None)
        except (ValueError, KeyError, TypeError, RecursionError):
            if number < len(lines):
                return None
    return Memory(tuple(sorted(key for key, done in settled.items() if not done)), echoes, unlisted)
