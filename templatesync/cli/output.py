"""Where text goes: stdout, stderr, the log of a defect. Nothing here fails, whatever these can take; knows no result.

Work may have been done by the time that something is told. A full disk, a closed pipe or a person who reads no more
must change neither what is told elsewhere nor the exit code that was decided.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from typing import Any

import click

import templatesync
from templatesync.model.errors import ExitCode

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def write(text: str) -> ExitCode:
    """Data to stdout; FAILURE when it cannot take it. A reader who has seen enough, as `| head` has, is no failure."""
    if sys.stdout is None:  # closed by whoever started this
        return ExitCode.OK
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        return unwritable(error)
    return ExitCode.OK


def unwritable(error: OSError | ValueError) -> ExitCode:
    """What an error of writing to stdout means for the exit code; from here on nothing is written there."""
    mute(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return ExitCode.OK
    complain(f"the output cannot be written: {getattr(error, 'strerror', None) or 'it is closed'}")
    return ExitCode.FAILURE


def no_room(error: OSError) -> bool:
    """Whether an error is that of a disk, not of this program."""
    return error.errno in _NO_ROOM


def speaks_utf8(stream: Any) -> bool:
    """Whether a stream takes every character."""
    return str(getattr(stream, "encoding", "")).lower().replace("-", "") in ("utf8", "utf8sig")


def columns(stream: Any) -> int:
    """How wide a stream is: what COLUMNS says, else the terminal that it is; else its lines are not broken."""
    from templatesync.render.terminal import COLUMNS

    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and said.isascii() and int(said[:6]) > 0:
        return int(said[:6])
    try:
        return os.get_terminal_size(stream.fileno()).columns or COLUMNS
    except (OSError, ValueError, AttributeError):  # no terminal, closed, or none at all
        return COLUMNS


def mute(stream: Any) -> None:
    """Send what is left nowhere; Python would complain once more at exit."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say(text: str) -> None:
    """A line on stderr; when nobody can read it, that is no reason to end otherwise."""
    try:
        click.echo(text, err=True)
    except (OSError, ValueError):
        mute(sys.stderr)


def complain(message: str, hint: str = "") -> None:
    """What went wrong, and perhaps what to do."""
    from templatesync.render.terminal import safe

    say(f"templatesync: {safe(message)}")
    if hint:
        say(f"  hint: {safe(hint)}")


def defect(error: Exception) -> ExitCode:
    """Tell of a defect: the traceback goes to a file, one line to the person."""
    import tempfile
    import traceback

    from templatesync.service.secret import living, scrub

    text = scrub("".join(traceback.format_exception(error)), living())
    where = ""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="templatesync-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log:
            log.write(f"templatesync {templatesync.__version__}, Python {sys.version}\n{text}")
            where = log.name
    except OSError:
        say(text)
    complain(
        f"this is a defect of templatesync: {type(error).__name__}",
        f"please report it with {where or 'the text above'}; it holds no secret, but parts of your files perhaps",
    )
    return ExitCode.BUG
