"""Two texts side by side, each with its own markup and with the words in it that the other has not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from templatesync.look.apart import with_numbers
from templatesync.look.filled import Filled
from templatesync.look.markup import Line, LineKind, Piece, marked_up
from templatesync.look.words import Run, changed, unseen
from templatesync.model.character import shown


class SidePiece(NamedTuple):
    """A piece, or what of it both texts have, or one of them. Its text is for people, as of `words.readable`."""

    piece: Piece
    changed: bool


class SideLine(NamedTuple):
    """A line of one side."""

    pieces: tuple[SidePiece, ...]
    kind: LineKind = LineKind.PLAIN


class _Stretch(NamedTuple):
    """Characters of one side up to `end`: whether the other side lacks them, and which are shown by their numbers."""

    end: int
    changed: bool
    places: frozenset[int]


def side_by_side(before: Filled, after: Filled) -> tuple[tuple[SideLine, ...], tuple[SideLine, ...]]:
    """The lines of both texts. Markers are told as well: nothing else may tell that a word became bold."""
    runs = changed(before.text, after.text)
    places = unseen(runs)
    return (
        tuple(_lines(marked_up(before), list(_stretches(runs, places, "added")))),
        tuple(_lines(marked_up(after), list(_stretches(runs, places, "removed")))),
    )


def _stretches(
    runs: Sequence[Run], places: Sequence[Sequence[int]], other: Literal["removed", "added"]
) -> Iterator[_Stretch]:
    start = 0
    for run, at in zip(runs, places, strict=True):
        if run.op != other:
            end = start + len(run.text)
            yield _Stretch(end, run.op != "same", frozenset(start + place for place in at))
            start = end


def _lines(lines: Sequence[Line], stretches: Sequence[_Stretch]) -> Iterator[SideLine]:
    coming = iter(stretches)
    here = next(coming, _Stretch(0, False, frozenset()))
    start = 0
    for line in lines:
        pieces = []
        for piece in line.pieces:
            end = start + len(piece.text)
            done = start
            while done < end:
                while here.end <= done:
                    here = next(coming)
                stop = min(end, here.end)
                places = [place - done for place in range(done, stop) if place in here.places]
                text = with_numbers(piece.text[done - start : stop - start], places)
                pieces.append(SidePiece(piece._replace(text=text), here.changed))
                done = stop
            start = end
        while here.end <= start and (following := next(coming, None)):
            here = following
        if start in here.places:  # a line feed is seen by itself, unless nothing else differs there
            pieces.append(SidePiece(Piece(shown("\n")), here.changed))
        yield SideLine(tuple(pieces), line.kind)
        start += 1
