"""The processes of a round: a served emulator, and runs of the real command line that may be killed. Judges nothing."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from support.kills.script import Blow, Kill, Weather
from support.kills.shop import SPACE
from support.kills.starting import COLD, Start, Started, program_in_shell, warm
from templatesync.model.change import Action

PATIENCE = 300.0
"""Seconds after which a run hangs: it may look for two minutes for what a write became, and for another thing then."""
GRACE = 10.0
"""Seconds after which a run that was asked to end is killed, as CI does."""
CALM = 60.0
"""Seconds after which an emulator that does not begin, or that still has something to do, hangs."""


class Told(NamedTuple):
    """What one run said. `in_write`: some of its writes had arrived and were not carried out when it was killed.

    One that hangs is ended after PATIENCE.
    """

    step: str
    code: int
    out: str
    err: str
    document: Any
    seconds: float
    in_write: bool = False
    hangs: bool = False


def environment(home: Path) -> dict[str, str]:
    """A user's, with everything that is kept for the user below one folder."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "CACHE", "CONFIG", "DATA")}
    keys = dict.fromkeys(("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"), "emulator")
    return {**kept, **folders, **keys, "HOME": str(home)}


@functools.cache
def options_of(command: str) -> str:
    """What a command says of its options: some of them are younger than this judge."""
    return subprocess.run([*COLD, command, "--help"], capture_output=True, text=True, check=True).stdout


@dataclass(slots=True)
class Service:
    """A served emulator."""

    url: str
    client: httpx.Client

    def control(self, path: str, **body: Any) -> Any:
        """A control endpoint; GET when there is no body."""
        url = f"{self.url}/_emulator/{path}"
        answer = self.client.post(url, json=body) if body else self.client.get(url)
        answer.raise_for_status()
        return answer.json()

    def history(self, after: int = 0) -> list[dict[str, Any]]:
        """What it received and carried out, or refused."""
        found: list[dict[str, Any]] = self.control(f"history?after={after}")
        return found

    def last(self) -> int:
        """The number of the last call."""
        return max((entry["seq"] for entry in self.history()), default=0)

    def until_calm(self, lag: float) -> None:
        """Wait until nothing is under way any more, and everything shows what was carried out."""
        until = time.monotonic() + CALM
        while self.control("pending"):
            assert time.monotonic() < until, "writes are under way for ever"
            time.sleep(0.02)
        changed = [entry["time"] for entry in self.history() if entry["changed"]]
        time.sleep(max(0.0, max(changed, default=0.0) + lag + 0.05 - time.time()))


@contextlib.contextmanager
def serving(database: Path, weather: Weather) -> Iterator[Service]:
    """The emulator as a process of its own, with the real clock."""
    switches = ["--review", "approve", "--modify-approved", "allow", "--db", str(database)]
    switches += [
        "--latency",
        str(round(weather.latency * 1000)),
        "--write-delay",
        str(round(weather.write_delay * 1000)),
    ]
    switches += ["--consistency-delay", str(weather.consistency_delay)]
    switches += [f"--quirk={name}={value}" for name, value in weather.quirks.items()]
    folder = database.parent
    out, err = folder / "emulator.out", folder / "emulator.err"
    process = warm(["emulator", "--port", "0", *switches], folder, environment(folder), out, err)
    try:
        with httpx.Client(trust_env=False, timeout=30) as client:
            until = time.monotonic() + CALM
            while not (line := out.read_text() if out.is_file() else "").endswith("\n"):
                assert process.poll() is None and time.monotonic() < until, err.read_text()
                time.sleep(0.005)
            yield Service(line.splitlines()[0].removeprefix("listening on ").strip(), client)
    finally:
        process.terminate()
        process.wait(CALM)


@dataclass(slots=True)
class Machine:
    """A project and a user's folder: whatever a run writes down is in one of the two. `start`: how runs begin."""

    root: Path
    home: Path
    service: Service
    settle: int
    start: Start = warm

    def forget(self) -> None:
        """Another machine from now on, with another checkout."""
        shutil.rmtree(self.root / ".templatesync", ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)

    def apply(self, step: str, blow: Blow | None = None) -> Told:
        """Apply to the end, or until the blow falls."""
        receipt = self.root.parent / f"{step}.json"
        asked = ["apply", "--yes", *self._where, "--receipt", str(receipt)]
        told = self._run(step, [*asked, *self._settle("apply")], blow)
        return told._replace(document=json.loads(receipt.read_bytes()) if receipt.is_file() else None)

    def plan(self, step: str) -> Told:
        """What is left to do."""
        asked = ["plan", "--detailed-exitcode", "--format", "json", *self._where]
        told = self._run(step, [*asked, *self._settle("plan")], None)
        return told._replace(document=json.loads(told.out) if told.code in (0, 2, 6) and told.out else None)

    @property
    def _where(self) -> list[str]:
        return ["--space", SPACE, "--endpoint", self.service.url, "--allow-breaking"]

    def _settle(self, command: str) -> list[str]:
        return ["--settle", str(self.settle)] if "--settle" in options_of(command) else []

    def _run(self, step: str, asked: Sequence[str], blow: Blow | None) -> Told:
        self.home.mkdir(parents=True, exist_ok=True)
        out, err = (self.root.parent / f"{step}.{name}" for name in ("out", "err"))
        before, began = self.service.last() if blow else 0, time.monotonic()
        start = program_in_shell if blow is not None and blow.how is Kill.GROUP else self.start
        process = start(asked, self.root, environment(self.home), out, err)
        in_write = hangs = False
        if blow is not None and self._reached(process, blow, before):
            in_write = self._strike(process, blow.how)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            hangs = True
        read = [path.read_text(encoding="utf-8", errors="replace") for path in (out, err)]
        return Told(step, process.returncode, read[0], read[1], None, time.monotonic() - began, in_write, hangs)

    def _reached(self, process: Started, blow: Blow, before: int) -> bool:
        """Wait for the moment; whether the run was still there."""
        while blow.write and process.poll() is None and self._arrived(before) < blow.write:
            time.sleep(0.01)
        try:
            process.wait(blow.seconds)
        except subprocess.TimeoutExpired:
            return True
        return process.poll() is None

    def _arrived(self, before: int) -> int:
        carried_out = [entry for entry in self.service.history(before) if entry["changed"]]
        return len(carried_out) + len(self.service.control("pending"))

    def _strike(self, process: Started, how: Kill) -> bool:
        """Kill, and say whether a write was under way."""
        if how is Kill.GROUP:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        elif how is Kill.KILL:
            process.kill()
            process.wait()
        in_write = bool(self.service.control("pending"))
        if how is Kill.TERM:
            process.terminate()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return in_write


def shown(told: Told) -> str:
    """All that a run said, for a person."""
    head = f"--- {told.step}: exit {told.code} after {told.seconds:.1f} s"
    if not told.out.startswith("{"):
        return f"{head}\n{told.out}{told.err}"
    left = [row for row in rows(told.document) if row["action"] != Action.NO_OP]
    return "\n".join([head, *(f"  {row['action']} {row['key']}: {'; '.join(row['notes'])}" for row in left), told.err])


def rows(document: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The changes of a plan or a receipt."""
    return [row for space in (document or {}).get("spaces", []) for row in space["changes"]]
