"""The values of this room, and the window through which the bytes of a file are seen. Pure but for reading a file."""

from __future__ import annotations

from typing import BinaryIO

# How far a window looks into a file. Real files need a few dozen looks; a film that is mended after the recording, or
# a picture with thumbnails, a few thousand.
_MOST_READ = 24 << 20
_MOST_LOOKS = 20_000


class NotReadError(Exception):
    """The structure of a file would take too many looks."""


class Window:
    """Parts of an open file. Bounded, so that no file can keep the program busy, whatever lengths it claims."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self._file = file
        self._left = _MOST_READ
        self._looks = _MOST_LOOKS
        self.size = size
        self.name = name

    def read(self, at: int, count: int) -> bytes:
        """`count` bytes from `at`, fewer at the end. Raises NotReadError when that is too much in all."""
        self._looks -= 1
        self._left -= count
        if self._looks < 0 or self._left < 0:
            raise NotReadError
        if not 0 <= at < self.size:
            return b""
        self._file.seek(at)
        return self._file.read(min(count, self.size - at))

    def number(self, at: int, width: int = 4) -> int | None:
        """A number of so many bytes, the greatest first; None behind the end."""
        data = self.read(at, width)
        return int.from_bytes(data, "big") if len(data) == width else None
