"""Runs that are killed while the service still works on what they sent. `make kills` plays hundreds of rounds.

Here two are played, side by side, with real processes and as little real time as will do; and the judge is judged.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from support.beliefs.truth import Thing, Truth, names, sent_twice, truth
from support.emulated_project import LOCAL, Standing
from support.kills.processes import Machine, Service, Told
from support.kills.round import Round
from support.kills.script import Blow, Kill, Script, Weather, draw
from support.kills.shop import Shop, base
from support.kills.starting import program
from support.kills.verdict import Law, judge

from templatesync.emulator import HttpRequest, HttpResponse, Review, Settings
from templatesync.emulator.server import running

SETTLE = 2
SOON = 0.5
"""Seconds after the next run has looked for the first time: much less than it is told to wait."""
READ = "QueryChatappBindWaba"
"""The first thing that a run asks."""


class Slow(Standing):
    """Carries the first write out soon after another run has begun to look, and all others at once."""

    def __init__(self) -> None:
        super().__init__(Settings(review=Review.APPROVE, write_delay_ms=1), sleep=self._sleep)
        self.first = threading.Lock()
        self.go_on = threading.Event()
        self.looks = 0

    def _sleep(self, seconds: float) -> None:
        if self.first.acquire(blocking=False):
            self.go_on.wait(30)

    def handle(self, request: HttpRequest) -> HttpResponse:
        response = super().handle(request)
        action = request.headers.get("x-acs-action", "")
        if action == READ and self.first.locked():
            self.looks += 1
        elif action.startswith(("List", "Get")) and self.looks:
            threading.Timer(SOON, self.go_on.set).start()
        return response


class Played(NamedTuple):
    """What came of a round."""

    told: Told
    truth: Truth
    twice: list[str]


def kill_and_go_on(folder: Path, shop: Shop, live: dict[str, Any] | None) -> Played:
    """Kill a run as soon as its first write has arrived, and let another machine go on at once."""
    shop.write(folder / "project")
    emulator = Slow()
    with ExitStack() as stack:
        stack.callback(emulator.end)
        service = Service(
            stack.enter_context(running(emulator)), stack.enter_context(httpx.Client(trust_env=False, timeout=30))
        )
        if live:
            service.control("template", cust_space_id=LOCAL, **live)
        machine = Machine(folder / "project", folder / "home", service, SETTLE, program)
        killed = machine.apply("killed", Blow(Kill.KILL, write=1, seconds=0, fresh=True))
        assert (killed.code, killed.in_write) == (-9, True), killed
        machine.forget()
        told = machine.apply("next")
        service.until_calm(0)
        return Played(told, truth(emulator), sent_twice(names(emulator), service.history()))


def new_code() -> Shop:
    shop = Shop({"templatesync.yaml": base().files["templatesync.yaml"]})
    shop.qr_code("new", "Hello, what is new?")
    return shop


def edited() -> Shop:
    shop = Shop({"templatesync.yaml": base().files["templatesync.yaml"]})
    shop.offer("news", "second", allowed=True)
    return shop


BEFORE = {
    "name": "news",
    "language": "en",
    "category": "MARKETING",
    "status": "fail",
    "components": [{"Type": "BODY", "Text": "Hello $(name), the glazes of edition first are here."}],
    "example": {"name": "Ann"},
}


@pytest.mark.slow
def test_what_was_under_way_is_not_done_again(tmp_path: Path) -> None:
    rounds = [(new_code(), None), (edited(), BEFORE)]
    with ThreadPoolExecutor() as pool:
        folders = [tmp_path / str(number) for number in range(len(rounds))]
        ended = list(pool.map(kill_and_go_on, folders, *zip(*rounds, strict=True)))
    for (shop, _), played in zip(rounds, ended, strict=True):
        assert (played.truth.doubles, played.twice) == ((), []), played.told
        assert set(played.truth.made.values()) == {1}, played.told
        assert all(mark in played.truth.things[key].content for key, mark in shop.marks.items() if mark is not None)
        assert played.told.code in (0, 10), played.told


# --- the judge --------------------------------------------------------------------------------------------------------

KEY = "flow/ask"


def played(**other: Any) -> Round:
    """A round in which all went well, but for what is other."""
    shop = Shop(marks={KEY: "new edition"})
    receipt = {"spaces": [{"changes": [{"key": KEY, "outcome": "done", "message": ""}]}]}
    given = {
        "truth": Truth({KEY: Thing("the new edition", "DRAFT", "1")}, (), {KEY: 1}),
        "runs": [(said("apply-0", 0, receipt), said("plan-0", 0, {"spaces": [{"changes": [row("no_op")]}]}))],
    }
    return Round(Script(1, Weather(), ()), shop, **(given | other))


def said(step: str, code: int, document: Any, err: str = "") -> Told:
    return Told(step, code, "", err, document, 1.0)


def row(action: str) -> dict[str, Any]:
    return {"key": KEY, "action": action, "reason": "", "notes": []}


def left(action: str, outcome: str, message: str) -> list[tuple[Told, Told]]:
    receipt = {"spaces": [{"changes": [{"key": KEY, "outcome": outcome, "message": message}]}]}
    return [(said("apply-0", 10, receipt), said("plan-0", 2, {"spaces": [{"changes": [row(action)]}]}))]


def breaches() -> Iterator[tuple[dict[str, Any], Law]]:
    thing = Thing("the new edition", "DRAFT", "1")
    yield {"truth": Truth({KEY: thing}, (KEY,), {KEY: 2})}, Law.ONCE
    yield {"truth": Truth({KEY: thing}, (), {KEY: 2})}, Law.ONCE
    yield {"twice": [f"ModifyFlow {KEY}"]}, Law.ONE_EDIT
    yield {"truth": Truth({}, (), {})}, Law.TRUE
    yield {"truth": Truth({KEY: thing._replace(content="the old one")}, (), {KEY: 1})}, Law.TRUE
    yield {"runs": left("update", "done", "")}, Law.HEALS
    yield {"runs": left("create", "unknown", "nobody can tell")}, Law.HEALS
    yield {"runs": left("create", "failed", "plan again")}, Law.HEALS
    yield {"runs": [(said("apply-0", 1, None), said("plan-0", 5, None, "no answer"))]}, Law.HEALS
    yield {"runs": [(said("apply-0", 70, None), played().runs[0][1])]}, Law.SOUND
    yield {"runs": [(said("apply-0", -9, None)._replace(hangs=True), played().runs[0][1])]}, Law.SOUND
    yield {"killed": [said("killed-0", -9, None, "Traceback (most recent call last):")]}, Law.SOUND


@pytest.mark.parametrize(("other", "law"), [*breaches()])
def test_the_judge_sees_each_breach(other: dict[str, Any], law: Law) -> None:
    assert law in {wrong.law for wrong in judge(played(**other)).wrong}


def test_the_judge_lets_pass_what_is_well_or_said_in_words() -> None:
    well = judge(played())
    assert (well.wrong, well.more) == ((), 0)
    told = judge(played(runs=left("create", "unknown", "nobody can tell; look at it, then plan again")))
    assert (told.wrong, told.more, len(told.said)) == ((), None, 1)


def test_a_seed_is_one_round() -> None:
    assert draw(7) == draw(7) != draw(8)
