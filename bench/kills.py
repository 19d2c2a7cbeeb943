"""Runs that are killed while they write to a service that is slow and late, and what the next runs make of it.

    PYTHONPATH=tests python bench/kills.py [--rounds 300] [--seed 1] [--jobs 2] [--keep FOLDER] [--verbose]

Each round has a seed of its own, from --seed on; see tests/support/kills. Prints a table, what broke with all that was
sent and said, and the command that plays a round again. Exits 1 when something is wrong. Processes and their time are
real, so a seed gives the same files, the same service and the same moments, but not always the same race.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from support.kills.processes import shown
from support.kills.round import Prepared, Round, play, prepare
from support.kills.script import draw
from support.kills.starting import warm_up
from support.kills.verdict import Law, Verdict, Wrong, counts, judge


class Task(NamedTuple):
    """A round to play."""

    seed: int
    prepared: Prepared
    keep: Path | None


class Ended(NamedTuple):
    """One that was played; `report` is all that there is to see of it."""

    seed: int
    verdict: Verdict
    seconds: float
    report: str


def work(task: Task) -> Ended:
    """Play one round and judge it."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="round-"))
    try:
        played = play(draw(task.seed), task.prepared, folder)
        verdict, report = judge(played), ""
        report = shown_round(played, verdict)
    except Exception as error:
        # What breaks the round itself is wrong, too.
        broken = Wrong(Law.SOUND, f"{type(error).__name__}: {str(error)[:300]}")
        verdict, report = Verdict((broken,), False, False, None), str(broken)
    finally:
        if task.keep is not None:
            shutil.copytree(folder, task.keep / str(task.seed), dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    return Ended(task.seed, verdict, time.monotonic() - began, report)


def shown_round(played: Round, verdict: Verdict) -> str:
    """Everything that was decided, sent and said."""
    lines = [str(played.script.weather), *map(str, played.script.blows), *map(shown, played.told), "--- history"]
    for entry in played.history:
        given = json.dumps(entry["parameters"], ensure_ascii=False)[:160]
        mark = "*" if entry["changed"] else " "
        lines.append(f"{entry['time']:.2f} {mark} {entry['operation']:32} {entry['code']:12} {given}")
    return "\n".join([*lines, *(f"WRONG {wrong}" for wrong in verdict.wrong)])


def main() -> None:
    """Play all rounds and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="keep the folders of all rounds there")
    parser.add_argument("--verbose", action="store_true", help="show what was sent and said in every round")
    asked = parser.parse_args()
    began = time.monotonic()
    ended: list[Ended] = []
    warm_up()
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as rounds:
        os.environ["TMPDIR"] = tempfile.tempdir = rounds
        prepared = prepare(Path(first))
        tasks = [Task(seed, prepared, asked.keep) for seed in range(asked.seed, asked.seed + asked.rounds)]
        with multiprocessing.Pool(asked.jobs, warm_up) as pool:
            for each in pool.imap(work, tasks):
                ended.append(each)
                show(each, verbose=asked.verbose)
    verdicts = [each.verdict for each in ended]
    for name, number in counts(verdicts):
        print(f"{number:6} {name}")
    said = Counter(sentence for verdict in verdicts for sentence in verdict.said)
    for sentence, number in said.most_common():
        print(f"{number:6} times: {sentence}")
    whole, each_took = time.monotonic() - began, sum(each.seconds for each in ended) / len(ended)
    print(f"{each_took:.1f} s a round, {whole:.0f} s in all with {asked.jobs} jobs")
    sys.exit(any(verdict.wrong for verdict in verdicts))


def show(each: Ended, *, verbose: bool) -> None:
    """A line for a round; everything about one that is wrong."""
    verdict = each.verdict
    word = "wrong" if verdict.wrong else "said" if verdict.said else f"+{verdict.more}"
    hit = f"{'in a write' if verdict.in_write else '':10} {'fresh' if verdict.fresh else '':5}"
    reasons = "; ".join(map(str, verdict.wrong))[:200]
    print(f"{each.seed:6} {each.seconds:5.1f} s {hit} {word:5} {reasons}", flush=True)
    if verdict.wrong or verbose:
        print(f"{each.report}\nagain: make kills ROUNDS=1 SEED={each.seed}\n", flush=True)


if __name__ == "__main__":
    main()
