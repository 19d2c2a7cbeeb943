"""What files want as far as they can be read, for commands that only tell. Knows no service and no option.

A plan rests on files without errors. What is live can be told all the same: of a file with errors only which resources
it is about, and where not even that can be said, that nobody knows what has a file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from templatesync.commands.prepare import Wanted
from templatesync.commands.targets import no_such_target, resolve
from templatesync.kinds import KINDS
from templatesync.model.errors import FindingsError
from templatesync.model.finding import Finding, Severity
from templatesync.model.resource import Key, Resource
from templatesync.planning.comparison import few
from templatesync.planning.inputs import Name, PlanOptions
from templatesync.project import workspace
from templatesync.project.references import leading
from templatesync.project.settings import FILE_NAME, Project, Space
from templatesync.project.workspace import Source, Workspace
from templatesync.validation.check import Report, check
from templatesync.validation.project import nothing_wanted


class About(NamedTuple):
    """What the files with errors are about in one space.

    keys      those of its resources
    names     what they may be about, whatever language: never without a file
    unknown   why there may be files about anything; empty when it is known of each file what it is about
    """

    keys: frozenset[Key] = frozenset()
    names: frozenset[Name] = frozenset()
    unknown: str = ""


class Readable(NamedTuple):
    """What files want, in each space. Of what a file with errors asks for there is the key alone.

    `broken` is what such files are about, by space; `errors` are the findings, `lines` those of the files that these
    are in.
    """

    wanted: Wanted
    broken: Mapping[str, About]
    errors: tuple[Finding, ...] = ()
    lines: Mapping[str, Sequence[str]] = {}


def readable(project: Project, spaces: Sequence[Space], options: PlanOptions, cache: Path | None) -> Readable:
    """What files want. Raises FindingsError when there is nothing at all, UsageError for targets that nothing has."""
    files = workspace.read(project)
    report = check(files, [space.name for space in spaces], cache=cache, wanted=True)
    if not report.errors and not any(report.wanted.values()):
        raise FindingsError([nothing_wanted(project)], "write a file, or take what is live with `templatesync import`")
    resources: dict[str, Mapping[Key, Resource]] = {}
    broken: dict[str, About] = {}
    for space in spaces:
        bad = _bad_files(report, space.name)
        wanted = {key: each for key, each in report.wanted[space.name].items() if key.name or each.file not in bad}
        keys = frozenset(key for key, each in wanted.items() if each.file in bad)
        broken[space.name] = About(keys, *_about(files, bad))
        resources[space.name] = {key: _known(each, bad) for key, each in wanted.items()}
    leads = {name: leading(KINDS, each) for name, each in resources.items()}
    leading_files = {resources[name][key].file for name, keys in leads.items() for key in keys}
    targets = resolve(options.targets, project.root, report, resources) if options.targets else None
    if targets and targets.nothing and not any(each.unknown for each in broken.values()):
        every = frozenset().union(*resources.values())
        raise no_such_target(targets.nothing[0], project.root, report, every)
    found = Wanted(files.holding(leading_files), resources, leads, (), targets=targets.keys if targets else {})
    return Readable(found, broken, report.errors, files.lines(report.errors))


def _bad_files(report: Report, space: str) -> frozenset[str]:
    """The files with errors in a space, and those that name one: a flow is as good as its JSON."""
    bad = {finding.file for finding in report.errors if not finding.spaces or space in finding.spaces}
    naming = {
        each.file
        for each in report.checked
        for summary in each.summaries
        if bad and not bad.isdisjoint((*summary.named, *summary.media))
    }
    return frozenset(bad | naming)


def _known(resource: Resource, bad: Collection[str]) -> Resource:
    """A resource as its file has it, or its key alone where that file has errors."""
    return resource if resource.file not in bad else Resource(resource.key, {}, file=resource.file, line=resource.line)


def _about(files: Workspace, bad: frozenset[str]) -> tuple[frozenset[Name], str]:
    """What files with errors are about, and which of them nobody knows that of."""
    names: set[Name] = set()
    unknown: dict[str, None] = {}
    for file in sorted(files.texts.keys() & bad):
        source = files.source(file)
        names.update(spelt(entry.resource.key) for entry in source.entries)
        if not _tells_all(source):
            unknown.setdefault(file)
    # What could not even be opened, or is too much to read, has no text.
    for finding in files.findings:
        if finding.severity is Severity.ERROR:
            unknown.setdefault("" if finding.file == FILE_NAME else finding.file)
    if not unknown:
        return frozenset(names), ""
    told = few(filter(None, unknown)) or "not all files"
    return frozenset(names), f"nobody knows which resources are in {told}, which cannot be read"


def _tells_all(source: Source) -> bool:
    """Whether it can be said of each document of a file which resource it is about.

    Of a kind without names the key is made of what the errors may be in.
    """
    named = {
        id(entry.document)
        for entry in source.entries
        if entry.kind.file.name_field and entry.resource.key.name and "${{" not in entry.resource.key.name
    }
    torn = any(finding.rule in _TORN for finding in source.findings)
    return bool(source.documents) and not torn and all(id(document) in named for document in source.documents)


_TORN = frozenset({"yaml-syntax", "yaml-limit", "yaml-encoding", "yaml-key"})
"""The rules about texts of which a part, or all, is not there to be read."""


def spelt(key: Key) -> Name:
    """A kind and a name in one spelling: what is wrong with a file may be the letters of its name."""
    return key.kind, key.name.strip().casefold()
