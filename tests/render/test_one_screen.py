"""What 40 spaces with 200 templates each come to on a screen, and that nothing of it is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from support import many_spaces

from templatesync.model.change import Action, Change, Difference, Plan, SpacePlan
from templatesync.model.errors import ExitCode
from templatesync.model.resource import Key
from templatesync.render import apply, json_, plan, status, status_markdown
from templatesync.render.terminal import Style, width

RESULTS: list[tuple[Callable[[Any, Style], str], Callable[[], Any]]] = [
    (plan.text, many_spaces.plan),
    (plan.text, many_spaces.first_plan),
    (apply.text, many_spaces.apply),
    (status.text, many_spaces.status),
]
cases = pytest.mark.parametrize(("render", "result"), RESULTS, ids=["plan", "first plan", "apply", "status"])


@cases
@pytest.mark.parametrize("columns", [80, 100, 120])
def test_it_fits_on_a_screen(render: Callable[[Any, Style], str], result: Callable[[], Any], columns: int) -> None:
    lines = render(result(), Style(columns=columns)).rstrip("\n").split("\n")
    assert len(lines) <= 40
    assert max(map(width, lines)) <= columns


@cases
def test_what_could_not_be_read_comes_first(render: Callable[[Any, Style], str], result: Callable[[], Any]) -> None:
    first, second, third, *_ = render(result(), Style()).split("\n")
    assert first.startswith("39 of 40 spaces ") and first.endswith("; brand07 could not be read.")
    assert many_spaces.DENIED in second and "cannot be read: cams:ListChatappTemplate is not permitted" in third


@cases
def test_details_lose_nothing(render: Callable[[Any, Style], str], result: Callable[[], Any]) -> None:
    told = render(result(), Style(details=True, columns=400))
    names = {many_spaces.CHANGED} if render is apply.text else set(many_spaces.NAMES)
    for name in names:
        assert f"template/{name}" in told
    for space in many_spaces.SPACES:
        assert f"{space} (cams-{space}" in told  # each has a row of its own in the table
    assert ", ".join(many_spaces.LANGUAGES) in told
    assert "brand01 to brand06, brand08 to brand40" in told or "brand01, brand02, brand04" in told


def test_the_same_thing_is_said_once() -> None:
    told = plan.text(many_spaces.plan(), Style(columns=120))
    assert "template/isv_invoice_007     update in 39 spaces, 5 languages" in told
    assert told.count("[-14-]{+30+}") == 1
    assert "39 spaces: brand01 to brand06, brand08 to brand40       5        195" in told
    assert "No digest: a plan that is not whole cannot be approved." in told
    told = plan.text(many_spaces.first_plan(), Style(columns=120))
    assert "+ 40 templates (7,800 in all)  create in 39 spaces, 5 languages, starts 7,800 reviews" in told


def test_an_apply_shows_the_one_that_failed() -> None:
    told = apply.text(many_spaces.apply(), Style(columns=120))
    assert (
        "~ template/isv_invoice_007@ar  failed in brand03 (InvalidParameter): the text is too odd [request R-3]" in told
    )
    assert "done in 39 spaces, 5 languages (194 in all)" in told
    assert "(39 of 40 spaces read; brand07 could not be read): 194 done, 1 failed" in told


def test_a_status_explains_the_rejection_in_the_words_of_everyone() -> None:
    told = " ".join(status.text(many_spaces.status(), Style()).split())
    assert "template/isv_invoice_011@de brand03 rejected (fail)" in told
    assert f"(the reason: {many_spaces.REASON}); the rules var-not-lead, var-not-trail would have told" in told
    assert (
        "in review (auditing)" in told and "7,604 approved (pass), 195 in review (auditing), 1 rejected (fail)." in told
    )
    document = json.loads(json_.status(many_spaces.status(), Style()))
    states = {row["status"] for space in document["spaces"] for row in space.get("resources", space.get("rows", ()))}
    assert {"pass", "auditing", "fail"} == states  # the service's own words


def of(*changes: Change) -> Any:
    space = SpacePlan("main", "cams-main", changes=changes)
    return many_spaces.PlanResult(Plan((space,)), (), ExitCode.OK)


def test_only_filters_what_is_shown_and_nothing_else() -> None:
    changes = [Change(Key("template", f"a{number}", "en"), Action.CREATE, after={"Text": "x"}) for number in range(9)]
    gone = Change(Key("template", "old", "en"), Action.DELETE, before={"Text": "what goes"})
    whole, only = (plan.text(of(*changes, gone), Style(only=kinds)) for kinds in ((), ("delete",)))
    assert "template/a0" in whole and "template/a0" not in only
    assert "what goes" in only and "Only delete: 1 of 10 resources shown; all of them count." in only
    assert whole.split("\n")[-2] == only.split("\n")[-2] and "Digest: " in only
    assert "9 to create, 0 to update, 1 to delete" in only
    assert json_.plan(of(*changes, gone), Style(only=("delete",))) == json_.plan(of(*changes, gone), Style())


@pytest.mark.parametrize(("number", "shown"), [(1, True), (3, True), (4, False)])
def test_few_new_texts_are_shown(number: int, shown: bool) -> None:
    texts = [
        Change(Key("template", f"a{at}", "en"), Action.CREATE, after={"Text": f"words {at}"}) for at in range(number)
    ]
    assert ("words 0" in plan.text(of(*texts), Style())) == shown
    assert f"words {number - 1}" in plan.text(of(*texts), Style(details=True))


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("Pay within 14 days.", "Pay within 30 days.", ["~ Pay within [-14-]{+30+} days."]),
        ("quite another", "您好", ["- quite another", "+ 您好"]),
        ("says [-a-] b", "says [-a-] c", ["- says [-a-] b", "+ says [-a-] c"]),
        ("a\nb\nc\nd", "a\nb\nc\nx", ["│ … 2 lines as before", "│ c", "- d", "+ x"]),
        ("one two", "one  two", ["~ one {+<U+0020>+}two"]),
    ],
)
def test_texts_differ_by_line_and_word(before: str, after: str, lines: list[str]) -> None:
    change = Change(Key("template", "a", "en"), Action.UPDATE, diff=(Difference("Text", "replace", before, after),))
    told = [line.strip() for line in plan.text(of(change), Style()).split("\n")]
    start = told.index("Text:") + 1
    assert told[start : start + len(lines)] == lines


def test_markdown_says_the_same_of_several_spaces_once_and_the_gravest_first() -> None:
    told = status_markdown.status(many_spaces.status(), Style())
    assert told.index("**Space brand03**") < told.index(
        "**38 spaces alike: brand01, brand02, brand04 to brand06, brand08"
    )
    assert told.count("`isv_invoice_007`") == 2 and len(told) < 1_500
