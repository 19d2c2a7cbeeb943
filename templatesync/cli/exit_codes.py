"""With which exit codes each command can end, and what they mean there: for help texts and documents. Runs nothing."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.model.errors import ExitCode

MEANING: Mapping[ExitCode, str] = {
    ExitCode.OK: "done, or nothing to do",
    ExitCode.FAILURE: "something failed that has no code of its own, such as a full disk",
    ExitCode.CHANGES: "changes are pending, blocked ones included (`plan --detailed-exitcode`)",
    ExitCode.FINDINGS: "files or settings have errors, or there was nothing to work on",
    ExitCode.DENIED: "not authenticated or not permitted; nothing was written",
    ExitCode.UNREACHABLE: "the service could not be reached, or throttled for too long; nothing was written",
    ExitCode.REFUSED: "a safety rule refused, something is blocked on apply, or --fail-on holds",
    ExitCode.PENDING: "a review is still running",
    ExitCode.REJECTED: "a review ended with a rejection",
    ExitCode.STALE: "the saved plan, or the expected digest, no longer fits",
    ExitCode.PARTIAL: "some of it was done, and the rest failed, is unknown or was not started",
    ExitCode.USAGE: "the command line is wrong; nothing was done",
    ExitCode.BUG: "a defect of templatesync",
    ExitCode.INTERRUPTED: "interrupted, as by Ctrl-C",
    ExitCode.TERMINATED: "told to end by SIGTERM, or its terminal has gone",
}

ANY = (ExitCode.FAILURE, ExitCode.USAGE, ExitCode.BUG, ExitCode.INTERRUPTED, ExitCode.TERMINATED)
"""What may end every command, and means the same for each."""

_FILES = "files that count have errors, or there are none"
_DENIED = "not authenticated, or not permitted"
_UNREACHABLE = "no service was reached, or it throttled for too long"
_EDITED = {
    ExitCode.OK: "the files are written, or shown with --dry-run",
    ExitCode.FINDINGS: "files or settings have errors",
}
_ENDED = {**_EDITED, ExitCode.REFUSED: "something is protected, pinned or still needed; nothing is written"}

ENDS: Mapping[str, Mapping[ExitCode, str]] = {
    "init": {
        ExitCode.OK: "the project is there",
        ExitCode.FINDINGS: "--from: your own settings have errors",
        ExitCode.DENIED: f"--from: {_DENIED}",
        ExitCode.UNREACHABLE: f"--from: {_UNREACHABLE}",
        ExitCode.PARTIAL: "--from: some of what is live could not be written as files",
    },
    "import": {
        ExitCode.OK: "the files are written, or there was nothing to write",
        ExitCode.FINDINGS: "files or settings have errors",
        ExitCode.DENIED: _DENIED,
        ExitCode.UNREACHABLE: _UNREACHABLE,
        ExitCode.PARTIAL: "some of it could not be read, or not be written as files",
    },
    "validate": {
        ExitCode.OK: "no errors; with --strict no warnings either",
        ExitCode.FINDINGS: "there are errors, with --strict or warnings, or no files",
    },
    "fmt": {
        ExitCode.OK: "the files are in order",
        ExitCode.FINDINGS: "--check: a file would change; or one cannot be read",
    },
    "preview": {
        ExitCode.OK: "the page is written; findings stand in it",
        ExitCode.FINDINGS: "there is nothing to draw, or the project file has errors",
        ExitCode.DENIED: f"--live: {_DENIED}",
        ExitCode.UNREACHABLE: f"--live: {_UNREACHABLE}",
    },
    "breaking": {
        ExitCode.OK: "nothing breaks but what is called intended",
        ExitCode.FINDINGS: "a file that counts has errors",
        ExitCode.REFUSED: "a program that was right would be refused",
    },
    "rules": {ExitCode.OK: "the rules were told"},
    "plan": {
        ExitCode.OK: "the plan is made, whatever is in it",
        ExitCode.CHANGES: "--detailed-exitcode: changes are pending, or blocked",
        ExitCode.FINDINGS: _FILES,
        ExitCode.DENIED: f"{_DENIED}, in a space at least",
        ExitCode.UNREACHABLE: _UNREACHABLE,
        ExitCode.REFUSED: "a safety rule stands in the way, or --fail-on holds",
    },
    "apply": {
        ExitCode.OK: "all was done, was done already, or waits for a review by design",
        ExitCode.FINDINGS: _FILES,
        ExitCode.DENIED: f"{_DENIED}; nothing was written",
        ExitCode.UNREACHABLE: f"{_UNREACHABLE}; nothing was written",
        ExitCode.REFUSED: "a safety rule refused, or a change is blocked",
        ExitCode.STALE: "the plan file or the digest no longer fits",
        ExitCode.PARTIAL: "a change failed, is unknown or was not started",
    },
    "new-version": _EDITED,
    "rename": _EDITED,
    "retire": _ENDED,
    "finish": _ENDED,
    "status": {
        ExitCode.OK: "told; with --exit-code, no review runs and none was rejected",
        ExitCode.FINDINGS: "the project file has errors, or there are no files",
        ExitCode.DENIED: _DENIED,
        ExitCode.UNREACHABLE: _UNREACHABLE,
        ExitCode.REFUSED: "a condition of --fail-on holds, or nobody can say",
        ExitCode.PENDING: "--exit-code: a review is still running",
        ExitCode.REJECTED: "--exit-code: a review ended with a rejection",
    },
    "outputs": {
        ExitCode.OK: "the data is complete; with --check the file is as it would be",
        ExitCode.FINDINGS: f"--check: the file is another one; or {_FILES}",
        ExitCode.DENIED: _DENIED,
        ExitCode.UNREACHABLE: _UNREACHABLE,
        ExitCode.PARTIAL: "some of it could not be read; no file is replaced",
    },
    "check-payload": {
        ExitCode.OK: "no request would be refused",
        ExitCode.FINDINGS: "a request would be refused, or files have errors",
    },
    "ci": {
        ExitCode.OK: "the files are written, or were there already",
        ExitCode.FINDINGS: "the project file has errors",
    },
    "doctor": {
        ExitCode.OK: "all that reading can tell is well",
        ExitCode.FINDINGS: "the project file or your own settings have errors",
        ExitCode.DENIED: "credentials, or what plan needs, are missing",
        ExitCode.UNREACHABLE: "nobody answers, or the clock is too far off",
        ExitCode.REFUSED: "apply would refuse the account, or --trial the name",
        ExitCode.PENDING: "--trial: the review is still running",
    },
    "schema": {ExitCode.OK: "the schema was printed"},
    "emulator": {
        ExitCode.OK: "it was told to stop",
        ExitCode.FINDINGS: "--space: the project file has errors",
    },
    "help": {ExitCode.OK: "the text was printed"},
}
"""By command, without what ANY has. A test holds that each of these occurs, and all tests that no other does."""
