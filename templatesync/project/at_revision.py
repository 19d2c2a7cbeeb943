"""A project as it was at a revision of git: its settings and files, read without a checkout. Knows no rule, no plan.

The working tree's rules hold: no link is followed, and what lies in a submodule is not read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from templatesync.documents.limits import YamlLimits
from templatesync.model.errors import FindingsError
from templatesync.model.finding import Finding, Severity
from templatesync.model.media import LARGEST
from templatesync.project.resource_files import is_resource_name
from templatesync.project.settings import FILE_NAME, Project, parse
from templatesync.project.workspace import Workspace
from templatesync.storage.git import Repository
from templatesync.storage.git_objects import Blob, Contents, is_blob
from templatesync.storage.patterns import named


class Revision(NamedTuple):
    """A revision as somebody names it, and the environment in which git is to look for it."""

    name: str
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EarlierProject:
    """What a project was at a commit. Without `files` there was none, or none that could be read; `why` says so."""

    commit: str
    files: Workspace | None
    why: str = ""
    missing: bool = False
    """Whether there was no project at all."""


@contextmanager
def project_at(root: Path, revision: Revision, here: Mapping[str, bytes] | None = None) -> Iterator[EarlierProject]:
    """The project of a folder at a revision; what its files name can be read as long as this is open.

    `here` are files as they are now, by name: those that are as they were are not read again.

    Raises UsageError when there is no repository, no such revision, or not all of it in this clone.
    """
    repository = Repository(root, revision.environment)
    commit = repository.commit(revision.name)
    blobs = repository.files(commit)
    with repository.contents(commit) as contents:
        project = _project(root, blobs, contents)
        if isinstance(project, Project):
            yield EarlierProject(commit, _workspace(project, blobs, contents, here or {}))
        else:
            yield EarlierProject(commit, None, project, missing=FILE_NAME not in blobs)


def _project(root: Path, blobs: Mapping[str, Blob], contents: Contents) -> Project | str:
    data = _read(blobs, contents, FILE_NAME, YamlLimits().size)
    if data is None:
        return f"there was no {FILE_NAME}"
    try:
        return f"{FILE_NAME} could not be read" if isinstance(data, Finding) else parse(root, data)
    except FindingsError:
        return f"{FILE_NAME} had errors"


def _workspace(project: Project, blobs: Mapping[str, Blob], contents: Contents, here: Mapping[str, bytes]) -> Workspace:
    texts: dict[str, bytes] = {}
    findings: list[Finding] = []
    for name in filter(is_resource_name, named(blobs, project.include)):
        now, blob = here.get(name), blobs[name]
        if now is not None and not blob.link and is_blob(now, blob.object_id):
            texts[name] = now
            continue
        data = _read(blobs, contents, name, YamlLimits().size)
        if isinstance(data, bytes):
            texts[name] = data
        elif data is not None:
            findings.append(data)
    opener, stream = partial(_read, blobs, contents), partial(_open, blobs, contents)
    return Workspace(project, texts, tuple(findings), opener, stream)


def _read(blobs: Mapping[str, Blob], contents: Contents, name: str, limit: int) -> bytes | Finding | None:
    blob = blobs.get(name)
    if blob is None or blob.link:
        return None if blob is None else _unread(name, "a symbolic link is not followed")
    data = contents.read(blob, limit)
    return (
        data if isinstance(data, bytes) else _unread(name, f"the file has {data:,} bytes; at most {limit:,} are read")
    )


def _open(blobs: Mapping[str, Blob], contents: Contents, name: str) -> tuple[BinaryIO, int] | Finding | None:
    data = _read(blobs, contents, name, LARGEST)
    return (io.BytesIO(data), len(data)) if isinstance(data, bytes) else data


def _unread(name: str, message: str) -> Finding:
    return Finding("file-unreadable", Severity.ERROR, message, name)
