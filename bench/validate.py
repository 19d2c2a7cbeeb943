"""How long `validate` takes beside other validators, on the same made-up templates, in turn in one run.

    python bench/validate.py [FILES] [ROUNDS]

The others check the JSON Schema alone; templatesync applies all of its rules besides. `make bench` installs them; what
is missing is left out and named. Each run is a process of its own. Printed are medians of wall and processor time, the
largest peak of memory of one process, and the ratio of the processor time to that of templatesync judging every file.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import corpus

import templatesync

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv" / "peers"
SCHEMA = str(ROOT / "schemas" / "template.schema.json")


@dataclass
class Contender:
    """A command, and what was measured of it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: int = 0

    @property
    def present(self) -> bool:
        """Whether it is installed."""
        return Path(self.command[0]).exists()


def contenders(project: Path, cache: Path) -> list[Contender]:
    """Ours in three ways, and the others. The order is that of the table."""
    ours = [sys.executable, "-m", "templatesync", "-C", str(project), "validate", "-o", os.devnull]
    own = {"XDG_CACHE_HOME": str(cache)}
    folders = sorted(str(path) for path in (project / "templates").iterdir())
    files = sorted(str(path) for path in (project / "templates").rglob("*.yaml"))
    node = PEERS / "node_modules" / ".bin"
    glob = f"{project}/templates/**/*.yaml"
    return [
        Contender("templatesync, every file judged", [*ours, "--no-cache"], own),
        Contender("templatesync, nothing changed", ours, own),
        Contender("check-jsonschema", [str(PEERS / "bin/check-jsonschema"), "--schemafile", SCHEMA, *files]),
        Contender(
            "ajv-cli (Node)",
            [str(node / "ajv"), "validate", "-s", SCHEMA, "-d", glob, "--spec=draft7", "--strict=false"],
        ),
        Contender("sourcemeta jsonschema (C++)", [str(node / "jsonschema"), "validate", SCHEMA, *folders]),
        Contender("sourcemeta, --fast", [str(node / "jsonschema"), "validate", "--fast", SCHEMA, *folders]),
    ]


# Compiled modules are kept, as they are for everybody who has not forbidden it.
_AROUND = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def measure(contender: Contender) -> None:
    """Run it once."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    pid = os.posix_spawn(
        contender.command[0],
        list(contender.command),
        {**_AROUND, **contender.environment},
        file_actions=quiet,
    )
    _, status, usage = os.wait4(pid, 0)
    contender.wall.append(time.perf_counter() - start)
    contender.cpu.append(usage.ru_utime + usage.ru_stime)
    contender.peak = max(contender.peak, usage.ru_maxrss // 1024)
    if code := os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{contender.name} ended with {code}")


def main() -> None:
    """Generate the files, run every contender in turn, round after round, and print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as name:
        project, cache = Path(name) / "shop", Path(name) / "cache"
        corpus.write(project, count)
        present = [each for each in contenders(project, cache) if each.present]
        missing = [each.name for each in contenders(project, cache) if not each.present]
        measure(present[1])  # fills the cache
        present[1].wall.clear()
        present[1].cpu.clear()
        for _ in range(rounds):
            for each in present:
                measure(each)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"templatesync {templatesync.__version__}, {machine}, {count:,} files, medians of {rounds}")
    print(f"{'':36}{'wall s':>9}{'cpu s':>9}{'MiB':>7}{'cpu ratio':>11}")
    base = statistics.median(present[0].cpu)
    for each in present:
        wall, cpu = statistics.median(each.wall), statistics.median(each.cpu)
        print(f"{each.name:36}{wall:9.2f}{cpu:9.2f}{each.peak:7}{cpu / base:11.2f}")
    if missing:
        print(f"NOT MEASURED, because not installed: {', '.join(missing)}")


if __name__ == "__main__":
    main()
