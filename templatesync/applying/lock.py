"""One apply at a time per space on one machine, and the word of one that was cut off. Knows no plan and no client.

The lock lies in the user's own folder, named by endpoint and space: two checkouts of one project, or two projects, lead
to the same space. It says, too, when this machine first looked, and when the last run wrote and whether it came to its
end, for one that begins without that run's journal.
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
_WRITING, _ENDED = "writing", "settled"
_NOBODY = "-" * 32


@dataclass(slots=True)
class Held:
    """A lock that is held.

    first     epoch seconds when an apply on this machine first looked at this space; 0 once one has come to its end
    at        epoch seconds of the last write of any run; 0 when there was none
    ended     whether the run that wrote last came to its end, and knew then what had become of all that it had sent
    owner     whose journal that run kept
    """

    descriptor: int
    first: float
    at: float = 0.0
    ended: bool = True
    owner: str = _NOBODY

    def writing(self, owner: str, now: float) -> None:
        """Say that a write is about to go out, for whoever comes after a kill. The journal says the rest."""
        self.at, self.ended, self.owner = now, False, owner
        self.keep()

    def end(self) -> None:
        """Say that everything is known and nothing is under way any more."""
        self.first, self.ended = 0.0, True
        self.keep()

    def keep(self) -> None:
        """Put it on disk, over what was there: it is always as long."""
        words = f"{self.first:017.3f} {self.at:017.3f} {self.owner} {_ENDED if self.ended else _WRITING}\n"
        with suppress(OSError):  # a full disk stops the write at the journal
            os.lseek(self.descriptor, 0, os.SEEK_SET)
            os.write(self.descriptor, words.encode())


def name_of(endpoint: str, cust_space_id: str) -> str:
    """What the lock of a space is called on every checkout of this machine.

    Not by account: a customer's space has one id at a service, whoever signs.
    """
    return hashlib.sha256(f"{endpoint}\n{cust_space_id}".encode(errors="surrogatepass")).hexdigest()[:32]


@contextmanager
def lock(folders: Sequence[Path], name: str, space: str, now: float) -> Iterator[Held]:
    """One apply per space on this machine; the lock lies in the first of the folders that takes it.

    `now` is in epoch seconds. Raises LocalError when another apply holds it; the system frees it on a crash.
    """
    descriptor = _opened(folders, f"{name}.lock")
    try:
        _lock(descriptor, space)
        yield _held(descriptor, now)
    finally:
        os.close(descriptor)


def _opened(folders: Sequence[Path], name: str) -> int:
    failure: LocalError | None = None
    for folder in folders:
        try:
            private_folder(folder)
            return open_private(folder / name, os.O_RDWR | os.O_CREAT)
        except NotPrivateError as error:
            failure = error
        except OSError as error:
            failure = LocalError(f"the lock {folder / name} cannot be made: {error.strerror}")
        except LocalError as error:
            failure = error
    assert failure is not None, "no folder was named"
    raise failure


def _held(descriptor: int, now: float) -> Held:
    words = os.read(descriptor, _LONGEST).decode("ascii", "replace").split()
    try:
        first, at, owner, word = words
        return Held(descriptor, float(first), float(at), word == _ENDED, owner)
    except ValueError:
        held = Held(descriptor, now)
        held.keep()
        return held


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
