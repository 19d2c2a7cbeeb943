"""What a name on the command line means: the documents and languages that have it. Reads no file, edits none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.model.errors import UsageError
from templatesync.model.nearest import nearest
from templatesync.model.resource import Key, Resource
from templatesync.project.chains import Names, chains
from templatesync.project.expansion import Entry
from templatesync.project.workspace import Workspace

_NAMES_SHOWN = 8
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Asked:
    """A name of one kind, or one language of it, and what files have of it, tombstones included."""

    kind: Kind
    name: str
    language: str
    entries: tuple[Entry, ...]

    @property
    def alive(self) -> tuple[Entry, ...]:
        """What files want to be there."""
        return tuple(entry for entry in self.entries if not entry.resource.options.absent)

    @property
    def shown(self) -> str:
        """As people write it."""
        name = self.name if self.kind.file.name_field else str(Key(self.kind.name, self.name))
        return f"{name}@{self.language}" if self.language else name


def asked(workspace: Workspace, said: str, *, language: bool = False) -> Asked | None:
    """What `said` means: a name or a key, with `language` also one language of it. None when no file has it; a usage
    error when several kinds do.
    """
    entries = [entry for entry in workspace.entries if entry.resource.key.name and entry.resource.key.kind in KINDS]
    found: dict[tuple[str, str, str], None] = {}
    for entry in entries:
        key = entry.resource.key
        if said in ways_to_say(key.kind, key.name):
            found[key.kind, key.name, ""] = None
        elif language and key.language and said in ways_to_say(*key):
            found[*key] = None
    if len({kind for kind, _, _ in found}) > 1:
        keys = " or ".join(sorted(str(Key(*each)) for each in found))
        raise UsageError(f"several resources have the name {said}", hint=f"say {keys}")
    if not found:
        return None
    kind, name, of = next(iter(found))
    mine = (entry for entry in entries if (entry.resource.key.kind, entry.resource.key.name) == (kind, name))
    return Asked(KINDS[kind], name, of, tuple(each for each in mine if of in ("", each.resource.key.language)))


def ways_to_say(kind: str, name: str, language: str = "") -> tuple[str, ...]:
    """How somebody may name a resource: by its name, by its key, or by the key as it stands."""
    at = f"@{language}" if language else ""
    return (f"{name}{at}", str(Key(kind, name, language)), f"{kind}/{name}{at}")


def sayable(kind: str, name: str) -> str:
    """A name as it may stand in a command that somebody copies: a key where it is none of plain letters."""
    return name if _PLAIN.fullmatch(name) else str(Key(kind, name))


def unknown(workspace: Workspace, said: str) -> UsageError:
    """The error for a name that no file has, with what to ask for instead."""
    names = sorted({entry.resource.key.name for entry in workspace.entries if not entry.resource.options.absent})
    name = unquote(said.rpartition("/")[2]).partition("@")[0]
    of = said.rpartition("/")[2].partition("@")[2]
    if of and name in names:
        keys = (entry.resource.key for entry in workspace.entries if not entry.resource.options.absent)
        languages = dict.fromkeys(key.language for key in keys if key.name == name and key.language)
        hint = f"{name} has {', '.join(languages)}" if languages else f"{name} has no languages"
    elif known := next((entry.resource.key.name for entry in workspace.entries if _known_as(entry, name)), ""):
        hint = f"programs that send know {known} by that name"
    elif near := nearest(name, names):
        hint = f"did you mean {near}?"
    else:
        more = ", …" if len(names) > _NAMES_SHOWN else ""
        hint = f"there are: {', '.join(names[:_NAMES_SHOWN])}{more}" if names else "write its file first"
    return UsageError(f"no file has the name {said}", hint=hint)


def _known_as(entry: Entry, name: str) -> bool:
    return entry.resource.options.output == name and not entry.resource.options.absent


def wanted_by_space(workspace: Workspace) -> Mapping[str, Mapping[Key, Resource]]:
    """What the files want in each space."""
    found: dict[str, dict[Key, Resource]] = {space.name: {} for space in workspace.project.spaces}
    for entry in workspace.entries:
        for space in entry.spaces:
            found[space].setdefault(entry.resource.key, entry.resource)
    return found


def chain_of(wanted: Mapping[Key, Resource], kind: str, name: str) -> Names:
    """The chain that a name is in; one of itself when it is in none."""
    found = (each for each in chains(wanted) if each.kind == kind and name in each.names)
    return next(found, Names(kind, (name,)))


def document_of(workspace: Workspace, entry: Entry) -> tuple[str, int]:
    """The file of a resource, and the number of its document in it."""
    documents = workspace.source(entry.document.file).documents
    return entry.document.file, next(number for number, doc in enumerate(documents) if doc is entry.document)
