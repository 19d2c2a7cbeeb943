"""Whether an output is what a page shows of it, and what the page would show of another one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher, unified_diff
from itertools import pairwise

from support.pages.page import LEFT_OUT


def lines_of(output: str) -> list[str]:
    """As a reader sees them: no blanks at the end of a line, no empty lines at the end."""
    lines = [line.rstrip() for line in output.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def fits(shown: Sequence[str], output: str) -> bool:
    """Whether the lines shown are the output, but for the lines that the page says it leaves out."""
    wanted = lines_of("\n".join(shown))
    pattern = "".join(r"(?:[^\n]*\n)+" if line.strip() == LEFT_OUT else re.escape(line) + r"\n" for line in wanted)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in lines_of(output))) is not None


def difference(shown: Sequence[str], output: str) -> str:
    """For a person."""
    return "\n".join(unified_diff(lines_of("\n".join(shown)), lines_of(output), "shown", "printed", lineterm="", n=2))


def renewed(shown: Sequence[str], output: str) -> list[str]:
    """What the page shows from now on: the output but for what it left out before, or all where that is not clear."""
    printed = lines_of(output)
    old = lines_of("\n".join(shown))
    if fits(old, output):
        return list(shown)
    if all(line.strip() != LEFT_OUT for line in old):
        return printed
    kept = [False] * len(printed)
    for begin, end in _segments(old):
        segment = old[begin:end]
        found = _place(segment, printed)
        if found is None:
            return printed
        for at in range(*found):
            kept[at] = True
    made: list[str] = []
    for line, keep in zip(printed, kept, strict=True):
        if keep:
            made.append(line)
        elif not made or made[-1] != LEFT_OUT:
            made.append(LEFT_OUT)
    return made


def _segments(lines: Sequence[str]) -> list[tuple[int, int]]:
    """The runs of lines between those that stand for others."""
    cuts = [-1, *(at for at, line in enumerate(lines) if line.strip() == LEFT_OUT), len(lines)]
    return [(first + 1, last) for first, last in pairwise(cuts) if last > first + 1]


def _place(segment: Sequence[str], printed: Sequence[str]) -> tuple[int, int] | None:
    """Where among the printed lines those are that are most like a segment."""
    ends = []
    for wanted in (segment[0], segment[-1]):
        likeness = [SequenceMatcher(None, wanted, line).ratio() for line in printed]
        best = max(likeness, default=0.0)
        if best < 0.6:
            return None
        ends.append(likeness.index(best))
    first, last = ends
    return (first, last + 1) if first <= last else None
