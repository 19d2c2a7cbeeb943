"""`fmt`: resource files in canonical order and style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from templatesync.commands.prepare import open_project
from templatesync.documents.limits import YamlLimits
from templatesync.model.errors import ExitCode, UsageError
from templatesync.model.finding import Finding, Severity
from templatesync.project.resource_files import is_resource_name, may_be_shown, resource_names, withheld
from templatesync.project.settings import FILE_NAME, Project
from templatesync.storage.names import names_inside
from templatesync.storage.patterns import matching
from templatesync.storage.reading import read_file
from templatesync.storage.writing import write_file
from templatesync.validation.format import formatted


@dataclass(frozen=True, slots=True)
class FmtResult:
    """Which files were changed, or would be (`check`), with the lines of a diff for these; and which stay, and why."""

    files: int
    changed: tuple[str, ...]
    diff: tuple[str, ...]
    findings: tuple[Finding, ...]
    check: bool
    exit_code: ExitCode


def fmt(directory: Path, paths: Sequence[Path], *, check: bool) -> FmtResult:
    """Format all files that the project includes, or those that `paths` (files or folders) name.

    The project file, JSON and media are left alone, also when they are named: a hook names whatever was changed.
    """
    project = open_project(directory)
    names, found = _asked(project, paths)
    limit = YamlLimits().size
    changed: list[str] = []
    diff: list[str] = []
    for name in names:
        data = read_file(project.root / name, name, limit)
        if isinstance(data, Finding):
            found.append(data)
            continue
        if not may_be_shown(data, name):
            found += withheld((), name)
            continue
        done = formatted(data, name)
        found += done.findings
        if done.findings or done.text.encode() == data:
            continue
        changed.append(name)
        if check:
            diff += _diff(name, data, done.text)
        else:
            write_file(project.root / name, done.text, keep_mode=True)
    failed = (check and bool(changed)) or any(each.severity is Severity.ERROR for each in found)
    code = ExitCode.FINDINGS if failed else ExitCode.OK
    return FmtResult(len(names), tuple(changed), tuple(diff), tuple(sorted(found, key=Finding.sort_key)), check, code)


def _asked(project: Project, paths: Sequence[Path]) -> tuple[list[str], list[Finding]]:
    included, findings = matching(project.root, project.include)
    included, others = resource_names(project.root, included)
    findings += others
    findings = [each for each in findings if each.severity is Severity.ERROR]  # else it is for `validate` to tell
    if not paths:
        return [name for name in included if _is_resource(name)], findings
    asked: set[str] = set()
    told: list[Finding] = []
    for name in names_inside(project.root, paths):
        inside = {each for each in included if name == "." or each.startswith(f"{name}/")}
        if not (project.root / name).is_dir():
            inside = {name}
        elif not inside:
            raise UsageError(
                f"nothing in {name} belongs to the project", hint="a file must match `include` in templatesync.yaml"
            )
        asked |= inside
        told += [each for each in findings if name in (".", each.file) or each.file.startswith(f"{name}/")]
    return sorted(filter(_is_resource, asked)), [each for each in dict.fromkeys(told) if each.file not in asked]


def _is_resource(name: str) -> bool:
    return name != FILE_NAME and is_resource_name(name)


def _diff(name: str, data: bytes, text: str) -> list[str]:
    """The lines that would change, with their line ends where these do: `visible` shows them."""
    before = data.decode().split("\n")
    return list(unified_diff(before, text.split("\n"), name, f"{name}, formatted", lineterm=""))
