"""Sources of values on several lines, in the place of another value or of items of a list. Pure; knows no kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import yaml

from templatesync.documents.edit.comment import comments
from templatesync.documents.edit.splice import end_of_block
from templatesync.documents.edits import Arrange
from templatesync.documents.yaml_writer import block, fits_block, inline
from templatesync.model.json_value import Json

_WIDTH = 100
_STEP = 2
_HEAD = re.compile(r"[|>][-+1-9]{0,2}")


def written(text: str, key: Any, node: Any, value: Json, *, flow: bool) -> tuple[int, int, str]:
    """Where to cut, and what to put there, so that `value`, a mapping or list, stands in the place of `node`.

    `flow` says that braces are around it. Raises LookupError where a comment would be lost.
    """
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    is_scalar = isinstance(node, yaml.ScalarNode)
    if not is_scalar and not node.flow_style:
        end = end_of_block(text, node)
    source = text[start:end]
    _without_comment(source.partition("\n")[0] if is_scalar else source)
    tail = source[len(source.rstrip("\r\n")) :]
    if flow or key is None:
        return start, end, inline(value) + tail
    if text[key.end_mark.index : start].strip() != ":":
        raise LookupError("something stands between the key and its value")
    start = text.index(":", key.end_mark.index) + 1
    if line := _on_one_line(value):
        return start, end, f" {line}{tail}"
    # A comment at the end of the line stays on the line of the key: behind a block it would be a part of it.
    stop = end if tail else (text.find("\n", end) if "\n" in text[end:] else len(text))
    remark = text[end:stop].rstrip()
    return start, stop, f"{remark}\n{block(value, key.start_mark.column + _STEP)}{tail}"


def literal(node: Any, source: str, value: str) -> str:
    """The source of a block that says `value`, in the place of one written with `|` or `>`; empty where none can."""
    head, _, body = source.partition("\n")
    lines = [line for line in body.split("\n") if line.strip()]
    sign = _HEAD.match(head)
    if sign is None or not lines or not fits_block(value) or value[:1].isspace() or value.endswith("\n\n"):
        return ""
    margin = min(len(line) - len(line.lstrip(" ")) for line in lines) * " "
    folds = node.style == ">" and "\n" not in value.removesuffix("\n")
    chomp = "" if value.endswith("\n") else "-"
    text = "\n".join(margin + line if line else "" for line in value.removesuffix("\n").split("\n"))
    ends = "\n" * (body[len(body.rstrip()) :].count("\n") or not chomp)
    return f"{'>' if folds else '|'}{chomp}{head[sign.end() :].rstrip()}\n{text}{ends}"


def arranged(text: str, node: Any, edit: Arrange) -> tuple[int, int, str]:
    """Where to cut, and what to put there, so that a list has other items or another order.

    Comments above an item and inside it stay with it. Raises LookupError where one would be lost.
    """
    if not isinstance(node, yaml.SequenceNode) or not node.value or not edit.order:
        raise LookupError(edit.path)
    if node.flow_style:
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        _without_comment(text[start:end])
        sources = [text[item.start_mark.index : item.end_mark.index] for item in node.value]
        sources += [inline(item) for item in edit.new]
        return start, end, f"[{', '.join(sources[number] for number in edit.order)}]"
    bounds = [_beginning(text, node), *(end_of_block(text, item) for item in node.value)]
    parts = [text[start:end] for start, end in pairwise(bounds)]
    if not parts[-1].endswith("\n"):
        parts[-1] += "\n"
    for number, part in enumerate(parts):
        if number not in edit.order and not edit.with_comments:
            _without_comment(part)
    margin = " " * node.start_mark.column
    parts += [_item(item, margin) for item in edit.new]
    return bounds[0], bounds[-1], "".join(parts[number] for number in edit.order)


def member(key: str, value: Json) -> str:
    """A key and its value in a block; on lines of their own where one would be long or hard to read."""
    line = f"{inline(key)}: {inline(value)}"
    deep = isinstance(value, dict) and any(isinstance(part, dict) for part in value.values())
    large = isinstance(value, dict | list) and bool(value) and (deep or len(line) > _WIDTH)
    return block({key: value}, 0) if large else line


def _beginning(text: str, node: Any) -> int:
    """Where the first item of a list begins, with the comments above it."""
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    if text[start : node.start_mark.index].strip():
        raise LookupError("the list does not begin on a line of its own")
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        if not text[above:start].lstrip().startswith("#"):
            break
        start = above
    return start


def _item(value: Json, margin: str) -> str:
    lines = _on_one_line(value)
    return f"{margin}- {lines}\n" if lines else block([value], len(margin)) + "\n"


def _on_one_line(value: Json) -> str:
    """The value on one line, where that is short and nothing in it has parts of its own; else nothing."""
    parts: Sequence[Json] = (
        list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    if isinstance(value, dict) or any(isinstance(part, dict | list) for part in parts):
        return "" if value else inline(value)
    line = inline(value)
    return line if len(line) <= _WIDTH else ""


def _without_comment(source: str) -> None:
    """Raise LookupError when a comment stands in what is to go."""
    if "#" not in source:
        return
    try:
        found = comments(source.replace("\r\n", "\n"))
    except yaml.YAMLError:
        raise LookupError("it cannot be told whether there is a comment in it") from None
    if found:
        raise LookupError(f"the comment {next(iter(found))} stands in what would go; move it, then run it again")
