"""What can be done to a document, as values: what a fix proposes, and what becomes of the data. Pure.

Knows no text: how a file is cut so that it says this afterwards, `edit` knows. Both must come to the same, which is
checked whenever a file is fixed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias, assert_never

from templatesync.model.json_value import Json
from templatesync.model.paths import Path


class Replace(NamedTuple):
    """A part of a text, wherever it stands in it."""

    path: Path
    old: str
    new: str


class Write(NamedTuple):
    """Another value in the place of one."""

    path: Path
    value: Json


class Trim(NamedTuple):
    """No white space at the ends of a text, which keeps its style."""

    path: Path


class Rename(NamedTuple):
    """Another name for the key at the end of a path. Paths of other edits still have the old one."""

    path: Path
    name: str


class Remove(NamedTuple):
    """A key and what stands behind it."""

    path: Path


class Add(NamedTuple):
    """A key that the mapping at `path` lacks, in front of the first of `before` that it has; nothing when it has it.

    Without a name, an item at the end of the list at `path`. A mapping or list that is missing is made, one level deep;
    then `before` is for its own key.
    """

    path: Path
    name: str
    value: Json
    before: tuple[str, ...] = ()


class Arrange(NamedTuple):
    """The items of a list anew: the numbers of those that stay, in their new order; numbers beyond are those of `new`.

    Paths of other edits have the old numbers. `with_comments`: what is said of items that go may go with them.
    """

    path: Path
    order: tuple[int, ...]
    new: tuple[Json, ...] = ()
    with_comments: bool = False


Edit: TypeAlias = Replace | Write | Trim | Rename | Remove | Add | Arrange
Fix: TypeAlias = Callable[[Mapping[str, Json], Path], Iterator[Edit]]
"""From the data of a document as written and the place of a finding in it to what mends it; nothing when the finding
has no safe answer."""


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """Each edit once, those first that leave all places where they are, those last that change paths."""
    once = {repr(edit): edit for edit in edits}
    rank = {Replace: 0, Write: 0, Trim: 0, Add: 1, Remove: 2, Rename: 3, Arrange: 4}
    # What is inside a list comes before the list.
    return sorted(once.values(), key=lambda edit: (rank[type(edit)], -len(edit.path) * isinstance(edit, Arrange)))


def applied(data: Json, edits: Iterable[Edit]) -> Json:
    """The data of a document after edits. Raises LookupError or TypeError for a path that leads nowhere."""
    data = copy.deepcopy(data)
    for edit in in_order(edits):
        holder = at(data, edit.path[:-1]) if edit.path else data
        last = edit.path[-1] if edit.path else ""
        match edit:
            case Replace():
                holder[last] = holder[last].replace(edit.old, edit.new)
            case Write():
                holder[last] = edit.value
            case Trim():
                holder[last] = holder[last].strip()
            case Remove():
                del holder[last]
            case Rename():
                value = holder.pop(last)
                holder[edit.name] = value
            case Add():
                _add(holder, last, edit, data)
            case Arrange():
                items = [*holder[last], *edit.new]
                holder[last] = [items[number] for number in edit.order]
            case _:
                assert_never(edit)
    return data


def _add(holder: Json, last: str | int, edit: Add, data: Json) -> None:
    if edit.path and (last not in holder if isinstance(holder, dict) else False or holder[last] is None):
        holder[last] = {} if edit.name else []
    target = holder[last] if edit.path else data
    if edit.name:
        target.setdefault(edit.name, edit.value)
    else:
        target.append(edit.value)


def at(data: Json, path: Path) -> Json:
    """What stands at a path. Raises LookupError or TypeError where nothing does."""
    for step in path:
        data = data[step]
    return data


def told(edits: Sequence[Edit]) -> str:
    """What edits do, for a person."""
    return ", ".join(dict.fromkeys(_told(edit) for edit in edits))


def _told(edit: Edit) -> str:
    last = edit.path[-1] if edit.path else ""
    match edit:
        case Replace():
            return f"{edit.old} is now {edit.new}" if edit.new else f"{edit.old} is removed"
        case Write():
            return f"{'.'.join(map(str, edit.path))} is now {edit.value}"
        case Rename():
            return f"{last} is now {edit.name}"
        case Trim():
            return f"{last} has no white space at its ends now"
        case Remove():
            return f"{last} is removed"
        case Add():
            return f"{edit.name or 'an entry'} is added to {last or 'the document'}"
        case Arrange():
            return f"the items of {last} are other ones, or in another order"
        case _:
            assert_never(edit)
