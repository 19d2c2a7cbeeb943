"""How a planned change ended, and the exit code that follows. Pure; knows no request and no journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum
from typing import NamedTuple

from templatesync.model.change import Cause, Change, Echo, Refusal
from templatesync.model.errors import ExitCode, worst
from templatesync.model.request import DENIED, UNREACHABLE, AnswerClass


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

    `echo` is what the service tells of a write that it took, where that is something else. `begun`: it failed after a
    first part of it had taken effect. `cause` is what decided it,
    and `defect` what this program raised on the way, be it after the change had ended.
    """

    change: Change
    kind: OutcomeKind
    code: str = ""
    message: str = ""
    request_id: str = ""
    ids: Mapping[str, str] = {}
    cause: Cause = Cause.RAN
    defect: Exception | None = None
    echo: Echo | None = None
    begun: bool = False

    @property
    def waits(self) -> bool:
        """Whether it was left for later by design."""
        return self.kind is OutcomeKind.BLOCKED and self.change.waits

    @property
    def end(self) -> OutcomeKind | Cause:
        """What the exit code follows from: the kind where it says it all, the cause of the others."""
        if self.defect is not None:
            return Cause.DEFECT
        if self.waits:
            return Cause.WAITS
        return self.kind if self.kind in EXIT_CODES else self.cause


def cause_of(klass: AnswerClass) -> Cause:
    """What decided the end of a change that such an answer ended."""
    return Cause.DENIED if klass in DENIED else Cause.UNREACHABLE if klass in UNREACHABLE else Cause.RAN


class RunProgress(IntEnum):
    """How far a run came: a write was sent, and one took effect, or may have."""

    NOTHING_SENT = 0
    SENT = 1
    WROTE = 2


_OK, _FAILURE, _PARTIAL = ExitCode.OK, ExitCode.FAILURE, ExitCode.PARTIAL
EXIT_CODES: Mapping[OutcomeKind | Cause, tuple[ExitCode, ExitCode, ExitCode]] = {
    # by how far the run came:   nothing sent          sent                  wrote
    OutcomeKind.DONE:            (_OK,                  _OK,                  _OK),
    OutcomeKind.ALREADY_DONE:    (_OK,                  _OK,                  _OK),
    OutcomeKind.STALE:           (ExitCode.STALE,       ExitCode.STALE,       ExitCode.STALE),
    OutcomeKind.BLOCKED:         (ExitCode.REFUSED,     ExitCode.REFUSED,     ExitCode.REFUSED),
    Cause.WAITS:                 (_OK,                  _OK,                  _OK),
    Cause.RAN:                   (_FAILURE,             _PARTIAL,             _PARTIAL),
    Cause.DENIED:                (ExitCode.DENIED,      ExitCode.DENIED,      _PARTIAL),
    Cause.UNREACHABLE:           (ExitCode.UNREACHABLE, ExitCode.UNREACHABLE, _PARTIAL),
    Cause.UNREAD:                (_FAILURE,             _FAILURE,             _PARTIAL),
    Cause.REFUSED:               (ExitCode.REFUSED,     _PARTIAL,             _PARTIAL),
    Cause.WRONG_ACCOUNT:         (ExitCode.REFUSED,     _PARTIAL,             _PARTIAL),
    Cause.DEFECT:                (ExitCode.BUG,         ExitCode.BUG,         ExitCode.BUG),
}  # fmt: skip
"""The exit code that each end asks for. Failed, unknown and not started changes end by their cause."""


def exit_code(ends: Iterable[OutcomeKind | Cause], progress: RunProgress = RunProgress.NOTHING_SENT) -> ExitCode:
    """The exit code of a run in which this came of changes and of spaces."""
    return worst(EXIT_CODES[end][progress] for end in ends)


def defects_of(ends: Iterable[Refusal | Outcome | None]) -> tuple[Exception, ...]:
    """The exceptions that these ended by, each once, for the log."""
    found = [end.defect for end in ends if end is not None and end.defect is not None]
    return tuple({id(error): error for error in found}.values())
