"""What differs between two texts, by word. Pure.

Words are Unicode's; Han, Kana, Thai, Lao, Khmer and Myanmar go by character cluster, and a variable is one token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from templatesync.look.alignment import Area, common, gaps, trimmed
from templatesync.look.apart import hidden, places_apart, with_numbers
from templatesync.look.cluster import CLUSTER, classes
from templatesync.model.character import shown
from templatesync.model.lazy_pattern import lazy_pattern


class Run(NamedTuple):
    """A part of a text that both sides have, or one of them."""

    op: Literal["same", "removed", "added"]
    text: str


# Variables of the platform and of files, however their names are spelled, and a character that is shown by its number.
_WHOLE = re.compile(r"\$\([^()\s]+\)|\$\{\{[^{}\n]*\}\}|<U\+[0-9A-F]{4,6}>")
# On classes of characters: a word may have a point or an apostrophe in it, a number commas, and both underscores.
_TOKEN = lazy_pattern(rf"[LD][LDMJ]*(?:(?:A|U++|(?<=D)C(?=D))[LD][LDMJ]*)*|{CLUSTER}|[^MWN]M*|.")
_LINE_FEED = shown("\n")
# Classes of characters that make a token a word.
_TELLING = frozenset("LDSER")
# What both texts have between two changes is not told where it is shorter than both of them, and than this. A cluster
# of a script without blanks says as much as two letters.
_LONG = 16
_PER_CLUSTER = 2


class _Token(NamedTuple):
    """A token, how much it says beside others, whether words decide by it, and whether it is told in any case."""

    text: str
    weight: int
    telling: bool = False
    kept: bool = False


def tokens(text: str) -> list[str]:
    """The words of a text and what is between them; joined they are the text.

    What is between them is one token for each character. A text may say `<U+200B>` where it is shown to people: that is
    one token, too.
    """
    return [token.text for token in _tokens(text)]


def changed(before: str, after: str) -> tuple[Run, ...]:
    """The runs of both texts, in order: without `added` they are `before`, without `removed` they are `after`.

    Of neighbours `removed` is first. Words decide, and variables and ends of lines; blanks and points between them
    follow. What little is alike between two changes belongs to them, so that nobody has to read single letters.
    """
    ours, theirs = list(_tokens(before)), list(_tokens(after))
    runs: list[Run] = []
    done = 0
    for area in _readable(_changes(ours, theirs), ours, theirs):
        runs += _run("same", ours[done : area.i])
        runs += _run("removed", ours[area.i : area.i_end])
        runs += _run("added", theirs[area.j : area.j_end])
        done = area.i_end
    return (*runs, *_run("same", ours[done:]))


def readable(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs of `changed` for people: what nobody sees is shown by its number, such as `<U+200B>`, and so is what differs
    and looks alike.

    Blanks are shown where they are all that differs; a line feed stays one behind its number. Each output still has to
    escape what it would obey itself.
    """
    given = tuple(runs)
    return tuple(
        Run(run.op, with_numbers(run.text, places).replace(_LINE_FEED, f"{_LINE_FEED}\n"))
        if run.op != "same" and run.text.isspace()
        else Run(run.op, with_numbers(run.text, places))
        for run, places in zip(given, unseen(given), strict=True)
    )


def unseen(runs: Sequence[Run]) -> list[Sequence[int]]:
    """For each of all the runs of two texts, the places in it of what people have to be shown by its number."""
    before = "".join(run.text for run in runs if run.op != "added")
    after = "".join(run.text for run in runs if run.op != "removed")
    anywhere = hidden(before), hidden(after)
    differing = places_apart(before, after)
    found: list[Sequence[int]] = []
    at = at_after = 0
    for run in runs:
        side, start = (1, at_after) if run.op == "added" else (0, at)
        places = anywhere[side] if run.op == "same" else anywhere[side] | differing[side]
        every = range(len(run.text))
        all_of_it = run.op != "same" and run.text.isspace()
        found.append(every if all_of_it else [place for place in every if start + place in places])
        at += len(run.text) if run.op != "added" else 0
        at_after += len(run.text) if run.op != "removed" else 0
    return found


def _tokens(text: str) -> Iterator[_Token]:
    end = 0
    for match in _WHOLE.finditer(text):
        yield from _plain(text[end : match.start()])
        yield _Token(match[0], len(match[0]), telling=True, kept=True)
        end = match.end()
    yield from _plain(text[end:])


def _plain(text: str) -> Iterator[_Token]:
    """The tokens of a text without variables."""
    written = classes(text)
    for match in _TOKEN.finditer(written):
        start, end = match.span()
        kind = written[start]
        weight = _PER_CLUSTER if kind == "S" else end - start
        yield _Token(text[start:end], weight, kind in _TELLING or kind == "N", kind == "N")


def _changes(ours: Sequence[_Token], theirs: Sequence[_Token]) -> Iterator[Area]:
    """The areas in which both texts differ."""
    old, new = [token.text for token in ours], [token.text for token in theirs]
    at, at_new = ([place for place, token in enumerate(side) if token.telling] for side in (ours, theirs))
    pairs = [(at[i], at_new[j]) for i, j in common([old[i] for i in at], [new[j] for j in at_new])]
    for gap in gaps(pairs, len(old), len(new)):
        area, _ = trimmed(old, new, gap)
        if area.i < area.i_end or area.j < area.j_end:
            yield area


def _readable(areas: Iterable[Area], ours: Sequence[_Token], theirs: Sequence[_Token]) -> Sequence[Area]:
    """The same areas, or fewer: two that have little between them are one."""
    weights, weights_new = ([0, *accumulate(token.weight for token in side)] for side in (ours, theirs))
    kept = [0, *accumulate(token.kept for token in ours)]

    def size(area: Area) -> int:
        return max(weights[area.i_end] - weights[area.i], weights_new[area.j_end] - weights_new[area.j])

    told: list[Area] = []
    for each in areas:
        area = each
        while told and kept[area.i] == kept[told[-1].i_end]:
            between = weights[area.i] - weights[told[-1].i_end]
            if between >= _LONG or between > min(size(told[-1]), size(area)):
                break
            last = told.pop()
            area = Area(last.i, area.i_end, last.j, area.j_end)
        told.append(area)
    return told


def _run(op: Literal["same", "removed", "added"], tokens: Sequence[_Token]) -> Iterator[Run]:
    if tokens:
        yield Run(op, "".join(token.text for token in tokens))
