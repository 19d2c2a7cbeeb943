"""One apply at a time per space on one machine. Knows no plan and no client."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from templatesync.model.errors import LocalError
from templatesync.storage.private import private_folder


@contextmanager
def lock(state: Path, space: str) -> Iterator[None]:
    """One apply per space on this machine. Raises LocalError when another holds it; the system frees it on a crash."""
    path = state / "lock" / f"{space}.lock"
    try:
        private_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LocalError(f"the lock {path} cannot be made: {error.strerror}") from None
    try:
        _lock(descriptor, space)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, space: str) -> None:
    try:
        try:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        raise LocalError(
            f"another apply is writing to {space} on this machine", hint="wait until it has ended, then plan again"
        ) from None
