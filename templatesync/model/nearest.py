"""The nearest of some names, for `did you mean`. Pure."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable

MOST_ASKED = 20
"""How often one file may ask: each answer takes time, and a file may hold thousands of wrong names."""
_LONGEST = 60
_MOST_COMPARED = 8_000


def nearest(name: str, names: Iterable[str]) -> str:
    """The one of `names` that `name` was probably meant to be, or an empty text. Case does not count.

    Long names are cut first: the comparison takes quadratic time, and a file may hold any text as a key. Of names that
    have more than some thousand characters together, those are compared that begin as it does: most slips come later.
    """
    from difflib import get_close_matches  # only where something is misspelt

    said = name[:_LONGEST].lower()
    by_lower = {each[:_LONGEST].lower(): each for each in names}
    near: Iterable[str] = by_lower
    if (size := sum(map(len, by_lower))) > _MOST_COMPARED:
        ordered = sorted(by_lower)
        most = max(len(ordered) * _MOST_COMPARED // size, 1)
        at = max(bisect(ordered, said) - most // 2, 0)
        near = ordered[at : at + most]
    match = get_close_matches(said, near, n=1)
    return by_lower[match[0]] if match else ""
