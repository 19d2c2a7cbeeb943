"""One apply at a time per space on one machine, and the word of one that was cut off. Knows no plan and no client.

The lock lies in the user's own folder, named by endpoint and space: two checkouts of one project, or two projects, lead
to the same space. It says, too, when a run that never came to its end was last seen to write, for one that begins
without that run's journal.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from templatesync.model.errors import LocalError
from templatesync.storage.private import NotPrivateError, open_private, private_folder

_LONGEST = 256
"""Bytes of a lock file that are read; this program writes less."""


@dataclass(slots=True)
class Held:
    """A lock that is held.

    fresh     nothing on this machine knows of an earlier apply to this space
    cut_off   epoch seconds of the last write of a run that did not come to its end; None when the last one did
    owner     whose journal that run kept
    """

    descriptor: int
    fresh: bool
    cut_off: float | None = None
    owner: str = ""

    def writing(self, owner: str, now: float) -> None:
        """Say that a write is about to go out, for whoever comes after a kill. The journal says the rest."""
        with suppress(OSError):  # a full disk stops the write at the journal
            os.lseek(self.descriptor, 0, os.SEEK_SET)
            os.write(self.descriptor, f"{now:017.3f} {owner}\n".encode())

    def clean(self) -> None:
        """Say that everything was told and nothing is under way any more."""
        with suppress(OSError):
            os.ftruncate(self.descriptor, 0)


def name_of(endpoint: str, cust_space_id: str) -> str:
    """What the lock of a space is called on every checkout of this machine.

    Not by account: a customer's space has one id at a service, whoever signs.
    """
    return hashlib.sha256(f"{endpoint}\n{cust_space_id}".encode(errors="surrogatepass")).hexdigest()[:32]


@contextmanager
def lock(folders: Sequence[Path], name: str, space: str) -> Iterator[Held]:
    """One apply per space on this machine; the lock lies in the first of the folders that takes it.

    Raises LocalError when another apply holds it; the system frees it on a crash.
    """
    descriptor, fresh = _opened(folders, f"{name}.lock")
    try:
        _lock(descriptor, space)
        yield _held(descriptor, fresh)
    finally:
        os.close(descriptor)


def _opened(folders: Sequence[Path], name: str) -> tuple[int, bool]:
    failure: LocalError | None = None
    for folder in folders:
        try:
            private_folder(folder)
            try:
                return open_private(folder / name, os.O_RDWR), False
            except FileNotFoundError:
                return open_private(folder / name, os.O_RDWR | os.O_CREAT), True
        except NotPrivateError as error:
            failure = error
        except OSError as error:
            failure = LocalError(f"the lock {folder / name} cannot be made: {error.strerror}")
        except LocalError as error:
            failure = error
    assert failure is not None, "no folder was named"
    raise failure


def _held(descriptor: int, fresh: bool) -> Held:
    words = os.read(descriptor, _LONGEST).decode("ascii", "replace").split()
    try:
        return Held(descriptor, fresh, float(words[0]), words[1] if len(words) > 1 else "")
    except (IndexError, ValueError):
        return Held(descriptor, fresh)


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
