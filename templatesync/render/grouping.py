"""What is the same in many places, said once: places in words, names in ranges. Pure; knows no plan and no style.

A place is a space and a language. Names come from files and from the service: they are visible when they leave here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from templatesync.render.escape import visible

T = TypeVar("T")
G = TypeVar("G", bound=Hashable)

FEW = 3
"""Names that are said in a line; of more the number is."""
_NUMBERED = re.compile(r"\A(.*?)(\d{1,9})\Z", re.DOTALL)


class Place(NamedTuple):
    """Where something is."""

    space: str
    language: str = ""


def grouped(items: Iterable[T], by: Callable[[T], G]) -> dict[G, list[T]]:
    """The items by what `by` says of them; groups and items in the order in which they come."""
    found: dict[G, list[T]] = {}
    for item in items:
        found.setdefault(by(item), []).append(item)
    return found


def spoken(places: Sequence[Place], spaces: int) -> str:
    """Where, in a few words: `in 39 spaces, 5 languages`. Empty where there is one space and one language.

    `spaces` is how many there are to be told apart. Where not every language is in every space, the number is said.
    """
    names = list(dict.fromkeys(place.space for place in places))
    languages = sorted({place.language for place in places if place.language})
    said = []
    if spaces > 1:
        said.append(visible(names[0]) if len(names) == 1 else few(names, "space"))
    if len(languages) > 1:
        said.append(few(languages, "language"))
    text = f" in {', '.join(said)}" if said else ""
    return text if len(places) == len(names) * max(len(languages), 1) else f"{text} ({len(places):,} in all)"


def few(names: Sequence[str], noun: str) -> str:
    """How many, and which ones while they are few: `2 spaces (brand03, brand04)`."""
    said = f" ({', '.join(map(visible, names))})" if len(names) <= FEW else ""
    return f"{len(names):,} {noun}{'s' if len(names) != 1 else ''}{said}"


def everywhere(places: Sequence[Place]) -> list[str]:
    """Where, to the last name: a line for each set of languages that some spaces have."""
    languages: defaultdict[str, set[str]] = defaultdict(set)
    for place in places:
        languages[place.space].add(place.language)
    lines = []
    for spoken_, spaces in grouped(languages, lambda space: tuple(sorted(languages[space]))).items():
        said = ", ".join(visible(each) for each in spoken_ if each)
        lines.append(f"{said} in {ranges(spaces)}" if said else ranges(spaces))
    return lines


def ranges(names: Sequence[str]) -> str:
    """Names, those that count on from each other as a range: `brand01 to brand06, brand08`."""
    runs: list[list[str]] = []
    for name in names:
        if runs and _next(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    parts: list[str] = []
    for run in runs:
        parts += [f"{visible(run[0])} to {visible(run[-1])}"] if len(run) > FEW - 1 else map(visible, run)
    return ", ".join(parts)


def _next(one: str, other: str) -> bool:
    """Whether a name is the one before with the next number at its end."""
    first, second = _NUMBERED.match(one), _NUMBERED.match(other)
    if first is None or second is None or first[1] != second[1]:
        return False
    widths = len(first[2]), len(second[2])
    same_form = widths[0] == widths[1] or not (first[2].startswith("0") or second[2].startswith("0"))
    return same_form and first[2].isascii() and second[2].isascii() and int(second[2]) == int(first[2]) + 1


def shortened(names: Sequence[str], most: int) -> str:
    """The first names and how many more there are."""
    more = len(names) - most
    said = ", ".join(map(visible, names[:most]))
    return f"{said} and {more:,} more" if more > 0 else said
