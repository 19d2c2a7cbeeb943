"""A project in a folder and an emulator in memory, reached through the commands themselves. Time moves only by waiting.

The emulator outlives each session, so that what one command did the next one finds.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from templatesync.commands import apply as apply_command
from templatesync.commands import import_
from templatesync.commands import plan as plan_command
from templatesync.commands import update as update_command
from templatesync.commands.session import Connection, Edges
from templatesync.documents.yaml_writer import to_yaml
from templatesync.emulator import Emulator, HttpRequest, HttpResponse, Settings
from templatesync.kinds import KINDS
from templatesync.model.outcome import Outcome
from templatesync.planning.document import text, to_json
from templatesync.planning.inputs import PlanOptions
from templatesync.project.at_revision import Revision
from templatesync.project.settings import Project, Space
from templatesync.service.driver.driver import Driver

LOCAL = "emulator-local"
"""The customer space behind the space `local`."""

LEAVE = "GetChatappUploadAuthorization"
"""Only a write asks for it, and it changes nothing by itself."""

WRITES = frozenset(name for kind in KINDS.values() for name in kind.remote.writes) - {LEAVE}


class Clock:
    """Moves only when somebody waits."""

    def __init__(self, now: float = 1_767_323_045.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class OneWorker:
    """One worker who is done at once; waiting for more moves the clock instead."""

    idle = 1

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.done: deque[tuple[object, Any]] = deque()

    def start(self, token: object, work: Callable[[], Any]) -> None:
        try:
            self.done.append((token, work()))
        except BaseException as error:
            self.done.append((token, error))

    def next(self, timeout: float | None) -> tuple[object, Any] | None:
        if self.done:
            return self.done.popleft()
        assert timeout is not None, "would wait for ever"
        self.clock.sleep(timeout)
        return None

    def wake(self) -> None:
        pass

    def close(self) -> None:
        pass


class Standing(Emulator):
    """An emulator that a session cannot close. `before` is told of each call, `after` may change its answer."""

    before: Callable[[str], None] | None = None
    after: Callable[[str, dict[str, Any]], None] | None = None

    def handle(self, request: HttpRequest) -> HttpResponse:
        operation = request.headers.get("x-acs-action", "")
        if self.before:
            self.before(operation)
        response = super().handle(request)
        if not self.after or not operation:  # the object store has no operations
            return response
        answer = json.loads(response.body)
        self.after(operation, answer)
        body = json.dumps(answer).encode()
        return replace(response, body=body, headers={**response.headers, "content-length": str(len(body))})

    def close(self) -> None:
        """Stays."""

    def end(self) -> None:
        super().close()


class World:
    """A project with one emulator space, `local`, unless `spaces` says otherwise."""

    seen = 0
    """The last call that does not count any more."""
    ahead_of_time = 0.0
    """By how many seconds this machine's clock was set."""

    def __init__(self, root: Path, *, spaces: Mapping[str, Any] | None = None, **project: Any) -> None:
        self.root = root
        self.clock = Clock()
        numbers = count(1)
        self.emulator = Standing(
            Settings(), clock=self.clock, sleep=self.clock.sleep, ids=lambda: f"REQUEST-{next(numbers)}"
        )
        self.drivers: list[Driver] = []
        self.project(spaces=spaces, **project)

    def project(self, *, spaces: Mapping[str, Any] | None = None, **project: Any) -> None:
        """Write the project file."""
        whole = {"version": 1, "spaces": dict(spaces or {"local": {"emulator": True}}), **project}
        self.put("templatesync.yaml", to_yaml(whole))

    def put(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def want(self, *bodies: Mapping[str, Any]) -> None:
        """One file for each body, in place of all files there were."""
        for path in (self.root / "templates").glob("*.yaml"):
            path.unlink()
        for number, body in enumerate(bodies, 1):
            self.put(f"templates/{number:02}.yaml", to_yaml(body))

    def other(self, root: Path) -> World:
        """Another folder with the same project file and the same emulator."""
        twin = object.__new__(World)
        twin.root, twin.clock, twin.emulator, twin.drivers = root, self.clock, self.emulator, []
        twin.put("templatesync.yaml", (self.root / "templatesync.yaml").read_text(encoding="utf-8"))
        return twin

    # The commands

    @property
    def connection(self) -> Connection:
        return Connection(edges=self.edges)

    @property
    def edges(self) -> Edges:
        return Edges(lambda: self.clock() + self.ahead_of_time, self._driver, self._emulator, elapsed=self.clock)

    def set_clock(self, seconds: float) -> None:
        """Somebody, or a service of time, sets this machine's clock; those of others go on as they went."""
        self.ahead_of_time += seconds

    def _driver(self) -> Driver:
        driver = Driver(clock=self.clock, make_workers=lambda size: OneWorker(self.clock), random=Random(1))
        self.drivers.append(driver)
        return driver

    def _emulator(self, project: Project, space: Space) -> Emulator:
        return self.emulator

    def plan(
        self,
        *spaces: str,
        out: Path | None = None,
        since: str | None = None,
        fail_on: tuple[str, ...] = (),
        known: Path | None = None,
        **options: Any,
    ) -> plan_command.PlanResult:
        revision = None if since is None else Revision(since, os.environ)
        asked = PlanOptions(**options)
        return plan_command.plan(
            self.root, spaces, False, asked, self.connection, out=out, since=revision, fail_on=fail_on, known=known
        )

    def document(self, *spaces: str, **options: Any) -> dict[str, Any]:
        """The plan document."""
        return to_json(self.plan(*spaces, **options).plan)

    def text(self, **options: Any) -> str:
        return text(self.document(**options))

    def apply(self, *spaces: str, order: Mapping[str, Any] | None = None, **options: Any) -> apply_command.ApplyResult:
        asked = apply_command.Order(**{"approved": True, **(order or {})})
        return apply_command.apply(self.root, spaces, False, PlanOptions(**options), self.connection, asked)

    def import_(self, *keys: str) -> import_.ImportResult:
        return import_.import_live(self.root, (), False, self.connection, keys)

    def update(self, *keys: str, write: bool = True) -> update_command.UpdateResult:
        """Take what is live into the files."""
        return update_command.update(self.root, (), False, self.connection, keys, confirm=lambda result: write)

    # The other side

    def control(self, path: str, **body: Any) -> Any:
        """A control endpoint of the emulator; GET when there is no body."""
        data = json.dumps(body).encode() if body else b""
        answer = Emulator.handle(
            self.emulator, HttpRequest("POST" if body else "GET", f"/_emulator/{path}", {"host": "127.0.0.1"}, data)
        )
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def lift(self) -> None:
        """End all faults."""
        Emulator.handle(self.emulator, HttpRequest("DELETE", "/_emulator/faults", {"host": "127.0.0.1"}, b""))

    def live(self, **template: Any) -> None:
        """Put a template there as the console would have."""
        self.control("template", **({"cust_space_id": LOCAL} | template))

    def review(self, status: str, name: str = "hello", language: str = "en", **more: Any) -> None:
        self.control("review", cust_space_id=LOCAL, template_name=name, language=language, status=status, **more)

    def settings(self, **settings: Any) -> None:
        self.control("settings", **settings)

    def fault(self, kind: str, action: str = "*", **more: Any) -> None:
        self.control("faults", kind=kind, action=action, **more)

    def forget(self) -> None:
        """What has arrived so far counts no more."""
        self.seen = max((entry["seq"] for entry in self.control("history")), default=0)

    def arrived(self) -> list[dict[str, Any]]:
        """Every call that arrived, carried out or not."""
        return [entry for entry in self.control("history") if entry["seq"] > self.seen]

    def writes(self) -> list[dict[str, Any]]:
        """Every write that arrived, carried out or not."""
        return [entry for entry in self.arrived() if entry["operation"] in WRITES]

    def changed(self) -> list[str]:
        """The writes that were carried out."""
        return [entry["operation"] for entry in self.writes() if entry["changed"]]


def ends(result: apply_command.ApplyResult) -> dict[str, str]:
    """How each change ended, by key."""
    found: list[Outcome] = [outcome for _, outcomes in result.outcomes for outcome in outcomes]
    assert len({(id(outcome.change)) for outcome in found}) == len(found)
    return {str(outcome.change.key): outcome.kind.value for outcome in found}


def outcome(result: apply_command.ApplyResult) -> Outcome:
    """The only outcome."""
    ((_, (only,)),) = result.outcomes
    return only
