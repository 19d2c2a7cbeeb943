"""Laws of quirks: each changes exactly the answers that it names, any two work together, and none set is as ever."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from support.emulator_caller import Caller, Clock
from support.quirk_world import Answer, Filled, Step, ask, fill, nonsense, one_of_each, open_emulator, reads

from templatesync.emulator.quirks import QUIRKS
from templatesync.emulator.quirks.quirk import EVERY


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return Filled(tmp_path_factory.mktemp("quirks"))


@pytest.fixture(scope="module")
def official(filled: Filled) -> list[tuple[str, Answer]]:
    return filled.run({})


def values(told: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside, with the name of the member that holds it, but what callers name themselves."""
    yield key, told
    if isinstance(told, dict):
        for name, inner in told.items():
            yield from values(inner, name) if name != "Example" else [(name, inner)]
    if isinstance(told, list):
        for inner in told:
            yield from values(inner, key)


def inside(told: Any) -> list[Any]:
    return [value for _, value in values(told)]


def things(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An answer, and what it tells of."""
    yield told
    for one in told.values():
        yield from (inner for inner in (one if isinstance(one, list) else [one]) if isinstance(inner, dict))


def has_object(thing: dict[str, Any]) -> bool:
    return any(isinstance(one, dict) for one in thing.values())


IDS = ("TemplateCode", "FlowId", "Id", "WabaId", "BusinessId")

# Quirks that can change an answer of any operation: whether they change one follows from what the official one has.
CHANGED: Mapping[str, Callable[[int, Any], bool]] = {
    "success-code": lambda status, told: told["Code"] == "OK",
    "nulls": lambda status, told: status == 200 and None in inside(told),
    "numbers": lambda status, told: told["Code"] == "OK" and any(type(one) is int for one in inside(told)),
    "booleans": lambda status, told: told["Code"] == "OK" and any(type(one) is bool for one in inside(told)),
    "ids": lambda status, told: any(
        name in IDS and isinstance(one, str) and one.isdecimal() for name, one in values(told)
    ),
    "names": lambda status, told: status == 200,
    "lone": lambda status, told: any(isinstance(one, list) and len(one) == 1 for one in inside(told)),
    "lists": lambda status, told: any(isinstance(one, list) for one in inside(told)),
    "objects": lambda status, told: any(has_object(one) for one in things(told)),
    "throttling": lambda status, told: told["Code"] == "Throttling.User",
    "refusal-status": lambda status, told: status == 200 and told["Code"] != "OK",
    "messages": lambda status, told: told["Code"] != "OK",
}


def expected(name: str, official: list[tuple[str, Answer]]) -> list[bool]:
    rule = CHANGED[name]
    return [call in EVERY and rule(status, json.loads(text)) for call, (status, _, text) in official]


@pytest.mark.parametrize("name", QUIRKS)
def test_a_quirk_changes_exactly_the_answers_that_it_names(
    filled: Filled, official: list[tuple[str, Answer]], name: str
) -> None:
    quirk = QUIRKS[name]
    more: list[Step] = []
    if name.endswith("-rate"):  # more calls in one instant than any of its rates lets through
        more = [one_of_each(filled.made)[operation] for operation in quirk.answers] * 251
        official = filled.run({}, *more)
    if name == "accepts":
        more = [*nonsense(), *reads(filled.made)]
        official = filled.run({}, *more)
    ever = [False] * len(official)
    runs = []
    for value in quirk.values:
        told = filled.run({name: value}, *more)
        runs.append(told)
        changed = [one != other for one, other in zip(told, official, strict=True)]
        assert any(changed), f"{name}={value} changes nothing"
        assert all(status != 500 for _, (status, _, _) in told), f"{name}={value}"
        ever = [before or now for before, now in zip(ever, changed, strict=True)]
    if name in CHANGED:
        assert ever == expected(name, official)
    else:
        names = {call for (call, _), now in zip(official, ever, strict=True) if now}
        assert names == quirk.answers | quirk.follows
    if not any(behaviour.timing for behaviour in quirk.values.values()):  # those differ in seconds
        assert len({json.dumps(run) for run in runs}) == len(runs), "two values that do the same are one"


def test_every_quirk_of_all_operations_says_of_what_answers() -> None:
    assert set(CHANGED) == {quirk.name for quirk in QUIRKS.values() if quirk.answers == EVERY}


def test_the_official_service_returns(filled: Filled) -> None:
    emulator, caller = open_emulator(filled.copy(), Clock(), {})
    before = [ask(caller, step) for step in filled.reads]
    caller.control("POST", "settings", {"quirks": {name: next(iter(quirk.values)) for name, quirk in QUIRKS.items()}})
    during = [ask(caller, step) for step in filled.reads]
    assert caller.control("POST", "settings", {"quirks": {}})["quirks"] == {}
    after = [ask(caller, step) for step in filled.reads]
    emulator.close()
    assert without_ids(after) == without_ids(before)
    assert all(one != other for one, other in zip(without_ids(during), without_ids(before), strict=True))


def without_ids(told: list[Answer]) -> list[Any]:
    return [json.loads(text) | {"RequestId": ""} for _, _, text in told]


@pytest.fixture
def small() -> Iterator[tuple[Caller, dict[str, Step]]]:
    """With one of everything. A fresh one for each quirk: what the pairs make stays, and each list would be longer."""
    emulator, caller = open_emulator(None, Clock(), {})
    made = fill(caller, many=0)
    made.coming = {"TemplateCode": made.codes["ended"], "FlowId": made.flows["draft"], "QrdlCode": made.qr_codes[0]}
    yield caller, one_of_each(made)
    emulator.close()


MEETING = ("ListChatappTemplate", "GetChatappTemplateDetail", "ListFlow", "GetFlow", "ListPhoneMessageQrdl")


@pytest.mark.parametrize("first", QUIRKS)
def test_every_pair_answers(small: tuple[Caller, dict[str, Step]], first: str) -> None:
    """With each quirk that comes after it: calls that both change, of absent things too; the values take turns."""
    caller, each = small
    start = list(QUIRKS).index(first)
    for turn, second in enumerate(list(QUIRKS)[start + 1 :], start):
        quirks = (QUIRKS[first], QUIRKS[second])
        chosen = {quirk.name: list(quirk.values)[turn % len(quirk.values)] for quirk in quirks}
        caller.control("POST", "settings", {"quirks": chosen})
        both = quirks[0].answers & quirks[1].answers
        operations = sorted(both) if 0 < len(both) < len(each) else MEETING
        for operation in operations:
            if operation not in each:
                continue
            space, _, params = each[operation]
            for known in (params, params | {"TemplateCode": "none", "FlowId": "1", "Name": "none"}):
                told = ask(caller, (space, operation, known))
                assert told[0] != 500, (chosen, operation, known)
    caller.control("POST", "settings", {"quirks": {}})
