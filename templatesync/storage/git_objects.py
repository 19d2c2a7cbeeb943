"""Objects of a git repository by their ids, as one `git cat-file` gives them. Starts nothing; knows no repository.

What is asked and answered comes and goes through the pipes of whoever has started it.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from templatesync.model.errors import UsageError

_BLOCK = 1 << 20
_ASKED = 32
"""Files that are asked for at once. Their ids have to fit into a pipe that nobody empties meanwhile."""


class Blob(NamedTuple):
    """A file in a tree, by the id of its content. `link`: it is a symbolic link, and the content is where it leads."""

    object_id: str
    link: bool = False


def is_blob(data: bytes, object_id: str) -> bool:
    """Whether an id is that of this content: what is here already need not be asked for."""
    # The id of git, not a signature: whoever can make another content of one id can commit it, too.
    digest = hashlib.sha256() if len(object_id) == 64 else hashlib.sha1(usedforsecurity=False)
    digest.update(b"blob %d\0" % len(data))
    digest.update(data)
    return digest.hexdigest() == object_id


class Contents:
    """The contents of files, one at a time: git is asked by id and answers with kind, size and bytes."""

    def __init__(self, commit: str, ask: IO[bytes], answers: IO[bytes]) -> None:
        self._commit = commit
        self._ask = ask
        self._answers = answers

    def read(self, blob: Blob, limit: int) -> bytes | int:
        """The bytes, or how many there are when these are more than `limit`.

        Raises UsageError when the clone lacks them.
        """
        return self._content(self._size(blob), limit)

    def _content(self, size: int, limit: int) -> bytes | int:
        content = io.BytesIO()  # which neither holds nor gives a second copy, as joining would
        for block in self._blocks(size):
            if size <= limit:
                content.write(block)
        return content.getvalue() if size <= limit else size

    def several(self, blobs: Sequence[Blob], limit: int) -> Iterator[bytes | int | None]:
        """What `read` gives for each, or None for one that the clone lacks. To ask for some at once is much faster."""
        for start in range(0, len(blobs), _ASKED):
            some = blobs[start : start + _ASKED]
            self._send("".join(f"{blob.object_id}\n" for blob in some).encode())
            for _ in some:
                answer = self._answer()
                content = self._content(int(answer[2]), limit) if answer else None
                yield content if answer and answer[1] == b"blob" else None

    def at(self, commit: str, path: str, limit: int) -> tuple[Blob, bytes | int] | None:
        """A file of a commit, by its path from the root, as `read` has it; None when it is not there, or not here."""
        if "\n" in path:
            return None
        answer = self._asked(os.fsencode(f"{commit}:{path}"))
        if len(answer) != 3:
            return None
        content = self._content(int(answer[2]), limit)  # a folder has one as well, and that must be out of the way
        return (Blob(answer[0].decode()), content) if answer[1] == b"blob" else None

    def _size(self, blob: Blob) -> int:
        answer = self._asked(blob.object_id.encode())
        if len(answer) != 3 or answer[1] != b"blob":
            raise incomplete(self._commit)
        return int(answer[2])

    def _asked(self, name: bytes) -> list[bytes]:
        self._send(name + b"\n")
        return self._answer()

    def _send(self, names: bytes) -> None:
        try:
            self._ask.write(names)
            self._ask.flush()
        except OSError:
            raise incomplete(self._commit) from None

    def _answer(self) -> list[bytes]:
        """Id, kind and size of what comes next; nothing for what is not there."""
        line = self._answers.readline()
        if line.endswith((b" missing\n", b" ambiguous\n")):
            return []
        found = line.split()
        if len(found) != 3:
            raise incomplete(self._commit)
        return found

    def _blocks(self, size: int) -> Iterator[bytes]:
        left = size
        while left:
            block = self._answers.read(min(left, _BLOCK))
            if not block:
                raise incomplete(self._commit)
            left -= len(block)
            yield block
        self._answers.read(1)  # each answer ends its last line


def incomplete(commit: str) -> UsageError:
    """What is said of a clone that lacks what a commit has."""
    short = commit[:12]
    hint = f"`git archive {short} > {os.devnull}` fetches them, if this is a partial clone"
    return UsageError(f"this clone lacks files of {short}", hint=hint)
