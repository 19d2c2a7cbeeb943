"""Whether what a tombstone marks is gone, as far as this machine can know. Asks no service, writes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping

from templatesync.commands.tombstones import MARK
from templatesync.documents.yaml_reader import load
from templatesync.model.change import Action
from templatesync.model.errors import UsageError
from templatesync.model.outcome import OutcomeKind
from templatesync.planning.memory import LIMIT, Memory, parsed, path_of
from templatesync.project.expansion import Entry
from templatesync.project.workspace import Workspace
from templatesync.storage.git import Repository, work_tree
from templatesync.storage.git_objects import is_blob
from templatesync.storage.private import NotPrivateError, read_private

_MERGED = ("origin/HEAD", "HEAD")
"""Where a tombstone stands that was merged: what is merged is applied. Without a remote, the last commit."""
_GONE = (OutcomeKind.DONE, OutcomeKind.ALREADY_DONE)
_LARGEST = 1 << 20


class Applied:
    """Looks for what says that a tombstone has been applied: git, then the journals of this machine."""

    def __init__(self, workspace: Workspace, environment: Mapping[str, str]) -> None:
        self._workspace = workspace
        self._environment = environment
        self._merged: dict[str, list[object] | None] = {}
        self._in_git = work_tree(workspace.project.root) is not None
        self._memories: dict[str, Memory] = {}

    def gone(self, entry: Entry) -> bool:
        """Whether the resource of a tombstone may be taken for gone."""
        if all(self._deleted(space, str(entry.resource.key)) for space in entry.spaces):
            return True
        if self._in_git and (merged := self._documents(entry.document.file)) is not None:
            return entry.document.data in merged
        start, end = entry.document.span
        text = self._workspace.texts[entry.document.file].decode("utf-8-sig")
        return MARK not in text[start:end]

    def _documents(self, file: str) -> list[object] | None:
        """What a file says where it was merged; None where git tells nothing."""
        if file not in self._merged:
            try:
                self._merged[file] = self._read(file)
            except UsageError:
                self._merged[file] = None
        return self._merged[file]

    def _read(self, file: str) -> list[object]:
        repository = Repository(self._workspace.project.root, self._environment)
        commit = _first(repository)
        blob = repository.files(commit).get(file)
        if blob is None or blob.link:
            return []
        data: bytes | int = self._workspace.texts[file]
        if not is_blob(self._workspace.texts[file], blob.object_id):
            with repository.contents(commit) as contents:
                data = contents.read(blob, _LARGEST)
        return [doc.data for doc in load(data, file).documents] if isinstance(data, bytes) else []

    def _deleted(self, space: str, key: str) -> bool:
        """Whether the last thing that this machine did to it in a space was to delete it."""
        attempt = self._memory(space).attempts.get(key)
        return attempt is not None and attempt.action is Action.DELETE and attempt.outcome in _GONE

    def _memory(self, space: str) -> Memory:
        if space not in self._memories:
            self._memories[space] = self._parsed(space) or Memory()
        return self._memories[space]

    def _parsed(self, space: str) -> Memory | None:
        try:
            data = read_private(path_of(self._workspace.project.state, space), LIMIT)
            lines = data.split(b"\n") if data else []
            return parsed(lines, str(json.loads(lines[0])["owner"])) if lines else None
        except (NotPrivateError, OSError, ValueError, KeyError, TypeError):
            return None


def _first(repository: Repository) -> str:
    """The first of these revisions that there is. Raises UsageError when there is none."""
    for revision in _MERGED[:-1]:
        try:
            return repository.commit(revision)
        except UsageError:
            continue
    return repository.commit(_MERGED[-1])
