"""From one body to another: the edits that make it so, each as small as it can be. Pure.

Knows no kind; of the shape of a body it uses what `diff` does: parts in a list whose name ends in `Components` are told
apart by their `Type`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from templatesync.documents.edits import Add, Arrange, Edit, Remove, Write
from templatesync.model.json_value import Json, canonical_json
from templatesync.model.paths import Path


def edits_between(old: Json, new: Json, whole: Collection[str] = (), path: Path = ()) -> Iterator[Edit]:
    """What makes `old` into `new`. Members of the body that are named in `whole` are not taken apart."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in old:
            if name not in new:
                yield Remove((*path, name))
            elif not path and name in whole and old[name] != new[name]:
                yield Write((name,), new[name])
            elif old[name] != new[name]:
                yield from edits_between(old[name], new[name], whole, (*path, name))
        names = list(new)
        for index, name in enumerate(names):
            if name not in old:
                yield Add(path, name, new[name], before=tuple(names[index + 1 :]))
    elif _are_parts(old) and _are_parts(new):
        yield from _between_lists(old, new, path)
    elif old != new:
        yield Write(path, new)


def _are_parts(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _between_lists(old: Sequence[Json], new: Sequence[Json], path: Path) -> Iterator[Edit]:
    by_type = str(path[-1]).endswith("Components") and _have_types(old) and _have_types(new)
    mates = _by_type(old, new) if by_type else _by_likeness(old, new)
    for there, here in mates.items():
        yield from edits_between(old[here], new[there], (), (*path, here))
    added = [number for number in range(len(new)) if number not in mates]
    numbers = {number: len(old) + place for place, number in enumerate(added)} | mates
    order = [numbers[number] for number in range(len(new))]
    if by_type:
        order = _as_before(order, len(old))
    if order != [*range(len(old))]:
        yield Arrange(path, tuple(order), tuple(new[number] for number in added))


def _have_types(items: Sequence[Json]) -> bool:
    types = [item.get("Type") for item in items]
    return all(isinstance(each, str) for each in types) and len(types) == len(set(types))


def _by_type(old: Sequence[Json], new: Sequence[Json]) -> dict[int, int]:
    places = {item["Type"]: number for number, item in enumerate(old)}
    return {number: places[item["Type"]] for number, item in enumerate(new) if item["Type"] in places}


def _by_likeness(old: Sequence[Json], new: Sequence[Json]) -> dict[int, int]:
    """By number of a new item that of the old one which it most likely is: same type, most in common, nearest."""
    leaves = [frozenset(_leaves(item)) for item in old], [frozenset(_leaves(item)) for item in new]
    pairs = sorted(
        (-len(leaves[0][here] & leaves[1][there]), abs(here - there), here, there)
        for here, mine in enumerate(old)
        for there, other in enumerate(new)
        if mine.get("Type") == other.get("Type")
    )
    mates: dict[int, int] = {}
    for _, _, here, there in pairs:
        if there not in mates and here not in mates.values():
            mates[there] = here
    return mates


def _leaves(value: Json, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, path)
    else:
        yield path, canonical_json(value)


def _as_before(order: Sequence[int], count: int) -> list[int]:
    """The same items, those that were there in the order that they had; a new one stays in front of what follows it."""
    found = sorted(number for number in order if number < count)
    for index in reversed(range(len(order))):
        if order[index] >= count:
            place = found.index(order[index + 1]) if index + 1 < len(order) else len(found)
            found.insert(place, order[index])
    return found
