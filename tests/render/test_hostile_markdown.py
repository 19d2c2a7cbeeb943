"""Hostile text in every field of a plan and of states: Markdown and workflow commands show it, and obey none of it.

`bench/markdown.py` does the same with 100,000 values.
"""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from support.markdown_page import LINKS, TAGS, Page, problems
from support.output_readers import ACTS, OBEYED, commands
from support.plan_values import LINKED, HostileValues, changed, content, hostile, result, space

from templatesync.commands.plan import Delivered
from templatesync.model.change import Action, Samples
from templatesync.model.condition import Condition
from templatesync.model.errors import FindingsError, StaleError
from templatesync.model.finding import Finding, Severity
from templatesync.render import plan_github
from templatesync.render.apply_markdown import not_begun
from templatesync.render.escape import html_code, html_text, markdown_text
from templatesync.render.formats import FORMATS
from templatesync.render.markdown_parts import warning
from templatesync.render.terminal import Style

SHOWN = FORMATS["plan"]["markdown"]
OUTPUTS = "has-changes reviews breaking blocked waiting deletes unmanaged digest truncated exit-code".split()


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_is_text(seed: int) -> None:
    text = SHOWN(HostileValues(seed).plan(), Style())
    assert problems(text) == []
    assert len(text) <= 60_000 and len(text.encode()) <= 240_000


@pytest.mark.parametrize("seed", range(20))
def test_the_end_of_an_apply_is_text(seed: int) -> None:
    values = HostileValues(seed)
    text = FORMATS["apply"]["markdown"](values.applied(), Style())
    assert problems(text) == []
    assert len(text) <= 60_000 and len(text.encode()) <= 240_000
    finding = Finding("?", Severity.ERROR, values.text(), values.text(), 1)
    for error in (StaleError(values.text(), hint=values.text()), FindingsError([finding], values.text())):
        assert problems(not_begun(error, values.texts())) == []


@pytest.mark.parametrize("seed", range(20))
def test_states_are_text(seed: int) -> None:
    assert problems(FORMATS["status"]["markdown"](HostileValues(seed).status(), Style())) == []


@pytest.mark.parametrize("seed", range(20))
def test_what_became_of_changes_is_text(seed: int) -> None:
    values = HostileValues(seed)
    assert problems(FORMATS["status"]["markdown"](values.followed(), Style())) == []
    for told in (values.followed(), dataclasses.replace(values.status(), fail_on=tuple(Condition))):
        for issue in json.loads(FORMATS["status"]["issues"](told, Style()))["issues"]:
            # That of a space is a document with a marker of its own.
            marker = "" if told.followed is None else f"<!-- templatesync issue={issue['id']} -->\n"
            assert problems(f"{marker}{issue['body']}") == []
            assert len(issue["title"]) <= 200 and len(issue["title"].splitlines()) == 1 and issue["id"].isascii()


def test_thousands_of_changes_fit_and_what_is_left_out_is_said() -> None:
    text = FORMATS["status"]["markdown"](HostileValues(1).followed(3_000), Style())
    assert len(text) <= 60_000 and len(text.encode()) <= 240_000
    assert " are left out here; " in text


@pytest.mark.parametrize("seed", range(20))
def test_a_workflow_obeys_nothing_but_annotations(seed: int) -> None:
    handed = tuple(Delivered(what, "$FILE") for what in plan_github.VARIABLES)
    plan = HostileValues(seed).plan(delivery=handed)
    text = FORMATS["plan"]["github"](plan, Style())
    found, others = commands(text)
    assert len(others) == 4 and others[-1] == ""  # the sentence, and where the two parts are
    assert {each.name for each in found} <= {"error", "warning", "notice"} and len(found) <= 10
    assert not ACTS.search(text) and not OBEYED.search(text)
    outputs = plan_github.content(plan)[plan_github.OUTPUTS]
    assert [line.split("=")[0] for line in outputs.splitlines()] == OUTPUTS


@pytest.mark.parametrize("seed", range(20))
def test_what_no_file_takes_is_no_command_on_stdout(seed: int) -> None:
    found, _ = commands(FORMATS["plan"]["github"](HostileValues(seed).plan(), Style()))
    assert {each.name for each in found} <= {"error", "warning", "notice"} and len(found) <= 10


@given(hostile)
def test_each_place_of_markdown(text: str) -> None:
    mark = "<!-- x -->\n\n"
    for written in (
        f"{mark}{markdown_text(text)}\n",
        f"{mark}- {markdown_text(text)}\n",
        f"{mark}| a | b |\n| --- | --- |\n| {markdown_text(text)} | b |\n",
        f"{mark}<table><tr><td>{html_text(text)}</td></tr></table>\n",
        f"{mark}## a <code>{html_code(text)}</code>\n",
    ):
        assert problems(written) == [], written


@pytest.mark.parametrize("text", LINKED)
def test_what_github_would_link_is_read_as_it_was_written(text: str) -> None:
    page = Page(f"<!-- x -->\n\na {markdown_text(text)} b\n")
    assert page.text.replace("\u200b", "") == f"a {text} b".replace("\n", "\\n")


def test_the_reader_sees_what_it_is_to_see() -> None:
    """Otherwise none of this could fail."""
    for name, text in {
        "a name": "@a",
        "an issue": "#1",
        "a commit": "deadbeef",
        "an emoji": ":x:",
        "an address": "http://x",
        "an issue in words": "GH-1",
        "a page of a wiki": "[[a]]",
        "a reference of GitLab": "!1",
        "a key of another tracker": "JIRA-1",
    }.items():
        assert any(each.startswith(f"{name}:") for each in problems(f"<!-- x -->\n\na {text} b\n")), name
        assert name in LINKS
    assert "img" not in TAGS and "a formula" in problems("<!-- x -->\n\na $x$ b\n")
    assert problems("<!-- x -->\n\na <img src=x> b") == ["tag img", "attributes {'src': 'x'}"]
    assert "line '::error::x'" in problems("<!-- x -->\n\n<div>\n::error::x\n</div>")


def test_two_parts_make_no_name_together() -> None:
    """What is marked ends where another word begins; together they must not be read as one link."""
    before, after = content("a dead$(x) GH-$(n) @$(who)"), content("a beef$(x) GH-$(n) @$(who) dead*beef*")
    samples = Samples({"x": "beef", "n": "1", "who": "team"})
    row = changed("a", Action.UPDATE, before=before, after=after, samples=samples)
    assert problems(SHOWN(result(space(row)), Style())) == []


def test_of_many_warnings_the_first_are_told_and_how_many_more_there_are() -> None:
    (told,) = warning("Could not be read", [f"space {number}" for number in range(30)])
    assert told.count("> - ") == 21 and told.endswith("> - and 10 more")
    assert [*warning("Could not be read", [])] == []
