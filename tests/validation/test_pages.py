"""Every rule has a page, and its examples do what they say: run as files of a project, through loader and rules."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support import changes, page_examples

from templatesync.commands.rules import rules
from templatesync.model.finding import Severity
from templatesync.render.rules import markdown
from templatesync.render.terminal import Style
from templatesync.validation.pages import Page, page, pages, read
from templatesync.validation.registry import RULES

# What no text can show, because it is about files, bytes or sizes, or about the program itself.
WITHOUT_EXAMPLE = {
    "file-kind": "a link or a pipe",
    "file-unreadable": "a file without permission to read it",
    "file-not-included": "the name of a file",
    "file-name": "the name of a file",
    "yaml-encoding": "bytes that are no text",
    "yaml-limit": "a file of megabytes",
    "more-findings": "a thousand findings",
    "project-limit": "a project of thousands of spaces",
    "yaml-crlf": "line ends are not to be seen",
    "json-encoding": "bytes that are no text",
    "json-limit": "a file of megabytes",
    "media-image": "a picture",
    "media-video": "a video",
    "media-document": "a document",
    "var-max-100": "a hundred variables",
    "format-unsafe": "told by fmt alone",
    "no-resources": "a project without any file",
    "rule-crashed": "a defect of the program",
}
CHANGES = sorted(rule for rule, each in RULES.items() if each.of_change)
SHOWN = sorted(RULES.keys() - WITHOUT_EXAMPLE.keys() - {*CHANGES})


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert pages().keys() == RULES.keys()


def test_pages_without_example_are_those_that_cannot_have_one() -> None:
    assert {rule for rule, each in pages().items() if not each.bad} == WITHOUT_EXAMPLE.keys()


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_page_is_short(rule: str) -> None:
    text = page(rule)
    assert text.why.endswith(".") and 40 < len(text.why) < 700, text.why
    for example in (text.bad, text.good):
        assert example.count("\n") <= 30 and all(len(line) <= 120 for line in example.split("\n"))


@pytest.mark.parametrize("rule", SHOWN)
def test_the_bad_example_breaks_the_rule_and_no_other_that_is_an_error(rule: str, tmp_path: Path) -> None:
    found = page_examples.findings(tmp_path, RULES[rule], page(rule).bad)
    assert rule in {finding.rule for finding in found}, found
    others = [each for each in found if each.rule != rule and each.severity is Severity.ERROR]
    assert others == []


@pytest.mark.parametrize("rule", SHOWN)
def test_the_good_example_breaks_no_rule(rule: str, tmp_path: Path) -> None:
    found = page_examples.findings(tmp_path, RULES[rule], page(rule).good)
    assert [each for each in found if each.rule == rule or each.severity is Severity.ERROR] == []


# --- rules about changes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", CHANGES)
def test_the_bad_example_of_a_change_breaks_this_rule_alone(rule: str, tmp_path: Path) -> None:
    found = changes.breaks(tmp_path, RULES[rule], page(rule).bad)
    assert {(each.rule, each.severity) for each in found} == {(rule, RULES[rule].severity)}


@pytest.mark.parametrize("rule", CHANGES)
def test_the_good_example_of_a_change_changes_something_and_breaks_nothing(rule: str, tmp_path: Path) -> None:
    before, after = changes.states(RULES[rule], page(rule).good)
    assert before != after
    assert changes.breaks(tmp_path, RULES[rule], page(rule).good) == []


@pytest.mark.parametrize("rule", CHANGES)
def test_both_states_of_a_change_are_right_by_themselves(rule: str, tmp_path: Path) -> None:
    """Nothing but the comparison tells of them: `validate` finds no error in what breaks every program."""
    for which in ("bad", "good"):
        found = changes.findings(tmp_path / which, RULES[rule], getattr(page(rule), which))
        assert [each for each in found if each.severity is Severity.ERROR or each.rule in CHANGES] == []


# --- silencing, as the pages say ------------------------------------------------------------------------------------

SILENCED = [rule for rule in SHOWN if not RULES[rule].fixed]


@pytest.mark.parametrize("rule", SILENCED)
def test_the_project_file_silences_a_rule(rule: str, tmp_path: Path) -> None:
    files = page_examples.files(RULES[rule], page(rule).bad)
    project = yaml.safe_load(files["templatesync.yaml"])
    files["templatesync.yaml"] = json.dumps({**project, "rules": {**project.get("rules", {}), rule: "off"}})
    assert rule not in {finding.rule for finding in page_examples.findings_in(tmp_path, files)}


OF_THE_PROJECT_FILE = ("unknown-rule", "project-groups")  # in which no comment silences anything


@pytest.mark.parametrize("rule", [rule for rule in SILENCED if rule not in OF_THE_PROJECT_FILE])
def test_a_comment_above_the_document_silences_a_rule(rule: str, tmp_path: Path) -> None:
    comment = f"# templatesync: ignore {rule}\n"
    files = {
        name: "---\n".join(comment + document for document in text.split("---\n")) if name.endswith(".yaml") else text
        for name, text in page_examples.files(RULES[rule], page(rule).bad).items()
    }
    assert rule not in {finding.rule for finding in page_examples.findings_in(tmp_path, files)}


# --- the form of a page ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("section = 1", "section is a text"),
        ("[a]", r"\[a\] needs why"),
        ("a = 1", r"\[a\] needs why"),
        ("[a]\nwhy = 'b'\nwhat = 'c'", "has nothing else"),
        ("[a]\nwhy = 'b'\nbad = 'c'", "write both, or none"),
        ("[a]\nwhy = 'b'\nbad = ' '\ngood = 'c'", "none of them is empty"),
        ("[a]\nwhy = 1", "are texts"),
    ],
)
def test_what_is_no_page_is_told(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read("x.toml", text)


def test_a_page_is_read_as_it_stands_but_for_the_lines_of_why() -> None:
    text = 'section = "Words"\n[a-rule]\nwhy = """\nOne\ntwo.\n"""\nbad = "A: 1\\n"\ngood = "A: b\\n"\n'
    assert read("x.toml", text) == (Page("a-rule", "Words", "One two.", "A: 1\n", "A: b\n"),)


# --- what is made of them -------------------------------------------------------------------------------------------

ROOT = Path(__file__).parents[2]


def test_the_page_of_all_rules_has_an_anchor_for_every_rule_and_every_link() -> None:
    text = markdown(rules(), Style())
    headings = [heading.lower() for heading in re.findall(r"^#{2,3} (.+)$", text, re.MULTILINE)]
    anchors = [re.sub(r"[^a-z0-9_ -]", "", heading).replace(" ", "-") for heading in headings]
    assert len(set(anchors)) == len(anchors)
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) == set(anchors) - {"contents"}
    assert RULES.keys() <= set(anchors)


def test_a_single_page_is_a_part_of_the_page_of_all() -> None:
    assert markdown(rules("var-ratio"), Style()) in markdown(rules(), Style())


@pytest.mark.slow
def test_checking_reads_no_page() -> None:
    code = (
        "import sys; from templatesync.cli import run; run(['-C', 'examples', 'validate']);"
        "print(sorted({'tomllib', 'templatesync.validation.pages'} & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "valid" in done.stdout
    assert done.stderr.splitlines()[-1] == "[]"
