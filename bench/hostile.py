"""What files cost that were made to cost much: those of the tests, each judged by a command of its own.

    python bench/hostile.py [SHOWN]

Prints the dearest as a table. No file of a pull request may take more than a moment.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.hostile_files import HOSTILE_JSON, HOSTILE_YAML  # noqa: E402 - the path comes first

PROJECT = "version: 1\nspaces: {local: {emulator: true}}\n"
FLOW = "kind: flow\nName: hostile\nCategories: [OTHER]\nFilePath: flows/hostile.json\n"


def cost(root: Path) -> float:
    """Seconds of a processor that `validate` takes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "templatesync", "-C", str(root), "validate", "--no-cache"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0  # it has been waited for
    return used.ru_utime + used.ru_stime


def main(shown: int = 10) -> None:
    """Judge them all."""
    rows: list[tuple[float, str]] = []
    for kind, files in (("YAML", HOSTILE_YAML), ("JSON", HOSTILE_JSON)):
        for name, made in files.items():
            print(f"{kind}: {name}", file=sys.stderr)
            with tempfile.TemporaryDirectory() as folder:
                root = Path(folder)
                (root / "templatesync.yaml").write_text(PROJECT)
                for each in ("templates", "flows"):
                    (root / each).mkdir()
                if callable(made):
                    (root / "flows/hostile.yaml").write_text(FLOW)
                    (root / "flows/hostile.json").write_bytes(made())
                else:
                    (root / "templates/hostile.yaml").write_text(made)
                rows.append((cost(root), f"{kind}, {name}"))
    rows.sort(reverse=True)
    print(f"| {len(rows)} hostile files, the dearest | cpu s |\n|---|---|")
    for seconds, name in rows[:shown]:
        print(f"| {name} | {seconds:.2f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
