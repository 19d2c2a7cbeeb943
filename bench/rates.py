"""How soon a client finds out how fast it may go: reads of 1,000 details of services that let through 5, 50 and 150.

    PYTHONPATH=tests python bench/rates.py [READS] [--real RATE ...]

Client, signature and emulator are the true ones and time is simulated, but for `--real`: then it is a plan over
loopback, in real time. The second line of each is a run that remembers the first.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Mapping
from pathlib import Path

from measure import OURS, Contender, run, say
from service import KEYS, SPACE, control, fill, served, want
from support.simulated_service import World, ask

from templatesync.emulator.app import Emulator
from templatesync.emulator.settings import Settings
from templatesync.model.request import Request
from templatesync.service.client import Client
from templatesync.service.credentials import emulator_provider
from templatesync.service.driver.driver import Driver, Job
from templatesync.service.transport import EmulatorTransport

LIST, DETAIL = "ListChatappTemplate", "GetChatappTemplateDetail"
RATES: Mapping[str, tuple[int, ...]] = {DETAIL: (5, 50, 150), LIST: (5, 250)}
QUIRKS = {DETAIL: "detail-rate", LIST: "list-rate"}
LATENCIES = (0.002, 0.05, 0.1)
NOW = 1_800_000_000.0

HEAD = """
| operation, true rate | latency | run | seconds | times what the rate allows | throttled |
|---|---|---|---|---|---|"""


def row(operation: str, true: int, latency: str, name: str, took: float, number: int, refused: int) -> str:
    """A row of the table."""
    share, ratio = refused / number, took * true / number
    return f"| {operation}, {true}/s | {latency} | {name} | {took:.1f} | {ratio:.3f} | {refused} ({share:.2%}) |"


def simulated(operation: str, true: int, latency: float, number: int) -> None:
    """Two runs in simulated time."""
    dice = random.Random(5)
    world = World(latency=lambda request: latency * (0.4 + 1.2 * dice.random()))
    world.now = NOW
    emulator = Emulator(Settings(quirks={QUIRKS[operation]: str(true)}), clock=world.clock)
    client = Client(
        endpoint="http://127.0.0.1",
        cust_space_id=SPACE,
        credentials=emulator_provider(),
        transport=EmulatorTransport(emulator.handle),
        account="bench",
        clock=world.clock,
    )
    asked = Request(operation, {"TemplateCode": "none", "Language": "en"} if operation == DETAIL else {})
    before: Driver | None = None
    for name in ("first", "next"):
        driver = world.driver()
        if before:
            driver.remember(before.learned)
        began = world.now
        driver.run([Job(client, ask(*[asked] * number))])
        print(row(operation, true, f"{latency * 1000:g} ms", name, world.now - began, number, driver.throttled))
        before = driver
        world.now += 60
    emulator.close()


def real(true: int, number: int) -> None:
    """Two plans over loopback."""
    with tempfile.TemporaryDirectory() as name, served("--quirk", f"{QUIRKS[DETAIL]}={true}") as url:
        say(f"rates: {number:,} templates are put into files and emulator")
        want(Path(name, "shop"), number)
        fill(url, number)
        command = [
            *OURS,
            "-C",
            f"{name}/shop",
            "-q",
            "-o",
            os.devnull,
            "--endpoint",
            url,
            "plan",
            "--detailed-exitcode",
        ]
        for title in ("first, real", "next, real"):
            seen = max((call["seq"] for call in control(url, "history")), default=0)
            say(f"rates: {true} a second, {title}")
            run(Contender("templatesync plan", command, {**KEYS, "XDG_CACHE_HOME": f"{name}/cache"}))
            calls = [call for call in control(url, "history") if call["seq"] > seen and call["operation"] == DETAIL]
            took = calls[-1]["time"] - calls[0]["time"]
            print(row(DETAIL, true, "loopback", title, took, number, len(calls) - number), flush=True)


def main() -> None:
    """Simulated, then what is asked for in real time."""
    options = argparse.ArgumentParser()
    options.add_argument("reads", type=int, nargs="?", default=1000)
    options.add_argument("--real", type=int, nargs="*", default=[], help="of 5, 50 and 150")
    given = options.parse_args()
    print(HEAD)
    for operation, rates in RATES.items():
        for true in rates:
            for latency in LATENCIES:
                simulated(operation, true, latency, given.reads)
    for true in given.real:
        real(true, given.reads)


if __name__ == "__main__":
    main()
