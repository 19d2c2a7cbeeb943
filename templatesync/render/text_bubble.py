"""Before and after of a change as text bubbles: HTML that Markdown takes, of tags that GitHub lets through. Pure.

What goes is in `<del>`, what comes in `<ins>`. Everything that is not ours passes through `html_text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from templatesync.look.direction import from_the_right
from templatesync.look.filled import Filled
from templatesync.look.fold import fold_at, hidden_words
from templatesync.look.markup import LineKind, Style
from templatesync.look.sides import SideLine, SidePiece, side_by_side
from templatesync.render.escape import apart_here, html_text
from templatesync.render.message_parts import Part, parts
from templatesync.render.story import Drawn

MOST_TEXT = 2_000
"""Characters of one part that are shown; no text of a message may be as long."""
_TAGS = ((Style.BOLD, "b"), (Style.ITALIC, "i"), (Style.STRIKE, "s"), (Style.MONO, "code"))
_BEGINS = {LineKind.BULLET: "• ", LineKind.QUOTE: "▏ "}
_NUMBER = re.compile(r"<U\+[0-9A-F]{4,6}>")


class _Fold(NamedTuple):
    """After how many characters a phone may cut a text, and how much is then below."""

    at: int
    below: str


def sides(named: Drawn, shown: Drawn, language: str) -> tuple[str, str]:
    """Before and after as the content of a cell each, on one line; empty where there is nothing.

    Both are given with names and with samples in the places of variables. Samples are shown, but where a text has
    other variables than before: two of them may have the same sample.
    """
    before, after = (
        {} if one is None or other is None else {part.name: part for part in parts(one, other)}
        for one, other in zip(named, shown, strict=True)
    )
    both = bool(before) and bool(after)
    old = [_part(part, after.get(part.name), "del" if both else "", language, first=True) for part in before.values()]
    new = [_part(part, before.get(part.name), "ins" if both else "", language, first=False) for part in after.values()]
    return "".join(old), "".join(new)


def _part(part: Part, other: Part | None, tag: Literal["", "del", "ins"], language: str, *, first: bool) -> str:
    """A part as a paragraph, beside the same part of the other side. Without a tag nothing is marked."""
    renamed = other is not None and _names(part) != _names(other)
    text = _short(part.named if renamed else part.shown)
    beside = Filled() if other is None else _short(other.named if renamed else other.shown)
    if not tag or (other is not None and part.named == other.named):  # samples alone are no difference
        beside = text
    lines = side_by_side(text, beside)[0] if first else side_by_side(beside, text)[1]
    fold = _Fold(fold_at(text.text, part.fold), hidden_words(text.text, part.fold)) if part.fold else _Fold(0, "")
    drawn = "".join(_lines(lines, tag, fold, part.marked_up))
    if part.name == "header":
        drawn = f"<b>{drawn}</b>"
    elif part.name == "footer":
        drawn = f"<sub>{drawn}</sub>"
    label = f"<i>{html_text(part.label)}</i> " if part.label else ""
    way = ' dir="rtl"' if from_the_right(language, text.text) else ""
    return f"<div{way}>{label}{drawn}</div>"


def _names(part: Part) -> list[str]:
    return [slot.name for slot in part.named.slots]


def _short(text: Filled) -> Filled:
    if len(text.text) <= MOST_TEXT:
        return text
    return Filled(f"{text.text[:MOST_TEXT]}…", tuple(slot for slot in text.slots if slot.end <= MOST_TEXT))


def _lines(lines: Iterable[SideLine], tag: str, fold: _Fold, marked_up: bool) -> Iterator[str]:
    at = 0
    for number, line in enumerate(lines):
        if number:
            yield "<br>"
            at += 1
        yield _BEGINS.get(line.kind, "") if marked_up else ""
        last = ""
        for each in _cut(line.pieces, fold.at - at):
            if fold.below and at >= fold.at:
                yield f"<br><sub>⌄ a phone may fold here: {fold.below} below</sub><br>"
                fold, last = _Fold(0, ""), ""
            at += _length(each)
            drawn = _piece(each, tag, marked_up)
            if drawn:
                yield apart_here(last, each.piece.text[:1]) + drawn
                last = each.piece.text[-1:]


def _cut(pieces: Iterable[SidePiece], place: int) -> Iterator[SidePiece]:
    """The pieces of a line, one of them cut in two at a place, if that is inside one."""
    at = 0
    for each in pieces:
        if at < place < at + _length(each) and not _NUMBER.search(each.piece.text):
            text = each.piece.text
            yield each._replace(piece=each.piece._replace(text=text[: place - at]))
            yield each._replace(piece=each.piece._replace(text=text[place - at :]))
        else:
            yield each
        at += _length(each)


def _length(each: SidePiece) -> int:
    """How many characters of the text a piece is: what is shown by its number is one."""
    return len(_NUMBER.sub("x", each.piece.text))


def _piece(each: SidePiece, tag: str, marked_up: bool) -> str:
    piece, changed = each.piece, each.changed and bool(tag)
    if piece.marker and marked_up and not changed:
        return ""
    drawn = html_text(piece.text)
    if piece.variable:
        drawn = f"<mark>{drawn}</mark>"
    for style, name in _TAGS if marked_up else ():
        if style in piece.style:
            drawn = f"<{name}>{drawn}</{name}>"
    return f"<{tag}>{drawn}</{tag}>" if changed else drawn
