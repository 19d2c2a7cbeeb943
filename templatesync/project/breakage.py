"""What of a change breaks programs that send: what files wanted and what they want, to a list. Pure; names no kind.

Everything counts as approved. Programs use what their senders point at, and what was ever generated for them: so each
version counts on its own, and who points where besides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from templatesync.kinds import KINDS
from templatesync.model.change import Break
from templatesync.model.finding import Severity
from templatesync.model.resource import Key, Resource
from templatesync.project.chains import Lineage, Member, Sendable, lineages
from templatesync.sending.breaking import NAME_REMOVED, breaking, removed
from templatesync.sending.contract import Contract


class Intended(StrEnum):
    """What says that a break is meant."""

    NO = ""
    BREAKS = "breaks"
    """The file names the rule."""
    ADOPT = "adopt"
    """The file of the new version says that senders are ready for it."""
    PINNED = "pinned"
    """The file of the older version brings senders back to it."""
    ALLOWED = "allow"
    """Whoever ran the command named key and rule."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that programs notice.

    `resource` is what says it now, or what was there; `gone` that nothing of it is left. `change` says that they come
    from another version to this one, and `logical` under which logical name they find it no more.
    """

    key: Key
    found: Break
    resource: Resource
    intended: Intended = Intended.NO
    gone: bool = False
    change: str = ""
    logical: str = ""


class Recoded(NamedTuple):
    """A version that was edited in place so that nothing breaks, and asks for something else than programs know."""

    key: Key
    resource: Resource


class Side(NamedTuple):
    """What files want in one space, or wanted, of all names that are compared."""

    wanted: Mapping[Key, Resource]
    lineages: tuple[Lineage, ...]
    named: Mapping[tuple[str, str], Sequence[Resource]]
    contracts: Mapping[Key, Contract]

    @classmethod
    def of(cls, wanted: Mapping[Key, Resource]) -> Side:
        """All logical names of these resources."""
        named: dict[tuple[str, str], list[Resource]] = {}
        for key, resource in wanted.items():
            named.setdefault((key.kind, key.name), []).append(resource)
        found = tuple(lineages(wanted))
        contracts = {
            Key(lineage.names.kind, name, language): member.contract
            for lineage in found
            for name, members in lineage.members.items()
            for language, member in members.items()
        }
        return cls(wanted, found, named, contracts)

    def there(self, key: Key) -> Resource | None:
        """A resource that is wanted to be there."""
        resource = self.wanted.get(key)
        return None if resource is None or resource.options.absent else resource

    def speaker(self, key: Key, before: Resource) -> Resource:
        """What says of something that is gone whether that is meant: its tombstone, or else another language of it."""
        tombstone = self.wanted.get(key)
        if tombstone is not None:
            return tombstone
        beside = [each for each in self.named.get((key.kind, key.name), ()) if not each.options.absent]
        return min(beside, key=lambda each: (each.file != before.file, each.file, each.line), default=before)

    def contract(self, resource: Resource) -> Contract:
        """What a resource asks of programs; one in a circle of versions is in no lineage."""
        key = resource.key
        if key in self.contracts:
            return self.contracts[key]
        kind = KINDS[key.kind]
        make = kind.outputs.contract
        assert make is not None
        return make(kind.content.canonical(resource), key.language)

    def by_name(self) -> dict[tuple[str, str], Lineage]:
        """The lineage that each name is in, and of what is called otherwise by senders, that of its logical name."""
        called = {(lineage.names.kind, lineage.names.logical): lineage for lineage in self.lineages}
        named = {(lineage.names.kind, name): lineage for lineage in self.lineages for name in lineage.names.names}
        return {**called, **named}


def compare(then: Side, now: Side) -> Iterator[Broken]:
    """Everything that programs notice of one space."""
    by_name = now.by_name()
    for lineage in then.lineages:
        yield from _lineage(lineage, then, now, by_name)
    sent = {(lineage.names.kind, name) for lineage in then.lineages for name in lineage.names.names}
    replaced = _replaced(now.wanted.values())
    for key, resource in sorted(then.wanted.items()):
        if not resource.options.absent and (key.kind, key.name) not in sent:
            yield from _alone(key, resource, now, replaced)


def _alone(key: Key, old: Resource, now: Side, replaced: Collection[tuple[str, str]]) -> Iterator[Broken]:
    """Something that is no message of its own: its kind says what a change of it breaks."""
    content, new = KINDS[key.kind].content, now.there(key)
    if new is not None:
        for found in content.breaking(content.canonical(old), content.canonical(new)):
            yield _told(key, found, new)
    elif (key.kind, key.name) not in replaced:
        yield _gone(key, now, old)


def _replaced(resources: Iterable[Resource]) -> set[tuple[str, str]]:
    return {(each.key.kind, each.options.replaces) for each in resources if not each.options.absent}


def _lineage(lineage: Lineage, then: Side, now: Side, by_name: Mapping[tuple[str, str], Lineage]) -> Iterator[Broken]:
    kind = lineage.names.kind
    after = by_name.get((kind, lineage.names.logical))
    for language, standing in lineage.standings.items():
        name = standing.current.name
        old = lineage.members[name][language]
        yield from _pointed(Key(kind, name, language), old, lineage.names.logical, now, after)
    for name, members in lineage.members.items():
        for language, member in members.items():
            key = Key(kind, name, language)
            yield from _called(key, member.contract, lineage.names.logical, now, by_name)
            yield from _version(key, member.contract, now, after, then.wanted[key])


def _pointed(key: Key, old: Member, logical: str, now: Side, after: Lineage | None) -> Iterator[Broken]:
    """Where senders of the logical name find something else than they found."""
    if after is None or after.names.logical != logical:
        return
    standing = after.standings.get(key.language)
    if standing is None or standing.current.name == key.name:
        return
    name = standing.current.name
    new = Key(key.kind, name, key.language)
    contract, resource = after.members[name][key.language].contract, now.wanted[new]
    for found in breaking(old.contract, contract):
        said = _meant(found, resource) or _moves(resource)
        yield Broken(new, found, resource, said, change=key.name)


def _moves(resource: Resource) -> Intended:
    """Whether the file of the version that senders come to says that they shall."""
    options = resource.options
    return Intended.PINNED if options.pinned else Intended.ADOPT if options.adopt else Intended.NO


def _called(
    key: Key, old: Contract, logical: str, now: Side, by_name: Mapping[tuple[str, str], Lineage]
) -> Iterator[Broken]:
    """A version that is there and is found under another logical name, where programs do not look for it."""
    resource, lineage = now.there(key), by_name.get((key.kind, key.name))
    if resource is None or lineage is None or lineage.names.logical == logical:
        return
    after = by_name.get((key.kind, logical))
    if after is None or after.names.logical != logical or not _offers(after, key.language, old.digest):
        text = f"it is called {lineage.names.logical} by senders now, not {logical}"
        called = removed(key.language)._replace(text=text)
        yield Broken(key, called, resource, _meant(called, resource), logical=logical)


def _version(key: Key, old: Contract, now: Side, after: Lineage | None, before: Resource) -> Iterator[Broken]:
    """What programs notice that were written for this version, wherever the others are."""
    resource = now.there(key)
    if resource is not None:
        for found in breaking(old, now.contract(resource)):
            yield _told(key, found, resource)
    elif after is None or not _offers(after, key.language, old.digest):
        yield _gone(key, now, before)


def _offers(lineage: Lineage, language: str, digest: str) -> bool:
    """Whether some version of a lineage takes what programs of a contract send."""
    return any(language in each and each[language].contract.digest == digest for each in lineage.members.values())


def _told(key: Key, found: Break, resource: Resource) -> Broken:
    return Broken(key, found, resource, _meant(found, resource))


def _gone(key: Key, now: Side, before: Resource) -> Broken:
    found, resource = removed(key.language), now.speaker(key, before)
    if key.language and all(each.options.absent for each in now.named.get((key.kind, key.name), ())):
        found = found._replace(text=NAME_REMOVED)
    # What stood in the file that is gone was said of an earlier change.
    return Broken(key, found, resource, Intended.NO if resource is before else _meant(found, resource), gone=True)


def _meant(found: Break, resource: Resource) -> Intended:
    return Intended.BREAKS if found.rule in resource.options.breaks else Intended.NO


def recoded(before: Iterable[tuple[Key, Contract]], now: Side) -> Iterator[Recoded]:
    """What takes their code from programs that were generated for these contracts, and breaks none of them."""
    by_name = now.by_name()
    for key, old in before:
        resource = now.there(key)
        if resource is None or (new := now.contract(resource)) == old or new.duties() == old.duties():
            continue
        lineage = by_name.get((key.kind, key.name))
        broken = any(each.severity is Severity.ERROR for each in breaking(old, new))
        if not broken and not (lineage and _offers(lineage, key.language, old.digest)):
            yield Recoded(key, resource)


def compare_contracts(before: Iterable[Sendable], now: Side) -> Iterator[Broken]:
    """What programs notice of one space that were written for these contracts. What is nowhere, `missing` tells."""
    by_name = now.by_name()
    known = {name: lineage for (_, name), lineage in by_name.items()}
    for each in before:
        if (after := known.get(each.logical)) is None:
            continue
        for language, old in each.members.items():
            key = Key(after.names.kind, old.version, language)
            yield from _called(key, old.contract, each.logical, now, by_name)
            yield from _written(each, key, old, now, after)


def _written(each: Sendable, key: Key, old: Member, now: Side, after: Lineage) -> Iterator[Broken]:
    if each.name == each.logical:
        yield from _pointed(key, old, each.logical, now, after)
    resource = now.there(key)
    if resource is not None:
        for found in breaking(old.contract, now.contract(resource)):
            yield _told(key, found, resource)
    elif not _offers(after, key.language, old.contract.digest):
        yield _gone(key, now, Resource(key, {}, file=old.file))


def missing(before: Iterable[Sendable], sides: Sequence[Side], kind: str) -> Iterator[Broken]:
    """What no space has any more."""
    names = {name for side in sides for _, name in side.by_name()}
    for each in before:
        for language, old in each.members.items() if each.logical not in names else ():
            key = Key(kind, old.version, language)
            said = next((side for side in sides if key in side.wanted), Side.of({}))
            yield _gone(key, said, Resource(key, {}, file=old.file))
