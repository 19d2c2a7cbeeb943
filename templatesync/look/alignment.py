"""What two sequences have in common, in bounded time. Pure; knows no text.

Myers' algorithm finds the most that there is, in time that grows with the square of how much differs. So it may only
take so many steps. Where they do not suffice, what is there once in both sequences cuts them into parts (patience
diff), each of which is tried again. When all steps are used up, what is left counts as different.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

_MOST_EDITS = 200
_MOST_STEPS_AT_ONCE = 30_000
_MOST_STEPS = 120_000
_NOWHERE = -1

Pair: TypeAlias = tuple[int, int]


class Area(NamedTuple):
    """Parts of both sequences: `i` to `i_end` of the one, `j` to `j_end` of the other."""

    i: int
    i_end: int
    j: int
    j_end: int


def common(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Where both sequences have the same: pairs of places, in order."""
    pairs: list[Pair] = []
    steps = _MOST_STEPS
    areas = [Area(0, len(before), 0, len(after))]
    while areas:
        area, ends = trimmed(before, after, areas.pop())
        pairs += ends
        if area.i == area.i_end or area.j == area.j_end:
            continue
        found, used = _most(before, after, area, min(_MOST_STEPS_AT_ONCE, steps))
        steps -= used
        if found is None and steps > 0 and (found := _unique(before, after, area)):
            areas += _between(area, found)
        pairs += found or ()
    return sorted(pairs)


def trimmed(before: Sequence[str], after: Sequence[str], area: Area) -> tuple[Area, list[Pair]]:
    """What is left of an area without the same at its beginning and at its end, and the pairs of these."""
    i, i_end, j, j_end = area
    pairs = []
    while i < i_end and j < j_end and before[i] == after[j]:
        pairs.append((i, j))
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and before[i_end - 1] == after[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
        pairs.append((i_end, j_end))
    return Area(i, i_end, j, j_end), pairs


def gaps(pairs: Sequence[Pair], before: int, after: int) -> list[Area]:
    """The areas between pairs, those before the first and behind the last included, of sequences of that length."""
    return _between(Area(0, before, 0, after), pairs)


def _between(area: Area, pairs: Sequence[Pair]) -> list[Area]:
    starts = [(area.i, area.j), *((i + 1, j + 1) for i, j in pairs)]
    ends = [*pairs, (area.i_end, area.j_end)]
    areas = (Area(i, i_end, j, j_end) for (i, j), (i_end, j_end) in zip(starts, ends, strict=True))
    return [each for each in areas if each.i < each.i_end or each.j < each.j_end]


def _unique(before: Sequence[str], after: Sequence[str], area: Area) -> list[Pair]:
    """What is there once in both parts of an area, as far as it is in the same order: the longest such chain."""
    ours, theirs = Counter(before[area.i : area.i_end]), Counter(after[area.j : area.j_end])
    places = {after[j]: j for j in range(area.j, area.j_end) if theirs[after[j]] == 1 and ours[after[j]] == 1}
    tops: list[int] = []  # the smallest end of a chain of each length, and in `chain` what it is the end of
    chain: list[Pair] = []
    came_from: list[int] = []
    at_top: list[int] = []
    for i in range(area.i, area.i_end):
        j = places.get(before[i])
        if j is None:
            continue
        length = bisect_left(tops, j)
        came_from.append(at_top[length - 1] if length else -1)
        chain.append((i, j))
        tops[length : length + 1] = [j]
        at_top[length : length + 1] = [len(chain) - 1]
    found = []
    at = at_top[-1] if at_top else -1
    while at >= 0:
        found.append(chain[at])
        at = came_from[at]
    return found[::-1]


def _most(before: Sequence[str], after: Sequence[str], area: Area, steps: int) -> tuple[list[Pair] | None, int]:
    """The longest common subsequence of an area, and the steps it took; None where it takes more."""
    ours, theirs = before[area.i : area.i_end], after[area.j : area.j_end]
    height, width = len(ours), len(theirs)
    most = min(height + width, _MOST_EDITS)
    # By diagonal, how much of ours the best path has behind it; the last places are those of negative diagonals.
    reached = [_NOWHERE] * (2 * most + 3)
    reached[1] = 0
    trace: list[list[int]] = []
    used = 0
    for edits in range(most + 1):
        trace.append(reached.copy())
        for diagonal in range(-edits, edits + 1, 2):
            used += 1
            x, _ = _entered(reached, diagonal, height, width)
            while 0 <= x < height and x - diagonal < width and ours[x] == theirs[x - diagonal]:
                x += 1
                used += 1
            reached[diagonal] = x
            if x == height and x - diagonal == width:
                return _path(trace, area), used
        if used >= steps:
            break
    return None, used


def _entered(reached: Sequence[int], diagonal: int, height: int, width: int) -> tuple[int, int]:
    """Where the best path comes to a diagonal with one more edit, and from which diagonal."""
    best = (_NOWHERE, diagonal)
    if (x := reached[diagonal - 1]) >= 0 and x < height:
        best = (x + 1, diagonal - 1)
    if (x := reached[diagonal + 1]) > best[0] and x - diagonal <= width:
        best = (x, diagonal + 1)
    return best


def _path(trace: Sequence[Sequence[int]], area: Area) -> list[Pair]:
    """The way back along what was reached before each edit: the pairs on it."""
    height, width = area.i_end - area.i, area.j_end - area.j
    pairs: list[Pair] = []
    x, diagonal = height, height - width
    for reached in reversed(trace):
        start, origin = _entered(reached, diagonal, height, width)
        pairs += [(area.i + at - 1, area.j + at - 1 - diagonal) for at in range(x, start, -1)]
        x, diagonal = reached[origin], origin
    return pairs
