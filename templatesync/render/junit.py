"""Findings as a JUnit report, which Jenkins and GitLab show as tests. Pure.

The elements and attributes are those of the schema that Jenkins' xUnit plugin checks (its junit-10.xsd), so a test case
has no `file`: its class is the file, which is what GitLab shows as the suite. Both take tests of one class and name for
one test, and compare them by that from run to run: names hold no line, and equal ones are numbered.

What fails the run is a failure. A warning that does not is a test that passed and says so in its output: `skipped`
would mean that nobody looked. A file without findings is a test that passed, so a clean run is not an empty report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from templatesync.model.finding import Finding
from templatesync.render import strictness
from templatesync.render.escape import xml_attribute, xml_text
from templatesync.render.report import count_line, fails, file_in_repository, gravest, hint, said, truncated, within
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.validate import ValidateResult

MOST_CASES = 10_000
"""GitLab reads at most 250,000 elements, attributes and texts of a report, of which a case here has about fifteen."""


MOST_BYTES = 30_000_000
"""GitLab refuses a larger report (https://docs.gitlab.com/ci/testing/unit_test_reports)."""


def validate(result: ValidateResult, style: Style) -> str:
    """A suite for each file, a case for each finding; or as many of the gravest as GitLab takes."""
    most = min(MOST_CASES, len(result.report.findings) + len(result.files))
    return within(most, lambda most: _report(result, most), lambda text: len(text) <= MOST_BYTES)


def _report(result: ValidateResult, most: int) -> str:
    found = gravest(result.report.findings, most)
    broken = {finding.file for finding in result.report.findings}
    clean = sorted(set(result.files) - broken)
    total = len(result.report.findings) + len(clean)
    clean = clean[: most - len(found)]
    shown = len(found) + len(clean)
    suites = {file: list(cases) for file, cases in groupby(found, key=lambda finding: finding.file)}
    suites |= {file: [] for file in clean}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    failures = sum(fails(result, finding) for finding in found)
    lines.append(f'<testsuites name="templatesync validate" tests="{shown + 1}" failures="{failures}" errors="0">')
    lines += _summary(result, shown, total)
    for file in sorted(suites):
        lines += _suite(result, file_in_repository(result, file), suites[file])
    return "\n".join((*lines, "</testsuites>", ""))


def _summary(result: ValidateResult, shown: int, total: int) -> Iterator[str]:
    """What no single file tells: the counts of all, and that some of it is not here."""
    cut = truncated(shown, total, "test cases") if shown < total else ""
    yield f'  <testsuite name="templatesync" tests="1" failures="0" errors="0" skipped="{int(bool(cut))}">'
    yield '    <testcase classname="templatesync" name="report">'
    if cut:
        yield f'      <skipped message="{xml_attribute(cut)}"/>'
    told = "\n".join((count_line(result), *strictness.lines(result.strictness)))
    yield f"      <system-out>{xml_text(told)}</system-out>"
    yield "    </testcase>"
    yield "  </testsuite>"


def _suite(result: ValidateResult, file: str, findings: Sequence[Finding]) -> Iterator[str]:
    name = xml_attribute(file)
    failures = sum(fails(result, finding) for finding in findings)
    tests = max(len(findings), 1)
    yield f'  <testsuite name="{name}" tests="{tests}" failures="{failures}" errors="0" skipped="0" file="{name}">'
    if not findings:
        yield f'    <testcase classname="{name}" name="no findings"/>'
    seen: Counter[str] = Counter()
    for finding in findings:
        title = xml_attribute(" ".join(part for part in (finding.rule, finding.key, finding.path) if part))
        seen[title] += 1
        number = f" ({seen[title]})" if seen[title] > 1 else ""
        yield f'    <testcase classname="{name}" name="{title}{number}">'
        yield _outcome(result, file, finding)
        yield "    </testcase>"
    yield "  </testsuite>"


def _outcome(result: ValidateResult, file: str, finding: Finding) -> str:
    severity = finding.severity.value
    # All of it once more as text: GitLab shows no attribute of a failure.
    told = f"{file}:{finding.line}:{finding.column}: {severity}: {said(finding)} [{finding.rule}]"
    whole = xml_text("\n".join(filter(None, (told, hint(finding)))))
    if not fails(result, finding):
        return f"      <system-out>{whole}</system-out>"
    return f'      <failure type="{severity}" message="{xml_attribute(said(finding))}">{whole}</failure>'
