"""Results as JSON. Every shape is a promise with a schema: sorted, no clock, no secret, each output names its space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from templatesync.model.change import Refusal
from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.model.strictness import Strictness
from templatesync.planning.document import listings_json, outcomes_json, text, to_json, usage_json
from templatesync.project import contract_document
from templatesync.render import conditions
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands import apply as apply_command
    from templatesync.commands import contracts as contracts_command
    from templatesync.commands import import_ as import_command
    from templatesync.commands import init as init_command
    from templatesync.commands import outputs as outputs_command
    from templatesync.commands import plan as plan_command
    from templatesync.commands import status as status_command
    from templatesync.commands import validate as validate_command
    from templatesync.commands.status_rows import SpaceStatus, StatusRow
    from templatesync.validation.fix import Fixed


def validate(result: validate_command.ValidateResult, style: Style) -> str:
    """All findings."""
    report = result.report
    counts: dict[str, int] = {"files": report.files, "resources": report.resources}
    counts |= {severity.value: report.count(severity) for severity in Severity}
    fixed = None if result.fixed is None else [_fixed(each) for each in result.fixed]
    return findings_text(counts, report.findings, fixed, result.strictness)


def _fixed(fixed: Fixed) -> dict[str, Json]:
    return {"file": fixed.file, "line": fixed.line, "rule": fixed.rule, "message": fixed.message}


def findings_text(
    summary: Mapping[str, int],
    findings: tuple[Finding, ...],
    fixed: Json = None,
    strictness: Strictness | None = None,
) -> str:
    """The findings document; with `fixed` when fixes were asked for, and rules and policy when they are known."""
    mended: dict[str, Json] = {} if fixed is None else {"fixed": fixed}
    known = strictness.to_json() if strictness is not None else {}
    told = [*map(finding_json, findings)]
    return text({"format_version": FORMAT_VERSION, "summary": dict(summary), **known, **mended, "findings": told})


def finding_json(finding: Finding) -> dict[str, Json]:
    """One finding."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "key": finding.key,
        "path": finding.path,
        "spaces": list(finding.spaces),
        "hint": finding.hint,
    }


def plan(result: plan_command.PlanResult, style: Style) -> str:
    """The plan document."""
    return text(to_json(result.plan))


def apply(result: apply_command.ApplyResult, style: Style) -> str:
    """The receipt."""
    return text(outcomes_json(result.outcomes, result.recovered, result.not_in_plan))


def status(result: status_command.StatusResult, style: Style) -> str:
    """Rows by space, and the counts over all of them."""
    summary: dict[str, Json] = {
        "resources": sum(len(space.rows) for space in result.spaces),
        "content": "read" if result.content else "not read",
        "conditions": {each.value: number for each, number in result.conditions.items()},
    }
    document: dict[str, Json] = {"format_version": FORMAT_VERSION, "summary": summary}
    if result.fail_on:
        document["fail_on"] = {
            "conditions": [each.value for each in result.fail_on],
            "met": {each.value: number for each, number in result.found.items()},
            "undecided": {each.value: number for each, number in result.undecided.items()},
        }
    if result.since:
        document["since"] = result.since
    if said := conditions.differing(result):
        document["notes"] = [said]
    if result.findings:
        document["files_with_errors"] = list(dict.fromkeys(finding.file for finding in result.findings))
    return text(document | {"spaces": [_stands(space, bool(result.since)) for space in result.spaces]})


def _stands(space: SpaceStatus, compared: bool) -> dict[str, Json]:
    plan = space.plan
    told: dict[str, Json] = {
        "space": plan.space,
        "cust_space_id": plan.cust_space_id,
        "emulator": plan.emulator,
        "resources": [_row(row, compared) for row in space.rows],
    }
    if space.error is None:
        told["unmanaged"] = [str(key) for key in plan.unmanaged]
    told |= {"unmanaged_unsure": space.unsure} if space.unsure else {}
    told |= {"gone": list(space.gone)} if compared and space.error is None else {}
    told |= {"notes": [note.text for note in (*plan.notes, *space.notes)]} if plan.notes or space.notes else {}
    return told | listings_json(plan) | _error(space.error)


