"""Findings as text for a person. Every value from outside passes through `safe`. Knows no plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from templatesync.render import strictness
from templatesync.render.excerpt import excerpt
from templatesync.render.report import counts, gravest, in_spaces, truncated, verdict
from templatesync.render.terminal import Style, joined, safe

if TYPE_CHECKING:
    from templatesync.commands.validate import ValidateResult
    from templatesync.model.finding import Finding
    from templatesync.validation.fix import Fixed

MOST_FINDINGS = 200
"""Findings shown as text; `--format json` has them all."""


def validate(result: ValidateResult, style: Style) -> str:
    """Findings with their source lines, and how many there were."""
    paint = style.red if result.exit_code else style.green
    mended = "" if result.fixed is None else f"{len(result.fixed):,} fixed; "
    last = f"{mended}{paint(verdict(result))}: {counts(result)}"
    lines = [_mended(each, style) for each in result.fixed or ()]
    known = strictness.shown(result.strictness, style)
    return joined((*lines, *findings(result.report.findings, result.lines, style), *known, last))


def _mended(fixed: Fixed, style: Style) -> str:
    where = style.bold(f"{safe(fixed.file)}:{fixed.line}")
    return f"{where}: {style.green('fixed')}: {safe(fixed.message)} [{fixed.rule}]"


def findings(found: Sequence[Finding], sources: Mapping[str, Sequence[str]], style: Style) -> Iterator[str]:
    """Findings, only the gravest when there are too many to show. A quiet style leaves one line of each."""
    shown = found if len(found) <= MOST_FINDINGS else gravest(found, MOST_FINDINGS)
    for finding in shown:
        yield from _finding(finding, sources.get(finding.file, ()), style)
    if len(found) > len(shown):
        yield truncated(len(shown), len(found), "findings")


def _finding(finding: Finding, source: Sequence[str], style: Style) -> Iterator[str]:
    paint = {"error": style.red, "warning": style.yellow, "info": style.blue}[finding.severity.value]
    where = f"{safe(finding.file)}:{finding.line}:{finding.column}"
    message = f"{safe(finding.message)}{safe(in_spaces(finding.spaces))} [{safe(finding.rule)}]"
    yield f"{style.bold(where)}: {paint(finding.severity.value)}: {message}"
    if style.quiet:
        return
    if 0 < finding.line <= len(source):
        shown, before = excerpt(source[finding.line - 1], finding.column)
        yield f"{style.dim(f'{finding.line:>5} │')} {shown}"
        yield f"{style.dim('      │')} {' ' * before}{paint('^')}"
    if finding.hint:
        yield f"    hint: {safe(finding.hint)}"
