"""`--target`: keys, patterns of keys and files come to the same keys, in each space those that it has there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.projects import GOOD, Ended, Shop

from templatesync.commands.targets import key_matcher
from templatesync.model.resource import Key

TWO = """\
version: 1
spaces: {one: {emulator: true}, two: {emulator: true}}
default_space: one
"""
BOTH = ["--space", "one", "--space", "two"]


def template(name: str, more: str = "") -> str:
    return GOOD.replace("shop_hello", name) + more


@pytest.fixture
def files(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop.write("templatesync.yaml", TWO)
    shop.write("templates/order_a.yaml", template("order_a"))
    shop.write("templates/order/b.yaml", template("order_b").replace("Language: en", "Languages: [en, pt_BR]"))
    shop.write("templates/one.yaml", template("shared", "templatesync: {spaces: [one]}\n"))
    shop.write("templates/two.yaml", template("shared", "templatesync: {spaces: [two]}\n"))
    monkeypatch.chdir(shop.root)
    return shop


def planned(shop: Shop, *arguments: str) -> dict[str, list[str]]:
    """The keys of a plan, by space, without what all of them begin with."""
    ended = shop.run("plan", *BOTH, "--format", "json", *arguments)
    spaces = json.loads(ended.out)["spaces"]
    return {each["space"]: [change["key"].removeprefix("template/") for change in each["changes"]] for each in spaces}


ORDERS = ["order_a@en", "order_b@en", "order_b@pt_BR"]


@pytest.mark.parametrize(
    ("target", "keys"),
    [
        ("template/order_*", ORDERS),
        ("template/order_?", ORDERS),
        ("template/*@pt_BR", ["order_b@pt_BR"]),
        ("*@pt_BR", ["order_b@pt_BR"]),
        ("template/order_b", ["order_b@en", "order_b@pt_BR"]),
        ("template/order_b@en", ["order_b@en"]),
        ("templates/order_a.yaml", ["order_a@en"]),
        ("./templates/order_a.yaml", ["order_a@en"]),
        ("templates/../templates/order_a.yaml", ["order_a@en"]),
        ("templates/order", ["order_b@en", "order_b@pt_BR"]),
        ("templates/order/", ["order_b@en", "order_b@pt_BR"]),
        ("templates/order_*.yaml", ["order_a@en"]),
        ("templates/**/*b.yaml", ["order_b@en", "order_b@pt_BR"]),
        (".", [*ORDERS, "shared@en", "shop_hello@en"]),
    ],
)
def test_a_target_means_keys(files: Shop, target: str, keys: list[str]) -> None:
    assert planned(files, "--target", target) == {"one": keys, "two": keys}


def test_a_file_means_what_it_asks_for_in_a_space(files: Shop) -> None:
    assert planned(files, "--target", "templates/one.yaml") == {"one": ["shared@en"], "two": []}
    only = planned(files, "--target", "templates/one.yaml", "--target", "template/order_a")
    assert only == {"one": ["order_a@en", "shared@en"], "two": ["order_a@en"]}


def test_paths_begin_where_the_command_runs(files: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    absolute = str(files.root / "templates/order_a.yaml")
    monkeypatch.chdir(files.root / "templates/order")
    for target in ("../order_a.yaml", absolute):
        assert planned(files, "--target", target)["one"] == ["order_a@en"]
    assert planned(files, "--target", "b.yaml")["one"] == ["order_b@en", "order_b@pt_BR"]
    files.write("templates/order/templates/order_a.yaml", template("near"))
    assert planned(files, "--target", "templates/order_a.yaml")["one"] == ["near@en"]


def test_a_key_comes_before_a_file_of_that_name(files: Shop) -> None:
    files.write("templatesync.yaml", TWO + "include: ['templates/**/*.yaml', 'template/*.yaml']\n")
    files.write("template/order_a", "no resource file")
    files.write("template/order_c.yaml", template("order_c"))
    assert planned(files, "--target", "template/order_a")["one"] == ["order_a@en"]
    assert planned(files, "--target", "template/order_c.yaml")["one"] == ["order_c@en"]


def test_how_a_target_is_said_is_no_part_of_the_plan(files: Shop) -> None:
    spellings = [["template/order_*"], ["templates/order_a.yaml", "templates/order"], ["template/order_b", "*order_a*"]]
    plans = [
        files.run("plan", "--format", "json", *(word for each in said for word in ("--target", each))).out
        for said in spellings
    ]
    assert len({*plans}) == 1
    digest = json.loads(plans[0])["digest"]
    assert files.run("apply", "--target", "templates/order*", "--expect-digest", digest).code == 9
    assert files.run("apply", "--target", "template/order*", "--expect-digest", digest).code == 0
    status = json.loads(files.run("status", "--format", "json", "--target", "templates/order").out)
    assert [row["key"] for row in status["spaces"][0]["resources"]] == ["template/order_b@en", "template/order_b@pt_BR"]


def refused(ended: Ended, *said: str) -> None:
    assert (ended.code, ended.out) == (64, "")
    assert all(each in ended.err for each in said)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("template/ordr_a", "did you mean template/order_a?"),
        ("template/none_*", "no key in the chosen spaces, and no file of the project, fits template/none_*"),
        ("templates/none.yaml", "no file of the project is called that"),
        ("templates/two.yaml", "templates/two.yaml has nothing for the chosen spaces"),
        ("/etc/passwd", "no file of the project is called that"),
        ("../elsewhere", "no file of the project is called that"),
        ("", "a target is empty"),
        ("[", "fits ["),
        ("a\0b", "no file of the project is called that"),
        ("x" * 5000, "no file of the project is called that"),
    ],
)
def test_a_target_that_means_nothing_is_refused(files: Shop, target: str, said: str) -> None:
    refused(files.run("plan", "--space", "one", "--target", target), said)


def test_a_pattern_neither_prunes_nor_sends_again(files: Shop) -> None:
    refused(files.run("plan", "--target", "template/*", "--prune"), "--target and --prune exclude each other")
    refused(files.run("plan", "--resubmit", "template/*"), "name each key in full")


def test_errors_of_other_files_stand_in_nobodys_way(files: Shop) -> None:
    files.write("templates/broken.yaml", "Name: [\n")
    assert planned(files, "--target", "templates/order_a.yaml")["one"] == ["order_a@en"]
    ended = files.run("plan", "--target", "template/order_*")
    assert ended.code == 0
    assert "templates/broken.yaml cannot be read, and may hold what --target means, too" in ended.err
    for target in ("templates/broken.yaml", "templates", "template/none"):  # which may be in there
        assert files.run("plan", "--target", target).code == 3
    files.write("templates/order/b.yaml", template("order_b").replace("UTILITY", "USELESS"))
    assert files.run("plan", "--target", "templates/order_a.yaml").code == 0
    assert files.run("plan", "--target", "template/order_*").code == 3


def test_a_file_that_a_resource_names_means_that_resource(files: Shop) -> None:
    flow = "kind: flow\nFlowName: signup\nCategories: [SIGN_UP]\nAsset: flows/signup.json\n"
    footer = {"type": "Footer", "label": "Done", "on-click-action": {"name": "complete", "payload": {}}}
    layout = {"type": "SingleColumnLayout", "children": [footer]}
    screen = {"id": "A", "title": "A", "terminal": True, "layout": layout}
    files.write("flows/signup.yaml", flow)
    files.write("flows/signup.json", json.dumps({"version": "5.0", "screens": [screen]}))
    by_key = files.run("plan", "--target", "flow/sign*")
    assert files.run("plan", "--target", "flows/signup.json") == by_key
    assert "flow/signup" in by_key.said


def test_import_takes_patterns(files: Shop) -> None:
    assert files.run("apply", "--yes").code == 0
    for path in ("order_a.yaml", "order/b.yaml", "one.yaml"):
        (files.root / "templates" / path).unlink()
    ended = files.run("import", "template/order_*@en", "*/none_*")
    assert ended.code == 10
    assert "*/none_*" in ended.out
    written = {path.name for path in (files.root / "templates").rglob("*.yaml")}
    assert written == {"good.yaml", "two.yaml", "order_a.yaml", "order_b.yaml"}
    edited = files.root / "templates/good.yaml"
    edited.write_text(edited.read_text().replace("today", "just now"))
    assert "just now" in files.run("import", "--update", "--dry-run", "templates/good.yaml").out


def test_characters_of_patterns_in_names_stand_for_themselves() -> None:
    """A key holds them percent-encoded, so that no text is both a key and a pattern of others."""
    odd, plain = Key("flow", "a*b[c]?"), Key("flow", "axbc1")
    assert key_matcher((str(odd),))(odd)
    assert not key_matcher((str(odd),))(plain)
    assert key_matcher(("flow/a*",))(odd)
    assert not key_matcher(())(odd)


def test_the_project_may_be_elsewhere(files: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then a file may be called as this program calls it."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for target in (os.path.relpath(files.root / "templates/order_a.yaml"), "templates/order_a.yaml"):
        assert planned(files, "--target", target)["one"] == ["order_a@en"]
