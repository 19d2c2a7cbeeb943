"""Measure everything and write it down: `make bench`.

    python bench/report.py

Runs the parts, puts their tables with machine and date into docs/performance.md, between its two marks, and draws
docs/growth.svg. Takes less than ten minutes on two cores with nothing else running; each part tells what it is doing.
"""

from __future__ import annotations

import datetime
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

from measure import PEERS, ROOT, say

import templatesync

STEPS = ("1000", "2000", "5000", "10000")
PARTS = [
    ("Start-up", ["start.py"]),
    ("validate", ["validate.py", *STEPS]),
    ("plan: processor and memory", ["plan.py", *STEPS]),
    ("plan: wall time under the rates", ["network.py", "1000", "--cache"]),
    ("Files made to cost much", ["hostile.py"]),
]
DOCUMENT = ROOT / "docs" / "performance.md"
PLOT = ROOT / "docs" / "growth.svg"
MARKS = ("<!-- make bench writes from here -->\n", "<!-- to here -->\n")


def machine() -> str:
    """Date, versions, processor, and how busy the machine was before."""
    told = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", told.read_text()) if told.exists() else []
    busy = os.getloadavg()[0]
    return (
        f"Measured on {datetime.date.today()} by `make bench`: templatesync {templatesync.__version__}, Python "
        f"{platform.python_version()}, {os.cpu_count()} cores ({names[0] if names else platform.machine()}). "
        f"Load of the machine when it began: {busy:.1f}.\n"
    )


def main() -> None:
    """Measure, write, draw. What cannot be drawn is told, and no reason to lose the figures."""
    began = time.monotonic()
    text = machine()
    for title, command in PARTS:
        done = subprocess.run(
            [sys.executable, ROOT / "bench" / command[0], *command[1:]], stdout=subprocess.PIPE, text=True, check=True
        )
        print(f"## {title}\n\n{done.stdout}", flush=True)
        text += f"\n## {title}\n\n{done.stdout.strip()}\n"
        say(f"{title}: done after {time.monotonic() - began:.0f} s in all")
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(MARKS[0])
    DOCUMENT.write_text(before + MARKS[0] + text + MARKS[1] + rest.partition(MARKS[1])[2], encoding="utf-8")
    say(f"{DOCUMENT.relative_to(ROOT)} is written")
    drawing = PEERS / "bin" / "python"
    if drawing.exists() and subprocess.run([drawing, ROOT / "bench/plot.py", PLOT], check=False).returncode == 0:
        say(f"{PLOT.relative_to(ROOT)} is drawn")
    else:
        say("nothing was drawn: matplotlib is not in .venv/peers")


if __name__ == "__main__":
    main()
