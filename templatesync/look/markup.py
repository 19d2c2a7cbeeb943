"""WhatsApp's own markup, as a tokenizer: text to lines of pieces, in linear time. Pure; nothing of a text is lost.

Read off a bridge that has translated real messages for years, for no page of Meta's says where a marker counts:

- It opens where a line, a blank, `>` or another marker is before it, and no blank behind it.
- It closes where no blank is before it, and neither a letter nor a digit behind it.
- Of several like it in a row the innermost counts, and the others are text: none of them is another marker.
- Styles may stand in each other and end with their line. Only three backticks cross lines, and what is between them, or
  between two single ones, is as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Flag, StrEnum, auto
from typing import NamedTuple, TypeAlias

from templatesync.look.filled import Filled, Slot


class Style(Flag):
    """How a piece is drawn."""

    PLAIN = 0
    BOLD = auto()
    ITALIC = auto()
    STRIKE = auto()
    MONO = auto()


class LineKind(StrEnum):
    """What a line is."""

    PLAIN = "plain"
    BULLET = "bullet"
    NUMBER = "number"
    QUOTE = "quote"
    CODE = "code"
    """All of it is between three backticks, or is these: a line of markers only is not drawn."""


class Piece(NamedTuple):
    """A run of a text that is drawn alike. A `marker` is not drawn; `variable` names what a value stands for."""

    text: str
    style: Style = Style.PLAIN
    variable: str = ""
    marker: bool = False


class Line(NamedTuple):
    """One line, without its line end. The texts of its pieces, markers included, are the line."""

    pieces: tuple[Piece, ...]
    kind: LineKind = LineKind.PLAIN


_Mark: TypeAlias = tuple[int, int, int]
"""Where characters that are not drawn begin and end, and the styles that are other behind them."""

# Flags are slow to combine; all sixteen of them are not.
_STYLES = tuple(Style(bits) for bits in range(16))
_TURNS = {"*": Style.BOLD.value, "_": Style.ITALIC.value, "~": Style.STRIKE.value}
_MONO = Style.MONO.value
_FENCE = re.compile(r"`{3,}")
_TICKS = re.compile(r"(?<!`)`{1,2}(?!`)")
_RUN = re.compile(r"\*+|_+|~+")
_PREFIXES = (
    (re.compile(r"[-*] (?=\s*\S)"), LineKind.BULLET),
    (re.compile(r"> (?=\s*\S)"), LineKind.QUOTE),
    (re.compile(r"[1-9][0-9]?\. (?=\s*\S)"), LineKind.NUMBER),
)
# What has been read as code is covered with these, and a character of the text that is like it with another one.
_COVER, _NO_COVER = "\0", "\1"
_BEFORE = frozenset(">*_~`" + _COVER)
_COVERED = re.compile(r"[^\n]")


def marked_up(filled: Filled) -> tuple[Line, ...]:
    """The lines of a text. Joined with line feeds, the texts of all their pieces are the text.

    What makes a line part of a list or a quotation is a marker, but for a number, which is drawn. No piece reaches over
    the edge of a value, and a marker may be part of one; an empty value has no piece.
    """
    text = filled.text.replace(_COVER, _NO_COVER)
    blocks = _blocks(text)
    marks = [mark for block in blocks for mark in _around(*block, 3, _MONO)]
    kinds: list[LineKind] = []
    start = at = 0
    for line in _covered(text, blocks).split("\n"):
        while at < len(blocks) and blocks[at][1] <= start:
            at += 1
        kind, width = _kind(line, inside=at < len(blocks) and blocks[at][0] < start)
        if width and kind is not LineKind.NUMBER:
            marks.append((start, start + width, 0))
        kinds.append(kind)
        marks += _inline(line, width, start)
        start += len(line) + 1
    return tuple(map(Line, _pieces(filled, sorted(marks)), kinds))


def _around(start: int, end: int, width: int, turns: int) -> tuple[_Mark, _Mark]:
    return (start, start + width, turns), (end - width, end, turns)


def _covered(text: str, areas: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in areas:
        pieces += (text[done:start], _COVERED.sub(_COVER, text[start:end]))
        done = end
    return "".join([*pieces, text[done:]])


def _kind(line: str, *, inside: bool) -> tuple[LineKind, int]:
    """What a line is, and how many characters at its beginning say so."""
    if not line.strip(_COVER) and (line or inside):
        return LineKind.CODE, 0
    for pattern, kind in _PREFIXES:
        if match := pattern.match(line):
            return kind, match.end()
    return LineKind.PLAIN, 0


# --- where markers count ----------------------------------------------------------------------------------------------


def _opens(text: str, run: re.Match[str]) -> bool:
    """Whether the last of some markers in a row may open, by what is before them all and behind it."""
    start, end = run.span()
    before = text[start - 1] if start else " "
    return (before in _BEFORE or before.isspace()) and end < len(text) and not text[end].isspace()


def _closes(text: str, run: re.Match[str]) -> bool:
    """Whether the first of some markers in a row may close, by what is before it and behind it."""
    start = run.start()
    return start > 0 and not text[start - 1].isspace() and not text[start + 1 : start + 2].isalnum()


def _blocks(text: str) -> list[tuple[int, int]]:
    """Where three backticks begin and three others end. Blanks may be right inside them, if there is more."""
    runs = list(_FENCE.finditer(text))
    closing = [run for run in runs if not text[run.start() + 3 : run.start() + 4].isalnum()]
    blocks: list[tuple[int, int]] = []
    at, done = 0, 0
    for run in runs:
        start, end = run.span()
        before = text[start - 1] if start else " "
        if start < done or not (before in _BEFORE or before.isspace()):
            continue
        while at < len(closing) and closing[at].start() < end:
            at += 1
        # Behind one that has nothing but blanks before it, the next one has that one.
        close = next((each.start() for each in closing[at : at + 2] if text[end : each.start()].strip()), None)
        if close is not None:
            done = close + 3
            blocks.append((end - 3, done))
    return blocks


def _inline(line: str, begin: int, offset: int) -> Iterator[_Mark]:
    """The marks in a line, from `begin` on; the line itself is at `offset`."""
    codes = list(_codes(line, begin)) if "`" in line else []
    for code in codes:
        yield from _around(offset + code[0], offset + code[1], 1, _MONO)
    if codes:
        line = _covered(line, codes)
    opened: dict[str, int] = {}  # in the order in which they opened
    for run in _RUN.finditer(line, begin):
        sign = line[run.start()]
        if sign not in opened:
            if _opens(line, run):
                opened[sign] = run.end() - 1
        elif _closes(line, run):
            while (last := opened.popitem())[0] != sign:
                pass  # was opened inside and is still open: it is text
            yield from _around(offset + last[1], offset + run.start() + 1, 1, _TURNS[sign])


def _codes(line: str, begin: int) -> Iterator[tuple[int, int]]:
    """Where single backticks begin and end code in a line."""
    runs = list(_TICKS.finditer(line, begin))
    closing = [run.start() for run in runs if _closes(line, run)]
    at, done = 0, 0
    for run in runs:
        if run.start() < done or not _opens(line, run):
            continue
        while at < len(closing) and closing[at] < run.end():
            at += 1
        if at == len(closing):
            return
        done = closing[at] + 1
        yield run.end() - 1, done


# --- pieces -----------------------------------------------------------------------------------------------------------


def _pieces(filled: Filled, marks: Sequence[_Mark]) -> Iterator[tuple[Piece, ...]]:
    """The pieces of each line."""
    text = filled.text
    nowhere = len(text) + 1
    slots = iter([*(slot for slot in filled.slots if slot.start < slot.end), Slot(nowhere, nowhere, "")])
    coming = iter([*marks, (nowhere, nowhere, 0)])
    slot, (mark, mark_end, turns) = next(slots), next(coming)
    start, bits = 0, 0
    for line in text.split("\n"):
        pieces: list[Piece] = []
        end = start + len(line)
        while start < end:
            while slot.end <= start:
                slot = next(slots)
            marker, inside = mark <= start, slot.start <= start
            stop = min(end, mark_end if marker else mark, slot.end if inside else slot.start)
            style = Style.PLAIN if marker else _STYLES[bits]
            pieces.append(Piece(text[start:stop], style, slot.name if inside else "", marker))
            if stop == mark_end:
                bits ^= turns
                mark, mark_end, turns = next(coming)
            start = stop
        yield tuple(pieces)
        start = end + 1
