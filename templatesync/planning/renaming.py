"""What may be something live under another name: equal content says so, where no file does. Pure; no kind by name.

A name that was changed without `replaces` looks like a new resource and one that no file wants. Its senders would lose
it. Samples do not count, for they are no content.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Protocol, TypeAlias

from templatesync.kinds.base import Kind
from templatesync.model.change import Note
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, Listing, Live, Resource
from templatesync.model.state import State
from templatesync.planning.comparison import compared
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
    """Resources that no file wants any more, and those that files want, of equal content.

    They are joined by what equal contents have in common, and only then compared.
    """

    def __init__(self, given: Given) -> None:
        self._given = given
        self._olds: dict[_Alike, list[Live]] = {}
        self._news: dict[_Alike, list[Resource]] = {}
        self._languages: dict[tuple[str, str], list[Resource]] = {}
        for live in _unwanted(given):
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
        news = self._news.get(self._alike(old.key, _content(self._given, old)), ())
        return next((new.key for new in news[:_MOST_COMPARED] if self._equal(new, old)), None)

    def note(self, new: Key) -> Note | None:
        """What something may be under another name, in all its languages."""
        found = self._same(self._languages.get((new.kind, new.name), ()))
        if not found:
            return None
        *some, last = found
        names = f"{', '.join(some)} or {last}" if some else last
        return Note("renamed", f"is this {names} under another name? `replaces: {found[0]}` keeps senders")

    def _same(self, languages: Sequence[Resource]) -> list[str]:
        if not languages:
            return []
        by_language = [self._of(each) for each in languages]
        first, *others = by_language
        together = [name for name in first if all(name in each for each in others)][:_MOST_COMPARED]
        pairs = [*zip(languages, by_language, strict=True)]
        equal = [name for name in together if all(self._equal(new, olds[name]) for new, olds in pairs)]
        return equal[:_MOST_NAMED]

    def _of(self, new: Resource) -> dict[str, Live]:
        """What may be it, by name."""
        content = self._given.kinds[new.key.kind].content.canonical(new)
        olds = self._olds.get(self._alike(new.key, content), ())
        likely = sorted(olds[:_MOST_LOOKED_AT], key=lambda old: -_begins_alike(old.key.name, new.key.name))
        return {old.key.name: old for old in likely}

    def _alike(self, key: Key, content: Json) -> _Alike:
        gist = self._given.kinds[key.kind].content.gist
        return key.kind, key.language, sha256(gist(content) if gist else None)

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
    """What senders may use and no file wants, of names that nothing replaces."""
    replaced = {(key.kind, resource.options.replaces) for key, resource in given.wanted.items()}
    for name, listing in _named(given):
        for key, live in sorted(listing.live.items()):
            resource = given.wanted.get(key)
            ours = given.policy.manages(key) if resource is None else resource.options.absent
            if ours and (name, key.name) not in replaced and _looked_for(given, live):
                yield live


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

    Only lists were read; a name is looked at when it has the languages of one that is to be created.
    """
    found: list[Live] = []
    for kind, listing in _named(given):
        wanted = {key.name for key, each in given.wanted.items() if key.kind == kind and not each.options.absent}
        created = _created(given, kind, listing) if listing.complete else {}
        sets = set(map(frozenset, created.values()))
        new = sorted(created)
        by_name: dict[str, list[Live]] = {}
        for key, live in listing.live.items() if new else ():
            if key not in given.wanted and key.name not in wanted and given.policy.manages(key):
                by_name.setdefault(key.name, []).append(live)
        replaced = {each.options.replaces for key, each in given.wanted.items() if key.kind == kind}
        likely = sorted((-_in_common(name, new), name) for name in by_name.keys() - replaced)
        for _, name in likely:
            lives = sorted(by_name[name], key=lambda live: live.key)
            same = frozenset(live.key.language for live in lives) in sets
            usable = all(may_be_sent(given.kinds[kind], live) for live in lives)  # as far as a list tells
            if same and usable and len(found) + len(lives) <= MOST_READ:
                found += lives
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
