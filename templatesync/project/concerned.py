"""Which files of two states of a project must be read to compare what programs send. Knows no git, rule or contract.

Ten thousand files are not parsed to see that one has changed: what is in a file follows from its bytes and the values
of the spaces' variables. Words that only some files have are looked for in the bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from templatesync.kinds import KINDS
from templatesync.model.resource import Key
from templatesync.project.expansion import Entry
from templatesync.project.mentions import OBSCURE, Mentions
from templatesync.project.references import Links
from templatesync.project.settings import Project
from templatesync.project.workspace import Workspace


class Concerned(NamedTuple):
    """The files to look at: what has changed, then and now, and what stands as it was and has to do with it.

    `judged` are those of now whose errors stand in the way, `noted` others that say what they break on purpose.
    """

    then: frozenset[str]
    now: frozenset[str]
    same: frozenset[str]
    judged: frozenset[str]
    noted: frozenset[str]


def concerned(now: Workspace, then: Workspace) -> Concerned:
    """Compare the bytes of two states. Files that may hold anything of a chain that has changed are among `same`."""
    changed = {name for name in now.texts if not _as_it_was(name, now, then)}
    before = {name for name in then.texts if name not in now.texts or name in changed}
    unchanged = [name for name in now.texts if name not in changed]
    linking = sorted({*_holding(now, unchanged, b"replaces"), *_holding(now, unchanged, b"output")})
    noted = _holding(now, unchanged, b"breaks")
    if not (changed or before):
        return Concerned(frozenset(), frozenset(), frozenset(), frozenset(), noted)
    links = _Names()
    for name in linking:
        links.add(now.source(name).entries)
    seeds = _Names()
    for entries in (*(then.source(name).entries for name in before), *(now.source(name).entries for name in changed)):
        seeds.add(entries)
    names = _reached(seeds, links)
    same = _named(now, unchanged, names)
    judged = {*changed, *same}
    targets: set[tuple[str, str]] = set()
    finder = Links(KINDS)
    for name in sorted(judged):
        for entry in now.source(name).entries:
            if entry.refers:
                targets |= {(key.kind, key.name) for key in finder.targets(entry.kind, entry.resource.body)}
    judged |= _named(now, (name for name in unchanged if name not in same), targets - names)
    return Concerned(frozenset(before), frozenset(changed), same, frozenset(judged), noted - judged)


class _Names:
    """The names in some files, and which of them belong together: versions, and the name that senders have for them."""

    def __init__(self) -> None:
        self.names: set[tuple[str, str]] = set()
        self.beside: dict[tuple[str, str], set[tuple[str, str]]] = {}

    def add(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            key, options = entry.resource.key, entry.resource.options
            name = (key.kind, key.name)
            self.names.add(name)
            for old in filter(None, (options.replaces, options.output)):
                older = (key.kind, old)
                self.names.add(older)
                self.beside.setdefault(name, set()).add(older)
                self.beside.setdefault(older, set()).add(name)


def _reached(seeds: _Names, links: _Names) -> set[tuple[str, str]]:
    """Names, and all that stand in a chain with them."""
    found, pending = set(seeds.names), list(seeds.names)
    while pending:
        name = pending.pop()
        more = (links.beside.get(name, set()) | seeds.beside.get(name, set())) - found
        found |= more
        pending += more
    return found


def _as_it_was(name: str, now: Workspace, then: Workspace) -> bool:
    """Whether a file comes to what it came to. What it names may have changed, so then it counts as changed."""
    data, one, other = now.texts[name], now.project, then.project
    if then.texts.get(name) != data or [space.name for space in one.spaces] != [space.name for space in other.spaces]:
        return False
    obscure = OBSCURE.search(data) is not None
    if (obscure or b"${{" in data) and _values(one) != _values(other):
        return False
    return not any(field in data for field in _naming()) and not (obscure and _names_files(now, name))


@cache
def _naming() -> tuple[bytes, ...]:
    """The fields of all kinds that name another file of which the content counts."""
    return tuple(field.encode() for kind in KINDS.values() for field in kind.file.files)


def _names_files(files: Workspace, name: str) -> bool:
    return any(entry.assets or entry.kind.file.files for entry in files.source(name).entries)


def _values(project: Project) -> list[Mapping[str, str]]:
    return [space.vars for space in project.spaces]


def _holding(files: Workspace, names: Iterable[str], word: bytes) -> frozenset[str]:
    """The files that may have a word in them, however it is spelt."""
    return frozenset(name for name in names if word in files.texts[name] or OBSCURE.search(files.texts[name]))


def _named(files: Workspace, names: Iterable[str], wanted: Collection[tuple[str, str]]) -> frozenset[str]:
    """The files that may hold a resource of one of these names."""
    if not wanted:
        return frozenset()
    mentions = Mentions(wanted, lambda name: name[1])
    return frozenset(name for name in names if mentions.any_in(files.texts[name]))


def entries_of(files: Workspace, names: Iterable[str]) -> Iterator[Entry]:
    """The resources of some files, in the order of the files."""
    for name in sorted(names):
        yield from files.source(name).entries


def keys_of(files: Workspace, names: Iterable[str]) -> set[Key]:
    """The keys in some files, whatever is wrong with them."""
    return {entry.resource.key for entry in entries_of(files, names)}
