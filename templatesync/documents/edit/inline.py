"""Sources of scalars and of what stands in `{}` and `[]`: quoted where old readers err, keys in order. Pure."""

from __future__ import annotations

from typing import Any

import yaml

from templatesync.documents.edit.comment import ORDER
from templatesync.documents.layout import Layout
from templatesync.documents.scalar import NumberError, resolve
from templatesync.documents.yaml_writer import misread, quoted


class InlineText:
    """The sources of one document's text."""

    def __init__(self, text: str) -> None:
        self._text = text
        # An order at the end of a line counts for what stands on the line: nothing may leave it.
        self._silences = ORDER.search(text) is not None

    def of(self, node: Any, layout: Layout) -> str:
        """The source of a node that is no block."""
        if isinstance(node, yaml.ScalarNode):
            return token(self._text, node)
        mapping = isinstance(node, yaml.MappingNode)
        parts: list[str] = []
        seams: list[str] = []
        at = node.start_mark.index
        for item in node.value:
            start, end, part = self._entry(item, layout) if mapping else self._item(item, layout)
            seams.append(self._text[at:start])
            parts.append(part)
            at = end
        seams.append(self._text[at : node.end_mark.index])
        order = self._order(node, layout, seams)
        return "".join(seam + parts[index] for seam, index in zip(seams, order, strict=False)) + seams[-1]

    def _entry(self, item: tuple[Any, Any], layout: Layout) -> tuple[int, int, str]:
        key, value = item
        start, end = key.start_mark.index, value.end_mark.index
        if _nothing(value):
            return start, key.end_mark.index, token(self._text, key)
        between = self._text[key.end_mark.index : value.start_mark.index]
        return start, end, token(self._text, key) + between + self.of(value, layout.of(key.value))

    def _item(self, item: Any, layout: Layout) -> tuple[int, int, str]:
        return item.start_mark.index, item.end_mark.index, self.of(item, layout)

    def _order(self, node: Any, layout: Layout, seams: list[str]) -> list[int]:
        mapping = isinstance(node, yaml.MappingNode)
        as_written = list(range(len(node.value)))
        source = self._text[node.start_mark.index : node.end_mark.index]
        if any("#" in seam for seam in seams) or ("\n" in source and ("#" in source or self._silences)):
            return as_written  # a comment belongs to what stands before it, and nobody can tell what that is
        if mapping:
            if any(_nothing(key) or _nothing(value) for key, value in node.value):
                return as_written
            return layout.key_order([key.value for key, _ in node.value])
        if not layout.by or not all(isinstance(item, yaml.MappingNode) for item in node.value):
            return as_written
        names = [{key.value: value.value for key, value in item.value}.get(layout.by) for item in node.value]
        return layout.item_order(names)


def token(text: str, node: Any) -> str:
    """The source of a scalar, in double quotes when it is text that an old reader takes for something else."""
    source = text[node.start_mark.index : node.end_mark.index]
    if not node.style and "\n" not in source and _is_text(node.value) and misread(node.value):
        return quoted(node.value)
    return source


def _is_text(value: str) -> bool:
    try:
        return isinstance(resolve(value), str)
    except NumberError:
        return False


def _nothing(node: Any) -> bool:
    return bool(node.start_mark.index == node.end_mark.index)
