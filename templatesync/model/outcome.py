"""How a planned change ended. Pure; knows no request and no journal."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from templatesync.model.change import Change
from templatesync.model.request import AnswerClass


class OutcomeKind(StrEnum):
    """How a planned change ended; each ends as exactly one of these."""

    DONE = "done"
    ALREADY_DONE = "already-done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    STALE = "stale"
    BLOCKED = "blocked"
    NOT_STARTED = "not-started"


class Outcome(NamedTuple):
    """The end of one planned change. `code` is the service's word, or ours for what never got there.

    `klass` is how the answer was to be taken, when one decided the end.
    """

    change: Change
    kind: OutcomeKind
    code: str = ""
    message: str = ""
    request_id: str = ""
    ids: Mapping[str, str] = {}
    klass: AnswerClass | None = None
