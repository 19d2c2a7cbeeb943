"""Explains what differs between two contents. `==` has already decided that they do; the only user of deepdiff.

Pure, and knows no kind: of the shape of a content it uses one thing, that parts in a list whose name ends in
`Components` are told apart by their `Type`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from templatesync.model.change import Difference
from templatesync.model.json_value import Json

MOST_EXPLAINED = 20_000
"""Values of both contents of which is found out what has moved: deepdiff takes a tenth of a millisecond for each."""
MOST_TOLD = 1_000
"""Differences of a larger content."""
_OPS = {
    "dictionary_item_added": "add",
    "iterable_item_added": "add",
    "dictionary_item_removed": "remove",
    "iterable_item_removed": "remove",
    "values_changed": "replace",
    "type_changes": "replace",
    "iterable_item_moved": "move",
}


def explain(before: Json, after: Json) -> tuple[Difference, ...]:
    """The differences in path order; at least one when the contents differ, none when they are equal."""
    if before == after:
        return ()
    if _size(before, MOST_EXPLAINED) + _size(after, MOST_EXPLAINED) > MOST_EXPLAINED:
        plain = [*islice(_plainly(before, after, ()), MOST_TOLD + 1)]
        return tuple(plain) if len(plain) <= MOST_TOLD else (Difference("", "replace", before, after),)
    from deepdiff import DeepDiff  # a tenth of a second to import, and most plans change nothing

    old, new = _keyed(before), _keyed(after)
    # Items of a list are matched by what they are, so that a button put in front does not change all behind it.
    found = _differences(DeepDiff(old, new, view="tree", verbose_level=2, threshold_to_diff_deeper=0,
                                  iterable_compare_func=_same_item))  # fmt: skip
    if not found:
        found = _differences(DeepDiff(old, new, view="tree", threshold_to_diff_deeper=0))
    return tuple(sorted(found, key=lambda item: (item.path, item.op))) or (Difference("", "replace", before, after),)


def _size(value: Json, most: int) -> int:
    """How many values there are, or a number beyond `most`."""
    count, pending = 0, [value]
    while pending and count <= most:
        item = pending.pop()
        count += 1
        if isinstance(item, (dict, list)):
            pending += item.values() if isinstance(item, dict) else item
    return count


def _plainly(old: Json, new: Json, steps: tuple[str | int, ...]) -> Iterator[Difference]:
    """What differs place by place, in one pass: nobody looks for what has moved in a value of many thousand parts."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if key not in old:
                yield Difference(_path((*steps, key)), "add", None, new[key])
            elif key not in new:
                yield Difference(_path((*steps, key)), "remove", old[key], None)
            elif old[key] != new[key]:
                yield from _plainly(old[key], new[key], (*steps, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (left, right) in enumerate(zip(old, new, strict=True)):
            if left != right:
                yield from _plainly(left, right, (*steps, index))
    else:
        yield Difference(_path(steps), "replace", old, new)


def _differences(tree: Any) -> list[Difference]:
    found = []
    for report, op in _OPS.items():
        for level in tree.get(report, ()):
            steps = level.path(output_format="list")
            if op == "move":
                found.append(Difference(_path(steps[:-1]), op, *_places(level)))
            else:
                before = None if op == "add" else _listed(level.t1)
                after = None if op == "remove" else _listed(level.t2)
                found.append(Difference(_path(steps), op, before, after))
    return found


def _places(level: Any) -> tuple[Json, Json]:
    """Old and new index of a moved item."""
    relation = level.up.t1_child_rel, level.up.t2_child_rel
    return relation[0].param, relation[1].param


def _same_item(left: Json, right: Json, level: Any = None) -> bool:
    from deepdiff.helper import CannotCompare

    if isinstance(left, dict) and isinstance(right, dict) and "Type" in left:
        return (left.get("Type"), left.get("Text")) == (right.get("Type"), right.get("Text"))
    raise CannotCompare


def _keyed(value: Json, name: str = "") -> Json:
    """`value` with lists of components turned into maps by type, unless a type stands twice."""
    if isinstance(value, dict):
        return {key: _keyed(item, key) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    types = [item["Type"] for item in value if isinstance(item, dict) and isinstance(item.get("Type"), str)]
    if name.endswith("Components") and len(types) == len(value) == len(set(types)):
        return {item["Type"]: _keyed(item) for item in value}
    return [_keyed(item) for item in value]


def _listed(value: Json, name: str = "") -> Json:
    """The way back from `_keyed`."""
    if isinstance(value, dict):
        if name.endswith("Components"):
            return [_listed(item) for item in value.values()]
        return {key: _listed(item, key) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, list) else value


def _path(steps: Sequence[str | int]) -> str:
    text, bracket = "", False
    for step in steps:
        if bracket or isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else str(step)
        bracket = isinstance(step, str) and step.endswith("Components")
    return text
