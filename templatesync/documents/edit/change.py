"""Edits of a document's text that leave everything else as it is, to the byte. Pure; knows no kind.

Each edit is cut in at the places that the parser gives. What the text says afterwards is for the caller to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from templatesync.documents.edit.block import arranged, literal, member, written
from templatesync.documents.edit.splice import end_of_block
from templatesync.documents.edit.trim import trimmed
from templatesync.documents.edits import Add, Arrange, Edit, Remove, Rename, Replace, Trim, Write, in_order
from templatesync.documents.yaml_writer import hides, inline, scalar
from templatesync.model.json_value import Json
from templatesync.model.paths import Path

_Splice: TypeAlias = tuple[int, int, str]


def changed(text: str, edits: Iterable[Edit]) -> str:
    """The text of one document after edits, given the span of one that has passed `load` without an error.

    Raises LookupError for a path that leads nowhere, and for what cannot be cut without losing a comment.
    """
    # One form of line ends while it is cut, so that what is put in need not know of another. A mixture stays one.
    returns = text.count("\r\n")
    line_end = "\r\n" if returns and returns == text.count("\n") else "\n"
    text = text.replace(line_end, "\n")
    ordered = in_order(edits)
    text = _spliced(text, [edit for edit in ordered if isinstance(edit, Replace | Write | Trim)])
    for step in _steps(ordered):
        root = _root(text)
        start, end, new = _added(text, root, step) if isinstance(step, _Adding) else _removed(text, root, step)
        text = text[:start] + new + text[end:]
    text = _spliced(text, [edit for edit in ordered if isinstance(edit, Rename)])
    for edit in ordered:
        if isinstance(edit, Arrange):
            start, end, new = arranged(text, _find(_root(text), edit.path)[1], edit)
            text = text[:start] + new + text[end:]
    return text.replace("\n", line_end)


@dataclass(frozen=True, slots=True)
class _Adding:
    """What goes into one mapping, or to the end of one list: one cut, however many keys are missing."""

    path: Path
    before: tuple[str, ...]
    keys: Mapping[str, Json]
    items: Sequence[Json] = ()


def _steps(edits: Sequence[Edit]) -> Iterator[_Adding | Remove]:
    """The edits that move what is around them, in their order."""
    keys: dict[tuple[Path, tuple[str, ...]], dict[str, Json]] = {}
    for edit in edits:
        if isinstance(edit, Add) and edit.name:
            keys.setdefault((edit.path, edit.before), {}).setdefault(edit.name, edit.value)
    yield from (_Adding(path, before, made) for (path, before), made in keys.items())
    for edit in edits:
        if isinstance(edit, Add) and not edit.name:
            yield _Adding(edit.path, edit.before, {}, [edit.value])
        elif isinstance(edit, Remove):
            yield edit


def _root(text: str) -> Any:
    return yaml.compose(text, Loader=yaml.CSafeLoader)


def _spliced(text: str, edits: Sequence[Replace | Write | Trim | Rename]) -> str:
    """Edits that do not move what is around them; several of one text are made in one go."""
    if not edits:
        return text
    root = _root(text)
    new: dict[tuple[int, int], str] = {}
    for edit in edits:
        key, node = _find(root, edit.path)
        if key is not None and not isinstance(edit, Rename) and not _has_place(text, key, node):
            raise LookupError(f"{edit.path[-1]} is a key alone, without a colon")
        if isinstance(edit, Write) and _is_large(edit.value, node):
            start, end, source = written(text, key, node, edit.value, flow=_in_braces(root, edit.path))
            new[start, end] = source
            continue
        where = key if isinstance(edit, Rename) else node
        place = (int(where.start_mark.index), int(where.end_mark.index))
        source = new.get(place, text[place[0] : place[1]])
        new[place] = _scalar(where, source, edit, flow=_in_braces(root, edit.path))
    for (start, end), source in sorted(new.items(), reverse=True):
        text = text[:start] + source + text[end:]
    return text


def _scalar(node: Any, source: str, edit: Replace | Write | Trim | Rename, *, flow: bool) -> str:
    """The new source of a scalar, in its own style."""
    if isinstance(edit, Replace):
        if edit.old not in source:
            raise LookupError(edit.old)  # broken over lines, or written with escapes
        return source.replace(edit.old, edit.new)
    if isinstance(edit, Trim) and node.style in ("|", ">"):
        return trimmed(node.value, source)
    value = _value(node, edit)
    if node.style == "'" and isinstance(value, str) and "\n" not in value and not hides(value):
        return "'" + value.replace("'", "''") + "'"
    if node.style in ("|", ">") and isinstance(value, str) and (lines := literal(node, source, value)):
        return lines
    if node.style in ("|", ">") and "#" in source.partition("\n")[0]:
        raise LookupError("there is a comment behind the sign of the block")
    plain = isinstance(edit, Write) and not node.style and not flow
    made = scalar(value) if plain else inline(value, always_quoted=node.style == '"')
    return made + source[len(source.rstrip("\r\n")) :]


def _value(node: Any, edit: Write | Trim | Rename) -> Json:
    if isinstance(edit, Trim):
        return str(node.value).strip()
    return edit.name if isinstance(edit, Rename) else edit.value


def _has_place(text: str, key: Any, node: Any) -> bool:
    """Whether a value could stand where one is: in `{a, b: c}` the null of `a` is nowhere."""
    end, start = key.end_mark.index, node.start_mark.index
    return node.end_mark.index > start or ":" in text[end:start]


def _is_large(value: Json, node: Any) -> bool:
    """Whether a value, or the one that is there, has parts."""
    return isinstance(value, dict | list) or not isinstance(node, yaml.ScalarNode)


def _in_braces(root: Any, path: Path) -> bool:
    """Whether what is at a path stands in `{}` or `[]`."""
    return any(_find(root, path[:depth])[1].flow_style for depth in range(len(path)))


def _find(root: Any, path: Path) -> tuple[Any, Any]:
    """The key node and the value node at a path; no key node for the root and for items of lists."""
    key, node = None, root
    for step in path:
        if isinstance(node, yaml.MappingNode):
            key, node = next((pair for pair in node.value if pair[0].value == step), (None, None))
            if node is None:
                raise LookupError(step)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            key, node = None, node.value[step]
        else:
            raise LookupError(step)
    return key, node


def _added(text: str, root: Any, step: _Adding) -> _Splice:
    try:
        node = _find(root, step.path)[1]
    except LookupError:
        if not step.path:
            raise
        return _added(text, root, _Adding(step.path[:-1], step.before, {str(step.path[-1]): step.keys or step.items}))
    if isinstance(node, yaml.ScalarNode):
        blank = " " if node.start_mark.index == node.end_mark.index else ""
        return node.start_mark.index, node.end_mark.index, blank + inline(step.keys or step.items)
    there = {key.value for key, _ in node.value} if step.keys else set()
    missing = {key: value for key, value in step.keys.items() if key not in there}
    new = [f"{inline(key)}: {inline(value)}" for key, value in missing.items()]
    new += map(inline, step.items)
    if not new:
        return 0, 0, ""
    if not node.value:
        return node.start_mark.index + 1, node.start_mark.index + 1, ", ".join(new)
    if node.flow_style:
        last = node.value[-1]
        end = (last[1] if isinstance(last, tuple) else last).end_mark.index
        return end, end, "".join(f", {each}" for each in new)
    if step.keys:
        new = [member(key, value) for key, value in missing.items()]
    return _lines(text, node, new if step.keys else [f"- {each}" for each in new], step.before)


def _lines(text: str, node: Any, new: Sequence[str], before: Sequence[str]) -> _Splice:
    """Lines of their own in a block, behind the entry that it shall follow, and so above the comments of the next."""
    column = node.start_mark.column
    places = (index for index, item in enumerate(node.value) if isinstance(item, tuple) and item[0].value in before)
    place = next(places, len(node.value))
    new = [re.sub(r"\n(?=.)", "\n" + " " * column, each) for each in new]
    if place == 0:
        first = node.start_mark.index
        return first, first, "".join(f"{each}\n{' ' * column}" for each in new)
    item = node.value[place - 1]
    end = end_of_block(text, item[1] if isinstance(item, tuple) else item)
    opening = "" if text[end - 1] == "\n" else "\n"
    return end, end, opening + "".join(f"{' ' * column}{each}\n" for each in new)


def _removed(text: str, root: Any, edit: Remove) -> _Splice:
    key, value = _find(root, edit.path)
    holder = _find(root, edit.path[:-1])[1]
    pairs = holder.value
    index = next((number for number, pair in enumerate(pairs) if pair[0] is key), -1)
    if index < 0:
        raise LookupError(edit.path)
    start, end = int(key.start_mark.index), int(value.end_mark.index)
    if len(pairs) == 1:
        if holder.flow_style:
            return start, end, ""
        raise LookupError(edit.path)
    if holder.flow_style:
        if index < len(pairs) - 1:
            return _without_comment(text, start, pairs[index + 1][0].start_mark.index)
        return _without_comment(text, pairs[index - 1][1].end_mark.index, end)
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].lstrip(" ").startswith("?"):
        raise LookupError("a key stands behind a question mark")
    if text[line:start].strip(" "):  # behind the dash of its item
        return _without_comment(text, start, pairs[index + 1][0].start_mark.index)
    return line, end_of_block(text, value), ""


def _without_comment(text: str, start: int, end: int) -> _Splice:
    if "#" in text[start:end]:
        raise LookupError("there is a comment in between")
    return start, end, ""
