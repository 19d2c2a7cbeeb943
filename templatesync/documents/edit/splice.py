"""Edits of a YAML document that keep its comments. Pure: text in, text out. Knows no kind and no project."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from templatesync.documents.scalar import resolve
from templatesync.model.paths import Path


def set_values(text: str, values: Mapping[Path, str]) -> str:
    """The text of one document with scalars of it set, everything else kept to the byte, comments too.

    A path that does not exist is added, one level deep at most: (key,) at the end of the document, (key, key) in
    the mapping of that name, which may have nothing in it. `text` is the span of a document that has passed `load`
    without an error: what composes it here is recursive, and safe for nothing else. Values are written in double quotes
    unless they are plain names.
    """
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    splices: list[tuple[int, int, str]] = []
    for path, value in values.items():
        splices.append(_splice(text, root, path, _quoted(value)))
    for start, end, new in sorted(splices, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _splice(text: str, root: Any, path: Path, value: str) -> tuple[int, int, str]:
    node = root
    for depth, step in enumerate(path):
        if not isinstance(node, yaml.MappingNode):  # a key with nothing behind it, or null
            blank = " " if node.start_mark.index == node.end_mark.index else ""
            return node.start_mark.index, node.end_mark.index, f"{blank}{{{step}: {value}}}"
        child = next((inner for key, inner in node.value if key.value == step), None)
        if child is None:
            return _insertion(text, node, path[depth:], value)
        node = child
    return node.start_mark.index, node.end_mark.index, value


def _insertion(text: str, node: Any, missing: Path, value: str) -> tuple[int, int, str]:
    if node.flow_style:
        at = node.start_mark.index + 1
        new = f"{missing[0]}: {value}" if len(missing) == 1 else f"{missing[0]}: {{{missing[1]}: {value}}}"
        return at, at, f"{new}, " if node.value else new
    first = node.value[0][0].start_mark
    indent = " " * first.column
    if len(missing) == 1:
        # In front of the first key: that place is known exactly, the end of a block is not.
        return first.index, first.index, f"{missing[0]}: {value}\n{indent}"
    end = end_of_block(text, node)
    line_break = "" if text[end - 1] == "\n" else "\n"
    return end, end, f"{line_break}{indent}{missing[0]}:\n{indent}  {missing[1]}: {value}\n"


def end_of_block(text: str, node: Any) -> int:
    """Just behind the last line of a value. The end mark of a block may lie beyond the comments that follow it."""
    last = node
    while isinstance(last, (yaml.MappingNode, yaml.SequenceNode)) and last.value and not last.flow_style:
        item = last.value[-1]
        last = item[1] if isinstance(item, tuple) else item
    end = last.end_mark.index
    if end and text[end - 1] == "\n":
        return int(end)
    newline = text.find("\n", end)
    return len(text) if newline < 0 else newline + 1


def _quoted(value: str) -> str:
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) and resolve(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)  # YAML reads it alike
