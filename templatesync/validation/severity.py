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
        file: ([doc.line for doc in docs], docs) for file, docs in by_file.items() if any(doc.said for doc in docs)
    }
    for finding in findings:
        rule = RULES.get(finding.rule)
        if rule is not None and not rule.fixed:
            if finding.rule in project.rules:
                level = project.rules[finding.rule]
                if level is None:
                    continue
                finding = dataclasses.replace(finding, severity=level)  # noqa: PLW2901 - the same finding
            comments = _comments(finding, *silent[finding.file]) if finding.file in silent else ()
            if any(finding.rule in doc.ignored.get(line, ()) for doc, line in comments):
                if silenced is not None:
                    at = Position(finding.line, finding.column)
                    silenced.add(finding.file, finding.rule, at, finding.message)
                continue
            if any(finding.rule in doc.void.get(line, ()) for doc, line in comments):
                finding = no_longer_silenced(finding)  # noqa: PLW2901 - the same finding
        yield finding


def no_longer_silenced(finding: Finding) -> Finding:
    """A finding that a comment silenced for the content that was imported, now that there is another."""
    why = "silenced for the content that was imported; it has changed since"
    return dataclasses.replace(finding, hint=f"{finding.hint}; {why}" if finding.hint else why)


def _comments(finding: Finding, lines: Sequence[int], documents: Sequence[Document]) -> Sequence[tuple[Document, int]]:
    """Where a comment may silence it: on its line, or above its document; a block has none but on the line where it
    begins. `documents` are those of its file, in order."""
    at = bisect(lines, finding.line) - 1
    begins = finding.line
    if at >= 0 and documents[at].said:
        begins = documents[at].start_of(Position(finding.line, finding.column)).line
    # A line may end one document and begin the next.
    around = [(doc, line) for doc in documents[max(at - 1, 0) : at + 2] for line in {finding.line, begins}]
    return [*around, (documents[at], 0)] if at >= 0 else around
