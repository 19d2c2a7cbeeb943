"""The command line itself, with a real client and real keys, against an emulator that misbehaves. Time is simulated.

Requests take the way of a real space: signed with keys from the environment, counted against quotas, and carried by a
transport into the emulator, or over loopback where only a real connection can go wrong.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from support.emulated_project import LOCAL, Clock, Standing, World
from support.simulated_service import SimulatedWorkers
from support.spellings import SPELLINGS
from templatesync.cli import run
from templatesync.commands.session import Connection
from templatesync.emulator import HttpRequest, HttpResponse, Settings
from templatesync.emulator.server import running
from templatesync.render.progress import Progress
from templatesync.service import http
from templatesync.service.driver.driver import Driver
from templatesync.service.transport import EmulatorTransport

KEY_ID = "LTAI5tCANARYKEYID0000009"
KEY_SECRET = "CANARYsecretOfTheKey0009"
TOKEN = "CAISCANARYtoken+of/a=session"
PASSWORD = "CANARYproxyPassword"
CANARIES = (KEY_SECRET, TOKEN, PASSWORD)

ENDPOINT = "http://127.0.0.1:9"
"""Nothing is sent there: the transport stands in for the network."""

# What decides on keys, proxies and places besides what a test sets.
_FOREIGN = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CONFIG_HOME")
_OWN = ("CI", "FORCE_COLOR", "NO_COLOR", "TEMPLATESYNC_ENDPOINT")


@dataclass(frozen=True)
class Ended:
    """A command that ended. `rows` are the changes of the receipt, of all spaces."""

    code: int
    out: str
    err: str
    rows: tuple[Mapping[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """All that a person sees."""
        return self.out + self.err

    @property
    def ends(self) -> dict[str, str]:
        """How each change ended."""
        return {row["name"]: row["outcome"] for row in self.rows}

    def row(self, name: str) -> Mapping[str, Any]:
        """The only end of a change."""
        (only,) = [row for row in self.rows if row["name"] == name]
        return only


class Pace:
    """A clock as the workers of the driver's own tests want it: with the latency of the network."""

    def __init__(self, clock: Clock, latency: Callable[[Any], float]) -> None:
        self.clock = clock
        self.latency = latency

    @property
    def now(self) -> float:
        return self.clock.now

    @now.setter
    def now(self, now: float) -> None:
        self.clock.now = now


class Service(Standing):
    """`rewrite` may change an answer on its way out, given the operation."""

    rewrite: Callable[[str, HttpResponse], HttpResponse] | None = None

    def handle(self, request: HttpRequest) -> HttpResponse:
        response = super().handle(request)
        operation = request.headers.get("x-acs-action", "")
        return self.rewrite(operation, response) if self.rewrite else response


