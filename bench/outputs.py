"""What programs are told of unchanged templates, beside a plan of the same: processor and memory.

    python bench/outputs.py [TEMPLATES ...] [--rounds N] [--budget SECONDS]

What is live comes from an emulator in a process of its own, without rates; only clients are measured.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from measure import OURS, ROOT, Contender, in_turn, say, table
from service import KEYS, fill, served, want


def contenders(url: str, project: Path) -> list[Contender]:
    """A plan, of which ratios are taken; what is live; what files and a contract file say."""
    at = ["-C", str(project), "-q"]
    live = [sys.executable, str(ROOT / "bench/unpaced.py"), *at, "-o", os.devnull, "--endpoint", url]
    files = [*OURS, *at, "outputs", "--format", "contract"]
    saved = project.parent / "contract.json"
    return [
        Contender("plan", [*live, "plan"], KEYS),
        *(Contender(f"outputs, {name}", [*live, "outputs", "--format", name], KEYS) for name in ("json", "codes")),
        Contender("outputs, contract: from files", [*files, "-o", str(saved)]),
        Contender("outputs, contract: from a contract file", [*files, "-o", os.devnull, "--contract", str(saved)]),
    ]


def main() -> None:
    """One emulator, filled up to each number; every contender in turn, round after round."""
    options = argparse.ArgumentParser()
    options.add_argument("templates", type=int, nargs="*", default=[1000, 10_000])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--budget", type=float, default=30.0, help="seconds of one contender at one number")
    given = options.parse_args()
    there = 0
    with served() as url:
        for count in given.templates:
            with tempfile.TemporaryDirectory() as name:
                say(f"outputs: {count:,} templates are put into files and emulator")
                want(Path(name, "shop"), count)
                fill(url, count, there)
                there = count
                present = contenders(url, Path(name, "shop"))
                in_turn(f"outputs, {count:,} templates", present, given.rounds, given.budget)
                size = Path(name, "contract.json").stat().st_size
            print(table(f"{count:,} unchanged templates", present, count, "template"))
            print(f"The contract file has {size / 1e6:.1f} MB.\n", flush=True)


if __name__ == "__main__":
    main()
