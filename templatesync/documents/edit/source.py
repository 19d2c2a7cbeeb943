"""The text of a document as a tree: entries of blocks with the comments that stand above and behind them.

Scalars and what is written in `{}` or `[]` are leaves and keep their text, but for the order of keys inside and for
quotes that an old reader needs. Pure; knows no kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from templatesync.documents.edit.inline import InlineText, token
from templatesync.documents.layout import Layout


class UnusualError(Exception):
    """The text is written in a way that cannot be taken apart; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text that stays as it is: its first line, and how far right of where it belongs each other line begins.

    `literal` is how far right of its block the lines of `|` and `>` stand, 0 for all else. Other lines stand at least
    `least` right of the block.
    """

    first: str
    rest: tuple[tuple[int, str], ...] = ()
    least: int = 1
    literal: int = 0


@dataclass(slots=True)
class Item:
    """A key or a dash, and what stands behind it.

    `above` are lines of comment, or blank ones. `remark` stands at the end of the value; `head_remark` on the line of
    the key when the value begins below it, with `gap` between them. Remarks begin with their blanks. `name` is the key,
    or what the item has under the field by which a list is sorted.
    """

    head: str
    name: str | None
    above: list[str] = field(default_factory=list)
    value: Leaf | Block | None = None
    below_head: bool = False
    head_remark: str = ""
    gap: list[str] = field(default_factory=list)
    remark: str = ""


@dataclass(slots=True)
class Block:
    """A mapping or list in block style. `below` are the comments behind its last entry."""

    mapping: bool
    column: int
    layout: Layout
    entries: list[Item] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tree:
    """A document: the lines above its first key, and its only entry, which has no head."""

    top: tuple[str, ...]
    root: Item


Line: TypeAlias = tuple[int, str]
"""Column and text of a comment; a blank line has no text."""

_BLANK = " \t"
_REST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*")
_COLON = re.compile(r"[ \t]*:")
_HEADER = re.compile(r"[|>](?:[+-]?([1-9])[+-]?|[+-])?")


def read(text: str, layout: Layout) -> Tree:
    """The tree of a document that has passed `load` without an error, with LF as line ends. Raises UnusualError."""
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    reader = _Reader(text)
    root = Item("", None)
    start = node.start_mark.index
    remark, lines = reader.trivia(0, start)
    top = ([(0, remark.strip())] if remark else []) + lines
    end = reader.value(root, node, layout, start, -1)
    reader.close(root, end, len(text))
    return Tree(tuple(text for _, text in top), root)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.flow = InlineText(text)

    def trivia(self, start: int, end: int) -> tuple[str, list[Line]]:
        """What stands between two tokens: a comment behind the first, and the lines in front of the second."""
        first, *others = self.text[start:end].split("\n")
        if end < len(self.text) and others:
            indent = others.pop()
            if indent.strip(_BLANK):
                raise UnusualError(self._line(end), "there is something in front of a key")
        lines = [(_indentation(each), each.strip(_BLANK)) for each in others]
        if any(text and not text.startswith("#") for _, text in [(0, first.strip(_BLANK)), *lines]):
            raise UnusualError(self._line(start), "there is something between two entries")
        return (first.rstrip(_BLANK) if first.strip(_BLANK) else ""), lines

    def value(self, entry: Item, node: Any, layout: Layout, at: int, column: int) -> int:
        """Read what stands behind a head that ends `at`, into the entry; where it ends."""
        start = int(node.start_mark.index)
        if start == node.end_mark.index:
            return at
        entry.head_remark, lines = self.trivia(at, start)
        entry.below_head = "\n" in self.text[at:start]
        if isinstance(node, yaml.ScalarNode) or node.flow_style:
            entry.gap = [text for _, text in lines]
            base = node.start_mark.column if entry.below_head or column < 0 else column
            entry.value, end = self._leaf(node, layout, column, base)
            return end
        block = Block(isinstance(node, yaml.MappingNode), node.start_mark.column, layout)
        entry.value = block
        end = self._entries(block, node)
        block.entries[0].above = [text for _, text in lines]
        if entry.head == "-" and block.mapping and not entry.head_remark:
            entry.below_head = False  # a dash alone on its line
        return end

    def _entries(self, block: Block, node: Any) -> int:
        at = int(node.start_mark.index)
        for item in node.value:
            if block.mapping:
                key, value = item
                begin, head_end = key.start_mark.index, self._colon(key)
                entry = Item(f"{token(self.text, key)}:", key.value)
                layout = block.layout.of(key.value)
            else:
                value, layout = item, block.layout
                begin = self._dash(at)
                head_end = begin + 1
                entry = Item("-", _field(value, layout.by))
            if block.entries:
                self._between(block, entry, at, begin)
            elif begin != at:
                raise UnusualError(self._line(at), "the first key is written with `?`")
            block.entries.append(entry)
            at = self.value(entry, value, layout, head_end, block.column)
        return at

    def _colon(self, key: Any) -> int:
        found = _COLON.match(self.text, key.end_mark.index)
        if (
            found is None
            or not isinstance(key, yaml.ScalarNode)
            or "\n" in self.text[key.start_mark.index : found.end()]
        ):
            raise UnusualError(key.start_mark.line + 1, "a key is written with `?`")
        return found.end()

    def _dash(self, at: int) -> int:
        found = _REST.match(self.text, at)
        end = found.end() if found else at
        if not self.text.startswith("-", end):
            raise UnusualError(self._line(at), "a list is written in an unusual way")
        return end

    def _between(self, block: Block, entry: Item, start: int, end: int) -> None:
        """Give what stands between two entries of a block to the one before it, what is in there, or the one behind."""
        remark, lines = self.trivia(start, end)
        last = block.entries[-1]
        _innermost(last).remark = remark
        entry.above = _settle([each for each in _open(last) if each.column > block.column], lines)

    def close(self, root: Item, start: int, end: int) -> None:
        """Give what stands behind the last entry of the document to the blocks that end there."""
        remark, lines = self.trivia(start, end)
        _innermost(root).remark = remark
        while lines and not lines[-1][1]:
            lines.pop()
        blocks = _open(root)
        left = _settle(blocks, lines)
        if blocks:
            blocks[0].below += left
        else:
            root.above += left  # a document in one pair of braces: there is nothing else to hold them

    def _leaf(self, node: Any, layout: Layout, column: int, base: int) -> tuple[Leaf, int]:
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return self._literal(node, max(column, 0))
        source = self.flow.of(node, layout)
        first, *others = source.split("\n")
        rest = tuple((_indentation(line) - base, _trimmed(line.lstrip(_BLANK), source)) for line in others)
        least = 0 if isinstance(node, yaml.CollectionNode) else 1
        return Leaf(_trimmed(first, source) if rest else first, rest, least), int(node.end_mark.index)

    def _literal(self, node: Any, column: int) -> tuple[Leaf, int]:
        """A block scalar. Its end mark may lie beyond blank lines that are not part of it."""
        start = node.start_mark.index
        head_end = self._line_end(start)
        head = self.text[start:head_end].rstrip(_BLANK)
        form = _HEADER.match(head)
        assert form is not None
        digit = int(form[1]) if form[1] else 0
        indent = column + digit if digit else self._indent(head_end, column)
        lines: list[str] = []
        kept, end, at = 0, head_end, head_end
        while at < len(self.text):
            line_end = self._line_end(at + 1)
            line = self.text[at + 1 : line_end]
            content = line[indent:] if not line[:indent].strip(" ") else None
            if content is None:
                break
            at = line_end
            if at >= len(self.text) and not line:
                break
            lines.append(content)
            if content or "+" in form[0]:
                kept, end = len(lines), at
        if end >= len(self.text) and not node.value.endswith("\n"):
            head = _stripping(form[0], head)  # the line end that the file is about to get is not part of the text
        return Leaf(head, tuple((0, line) for line in lines[:kept]), literal=digit or 2), end

    def _indent(self, at: int, column: int) -> int:
        """How far right the first line of a block scalar stands that is not blank."""
        found = re.compile(r"(?:\n *)*\n( *)[^ \n]").match(self.text, at)
        return max(len(found[1]), column + 1) if found else column + 1

    def _line_end(self, at: int) -> int:
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found

    def _line(self, index: int) -> int:
        return self.text.count("\n", 0, index) + 1


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(_BLANK))


def _field(node: Any, name: str) -> str | None:
    if not name or not isinstance(node, yaml.MappingNode):
        return None
    return next((value.value for key, value in node.value if key.value == name and isinstance(value.value, str)), None)


def _innermost(entry: Item) -> Item:
    """The entry at whose value's end the whole of an entry ends."""
    while isinstance(entry.value, Block):
        entry = entry.value.entries[-1]
    return entry


def _open(entry: Item) -> list[Block]:
    """The blocks that end where an entry ends, the outer ones first."""
    found = []
    while isinstance(entry.value, Block):
        found.append(entry.value)
        entry = entry.value.entries[-1]
    return found


def _settle(blocks: Sequence[Block], lines: Sequence[Line]) -> list[str]:
    """Give comments to the innermost of the blocks that ended that they are not left of; what is left is returned."""
    depth = len(blocks)
    pending: list[str] = []
    for column, text in lines:
        if text:
            fitting = [index for index, each in enumerate(blocks[:depth]) if each.column <= column]
            depth = fitting[-1] + 1 if fitting else 0
            while depth > 1 and blocks[depth - 2].column == blocks[depth - 1].column == column:
                depth -= 1
            if depth:
                blocks[depth - 1].below += [*pending, text]
                pending = []
                continue
        pending.append(text)
    return pending


def _trimmed(line: str, source: str) -> str:
    """Without blanks at its end, where those are not part of a text."""
    short = line.rstrip(_BLANK)
    return line if source.startswith('"') and short.endswith("\\") else short


def _stripping(form: str, head: str) -> str:
    return head.replace(form, form.replace("+", "") + ("" if "-" in form else "-"), 1)
