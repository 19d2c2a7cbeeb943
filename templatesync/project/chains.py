"""Chains of `replaces`: the versions of one logical name, from what files want. Knows nothing live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from templatesync.kinds import KINDS
from templatesync.model.resource import Key, Resource
from templatesync.sending.chain import Chain, Standing, Version, standings
from templatesync.sending.contract import Contract


class Names(NamedTuple):
    """The names of one chain, the oldest first. That one may have no file any more.

    `output` is the logical name where a file says that it is another than the oldest.
    """

    kind: str
    names: tuple[str, ...]
    output: str = ""

    @property
    def logical(self) -> str:
        """The name that senders know, which no new version changes."""
        return self.output or self.names[0]


def chains(wanted: Mapping[Key, Resource]) -> tuple[Names, ...]:
    """Every chain of what files want; most have one name. Sorted by kind and newest name.

    A tombstone that says `replaces` keeps its place: what is about to go may be what senders use.
    """
    replaces, outputs = _replaces(wanted), _outputs(wanted)
    replaced = {(kind, old) for (kind, _), old in replaces.items() if old}
    found = []
    for kind, name in sorted(set(replaces) - replaced):
        names = [name]
        while old := replaces.get((kind, names[-1]), ""):
            if old in names:
                break  # a cycle is a finding of validate
            names.append(old)
        said = (outputs[kind, each] for each in names if (kind, each) in outputs)  # the newest that says one
        found.append(Names(kind, tuple(reversed(names)), next(said, "")))
    return tuple(found)


def _outputs(wanted: Mapping[Key, Resource]) -> Mapping[tuple[str, str], str]:
    """By kind and name: the logical name that a file gives, if it does. What is about to go gives none."""
    found: dict[tuple[str, str], str] = {}
    for key, resource in wanted.items():
        if resource.options.output and not resource.options.absent:
            found.setdefault((key.kind, key.name), resource.options.output)
    return found


def _replaces(wanted: Mapping[Key, Resource]) -> Mapping[tuple[str, str], str]:
    """By kind and name: the name before it, or none. What replaces the same as a tombstone does comes after that."""
    found: dict[tuple[str, str], str] = {}
    gone: dict[tuple[str, str], str] = {}
    for key, resource in wanted.items():
        name = (key.kind, key.name)
        if not resource.options.absent:
            found[name] = resource.options.replaces or found.get(name, "")
        elif resource.options.replaces:
            gone[name] = resource.options.replaces
    after = {(kind, old): (kind, name) for (kind, name), old in found.items() if old}
    for name, old in sorted(gone.items()):
        if name in found:
            continue
        before, passed = (name[0], old), {name}
        while before not in passed and before in found:
            passed.add(before)
            before = (name[0], found[before])
        if before in passed:
            continue  # nobody would be the newest of them
        found[name] = old
        if (other := after.get((name[0], old))) is not None:
            found[other] = name[1]
            after[name] = other
        after[name[0], old] = name
    return found


class Member(NamedTuple):
    """One language of what senders send: the version that it is, its file, and what it asks for.

    `reply_names` are the labels of its quick replies in the main language of its version, by which programs in code
    know them; empty when they are its own. So versions can be told from each other reply by reply in every language.
    """

    version: str
    contract: Contract
    file: str = ""
    reply_names: tuple[str, ...] = ()


def main_language(languages: Iterable[str]) -> str:
    """The one that gives parts their names in code: English, which most code is written in, or else the first."""
    return min(languages, key=lambda language: (language.split("_")[0] != "en", language))


class Sendable(NamedTuple):
    """What programs send under one name.

    `name` is the logical name, or the Name of a version which senders must be changed for and which nobody has adopted;
    `logical` is the name under which codes are found in either case.
    """

    name: str
    logical: str
    members: Mapping[str, Member]


class Lineage(NamedTuple):
    """One logical name as it is once all that files want is approved: by version and language what is asked for, and
    where the senders of each language are.
    """

    names: Names
    members: Mapping[str, Mapping[str, Member]]
    standings: Mapping[str, Standing]


def lineages(wanted: Mapping[Key, Resource]) -> Iterator[Lineage]:
    """Every logical name of the kinds that programs send."""
    by_name = _by_name(wanted)
    for names in chains(wanted):
        if KINDS[names.kind].outputs.contract is None:
            continue
        members = {name: _members(by_name.get((names.kind, name), {})) for name in names.names}
        yield Lineage(names, members, standings(_chain(names, members, by_name)))


def sendables(wanted: Mapping[Key, Resource]) -> tuple[Sendable, ...]:
    """What programs can send once all that files want is approved, by name."""
    found: list[Sendable] = []
    for names, members, there in lineages(wanted):
        current = {language: members[each.current.name][language] for language, each in there.items()}
        if current:
            found.append(Sendable(names.logical, names.logical, current))
        others = _others(there, members)
        # One that is called as senders know the current one waits: one name cannot ask for two things.
        found += [Sendable(name, names.logical, each) for name, each in others.items() if name != names.logical]
    return tuple(sorted(found, key=lambda each: each[:2]))


def _by_name(wanted: Mapping[Key, Resource]) -> Mapping[tuple[str, str], Mapping[str, Resource]]:
    found: dict[tuple[str, str], dict[str, Resource]] = {}
    for key, resource in sorted(wanted.items()):
        if not resource.options.absent:
            found.setdefault((key.kind, key.name), {})[key.language] = resource
    return found


def _members(resources: Mapping[str, Resource]) -> dict[str, Member]:
    members = {language: _member(resource) for language, resource in resources.items()}
    if not members:
        return members
    main = members[main_language(members)].contract
    return {
        language: each._replace(reply_names=main.all_replies)
        if each.contract.all_replies != main.all_replies and _places(each.contract) == _places(main)
        else each
        for language, each in members.items()
    }


def _places(contract: Contract) -> list[int]:
    """How many quick replies the message and each card has."""
    return [len(contract.replies), *(len(card.replies) for card in contract.cards)]


def _member(resource: Resource) -> Member:
    kind = KINDS[resource.key.kind]
    make = kind.outputs.contract
    assert make is not None
    contract = make(kind.content.canonical(resource), resource.key.language)
    return Member(resource.key.name, contract, resource.file)


def _chain(
    names: Names,
    members: Mapping[str, Mapping[str, Member]],
    by_name: Mapping[tuple[str, str], Mapping[str, Resource]],
) -> Chain:
    """The chain as it is once everything is approved."""
    made = []
    for name in names.names:
        resources = by_name.get((names.kind, name), {})
        version = partial(_version, name, members[name])
        made.append({language: version(language, resource) for language, resource in resources.items()})
    return made


def _version(name: str, members: Mapping[str, Member], language: str, resource: Resource) -> Version:
    options = resource.options
    return Version(name, members[language].contract.digest, adopt=options.adopt, pinned=options.pinned)


def _others(there: Mapping[str, Standing], members: Mapping[str, Mapping[str, Member]]) -> dict[str, dict[str, Member]]:
    """By the Name of a newer version: the languages in which it asks for something else than senders give now."""
    found: dict[str, dict[str, Member]] = {}
    for language, standing in there.items():
        for version in standing.other:
            found.setdefault(version.name, {})[language] = members[version.name][language]
    return found
