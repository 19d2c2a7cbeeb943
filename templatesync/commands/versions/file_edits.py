"""Edits of the project's files that a command proposes: checked as a whole, shown as a diff, written all or none.

Knows no kind by name and nothing live. What would be lost because it is in no commit is kept beside.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeVar

from templatesync.documents.edit.whole import Revision, revised
from templatesync.documents.limits import YamlLimits
from templatesync.model.errors import ExitCode, LocalError, RefusedError, UsageError
from templatesync.project.workspace import Workspace
from templatesync.storage.git import Repository, work_tree
from templatesync.storage.git_objects import is_blob
from templatesync.storage.private import private_folder, replace_private
from templatesync.storage.reading import read_file
from templatesync.storage.writing import create_file, write_file
from templatesync.validation.check import Report, check


class EditedFile(NamedTuple):
    """A file with its change: `created`, `edited` or `deleted`. A copy is compared with what it is copied from."""

    file: str
    change: str
    diff: tuple[str, ...] = ()


class Step(NamedTuple):
    """What to do next, and the command that does it; some of it no command does."""

    text: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class EditsResult:
    """What a command does to files. `done` says it in sentences; `kept` are copies of what is in no commit."""

    command: str
    name: str
    files: tuple[EditedFile, ...] = ()
    done: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    next: tuple[Step, ...] = ()
    written: bool = False
    kept: tuple[str, ...] = ()
    exit_code: ExitCode = ExitCode.OK


Result = TypeVar("Result", bound=EditsResult)


@dataclass(slots=True)
class Draft:
    """Files as they are to be. `sources` has for a new file the one that it is copied from; `losing` those that lose
    something that a person has written.
    """

    files: Workspace
    report: Report
    texts: dict[str, bytes | None] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    losing: set[str] = field(default_factory=set)

    def revise(self, revisions: Mapping[tuple[str, int], Revision]) -> None:
        """Take in what becomes of documents, by file and number."""
        by_file: dict[str, dict[int, Revision]] = {}
        for (name, number), each in sorted(revisions.items(), key=lambda item: item[0]):
            by_file.setdefault(name, {})[number] = each
            if each.instead or each.behind:
                self.losing.add(name)
        for name, mine in by_file.items():
            try:
                self.texts[name] = revised(self.files.texts[name], name, mine) or None
            except LookupError as error:
                raise LocalError(f"{name} cannot be edited: {error}", hint="nothing was written") from None

    @property
    def after(self) -> Workspace:
        """The project as it is to be."""
        there = self.files.changed({name: data for name, data in self.texts.items() if data is not None})
        gone = {name for name, data in self.texts.items() if data is None}
        left = {name: data for name, data in there.texts.items() if name not in gone}
        kept = {name: source for name, source in there._kept.items() if name not in gone}
        return replace(there, texts=left, _kept=kept).with_texts(self.assets)

    def check(self, *, but: str = "") -> None:
        """Raise RefusedError when the project would have an error that it does not have now, in another file than the
        one that may have some.
        """
        unchanged = {each.file: each for each in self.report.checked if each.file not in self.texts}
        # Not by their words: these have the numbers of lines, which move.
        known = Counter((each.file, each.rule, each.key) for each in self.report.errors)
        for each in check(self.after, known=unchanged, processes=1).errors:
            known[each.file, each.rule, each.key] -= 1
            if known[each.file, each.rule, each.key] < 0 and each.file != but:
                message = f"{each.file}, line {each.line}, would break the rule {each.rule}: {each.message}"
                raise RefusedError(message, hint=each.hint or "nothing was written")

    def shown(self) -> tuple[EditedFile, ...]:
        """The changes of all files."""
        found = []
        for name, new in sorted(self.texts.items()):
            old = self.files.texts.get(name)
            change = "deleted" if new is None else "created" if old is None else "edited"
            source = self.sources.get(name, name)
            before = old if old is not None else self.files.texts.get(source, b"")
            found.append(EditedFile(name, change, _diff(source, name, before, new or b"")))
        found += [EditedFile(name, "created") for name in sorted(self.assets)]
        return tuple(found)

    def write(self, environment: Mapping[str, str]) -> tuple[str, ...]:
        """Write all files, or none of them. Returns the copies of what is in no commit and would be lost."""
        root = self.files.project.root
        for name in [*self.texts, *self.assets]:
            self._writable(root, name)
        kept = self._kept_copies(root, environment)
        made: list[str] = []
        try:
            for name, content in [*self.assets.items(), *self.texts.items()]:
                self._put(root, name, content, made)
        except BaseException:
            for name in reversed(made):
                self._undo(root, name)
            raise
        return kept

    def _writable(self, root: Path, name: str) -> None:
        if name not in self.files.texts:
            if os.path.lexists(root / name):
                raise UsageError(f"{name} is there already", hint="nothing was written")
        elif read_file(root / name, name, YamlLimits().size) != self.files.texts[name]:
            raise LocalError(f"{name} has changed meanwhile; run it again", hint="nothing was written")
        elif not os.access(root / name, os.W_OK) or (root / name).is_symlink():
            raise LocalError(f"{name} may not be written, or is a symbolic link", hint="nothing was written")

    def _put(self, root: Path, name: str, content: bytes | None, made: list[str]) -> None:
        if content is None:
            try:
                (root / name).unlink()
            except OSError as error:
                raise LocalError(f"{name} cannot be deleted: {error.strerror}") from None
        elif name in self.files.texts:
            write_file(root / name, content.decode(), keep_mode=True)
        elif not create_file(root, name, content):
            raise UsageError(f"{name} is there already", hint="nothing was written")
        made.append(name)

    def _undo(self, root: Path, name: str) -> None:
        if name in self.files.texts:
            write_file(root / name, self.files.texts[name].decode(), keep_mode=True)
        else:
            (root / name).unlink(missing_ok=True)

    def _kept_copies(self, root: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
        """Copies of files that lose something and are in no commit as they are."""
        names = sorted(name for name in self.losing if name in self.files.texts)
        committed = _committed(root, environment) if names else {}
        kept = []
        for name in names:
            data = self.files.texts[name]
            if name in committed and is_blob(data, committed[name]):
                continue
            folder = self.files.project.state / "kept"
            private_folder(folder)
            path = folder / f"{hashlib.sha256(data).hexdigest()[:12]}-{PurePosixPath(name).name}"
            try:
                replace_private(path, [data])
            except OSError as error:
                raise LocalError(f"{path} cannot be written: {error.strerror}", hint="nothing was written") from None
            kept.append(path.relative_to(root).as_posix())
        return tuple(kept)


def _committed(root: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """What the last commit has, by file: the ids of contents. Empty where git says nothing."""
    if work_tree(root) is None:
        return {}
    try:
        repository = Repository(root, environment)
        return {name: blob.object_id for name, blob in repository.files(repository.commit("HEAD")).items()}
    except UsageError:
        return {}


def ended(draft: Draft, result: Result, environment: Mapping[str, str], *, dry_run: bool) -> Result:
    """The result with its files, which are written unless nobody wants that, or there are none."""
    result = replace(result, files=draft.shown())
    if dry_run or not result.files:
        return result
    return replace(result, kept=draft.write(environment), written=True)


def sound(files: Workspace, concerned: Collection[str], cache: Path | None) -> Report:
    """What is wrong with the project now. Raises FindingsError when a file that is concerned has errors; with none
    concerned any file may be the one that is meant.
    """
    report = check(files, cache=cache)
    theirs = report.with_named(concerned)
    if errors := [finding for finding in report.errors if not concerned or finding.file in theirs]:
        raise files.refusal(errors)
    return report


def _diff(source: str, name: str, old: bytes, new: bytes) -> tuple[str, ...]:
    before, after = (data.decode("utf-8-sig", "replace").splitlines() for data in (old, new))
    return tuple(unified_diff(before, after, source, name if new else "/dev/null", lineterm=""))
