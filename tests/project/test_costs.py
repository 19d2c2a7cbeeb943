"""What a project costs: costs that meet are not multiplied, or a bound says so, and which."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from typing import Any

import deepdiff
import pytest
from support import hostile_projects as hostile
from support.projects import Shop

from templatesync.documents import json_reader
from templatesync.kinds.flow import view
from templatesync.model import nearest as nearest_
from templatesync.planning import diff
from templatesync.project import expansion, limits
from templatesync.storage import patterns
from templatesync.validation import file


def only(shop: Shop, rule: str, *parts: str) -> None:
    """One finding of that rule, which names the bound and says what to do."""
    ended = shop.validate()
    assert ended.code == 3
    (found,) = (each for each in ended.findings if each["rule"] == rule)
    assert found["hint"]
    assert [part for part in parts if part not in found["message"]] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (hostile.project(hostile.spaces(limits.MOST_SPACES + 1)), ("spaces has 1,001 entries", "1,000")),
        (hostile.project(more=hostile.entries("include", 101)), ("include has 101 entries", "100")),
        (hostile.project(more="include: ['" + "a*" * 201 + "']\n"), ("402 characters", "400")),
        (hostile.project(more="policy:\n  " + hostile.entries("manage", 1_001)), ("policy.manage has", "1,000")),
        (hostile.project(more="policy:\n  " + hostile.entries("protect", 1_001)), ("policy.protect has", "1,000")),
        (hostile.project(more="policy: {protect: ['" + "a" * 601 + "']}\n"), ("601 characters", "600")),
        (
            hostile.project(more="rules: {" + ", ".join(f"r{number}: off" for number in range(1_001)) + "}\n"),
            ("rules has 1,001 entries", "1,000"),
        ),
    ],
    ids=["spaces", "patterns", "long pattern", "manage", "protect", "long name", "rules"],
)
def test_what_a_project_file_may_hold_is_bounded(shop: Shop, text: str, said: tuple[str, ...]) -> None:
    """`project-limit`, before anything is done with it."""
    shop.write("templatesync.yaml", text)
    only(shop, "project-limit", *said)


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ("defaults: {vars: {" + ", ".join(f"v{n}: x" for n in range(501)) + "}}", ("vars has 501", "500")),
        ("groups: {" + ", ".join(f"g{n}: [a]" for n in range(501)) + "}", ("spaces.groups has 501", "500")),
        ("groups: {g: [" + ", ".join(f"'{n}*'" for n in range(501)) + "]}", ("501 patterns", "500")),
        ("groups: {g: ['" + "a*" * 51 + "']}", ("a pattern has 102 characters", "100")),
        ("groups: {g: [" + ", ".join(f"n{n}" for n in range(1_001)) + "]}", ("groups.g has 1,001", "1,000")),
        ("defaults: {policy: {protect: ['" + "a" * 601 + "']}}", ("601 characters", "600")),
    ],
    ids=["variables", "groups", "patterns", "long pattern", "spaces of a group", "long name"],
)
def test_what_spaces_have_in_common_is_bounded(shop: Shop, beside: str, said: tuple[str, ...]) -> None:
    """What is read once for each space, or held against the name of each."""
    shop.write("templatesync.yaml", hostile.project(hostile.spaces(2) + f"  {beside}\n"))
    only(shop, "project-limit", *said)


def test_a_thousand_patterns_of_names_are_one(shop: Shop) -> None:
    """Each kind of pattern still fits, in any company."""
    manage = [f"'x{number}*y'" for number in range(900)] + ["hello", "'shop_*'", "'*[ab]_end'", "'template/key_*'"]
    shop.write("templatesync.yaml", hostile.project(more=f"policy: {{manage: [{', '.join(manage)}]}}\n"))
    (shop.root / "templates/good.yaml").unlink()
    for name in ("hello", "shop_a", "x_a_end", "key_1", "x7_y", "hello_", "_shop_a", "x_c_end", "z7_y"):
        shop.write(f"templates/{name}.yaml", hostile.template("").replace("Name: a", f"Name: {name}"))
    outside = {each["key"] for each in shop.validate().findings if each["rule"] == "outside-manage"}
    assert outside == {f"template/{name}@en" for name in ("hello_", "_shop_a", "x_c_end", "z7_y")}


@pytest.mark.slow
def test_a_pattern_of_names_that_could_be_tried_in_many_ways_is_not(shop: Shop) -> None:
    """In a process of its own, which the system would end: nothing else interrupts the matching of an expression."""
    many = ", ".join(f"'{piece * 100}c'" for piece in ("*a", "*[ab]", "?*"))
    shop.write("templatesync.yaml", hostile.project(more=f"policy: {{manage: [{many}], protect: [{many}]}}\n"))
    shop.write("templates/good.yaml", hostile.template("").replace("Name: a", f"Name: {'a' * 500}"))
    ended = shop.child("validate", "--format", "json")
    assert ended.rules("templates/good.yaml") == {"outside-manage"}


# --- spaces, languages and variables ----------------------------------------------------------------------------------


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[Any]:
    """The first argument of each call of a function."""
    calls: list[Any] = []
    really = getattr(owner, name)

    def counting(*given: Any, **named: Any) -> Any:
        calls.append(given[0])
        return really(*given, **named)

    monkeypatch.setattr(owner, name, counting)
    return calls


def test_what_uses_no_variable_is_made_once_for_all_spaces(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("templatesync.yaml", hostile.project(hostile.spaces(300, lambda number: f"site: x{number % 3}")))
    shop.bad(hostile.template("b") + hostile.template("c", "Hello dear customer of ${{ site }}, your parcel has left."))
    made = counted(monkeypatch, expansion, "Entry")
    assert shop.validate().code == 0
    assert len(made) == 2 + 3, "each document, and one of them once for each value"


@pytest.mark.parametrize(
    "text",
    [
        "".join(hostile.template(number, "hi ${{ site }}") for number in range(30)),
        hostile.template("x", "${{ site }}" * 90),
        hostile.template("x", "hi ${{ site }}", "- {Type: BODY, Text: x}\n" * 400),
        hostile.template("x", "hi").replace("Language: en", "Languages: [" + "en, " * 9 + f"{'de, ' * 9}id, zh_CN]"),
    ],
    ids=["documents", "long texts", "parts", "languages"],
)
def test_a_file_may_not_become_everything(shop: Shop, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is what comes of it: over documents, languages and spaces, values and characters alike."""
    monkeypatch.setattr(limits, "MOST_EXPANDED", 150 if "Languages" in text else 10_000)
    spaces = hostile.spaces(100, lambda number: f"site: {'y' * 90}{number}")
    shop.write("templatesync.yaml", hostile.project(spaces))
    shop.bad(text)
    made = counted(monkeypatch, expansion, "Entry")
    only(shop, "yaml-limit", f"{limits.MOST_EXPANDED:,} values", "spaces (100)")
    looks = 2  # and once more where resources are compared, for what is told of them
    assert len(made) <= looks * (limits.MOST_EXPANDED // limits.RESOURCE_COST + 1)


@pytest.mark.parametrize(
    "text",
    [
        "".join(hostile.template(number, f"hi ${{{{ sit{number} }}}}") for number in range(90)),
        hostile.template("x", more=f"templatesync: {{spaces: [{', '.join(f't{number}' for number in range(900))}]}}\n"),
        hostile.template("x", more="templatesync: {told_back: {"
                         + ", ".join(f"l{number}: {{a: b}}" for number in range(90)) + "}}\n"),
    ],
    ids=["variables", "spaces", "languages"],
)  # fmt: skip
def test_few_names_are_guessed_in_a_file(shop: Shop, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ", ".join(f"site_{number}: x" for number in range(900))
    shop.write("templatesync.yaml", hostile.project(f"  local: {{emulator: true, vars: {{{names}}}}}\n"))
    shop.bad(text)
    asked = counted(monkeypatch, expansion.Budget, "nearest")
    guessed = counted(monkeypatch, difflib, "get_close_matches")
    assert shop.validate().code == 3
    assert len(asked) > nearest_.MOST_ASKED >= len([name for name in guessed if name != "-C"])


# --- files that are named ---------------------------------------------------------------------------------------------


def flow(number: int, asset: str = "flows/big.json", more: str = "") -> str:
    return f"---\nkind: flow\nFlowName: f{number}\nCategories: [OTHER]\nAsset: {asset}\n{more}"


SCREENS = json.dumps({"version": "7.0", "screens": [{"id": "A", "layout": {"children": [{"type": "X"}] * 20}}]})


def test_a_file_that_many_name_is_read_and_judged_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever file they stand, and in however many spaces."""
    shop.write("templatesync.yaml", hostile.project(hostile.spaces(30, lambda number: f"site: x{number}")))
    shop.write("flows/big.json", SCREENS)
    for number in range(20):
        where = "EndpointUri: 'https://${{ site }}.example.com'\n"
        shop.write(f"flows/{number}.yaml", flow(number, more=where) + flow(number + 100, more=where))
    read = counted(monkeypatch, json_reader, "load")
    viewed = counted(monkeypatch, view, "view_of")
    assert shop.validate().code == 3
    assert len(read) == 1
    assert len(viewed) == 1


def test_the_bytes_of_files_that_are_named_are_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ASSET_BYTES", 3 * len(SCREENS))
    for number in range(4):
        shop.write(f"flows/{number}.json", SCREENS)
        shop.write(f"flows/{number}.yaml", flow(number, f"flows/{number}.json"))
    only(shop, "project-limit", f"{limits.MOST_ASSET_BYTES:,} bytes")


def test_files_of_a_project_are_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.bad(hostile.template("x"))
    monkeypatch.setattr(limits, "MOST_BYTES", 200)
    only(shop, "project-limit", "200 bytes")
    monkeypatch.setattr(limits, "MOST_FILES", 1)
    only(shop, "project-limit", "1 resource files")
    monkeypatch.setattr(patterns, "MOST_ENTRIES", 1)
    only(shop, "project-limit", "more than 1 files and folders")


# --- findings ---------------------------------------------------------------------------------------------------------


def test_findings_are_bounded_and_counted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gravest are told; of every file what is left out, by severity. The exit code knows of all."""
    for name in ("a", "b", "c"):
        shop.write(f"templates/{name}.yaml", "".join(
            hostile.template(f"{name}{number}", "hi {{1}}", "# templatesync: ignore nothing\n") for number in range(9)
        ))  # fmt: skip
    every = shop.validate()
    counts = json.loads(every.out)["summary"]
    assert counts["warning"] and counts["error"]
    monkeypatch.setattr("templatesync.validation.check.MOST_OF_PROJECT", 5)
    monkeypatch.setattr(file, "MOST_OF_FILE", 12)
    cut = shop.validate()
    assert (cut.code, json.loads(cut.out)["summary"]) == (every.code, counts)
    told = [each for each in cut.findings if each["rule"] != "more-findings"]
    assert [each["severity"] for each in told] == ["error"] * 5
    more = {each["file"]: each for each in cut.findings if each["rule"] == "more-findings"}
    there = Counter(each["file"] for each in every.findings)
    here = Counter(each["file"] for each in told)
    assert {name: f"{there[name] - here[name]:,} more" in each["message"] for name, each in more.items()} == {
        f"templates/{name}.yaml": True for name in "abc"
    }
    assert "more findings in this file" in shop.run("validate").out


def test_many_warnings_are_no_error(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.bad(hostile.template("x") + "# templatesync: ignore nothing\n" * 30)
    monkeypatch.setattr(file, "MOST_OF_FILE", 3)
    ended = shop.validate()
    assert ended.code == 0
    assert {each["severity"] for each in ended.findings} == {"warning"}
    assert json.loads(ended.out)["summary"]["warning"] == 30


# --- resources that meet others ---------------------------------------------------------------------------------------


def test_only_what_comes_back_to_itself_is_a_cycle(shop: Shop) -> None:
    chain = "".join(
        hostile.template(number, f"Hello {number}", f"templatesync: {{replaces: a{number + 1}}}\n")
        for number in range(50)
    )
    shop.bad(chain)
    assert "replaces-cycle" not in shop.validate().rules()
    shop.bad(chain + hostile.template(50, "Hello x", "templatesync: {replaces: a20}\n"))
    keys = {each["key"] for each in shop.validate().findings if each["rule"] == "replaces-cycle"}
    assert keys == {f"template/a{number}@en" for number in range(20, 51)}


def test_what_differs_by_space_is_compared_up_to_a_bound(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("templatesync.yaml", hostile.project(hostile.spaces(20)))
    own = "".join(
        hostile.template(f"own{number}", more=f"templatesync: {{spaces: [s{number}]}}\n") for number in range(20)
    )
    shop.bad(own + "".join(hostile.template(number) for number in range(9)))
    assert shop.validate().rules() == {"rej-dup-local"}
    monkeypatch.setattr(limits, "MOST_COMPARED", 100)
    only(shop, "project-limit", "200 to compare", "at most 100")


def test_a_large_difference_is_told_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    explained = counted(monkeypatch, deepdiff, "DeepDiff")
    monkeypatch.setattr(diff, "MOST_EXPLAINED", 500)
    monkeypatch.setattr(diff, "MOST_TOLD", 50)
    old = {"Asset": {"screens": [{"id": number, "x": [number] * 9} for number in range(60)], "z": 1}}
    few = {"Asset": {"screens": [{"id": number, "x": [max(number, 9)] * 9} for number in range(50, 60)], "y": 1}}
    one = json.loads(json.dumps(old))
    one["Asset"]["screens"][7]["x"][2] = 0
    assert [(each.path, each.op) for each in diff.explain(old, one)] == [("Asset.screens[7].x[2]", "replace")]
    assert [(each.path, each.op) for each in diff.explain(old, few)] == [
        ("Asset.screens", "replace"), ("Asset.y", "add"), ("Asset.z", "remove"),
    ]  # fmt: skip
    (all_of_it,) = diff.explain(old, {"Asset": {"screens": [{"id": -1, "x": [-1] * 9}] * 60, "z": 1}})
    assert (all_of_it.path, all_of_it.op, explained) == ("", "replace", [])
