"""How long it takes to read markup and to compare by word, as texts grow: a walk over a text takes twice as long for
one twice as long, whatever it holds. Exit code 1 when something grows faster.

python bench/texts.py [CHARACTERS]
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Mapping

from measure import say

from templatesync.look.filled import Filled
from templatesync.look.markup import marked_up
from templatesync.look.words import changed, readable

DOUBLINGS = 3
ROUNDS = 5
LEAST_JUDGED = 1_000
"""Characters of the shortest text, below which a clock tells nothing: such a run only shows that the bench works."""
MOST_GROWTH = 6.0
"""From the first size to the last, which is four times as much; the rest is what a busy machine adds."""
NO_TIME = 0.002
"""Seconds of the processor of which nothing is concluded."""

PROSE = "Hi Ann, your order *1001* is on its way and _arrives_ on Monday. "
PARTS = [
    "x",
    "*a* ",
    "*a ",
    " *",
    "`a ",
    "``` ",
    "```a ",
    "_*~`",
    "*_~`a`~_* ",
    "*a\n",
    "<U+200B",
    "${{",
    "a_",
    "é\u200d",
]


def letters(seed: int, size: int) -> str:
    """Chinese that says nothing."""
    chosen = random.Random(seed)
    return "".join(chr(0x4E00 + chosen.randrange(3000)) for _ in range(size))


def of(part: str, size: int) -> str:
    """A part again and again."""
    return (part * (size // len(part) + 1))[:size]


def cases() -> Mapping[str, Callable[[int], Callable[[], object]]]:
    """By name, what makes work of a size."""
    found: dict[str, Callable[[int], Callable[[], object]]] = {
        "markup, prose": lambda size: lambda: marked_up(Filled(of(PROSE, size))),
        "words, nothing in common": lambda size: lambda: changed(letters(1, size), letters(2, size)),
        "words, every second one": lambda size: lambda: changed(of("a b ", size), of("b a c ", size)),
    }
    for part in PARTS:
        found[f"markup, {part!r}"] = lambda size, part=part: lambda: marked_up(Filled(of(part, size)))
        found[f"words, {part!r}"] = lambda size, part=part: (
            lambda: readable(changed(of(part, size), of(part, size)[1:]))
        )
    return found


def seconds(work: Callable[[], object]) -> float:
    """The shortest of some runs, of the processor."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def main() -> int:
    """A table, a row for each case."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    sizes = [size << doubling for doubling in range(DOUBLINGS)]
    print(f"| ms | {' | '.join(f'{each:,} characters' for each in sizes)} |\n{'|---' * (DOUBLINGS + 1)}|")
    fast = True
    for name, make in cases().items():
        took = [seconds(make(each)) for each in sizes]
        print(f"| {name} | {' | '.join(f'{each * 1000:.2f}' for each in took)} |")
        if size >= LEAST_JUDGED and took[-1] > MOST_GROWTH * max(took[0], NO_TIME):
            say(f"{name} grows faster than the text")
            fast = False
    return 0 if fast else 1


if __name__ == "__main__":
    sys.exit(main())
