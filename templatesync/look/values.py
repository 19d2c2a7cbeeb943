"""What is to stand in the places of variables: samples, names, or the longest values that fit. Pure; knows no kind."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.look.bubble import Values
from templatesync.look.cluster import cut
from templatesync.look.filled import VARIABLE, Filled, filled


def put_in(text: str, samples: Mapping[str, str], values: Values, limit: int = 0) -> Filled:
    """A text with samples, names or the longest values in it.

    `limit` is how many characters its place may have in all, 0 where nobody knows. What it leaves is shared alike by
    all variables; where it leaves nothing, and where nobody knows it, the samples are shown instead.
    """
    if values is Values.NAMES:
        return filled(text, {})
    names = VARIABLE.findall(text)
    shown = {name: samples.get(name) or f"{{{name}}}" for name in names}
    if values is Values.LONGEST and names:
        room = (limit - len(VARIABLE.sub("", text))) // len(names)
        if room > 0:
            shown = {name: _stretched(samples.get(name, ""), room) or _stretched(name, room) for name in shown}
    return filled(text, shown)


def _stretched(seed: str, length: int) -> str:
    """A sample again and again, as words of one line, until there is no room for more. Empty for one of blanks only.

    It does not end in a blank, which would keep a marker behind it from being one.
    """
    words = " ".join(seed.split())
    if not words:
        return ""
    return cut(f"{words} " * (length // (len(words) + 1) + 1), length).rstrip()
