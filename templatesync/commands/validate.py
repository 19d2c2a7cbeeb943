"""`validate`: everything that is wrong with the files, without network and without credentials."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from templatesync.documents.characters import source_lines
from templatesync.documents.limits import YamlLimits
from templatesync.model.errors import ExitCode, FindingsError, LocalError, UsageError
from templatesync.model.finding import Finding, Severity
from templatesync.model.media import ENDINGS
from templatesync.project import workspace
from templatesync.project.assets import ENDING
from templatesync.project.choosing import choose
from templatesync.project.settings import FILE_NAME, Project, find, load
from templatesync.project.workspace import Workspace
from templatesync.storage import git
from templatesync.storage.names import names_inside
from templatesync.storage.reading import read_file
from templatesync.storage.writing import write_file
from templatesync.validation.check import Report, check
from templatesync.validation.project import nothing_wanted
from templatesync.validation.strictness import strictness

if TYPE_CHECKING:
    from templatesync.commands.changed_since import ChangedSince
    from templatesync.model.strictness import Strictness
    from templatesync.project.at_revision import Revision
    from templatesync.validation.fix import Fixed, Fixes


class ValidateResult(NamedTuple):
    """A report, and the lines of the files it names.

    `files` are all that were looked at, `prefix` is where the project stands in its repository, and `strict` says that
    warnings count as errors. `fixed` is what was mended; None when nobody asked. `notes` say what it was narrowed to,
    and `strictness` where rules and policy are not the defaults; None when the project file cannot be read.
    """

    report: Report
    lines: Mapping[str, Sequence[str]]
    exit_code: ExitCode
    files: tuple[str, ...] = ()
    prefix: str = ""
    strict: bool = False
    fixed: tuple[Fixed, ...] | None = None
    notes: tuple[str, ...] = ()
    strictness: Strictness | None = None


def validate(
    directory: Path,
    paths: Sequence[Path],
    spaces: Sequence[str],
    every: bool = False,
    *,
    strict: bool,
    fix: bool = False,
    cache: Path | None = None,
    since: Revision | None = None,
) -> ValidateResult:
    """Check the project, or only what concerns `paths` (files or folders); rules across files still see all of it.

    With `since`, tell only of what has changed since that revision of git. With `fix`, mend first what has one safe
    answer, in these files only; the report is of what is left. With `cache`, a folder of the user's own, files are not
    checked again that have not changed.
    """
    root = find(directory)
    try:
        project = load(root)
    except FindingsError as error:
        # Nothing else is known then. No line is shown: what is refused in this file may be a credential.
        return _result(root, Report(error.findings, 1, 0), {}, (FILE_NAME,), strict=strict)
    chosen = _chosen(project, spaces, every)
    wanted = names_inside(project.root, paths)
    others = (ENDING, *ENDINGS)
    resources = [name for name in wanted if not (project.root / name).is_dir() and not name.lower().endswith(others)]
    extra = [name for name in resources if name != FILE_NAME]
    there = workspace.read(project, extra)
    report = check(there, chosen, cache=cache)
    asked = files_meant(report, wanted) if paths else {each.file for each in report.checked}
    changed = _changed(there, report, chosen, since) if since else None
    if changed:
        asked = {name for name in changed.files if not paths or name in report.with_named(asked)}
    fixed = None
    if fix:
        fixes = _mend(there, report, chosen, asked)
        fixed, there = fixes.fixed, there.changed(fixes.texts)
        report = check(there, chosen, cache=cache)
    if not paths and not report.resources and not report.errors:
        told = sorted((*report.findings, nothing_wanted(project)), key=Finding.sort_key)
        report = dataclasses.replace(report, findings=tuple(told))
    looked_at = report.with_named({each.file for each in report.checked})
    if paths or changed:
        looked_at &= report.with_named(asked)
        report = changed.report(report, asked) if changed else report.concerning(asked)
    lines = there.lines(report.findings)
    if any(finding.file == FILE_NAME for finding in report.findings):
        lines |= _lines_of_project(root)
    result = _result(project.root, report, lines, looked_at, strict=strict, fixed=fixed)
    known = strictness(project, report, chosen)
    if not changed:
        return result._replace(strictness=known)
    return result._replace(notes=changed.told(), strictness=dataclasses.replace(known, since=changed.since))


def _chosen(project: Project, spaces: Sequence[str], every: bool) -> frozenset[str]:
    """The names of the spaces that it is about: emulators, too, where nobody has chosen."""
    found = choose(project, spaces, every, in_ci=False) if spaces or every else project.spaces
    return frozenset(space.name for space in found)


def _changed(there: Workspace, report: Report, chosen: Collection[str], since: Revision) -> ChangedSince:
    from templatesync.commands.changed_since import changed_since

    return changed_since(there, report, chosen, since, with_rules=True)


def _lines_of_project(root: Path) -> dict[str, tuple[str, ...]]:
    own = read_file(root / FILE_NAME, FILE_NAME, YamlLimits().size)
    return {FILE_NAME: tuple(source_lines(own))} if isinstance(own, bytes) else {}


def _result(
    root: Path,
    report: Report,
    lines: Mapping[str, Sequence[str]],
    files: Iterable[str],
    *,
    strict: bool,
    fixed: tuple[Fixed, ...] | None = None,
) -> ValidateResult:
    failed = bool(report.errors) or (strict and report.count(Severity.WARNING) > 0)
    code = ExitCode.FINDINGS if failed else ExitCode.OK
    return ValidateResult(report, lines, code, tuple(sorted(files)), git.prefix(root), strict, fixed)


def _mend(there: Workspace, report: Report, chosen: Collection[str], asked: Collection[str]) -> Fixes:
    """Write what fixes make of the files that are asked for.

    Trying them out takes a while, in which an editor may save one of the files. Raises LocalError then, and writes
    nothing.
    """
    from templatesync.validation import fix

    root = there.project.root
    fixes = fix.fix(there, report, chosen, {name for name in asked if not name.lower().endswith(ENDING)})
    for name in fixes.texts:
        if read_file(root / name, name, YamlLimits().size) != there.texts[name]:
            raise LocalError(f"{name} has changed meanwhile, so nothing was fixed", hint="run it again")
    for name, data in fixes.texts.items():
        write_file(root / name, data.decode(), keep_mode=True)
    return fixes


def files_meant(report: Report, wanted: Sequence[str]) -> set[str]:
    """The files of the project that are meant by names of files and folders. Raises UsageError for one without any."""
    known = {FILE_NAME, *(each.file for each in report.checked), *(finding.file for finding in report.findings)}
    known = report.with_named(known)
    asked: set[str] = set()
    for name in wanted:
        inside = {each for each in known if name in (".", each) or each.startswith(f"{name}/")}
        if not inside:
            raise UsageError(
                f"nothing in {name} belongs to the project",
                hint="a YAML file must match `include` in templatesync.yaml, another file be named in one that does",
            )
        asked |= inside
    return asked
