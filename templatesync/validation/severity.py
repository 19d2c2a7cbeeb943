"""Findings as a project wants them: with its own severities, without what comments silence. Knows no rule's work."""

from __future__ import annotations

import dataclasses
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence

from templatesync.documents.document import Document
from templatesync.model.finding import Finding, Position
from templatesync.project.settings import Project
from templatesync.validation.registry import RULES
from templatesync.validation.silenced import Silenced


def apply_severities(
    findings: Iterable[Finding], project: Project, documents: Iterable[Document], silenced: Silenced | None = None
) -> Iterator[Finding]:
    """Findings with the project's severities, without those that a comment silences; these are added to `silenced`."""
    by_file: dict[str, list[Document]] = {}
    for doc in documents:
        by_file.setdefault(doc.file, []).append(doc)  # those without comments too: there the one before ends
    silent = {
        file: ([doc.line for doc in docs], docs) for file, docs in by_file.items() if any(doc.ignored for doc in docs)
    }
    for finding in findings:
        rule = RULES.get(finding.rule)
        if rule is not None and not rule.fixed:
            if finding.rule in project.rules:
                level = project.rules[finding.rule]
                if level is None:
                    continue
                finding = dataclasses.replace(finding, severity=level)  # noqa: PLW2901 - the same finding
            if finding.file in silent and _silenced(finding, *silent[finding.file]):
                if silenced is not None:
                    at = Position(finding.line, finding.column)
                    silenced.add(finding.file, finding.rule, at, finding.message)
                continue
        yield finding


def _silenced(finding: Finding, lines: Sequence[int], documents: Sequence[Document]) -> bool:
    """Whether a comment on its line, or above its document, says so; a block has none but on the line where it begins.
    `documents` are those of its file, in order."""
    at = bisect(lines, finding.line) - 1
    begins = finding.line
    if at >= 0 and documents[at].ignored:
        begins = documents[at].start_of(Position(finding.line, finding.column)).line
    for doc in documents[max(at - 1, 0) : at + 2]:  # a line may end one document and begin the next
        if any(finding.rule in doc.ignored.get(line, ()) for line in (finding.line, begins)):
            return True
    return at >= 0 and finding.rule in documents[at].ignored.get(0, ())
