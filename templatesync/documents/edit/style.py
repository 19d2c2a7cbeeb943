"""A document's text in canonical style: keys in order, two blanks of indentation, comments with what they are about.

Pure; what the order is, a layout says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from templatesync.documents.edit.comment import ORDER
from templatesync.documents.edit.source import Block, Item, Leaf, read
from templatesync.documents.layout import Layout

_STEP = 2


def styled(text: str, layout: Layout) -> str:
    """The text of one document, ending in a line end.

    `text` has passed `load` without an error, and has LF as line ends. Raises UnusualError for one that is written in a
    way that nobody should touch.
    """
    tree = read(text, layout)
    root = tree.root.value
    if isinstance(root, Leaf):
        source = [f"{root.first}{tree.root.remark}", *_rest(root, 0, 0)]
        if len(source) > 1:
            source[0] = root.first
            source[-1] += tree.root.remark
        lines = [*_tidy(tree.top), *source, *_tidy(tree.root.above)]
    else:
        assert root is not None
        _sort(root)
        first = root.entries[0]
        top = _tidy([*tree.top, *_inert(root)])
        first.above = []
        lines = [*top, *_block(root, 0)]
    while lines and not lines[0]:
        del lines[0]
    return "\n".join(lines) + "\n"


def _inert(root: Block) -> list[str]:
    """What stands above the first key. An order that has just got there must not become one for the whole document."""
    first, *others = root.entries
    orders = [line for line in first.above if ORDER.search(line)]
    if orders and others:
        others[0].above = [*orders, *others[0].above]
        return [line for line in first.above if not ORDER.search(line)]
    return first.above


def _sort(block: Block) -> None:
    """Put the entries in order, down to the innermost block.

    What then stands above the first key of an item is put above the item, whose line that is.
    """
    for entry in block.entries:
        if isinstance(entry.value, Block):
            _sort(entry.value)
            first = entry.value.entries[0]
            while first.above and not first.above[0]:
                del first.above[0]
            if not entry.below_head:
                entry.above, first.above = [*entry.above, *first.above], []
    names = [entry.name for entry in block.entries]
    if block.mapping:
        order = block.layout.key_order([str(name) for name in names])
    else:
        order = block.layout.item_order(names) if None not in names else list(range(len(names)))
    # What is found about a block is told on its first line, and an order there silences it.
    ends = [block.entries[0], block.entries[order[0]]]
    if order[0] == 0 or not any(ORDER.search(next(_entry(each, 0), "")) for each in ends):
        block.entries = [block.entries[index] for index in order]


def _block(block: Block, indent: int) -> Iterator[str]:
    for entry in block.entries:
        yield from _comments(_tidy(entry.above), indent)
        yield from _entry(entry, indent)
    yield from _comments(_tidy(block.below), indent)


def _entry(entry: Item, indent: int) -> Iterator[str]:
    margin, value = " " * indent, entry.value
    if value is None:
        yield f"{margin}{entry.head}{entry.remark}"
    elif isinstance(value, Block) and not entry.below_head:
        inner = indent + _STEP
        lines = _block(value, inner)
        head = next(lines)
        yield f"{margin}{entry.head} {head[inner:]}"
        yield from lines
    elif isinstance(value, Block):
        yield f"{margin}{entry.head}{entry.head_remark}"
        yield from _block(value, indent + _STEP)
    else:
        yield from _leaf(entry, value, indent)


def _leaf(entry: Item, leaf: Leaf, indent: int) -> Iterator[str]:
    margin = " " * indent
    if entry.below_head:
        yield f"{margin}{entry.head}{entry.head_remark}"
        yield from _comments(_tidy(entry.gap), indent + _STEP)
        lines = [f"{margin}{' ' * _STEP}{leaf.first}"]
    else:
        lines = [f"{margin}{entry.head} {leaf.first}"]
    lines += _rest(leaf, indent, indent + _STEP if entry.below_head else indent)
    lines[-1] += entry.remark
    yield from lines


def _rest(leaf: Leaf, indent: int, base: int) -> Iterator[str]:
    for shift, line in leaf.rest:
        at = indent + leaf.literal if leaf.literal else max(base + shift, indent + leaf.least)
        yield f"{' ' * at}{line}" if line else ""


def _comments(lines: Iterable[str], indent: int) -> Iterator[str]:
    return (f"{' ' * indent}{line}" if line else "" for line in lines)


def _tidy(lines: Sequence[str]) -> list[str]:
    """Lines of comment with at most one blank line between two."""
    return [line for index, line in enumerate(lines) if line or index == 0 or lines[index - 1]]
