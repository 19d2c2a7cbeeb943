"""What `breaking` compares with: a revision of git, another folder, or a contract file. Opens no socket."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from templatesync.commands.contracts import read_contracts
from templatesync.model.errors import FindingsError, UsageError
from templatesync.project import settings, workspace
from templatesync.project.at_revision import Revision, project_at
from templatesync.project.chains import Sendable
from templatesync.project.settings import FILE_NAME, Project
from templatesync.project.workspace import Workspace
from templatesync.storage.git import Repository

REVISION, FOLDER, CONTRACT = "revision", "folder", "contract"


@dataclass(frozen=True, slots=True)
class Against:
    """What is compared with. Of `files` and `contracts` there is one; without both, there was no project.

    `kind` is one of the words above, `name` what was given, `commit` the full id of a revision; `notes` are for people.
    """

    kind: str
    name: str
    commit: str = ""
    files: Workspace | None = None
    contracts: tuple[Sendable, ...] | None = None
    notes: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """What it is, in a few words."""
        return f"{self.name} ({self.commit[:12]})" if self.commit and self.commit != self.name else self.name


@contextmanager
def against(given: str, now: Workspace, environment: Mapping[str, str]) -> Iterator[Against]:
    """What a text names, readable as long as this is open.

    What has a separator and exists is a path, and so are `.` and `..`. All else is a revision if there is one of that
    name, and a path only if there is none. Raises UsageError with the next step for what is neither.
    """
    if not given.strip():
        raise UsageError(
            "--against needs a revision, a folder or a contract file", hint="such as --against origin/main"
        )
    path = Path(given)
    if _is_path(given) and _exists(path):
        yield _at(path, given, now.project)
        return
    try:
        Repository(now.project.root, environment).commit(given)
    except UsageError as error:
        if _exists(path):
            yield _at(path, given, now.project)
            return
        if _is_path(given) and given.startswith((".", os.sep)):
            raise UsageError(
                f"there is nothing at {given}", hint="give a revision, a folder or a contract file"
            ) from None
        hint = f"{error.hint}; there is no folder or file of that name either" if error.hint else ""
        raise UsageError(str(error), hint=hint) from None
    notes = (f"{given} is taken for the revision; ./{given} is the path",) if _exists(path) else ()
    with project_at(now.project.root, Revision(given, environment), now.texts) as then:
        if then.files is None and not then.missing:
            raise UsageError(
                f"at {given} ({then.commit[:12]}) {then.why}, so nothing can be compared",
                hint="give a revision at which the project was sound",
            )
        yield Against(REVISION, given, then.commit, then.files, notes=notes)


def _is_path(given: str) -> bool:
    separators = [each for each in ("/", os.sep, os.altsep) if each]
    return given in (".", "..") or any(each in given for each in separators)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _at(path: Path, given: str, project: Project) -> Against:
    if not path.is_dir():
        if path.name == FILE_NAME:
            raise UsageError(f"{given} is a project's own file", hint=f"give its folder: --against {path.parent}")
        return Against(CONTRACT, given, contracts=read_contracts(path))
    if not (path / FILE_NAME).is_file():
        raise UsageError(f"there is no {FILE_NAME} in {given}", hint="give the folder of a project")
    if path.resolve() == project.root:
        raise UsageError(f"{given} is the project itself", hint="give a revision, such as HEAD, or another folder")
    return Against(FOLDER, given, files=_folder(path, given))


def _folder(path: Path, given: str) -> Workspace:
    try:
        project = settings.load(path.resolve())
    except FindingsError as error:
        first = error.findings[0].message if error.findings else str(error)
        hint = f"`templatesync -C {given} validate` tells all that is wrong"
        raise UsageError(f"{FILE_NAME} in {given} has errors: {first}", hint=hint) from None
    return workspace.read(project)
