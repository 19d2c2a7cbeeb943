"""How close a plan of unchanged templates comes to the floor that the rates set, with the service's latency.

    python bench/network.py [TEMPLATES] [--latency MS] [--cache]

The emulator is a process of its own that enforces the documented rates. The floor is what these allow: the most that
calls divided by rate comes to, over all operations. Beside it the straight script with the official SDK, over at most
200 details, as it makes one call after the other. `--cache` plans twice more, with `--cache`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from measure import OURS, ROOT, Contender, run, say
from plan import SDK
from service import KEYS, SPACE, control, fill, served, want

from templatesync.service.api import api

SDK_DETAILS = 200
HEAD = """\
| {count:,} unchanged templates, {latency} ms latency | wall s | floor s | ratio | first call to last | cpu s | MiB |\
 calls | throttled |
|---|---|---|---|---|---|---|---|---|"""


TRUE = {"GetChatappTemplateDetail": 50, "ListChatappTemplate": 5}
"""What the emulator lets through a second, where the pages disagree. `rates.py` measures other truths."""


def quirks() -> list[str]:
    """The same, as options of the emulator."""
    return ["--quirk", f"detail-rate={TRUE['GetChatappTemplateDetail']}",
            "--quirk", f"list-rate={TRUE['ListChatappTemplate']}"]  # fmt: skip


def since(url: str, seen: int) -> list[dict[str, Any]]:
    """The calls that came after the one of that number."""
    return [call for call in control(url, "history") if call["seq"] > seen]


def floor(calls: list[dict[str, Any]]) -> float:
    """The least seconds that these calls can take."""
    counts = Counter(call["operation"] for call in calls)
    return max(number / TRUE.get(name, api().operations[name].per_second) for name, number in counts.items())


def measure(url: str, contender: Contender) -> str:
    """A row of the table."""
    say(f"network: {contender.name}")
    seen = max((call["seq"] for call in control(url, "history")), default=0)
    done = run(contender)
    calls = since(url, seen)
    least, span = floor(calls), calls[-1]["time"] - calls[0]["time"]
    refused = sum(call["code"] != "OK" for call in calls)
    return (
        f"| {contender.name} | {done.wall:.2f} | {least:.2f} | {done.wall / least:.3f} | {span / least:.3f} | "
        f"{done.cpu:.2f} | {done.mib:.0f} | {len(calls):,} | {refused} |"
    )


def main() -> None:
    """Serve, then measure."""
    options = argparse.ArgumentParser()
    options.add_argument("count", type=int, nargs="?", default=1000)
    options.add_argument("--latency", type=int, default=50)
    options.add_argument("--cache", action="store_true")
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        served("--qps", "on", *quirks(), "--latency", str(given.latency)) as url,
    ):
        say(f"network: {given.count:,} templates are put into files and emulator")
        want(Path(name, "shop"), given.count)
        fill(url, given.count)
        ours = [*OURS, "-C", f"{name}/shop", "-q", "-o", os.devnull, "--endpoint", url, "plan", "--detailed-exitcode"]
        own = {**KEYS, "XDG_CACHE_HOME": f"{name}/cache"}
        print(HEAD.format(count=given.count, latency=given.latency))
        print(measure(url, Contender("templatesync plan", ours, own)), flush=True)
        if given.cache:
            for title in ("templatesync plan --cache, the first", "templatesync plan --cache, nothing changed"):
                print(measure(url, Contender(title, [*ours, "--cache"], own)), flush=True)
        most = min(given.count, SDK_DETAILS)
        script = [sys.executable, str(ROOT / "bench/peers/sdk.py"), url, SPACE, str(most)]
        sdk = Contender(f"official SDK, {most} details", script, {"PYTHONPATH": str(SDK)}, needs=[SDK])
        if sdk.present:
            print(measure(url, sdk))
        else:
            print(f"| {sdk.name}: not measured, as it is not installed |{' |' * 8}")


if __name__ == "__main__":
    main()
