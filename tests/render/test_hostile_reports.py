"""Hostile text in every field: read back as their readers do, reports say it and obey none of it."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from support.depth import DEPTH
from support.markdown_page import problems
from support.output_readers import ACTS, OBEYED, commands, results
from support.report_shapes import fits_junit, fits_sarif

from templatesync.commands.validate import ValidateResult
from templatesync.model.errors import ExitCode
from templatesync.model.finding import Finding, Severity
from templatesync.render.escape import lines, paragraph, visible
from templatesync.render.formats import FORMATS
from templatesync.render.report import count_line, file_in_repository
from templatesync.render.terminal import Style
from templatesync.validation.check import Report

few = settings(max_examples=35 * DEPTH)


def rendered(name: str, result: ValidateResult) -> str:
    """The text, which can be written as UTF-8 and holds nothing that acts where it is shown."""
    text = FORMATS["validate"][name](result, Style())
    text.encode("utf-8")
    assert not ACTS.search(text), ascii(ACTS.search(text))
    assert not OBEYED.search(text)
    return text


def strings(value: Any) -> Iterator[str]:
    """All texts of a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inside in value.items():
            yield key
            yield from strings(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from strings(inside)


@few
@given(results())
def test_text(result: ValidateResult) -> None:
    text = rendered("text", result)
    found, others = commands(text)
    assert found == [] and others[-2:] == [count_line(result), ""]
    assert not [line for line in others if re.match(r"\s*(---|\+\+\+|~~~|\^\^\^)(\s|$)", line)]
    carets = [line for line in others if re.fullmatch(r"      │ +\^", line)]
    assert len(carets) == len(result.report.findings)


@few
@given(results(14))
def test_github(result: ValidateResult) -> None:
    findings = result.report.findings
    found, others = commands(rendered("github", result))
    assert others == [count_line(result), ""]
    known = 0 if result.strictness is None else 2  # what is set, and what has changed, before all findings
    assert [each.properties for each in found[:known]] == [{"title": "templatesync"}] * known
    assert len(found) == min(len(findings) + known, 10)
    levels = {"error": "error", "warning": "warning", "info": "notice"}
    order = sorted(findings, key=lambda finding: finding.severity.rank)
    shown = order if len(order) <= 10 - known else order[: 9 - known]
    for command, finding in zip(found[known:], shown, strict=False):
        assert command.name == levels[finding.severity.value]
        file = file_in_repository(result, finding.file)
        place = {"line": str(finding.line), "col": str(finding.column)}
        named = {"file": paragraph("./" * file.startswith("=") + file), "title": paragraph(finding.rule)}
        # The runner leaves out empty properties, `=` before a value and blanks behind the last.
        expected = {key: value.lstrip("=") for key, value in {**place, **named}.items() if value.lstrip("=")}
        assert {key: value.strip() for key, value in command.properties.items() if value.strip()} == {
            key: value.strip() for key, value in expected.items() if value.strip()
        }
        assert command.data.startswith(paragraph(finding.message))
    if len(order) > 10 - known:
        assert f"truncated: {9 - known} of {len(order)} findings" in found[9].data


@few
@given(results())
def test_gitlab(result: ValidateResult) -> None:
    report = json.loads(rendered("gitlab", result))
    assert not any(ACTS.search(text) for text in strings(report))
    assert len(report) == len(result.report.findings)
    assert len({entry["fingerprint"] for entry in report}) == len(report)
    for entry, finding in zip(report, result.report.findings, strict=True):
        assert entry["description"].startswith(visible(finding.message))
        assert entry["location"]["path"] == visible(file_in_repository(result, finding.file))


@few
@given(results())
def test_sarif(result: ValidateResult) -> None:
    log = json.loads(rendered("sarif", result))
    fits_sarif(log)
    assert not any(ACTS.search(text) for text in strings(log))
    (run,) = log["runs"]
    assert len(run["results"]) == len(result.report.findings)
    for entry, finding in zip(run["results"], result.report.findings, strict=True):
        assert entry["ruleId"] == visible(finding.rule)
        uri = entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        # Names that are not UTF-8 and halves of pairs are compared in test_sink.
        name = re.sub("[\ud800-\udfff]", "\ufffd", file_in_repository(result, finding.file))
        assert re.sub("\ufffd+", "\ufffd", unquote(uri)) == re.sub("\ufffd+", "\ufffd", name)


@few
@given(results())
def test_junit(result: ValidateResult) -> None:
    text = rendered("junit", result)
    assert commands(text)[0] == [], "a file that somebody prints"
    root = ET.fromstring(text)
    fits_junit(root)
    assert not any(
        ACTS.search(each) for element in root.iter() for each in (element.text or "", *element.attrib.values())
    )
    told = [element.text or "" for element in root.iter() if element.tag in ("failure", "system-out")]
    assert len(told) == len(result.report.findings) + 1
    for finding in result.report.findings:
        assert any(lines(f"x{finding.message}")[1:] in each for each in told)
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", ["github", "gitlab", "sarif", "junit"])
def test_a_long_text_is_cut_and_says_so(name: str) -> None:
    finding = Finding("yaml-syntax", Severity.ERROR, "X" * 9_000, "a.yaml", hint="Y" * 9_000)
    text = rendered(name, ValidateResult(Report((finding,), 1, 0), {}, ExitCode.FINDINGS))
    assert "X" * 4_000 + "… (truncated: 4,000 of 9,000 characters)" in text and "X" * 4_001 not in text
    assert "Y" * 3_994 + "… (truncated: 4,000 of 9,006 characters)" in text


@few
@given(results())
def test_markdown(result: ValidateResult) -> None:
    text = FORMATS["validate"]["markdown"](result, Style())
    assert problems(text) == []
    assert text.count("\n- **") == min(len(result.report.findings), 100)


def test_a_comment_tells_of_the_gravest_and_says_that_there_are_more() -> None:
    findings = tuple(Finding("a-rule", Severity.ERROR, "字" * 900, "a.yaml", line) for line in range(1, 500))
    text = FORMATS["validate"]["markdown"](ValidateResult(Report(findings, 1, 0), {}, ExitCode.FINDINGS), Style())
    assert len(text) <= 60_000 and len(text.encode()) <= 240_000
    assert "499 errors" in text and " more are left out here; " in text


@pytest.mark.parametrize("name", ["gitlab", "sarif", "junit", "json"])
@few
@given(result=results())
def test_in_ascii_they_say_the_same(name: str, result: ValidateResult) -> None:
    text = rendered(name, result)
    in_ascii = FORMATS["validate"][name].ascii
    assert in_ascii is not None
    plain = in_ascii(text)
    assert plain.isascii()
    if name == "junit":
        assert ET.canonicalize(plain) == ET.canonicalize(text)
        assert ET.parse(io.BytesIO(plain.encode())).getroot().tag == "testsuites"
    else:
        assert json.loads(plain) == json.loads(text)
