"""What is wrong with requests to send: as text, as JSON and as annotations. Pure; knows no contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.finding import Finding, Severity
from templatesync.planning import document
from templatesync.render.escape import command_data, command_property
from templatesync.render.report import counted, cut
from templatesync.render.terminal import Style, joined, safe

if TYPE_CHECKING:
    from templatesync.commands.check_payload import CheckPayloadResult

MOST_FINDINGS = 200
MOST_ANNOTATIONS = 10
_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def text(result: CheckPayloadResult, style: Style) -> str:
    """A line for each finding, with the pointer to its place, its hint below; how many there were at the end."""
    shown = _gravest(result, MOST_FINDINGS)
    lines = [line for finding in shown for line in _lines(finding, style)]
    paint = style.red if result.exit_code else style.green
    return joined((*lines, *_left_out(result, len(shown)), f"{paint(_verdict(result))}: {_counts(result)}"))


def _lines(finding: Finding, style: Style) -> Iterator[str]:
    paint = {"error": style.red, "warning": style.yellow, "info": style.blue}[finding.severity.value]
    where = style.bold(f"{safe(finding.file)}:{finding.line}:{finding.column}")
    at = f" at {safe(cut(finding.path))}" if finding.path else ""
    yield f"{where}: {paint(finding.severity.value)}: {safe(cut(finding.message))}{at} [{finding.rule}]"
    if not style.quiet and (finding.key or finding.hint):
        yield f"    {safe(': '.join(filter(None, (finding.key, finding.hint and f'hint: {finding.hint}'))))}"


def json(result: CheckPayloadResult, style: Style) -> str:
    """The document of `schemas/check-payload.schema.json`."""
    return document.text(
        {
            "format_version": FORMAT_VERSION,
            "summary": {
                "files": result.files,
                "requests": result.requests,
                "error": result.counts[Severity.ERROR],
                "warning": result.counts[Severity.WARNING],
                "left_out": result.untold,
            },
            "findings": [
                {
                    "code": finding.rule,
                    "severity": finding.severity.value,
                    "message": finding.message,
                    "file": finding.file,
                    "line": finding.line,
                    "column": finding.column,
                    "pointer": finding.path,
                    "key": finding.key,
                    "hint": finding.hint,
                }
                for finding in result.findings
            ],
        }
    )


def github(result: CheckPayloadResult, style: Style) -> str:
    """The gravest findings as annotations, as many as GitHub shows for certain, and the count line."""
    shown = _gravest(result, MOST_ANNOTATIONS)
    lines = [_annotation(result, finding) for finding in shown]
    return "".join(
        f"{line}\n" for line in (*lines, *_left_out(result, len(shown)), f"{_verdict(result)}: {_counts(result)}")
    )


def _annotation(result: CheckPayloadResult, finding: Finding) -> str:
    file = result.places[finding.file]
    if file.startswith("="):
        file = f"./{file}"  # the runner drops what stands between the name of a property and its value
    place = {"file": file, "line": str(finding.line), "col": str(finding.column)} if file else {}
    properties = ",".join(
        f"{name}={command_property(value)}" for name, value in {**place, "title": finding.rule}.items()
    )
    about = " ".join(filter(None, (finding.path and f"at {finding.path}", finding.key and f"for {finding.key}")))
    data = "\n".join(map(cut, filter(None, (finding.message, finding.hint and f"hint: {finding.hint}", about))))
    return f"::{_LEVELS[finding.severity.value]} {properties}::{command_data(data)}"


def _gravest(result: CheckPayloadResult, most: int) -> list[Finding]:
    """So many findings, in reading order, none of the others being graver."""
    if len(result.findings) <= most:
        return list(result.findings)
    ranks = sorted(range(len(result.findings)), key=lambda at: (result.findings[at].severity.rank, at))
    return [result.findings[at] for at in sorted(ranks[:most])]


def _left_out(result: CheckPayloadResult, shown: int) -> Iterator[str]:
    total = sum(result.counts.values())
    if shown < total:
        yield f"truncated: {shown:,} of {total:,} findings, the gravest; `--format json` has more"


def _verdict(result: CheckPayloadResult) -> str:
    return "refused" if result.exit_code else "right"


def _counts(result: CheckPayloadResult) -> str:
    said = ", ".join(counted(number, each.value) for each, number in result.counts.items() if number)
    return f"{counted(result.files, 'file')}, {counted(result.requests, 'request')}, {said or 'no findings'}"
