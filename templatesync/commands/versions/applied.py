"""Whether what a tombstone marks is gone, as far as this machine can know. Asks no service, writes nothing."""

from __future__ import annotations

import json

from templatesync.model.change import Action
from templatesync.model.outcome import OutcomeKind
from templatesync.planning.memory import LIMIT, Memory, parsed, path_of
from templatesync.project.expansion import Entry
from templatesync.project.workspace import Workspace
from templatesync.storage.private import NotPrivateError, read_private

_GONE = (OutcomeKind.DONE, OutcomeKind.ALREADY_DONE)


class Applied:
    """Looks for what says that a tombstone has been applied: the journals of this machine.

    That it was merged says nothing: a deletion may wait for a review, and without its tombstone it would wait no more.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._memories: dict[str, Memory] = {}

    def gone(self, entry: Entry) -> bool:
        """Whether the resource of a tombstone is known to be gone in all its spaces."""
        return bool(entry.spaces) and all(self._deleted(space, str(entry.resource.key)) for space in entry.spaces)

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
