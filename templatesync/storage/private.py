"""Folders and files that belong to this program's user alone: the one door to all state. Knows no format.

State lies where a pull request can put things, too: `.templatesync` may come with the checkout, as a link, a pipe, a
device or a file of gigabytes. So no link is followed below the project, only plain files are opened, these must be our
own and closed to others, and nothing is changed before that is known. What git checks out is open to others to read.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from templatesync.model.errors import LocalError
from templatesync.storage.checkout import inside_checkout

STATE = ".templatesync"
_DIR_FD = os.open in os.supports_dir_fd and os.mkdir in os.supports_dir_fd
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)  # Windows has none of these
_DIRECTORY = getattr(os, "O_DIRECTORY", 0)
_SAFE = _NOFOLLOW
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _SAFE |= getattr(os, _name, 0)
_LINKED = {errno.ELOOP, errno.EMLINK, errno.ENOTDIR}
_BLOCK = 1 << 20


class NotPrivateError(LocalError):
    """Why a folder or a file is left alone."""


def private_folder(folder: Path) -> None:
    """Make a folder for this program's own files, readable by its owner only, and keep it out of git.

    Raises NotPrivateError when a link or somebody else's folder is in the way, LocalError when the system refuses.
    """
    try:
        with _opened(folder, make=True):
            pass
    except OSError as error:
        raise LocalError(f"{folder} cannot be written: {error.strerror}") from None


def open_private(path: Path, flags: int) -> int:
    """The descriptor of a plain file of ours; the caller closes it. A new one can be read by its owner only.

    Raises NotPrivateError for anything else that is there, OSError as `os.open` does. O_TRUNC comes after the checks.
    """
    with _opened(path.parent) as (descriptor, place):
        name, at = (path.name, descriptor) if descriptor is not None else (str(place / path.name), None)
        try:
            opened = os.open(name, (flags & ~os.O_TRUNC) | _SAFE, 0o600, dir_fd=at)
        except OSError as error:
            raise _why(path, error) from None
        try:
            _check(os.fstat(opened), path)
            if flags & os.O_TRUNC:
                os.ftruncate(opened, 0)
        except BaseException:
            os.close(opened)
            raise
    return opened


def private_size(path: Path) -> int | None:
    """The bytes of a plain file of ours, None when there is none, for what other libraries open by its name.

    It is not opened, for closing a file that SQLite has open gives up its locks. Raises NotPrivateError as
    `open_private` does.
    """
    try:
        with _opened(path.parent) as (descriptor, place):
            name = path.name if descriptor is not None else str(place / path.name)
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        raise NotPrivateError(f"{path} is a symbolic link, which is not followed; delete it")
    _check(status, path)
    return status.st_size


def read_private(path: Path, limit: int) -> bytes | None:
    """The bytes of a plain file of ours, None when there is none.

    Raises NotPrivateError for anything else that is there, and for more than `limit` bytes; OSError as reading does.
    """
    try:
        descriptor = open_private(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        size = os.fstat(descriptor).st_size
        if size > limit:
            raise NotPrivateError(f"{path} has {size:,} bytes, and at most {limit:,} are read; delete it")
        blocks = []
        while size > 0 and (block := os.read(descriptor, min(size, _BLOCK))):  # it may be growing
            blocks.append(block)
            size -= len(block)
        return b"".join(blocks)
    finally:
        os.close(descriptor)


def replace_private(path: Path, blocks: Iterable[bytes], *, sync: bool = False) -> None:
    """Put a file of ours in the place of whatever is there, in one step: a half-written one is never seen.

    A link or a pipe there is replaced and not written through. With `sync` the content is on disk before that.
    Raises NotPrivateError for a folder that is not ours, OSError as writing does.
    """
    fresh = f".new.{os.urandom(8).hex()}"
    with _opened(path.parent) as (descriptor, place):
        here = "" if descriptor is not None else f"{place}{os.sep}"
        at = descriptor
        opened = os.open(here + fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE, 0o600, dir_fd=at)
        try:
            with os.fdopen(opened, "wb") as file:
                file.writelines(blocks)
                file.flush()
                if sync:
                    os.fsync(file.fileno())
            os.replace(here + fresh, here + path.name, src_dir_fd=at, dst_dir_fd=at)
        except BaseException:
            with suppress(OSError):
                os.unlink(here + fresh, dir_fd=at)
            raise


def ready(folder: Path | None, project: Path) -> Path:
    """The user's folder, made when it is missing; raises NotPrivateError when others could have a hand in it."""
    if folder is None:
        raise NotPrivateError("there is no home folder; let XDG_CACHE_HOME name a folder of your own")
    try:
        if inside_checkout(folder, project):
            raise NotPrivateError(f"{folder} is inside the project; let XDG_CACHE_HOME name a folder outside")
        with _opened(folder, make=True) as (descriptor, place):
            private(place.lstat() if descriptor is None else os.fstat(descriptor), str(folder))
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise NotPrivateError(f"{folder} cannot be used: {reason}") from None
    return folder


