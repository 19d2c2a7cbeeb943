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


_MOST_EDITED = 40


def is_slip(said: str, meant: str) -> bool:
    """Whether one of two names is the other with a slip or two of the hand. Case does not count.

    A slip is a letter too many, too few or another, or two that have changed places: one in a short name, two from
    eight letters on. Takes linear time, whatever the names.
    """
    one, other = said.lower(), meant.lower()
    shorter = min(len(one), len(other))
    if max(len(one), len(other)) > _MOST_EDITED:
        return one == other
    return _within(one, other, 2 if shorter >= 8 else 1 if shorter >= 3 else 0)


def _within(one: str, other: str, edits: int) -> bool:
    same = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), None)
    if same is None:
        return abs(len(one) - len(other)) <= edits
    if not edits:
        return False
    one, other, left = one[same:], other[same:], edits - 1
    return (
        (one[:2] == other[1::-1] and _within(one[2:], other[2:], left))
        or _within(one[1:], other[1:], left)
        or _within(one[1:], other, left)
        or _within(one, other[1:], left)
    )
