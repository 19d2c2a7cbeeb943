"""A page of rules for each section, and one that lists them all. Made of the rules and their pages alone."""

from __future__ import annotations

from collections.abc import Mapping

from generate.tables import cell, table
from templatesync.commands.rules import RulesResult, rules
from templatesync.kinds.rule import Rule
from templatesync.render.rules import INTRODUCTION, anchor, described

_MADE = "This page is written by `make docs`."


def rule_pages() -> Mapping[str, str]:
    """Each page by the name of its file."""
    result = rules()
    pages = {file(section): _section(section, members, result) for section, members in result.sections.items()}
    return {"index.md": _index(result), **pages}


def file(section: str) -> str:
    """The name of the page of a section."""
    return f"{anchor(section)}.md"


def place(rule: str) -> str:
    """Where a rule is explained, from a page of another folder of docs."""
    result = rules()
    return f"../rules/{file(result.pages[rule].section)}#{rule}"


def _index(result: RulesResult) -> str:
    parts = [
        "# Rules",
        INTRODUCTION.rstrip(),
        "[What is not checked](not-checked.md) says what these cannot know.",
        _MADE,
    ]
    for section, members in result.sections.items():
        rows = [
            (f"[{rule.id}]({file(section)}#{rule.id})", rule.severity.value, cell(rule.summary)) for rule in members
        ]
        parts += [f"## {section}", table(("rule", "severity", "what must hold"), rows)]
    return "\n\n".join(parts) + "\n"


def _section(section: str, members: tuple[Rule, ...], result: RulesResult) -> str:
    head = f"# {section}\n\n[All rules](index.md) says what severities mean and how a rule is silenced. {_MADE}\n"
    parts = ["\n".join(described(rule, result.pages[rule.id], 2)) + "\n" for rule in members]
    return "\n".join([head, *parts])
