"""Run commands in turn, each as a process of its own, and tell wall time, processor time and memory as a table."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv" / "peers"
RESULTS = ROOT / ".bench"
OURS = [sys.executable, "-m", "templatesync"]

# Compiled modules are kept, as they are for everybody who has not forbidden it.
AROUND = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

# A process begins with the peak of memory of the one that started it. This one has 8 MiB, and nothing measured less.
_LAUNCH = """
import os, sys, time
streams = [(os.POSIX_SPAWN_OPEN, each, sys.argv[each], os.O_WRONLY | os.O_CREAT, 0o600) for each in (1, 2)]
start = time.perf_counter()
pid = os.posix_spawn(sys.argv[3], sys.argv[3:], os.environ, file_actions=streams)
_, status, usage = os.wait4(pid, 0)
print(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, status)
"""


@dataclass(frozen=True)
class Run:
    """Seconds of wall and processor, the peak of the largest process in MiB, and what it wrote."""

    wall: float
    cpu: float
    mib: float
    output: str = ""


@dataclass
class Contender:
    """A command, what must be there for it, and its runs."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    needs: Sequence[Path] = ()
    runs: list[Run] = field(default_factory=list)

    @property
    def present(self) -> bool:
        """Whether it is installed."""
        return all(Path(place).exists() for place in (self.command[0], *self.needs))

    def median(self, name: str) -> float:
        """Of all runs, the median of `wall`, `cpu` or `mib`."""
        return statistics.median(getattr(run, name) for run in self.runs)


def run(contender: Contender) -> Run:
    """Run it once; raises SystemExit with the end of what it said when it fails."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _LAUNCH, out, err, *contender.command],
            env={**AROUND, **contender.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{contender.name} cannot be started: {done.stderr}")
        wall, cpu, mib, status = map(float, done.stdout.split())
        if code := os.waitstatus_to_exitcode(int(status)):
            raise SystemExit(f"{contender.name} ended with {code}: {err.read_text()[-2000:]}{out.read_text()[-2000:]}")
        return Run(wall, cpu, mib, out.read_text())


def in_turn(title: str, contenders: Sequence[Contender], rounds: int, budget: float) -> None:
    """Run all that are present in turn, round after round. Who has used `budget` seconds is not run again."""
    for number in range(1, rounds + 1):
        waiting = [each for each in contenders if each.present and sum(run.wall for run in each.runs) < budget]
        if not waiting:
            return
        print(f"{title}, round {number} of at most {rounds}: ", end="", file=sys.stderr, flush=True)
        for each in waiting:
            each.runs.append(run(each))
            print(".", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)


def say(text: str) -> None:
    """Tell whoever waits."""
    print(text, file=sys.stderr, flush=True)


def table(title: str, contenders: Sequence[Contender], each: int, unit: str) -> str:
    """Medians as a Markdown table, with milliseconds of processor time for each of `each` units.

    Ratios are of the medians, to those of the first contender.
    """
    head = [title, "wall s", "ratio", "cpu s", "ratio", f"cpu ms per {unit}", "MiB", "runs"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    base = contenders[0]
    for one in contenders:
        if not one.present:
            lines.append(f"| {one.name}: not measured, as it is not installed {'| ' * (len(head) - 1)}|")
            continue
        wall, cpu = one.median("wall"), one.median("cpu")
        cells = [
            one.name,
            f"{wall:.2f}",
            f"{wall / base.median('wall'):.2f}",
            f"{cpu:.2f}",
            f"{cpu / base.median('cpu'):.2f}",
            f"{cpu / each * 1000:.2f}",
            f"{one.median('mib'):.0f}",
            str(len(one.runs)),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def record(part: str, measured: Mapping[int, Sequence[Contender]]) -> None:
    """Keep the runs of each number of files for the plot, without what they wrote."""
    rows = [
        {"count": count, "name": each.name, "runs": [{**asdict(run), "output": ""} for run in each.runs]}
        for count, contenders in measured.items()
        for each in contenders
        if each.runs
    ]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{part}.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
