"""What may be something live under another name: equal content says so, where no file does. Pure; no kind by name.

A name that was changed without `replaces` looks like a new resource and one that no file wants. Its senders would lose
it. One language of equal content is enough to ask: others may have been reworded, added or dropped in the same change.
Samples do not count, for they are no content.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Protocol, TypeAlias

from templatesync.kinds.base import Kind
from templatesync.model.change import Note
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, Listing, Live, Resource
from templatesync.model.state import State
from templatesync.planning.comparison import compared, few
from templatesync.planning.rollout import may_be_sent
from templatesync.project.policy import ProjectPolicy

MOST_READ = 20
"""Details that are read to find out, beyond what a plan needs."""
_MOST_NAMED = 3
_MOST_LOOKED_AT = 50
_MOST_COMPARED = 8
"""Of resources that have the same in common: nobody can tell so many apart."""

_Alike: TypeAlias = tuple[str, str, str]
"""Kind, language, and a digest of what equal contents have in common."""
_Name: TypeAlias = tuple[str, str]
"""Kind and name."""


class Given(Protocol):
    """What of a space this asks for."""

    @property
    def wanted(self) -> Mapping[Key, Resource]:
        """What files want, by key."""

    @property
    def listings(self) -> Mapping[str, Listing]:
        """What is live, by kind."""

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """All kinds, by name."""

    @property
    def policy(self) -> ProjectPolicy:
        """What is ours."""


class Renames:
    """Resources that no file wants any more, and those that files want, of equal content in some language.

    They are joined by what equal contents have in common, and only then compared.
    """

    def __init__(self, given: Given) -> None:
        self._given = given
        self._olds: dict[_Alike, list[Live]] = {}
        self._news: dict[_Alike, list[Resource]] = {}
        self._there: dict[_Name, list[Live]] = {}
        self._languages: dict[_Name, list[Resource]] = {}
        self._successors: dict[_Name, Mapping[str, Sequence[str]]] = {}
        self._notes: dict[_Name, Note | None] = {}
        for live in _unwanted(given):
            self._there.setdefault((live.key.kind, live.key.name), []).append(live)
            if live.body is not None:
                self._olds.setdefault(self._alike(live.key, _content(given, live)), []).append(live)
        for resource in _unsettled(given) if self._olds else ():
            key = resource.key
            content = given.kinds[key.kind].content.canonical(resource)
            self._news.setdefault(self._alike(key, content), []).append(resource)
            self._languages.setdefault((key.kind, key.name), []).append(resource)

    def successor(self, old: Live) -> Key | None:
        """What has the content of something that no file wants, and is not in use in all its languages yet."""
        if not self._news or not _looked_for(self._given, old):
            return None
        return next(self._equals(old), None)

    def successors(self, old: Live) -> Mapping[str, Sequence[str]]:
        """The names that may be that of something that no file wants, and are not in use in all languages yet, each
        with the languages that have the same content. One language is enough: the others may have been reworded.
        """
        if not self._news or not _looked_for(self._given, old):
            return {}
        name = (old.key.kind, old.key.name)
        if name not in self._successors:
            found: dict[str, list[str]] = {}
            for live in self._there.get(name, ()):
                for new in self._equals(live) if live.body is not None else ():
                    found.setdefault(new.name, []).append(new.language)
            self._successors[name] = found
        return self._successors[name]

    def unread(self, old: Live) -> Sequence[Key]:
        """The languages of its name of which nobody knows whether they are what files want under another name."""
        if not self._news or not _looked_for(self._given, old):
            return ()
        lives = self._there.get((old.key.kind, old.key.name), ())
        wanted = {(kind, language) for kind, language, _ in self._news}
        return [each.key for each in lives if each.body is None and (each.key.kind, each.key.language) in wanted]

    def note(self, new: Key) -> Note | None:
        """What something may be under another name, in all its languages or some."""
        name = (new.kind, new.name)
        if name not in self._notes:
            self._notes[name] = self._note(new.kind, self._languages.get(name, ()))
        return self._notes[name]

    def _note(self, kind: str, languages: Sequence[Resource]) -> Note | None:
        found = self._same(languages)
        if not found:
            return None
        mine = {each.key.language for each in languages}
        said = []
        for old, same in found:
            whole = set(same) == mine == {live.key.language for live in self._there[kind, old]}
            said.append(old if whole else f"{old} (the same in {few(same)})")
        *some, last = said
        names = f"{', '.join(some)} or {last}" if some else last
        return Note("renamed", f"is this {names} under another name? `replaces: {found[0][0]}` keeps senders")

    def _same(self, languages: Sequence[Resource]) -> list[tuple[str, list[str]]]:
        """The names that have the same content in some language, those first that have it in most."""
        by_language = [(new, self._of(new)) for new in languages]
        counts = Counter(name for _, olds in by_language for name in olds)
        likely = [name for name, _ in counts.most_common(_MOST_COMPARED)]
        found = []
        for name in likely:
            same = [new.key.language for new, olds in by_language if name in olds and self._equal(new, olds[name])]
            if same:
                found.append((name, same))
        return sorted(found, key=lambda each: -len(each[1]))[:_MOST_NAMED]

    def _of(self, new: Resource) -> dict[str, Live]:
        """What may be it, by name."""
        content = self._given.kinds[new.key.kind].content.canonical(new)
        olds = self._olds.get(self._alike(new.key, content), ())
        likely = sorted(olds[:_MOST_LOOKED_AT], key=lambda old: -_begins_alike(old.key.name, new.key.name))
        return {old.key.name: old for old in likely}

    def _alike(self, key: Key, content: Json) -> _Alike:
        gist = self._given.kinds[key.kind].content.gist
        return key.kind, key.language, sha256(gist(content) if gist else None)

    def _equals(self, old: Live) -> Iterator[Key]:
        news = self._news.get(self._alike(old.key, _content(self._given, old)), ())
        return (new.key for new in news[:_MOST_COMPARED] if self._equal(new, old))

    def _equal(self, new: Resource, old: Live) -> bool:
        kind = self._given.kinds[old.key.kind]
        body = {**new.body, kind.file.name_field: old.key.name}
        told = compared(kind, dataclasses.replace(new, key=old.key, body=body), old)
        return bool(told.pair.wanted == told.pair.live)


def _content(given: Given, live: Live) -> Json:
    return given.kinds[live.key.kind].content.current(live)


def _named(given: Given) -> list[tuple[str, Listing]]:
    """The kinds in which content is known again under another name."""
    return [(kind, each) for kind, each in sorted(given.listings.items()) if given.kinds[kind].content.gist]


def _unwanted(given: Given) -> Iterator[Live]:
    """What no file wants, of names that nothing replaces and of which senders may use some language."""
    replaced = {(key.kind, resource.options.replaces) for key, resource in given.wanted.items()}
    for name, listing in _named(given):
        found: dict[str, list[Live]] = {}
        for key, live in sorted(listing.live.items()):
            resource = given.wanted.get(key)
            ours = given.policy.manages(key) if resource is None else resource.options.absent
            if ours and (name, key.name) not in replaced:
                found.setdefault(key.name, []).append(live)
        for languages in found.values():
            if any(_in_use(given.kinds[name], live) for live in languages):
                yield from languages


def _looked_for(given: Given, live: Live) -> bool:
    """Whether it was read, and is in use or may be so again by itself."""
    kind = given.kinds[live.key.kind]
    return live.body is not None and kind.content.gist is not None and _in_use(kind, live)


def _in_use(kind: Kind, live: Live) -> bool:
    return kind.policy.settled(live) or kind.policy.words.get(live.status) is State.PAUSED


def _unsettled(given: Given) -> Iterator[Resource]:
    """What files want and is not in use in all languages, and says of no other that it replaces it."""
    names: dict[tuple[str, str], list[Key]] = {}
    for key, resource in sorted(given.wanted.items()):
        if not resource.options.absent and not resource.options.replaces:
            names.setdefault((key.kind, key.name), []).append(key)
    for (kind, _), keys in names.items():
        there = [given.listings[kind].live.get(key) if kind in given.listings else None for key in keys]
        if not all(live is not None and given.kinds[kind].policy.settled(live) for live in there):
            yield from (given.wanted[key] for key in keys)


# --- what must be read to find out ------------------------------------------------------------------------------------


def to_read(given: Given) -> tuple[Live, ...]:
    """What is listed and may be what is to be created, under another name: the likeliest few, by their names.

    Only lists were read; a name is looked at in the languages that it has in common with one that is to be created.
    """
    found: list[Live] = []
    for kind, listing in _named(given):
        created = _created(given, kind, listing) if listing.complete else {}
        sets = set(map(frozenset, created.values()))
        new, languages = sorted(created), frozenset[str]().union(*sets)
        by_name: dict[str, list[Live]] = {}
        for key, live in listing.live.items() if new else ():
            if key not in given.wanted and given.policy.manages(key):
                by_name.setdefault(key.name, []).append(live)
        replaced = {each.options.replaces for key, each in given.wanted.items() if key.kind == kind}
        likely = []
        for name in by_name.keys() - replaced:
            lives = sorted(by_name[name], key=lambda live: live.key)
            other = frozenset(live.key.language for live in lives) not in sets
            if any(may_be_sent(given.kinds[kind], live) for live in lives):  # as far as a list tells
                likely.append((-_in_common(name, new), other, name, lives))
        for *_, lives in sorted(likely, key=lambda each: each[:3]):
            shared = [live for live in lives if live.key.language in languages]
            found += shared[: max(MOST_READ - len(found), 0)]
    return tuple(found)


def _created(given: Given, kind: str, listing: Listing) -> dict[str, set[str]]:
    """The names of which nothing is live, with the languages that files want."""
    live = {key.name for key in listing.live}
    found: dict[str, set[str]] = {}
    for key, resource in given.wanted.items():
        options = resource.options
        if key.kind == kind and key.name not in live and not options.absent and not options.replaces:
            found.setdefault(key.name, set()).add(key.language)
    return found


def _in_common(name: str, others: Sequence[str]) -> int:
    """How many characters a name has in common with that of sorted ones which begins like it for longest."""
    at = bisect(others, name)
    return max((_begins_alike(name, other) for other in others[max(at - 1, 0) : at + 1]), default=0)


def _begins_alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
