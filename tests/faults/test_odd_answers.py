"""One place of an answer that is odd costs nobody the rest: half a character, depth, absurd numbers, endless lists."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.emulated_project import World, ends
from support.kind_specimens import SPECIMENS, want
from support.plan_scenarios import hello, there
from support.projects import plain

from templatesync.cli import run
from templatesync.cli.options import Globals
from templatesync.commands.doctor import doctor
from templatesync.emulator import HttpResponse
from templatesync.kinds.qr_code import listing as numbers
from templatesync.kinds.template import listing
from templatesync.model.errors import ExitCode

LIST = "ListChatappTemplate"
SOAK = int(os.environ.get("TEMPLATESYNC_SOAK", "0"))


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


# Each makes another value of one that an answer has; texts stay texts in the first few.
ODD: dict[str, Callable[[Any], Any]] = {
    "half a character": lambda value: f"{value}\ud83d" if isinstance(value, str) else value,
    "the other half": lambda value: f"\udc00{value}" if isinstance(value, str) else value,
    "nothing of a character": lambda value: f"{value}\x00" if isinstance(value, str) else value,
    "no character": lambda value: f"{value}\uffff\U0010ffff" if isinstance(value, str) else value,
    "deep": lambda value: nested(50),
    "deeper than is read": lambda value: nested(600),
    "large": lambda value: 10**18,
    "no number that a computer has": lambda value: 10**400,
    "negative": lambda value: -(10**18),
    "with a point": lambda value: 1.7976931348623157e308,
    "infinite": lambda value: float("inf"),
    "digits": lambda value: "9" * 5_000,
    "of no kind": lambda value: {"": {"\ud800": None}},
    "a list": lambda value: [None, [], {}, "", 0.5, True],
}


def places(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where something is in an answer, by names; the items of a list are one place."""
    if place:
        yield place
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*place, name))
    elif isinstance(value, list) and value:
        yield from places(value[0], place)


def spoiled(value: Any, place: tuple[str, ...], odd: Callable[[Any], Any]) -> Any:
    if isinstance(value, list) and value and (place or not isinstance(value[0], str)):
        return [spoiled(value[0], place, odd), *value[1:]]
    if not place:
        return odd(value)
    if isinstance(value, dict) and place[0] in value:
        return {**value, place[0]: spoiled(value[place[0]], place[1:], odd)}
    return value


class Answers:
    """A world in which every kind has something to change, and the commands on it."""

    def __init__(self, root: Path) -> None:
        self.world = World(root / "project")
        wanted = [file for each in SPECIMENS.values() for file in each.edited(self.world, "one")]
        want(self.world, *wanted, *(each.file("new") for each in SPECIMENS.values()))
        self.world.project(policy={"max_changes": {"percent": 100}})
        self.fresh = self.world.other(root / "fresh")

    def commands(self) -> Iterator[tuple[str, ExitCode]]:
        place, receipt = str(self.world.root), self.world.root / "receipt.json"
        yield "plan", run(["-C", place, "plan", "--verbose", "--out", f"{place}/plan.json"])
        yield "status", run(["-C", place, "status", "-o", f"{place}/status.txt"])
        yield "outputs", run(["-C", place, "outputs", "--format", "env", "-o", f"{place}/outputs.env"])
        yield "import", run(["-C", str(self.fresh.root), "import", "--format", "json", "-o", f"{place}/import.json"])
        yield "apply", run(["-C", place, "apply", "--yes", "--allow-breaking", "--receipt", str(receipt)])
        yield "again", run(["-C", place, "apply", "--yes", "--format", "json", "-o", f"{place}/apply.json"])


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, tuple[str, ...]]]:
    """Every place of every answer that the commands are given."""
    answers = Answers(tmp_path_factory.mktemp("known"))
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    answers.world.emulator.after = lambda called, answer: found.update(
        dict.fromkeys((called, each) for each in places(answer))
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Globals, "connection", lambda self: answers.world.connection)
        assert {code for _, code in answers.commands()} <= {0}
    answers.world.emulator.end()
    assert len(found) > 100
    return list(found)


