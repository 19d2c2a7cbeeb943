"""What can go wrong outside of files, and the exit code that tells it.

    TemplatesyncError
    ├── UsageError            the command line makes no sense           64
    ├── FindingsError         files or settings have findings            3
    ├── ServiceError
    │   ├── DeniedError       not authenticated, or not permitted        4
    │   └── UnreachableError  no answer, or throttled for too long       5
    ├── RefusedError          a safety rule says no                      6
    ├── StaleError            the plan no longer fits the world          9
    ├── LocalError            the disk, a lock, a terminal               1
    └── StoppedError          somebody stopped it, before any write      130, 143

Mistakes in a user's files are never exceptions of their own: they are `Finding`s, and travel in
`FindingsError` only when a command cannot go on because of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from templatesync.model.stopping import TERMINATING

if TYPE_CHECKING:
    from templatesync.model.finding import Finding


class ExitCode(IntEnum):
    """Every exit code of every command. The numbers are a promise to scripts and never change."""

    OK = 0
    """Done, or nothing to do."""
    FAILURE = 1
    """Something failed that has no code of its own, such as a full disk."""
    CHANGES = 2
    """`plan --detailed-exitcode`: changes are pending, blocked ones included."""
    FINDINGS = 3
    """Files or settings have errors, or nothing was found to work on."""
    DENIED = 4
    """Not authenticated or not permitted, and nothing was written."""
    UNREACHABLE = 5
    """The service could not be reached or throttled beyond the retry budget, and nothing was written."""
    REFUSED = 6
    """A safety rule refused, or a change is blocked on apply."""
    PENDING = 7
    """A review is still running."""
    REJECTED = 8
    """A review ended with a rejection."""
    STALE = 9
    """The saved plan, or the expected digest, no longer fits."""
    PARTIAL = 10
    """Some changes were written and others failed, are unknown or were not started."""
    USAGE = 64
    """The command line was wrong (EX_USAGE of sysexits.h)."""
    BUG = 70
    """A defect in templatesync itself (EX_SOFTWARE)."""
    INTERRUPTED = 130
    """Stopped by SIGINT."""
    TERMINATED = 143
    """Stopped by SIGTERM, or by SIGHUP: the terminal, or the runner that started it, is gone."""


# When several reasons to stop fit one run, the first of these is told. Pipelines rely on the order.
PRECEDENCE = (
    ExitCode.INTERRUPTED,
    ExitCode.TERMINATED,
    ExitCode.BUG,
    ExitCode.DENIED,
    ExitCode.UNREACHABLE,
    ExitCode.PARTIAL,
    ExitCode.STALE,
    ExitCode.REFUSED,
    ExitCode.REJECTED,
    ExitCode.PENDING,
    ExitCode.FINDINGS,
    ExitCode.FAILURE,
    ExitCode.CHANGES,
    ExitCode.OK,
)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The one code to leave with when several fit; `OK` when there are none."""
    present = set(codes)
    return next((code for code in PRECEDENCE if code in present), ExitCode.OK)


def stopped_code(signal: int) -> ExitCode:
    """The code of a run that a signal has ended."""
    return ExitCode.TERMINATED if signal in TERMINATING else ExitCode.INTERRUPTED


class TemplatesyncError(Exception):
    """Base of everything that ends a command early. `str()` is one sentence for a person."""

    exit_code = ExitCode.FAILURE

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(TemplatesyncError):
    """The options do not fit together; nothing was read or written."""

    exit_code = ExitCode.USAGE


class FindingsError(TemplatesyncError):
    """The command needs files free of errors and got these findings instead. `lines` are those of their files."""

    exit_code = ExitCode.FINDINGS

    def __init__(
        self,
        findings: Sequence[Finding],
        message: str = "the files have errors",
        lines: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.findings = tuple(findings)
        self.lines = lines or {}


class ServiceError(TemplatesyncError):
    """The service did not do what was asked. `code` is its own word for why, `request_id` its receipt."""

    exit_code = ExitCode.FAILURE

    def __init__(self, message: str, *, code: str = "", request_id: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.request_id = request_id


class DeniedError(ServiceError):
    """Credentials are missing or wrong, or lack a permission."""

    exit_code = ExitCode.DENIED


class UnreachableError(ServiceError):
    """No usable answer came, however often it was tried."""

    exit_code = ExitCode.UNREACHABLE


class RefusedError(TemplatesyncError):
    """A safety rule stands in the way; the message names it and the way past it."""

    exit_code = ExitCode.REFUSED


class StaleError(TemplatesyncError):
    """What was approved is not what would happen now."""

    exit_code = ExitCode.STALE


class LocalError(TemplatesyncError):
    """This machine, not the service, stands in the way."""


class StoppedError(TemplatesyncError):
    """A signal ended the run while it only read."""

    def __init__(self, signal: int) -> None:
        self.exit_code = stopped_code(signal)
        super().__init__(self.exit_code.name.lower())
