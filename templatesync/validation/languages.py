"""What is told of the languages of one document together: once what all say alike, and what holds only in all. Pure.

A rule sees one language. A text without its sample is one mistake, however many languages have it; and a sample that
one language does not use is no mistake where another does.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from templatesync.documents.document import Document
from templatesync.model.finding import Finding
from templatesync.project.expansion import Entry
from templatesync.validation.registry import RULES

_MOST_LINES = 3

_Same: TypeAlias = tuple[str, int, int, str]


def held_by_all(findings: Sequence[Finding], entries: Sequence[Entry]) -> Iterator[Finding]:
    """Findings without those that must hold in all languages of their document and do not; in the spaces they do."""
    told: dict[_Same, dict[str, set[str]]] = {}
    for each in findings:
        if _rule_says(each, in_all=True):
            told.setdefault(_same(each), {}).setdefault(_language(each.key), set()).update(each.spaces)
    if not told:
        yield from findings
        return
    languages: dict[int, set[str]] = {}
    for entry in entries:
        languages.setdefault(entry.document.line, set()).add(entry.resource.key.language)
    lines = sorted(languages)
    for each in findings:
        mine = told.get(_same(each)) if _rule_says(each, in_all=True) else None
        if mine is None:
            yield each
            continue
        at = bisect(lines, each.line) - 1
        wanted = languages[lines[at]] if at >= 0 else ()
        spaces = set(each.spaces).intersection(*(mine.get(language, ()) for language in wanted))
        if spaces or not each.spaces:
            yield dataclasses.replace(each, spaces=tuple(name for name in each.spaces if name in spaces))


def told_once(findings: Iterable[Finding], documents: Sequence[Document]) -> Iterator[Finding]:
    """Findings of which those that several languages of a document have in common are told at the first of them.

    The others are named by their lines. One for spaces that the first is not for stays.
    """
    lines = [document.line for document in documents]
    groups: dict[tuple[str, str, str, int], list[Finding]] = {}
    for each in findings:
        if _rule_says(each, once=True):
            name = each.key.partition("@")[0]
            groups.setdefault((each.rule, each.message, name, bisect(lines, each.line)), []).append(each)
        else:
            yield each
    for group in groups.values():
        first = group[0]
        here = [each for each in group if (each.line, each.column) == (first.line, first.column)]
        covered = {name for each in here for name in each.spaces}
        others = [each for each in group if each not in here]
        more = list(dict.fromkeys(each.line for each in others if covered.issuperset(each.spaces)))
        said = _also(more)
        for each in here:
            yield dataclasses.replace(each, hint=each.hint + said) if said else each
        yield from (each for each in others if not covered.issuperset(each.spaces))


def _also(lines: Sequence[int]) -> str:
    if not lines:
        return ""
    named = ", ".join(map(str, lines[:_MOST_LINES]))
    rest = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    return f"; the same on {'line' if len(lines) == 1 else 'lines'} {named}{rest}"


def _rule_says(finding: Finding, *, once: bool = False, in_all: bool = False) -> bool:
    rule = RULES.get(finding.rule)
    return rule is not None and ((once and rule.once) or (in_all and rule.in_all))


def _same(finding: Finding) -> _Same:
    return (finding.rule, finding.line, finding.column, finding.message)


def _language(key: str) -> str:
    return key.partition("@")[2]
