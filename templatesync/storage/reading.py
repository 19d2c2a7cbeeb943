"""Reading files of a project safely: plain ones of bounded size. Knows paths and findings; not what is in a file."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from templatesync.model.finding import Finding, Severity

_O_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)  # Windows has neither
_O_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_O_BINARY = getattr(os, "O_BINARY", 0)  # and only Windows has this


def open_file(path: Path | str, name: str) -> tuple[BinaryIO, int] | Finding:
    """A plain file and its size, or the finding that says why not; the caller closes it. `name` is for people."""
    opened = _open(path, name)
    return opened if isinstance(opened, Finding) else (os.fdopen(opened[0], "rb"), opened[1])


def _open(path: Path | str, name: str) -> tuple[int, int] | Finding:
    """The descriptor of a plain file, and its size."""
    try:
        # Non-blocking, because opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | _O_NOFOLLOW | _O_NONBLOCK | _O_BINARY)
    except OSError as error:
        if Path(path).is_symlink():
            return Finding("file-kind", Severity.ERROR, "a symbolic link is not followed", name,
                           hint="put the file itself there")  # fmt: skip
        return unreadable(error, name)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        what = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe, a device or a socket"
        return Finding("file-kind", Severity.ERROR, f"this is {what}, not a file", name)
    return descriptor, status.st_size


def unreadable(error: OSError, name: str) -> Finding:
    """What is told of a file that the system does not let us read."""
    return Finding("file-unreadable", Severity.ERROR, f"the file cannot be read: {error.strerror}", name)


def read_file(path: Path | str, name: str, limit: int) -> bytes | Finding:
    """The bytes of a plain file of at most `limit` bytes, or the finding that says why not. `name` is for people."""
    opened = _open(path, name)
    if isinstance(opened, Finding):
        return opened
    descriptor, size = opened
    try:
        if size > limit:
            message = f"the file has {size:,} bytes; at most {limit:,} are read"
            return Finding("yaml-limit", Severity.ERROR, message, name)
        data = _read(descriptor, size + 1)
        # Longer than it was a moment ago: somebody writes to it.
        return data if len(data) <= size else data + _read(descriptor, limit - size)
    except OSError as error:
        return unreadable(error, name)
    finally:
        os.close(descriptor)


def _read(descriptor: int, size: int) -> bytes:
    """So many bytes, or all there are. Without a file object: for small files that costs more than the reading."""
    data = os.read(descriptor, size)
    while len(data) < size and (more := os.read(descriptor, size - len(data))):
        data += more
    return data
