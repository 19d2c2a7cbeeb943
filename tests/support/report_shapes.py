"""What reports must be for those that read them: SARIF, JUnit and Code Quality."""

from __future__ import annotations

import functools
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"


@functools.cache
def _validator() -> Any:
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def fits_sarif(log: Any) -> None:
    """The schema of SARIF 2.1.0, and what it cannot say: indices that lead to their rules, relative addresses."""
    _validator().validate(log)
    assert len(log["runs"]) == 1
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["automationDetails"]["id"].endswith("/")
    for rule in rules:
        assert len(rule.get("properties", {}).get("tags", [])) <= 20
        assert {"shortDescription", "fullDescription", "help"} <= set(rule)  # which GitHub asks for
    prints = [entry["partialFingerprints"]["templatesyncFinding/v1"] for entry in run["results"]]
    assert len(set(prints)) == len(prints)
    for entry in run["results"]:
        assert rules[entry["ruleIndex"]]["id"] == entry["ruleId"]
        assert entry["level"] in ("error", "warning", "note")
        (location,) = entry["locations"]
        address = location["physicalLocation"]["artifactLocation"]
        assert not address["uri"].startswith("file:") and ":" not in address["uri"]
        assert address["uriBaseId"] in run["originalUriBaseIds"]
        assert min(location["physicalLocation"]["region"].values()) >= 1


# The elements and attributes that the xUnit plugin of Jenkins lets through (its junit-10.xsd).
REQUIRED = {
    "testsuites": set(),
    "testsuite": {"name", "tests", "failures", "errors"},
    "testcase": {"name"},
    "failure": set(),
    "skipped": set(),
    "system-out": set(),
}
ALLOWED = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "time", "skipped", "timestamp", "hostname", "id", "file"},
    "testcase": {"name", "time", "classname", "group"},
    "failure": {"type", "message"},
    "skipped": {"type", "message"},
    "system-out": set(),
}
INSIDE = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase", "system-out"},
    "testcase": {"failure", "skipped", "system-out"},
    "failure": set(),
    "skipped": set(),
    "system-out": set(),
}


def fits_junit(root: ET.Element) -> None:
    """The structure, and counts that are those of what is there."""
    assert root.tag == "testsuites"
    for element in root.iter():
        assert REQUIRED[element.tag] <= set(element.attrib) <= ALLOWED[element.tag], element.attrib
        assert {child.tag for child in element} <= INSIDE[element.tag]
    for suite in root:
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase")) > 0
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    assert int(root.attrib["tests"]) == len(list(root.iter("testcase")))
    assert int(root.attrib["failures"]) == len(list(root.iter("failure")))


def fits_code_quality(report: Any) -> None:
    """What GitLab's page on Code Quality asks of each entry, and of their fingerprints."""
    assert isinstance(report, list)
    for entry in report:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert all(isinstance(entry[name], str) for name in ("description", "check_name", "fingerprint"))
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert set(entry["location"]) == {"path", "lines"} and set(entry["location"]["lines"]) == {"begin"}
        assert isinstance(entry["location"]["path"], str) and not entry["location"]["path"].startswith(("./", "/"))
        assert isinstance(entry["location"]["lines"]["begin"], int) and entry["location"]["lines"]["begin"] >= 1
    prints = [entry["fingerprint"] for entry in report]
    assert len(set(prints)) == len(prints)
