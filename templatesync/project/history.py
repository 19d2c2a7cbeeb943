"""The files of a project as commits of git had them: which commits changed some, and what these came to. Knows no plan.

The rules of the working tree hold: no link is followed, and no submodule is entered. A project that was in another
folder is found there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import ExitStack
from functools import partial
from itertools import chain
from typing import NamedTuple

from templatesync.documents.limits import YamlLimits
from templatesync.model.errors import FindingsError, UsageError
from templatesync.model.finding import Finding, Severity
from templatesync.model.resource import Key, Resource
from templatesync.project.expansion import Entry
from templatesync.project.mentions import OBSCURE
from templatesync.project.resource_files import is_resource_name
from templatesync.project.settings import FILE_NAME, Project, Space, parse
from templatesync.project.workspace import Workspace
from templatesync.storage.git import Repository, Touched, prefix
from templatesync.storage.git_objects import Blob
from templatesync.storage.patterns import named

MOST_COMMITS = 100_000
"""Commits that are gone through; a repository that has more is not looked through to its end."""
_AT_ONCE = 500
_FEW = 20
_MOST_KEPT = 64 << 20
"""Bytes of files that are kept for the next space, which asks for the same ones."""


class Place(NamedTuple):
    """A file, by the folder that the project had, from the root of the repository, and by its name in there."""

    folder: str
    name: str

    @property
    def path(self) -> str:
        """The whole of it."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


class Past(NamedTuple):
    """What a file of then came to in one space: resources, the `assets` that count for them, by key, and whether it is
    `lacking` in this clone, so that nobody knows what it was.

    A file with errors had nothing besides: nobody could apply what does not even parse.
    """

    resources: tuple[Resource, ...]
    assets: Mapping[Key, frozenset[str]]
    lacking: bool = False


