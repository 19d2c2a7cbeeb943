"""What one document or space says must not change what is told of another."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.projects import GOOD, Shop

from templatesync.project import workspace
from templatesync.project.settings import Project, Space
from templatesync.validation import check, comparing
from templatesync.validation.registry import RULES

SPACES = """\
version: 1
spaces:
  local: {emulator: true, vars: {site: "https://www.example.com"}}
  staging: {emulator: true}
default_space: local
"""
ONLY_STAGING = "templatesync: {spaces: [staging]}\n"
LONG = GOOD.replace("Hello", "x" * 1100)


def test_an_ignore_above_one_document_ends_with_it(shop: Shop) -> None:
    first = LONG.replace("shop_hello", "shop_one")
    shop.bad(f"# templatesync: ignore body-1024\n{first}---\n{LONG.replace('shop_hello', 'shop_two')}")
    found = [finding for finding in shop.validate().findings if finding["rule"] == "body-1024"]
    assert [finding["key"] for finding in found] == ["template/shop_two@en"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (GOOD.replace("shop_hello", "shop_var").replace("Hello", "${{ site }}"), "unknown-variable"),
        (f"{GOOD.replace('shop_hello', 'shop_bogus')}Bogus: 1\n{ONLY_STAGING}", "unknown-field"),
        (f"{LONG.replace('shop_hello', 'shop_long')}{ONLY_STAGING}", "body-1024"),
        (
            f"{GOOD.replace('shop_hello', 'shop_map').replace('Text: Hello', 'Text: {en: Hello}  #')}{ONLY_STAGING}",
            "language-map",
        ),
    ],
)
def test_errors_of_another_space_stand_in_nobodys_way(shop: Shop, text: str, rule: str) -> None:
    shop.write("templatesync.yaml", SPACES)
    shop.bad(text)
    assert rule in shop.validate().rules()
    assert rule in shop.validate("--space", "staging").rules()
    assert shop.validate("--space", "local").findings == []
    assert shop.run("plan", "--space", "local").code == 0
    assert shop.run("apply", "--space", "local", "--yes").code == 0
    assert shop.run("plan", "--space", "staging").code == 3


@pytest.mark.parametrize(
    "text", ["Name: [\n", "just text\n", GOOD.replace("shop_hello", "B") + "templatesync: {spaces: [stagin]}\n"]
)
def test_a_file_of_unknown_spaces_concerns_all(shop: Shop, text: str) -> None:
    shop.write("templatesync.yaml", SPACES)
    shop.bad(text)
    assert shop.run("validate", "--space", "local").code == 3
    assert shop.run("plan", "--space", "local").code == 3


def test_replaces_twice(shop: Shop) -> None:
    def successor(name: str, more: str = "") -> str:
        return GOOD.replace("shop_hello", name) + f"templatesync: {{replaces: shop_hello{more}}}\n"

    shop.write("templates/v2.yaml", successor("shop_hello_v2"))
    shop.write("templates/v3.yaml", successor("shop_hello_v3"))
    (found,) = (each for each in shop.validate().findings if each["severity"] == "error")
    assert (found["rule"], found["file"], found["line"]) == ("replaces-twice", "templates/v3.yaml", 8)
    assert "templates/v2.yaml" in found["message"]
    shop.write("templates/v3.yaml", successor("shop_hello_v3", ", state: absent"))
    assert shop.validate().code == 0
    shop.write("templatesync.yaml", SPACES)
    shop.write("templates/v2.yaml", successor("shop_hello_v2", ", spaces: [local]"))
    shop.write("templates/v3.yaml", successor("shop_hello_v3", ", spaces: [staging]"))
    assert shop.validate().code == 0


def test_spaces_that_want_the_same_are_checked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spaces = tuple(Space(f"s{number}", f"cams-{number}") for number in range(50))
    owner = Project(tmp_path, spaces)
    here = GOOD.replace("shop_hello", "shop_here") + "templatesync: {spaces: [s7]}\n"
    files = workspace.assemble(owner, {"a.yaml": GOOD.encode(), "b.yaml": GOOD.encode(), "c.yaml": here.encode()})
    seen = []
    really = comparing.spaces_of

    def counted(members: Sequence[Any]) -> Iterator[Sequence[Any]]:
        for group in really(members):
            seen.append(len(group))
            yield group

    monkeypatch.setattr(comparing, "spaces_of", counted)
    found = [finding for finding in check.check(files).findings if finding.rule == "duplicate-resource"]
    assert sorted(seen) == [2, 2, 2, 2, 3], "of one name for three rules, of one wording with and without that of s7"
    assert [(finding.file, finding.spaces) for finding in found] == [("b.yaml", ())]


def literals() -> set[str]:
    """The rules that the package tells of by a name that stands in its text."""
    package = Path(check.__file__).parent
    calls = (
        node
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and node.args
    )
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Finding"
        and isinstance(call.args[0], ast.Constant)
    }  # fmt: skip


def test_every_rule_that_is_told_is_listed() -> None:
    assert {"no-resources", "yaml-limit"} <= literals()
    assert literals() - RULES.keys() == set()


def test_a_missing_translation_is_told_once(shop: Shop) -> None:
    shop.bad(
        "Name: shop_map\nCategory: UTILITY\nLanguages: [en, de]\nComponents:\n- Type: BODY\n  Text:\n"
        "    en: Hello $(name), your order has left our studio today.\nExample: {name: Ada}\n"
    )
    (found,) = [finding for finding in shop.validate().findings if finding["severity"] != "info"]
    assert (found["rule"], found["message"]) == ("language-map", "there is no text for de")
    assert found["hint"] == "add de here, or take it out of Languages"


def test_a_language_that_is_no_text_is_a_finding_beside_an_extra_translation(shop: Shop) -> None:
    shop.bad(GOOD.replace("Language: en", "Languages: [en, [de]]").replace("Text: ", "Text:\n      fr: a\n      en: "))
    found = {finding["rule"]: finding["message"] for finding in shop.validate().findings}
    assert found.keys() >= {"wrong-type", "language-map"}
    assert found["language-map"] == "fr is not one of this document's Languages"


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("FlowName: shop_visit\nCategories: [OTHER]\nAsset: flows/visit.json\n", 1, "add the line kind: flow"),
        ("Kind: flow\nFlowName: shop_visit\n", 2, "add the line kind: flow"),
        ('PhoneNumber: "6531234567"\nPrefilledMessage: Hello\n', 1, "add the line kind: qr_code"),
    ],
)
def test_a_document_that_does_not_say_its_kind(shop: Shop, text: str, line: int, hint: str) -> None:
    shop.bad(text)
    (found,) = shop.validate().findings
    assert (found["rule"], found["line"], found["hint"]) == ("kind-known", line, hint)
