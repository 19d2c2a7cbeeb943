"""Writing a file of ours whole or not at all. Knows no format."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from templatesync.model.errors import LocalError
from templatesync.storage.checkout import link_within

_ODD = "backslashreplace"
"""How half a character is written, which the service may tell and UTF-8 has no bytes for: no report is lost to it."""


def write_file(path: Path, text: str, *, keep_mode: bool = False) -> None:
    """Put `text` at `path`, replacing what is there in one step; a half-written file is never seen.

    A link stays one and its target is replaced, unless it came with a checkout: then nothing is written, for whoever
    put it there must not choose where. A device or a pipe is written to: it must not become a file. `keep_mode` is for
    files that are not ours: who may read them stays as it was.
    """
    import tempfile  # brings random numbers and compression along, and most runs write nothing

    try:
        if (link := link_within(path)) is not None:
            message = (
                f"{path} cannot be written: {link} is a symbolic link in a checkout, and nothing is written through"
            )
            raise LocalError(f"{message} one", hint="name another file, or delete the link")
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8", errors=_ODD, newline="\n") as special:
                special.write(text)
            return
        path = Path(os.path.realpath(path)) if path.is_symlink() else path
        descriptor, name = tempfile.mkstemp(dir=path.parent or Path(), prefix=f".{path.name[:50]}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", errors=_ODD, newline="\n") as file:
                file.write(text)
            Path(name).chmod(stat.S_IMODE(path.stat().st_mode) if keep_mode else _ordinary_mode())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise LocalError(f"{path} cannot be written: {error.strerror}") from None


def _ordinary_mode() -> int:
    """As an ordinary open would have made it."""
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def append_file(path: Path, text: str, limit: int) -> int:
    """Add a text to the end of an ordinary file, if that then has at most `limit` bytes; how many bytes were added.

    For files that a runner names and reads: a link, a pipe or a device in its place is refused.
    """
    data = text.encode("utf-8", _ODD)
    try:
        if (link := link_within(path)) is not None:
            raise LocalError(f"{path} cannot be written: {link} is a symbolic link in a checkout")
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o666)
        with os.fdopen(descriptor, "ab") as file:
            there = os.fstat(descriptor)
            if not stat.S_ISREG(there.st_mode):
                raise LocalError(f"{path} cannot be written: it is no ordinary file")
            if there.st_size + len(data) > limit:
                raise LocalError(f"{path} cannot be written: it would have more than {limit:,} bytes")
            file.write(data)
    except OSError as error:
        reason = "it is a symbolic link" if error.errno == errno.ELOOP else error.strerror
        raise LocalError(f"{path} cannot be written: {reason}") from None
    except ValueError:
        raise LocalError("its path cannot be one of a file") from None
    return len(data)


def create_file(root: Path, name: str, content: str | bytes) -> bool:
    """Put `content` at `name` below `root` unless something is there; whether it was written.

    A link among the folders is refused: whoever put it into the project must not choose where files go.
    """
    path = root / name
    linked = next((folder for folder in path.parents if folder.is_relative_to(root) and folder.is_symlink()), root)
    if linked != root:
        raise LocalError(f"{linked.relative_to(root)} is a symbolic link, and nothing is written through one")
    if (link := link_within(path.parent)) is not None:
        raise LocalError(f"{link} is a symbolic link in a checkout, and nothing is written through one")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LocalError(f"the folder {path.parent} cannot be made: {error.strerror}") from None
    try:
        with path.open("xb") as file:
            file.write(content.encode(errors=_ODD) if isinstance(content, str) else content)
    except FileExistsError:
        return False
    except OSError as error:
        raise LocalError(f"{path} cannot be written: {error.strerror}") from None
    return True
