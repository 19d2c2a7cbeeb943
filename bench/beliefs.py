"""What the tool does with a service that is otherwise: every quirk of the emulator, and pairs of them, turned over.

    PYTHONPATH=tests python bench/beliefs.py [--pairs 500] [--seed 1] [--only NAME[=VALUE]] [--json FILE] [--jobs 2]
    PYTHONPATH=tests python bench/beliefs.py --answers 10000        answers of any shape instead

Each tells the story of a project's first days to the real commands and is judged by what the emulator then holds; see
tests/support/beliefs. Prints a table, and exits 1 when something is wrong.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from support.beliefs.bending import Prepared, case
from support.beliefs.story import PLOTS, SMALL_PLOTS, Plot, Story, tell
from support.beliefs.verdict import Judge, Law, Verdict, Wrong

from templatesync.emulator.quirks import QUIRKS

PATIENCE = 120
"""Seconds after which a story hangs."""


class Task(NamedTuple):
    """A story to tell."""

    plot: Plot
    quirks: Mapping[str, str]

    @property
    def name(self) -> str:
        return " ".join(f"{name}={value}" for name, value in self.quirks.items())


def story(plot: Plot, quirks: Mapping[str, str]) -> Story:
    """Tell a story in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return tell(Path(folder), plot, quirks)


def prepare() -> None:
    """A home of its own for each process, and nothing of the person's surroundings."""
    kept = ("PATH", "PYTHONPATH", "LANG", "TMPDIR")
    for name in list(os.environ):
        if name not in kept:
            del os.environ[name]
    os.environ["HOME"] = tempfile.mkdtemp()


def hangs(*_: Any) -> None:
    """What the system's alarm does."""
    raise TimeoutError(f"hangs: no end after {PATIENCE} seconds")


def work(given: tuple[Judge, Task]) -> Verdict:
    """Tell one story and judge it. What breaks the story itself is wrong, too."""
    judge, task = given

    signal.signal(signal.SIGALRM, hangs)
    signal.alarm(PATIENCE)
    try:
        return judge.judge(task.plot, task.quirks, story(task.plot, task.quirks))
    except Exception as error:
        broken = Wrong(Law.SOUND, f"{type(error).__name__}: {str(error)[:200]}")
        return Verdict("wrong", (str(broken),), (broken,))
    finally:
        signal.alarm(0)


prepared: list[Prepared] = []
"""The world that this process copies; made when it is first wanted."""


def bear(seed: int) -> list[Wrong]:
    """What is wrong when answers are of any shape."""
    if not prepared:
        prepared.append(Prepared(Path(tempfile.mkdtemp())))
    signal.signal(signal.SIGALRM, hangs)
    signal.alarm(PATIENCE)
    try:
        return prepared[0].tell(case(seed))
    except Exception as error:
        return [Wrong(Law.SOUND, f"{type(error).__name__}: {str(error)[:200]}")]
    finally:
        signal.alarm(0)


def bear_all(count: int, seed: int, jobs: int) -> int:
    """Try so many cases and print those that are wrong; how many these are."""
    wrong: Counter[str] = Counter()
    seeds = range(seed, seed + count)
    with multiprocessing.Pool(jobs, prepare) as pool:
        for number, found in zip(seeds, pool.imap(bear, seeds, chunksize=8), strict=True):
            if found:
                tried = case(number)
                wrong[f"{tried.command}, {tried.operation or 'all'}"] += 1
                print(f"{number:6} {tried.command:18} {tried.operation:30} {str(found[0])[:200]}", flush=True)
    print(f"answers of any shape: {count} cases, {sum(wrong.values())} wrong")
    for name, many in wrong.most_common():
        print(f"{many:6} {name}")
    return sum(wrong.values())


def tasks(plots: Sequence[Plot], only: Sequence[str], pairs: int, seed: int) -> list[Task]:
    """Every value in every plot, and pairs in one plot each."""
    found = []
    for quirk in QUIRKS.values():
        for value in quirk.values:
            if not only or quirk.name in only or f"{quirk.name}={value}" in only:
                found += [Task(plot, {quirk.name: value}) for plot in plots]
    if only:
        return found
    dice = random.Random(seed)
    for first, second in dice.choices(list(combinations(QUIRKS.values(), 2)), k=pairs):
        chosen = {quirk.name: dice.choice(list(quirk.values)) for quirk in (first, second)}
        found.append(Task(dice.choice(plots), chosen))
    return found


def row(task: Task, verdict: Verdict) -> dict[str, Any]:
    """A line of the table, for programs."""
    told = verdict._asdict()
    return {"quirks": dict(task.quirks), "plot": task.plot.name, **told, "broken": sorted({*map(_law, verdict.broken)})}


def _law(wrong: Wrong) -> str:
    return wrong.law.value


def line(told: Mapping[str, Any]) -> str:
    """A line of the table, for a person."""
    quirks = " ".join(f"{name}={value}" for name, value in told["quirks"].items())
    word = "impossible" if told["impossible"] and told["word"] == "honest" else told["word"]
    more = f" (and {len(told['reasons']) - 1} more)" if len(told["reasons"]) > 1 else ""
    reason = f"{told['reasons'][0][:220]}{more}" if told["reasons"] else ""
    return f"{word:10} {told['plot']:8} {'seen' if told['doctor'] else '':5} {quirks:58} {reason}"


def summary(table: Sequence[Mapping[str, Any]]) -> str:
    """How many there are of each, single quirks and pairs apart."""
    lines = []
    for title, size in (("single quirks", 1), ("pairs", 2)):
        found = [told for told in table if len(told["quirks"]) == size]
        words = Counter(told["word"] for told in found)
        impossible = sum(told["impossible"] for told in found)
        seen = sum(told["doctor"] for told in found if told["word"] != "right")
        if found:
            counts = ", ".join(f"{words[word]} {word}" for word in ("right", "honest", "wrong"))
            lines.append(
                f"{title}: {len(found)} stories: {counts}; no template at all in {impossible}; "
                f"doctor saw {seen} of those that are not right"
            )
    return "\n".join(lines)


def main() -> None:
    """Tell all stories and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--small", action="store_true", help="with the few files of tests/contact")
    parser.add_argument("--reasons", type=int, default=0, help="show so many reasons of each")
    parser.add_argument("--plot", choices=[plot.name for plot in PLOTS])
    parser.add_argument("--answers", type=int, default=0, help="try so many answers of any shape, and nothing else")
    asked = parser.parse_args()
    prepare()
    if asked.answers:
        sys.exit(bear_all(asked.answers, asked.seed, asked.jobs) > 0)
    plots = SMALL_PLOTS if asked.small else PLOTS
    judge = Judge({plot.name: story(plot, {}) for plot in plots})
    todo = [task for task in tasks(plots, asked.only, asked.pairs, asked.seed) if asked.plot in (None, task.plot.name)]
    table = []
    with multiprocessing.Pool(asked.jobs, prepare) as pool:
        for task, verdict in zip(todo, pool.imap(work, ((judge, task) for task in todo)), strict=True):
            table.append(row(task, verdict))
            print(line(table[-1]), flush=True)
            print("".join(f"    {reason}\n" for reason in verdict.reasons[: asked.reasons]), end="")
    print(summary(table))
    if asked.json:
        asked.json.write_text(json.dumps(table, ensure_ascii=False, indent=1), encoding="utf-8")
    sys.exit(any(told["word"] == "wrong" for told in table))


if __name__ == "__main__":
    main()
