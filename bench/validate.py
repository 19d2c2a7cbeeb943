"""How long `validate` takes beside other validators, on the same made-up templates, in turn in one run.

    python bench/validate.py [FILES ...] [--rounds N] [--budget SECONDS]

The others check the JSON Schema alone; templatesync applies all of its rules besides. What is not installed is left out
and named. Each run is a process of its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

import corpus
from measure import OURS, PEERS, ROOT, Contender, in_turn, record, run, say, table

SCHEMA = str(ROOT / "schemas" / "template.schema.json")
NODE = PEERS / "node_modules"
MACHINE = {"aarch64": "arm64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
# The program itself. The package's own command starts it from Node, which costs more than the work.
SOURCEMETA = NODE / f"@sourcemeta/jsonschema/build/github-releases/jsonschema-{platform.system().lower()}-{MACHINE}"


def contenders(project: Path, cache: Path) -> list[Contender]:
    """Ours in three ways, and the others. The order is that of the table."""
    ours = [*OURS, "-C", str(project), "validate", "-o", os.devnull]
    own = {"XDG_CACHE_HOME": str(cache)}
    templates = project / "templates"
    folders = sorted(str(path) for path in templates.iterdir())
    files = sorted(str(path) for path in templates.rglob("*.yaml"))
    ajv = [str(NODE / ".bin/ajv"), "validate", "-s", SCHEMA, "-d", f"{templates}/**/*.yaml"]
    return [
        Contender("templatesync, every file judged", [*ours, "--no-cache"], own),
        Contender("templatesync, nothing changed", ours, own),
        Contender(
            "its reader and schema alone, one process", [sys.executable, f"{ROOT}/bench/gate.py", str(templates)]
        ),
        Contender("check-jsonschema", [str(PEERS / "bin/check-jsonschema"), "--schemafile", SCHEMA, *files]),
        Contender("ajv-cli (Node)", [*ajv, "--spec=draft7", "--strict=false"]),
        Contender("sourcemeta jsonschema (C++)", [str(SOURCEMETA), "validate", SCHEMA, *folders]),
        Contender("sourcemeta, `--fast`", [str(SOURCEMETA), "validate", "--fast", SCHEMA, *folders]),
    ]


def main() -> None:
    """For each number of files: generate them, run every contender in turn, round after round, and print a table."""
    options = argparse.ArgumentParser()
    options.add_argument("files", type=int, nargs="*", default=[1000, 10_000])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--budget", type=float, default=20.0, help="seconds of one contender at one number of files")
    given = options.parse_args()
    measured = {}
    for count in given.files:
        with tempfile.TemporaryDirectory() as name:
            project, cache = Path(name) / "shop", Path(name) / "cache"
            say(f"validate: {count:,} files are written")
            corpus.write(project, count)
            measured[count] = contenders(project, cache)
            run(measured[count][1])  # fills the cache
            in_turn(f"validate, {count:,} files", measured[count], given.rounds, given.budget)
        print(table(f"{count:,} files", measured[count], count, "file"), flush=True)
    record("validate", measured)


if __name__ == "__main__":
    main()
