"""What a plan of unchanged templates costs the processor and the memory, beside octoDNS and the official SDK.

    python bench/plan.py [TEMPLATES ...] [--rounds N] [--budget SECONDS]

The service is an emulator in a process of its own, without rates and latency, and our client is not held to the rates
either; only clients are measured. What the others do is less: octoDNS reads the same records from two folders of YAML
and compares them, with no network; the script with the official SDK asks for lists and details, and compares nothing.
`network.py` measures wall time under the rates.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from measure import PEERS, ROOT, Contender, in_turn, record, say, table
from service import KEYS, SPACE, fill, served, want

SDK = ROOT / ".venv" / "sdk-5.3.1"
ZONE = 10
"""Records in each of octoDNS's zones, a file each."""


def octodns(folder: Path, count: int) -> Path:
    """Two folders with the same records, source and target, and a configuration; its path."""
    zones = [f"shop{number:04}.example.com." for number in range(count // ZONE)]
    for side in ("source", "target"):
        (folder / side).mkdir(parents=True)
        for number, zone in enumerate(zones):
            records = [
                f"host{host}: {{type: A, values: [192.0.2.{number % 250 + 1}, 198.51.100.{host + 1}]}}\n"
                for host in range(ZONE)
            ]
            (folder / side / f"{zone}yaml").write_text("---\n" + "".join(records), encoding="utf-8")
    providers = {
        side: {"class": "octodns.provider.yaml.YamlProvider", "directory": str(folder / side)}
        for side in ("source", "target")
    }
    asked = {zone: {"sources": ["source"], "targets": ["target"]} for zone in zones}
    config = folder / "config.yaml"
    config.write_text(json.dumps({"providers": providers, "zones": asked}), encoding="utf-8")
    return config


def contenders(url: str, project: Path, config: Path) -> list[Contender]:
    """Ours, the straight script, octoDNS. The first is what ratios are taken of."""
    ours = [sys.executable, str(ROOT / "bench/unpaced.py"), "-C", str(project), "-q", "-o", os.devnull]
    ours += ["--endpoint", url, "plan", "--detailed-exitcode"]
    script = [sys.executable, str(ROOT / "bench/peers/sdk.py"), url, SPACE]
    sync = [str(PEERS / "bin/octodns-sync"), "--quiet", "--config-file", str(config)]
    return [
        Contender("templatesync plan", ours, KEYS),
        Contender("official SDK: list and details alone", script, {"PYTHONPATH": str(SDK)}, needs=[SDK]),
        Contender("octoDNS: plan of as many records, YAML to YAML, no network", sync),
    ]


def parts(ours: Contender, sdk: Contender, count: int) -> str:
    """Where the time of ours goes, and what a detail costs the SDK, in a sentence or two."""
    told = [json.loads(run.output) for run in ours.runs]
    each = {name: statistics.median(one[name] for one in told) / count * 1000 for name in told[0]}
    said = (
        f"Of ours, for each template: {each['before']:.2f} ms before the first request (to read the file, judge it and "
        f"make a resource of it), {each['network']:.2f} ms for requests and answers, {each['after']:.2f} ms to compare "
        f"and tell; imports take {each['start'] * count:.0f} ms once."
    )
    if sdk.runs:
        calls = [json.loads(run.output) for run in sdk.runs]
        detail = statistics.median(one["detail"][0] / one["details"] for one in calls) * 1000
        said += f" A detail call of the official SDK takes {detail:.2f} ms."
    return said + "\n"


def main() -> None:
    """One emulator, filled up to each number; every contender in turn, round after round."""
    options = argparse.ArgumentParser()
    options.add_argument("templates", type=int, nargs="*", default=[1000, 10_000])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--budget", type=float, default=15.0, help="seconds of one contender at one number")
    given = options.parse_args()
    measured, there = {}, 0
    with served() as url:
        for count in given.templates:
            with tempfile.TemporaryDirectory() as name:
                say(f"plan: {count:,} templates are put into files and emulator")
                want(Path(name, "shop"), count)
                fill(url, count, there)
                there = count
                present = contenders(url, Path(name, "shop"), octodns(Path(name, "dns"), count))
                in_turn(f"plan, {count:,} templates", present, given.rounds, given.budget)
            measured[count] = present
            print(table(f"{count:,} unchanged templates", present, count, "template"))
            print(parts(present[0], present[1], count), flush=True)
    record("plan", measured)


if __name__ == "__main__":
    main()