def private(status: os.stat_result, name: str) -> None:
    """Raises NotPrivateError for what another user owns or may change."""
    _owned(status, name)
    if hasattr(os, "geteuid") and status.st_mode & 0o077:
        raise NotPrivateError(f"{name} is open to other users; delete it, or take their rights away with chmod go-rwx")


def _owned(status: os.stat_result, name: str) -> None:
    # Windows: what is in a profile is its user's
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        raise NotPrivateError(f"{name} belongs to another user; delete it")


def _check(status: os.stat_result, path: Path) -> None:
    """Raises NotPrivateError unless a file is plain, ours, closed to others, and has one name."""
    if not stat.S_ISREG(status.st_mode):
        what = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe, a device or a socket"
        raise NotPrivateError(f"{path} is {what}, not a file; delete it")
    _owned(status, str(path))
    if status.st_nlink > 1:
        raise NotPrivateError(f"{path} is a second name of another file; delete it")
    if hasattr(os, "geteuid") and status.st_mode & 0o077 and _has_modes(path.parent):
        message = f"{path} is open to other users, and so was not made here"
        raise NotPrivateError(message, hint="delete it, or, if it is yours, take their rights away with chmod go-rwx")


def _has_modes(folder: Path) -> bool:
    """Whether the file system of a folder keeps who may read a file: some show all files as open to all."""
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            return not os.fstat(file.fileno()).st_mode & 0o077
    except OSError:
        return True


def _why(path: Path, error: OSError) -> OSError | NotPrivateError:
    """What a failed opening means."""
    if error.errno in _LINKED and path.is_symlink():
        return NotPrivateError(f"{path} is a symbolic link, which is not followed; delete it")
    if error.errno in (errno.ENXIO, errno.EISDIR):  # a pipe that nobody reads, a socket; a folder
        return NotPrivateError(f"{path} is not a plain file; delete it")
    return error


# --- folders ----------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(folder: Path, *, make: bool = False) -> Iterator[tuple[int | None, Path]]:
    """A folder of ours, reached without a link below the project; as a descriptor where the system has these.

    Only the last step of a user's own folder is looked at: a home may lead anywhere.
    """
    root = next((each for each in (folder, *folder.parents) if each.name == STATE), folder)
    steps = folder.relative_to(root).parts
    if make:
        root.parent.mkdir(parents=True, exist_ok=True)
    place, at = root.parent, None
    if _DIR_FD:
        at = os.open(place, os.O_RDONLY | _DIRECTORY)
    try:
        for name in (root.name, *steps):
            place /= name
            at = _step(at, place, make=make)
            if make and place == root and root.name == STATE:
                _ignored(at, place)
        yield at, place
    finally:
        if at is not None:
            os.close(at)


def _step(at: int | None, place: Path, *, make: bool) -> int | None:
    """One folder further down; its descriptor takes the place of `at`, which is closed."""
    name = str(place) if at is None else place.name
    if make:
        with suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=at)
    if at is None:
        status = place.lstat()
        if not stat.S_ISDIR(status.st_mode):
            raise NotPrivateError(f"{place} is a link or a file, not a folder; delete it")
        return None
    try:
        further = os.open(name, os.O_RDONLY | _DIRECTORY | _SAFE, dir_fd=at)
    except OSError as error:
        if error.errno in _LINKED:
            what = "a symbolic link, which is not followed" if place.is_symlink() else "not a folder"
            raise NotPrivateError(f"{place} is {what}; delete it") from None
        raise
    try:
        _owned(os.fstat(further), str(place))
    except BaseException:
        os.close(further)
        raise
    os.close(at)
    return further


def _ignored(at: int | None, place: Path) -> None:
    """Keep what is in a folder out of git, unless somebody has said something about that."""
    name = ".gitignore" if at is not None else str(place / ".gitignore")
    with suppress(FileExistsError):
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE, 0o600, dir_fd=at)
        try:
            os.write(descriptor, b"*\n")
        finally:
            os.close(descriptor)
