"""A rule that an import silences is silent for the content that was imported, and no longer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import LOCAL, World
from support.kind_specimens import SPECIMENS
from support.plan_scenarios import hello, there

from templatesync.commands.fmt import fmt
from templatesync.commands.new_version import new_version
from templatesync.commands.rename import rename
from templatesync.model.errors import UsageError
from templatesync.model.finding import Finding
from templatesync.project import workspace
from templatesync.project.settings import load
from templatesync.validation.check import check

LEADING = "$(name), your parcel is on its way to you, and so is all else."
WHY = "silenced for the content that was imported; it has changed since"


@pytest.fixture
def fresh(world: World) -> Iterator[World]:
    """An empty project beside the one whose emulator has something."""
    yield world.other(world.root / "fresh")


@pytest.fixture
def imported(world: World, fresh: World) -> Path:
    """The file of a template that breaks a rule as it lives."""
    world.live(**there(hello(LEADING)))
    world.live(**there(hello("$(name), paket Anda sedang dalam perjalanan ke sana.", Language="id", Example={})))
    (written,) = fresh.import_().written
    assert written.ignored == ("var-not-lead",)
    path = fresh.root / written.file
    assert re.match(r"# templatesync: ignore var-not-lead while [0-9a-f]{12}\n", path.read_text(encoding="utf-8"))
    return path


def errors(world: World) -> tuple[Finding, ...]:
    return check(workspace.read(load(world.root))).errors


def edit(path: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"))
    assert count
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (r"(?s)(Name: hello\n)(Category: UTILITY\n)", r"\2# a comment\n\1"),
        (r"Languages: \[en, id\]", "Languages:\n  - en\n  - id"),
        (r"(?s)    en: Ann\n.*", "    en: Bob\n    id: Ani\ntemplatesync: {protected: true}\n"),
        (r"(?m)^      en: (.*)$", r'      en: "\1"'),
        (r"\Z", "\n\n# the end\n"),
    ],
)
def test_what_is_no_content_does_not_end_it(imported: Path, fresh: World, pattern: str, new: str) -> None:
    edit(imported, pattern, new)
    assert errors(fresh) == ()


def test_what_was_silenced_is_no_fault_of_a_name(imported: Path, fresh: World) -> None:
    with pytest.raises(UsageError, match="name-charset"):
        rename(fresh.root, "hello", "Order")
    made = rename(fresh.root, "hello", "order")
    assert made.next[0] == ("write what templates/order.yaml still lacks", "templatesync validate")
    assert {finding.rule for finding in errors(fresh)} == {"var-not-lead", "example-placeholder"}
    assert "while" not in (fresh.root / made.file).read_text(encoding="utf-8")


def test_the_order_of_components_does_not_end_it(world: World, fresh: World) -> None:
    world.live(**there(hello(LEADING, {"Type": "FOOTER", "Text": "Bye"})))
    (written,) = fresh.import_().written
    path = fresh.root / written.file
    edit(path, r"(?s)(  - Type: BODY\n.*?)(  - Type: FOOTER\n.*?\n)(?=\S)", r"\2\1")
    assert errors(fresh) == ()
    fmt(fresh.root, (), check=False)
    assert errors(fresh) == ()
    edit(path, "Text: Bye", "Text: Good bye")
    assert [finding.rule for finding in errors(fresh)] == ["var-not-lead"]


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (r"on its way to you", "on its way to you now"),
        (r"Category: UTILITY", "Category: MARKETING"),
        (r"Name: hello", "Name: goodbye"),
        (r"\[en, id\]\nComp", "[id, en]\nComp"),
    ],
)
def test_another_content_ends_it_and_says_so(imported: Path, fresh: World, pattern: str, new: str) -> None:
    edit(imported, pattern, new)
    found = errors(fresh)
    assert {finding.rule for finding in found} == {"var-not-lead"}
    assert all(finding.hint.endswith(WHY) for finding in found)


@pytest.mark.parametrize("said", ["", " ?", " 0", " xyz", " 000000000000", " FFFFFFFFFFFF"])
def test_a_comment_for_no_content_silences_nothing(imported: Path, fresh: World, said: str) -> None:
    edit(imported, r" while [0-9a-f]{12}", f" while{said}")
    assert {finding.rule for finding in errors(fresh)} == {"var-not-lead"}
    edit(imported, rf" while{re.escape(said)}\n", "\n")  # somebody silences it for any content
    edit(imported, r"on its way to you", "on its way to you now")
    assert errors(fresh) == ()


def test_an_unknown_rule_in_such_a_comment_is_told(imported: Path, fresh: World) -> None:
    edit(imported, "ignore var-not-lead while", "ignore var-not-lead, var-not-laed while")
    (finding,) = [each for each in check(workspace.read(load(fresh.root))).findings if each.rule == "unknown-rule"]
    assert "var-not-laed" in finding.message
    assert errors(fresh) == ()


def test_a_new_version_is_another_content(imported: Path, fresh: World) -> None:
    text = (fresh.root / new_version(fresh.root, "hello").file).read_text(encoding="utf-8")
    assert "templatesync: ignore" not in text


def test_what_an_update_takes_over_is_silenced_as_it_lives(imported: Path, world: World, fresh: World) -> None:
    def edited(operation: str, answer: dict[str, Any]) -> None:
        if operation == "GetChatappTemplateDetail" and answer["Data"]["Language"] == "en":
            answer["Data"]["Components"] = [{"Type": "BODY", "Text": LEADING.replace("all else", "everything")}]

    before = imported.read_text(encoding="utf-8")
    world.emulator.after = edited
    fresh.update("template/hello@en")
    after = imported.read_text(encoding="utf-8")
    digests = [re.findall(r" while (\S+)\n", text)[0] for text in (before, after)]
    assert digests[0] != digests[1]
    assert after == before.replace("all else", "everything").replace(*digests)
    assert errors(fresh) == ()


def test_a_file_that_a_document_names_is_content(world: World, fresh: World) -> None:
    SPECIMENS["flow"].put(world, "one")
    layout = {"type": "SingleColumnLayout", "children": [{"type": "TextHeading", "text": "Hello"}]}
    screen = {"id": "ONE", "terminal": True, "layout": layout}
    world.control("flow", cust_space_id=LOCAL, flow_name="one", json={"version": "7.3", "screens": [screen]})
    (written,) = fresh.import_().written
    assert written.ignored == ("fj-terminal-footer",)
    assert errors(fresh) == ()
    (named,) = (fresh.root / "flows").glob("*.json")
    named.write_text(json.dumps(json.loads(named.read_text(encoding="utf-8"))), encoding="utf-8")  # laid out otherwise
    assert errors(fresh) == ()
    edit(named, "Hello", "Good day")
    (finding,) = errors(fresh)
    assert finding.rule == "fj-terminal-footer"
    assert finding.hint.endswith(WHY)
