"""The example files with one mistake each: the rule that is meant for it must tell, whatever else does.

The tables in `mutations/` say what is changed: `wrong.yaml` what must be told, `right.yaml` what is at the edge and
must not be.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from templatesync.documents import yaml_reader
from templatesync.model.finding import Finding
from templatesync.project import workspace
from templatesync.project.settings import Project, Space
from templatesync.validation import check
from templatesync.validation.registry import RULES

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples" / "templates"
SPACE = Space(
    "local", "emulator-local", vars={"site": "https://shop.example.com", "phone": "6531234567", "product_set": "1"}
)
STEP = re.compile(r"([A-Za-z0-9_]+)|\[(\w+)\]")
WORDS = "We wrap each cup in paper and straw, and write when it leaves us. "


def table(name: str) -> list[Any]:
    rows = yaml.safe_load((HERE / "mutations" / name).read_text(encoding="utf-8"))
    return [pytest.param(*row[:2], row[2:], id=f"{number}-{row[0]}") for number, row in enumerate(rows, 1)]


@cache
def example(name: str) -> Any:
    loaded = yaml_reader.load((EXAMPLES / f"{name}.yaml").read_bytes(), name)
    return loaded.documents[0].data


def found(body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What is found in a document, which JSON can write down as well as YAML."""
    files = {"mutated.yaml": json.dumps(body, ensure_ascii=False).encode()}
    return check.check(workspace.assemble(Project(HERE, (SPACE,)), files)).findings


def mutated(name: str, steps: list[Any]) -> dict[str, Any]:
    body: dict[str, Any] = copy.deepcopy(example(name))
    for path, operation, value in steps:
        *above, last = [match[1] or match[2] for match in STEP.finditer(path)]
        holder: Any = body
        for step in above:
            holder = holder[_index(holder, step)]
        _change(holder, _index(holder, last), operation, value)
    return body


def _index(holder: Any, step: str) -> Any:
    """A key, a position, or the position of a component of that type."""
    if isinstance(holder, dict):
        return step
    return int(step) if step.isdigit() else next(at for at, item in enumerate(holder) if item["Type"] == step)


def _change(holder: Any, at: Any, operation: str, value: Any) -> None:
    match operation:
        case "set":
            holder[at] = value
        case "drop":
            del holder[at]
        case "long":
            holder[at] = _text(value, str(holder[at]))
        case "add":
            holder[at].append(value)
        case "repeat":
            holder[at] = [copy.deepcopy(holder[at][0]) for _ in range(value)]
        case "order":
            holder[at] = [holder[at][index] for index in value]
        case _:
            raise AssertionError(f"there is no operation {operation}")


def _text(length: int, old: str) -> str:
    """A text of so many characters: an address, a name, or words, as the old one was."""
    begin, fill = ("https://www.example.com/", "a") if "://" in old or "${{" in old else ("", WORDS)
    if re.fullmatch(r"[a-z_]+", old):
        fill = "shop_"
    text = (begin + fill * (length // len(fill) + 1))[:length]
    return text[:-1] + "w" if text.endswith(" ") else text


@pytest.mark.parametrize("name", sorted({param.values[1] for param in table("wrong.yaml") + table("right.yaml")}))
def test_an_example_is_right_before_it_is_changed(name: str) -> None:
    alone = {"reference-outside"}  # each example is looked at without the others
    assert [finding for finding in found(example(name)) if finding.rule not in alone] == []


@pytest.mark.parametrize(("rule", "name", "steps"), table("wrong.yaml"))
def test_the_intended_rule_tells_of_a_mistake(rule: str, name: str, steps: list[Any]) -> None:
    findings = found(mutated(name, steps))
    told = {finding.rule: finding.severity for finding in findings}
    assert rule in told, f"{rule} is silent; told were {', '.join(sorted(told)) or 'none'}"
    assert told[rule] is RULES[rule].severity


@pytest.mark.parametrize(("rule", "name", "steps"), table("right.yaml"))
def test_the_rule_is_silent_at_the_edge(rule: str, name: str, steps: list[Any]) -> None:
    told = {finding.rule for finding in found(mutated(name, steps))}
    assert rule in RULES and rule not in told
    assert not [each for each in told if each.startswith("yaml-") or each == "wrong-type"], (
        "rules did not get to see it"
    )


def test_there_are_enough() -> None:
    wrong = table("wrong.yaml")
    assert len(wrong) >= 150
    assert len({param.values[0] for param in wrong}) >= 100, "rules that mutations reach"
