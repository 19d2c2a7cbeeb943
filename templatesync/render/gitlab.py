"""Findings as a Code Quality report of GitLab (https://docs.gitlab.com/ci/testing/code_quality). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templatesync.model.finding import Finding
from templatesync.model.json_value import Json
from templatesync.planning.document import json_text
from templatesync.render.escape import visible
from templatesync.render.report import file_in_repository, fingerprints, hint, said
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.validate import ValidateResult

# `critical` and `blocker` are left to tools that judge code which runs already: nothing here has been sent.
_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def validate(result: ValidateResult, style: Style) -> str:
    """All findings, each with the fields that GitLab reads."""
    pairs = zip(result.report.findings, fingerprints(result), strict=True)
    return json_text([_entry(result, finding, fingerprint) for finding, fingerprint in pairs])


def _entry(result: ValidateResult, finding: Finding, fingerprint: str) -> dict[str, Json]:
    return {
        "description": visible("; ".join(filter(None, (said(finding), hint(finding))))),
        "check_name": visible(finding.rule),
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity.value],
        "location": {
            "path": visible(file_in_repository(result, finding.file)),
            "lines": {"begin": finding.line},
        },
    }
