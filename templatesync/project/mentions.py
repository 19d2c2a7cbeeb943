"""Which names a file may hold, by its bytes: what is not in there need not be parsed. Knows no kind, parses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Generic, TypeVar

OBSCURE = re.compile(rb"\\[xuU\r\n]|\0")
"""What YAML can spell otherwise than with the letters themselves: escapes of characters, a word over two lines, and
another encoding."""
_WORD = re.compile(rb"[A-Za-z0-9_]+")
_FEW = 50
"""Words to look for one by one; more are looked up word by word."""

T = TypeVar("T")


class Mentions(Generic[T]):
    """Things that have names, to be found in files. What has no ASCII letter in its name may be in any of them."""

    def __init__(self, things: Collection[T], name: Callable[[T], str]) -> None:
        self._by_word: dict[bytes, set[T]] = {}
        for thing in things:
            self._by_word.setdefault(longest_word(name(thing)), set()).add(thing)
        self._anywhere = self._by_word.pop(b"", set())
        self._all = frozenset(things)

    def any_in(self, data: bytes) -> bool:
        """Whether one of them may be in a file."""
        return bool(self.found(data))

    def found(self, data: bytes) -> frozenset[T]:
        """Those that may be in a file."""
        if OBSCURE.search(data) is not None:
            return self._all
        words = self._by_word
        if len(words) <= _FEW:
            there = [word for word in words if word in data]
        else:
            there = [*words.keys() & frozenset(_WORD.findall(data))]
        return frozenset(self._anywhere).union(*(words[word] for word in there))


def longest_word(name: str) -> bytes:
    """What of a name is looked for in bytes."""
    return max(_WORD.findall(name.encode("utf-8", "surrogatepass")), key=len, default=b"")
