"""A plan of unchanged templates over the network, and the official SDK doing the same reads.

    python bench/network.py [TEMPLATES] [--latency MS] [--sdk] [--cache] [--unpaced]

The emulator is a process of its own that enforces the documented rates. The floor is what these allow: the most that
calls divided by rate comes to, over all operations. Processor time is that of the client alone, by phase. `--sdk` adds
a plain loop of the official SDK over at most 200 details (`make .venv/.sdk` installs it); `--cache` plans twice more,
with `--cache`; `--unpaced` serves without rates and latency, which leaves the processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import corpus

import templatesync
from templatesync.cams.model import api

SPACE = "cams-bench"
PROJECT = f"version: 1\nspaces: {{shop: {{cust_space_id: {SPACE}}}}}\n"
KEYS = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "emulator", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "emulator"}
ROOT = Path(__file__).parents[1]
SDK = ROOT / ".venv" / "sdk-5.3.1"
SDK_DETAILS = 200

# Run in the client's process; the phases are those of `plan`, with a look at the processor's clock between them.
PHASES = """
import json, resource, sys, time
start = time.process_time()
from pathlib import Path
from templatesync.commands import common, plan
from templatesync.driver import Driver
from templatesync.live import *
from templatesync.plan import make_plan
from templatesync.scene import Wishes
from templatesync.session import Connection, Edges, connect
import os
spent = {"start": time.process_time()}
def lap(name):
    spent[name] = time.process_time() - sum(spent.values())
files = common.read_files(Path(sys.argv[1]))
chosen = common.choose(files.project, ("shop",), False, in_ci=False)
wanted, _ = common.wanted_resources(files, chosen, Wishes())
files = common.without_documents(files, wanted)
lap("files")
class Timed(Driver):
    def run(self, *given, **named):
        lap("before")
        result = super().run(*given, **named)
        lap("network")
        return result
connection = Connection(endpoint=sys.argv[2], environment=dict(os.environ), edges=Edges(driver=Timed))
with connect(files.project, chosen, connection) as session:
    found, _ = common.scenes(session, files, chosen, wanted, Wishes())
lap("scene")
plan = make_plan(found[0])
lap("plan")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"spent": spent, "peak": peak, "changes": len(plan.changes),
                  "writes": len(plan.writes), "throttled": session.driver.throttled}))
"""

LOOP = """
import json, sys, time
from alibabacloud_cams20200606.client import Client
from alibabacloud_cams20200606 import models
from alibabacloud_tea_openapi.models import Config
host, space, most = sys.argv[1].removeprefix("http://"), sys.argv[2], int(sys.argv[3])
client = Client(Config(access_key_id="emulator", access_key_secret="emulator", endpoint=host, protocol="http"))
rows, index = [], 1
start = time.process_time()
while True:
    page = models.ListChatappTemplateRequestPage(index=index, size=100)
    request = models.ListChatappTemplateRequest(cust_space_id=space, template_type="WHATSAPP", page=page)
    body = client.list_chatapp_template(request).body
    rows += body.list_template or []
    if len(rows) >= min(body.total, most) or not body.list_template:
        break
    index += 1
listed, rows = time.process_time() - start, rows[:most]
start, began = time.process_time(), time.perf_counter()
for row in rows:
    client.get_chatapp_template_detail(models.GetChatappTemplateDetailRequest(
        cust_space_id=space, template_code=row.template_code, language=row.language, template_type="WHATSAPP"))
print(json.dumps({"list": listed / index, "detail": (time.process_time() - start) / len(rows),
                  "wall": (time.perf_counter() - began) / len(rows)}))
