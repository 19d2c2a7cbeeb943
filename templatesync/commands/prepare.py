"""What commands begin with: the project, the chosen spaces, and files that are free of errors. Knows no client."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from templatesync.kinds import KINDS
from templatesync.model.errors import FindingsError, UsageError
from templatesync.model.finding import Finding, Severity
from templatesync.model.resource import Key, Resource
from templatesync.planning.inputs import PlanOptions
from templatesync.project import settings, workspace
from templatesync.project.references import leading
from templatesync.project.settings import FILE_NAME, Project, Space
from templatesync.project.workspace import Workspace
from templatesync.validation import check


def open_project(directory: Path) -> Project:
    """The project in or above a folder."""
    return settings.load(settings.find(directory))


def choose(chosen_from: Project, names: Sequence[str], every: bool, *, in_ci: bool) -> tuple[Space, ...]:
    """The spaces to work on. Emulators are never part of `every`; in CI somebody must have chosen."""
    if names and every:
        raise UsageError("--space and --all-spaces exclude each other")
    if names:
        return tuple(chosen_from.space(name) for name in dict.fromkeys(names))
    if every:
        real = tuple(space for space in chosen_from.spaces if space.emulator is None)
        if not real:
            raise UsageError("--all-spaces means all but emulators, and the project has only those")
        return real
    if in_ci:
        raise UsageError(
            "in CI the spaces must be named",
            hint="give --space NAME or --all-spaces, so that nobody hits the wrong one",
        )
    if not chosen_from.default_space:
        names = [space.name for space in chosen_from.spaces]
        raise UsageError(
            "the project has several spaces and no default_space", hint=f"--space, one of {', '.join(names)}"
        )
    return (chosen_from.space(chosen_from.default_space),)


def wanted_resources(
    files: Workspace, spaces: Sequence[Space], options: PlanOptions
) -> tuple[dict[str, Mapping[Key, Resource]], tuple[Finding, ...]]:
    """What the files want in each space, and the findings that are no errors.

    Raises FindingsError when a file that concerns one of the spaces has an error, or there is nothing to want: an empty
    project would otherwise look like the wish to have nothing.
    """
    names = [space.name for space in spaces]
    report = check.check(files, names)
    wanted: dict[str, Mapping[Key, Resource]] = {name: files.resources(name) for name in names}
    concerned = report.with_named(
        {
            entry.resource.file
            for entry in files.entries  # all of one key: a duplicate is told in the file that comes second
            if options.concerns(entry.resource.key) and not set(entry.spaces).isdisjoint(names)
        }
        | {FILE_NAME}
    )
    errors = [finding for finding in report.errors if not options.targets or finding.file in concerned]
    if errors:
        raise files.refusal(errors)
    if not any(wanted.values()):
        if report.errors:
            raise files.refusal(report.errors)
        raise FindingsError([check.nothing_wanted(files.project)], "no resources found")
    for target in (*options.targets, *options.resubmit):
        if not any(key.matches(target) for keys in wanted.values() for key in keys):
            if report.errors:  # it may stand in a file that cannot be read
                raise files.refusal(report.errors)
            raise UsageError(
                f"nothing in the chosen spaces has the key {target}", hint="a key is KIND/NAME or KIND/NAME@LANGUAGE"
            )
    return wanted, tuple(finding for finding in report.findings if finding.severity is not Severity.ERROR)


def read_files(directory: Path) -> Workspace:
    """All files of the project in or above a folder."""
    return workspace.read(open_project(directory))


def without_documents(files: Workspace, wanted: Mapping[str, Mapping[Key, Resource]]) -> Workspace:
    """The files that matter still, once they are free of errors: those of resources that lead to others.

    Texts and positions of all files take more memory than everything live.
    """
    holding = {resources[key].file for resources in wanted.values() for key in leading(KINDS, resources)}
    there = [entry for entry in files.entries if entry.resource.file in holding]
    named = {*holding, *(name for entry in there for name in entry.named)}
    return dataclasses.replace(
        files,
        sources=tuple(source for source in files.sources if source.name in named),
        entries=tuple(there),
        named=tuple(source for source in files.named if source.name in named),
    )
