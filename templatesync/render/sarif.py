"""Findings as a SARIF 2.1.0 log, in the subset that GitHub's code scanning reads and within what it accepts. Pure.

Only the rules that were broken are in it: the log of a small change stays small, and new texts of other rules do not
change it. `templatesync rules --format json` has them all.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import templatesync
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.planning.document import text
from templatesync.render import strictness
from templatesync.render.escape import markdown_code, markdown_text, relative_uri, sarif_message, visible
from templatesync.render.report import count_line, file_in_repository, fingerprints, hint, said, truncated, within
from templatesync.render.terminal import Style
from templatesync.validation.registry import RULES

if TYPE_CHECKING:
    from templatesync.commands.validate import ValidateResult

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""GitHub refuses a run with more, and shows 5,000 of them
(https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit)."""
MOST_BYTES = 10_000_000
"""GitHub refuses a log that is larger after gzip."""
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}


def validate(result: ValidateResult, style: Style) -> str:
    """All findings, or as many of the gravest as GitHub takes."""
    pairs = list(zip(result.report.findings, fingerprints(result), strict=True))
    by_gravity = sorted(range(len(pairs)), key=lambda number: (pairs[number][0].severity.rank, number))

    def make(most: int) -> str:
        return text(_log(result, [pairs[number] for number in sorted(by_gravity[:most])]))

    return within(min(len(pairs), MOST_RESULTS), make, _accepted)


def _accepted(log: bytes) -> bool:
    return len(log) <= MOST_BYTES or len(gzip.compress(log, mtime=0)) <= MOST_BYTES


def _log(result: ValidateResult, pairs: Sequence[tuple[Finding, str]]) -> Mapping[str, Json]:
    ids = list(dict.fromkeys(sorted(finding.rule for finding, _ in pairs)))
    places = {rule: index for index, rule in enumerate(ids)}
    driver = {
        "name": "templatesync",
        "version": templatesync.__version__,
        "semanticVersion": templatesync.__version__,
        "rules": [_rule(rule) for rule in ids],
    }
    run = {
        "tool": {"driver": driver},
        # GitHub keeps the alerts of several projects in one repository apart by this.
        "automationDetails": {"id": f"templatesync/{relative_uri(file_in_repository(result, ''))}"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(result, len(pairs))],
        "results": [_result(result, finding, places[finding.rule], print_) for finding, print_ in pairs],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _invocation(result: ValidateResult, shown: int) -> dict[str, Json]:
    notes = [_notification("count", "note", count_line(result))]
    for level, told in (
        ("warning" if strictness.weaker(result.strictness) else "note", strictness.changes(result.strictness)),
        ("note", strictness.state(result.strictness)),
    ):
        if told:
            notes.append(_notification("settings", level, sarif_message("\n".join(told))))
    total = len(result.report.findings)
    if shown < total:
        notes.append(_notification("truncated", "warning", truncated(shown, total, "findings")))
    return {
        "executionSuccessful": True,
        "exitCode": int(result.exit_code),
        "toolExecutionNotifications": notes,
        **({"properties": _shown(result.strictness.to_json())} if result.strictness is not None else {}),
    }


def _shown(value: Json) -> Json:
    """A value of which every text shows what would act or hide."""
    if isinstance(value, dict):
        return {name: _shown(each) for name, each in value.items()}
    return [*map(_shown, value)] if isinstance(value, list) else visible(value) if isinstance(value, str) else value


def _notification(id_: str, level: str, message: str) -> dict[str, Json]:
    return {"descriptor": {"id": id_}, "level": level, "message": {"text": message}}


def _rule(id_: str) -> dict[str, Json]:
    rule = RULES.get(id_)
    name = visible(id_)
    if rule is None:
        return {"id": name, **{key: {"text": name} for key in ("shortDescription", "fullDescription", "help")}}
    more = f"templatesync rules {id_}"
    summary, source = markdown_text(rule.summary), markdown_text(rule.source)
    markdown = f"{summary}\n\nSource: {source}\n\n{markdown_code(more)} tells more."
    return {
        "id": name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": f"{rule.summary}\n\nSource: {rule.source}\n\n`{more}` tells more.", "markdown": markdown},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [rule.kind or "project"],
            "problem.severity": _PROBLEMS[rule.severity],
            "source": rule.source,
        },
    }


def _result(result: ValidateResult, finding: Finding, rule: int, fingerprint: str) -> dict[str, Json]:
    uri = relative_uri(file_in_repository(result, finding.file))
    location: dict[str, Json] = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "uriBaseId": _ROOT},
            "region": {"startLine": max(finding.line, 1), "startColumn": max(finding.column, 1)},
        }
    }
    if logical := _logical(finding):
        location["logicalLocations"] = logical
    return {
        "ruleId": visible(finding.rule),
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": sarif_message("\n".join(filter(None, (said(finding), hint(finding)))))},
        "locations": [location],
        # GitHub reads only `primaryLocationLineHash`, and its upload action adds that from the file; were it here
        # and not the action's own, the action would warn of every finding.
        "partialFingerprints": {"templatesyncFinding/v1": fingerprint},
    }


def _logical(finding: Finding) -> list[Json]:
    key, path = visible(finding.key), visible(finding.path)
    found: list[Json] = [{"name": key, "fullyQualifiedName": key, "kind": "resource"}] if key else []
    if path:
        found.append({"name": path, "fullyQualifiedName": f"{key}#{path}" if key else path, "kind": "property"})
    return found