"""


def control(url: str, path: str, given: Any = None) -> Any:
    """A control endpoint; GET when nothing is given."""
    data = None if given is None else json.dumps(given).encode()
    with urllib.request.urlopen(f"{url}/_emulator/{path}", data, timeout=60) as answer:
        return json.load(answer)


@contextmanager
def served(folder: Path, count: int, *options: str) -> Iterator[str]:
    """An emulator that has what the files of a new project want."""
    corpus.write(folder, count)
    (folder / "templatesync.yaml").write_text(PROJECT, encoding="utf-8")
    command = [sys.executable, "-m", "templatesync", "emulator", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as emulator:
        try:
            assert emulator.stdout is not None
            url = emulator.stdout.readline().split()[-1]
            control(url, "settings", {"history": 100_000})
            dice = random.Random(1)
            for number in range(count):
                body = {name.lower(): value for name, value in corpus.template(number, dice).items()}
                ttl = body.pop("messagesendttlseconds", None)
                properties = {"properties": {"MessageSendTtlSeconds": ttl}} if ttl else {}
                control(url, "template", {"cust_space_id": SPACE, **body, **properties})
            yield url
        finally:
            emulator.terminate()


def run(command: list[str], environment: dict[str, str]) -> tuple[str, float, float, float]:
    """Output, wall and processor seconds, and peak MiB of a process."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(process.returncode)
    wall = time.perf_counter() - start
    return output.decode(), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def plan(url: str, folder: Path, home: Path, *options: str) -> None:
    """The command itself: wall against the floor, calls, throttled answers, processor time and memory."""
    seen = max((call["seq"] for call in control(url, "history")), default=0)
    command = [sys.executable, "-m", "templatesync", "-C", str(folder), "-q", "--endpoint", url]
    command += ["plan", "--detailed-exitcode", "-o", os.devnull, *options]
    environment = {**os.environ, **KEYS, "XDG_CACHE_HOME": str(home)}
    _, wall, cpu, peak = run(command, environment)
    calls = [call for call in control(url, "history") if call["seq"] > seen]
    refused = sum(call["code"] != "OK" for call in calls)
    counts = Counter(call["operation"] for call in calls)
    floor = max(number / api().operations[name].per_second for name, number in counts.items())
    print(f"plan {' '.join(options)}: {wall:.2f} s wall, floor {floor:.2f} s, ratio {wall / floor:.3f}, "
          f"{cpu:.2f} s cpu, {peak:.0f} MiB, {len(calls)} calls, {refused} throttled")  # fmt: skip
    span = calls[-1]["time"] - calls[0]["time"]
    print(f"    from the first call to the last {span:.2f} s, {span / floor:.3f} of the floor: "
          + ", ".join(f"{name} {number}" for name, number in counts.items()), flush=True)  # fmt: skip


def phases(url: str, folder: Path, count: int) -> None:
    """The same in one process that looks at the processor's clock between the steps."""
    output, _, _, _ = run([sys.executable, "-c", PHASES, str(folder), url], {**os.environ, **KEYS})
    told = json.loads(output)
    parts = {name: seconds if name == "start" else seconds / count for name, seconds in told.pop("spent").items()}
    print("cpu by phase: " + ", ".join(f"{name} {each * 1000:.3f} ms" for name, each in parts.items())
          + " (start once, the others for each template); "
          + ", ".join(f"{name} {value}" for name, value in told.items()))  # fmt: skip


def sdk(url: str, count: int) -> None:
    """The official SDK in a plain loop."""
    most = str(min(count, SDK_DETAILS))
    output, _, _, _ = run([sys.executable, "-c", LOOP, url, SPACE, most], {**os.environ, "PYTHONPATH": str(SDK)})
    told = json.loads(output)
    print(f"official SDK: {told['detail'] * 1000:.3f} ms cpu and {told['wall'] * 1000:.1f} ms wall for each detail, "
          f"{told['list'] * 1000:.3f} ms cpu for each page")  # fmt: skip


def main() -> None:
    """Serve, then measure."""
    options = argparse.ArgumentParser()
    options.add_argument("count", type=int, nargs="?", default=1000)
    options.add_argument("--latency", type=int, default=50)
    for name in ("--sdk", "--cache", "--unpaced"):
        options.add_argument(name, action="store_true")
    given = options.parse_args()
    print(f"templatesync {templatesync.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores, "
          f"{given.count} templates")  # fmt: skip
    served_with = () if given.unpaced else ("--qps", "on", "--latency", str(given.latency))
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name, "project"), Path(name, "cache")
        with served(folder, given.count, *served_with) as url:
            if not given.unpaced:
                plan(url, folder, home)
            phases(url, folder, given.count)
            if given.cache:
                plan(url, folder, home, "--cache")
                plan(url, folder, home, "--cache")
            if given.sdk:
                sdk(url, given.count)


if __name__ == "__main__":
    main()
