"""How much of the documented rates is used in real time, against a served emulator that enforces them.

    python bench/quota.py [CREATIONS READS]        500 2000 are the numbers of the promise; a fifth is the default

Tool and emulator are processes of their own. The share of a rate is taken from the first to the last call of an
operation, as the emulator's history has them.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measure import AROUND, OURS
from service import KEYS, PROJECT, SPACE, control, served

import templatesync
from templatesync.service.api import api

TEXT = "Hello $(name), your order $(order) left our store today and is on its way to you."


def body(number: int) -> dict[str, Any]:
    """A template as a file says it. JSON is YAML."""
    return {
        "Name": f"bench_{number:05}",
        "Category": "UTILITY",
        "Language": "en",
        "Components": [{"Type": "BODY", "Text": TEXT}],
        "Example": {"name": "Ada", "order": "1001"},
    }


def want(folder: Path, count: int) -> None:
    """Write the project: so many templates, a file each."""
    (folder / "templates").mkdir(parents=True)
    (folder / "templatesync.yaml").write_text(PROJECT)
    for number in range(count):
        (folder / "templates" / f"{number:05}.yaml").write_text(json.dumps(body(number)))


def measure(url: str, folder: Path, *arguments: str) -> None:
    """Run one command; print its wall time, what was throttled, and the share of each rate that was used."""
    before = len(control(url, "history"))
    command = [*OURS, "-C", str(folder), "-q", "-o", os.devnull, "--endpoint", url]
    start = time.perf_counter()
    subprocess.run([*command, *arguments], check=True, env={**AROUND, **KEYS})
    wall = time.perf_counter() - start
    calls = control(url, "history")[before:]
    refused = sum(call["code"] not in ("OK", "DetailError.TemplateNotExist") for call in calls)
    share = refused / len(calls)
    print(f"{' '.join(arguments):<12} {wall:6.1f} s wall, {len(calls)} calls, {refused} throttled ({share:.1%})")
    for operation in dict.fromkeys(call["operation"] for call in calls):
        times = [call["time"] for call in calls if call["operation"] == operation]
        if len(times) > 1:
            rate = (len(times) - 1) / (times[-1] - times[0])
            allowed = api().operations[operation].per_second
            print(f"    {operation:<28} {len(times):5} calls {rate:6.1f}/s of {allowed:g}/s: {rate / allowed:.0%}")


def main() -> None:
    """Serve an emulator with quotas, then create, then read."""
    creations, reads = (int(number) for number in sys.argv[1:]) if len(sys.argv) > 2 else (100, 400)
    print(f"templatesync {templatesync.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name, served("--qps", "on") as url:
        want(Path(name, "creations"), creations)
        measure(url, Path(name, "creations"), "apply", "--yes")
        want(Path(name, "reads"), reads)
        for number in range(creations, reads):
            there = {member.lower(): value for member, value in body(number).items()}
            control(url, "template", {"cust_space_id": SPACE, **there})
        measure(url, Path(name, "reads"), "plan")


if __name__ == "__main__":
    main()
