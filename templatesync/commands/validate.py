"""`validate`: everything that is wrong with the files, without network and without credentials."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from templatesync.documents.characters import source_lines
from templatesync.documents.limits import Limits
from templatesync.model.errors import (
    ExitCode,
    FindingsError,
    LocalError,
    UsageError,
)
from templatesync.model.finding import Finding, Severity
from templatesync.model.media import ENDINGS
from templatesync.project.assets import ENDING, on_disk, streams_on_disk
from templatesync.project.settings import (
    FILE_NAME,
    Project,
    find,
    load,
)
from templatesync.storage import git
from templatesync.storage.names import names_inside
from templatesync.storage.reading import read_file
from templatesync.storage.writing import write_file
from templatesync.validation import check
from templatesync.validation.cache import Verdicts
from templatesync.validation.check import Report
from templatesync.validation.survey import Survey, survey

if TYPE_CHECKING:
    from templatesync.validation.fix import Fixed


class ValidateResult(NamedTuple):
    """A report, and the lines of the files it names.

    `files` are all that were looked at, `prefix` is where the project stands in its repository, and `strict` says that
    warnings count as errors. `fixed` is what was mended; None when nobody asked.
    """

    report: Report
    lines: Mapping[str, Sequence[str]]
    exit_code: ExitCode
    files: tuple[str, ...] = ()
    prefix: str = ""
    strict: bool = False
    fixed: tuple[Fixed, ...] | None = None


def validate(
    directory: Path,
    paths: Sequence[Path],
    spaces: Sequence[str],
    *,
    strict: bool,
    fix: bool = False,
    cache: Path | None = None,
) -> ValidateResult:
    """Check the project, or only what concerns `paths` (files or folders); rules across files still see all of it.

    With `fix`, mend first what has one safe answer, in these files only; the report is of what is left. With `cache`, a
    folder of the user's own, files are not judged again that have not changed.
    """
    root = find(directory)
    try:
        project = load(root)
    except FindingsError as error:
        # Nothing else is known then. No line is shown: what is refused in this file may be a credential.
        return _result(root, Report(error.findings, 1, 0), {}, (FILE_NAME,), strict=strict)
    for name in spaces:
        project.space(name)
    wanted = names_inside(project.root, paths)
    others = (ENDING, *ENDINGS)
    resources = [name for name in wanted if not (project.root / name).is_dir() and not name.lower().endswith(others)]
    extra = [name for name in resources if name != FILE_NAME]
    chosen = frozenset(spaces or [space.name for space in project.spaces])
    verdicts = Verdicts(cache, project, chosen) if cache is not None else None
    there, report = _look(project, chosen, extra, verdicts)
    asked = _asked(report, wanted) if paths else {each.file for each in report.examined}
    fixed = None
    if fix:
        fixed = _mend(project, there.texts, spaces, asked)
        there, report = _look(project, chosen, extra, verdicts)
    if not paths and not report.resources and not report.errors:
        told = sorted((*report.findings, check.nothing_wanted(project)), key=Finding.sort_key)
        report = dataclasses.replace(report, findings=tuple(told))
    sources = dict(there.texts)
    looked_at = report.with_named({each.file for each in report.examined})
    if isinstance(own := read_file(root / FILE_NAME, FILE_NAME, Limits().size), bytes):
        sources[FILE_NAME] = own
    if paths:
        looked_at &= report.with_named(asked)
        report = check.concerning(report, asked)
    return _result(project.root, report, sources, looked_at, strict=strict, fixed=fixed)


def _result(
    root: Path,
    report: Report,
    sources: Mapping[str, bytes],
    files: Iterable[str],
    *,
    strict: bool,
    fixed: tuple[Fixed, ...] | None = None,
) -> ValidateResult:
    failed = bool(report.errors) or (strict and report.count(Severity.WARNING) > 0)
    broken = {finding.file for finding in report.findings}
    lines = {name: tuple(source_lines(data)) for name, data in sources.items() if name in broken}
    code = ExitCode.FINDINGS if failed else ExitCode.OK
    return ValidateResult(report, lines, code, tuple(sorted(files)), git.prefix(root), strict, fixed)


def _look(
    project: Project, chosen: Collection[str], extra: Sequence[str], verdicts: Verdicts | None
) -> tuple[Survey, Report]:
    there = survey(project, chosen, extra, verdicts)
    return there, check.combine(project, chosen, there.examined, there.loose, there.entries)


def _mend(
    project: Project, sources: Mapping[str, bytes], spaces: Sequence[str], asked: Collection[str]
) -> tuple[Fixed, ...]:
    """Write what fixes make of the files that are asked for; what was mended.

    Trying them out takes a while, in which an editor may save one of the files. Raises LocalError then, and writes
    nothing.
    """
    from templatesync.validation import fix

    root = project.root
    resources = {name: data for name, data in sources.items() if not name.lower().endswith(ENDING)}
    fixes = fix.fix(project, resources, on_disk(root), streams_on_disk(root), spaces or None, asked)
    for name in fixes.texts:
        if read_file(root / name, name, Limits().size) != resources[name]:
            raise LocalError(f"{name} has changed meanwhile, so nothing was fixed", hint="run it again")
    for name, data in fixes.texts.items():
        write_file(root / name, data.decode(), keep_mode=True)
    return fixes.fixed


def _asked(report: Report, wanted: Sequence[str]) -> set[str]:
    """The files of the project that are meant by names of files and folders. Raises UsageError for one without any."""
    known = {FILE_NAME, *(each.file for each in report.examined), *(finding.file for finding in report.findings)}
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
