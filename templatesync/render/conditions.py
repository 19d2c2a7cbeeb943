"""Conditions in words: how many there are of each, and what to do about it. Pure; shared by a terminal and Markdown.

Knows neither of them: what comes from a key stays as it is, for each to escape.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from templatesync.model.condition import Condition
from templatesync.model.resource import several
from templatesync.render.report import counted

if TYPE_CHECKING:
    from templatesync.commands.status import StatusResult
    from templatesync.commands.status_rows import SpaceStatus, StatusRow

_GRAVEST = (
    Condition.REJECTED,
    Condition.DISABLED,
    Condition.PAUSED,
    Condition.MISSING,
    Condition.EDITED,
    Condition.DIFFERS,
    Condition.RECATEGORISED,
    Condition.QUALITY_FELL,
    Condition.UNREADABLE,
    Condition.UNKNOWN_STATE,
    Condition.UNMANAGED,
    Condition.PENDING,
    Condition.SAMPLES_UNKNOWN,
)
"""In the order in which somebody should look at them."""

_PLAIN = re.compile(r"[0-9A-Za-z_./@%+-]+")
"""A key that a shell takes as it is, which is what people do with a command that they are shown."""


def called(condition: Condition) -> str:
    """A condition as people read it."""
    return condition.value.replace("_", " ")


def gravest_first(conditions: Iterable[Condition]) -> list[Condition]:
    """The conditions in the order in which somebody should look at them."""
    found = frozenset(conditions)
    return [each for each in _GRAVEST if each in found]


def rank(row: StatusRow) -> tuple[int, bool, bool]:
    """Where a row stands among others: what needs a look soonest comes first."""
    grave = [number for number, each in enumerate(_GRAVEST) if each in row.conditions]
    return min(grave, default=len(_GRAVEST)), not row.unknown, not row.pending


def keys_by_condition(rows: Iterable[StatusRow]) -> Mapping[Condition, Sequence[str]]:
    """The keys that have each condition, the gravest first."""
    found: dict[Condition, dict[str, None]] = {each: {} for each in _GRAVEST}
    for row in rows:
        for condition in row.conditions:
            found[condition].setdefault(row.key)
    return {each: [*keys] for each, keys in found.items() if keys}


def way_on(condition: Condition, keys: Sequence[str]) -> str:
    """What to do, with the key where that is one alone."""
    said = condition.way_on
    return said.replace("KEY", keys[0]) if len(keys) == 1 and _PLAIN.fullmatch(keys[0]) else said


def ways_on(row: StatusRow) -> Mapping[str, str]:
    """What to do about each condition of a resource, with its key as a shell takes it."""
    key = shlex.quote(row.key)
    return {each.value: each.way_on.replace("KEY", key) for each in row.conditions}


def verdict(result: StatusResult) -> str:
    """What became of `--fail-on`; empty when nobody asked, or nothing holds."""
    met = ", ".join(f"{number:,} {called(each)}" for each, number in result.found.items())
    unsure = ", ".join(map(called, result.undecided))
    said = [f"Alarm by --fail-on: {met}"] if met else []
    said += [f"nobody can say whether anything{' else' if met else ''} is {unsure}"] if unsure else []
    return "; ".join(said)


def differing(result: StatusResult) -> str:
    """Why nobody can tell whose change a difference is; empty where somebody can."""
    differs = Condition.DIFFERS in result.conditions
    return f"whose change a difference is, nobody can tell: {result.problem}" if differs and result.problem else ""


def unsure(space: SpaceStatus) -> str:
    """That more may be unmanaged than is said; empty when nothing can be."""
    return f"more may be unmanaged than is said here: {space.unsure}" if space.unsure else ""


def unread(result: StatusResult) -> str:
    """That content was not read; empty when it was."""
    return "" if result.content else "content and quality not read: `--content` reads and compares them"


def gone(spaces: Sequence[SpaceStatus], since: str) -> str:
    """How much an earlier status had that is not there any more; empty when it is all there."""
    keys = [key for space in spaces for key in space.gone]
    kinds = {key.partition("/")[0] for key in keys}
    noun = several(kinds.pop()).removesuffix("s") if len(kinds) == 1 else "resource"
    return f"{counted(len(keys), noun)} of {since} not there any more" if keys else ""