def _row(row: StatusRow, compared: bool) -> dict[str, Json]:
    told: dict[str, Json] = {
        "key": row.key,
        "kind": row.kind,
        "name": row.name,
        "language": row.language,
        "status": row.status,
        "reason": row.reason,
        "quality": row.quality,
        "category": row.category,
        "content": row.content,
        "conditions": [each.value for each in row.conditions],
        "drift": list(row.drift),
    }
    if row.conditions:
        told["what_to_do"] = dict(conditions.ways_on(row))
    if compared:
        told["new"] = [each.value for each in row.new]
        told["over"] = [each.value for each in row.over]
        told |= {} if row.was is None else {"was": row.was}
    told |= {"stays": list(row.stays)} if row.stays else {}
    told |= {"usage": usage_json(row.usage) | {"unused": row.usage.unused}} if row.usage is not None else {}
    return told | ({"notes": list(row.notes)} if row.notes else {})


def outputs(result: outputs_command.OutputsResult, style: Style) -> str:
    """What senders need, by space."""
    spaces = [
        {
            "space": space.space,
            "cust_space_id": space.cust_space_id,
            "emulator": space.emulator,
            "outputs": [
                {
                    "name": row.name,
                    "language": row.language,
                    "kind": row.kind,
                    "current": row.current,
                    "status": row.status,
                    "usable": row.usable,
                    **({"contract": row.contract} if row.contract else {}),
                    **({"stays": list(row.stays)} if row.stays else {}),
                    **row.values,
                }
                for row in space.rows
            ],
            **_error(space.error),
        }
        for space in result.spaces
    ]
    return text({"format_version": FORMAT_VERSION, "spaces": spaces})


def contract(result: contracts_command.ContractsResult, style: Style) -> str:
    """What programs can send, and what each send must carry."""
    return text(contract_document.to_json(result.sendables))


def import_(result: import_command.ImportResult, style: Style) -> str:
    """What was written and what was not."""
    return text({"format_version": FORMAT_VERSION, **_imported(result)})


def _imported(result: import_command.ImportResult) -> dict[str, Json]:
    only = result.spaces[0] if len(result.spaces) == 1 else None
    return {
        "space": only.name if only else "",
        "emulator": only is not None and only.emulator,
        "spaces": [{"space": each.name, "emulator": each.emulator, **_error(each.error)} for each in result.spaces],
        "written": [
            {
                "file": each.file,
                "keys": list(each.keys),
                "spaces": list(each.spaces),
                "original": each.original,
                "unknown_samples": each.unknown_samples,
                "notes": list(each.notes),
                "ignored": list(each.ignored),
            }
            for each in result.written
        ],
        "skipped": [
            {"key": each.key, "reason": each.reason, "fault": each.fault, "spaces": list(each.spaces)}
            for each in result.skipped
        ],
        "pictures": [
            {"key": each.key, "file": each.file, "reason": each.reason, "fault": each.fault} for each in result.pictures
        ],
        **_error(only.error if only else None),
    }


def init(result: init_command.InitResult, style: Style) -> str:
    """Names of files, relative to the folder; and what was imported."""
    imported: dict[str, Json] = {"import": _imported(result.imported)} if result.imported else {}
    files: dict[str, Json] = {"written": list(result.written), "kept": list(result.kept)}
    untold: dict[str, Json] = {"account_untold": result.account_untold} if result.account_untold else {}
    return text({"format_version": FORMAT_VERSION, **files, **untold, **imported})


def _error(error: Refusal | None) -> dict[str, Json]:
    return {"error": {"code": error.code, "message": error.message}} if error else {}