@contextlib.contextmanager
def speaking(words: bytes) -> Iterator[int]:
    """A port where nobody understands what is said, and these are the words of whoever is there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(words)

        thread = threading.Thread(target=accept)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


class Front(World):
    """A project with one real space, `shop`, unless `spaces` says otherwise; its keys are in the environment."""

    def __init__(
        self, root: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str], token: str = ""
    ) -> None:
        super().__init__(root / "project", spaces={"shop": {"cust_space_id": LOCAL}})
        self.emulator.end()
        numbers = count(1)
        self.emulator: Service = Service(
            Settings(access_key_id=KEY_ID, access_key_secret=KEY_SECRET, security_token=token),
            clock=self._emulator_clock,
            sleep=self.clock.sleep,
            ids=lambda: f"REQUEST-{next(numbers)}",
        )
        self.ahead = 0.0
        self.latency: Callable[[Any], float] | None = None
        self.home = root / "home"
        self.home.mkdir()
        self.exits = ExitStack()
        self._patch = patch
        self._capture = capture
        self._receipts = count(1)
        self._seen: list[str] = []
        self._environment(token)
        patch.setattr("templatesync.commands.session.Connection", functools.partial(Connection, edges=self.edges))
        self.over(EmulatorTransport(self._handle))
        self.endpoint = ENDPOINT

    def _emulator_clock(self) -> float:
        return self.clock() + self.ahead

    def _handle(self, request: Any) -> Any:
        return self.emulator.handle(request)

    def _environment(self, token: str) -> None:
        for name in (*_FOREIGN, *_OWN):
            self._patch.delenv(name, raising=False)
            self._patch.delenv(name.lower(), raising=False)
        for name in [name for name in os.environ if name.startswith("ALIBABA_CLOUD_")]:
            self._patch.delenv(name)
        self._patch.setenv("HOME", str(self.home))
        self.keys(KEY_ID, KEY_SECRET, token)

    def _driver(self) -> Driver:
        """One worker that is done at once; with `latency`, sixteen of them."""
        if self.latency is None:
            return super()._driver()
        pace = Pace(self.clock, self.latency)
        driver = Driver(clock=self.clock, make_workers=lambda size: SimulatedWorkers(pace, size), random=Random(1))  # type: ignore[arg-type]
        self.drivers.append(driver)
        return driver

    # The way to the service

    def keys(self, key_id: str, secret: str, token: str = "") -> None:
        """The keys in the environment; empty ones take them away."""
        given = {"ACCESS_KEY_ID": key_id, "ACCESS_KEY_SECRET": secret, "SECURITY_TOKEN": token}
        for name, value in given.items():
            if value:
                self._patch.setenv(f"ALIBABA_CLOUD_{name}", value)
            else:
                self._patch.delenv(f"ALIBABA_CLOUD_{name}", raising=False)

    def setenv(self, name: str, value: str) -> None:
        self._patch.setenv(name, value)

    def patch(self, target: str, value: Any) -> None:
        self._patch.setattr(target, value)

    def over(self, transport: httpx.BaseTransport | None = None, **more: Any) -> None:
        """What carries requests; the network itself when it is None."""
        make = functools.partial(_NETWORK, transport=transport, **more)
        self._patch.setattr("templatesync.service.http.Network", make)

    def serve(self, **more: Any) -> None:
        """From now on over loopback, to the same emulator."""
        self.over(**more)
        self.endpoint = self.exits.enter_context(running(self.emulator))

    def once_read(self, act: Callable[[], None]) -> None:
        """Do something once, after everything was read and before the first look that precedes a write."""
        told = Progress.started

        def started(progress: Progress, total: int) -> None:
            self._patch.setattr(Progress, "started", told)
            act()
            told(progress, total)

        self._patch.setattr(Progress, "started", started)

    def before_call(self, operation: str, nth: int, act: Callable[[], None]) -> None:
        """Do something on the service's side just before the nth call of an operation from now."""
        calls = count(1)

        def before(called: str) -> None:
            if called == operation and next(calls) == nth:
                act()

        self.emulator.before = before

    # The command line

    def cli(self, *arguments: str) -> Ended:
        """Run it; `--space` is for the caller to give, or `default_space` decides."""
        self._capture.readouterr()
        started = self.clock.now
        given = ["--endpoint", self.endpoint] if self.endpoint else []
        code = run(["-C", str(self.root), *given, *arguments])
        out, err = self._capture.readouterr()
        self.took = self.clock.now - started
        self._seen += [out, err]
        return Ended(code, out, err)

    def carry_out(self, *arguments: str) -> Ended:
        """`apply --yes`, with the rows of its receipt. Each change must have ended once."""
        receipt = self.root / f"receipt-{next(self._receipts)}.json"
        consent = () if any(word.endswith(".json") for word in arguments) else ("--yes",)
        ended = self.cli("apply", *consent, "--details", "--receipt", str(receipt), *arguments)
        if not receipt.exists():
            return ended
        document = json.loads(receipt.read_text(encoding="utf-8"))
        rows = [(space["space"], row) for space in document["spaces"] for row in space["changes"]]
        keys = [(space, row["key"]) for space, row in rows]
        assert len(set(keys)) == len(keys), "a change ended twice"
        for _, row in rows:
            name, _, language = row["key"].partition("@")  # languages that ended alike are told together
            assert row["key"] in ended.out or (name in ended.out and language in ended.out)
            assert row["outcome"] in ended.out
        return Ended(ended.code, ended.out, ended.err, tuple(row for _, row in rows))

    def changes(self) -> int:
        """How many changes a plan has now."""
        document = json.loads(self.cli("plan", "--format", "json").out)
        return sum(document["summary"][action] for action in ("create", "update", "delete", "blocked"))

    # What the service did

    def calm(self) -> None:
        """Lift all faults."""
        self.emulator.handle(HttpRequest("DELETE", "/_emulator/faults", {"host": "127.0.0.1"}))

    def calls(self, operation: str = "") -> list[dict[str, Any]]:
        """What arrived, in order."""
        return [entry for entry in self.control("history") if entry["operation"] == operation or not operation]

    def effects(self, operation: str) -> int:
        """How many calls of an operation changed something."""
        return sum(entry["changed"] for entry in self.calls(operation))

    def end(self) -> None:
        """Close everything, and look for secrets in all that was written."""
        self.exits.close()
        self.emulator.end()
        written = [path.read_text("utf-8", "replace") for path in self.root.rglob("*") if path.is_file()]
        leaks(self._seen + written)


def leaks(texts: Iterable[str]) -> None:
    """No canary in any text, in whatever spelling."""
    spelled = [(name, spell(canary)) for canary in CANARIES for name, spell in SPELLINGS.items()]
    halves = [half for each in CANARIES for half in (each[: len(each) // 2], each[len(each) // 2 :])]
    for text in texts:
        for name, secret in spelled:
            assert secret not in text, f"a secret was written, {name}: {text[:200]}"
        for half in halves:
            assert half not in text, f"half a secret was written: {text[:200]}"


_NETWORK = http.Network


@dataclass
class TokenService:
    """The service that gives credentials of a role: what it does is `reply`, and each credentials last `seconds`."""

    front: Front
    seconds: float = 3600.0
    reply: Callable[[], httpx.Response] | None = None
    asked: list[float] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(self.front.clock())
        if self.reply is not None:
            return self.reply()
        until = datetime.fromtimestamp(self.front.clock() + self.seconds, UTC)
        given = {"AccessKeyId": KEY_ID, "AccessKeySecret": KEY_SECRET, "SecurityToken": TOKEN}
        return httpx.Response(
            200, json={"Credentials": {**given, "Expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ")}, "RequestId": "S1"}
        )


def assumed_role(front: Front) -> TokenService:
    """Let the keys be those of a role, given by a token service of the test's own."""
    front.keys("", "")
    service = TokenService(front)
    profile = {
        "name": "default",
        "mode": "RamRoleArn",
        "access_key_id": KEY_ID,
        "access_key_secret": KEY_SECRET,
        "ram_role_arn": "acs:ram::1000000000000000:role/templates",
    }
    folder = front.home / ".aliyun"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"current": "default", "profiles": [profile]}), encoding="utf-8")

    def make(**more: Any) -> http.Network:
        return _NETWORK(**{**more, "transport": httpx.MockTransport(service)})

    front.patch("templatesync.service.credentials.chain.Network", make)
    return service
