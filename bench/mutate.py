"""How many faults the tests would notice: mutmut changes one thing in a module at a time, and quick tests must fail.

    python bench/mutate.py [--minutes 30] [--seed 1] [--jobs 2] [--only secret] [--json FILE]

`mutation.toml` says which modules, with which tests, and which mutants mean the same as what they were made of. Each
module gets its share of the time. What does not fit is left out in an order that the seed alone decides. Prints a
table and the mutants that survived; exits 1 when fewer than 90 of 100 were killed, those that mean the same left out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SCRATCH = ROOT / ".mutants"
TABLE = Path(__file__).with_name("mutation.toml")
COPIED = ("templatesync", "tests", "schemas", "examples")
GOAL = 0.9
_ONE_BY_ONE = 20
"""How many mutants are tried before it is known how long one takes."""
_LEAST = 5.0
"""Seconds that a round costs before its first mutant."""

_SURVIVED = (0, 33)
"""What pytest says when nothing fails, and what mutmut says when no test comes by."""
_LATE = (24, 36, 152, -24, -9)
"""What is left of a process that was ended because it took too long."""


class Mutant(NamedTuple):
    """`function` is the module below the package and the name in it; `old` and `new` are the lines that differ."""

    name: str
    function: str
    old: str
    new: str


class Table(NamedTuple):
    """`same` holds function, old and new of each mutant that no test can notice, `everywhere` such words of a line."""

    modules: dict[str, list[str]]
    same: frozenset[tuple[str, str, str]]
    everywhere: tuple[tuple[str, str], ...]

    def knows(self, mutant: Mutant) -> bool:
        """Whether a mutant means the same as what it was made of."""
        words = any(old in mutant.old and mutant.old.replace(old, new, 1) == mutant.new for old, new in self.everywhere)
        return words or mutant[1:] in self.same


class Ran(NamedTuple):
    """What became of the mutants of one module."""

    module: str
    made: int
    ends: Counter[str]
    survivors: tuple[Mutant, ...]


def table(path: Path = TABLE) -> Table:
    """The table of modules and of mutants that mean the same."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    same = frozenset((row["function"], row["old"], row["new"]) for row in data["same"])
    return Table(data["modules"], same, tuple((row["old"], row["new"]) for row in data["everywhere"]))


