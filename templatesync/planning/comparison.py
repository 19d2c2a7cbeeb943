"""Whether a wanted content and a live one are equal, also where the difference is no reason for an edit. Pure.

Knows no kind by name, no plan and no state.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from templatesync.kinds.base import Kind, Pair
from templatesync.model.change import Note
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.resource import Live, Resource
from templatesync.planning.diff import explain

MOST_NAMED = 5
"""Resources or paths that one sentence names."""


class Compared(NamedTuple):
    """A pair of contents, equal also where the difference is no reason for an edit, and what is to be said of that."""

    pair: Pair
    notes: tuple[Note, ...] = ()


def compared(kind: Kind, resource: Resource, live: Live) -> Compared:
    """Wanted and live content. What nobody can see, and what the file says that the service tells otherwise, is equal.

    Services normalise what they are given. An edit would change nothing, and costs a review.
    """
    pair = kind.content.pair(resource, live)
    if live.body is None or pair.wanted == pair.live:
        return Compared(pair)
    known = resource.options.told_back.get(resource.key.language, {})
    visible = kind.content.visible
    seen = visible(pair.live) != visible(pair.wanted)
    if seen and not known:
        return Compared(pair)
    differences = explain(pair.live, pair.wanted)
    accepted = {item.path for item in differences if known.get(item.path) == value_hash(item.before)}
    if seen and any(item.path not in accepted for item in explain(visible(pair.live), visible(pair.wanted))):
        return Compared(pair)
    notes = []
    if accepted:
        notes.append(Note("told_back", f"{listed(accepted)}: the service says it otherwise, as the file allows"))
    if unseen := {item.path for item in differences} - accepted:
        notes.append(Note("unseen", f"{listed(unseen)}: nobody sees the difference; it goes out with the next change"))
    return Compared(Pair(pair.content, pair.live, pair.live), tuple(notes))


def value_hash(value: Json) -> str:
    """How `told_back` names the value that the service tells: the first 16 hex digits of its digest."""
    return sha256(value)[:16]


def listed(paths: Iterable[str]) -> str:
    """Paths of differences, as many as one sentence names."""
    return few(sorted(path or "the whole content" for path in paths))


def few(names: Iterable[object]) -> str:
    """Names in their order, as many as one sentence has."""
    found = [*map(str, names)]
    more = f" and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
    return f"{', '.join(found[:MOST_NAMED])}{more}"
