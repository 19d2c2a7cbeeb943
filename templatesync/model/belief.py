"""What this program takes for granted about the service, and what was seen of it. Pure; knows no operation.

What was seen is told in spellings and shapes, so that it can be shown to anybody: never a text, a name or a number that
belongs to whoever asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from templatesync.model.json_value import Json

MOST_SEEN = 100
"""Told of one belief, the gravest first; more of the same would say nothing new."""
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,60}")
_SHAPE = re.compile(r"[0-9]+|[a-z]+|[A-Z]+|[^0-9a-zA-Z]", re.ASCII)
_LONGEST_SHAPE = 60


class Verdict(StrEnum):
    """Whether a belief holds. Unknown: nothing was there to see it on."""

    OK = "ok"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


class Observation(NamedTuple):
    """Something that has to do with a belief was looked at. `seen` is what is worth telling of it, `place` where it is
    when it may be at several, and `rank` how grave it is, 0 most of all."""

    check: str
    seen: str = ""
    differs: bool = False
    place: str = ""
    rank: int = 0

    @property
    def told(self) -> str:
        """Place and what is there."""
        return f"{self.place}: {self.seen}" if self.place else self.seen


class Sort(NamedTuple):
    """Something that is at several places."""

    what: str
    places: tuple[str, ...]


class Belief(NamedTuple):
    """One check: what is believed, whether it holds, and what was seen; by sorts where each is at several places."""

    check: str
    verdict: Verdict
    believed: str
    seen: tuple[str, ...] = ()
    sorts: tuple[Sort, ...] = ()


def judge(believed: Mapping[str, str], observations: Iterable[Observation]) -> tuple[Belief, ...]:
    """Every belief by name, sorted. One observation that differs is enough."""
    looked: set[str] = set()
    differs: dict[str, set[Observation]] = {}
    seen: dict[str, set[Observation]] = {}
    for one in observations:
        looked.add(one.check)
        if one.seen:
            (differs if one.differs else seen).setdefault(one.check, set()).add(one)
    return tuple(_belief(name, believed[name], looked, differs, seen) for name in sorted(believed))


def _belief(
    name: str,
    believed: str,
    looked: set[str],
    differs: Mapping[str, set[Observation]],
    seen: Mapping[str, set[Observation]],
) -> Belief:
    if name in differs:
        return Belief(name, Verdict.DIFFERS, believed, _few(differs[name]), _sorts(differs[name]))
    verdict = Verdict.OK if name in looked else Verdict.UNKNOWN
    return Belief(name, verdict, believed, _few(seen.get(name, ())))


def _few(seen: Iterable[Observation]) -> tuple[str, ...]:
    found = [told for _, told in sorted({(one.rank, one.told) for one in seen})]
    if len(found) <= MOST_SEEN:
        return tuple(found)
    return (*found[:MOST_SEEN], f"and {len(found) - MOST_SEEN} more")


def _sorts(seen: Iterable[Observation]) -> tuple[Sort, ...]:
    """What is at several places, the gravest first; nothing where places do not matter."""
    found: dict[tuple[int, str], set[str]] = {}
    for one in seen:
        if one.place:
            found.setdefault((one.rank, one.seen), set()).add(one.place)
    return tuple(Sort(what, tuple(sorted(places))) for (_, what), places in sorted(found.items()))


# --- telling without telling what it is -------------------------------------------------------------------------------


def word(value: Json) -> str:
    """A word of the service's own vocabulary, as long as it looks like one; else its shape."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else shape(value)


def shape(value: Json) -> str:
    """A value without what it says: `text of 9{19}`, `number of 13 digits`, `null`, `list of 2`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"number of {len(str(abs(value)))} digits"
    if isinstance(value, float):
        return "number with a point"
    if isinstance(value, str):
        return text_shape(value)
    if isinstance(value, dict):
        return "object" if value else "empty object"
    return "list" if value else "empty list"


def text_shape(text: str) -> str:
    """Runs of digits and letters by their lengths; punctuation as it is, and `?` for all other characters."""
    if not text:
        return "empty text"
    head = text.lstrip()[:1]
    if head in ("{", "["):
        return "JSON in a text"
    if text in ("null", "true", "false", "True", "False"):
        return f"the text {text}"
    parts = [_run(part) for part in _SHAPE.findall(text[:200])]
    told = "".join(parts)
    return f"text of {told}" if len(told) <= _LONGEST_SHAPE else f"text of {len(text)} characters"


def _run(part: str) -> str:
    first = part[0]
    kind = "9" if first.isdigit() else "a" if first.islower() else "A" if first.isupper() else ""
    if part.isascii() and kind:
        return f"{kind}{{{len(part)}}}"
    return part if part.isascii() and part.isprintable() else "?"
