"""What files have already of what is to be imported, or may have: nothing is written a second time. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from templatesync.commands.importing.files import Skipped
from templatesync.kinds import KINDS
from templatesync.model.finding import Severity
from templatesync.model.json_value import Json
from templatesync.model.resource import Key
from templatesync.project.expansion import Entry
from templatesync.project.workspace import Workspace

_WORD = re.compile(rb"[A-Za-z0-9_]+")


class There:
    """The files of a project, asked about one key after the other."""

    def __init__(self, files: Workspace) -> None:
        self.files = files
        self.entries = tuple(files.entries)
        self._keys: dict[str, dict[Key, Entry]] = {}
        self._by_likeness: dict[str, dict[tuple[str, str], list[Key]]] = {}

    def keys(self, space: str = "") -> Mapping[Key, Entry]:
        """What files have in a space, or in any."""
        if space not in self._keys:
            here = (entry for entry in self.entries if not space or space in entry.spaces)
            self._keys[space] = {entry.resource.key: entry for entry in here}
        return self._keys[space]

    def skipped(
        self, key: Key, body: Mapping[str, Json] | None, live: Collection[Key] = (), space: str = ""
    ) -> Skipped | None:
        """Why nothing is written for a key. `live` are the keys that are what they say, so that they mean no other."""
        spaces, known = (space,) if space else (), self.keys(space)
        if key in known:
            return Skipped(str(key), "a file is there already", fault=False, spaces=spaces)
        for other in self._alike(space).get((key.kind, KINDS[key.kind].file.likeness(key, body)), ()):
            if other not in live:
                where = known[other].document.file
                why = f"{where} may mean it, and has it as {other}; spell it there as it is here"
                return Skipped(str(key), why, spaces=spaces)
        for name in self._broken(key.name):
            why = f"{name} cannot be read as a whole and may have it; mend that file first"
            return Skipped(str(key), why, spaces=spaces)
        return None

    def _alike(self, space: str) -> Mapping[tuple[str, str], list[Key]]:
        if space not in self._by_likeness:
            made = self._by_likeness.setdefault(space, {})
            for key, entry in self.keys(space).items():
                made.setdefault((key.kind, entry.kind.file.likeness(key, entry.resource.body)), []).append(key)
        return self._by_likeness[space]

    def _broken(self, name: str) -> Iterable[str]:
        """The files with something of this name that came to no resource, as far as their bytes show it."""
        word = name.encode("utf-8", "replace")
        plain = _WORD.fullmatch(word) is not None
        return (file for file, data, words in self._in_part if (word in words if plain else word in data))

    @cached_property
    def _in_part(self) -> Sequence[tuple[str, bytes, frozenset[bytes]]]:
        """The files of which not every document came to a resource, for it says something wrongly, and their words."""
        found: list[tuple[str, bytes, frozenset[bytes]]] = []
        for source in self.files.sources:
            lines = {entry.document.line for entry in source.entries}
            whole = source.documents and all(document.line in lines for document in source.documents)
            errors = (finding.rule for finding in source.findings if finding.severity is Severity.ERROR)
            if not whole or any(rule.startswith("yaml-") for rule in errors):
                found.append((source.name, source.data, frozenset(_WORD.findall(source.data))))
        return found
