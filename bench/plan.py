"""How long a plan of many templates takes on the embedded emulator, and how much memory.

    python bench/plan.py [TEMPLATES]

Each step runs as a process of its own, as a user runs it; memory is the peak of that process. The emulator runs in the
same process, so the figures hold its work too.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import templatesync

PROJECT = "version: 1\nspaces: {local: {emulator: true}}\n"
TEMPLATE = """\
Name: bench_{number:05}
Category: UTILITY
Language: en
Components:
  - Type: HEADER
    Format: TEXT
    Text: Order update {number}
  - Type: BODY
    Text: Hello $(name), your order $(order) of shop {number} left our store today and is on its way to you.
  - Type: FOOTER
    Text: Reply at any time
  - Type: BUTTONS
    Buttons:
      - {{Type: URL, Text: Track, Url: "https://www.example.com/{number}/$(parcel)", UrlType: dynamic}}
      - {{Type: QUICK_REPLY, Text: Where is it?}}
Example: {{name: Ada, order: "1001", parcel: "77"}}
"""


def measure(folder: Path, *arguments: str) -> None:
    """Run one command and print its wall time, processor time and peak memory."""
    start = time.perf_counter()
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "templatesync", "-C", str(folder), "-q", "-o", os.devnull, *arguments],
        os.environ,
    )
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    name = " ".join(arguments)
    print(f"{name:<12} {wall:7.2f} s wall {cpu:7.2f} s cpu {usage.ru_maxrss / 1024:7.0f} MiB  exit {code}")
    if code:
        raise SystemExit(code)


def main() -> None:
    """Generate the project and measure each command on it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"templatesync {templatesync.__version__}, {machine}, {count} templates")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "templatesync.yaml").write_text(PROJECT)
        (folder / "templates").mkdir()
        for number in range(count):
            (folder / "templates" / f"{number:05}.yaml").write_text(TEMPLATE.format(number=number))
        measure(folder, "validate")
        measure(folder, "plan")
        measure(folder, "apply", "--yes")
        measure(folder, "plan")


if __name__ == "__main__":
    main()
