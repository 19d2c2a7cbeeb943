"""Rules about changes, where people meet them: listed, in schemas, and never changed by a project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.projects import GOOD, PROJECT, Shop

from templatesync.kinds import KINDS
from templatesync.schema.loading import load
from templatesync.sending.breaking import BreakingRule
from templatesync.validation.registry import RULES

CHANGES = {rule for rule, each in RULES.items() if each.of_change}
FILE = "templatesync.yaml"


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, capsys)


def _breaks(kind: str) -> Any:
    """What a file of a kind may say that it breaks. The options of a template are a definition."""
    schema = load(KINDS[kind].file.schema)
    found = [each for each in _objects(schema) if "enum" in each.get("breaks", {}).get("items", {})]
    assert len(found) == 1
    return found[0]["breaks"]["items"]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


def test_a_file_can_name_every_rule_that_a_change_of_its_kind_breaks() -> None:
    """And no other one. All languages of a template may go; that is the same rule for each of them."""
    own = {kind: {rule for rule in CHANGES if RULES[rule].kind == kind} for kind in KINDS}
    assert set(_breaks("template")["enum"]) == own["template"] | {"breaking-language-removed"}
    assert set(_breaks("flow")["enum"]) == own["flow"] | {"breaking-removed"}
    assert set(_breaks("qr_code")["enum"]) == own["qr_code"] | {"breaking-removed"}
    assert set().union(*(_breaks(kind)["enum"] for kind in KINDS)) == CHANGES
    for kind in KINDS:
        assert len(_breaks(kind)["enum"]) == len(_breaks(kind)["enumDescriptions"])


def test_ids_that_programs_are_told_are_ids_that_are_explained() -> None:
    assert {each.value for each in BreakingRule} <= CHANGES
    assert {rule for rule in RULES if rule.startswith("breaking-")} == CHANGES


@pytest.mark.parametrize("rule", sorted(CHANGES))
@pytest.mark.parametrize("severity", ["off", "warning", "info", "error"])
def test_no_project_changes_their_severity(shop: Shop, rule: str, severity: str) -> None:
    shop.write(FILE, PROJECT + f"rules: {{{rule}: {severity}}}\n")
    ended = shop.validate()
    told = [(each["rule"], each["severity"], each["message"], each["hint"]) for each in ended.findings]
    message = f"the rule {rule} cannot be changed: it is about changes, not about files"
    hint = f"name what a change breaks on purpose in its file: `templatesync: {{breaks: [{rule}]}}`"
    same = severity == RULES[rule].severity.value
    assert told == ([] if same else [("unknown-rule", "warning", message, hint)])
    assert json.loads(ended.out)["rules"] == {"off": [], "lowered": [], "raised": [], "silenced": {}}


@pytest.mark.parametrize("rule", ["breaking-cards", "breaking-removed"])
def test_no_comment_silences_them(shop: Shop, rule: str) -> None:
    shop.write("templates/good.yaml", f"# templatesync: ignore {rule}\n{GOOD}")
    ((told,),) = [shop.validate().findings]
    assert (told["rule"], told["severity"], told["line"]) == ("unknown-rule", "warning", 1)
    assert told["message"] == f"no comment silences the rule {rule}: it is about changes"
    assert f"{{breaks: [{rule}]}}" in told["hint"]


def test_what_a_file_breaks_is_one_of_these_rules(shop: Shop) -> None:
    shop.bad(GOOD.replace("hello", "cards") + "templatesync: {breaks: [breaking-cards, breaking-everything, '*']}\n")
    found = [each for each in shop.validate().findings if each["rule"] == "wrong-value"]
    assert [each["path"] for each in found] == ["templatesync.breaks[1]", "templatesync.breaks[2]"]
    assert all("templatesync rules" in each["message"] for each in found)


def test_a_page_says_how_a_break_is_meant(shop: Shop) -> None:
    out = shop.run("rules", "breaking-cards").out
    assert "\nA change that breaks it:\n  # before\n" in out
    assert "\nA change that does not:\n  # before\n" in out
    assert "`templatesync: {breaks: [breaking-cards]}`" in " ".join(out.split())
    assert "ignore breaking-cards" not in out and "off" not in out.partition("When it is meant:")[2]


def test_they_are_listed_with_the_others_in_a_section_of_their_own(shop: Shop) -> None:
    listed = json.loads(shop.run("rules", "--format", "json").out)["rules"]
    assert {each["id"] for each in listed if each["section"] == "Changes that break programs"} == CHANGES
    assert all(each["fixed"] for each in listed if each["id"] in CHANGES)