class History:
    """What git has of a project. Raises UsageError when there is no repository that git would read, or no commit."""

    def __init__(self, project: Project, environment: Mapping[str, str]) -> None:
        self._project = project
        self._repository = Repository(project.root, environment)
        commits = self._repository.commits(MOST_COMMITS)
        if not commits.ids:
            raise UsageError("there is no commit yet", hint="commit first")
        self._ids, self.ends, self.more = commits
        self.folder = prefix(project.root)
        self._folders = {self.folder}
        self._touched: list[Touched] = []
        self._next = 0
        self._open = ExitStack()
        self._contents = self._open.enter_context(self._repository.contents(self._ids[0]))
        self._texts: OrderedDict[str, bytes | None] = OrderedDict()
        self._size = 0
        self._settings: dict[str, Project] = {}
        self._projects: dict[tuple[str, str], Project] = {}
        self._blobs: dict[tuple[str, str], Blob | None] = {}
        self._parsed: dict[tuple[object, ...], Past] = {}

    def close(self) -> None:
        """End what reads the repository."""
        self._open.close()

    @property
    def cut_off(self) -> str:
        """Why what is before the last commit is not known, and the way out."""
        if self.ends:
            return "this clone is shallow; `git fetch --unshallow` or, in a workflow, `fetch-depth: 0` gets all"
        return f"it has more than {MOST_COMMITS:,} commits"

    def touched(self) -> Iterator[Touched]:
        """The commits that changed something in the project, newest first; at `ends` all that is there is new."""
        at = 0
        while at < len(self._touched) or self._load():
            yield self._touched[at]
            at += 1

    def places(self, touched: Touched) -> Iterator[Place]:
        """The resource files of the project that a commit has changed, and has."""
        for folder in sorted(self._folders):
            start = f"{folder}/" if folder else ""
            names = (path[len(start) :] for path in touched.files if path.startswith(start))
            mine = [name for name in names if is_resource_name(name) and _is_file(touched.files[start + name])]
            if mine:
                for name in named(mine, self.settings(touched.commit, folder).include):
                    yield Place(folder, name)

    def place(self, path: str) -> Place:
        """Where a path from the root of the repository is in the project."""
        folders = [each for each in self._folders if not each or path.startswith(f"{each}/")]
        folder = max(folders, key=len)
        return Place(folder, path[len(folder) + 1 :] if folder else path)

    def settled(self, touched: Touched, space: Space) -> tuple[tuple[str, str], ...] | None:
        """The variables of a space, if a commit has changed the project file."""
        for folder in sorted(self._folders):
            if Place(folder, FILE_NAME).path in touched.files:
                return tuple(sorted(_then(self.settings(touched.commit, folder), space).vars.items()))
        return None

    def settings(self, commit: str, folder: str) -> Project:
        """The project file of a commit; that of now where there was none, or none that can be read."""
        if (commit, folder) not in self._projects:
            self._projects[commit, folder] = self._project_of(commit, folder)
        return self._projects[commit, folder]

    def _project_of(self, commit: str, folder: str) -> Project:
        found = self._contents.at(commit, Place(folder, FILE_NAME).path, YamlLimits().size)
        if found is None or not isinstance(found[1], bytes):
            return self._project
        name = found[0].object_id
        if name not in self._settings:
            try:
                self._settings[name] = parse(self._project.root, found[1])
            except FindingsError:
                self._settings[name] = self._project
        return self._settings[name]

    def blobs(self, commit: str, paths: Set[str]) -> Mapping[str, Blob]:
        """Those of some files that a commit has, by path from the root of the repository."""
        asked = {path for path in paths if (commit, path) not in self._blobs}
        if len(asked) > _FEW:  # each by itself would be looked for in all the folder has
            here = self._repository.files(commit)
            for path in asked:
                place = self.place(path)
                if place.folder == self.folder:
                    self._blobs[commit, path] = here.get(place.name)
        for path in sorted(asked):
            if (commit, path) not in self._blobs:
                found = self._contents.at(commit, path, 0)
                self._blobs[commit, path] = None if found is None else found[0]
        there = ((path, self._blobs[commit, path]) for path in sorted(paths))
        return {path: blob for path, blob in there if blob is not None and not blob.link}

    def text(self, blob: Blob) -> bytes | None:
        """The content of a resource file, empty for one that is too large to be one; None when this clone lacks it."""
        if blob.object_id not in self._texts:
            self.fetch([blob])
        self._texts.move_to_end(blob.object_id)
        return self._texts[blob.object_id]

    def fetch(self, blobs: Sequence[Blob]) -> None:
        """Read files that are asked for next, as many at once as are kept."""
        asked = [blob for blob in blobs if blob.object_id not in self._texts]
        for blob, data in zip(asked, self._contents.several(asked, YamlLimits().size), strict=True):
            self._texts[blob.object_id] = b"" if isinstance(data, int) else data
            self._size += len(self._texts[blob.object_id] or b"")
        while self._size > _MOST_KEPT and len(self._texts) > 1:
            self._size -= len(self._texts.popitem(last=False)[1] or b"")

    def resources(self, commit: str, place: Place, blob: Blob, space: Space) -> Past:
        """What a file came to in a space, with the variables that this had then."""
        data = self.text(blob)
        if data is None:
            return Past((), {}, lacking=True)
        fixed = not (b"${{" in data or b"spaces" in data or OBSCURE.search(data))
        then = space if fixed else _then(self.settings(commit, place.folder), space)
        # Of files that say the same everywhere, one reading is enough.
        what = (blob.object_id,) if fixed else (blob.object_id, then.name, *_used(data, then.vars))
        if what in self._parsed:
            return self._parsed[what]
        project = self._project._replace(spaces=(then,))
        opener = partial(self._asset, commit, place.folder)
        source = Workspace(project, {place.name: data}, opener=opener).parse(place.name)
        # A resource without the file that it names is not what it was.
        whole = [each for each in source.entries if each.spaces and each.assets.keys() == _naming(each)]
        assets = {
            each.resource.key: frozenset(Place(place.folder, asset.file).path for asset in each.assets.values())
            for each in whole
            if each.assets
        }
        found = Past(tuple(each.resource for each in whole), assets)
        if not any(each.kind.file.files for each in source.entries):
            self._parsed[what] = found
        return found

    def _asset(self, commit: str, folder: str, name: str, limit: int) -> bytes | Finding | None:
        found = self._contents.at(commit, Place(folder, name).path, limit)
        if found is None:
            return None
        data = found[1]
        return data if isinstance(data, bytes) else Finding("file-unreadable", Severity.ERROR, "it is too large", name)

    def _load(self) -> bool:
        """Go on in history; whether there is more of it."""
        before = len(self._touched)
        while len(self._touched) == before and self._next < len(self._ids):
            batch = self._ids[self._next : self._next + _AT_ONCE]
            self._next += len(batch)
            for touched in self._repository.touched(batch, self._folders):
                self._touched.append(touched)
                if self._moved(touched):
                    self._next += batch.index(touched.commit) + 1 - len(batch)
                    break
        return len(self._touched) > before

    def _moved(self, touched: Touched) -> bool:
        """Whether the project came from another folder with this commit: what was there before counts as well."""
        if touched.commit in self.ends or not any(Place(each, FILE_NAME).path in touched.new for each in self._folders):
            return False
        everywhere = next(self._repository.touched([touched.commit], [""]))
        gone = [path for path, blob in everywhere.files.items() if blob is None and _is_project(path)]
        if len(gone) != 1 or (folder := gone[0].rpartition("/")[0]) in self._folders:
            return False
        self._folders.add(folder)
        return True


def _is_file(blob: Blob | None) -> bool:
    return blob is not None and not blob.link


def _is_project(path: str) -> bool:
    return path == FILE_NAME or path.endswith(f"/{FILE_NAME}")


def _naming(entry: Entry) -> set[str]:
    """The fields that name files of which the content counts."""
    if entry.resource.options.absent:
        return set()
    return {name for name in entry.kind.file.files if name in entry.resource.body}


def _used(data: bytes, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """The variables that decide what a file says; all of them where it may spell their names in another way."""
    if OBSCURE.search(data):
        return sorted(values.items())
    return sorted((name, value) for name, value in values.items() if name.encode() in data)


def _then(project: Project, space: Space) -> Space:
    """A space as it was: the same customer's, whatever it was called, or else that of the name."""
    by_id = (each for each in project.spaces if each.cust_space_id == space.cust_space_id)
    by_name = (each for each in project.spaces if each.name == space.name)
    return next(chain(by_id, by_name), space)
