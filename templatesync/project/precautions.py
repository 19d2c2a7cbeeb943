"""What files say besides content that makes a run safe: protection, edits of what is approved, silenced rules. Pure.

By resource and place, so that two states of a project can be compared wherever things are written. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from templatesync.documents.document import Document, Mark
from templatesync.model.json_value import Json
from templatesync.model.paths import Path, path_text
from templatesync.model.resource import Key
from templatesync.project.workspace import Source

WHOLE = ""
"""The place of a comment that is above a document: it holds for all of it."""


class Place(NamedTuple):
    """Where a comment silences a rule: in which resource, or file, and at which path inside."""

    rule: str
    owner: str
    path: str


class Options(NamedTuple):
    """The options of one resource that concern safety, also that of its senders; `told_back` as place and hash."""

    protected: bool = False
    on_approved: str = ""
    told_back: frozenset[tuple[str, str]] = frozenset()
    adopt: bool = False
    pinned: bool = False
    breaks: frozenset[str] = frozenset()
    output: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Precautions:
    """What some files say. `silenced` has file and line of each comment, by place: several may be at equal places."""

    options: dict[Key, Options] = field(default_factory=dict)
    silenced: dict[Place, list[str]] = field(default_factory=dict)

    def add(self, source: Source) -> None:
        """Take in what a file says."""
        keys: dict[int, set[Key]] = {}
        for entry in source.entries:
            key, options = entry.resource.key, entry.resource.options
            keys.setdefault(id(entry.document), set()).add(key)
            told_back = frozenset(options.told_back.get(key.language, {}).items())
            before = self.options.get(key, Options())
            self.options[key] = Options(
                before.protected or options.protected,
                before.on_approved or options.on_approved,
                before.told_back | told_back,
                before.adopt or options.adopt,
                before.pinned or options.pinned,
                before.breaks | frozenset(options.breaks),
                before.output or ("" if options.absent else options.output),
                before.replaces or options.replaces,
            )
        for doc in source.documents:
            for place, line in _places(doc, _owner(doc, keys.get(id(doc), set()))):
                self.silenced.setdefault(place, []).append(f"{doc.file}:{line}")

    def known_as(self) -> Callable[[Key], str]:
        """The name by which senders know a resource, as far as these files tell."""
        names = {(each.kind, each.name): options for each, options in self.options.items()}

        def known(key: Key) -> str:
            name, passed = key.name, set[str]()
            while name not in passed and (options := names.get((key.kind, name))) is not None:
                passed.add(name)
                if options.output or not options.replaces:
                    return options.output or name
                name = options.replaces
            return name

        return known

    def only_here(self, other: Precautions) -> dict[Place, list[str]]:
        """The comments that are not in others: of equal places the last ones, as many as there are more.

        Those in a document that is silenced whole there are in it.
        """
        found = {}
        for place, lines in self.silenced.items():
            more = len(lines) - len(other.silenced.get(place, ()))
            if more > 0 and (place.path == WHOLE or place._replace(path=WHOLE) not in other.silenced):
                found[place] = lines[-more:]
        return found


def _owner(doc: Document, keys: Collection[Key]) -> str:
    """Whose comments those of a document are: of its resource, or of the name that its languages share."""
    if len(keys) == 1:
        return str(next(iter(keys)))
    return next((str(Key(key.kind, key.name)) for key in keys), doc.file)


def _places(doc: Document, owner: str) -> Iterator[tuple[Place, int]]:
    whole = doc.ignored.get(0, frozenset())
    inside = {line: rules for line, rules in doc.ignored.items() if line >= doc.line}
    paths = _first_on(doc, inside) if inside else {}
    above = {rule: line for line, rules in doc.ignored.items() if 0 < line < doc.line for rule in sorted(rules)}
    for rule in sorted(whole):
        yield Place(rule, owner, WHOLE), above.get(rule, doc.line)
    for line, rules in inside.items():
        for rule in sorted(rules - whole):
            yield Place(rule, owner, paths.get(line, "?")), line


def _first_on(doc: Document, lines: Mapping[int, frozenset[str]]) -> dict[int, str]:
    """The outermost value that begins on each of these lines: it stays the same when lines move."""
    found: dict[int, str] = {}
    pending: list[tuple[Path, int, Mark]] = [((), doc.mark[0], doc.mark)]
    while pending and len(found) < len(lines):
        path, line, mark = pending.pop()
        if line in lines and path and line not in found:
            found[line] = path_text(doc.data, path)
        inside: Json = mark[2]
        if isinstance(inside, dict):
            pending += [((*path, key), at[0], at[2]) for key, at in reversed(inside.items())]
        elif isinstance(inside, list):
            pending += [((*path, index), at[0], at) for index, at in reversed([*enumerate(inside)])]
    return found
