"""The nearest of some names, for `did you mean`. Pure."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str:
    """The one of `names` that `name` was probably meant to be, or an empty text. Case does not count.

    Long names are cut first: the comparison takes quadratic time, and a file may hold any text as a key.
    """
    from difflib import get_close_matches  # only where something is misspelt

    by_lower = {each.lower(): each for each in names}
    match = get_close_matches(name[:100].lower(), by_lower, n=1)
    return by_lower[match[0]] if match else ""
