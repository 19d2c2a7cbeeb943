"""Names that CAMS allows and nobody else has yet. Pure: knows no template, only names and who asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_LONGEST = 512


class Unique:
    """Hands out every name once: `a`, then `a_2`, `a_3`."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        # Where to go on looking: without it, many equal wishes would cost the square of their number.
        self._next: dict[str, int] = {}

    def pick(self, wanted: str, number: int = 1) -> str:
        """`wanted`, or the first free `wanted_N`, N not below `number`; never longer than 512 characters."""
        number = max(number, self._next.get(wanted, 1))
        name = _numbered(wanted, number)
        while name in self._taken:
            number += 1
            name = _numbered(wanted, number)
        self._next[wanted] = number + 1
        self._taken.add(name)
        return name


def legal(original: str) -> str:
    """A name as CAMS wants it: lower case, `_` for every other character."""
    return re.sub(r"[^a-z0-9_]", "_", original.lower())[:_LONGEST] or "template"


def template_names(entries: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, int]]:
    """A name for each (original name, languages), and which of the repeats of that original it is for, from 1.

    The languages of one original share a name; a repeat of a language begins a new one. An original that is legal
    keeps its name, whatever came before it.
    """
    keys = list(_repeats(entries))
    names = {key: key[0] for key in keys if key == (legal(key[0]), 1)}
    unique = Unique(names.values())
    for key in keys:
        if key not in names:
            original, repeat = key
            names[key] = unique.pick(legal(original), repeat)
    return [(names[key], key[1]) for key in keys]


def _repeats(entries: Iterable[tuple[str, Sequence[str]]]) -> Iterator[tuple[str, int]]:
    """The original name of each entry, and which of its repeats it is, from 1."""
    seen: dict[tuple[str, str], int] = {}
    for original, languages in entries:
        count = 1 + max(seen.get((original, language), 0) for language in languages)
        seen |= {(original, language): count for language in languages}
        yield original, count


def _numbered(wanted: str, number: int) -> str:
    suffix = "" if number == 1 else f"_{number}"
    return wanted[: _LONGEST - len(suffix)] + suffix
