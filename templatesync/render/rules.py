"""Rules and their pages, for a terminal, for programs and as the Markdown of `docs/rules`. Checks nothing."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.kinds import KINDS
from templatesync.kinds.rule import Rule
from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.finding import Severity
from templatesync.model.json_value import Json
from templatesync.planning.document import text as json_text
from templatesync.render.terminal import Style, pad
from templatesync.validation.registry import fixable

if TYPE_CHECKING:
    from templatesync.commands.rules import RulesResult
    from templatesync.validation.pages import Page

_COLUMNS = 100
INTRODUCTION = """\
What `templatesync validate` looks for, and `plan` and `apply` before they read anything remote. `templatesync rules`
lists the same, `templatesync rules ID` shows one. An **error** stands in the way of plan and apply; a **warning** is
likely to fail in the review, or is known from other providers only; an **info** is advice.

The comment `# templatesync: ignore ID` silences a rule on its line, or in the document below it; `rules: {ID: off}` in
templatesync.yaml does so everywhere, and also takes error, warning and info. Some rules cannot be changed or silenced,
because without them nothing else in a file could be trusted; they say so.

Rules whose ids begin with `breaking-` are about changes: `validate` looks at one state of the files, and never tells of
them. `templatesync breaking` compares the files with those of another revision, `plan` and `apply` with what programs
send now. A break that is meant is named in the file, by `templatesync: {breaks: [ID]}`.

A part of a file in the examples stands for a whole one: what it lacks is taken from the smallest valid one. Likewise
`<61 characters>` stands for a text of that length. A file's name stands in front where an example has several.
"""

FIX = "`templatesync validate --fix` mends what has one safe answer."


def text(result: RulesResult, style: Style) -> str:
    """All rules in a table, or the page of one."""
    if result.page is not None:
        return _page(result.page, result.pages[result.page.id], style)
    ids = max(len(rule.id) for rule in result.rules)
    severities = max(len(severity.value) for severity in Severity)
    lines: list[str] = []
    for section, members in result.sections.items():
        lines += ["", style.bold(section)]
        lines += [f"  {pad(each.id, ids)}  {pad(each.severity.value, severities)}  {each.summary}" for each in members]
    lines += ["", "`templatesync rules ID` explains one, with examples."]
    return "\n".join(lines[1:]) + "\n"


def _page(rule: Rule, page: Page, style: Style) -> str:
    parts = [
        f"{style.bold(rule.id)}: {rule.summary}",
        f"Severity: {rule.severity.value}{' (cannot be changed)' if rule.fixed else ''}",
        f"Source: {rule.source}",
        *([f"Fixable: {FIX}"] if fixable(rule.id) else []),
    ]
    if page.why:
        parts += ["", *textwrap.wrap(page.why, _COLUMNS)]
    for title, example in _examples(rule, page):
        if example:
            parts += ["", style.bold(f"{title}:"), *(f"  {line}".rstrip() for line in example.rstrip().split("\n"))]
    heading = "When it is meant:" if rule.of_change else "To silence it:"
    parts += ["", style.bold(heading), *textwrap.wrap(silencing(rule), _COLUMNS, break_on_hyphens=False)]
    return "\n".join(parts) + "\n"


def _examples(rule: Rule, page: Page) -> Iterator[tuple[str, str]]:
    """Both examples with their titles. Those of a change are two states of a file each."""
    yield ("A change that breaks it" if rule.of_change else "Bad"), page.bad
    yield ("A change that does not" if rule.of_change else "Good"), page.good


def silencing(rule: Rule) -> str:
    """How a project silences a rule, or why it cannot."""
    if rule.of_change:
        if rule.severity is not Severity.ERROR:
            return "It cannot be silenced, and need not be: it is told, and stands in the way of nothing."
        return (
            f"It cannot be silenced or made a warning. What is meant is said in the resource's own file, as in "
            f"`templatesync: {{breaks: [{rule.id}]}}`, and taken out again once it is applied."
        )
    if rule.fixed:
        return "It cannot be silenced or made a warning: without it nothing else in the file could be trusted."
    # Files that a field names have no comments of ours.
    fields = KINDS[rule.kind].file.files if rule.kind in KINDS else ()
    line = f"at {' or '.join(f'{name}:' for name in fields)}" if fields else "on the line"
    where = f"{line}, or above the document"
    return (
        f"In one place by the comment `# templatesync: ignore {rule.id}` {where}; everywhere by "
        f"`rules: {{{rule.id}: off}}` in templatesync.yaml, which also takes error, warning and info."
    )


def json(result: RulesResult, style: Style) -> str:
    """Rules with all their parts."""
    shown = [result.page] if result.page is not None else result.rules
    rules = [_rule(rule, result.pages[rule.id]) for rule in shown]
    return json_text({"format_version": FORMAT_VERSION, "rules": rules})


def _rule(rule: Rule, page: Page) -> dict[str, Json]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "section": page.section,
        "severity": rule.severity.value,
        "fixed": rule.fixed,
        "fixable": fixable(rule.id),
        "summary": rule.summary,
        "source": rule.source,
        "why": page.why,
        "bad": page.bad,
        "good": page.good,
        "silence": silencing(rule),
    }


def markdown(result: RulesResult, style: Style) -> str:
    """All rules as one page with a table of contents, or one rule. The anchor of a rule is its id."""
    if result.page is not None:
        return "\n".join(described(result.page, result.pages[result.page.id])) + "\n"
    lines = ["# Rules", "", INTRODUCTION, "## Contents", ""]
    for section, members in result.sections.items():
        links = ", ".join(f"[{rule.id}](#{rule.id})" for rule in members)
        lines += [*textwrap.wrap(f"- [{section}](#{anchor(section)}): {links}", 120, subsequent_indent="  ",
                                 break_on_hyphens=False, break_long_words=False)]  # fmt: skip
    for section, members in result.sections.items():
        lines += ["", f"## {section}"]
        for rule in members:
            lines += ["", *described(rule, result.pages[rule.id])]
    return "\n".join(lines) + "\n"


def anchor(heading: str) -> str:
    """The anchor that GitHub and most others make of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def described(rule: Rule, page: Page, level: int = 3) -> Iterator[str]:
    """One rule as lines of Markdown, below a heading of that level."""
    yield f"{'#' * level} {rule.id}"
    yield ""
    yield f"**{rule.summary}**"
    yield ""
    yield f"- Severity: {rule.severity.value}{', cannot be changed or silenced' if rule.fixed else ''}"
    yield f"- Source: {rule.source}"
    if fixable(rule.id):
        yield f"- Fixable: {FIX}"
    if page.why:
        yield ""
        yield from textwrap.wrap(page.why, 120, break_on_hyphens=False)
    for title, example in _examples(rule, page):
        if example:
            yield from ("", f"{title}:", "", f"```{_language(example)}", *example.rstrip("\n").split("\n"), "```")


def _language(example: str) -> str:
    return "json" if example.lstrip()[:1] in ("{", "[") else "yaml"
