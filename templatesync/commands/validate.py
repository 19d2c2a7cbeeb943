"""`validate`: everything that is wrong with the files, without network and without credentials."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from templatesync import check, fixing, workspace
from templatesync.assets import ENDING, on_disk
from templatesync.characters import source_lines
from templatesync.check import Report
from templatesync.commands.common import names_inside, open_project
from templatesync.errors import ExitCode, UsageError
from templatesync.fixing import Fixed
from templatesync.output import write_file
from templatesync.project import FILE_NAME
from templatesync.values import Severity
from templatesync.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Result:
    """A report, and the lines of the files it names. `fixed` is what was mended; None when nobody asked."""

    report: Report
    lines: Mapping[str, Sequence[str]]
    exit_code: ExitCode
    fixed: tuple[Fixed, ...] | None = None


def validate(
    directory: Path, paths: Sequence[Path], spaces: Sequence[str], *, strict: bool, fix: bool = False
) -> Result:
    """Check the project, or only what concerns `paths` (files or folders); rules across files still see all of it.

    With `fix`, mend first what has one safe answer, in these files only; the report is of what is left.
    """
    project = open_project(directory)
    for name in spaces:
        project.space(name)
    wanted = names_inside(project.root, paths)
    resources = [name for name in wanted if not (project.root / name).is_dir() and not name.endswith(ENDING)]
    files = workspace.read(project, [name for name in resources if name != FILE_NAME])
    report = check.check(files, spaces or None)
    asked = _asked(files, report, wanted) if paths else {source.name for source in files.sources}
    fixed = None
    if fix:
        fixed = _mend(files, spaces, asked)
        files = workspace.read(project, [name for name in resources if name != FILE_NAME])
        report = check.check(files, spaces or None)
    if paths:
        report = check.concerning(report, files, asked, spaces or [space.name for space in project.spaces])
    failed = bool(report.errors) or (strict and report.count(Severity.WARNING) > 0)
    named = {finding.file for finding in report.findings}
    lines = {source.name: tuple(source_lines(source.data)) for source in files.sources if source.name in named}
    return Result(report, lines, ExitCode.FINDINGS if failed else ExitCode.OK, fixed)


def _mend(files: Workspace, spaces: Sequence[str], asked: Collection[str]) -> tuple[Fixed, ...]:
    """Write what fixes make of the files that are asked for; what was mended."""
    root = files.project.root
    sources = {source.name: source.data for source in files.sources}
    fixes = fixing.fix(files.project, sources, on_disk(root), spaces or None, asked)
    for name, data in fixes.texts.items():
        write_file(root / name, data.decode(), keep_mode=True)
    return fixes.fixed


def _asked(files: Workspace, report: Report, wanted: Sequence[str]) -> set[str]:
    """The files of the project that are meant by names of files and folders. Raises UsageError for one without any."""
    known = {FILE_NAME, *(source.name for source in files.sources), *(finding.file for finding in report.findings)}
    known = files.with_named(known)
    asked: set[str] = set()
    for name in wanted:
        inside = {each for each in known if name in (".", each) or each.startswith(f"{name}/")}
        if not inside:
            raise UsageError(f"nothing in {name} belongs to the project", hint="`include` says which files are read")
        asked |= inside
    return asked
