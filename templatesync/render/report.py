"""What the formats of `validate` share: the count line, order, names of files, fingerprints. Pure; knows no format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from templatesync.model.digest import sha256
from templatesync.model.finding import Finding, Severity

if TYPE_CHECKING:
    from templatesync.commands.validate import ValidateResult

MOST_TEXT = 4_000
"""Characters of one message, or of another text, in reports for machines. No rule writes as many."""
MOST_SPACES = 10
"""Spaces that one finding names for people; JSON has all of them."""
_LINE = 500
_AROUND = 100


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    plural = noun if number == 1 or noun == "info" else f"{noun}s"
    return f"{number:,} {plural}"


def verdict(result: ValidateResult) -> str:
    """One word for the exit code."""
    return "invalid" if result.exit_code else "valid"


def counts(result: ValidateResult) -> str:
    """What was looked at and what was found. Counts all, whatever a format leaves out."""
    report = result.report
    by_severity = {each: report.count(each) for each in Severity}
    said = ", ".join(counted(number, each.value) for each, number in by_severity.items() if number)
    return f"{counted(report.files, 'file')}, {counted(report.resources, 'resource')}, {said or 'no findings'}"


def count_line(result: ValidateResult) -> str:
    """The line that every output for people ends with."""
    return f"{verdict(result)}: {counts(result)}"


def truncated(shown: int, total: int, what: str) -> str:
    """What every format says that leaves something out."""
    return f"truncated: {shown:,} of {total:,} {what}, the gravest; `templatesync validate --format json` has all"


def gravest_first(findings: Sequence[Finding]) -> list[Finding]:
    """By severity, then in reading order."""
    return sorted(findings, key=lambda finding: (finding.severity.rank, finding.sort_key()))


def gravest(findings: Sequence[Finding], most: int) -> list[Finding]:
    """So many of the findings, in reading order, none of the others being graver."""
    return sorted(gravest_first(findings)[:most], key=Finding.sort_key)


def within(most: int, make: Callable[[int], str], fits: Callable[[bytes], bool]) -> str:
    """What `make` writes of `most` entries, or of as many fewer as it takes to fit."""
    while not fits((text := make(most)).encode("utf-8", "replace")) and most:
        most = most * 3 // 4
    return text


def fails(result: ValidateResult, finding: Finding) -> bool:
    """Whether a finding alone makes the exit code."""
    return finding.severity is Severity.ERROR or (result.strict and finding.severity is Severity.WARNING)


def file_in_repository(result: ValidateResult, file: str) -> str:
    """A file of the project as services know it that show reports: from the root of the repository."""
    return f"{result.prefix}/{file}" if result.prefix else file


def said(finding: Finding) -> str:
    """The message, with the spaces where it holds only there; at most MOST_TEXT characters."""
    return cut(f"{finding.message}{in_spaces(finding.spaces)}")


def in_spaces(names: Sequence[str]) -> str:
    """The spaces in which something holds, some of them where there are dozens; nothing for all."""
    more = len(names) - MOST_SPACES
    said = ", ".join(names[:MOST_SPACES])
    return f" (in {said}{f' and {more:,} more' if more > 0 else ''})" if names else ""


def hint(finding: Finding) -> str:
    """The next step, when the finding has one, as its own line."""
    return cut(f"hint: {finding.hint}") if finding.hint else ""


def cut(text: str) -> str:
    """A text of at most MOST_TEXT characters and what says that it was longer."""
    if len(text) <= MOST_TEXT:
        return text
    return f"{text[:MOST_TEXT]}… (truncated: {MOST_TEXT:,} of {len(text):,} characters)"


def fingerprints(result: ValidateResult) -> list[str]:
    """For each finding of the report what makes it the same from run to run: rule, place in the resource, its line.

    Of the line its text counts, not its number, and the message does not: lines move, and messages hold counts.
    Findings that are equal in this are numbered in reading order, so that each one's is its own.
    """
    seen: Counter[str] = Counter()
    prints = []
    for finding in result.report.findings:
        file = file_in_repository(result, finding.file)
        digest = sha256([finding.rule, file, finding.key, finding.path, _content(result, finding)])[:32]
        seen[digest] += 1
        prints.append(f"{digest}:{seen[digest]}")
    return prints


def _content(result: ValidateResult, finding: Finding) -> str:
    """The text of its line without blanks; of a line that a program wrote, what is around the place."""
    lines = result.lines.get(finding.file, ())
    line = lines[finding.line - 1] if 0 < finding.line <= len(lines) else ""
    if len(line) > _LINE:
        line = line[max(finding.column - 1 - _AROUND, 0) : finding.column - 1 + _AROUND]
    return re.sub(r"\s+", "", line)