def prepare(module: str, tests: Sequence[str]) -> None:
    """A copy of the project in which mutmut may do as it likes."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, SCRATCH / name, ignore=shutil.ignore_patterns("__pycache__"))
    settings = {
        "source_paths": ["templatesync"],
        "only_mutate": [module],
        "also_copy": list(COPIED[1:]),
        "pytest_add_cli_args_test_selection": list(tests),
        "pytest_add_cli_args": [*"-p no:xdist -p no:cacheprovider --hypothesis-profile=brief -m".split(), "not slow"],
        "timeout_multiplier": 5.0,
        "timeout_constant": 2.0,
    }
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    (SCRATCH / "pyproject.toml").write_text(f"{project}\n[tool.mutmut]\n{lines}", encoding="utf-8")


def mutmut(*arguments: str, seconds: float | None = None) -> str:
    """What it says. It keeps what it has found when it is interrupted."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    around = {**os.environ, "PYTHONPATH": "", "HYPOTHESIS_STORAGE_DIRECTORY": str(SCRATCH / "examples.db")}
    with subprocess.Popen(
        command, cwd=SCRATCH, env=around, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            return process.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            return process.communicate()[0]


def found(module: str) -> dict[str, int | None]:
    """Every mutant of a module, and how its tests ended."""
    meta = SCRATCH / "mutants" / f"{module}.meta"
    if not meta.is_file():
        return {}
    ends: dict[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return ends


def described(name: str) -> Mutant:
    """A mutant with the lines that differ."""
    lines = mutmut("show", name).splitlines()
    changed = [line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    old, new = ("\n".join(line[1:].strip() for line in changed if line[0] == sign) for sign in "-+")
    function = name.rpartition("__mutmut_")[0].removeprefix("templatesync.")
    room, _, last = function.rpartition(".")
    return Mutant(name, f"{room}.{last.removeprefix('x_').replace('xǁ', '').replace('ǁ', '.')}", old, new)


def end(code: int) -> str:
    """What became of a mutant."""
    return "survived" if code in _SURVIVED else "timeout" if code in _LATE else "killed"


def run(module: str, known: Table, seconds: float, seed: int, jobs: int) -> Ran:
    """Try mutants of a module until all are tried or the time is up."""
    until = time.monotonic() + seconds
    prepare(module, known.modules[module])
    said = mutmut("run", "--max-children", str(jobs), "no-mutant-has-this-name")
    order = sorted(found(module))
    if not order or "nothing matches" not in said:
        raise SystemExit(f"{module}: its tests do not pass as it is, or do not come by\n{said[-2000:]}")
    random.Random(f"{seed} {module}").shuffle(order)
    tried, size = 0, _ONE_BY_ONE
    while tried < len(order) and (left := until - time.monotonic()) > _LEAST:
        begun = time.monotonic()
        mutmut("run", "--max-children", str(jobs), *order[tried : tried + size], seconds=left)
        tried += size
        each = (time.monotonic() - begun) / size
        size = max(_ONE_BY_ONE, int((until - time.monotonic()) / each * 0.8))
    ends = {name: end(code) for name, code in found(module).items() if code is not None}
    with ThreadPoolExecutor(jobs) as pool:
        mutants = list(pool.map(described, [name for name, came in ends.items() if came == "survived"]))
    survivors = tuple(mutant for mutant in mutants if not known.knows(mutant))
    counted = Counter(ends.values())
    counted["same"] = len(mutants) - len(survivors)
    counted["survived"] = len(survivors)
    return Ran(module, len(order), counted, survivors)


def shown(results: Sequence[Ran]) -> Iterator[str]:
    """The table, and after it what survived."""
    heads = ("made", "tried", "killed", "late", "same", "alive")
    yield f"{'module':44}" + "".join(f"{head:>7}" for head in heads) + f"{'score':>8}"
    for ran in (*results, whole(results)):
        ends = ran.ends
        numbers = (ran.made, ends.total(), ends["killed"], ends["timeout"], ends["same"], ends["survived"])
        yield f"{ran.module:44}" + "".join(f"{number:>7}" for number in numbers) + f"{score(ran):>8.1%}"
    for ran in results:
        for mutant in ran.survivors:
            yield f"\n{mutant.function}\n- {mutant.old}\n+ {mutant.new}"


def whole(results: Sequence[Ran]) -> Ran:
    """All modules as one."""
    ends = sum((ran.ends for ran in results), Counter[str]())
    return Ran("all", sum(ran.made for ran in results), ends, ())


def score(ran: Ran) -> float:
    """The share of mutants that some test notices, of those that can be noticed."""
    noticed = ran.ends["killed"] + ran.ends["timeout"]
    return noticed / max(noticed + ran.ends["survived"], 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="modules whose path holds this")
    parser.add_argument("--json", type=Path, help="write the survivors and the figures there, too")
    options = parser.parse_args()
    known = table()
    chosen = [module for module in known.modules if options.only in module]
    until = time.monotonic() + options.minutes * 60
    results: list[Ran] = []
    for index, module in enumerate(chosen):
        share = (until - time.monotonic()) / (len(chosen) - index)
        results.append(run(module, known, share, options.seed, options.jobs))
        print(f"{module}: {score(results[-1]):.1%}", file=sys.stderr, flush=True)
    shutil.rmtree(SCRATCH, ignore_errors=True)
    print("\n".join(shown(results)))
    if options.json:
        rows = [{**ran._asdict(), "survivors": [mutant._asdict() for mutant in ran.survivors]} for ran in results]
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0 if score(whole(results)) >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