@settings(max_examples=SOAK * 5 or 6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_command_ends_and_tells_how(
    known: list[tuple[str, tuple[str, ...]]],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    data: st.DataObject,
) -> None:
    operation, place = data.draw(st.sampled_from(known))
    odd = ODD[data.draw(st.sampled_from(list(ODD)))]
    answers = Answers(tmp_path_factory.mktemp("odd"))
    monkeypatch.setattr(Globals, "connection", lambda self: answers.world.connection)

    def after(called: str, answer: dict[str, Any]) -> None:
        if called == operation:
            answer |= spoiled(answer, place, odd)

    answers.world.emulator.after = after
    for command, code in answers.commands():
        said = capsys.readouterr()
        assert code in set(ExitCode) - {ExitCode.BUG}, (command, operation, place, said)
        assert "Traceback" not in said.err
    (space,) = json.loads((answers.world.root / "receipt.json").read_text(encoding="utf-8"))["spaces"]
    assert space["changes"] or "error" in space
    answers.world.emulator.end()


def saying(response: HttpResponse, body: bytes, **headers: str) -> HttpResponse:
    """The same response with another body, and more headers."""
    return replace(response, body=body, headers={**response.headers, "content-length": str(len(body)), **headers})


@pytest.mark.parametrize("half", ["\ud83d", "\x00"], ids=ascii)
def test_what_an_answer_says_of_itself_may_be_half_a_character(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, half: str
) -> None:
    answers = Answers(tmp_path)
    monkeypatch.setattr(Globals, "connection", lambda self: answers.world.connection)

    def after(called: str, answer: dict[str, Any]) -> None:
        answer |= {name: f"{answer.get(name)}{half}" for name in ("RequestId", "Message")}

    answers.world.emulator.after = after
    codes = dict(answers.commands())
    assert set(codes.values()) == {ExitCode.OK}
    (space,) = json.loads((answers.world.root / "receipt.json").read_text(encoding="utf-8"))["spaces"]
    assert {row["outcome"] for row in space["changes"]} == {"done"}
    assert all(row["request_id"].endswith(half) for row in space["changes"])
    answers.world.emulator.end()


# --- one row among others -------------------------------------------------------------------------


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Commands of the command line reach it, too."""
    monkeypatch.setattr(Globals, "connection", lambda self: world.connection)
    return world


def lives(world: World, *names: str) -> None:
    for name in names:
        world.live(**there(hello(Name=name)))


@pytest.mark.parametrize("levels", [600, 100_000])
def test_one_detail_is_nested_too_deeply_and_the_others_are_read(world: World, levels: int) -> None:
    lives(world, "deep", "flat")
    world.want(hello(Name="deep"), hello(Name="flat"))
    real = world.emulator.handle

    def handle(request: Any) -> Any:
        response = real(request)
        if request.headers.get("x-acs-action") != "GetChatappTemplateDetail" or b"deep" not in response.body:
            return response
        answer = json.loads(response.body)
        answer["Data"]["Components"][0]["Text"] = "HERE"
        return saying(response, json.dumps(answer).replace('"HERE"', "[" * levels + "]" * levels).encode())

    world.emulator.handle = handle  # type: ignore[method-assign]
    (space,) = world.document()["spaces"]
    assert {row["name"]: row["action"] for row in space["changes"]} == {"deep": "blocked", "flat": "no_op"}


@pytest.mark.parametrize("moment", [10**18, 10**400, -1, -(10**18), 1e300, float("nan"), "9" * 40, True, [1]])
def test_a_time_that_no_calendar_has_is_no_time(world: World, moment: Any) -> None:
    lives(world, "one", "two")
    world.want(hello(Name="one"), hello("Something else, $(name).", Name="two"))
    world.review("fail", name="two")

    def after(called: str, answer: dict[str, Any]) -> None:
        rows = [answer["Data"]] if called == "GetChatappTemplateDetail" else answer.get("ListTemplate") or []
        for row in rows:
            row["LastUpdateTime"] = moment

    world.emulator.after = after
    assert ends(world.apply()) == {"template/two@en": "done"}


# --- lists that do not end ------------------------------------------------------------------------


def listed(world: World) -> int:
    """How many pages of the list were asked for."""
    return sum(entry["operation"] == LIST for entry in world.arrived())


def listings(world: World) -> dict[str, dict[str, Any]]:
    """What a status says of the lists, by kind."""
    assert run(["-C", str(world.root), "status", "--format", "json", "-o", str(world.root / "status.json")]) == 0
    (space,) = json.loads((world.root / "status.json").read_text(encoding="utf-8"))["spaces"]
    return {each["kind"]: each for each in space["listings"]}


def whole(world: World) -> dict[str, Any]:
    """What is said of the list of templates."""
    return listings(world)["template"]


@pytest.fixture
def few_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "AHEAD", 10)


@pytest.mark.usefixtures("few_ahead")
@pytest.mark.parametrize("total", [10**6, 10**18, 10**400, "9" * 30, 1e300])
def test_a_total_beyond_its_pages_is_told_and_not_believed(world: World, total: Any) -> None:
    lives(world, "one", "two")
    world.want(hello(Name="one"), hello(Name="new"))
    world.emulator.after = lambda called, answer: answer.update({"Total": total} if called == LIST else {})
    world.forget()
    found = whole(world)
    assert listed(world) <= 2 * (listing.AHEAD + 2)
    assert found["complete"] == (total not in (10**6, 10**18)), "what is no number counts nothing"


@pytest.mark.usefixtures("few_ahead")
def test_the_same_rows_on_every_page_are_no_more_rows(world: World) -> None:
    lives(world, "one", "two")
    world.want(hello(Name="one"))
    rows: list[Any] = []

    def after(called: str, answer: dict[str, Any]) -> None:
        if called == LIST:
            rows.extend(answer["ListTemplate"])
            answer |= {"Total": 10**6, "ListTemplate": rows[:2]}

    world.emulator.after = after
    world.forget()
    assert not whole(world)["complete"]
    assert listed(world) <= 2 * (listing.AHEAD + 2)


def endless(world: World, called: str, rows: str, *names: str) -> None:
    """Each page is full, and has nothing that was on another one. It takes a minute to come."""
    pages = iter(range(10**9))
    first: list[dict[str, Any]] = []

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == called:
            world.clock.sleep(60.0)
            number = next(pages)
            first.extend(answer[rows])
            row = first[0]
            answer[rows] = [{**row, **{name: f"{row[name]}_{number}_{each}" for name in names}} for each in range(100)]
            answer.pop("Total", None)

    world.emulator.after = after


@pytest.mark.parametrize(
    ("kind", "called", "rows", "names"),
    [
        ("template", LIST, "ListTemplate", ("TemplateName", "TemplateCode")),
        ("flow", "ListFlow", "Data", ("FlowName", "FlowId")),
    ],
)
def test_a_list_that_never_ends_is_left_and_said_to_be_so(
    world: World, kind: str, called: str, rows: str, names: tuple[str, ...]
) -> None:
    specimen = SPECIMENS[kind]
    specimen.put(world, "one")
    want(world, specimen.file("new"))
    endless(world, called, rows, *names)
    start = world.clock.now
    found = listings(world)[kind]
    assert (found["complete"], found["looked"]) == (False, True)
    assert "does not end: its list has taken more than 15 minutes" in found["reason"]
    assert found["live"] > 1_000, "what was read by then is told"
    assert world.clock.now - start < 7_200


def test_doctor_waits_for_such_a_list_for_a_minute(world: World) -> None:
    lives(world, "one")
    endless(world, LIST, "ListTemplate", "TemplateName", "TemplateCode")
    start = world.clock.now
    doctor(world.root, ["local"], False, world.connection)
    assert world.clock.now - start < 1_200, "one round of pages, which were asked for together"


def test_a_list_has_a_bound_of_pages_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_PAGES", 5)
    lives(world, "one")
    world.want(hello(Name="new"))
    endless(world, LIST, "ListTemplate", "TemplateName", "TemplateCode")
    assert whole(world)["reason"] == "the list does not end: it has more than 5 pages"


def test_an_account_with_very_many_numbers_is_read_in_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "MOST_NUMBERS", 3)
    many = [{"PhoneNumber": f"1555000{number:04}"} for number in range(50)]

    def after(called: str, answer: dict[str, Any]) -> None:
        if called == "QueryChatappPhoneNumbers":
            answer["PhoneNumbers"] = many

    world.emulator.after = after
    world.want(hello())
    world.forget()
    skipped = world.import_().skipped
    assert sum(entry["operation"] == "ListPhoneMessageQrdl" for entry in world.arrived()) <= 2 * 3 + 2
    assert any("50 more numbers" in plain(each.reason) for each in skipped)


# --- rations --------------------------------------------------------------------------------------


@pytest.mark.parametrize("pause", ["1" + "0" * 15, "-5", "nan", "1e400", "inf", "soon", "", "1" * 10_000])
def test_whatever_a_ration_says_of_its_end_every_change_has_one(world: World, pause: str) -> None:
    world.want(hello(Name="one"), hello(Name="two"))
    real = world.emulator.handle

    def handle(request: Any) -> Any:
        response = real(request)
        if request.headers.get("x-acs-action") != "CreateChatappTemplate":
            return response
        body = json.dumps({"Code": "Throttling.User", "Message": "daily quota", "RequestId": "R"}).encode()
        return replace(saying(response, body, **{"x-acs-retry-after": pause}), status=400)

    world.emulator.handle = handle  # type: ignore[method-assign]
    result = world.apply(order={"wait": True, "timeout": 60.0})
    ((_, found),) = result.outcomes
    assert {end.code for end in found} <= {"quota", "Throttling.User"} and len(found) == 2
    assert result.exit_code in (ExitCode.PARTIAL, ExitCode.UNREACHABLE)
