"""What is live in some spaces, parted into files: what they have alike once, all else for the spaces that have it.

Writes nothing. Knows no client and no kind by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from templatesync.commands.importing.files import Draft, Skipped, unspeakable
from templatesync.commands.importing.reading import Mine
from templatesync.commands.importing.there import There
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind, Unparsed
from templatesync.model.calls import CallError
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, Listing, Resource
from templatesync.planning.reading import said
from templatesync.project.expansion import Entry
from templatesync.project.literals import with_literals
from templatesync.project.references import Links
from templatesync.project.settings import Project, Space


class Found(NamedTuple):
    """A live resource as a file would say it; `unparsed` is the same without variables and references."""

    body: Mapping[str, Json]
    unparsed: Unparsed


@dataclass(slots=True)
class _Variant:
    """What some spaces have alike under one key."""

    found: Found
    spaces: list[str]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Parted:
    """The files to write, and what no file is written for."""

    drafts: list[Draft] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def part(
    project: Project,
    listings: Mapping[str, Mapping[str, Listing]],
    there: There,
    mine: Mine,
    values: Mapping[str, Mapping[str, str]],
) -> Parted:
    """What is to be written of what is live in each space, by its name. `there` are the files that there are,
    `values` those that are to be variables again, by space."""
    out = Parted()
    variants: dict[tuple[str, Key], dict[str, _Variant]] = {}
    for space in project.spaces:
        if space.name not in listings:
            continue
        for kind, key, found in _found(space, listings[space.name], there, mine, out.skipped):
            body = with_literals(kind.file, found.body, values.get(space.name, {}))
            _add(variants.setdefault((kind.name, key), {}), kind, key, found._replace(body=body), space.name,
                 alone=len(listings) == 1)  # fmt: skip
    for (name, key), alike in variants.items():
        for mark, variant in list(alike.items()):
            if reason := unspeakable(project, KINDS[name], variant.found.unparsed, variant.spaces):
                out.skipped.append(Skipped(str(key), reason, spaces=tuple(variant.spaces)))
                del alike[mark]
    out.drafts = _drafts(project, variants, there.entries)
    return out


def _found(
    space: Space, listings: Mapping[str, Listing], there: There, mine: Mine, skipped: list[Skipped]
) -> Iterator[tuple[Kind, Key, Found]]:
    """What a space has and no file is about yet."""
    links, here = Links.of(KINDS, listings), (space.name,)
    for name, listing in listings.items():
        kind = KINDS[name]
        # A kind may read more than the scope asks for: some listings hold the content of everything.
        for key in sorted(key for key in listing.failed if mine(space, key)):
            why = f"it could not be read: {said(CallError(listing.failed[key]))}"
            skipped.append(Skipped(str(key), why, spaces=here))
        for key in sorted(key for key in listing.live if mine(space, key) and key not in listing.failed):
            if kept := there.skipped(key, listing.live[key].body, listing.live, space.name):
                skipped.append(kept)
                continue
            unparsed = kind.file.unparse(listing.live[key])
            if unparsed.reason:
                skipped.append(Skipped(str(key), unparsed.reason, spaces=here))
                continue
            yield kind, key, Found(links.symbolic(kind, unparsed.body), unparsed)


def _add(alike: dict[str, _Variant], kind: Kind, key: Key, found: Found, space: str, *, alone: bool) -> None:
    mark = "" if alone else _mark(kind, key, found)
    there = alike.get(mark)
    if there is None:
        alike[mark] = _Variant(found, [space])
        return
    maps, old = kind.file.localised_maps, there.found.body
    missing = [name for name in maps if _named_in(found.body, name) - _named_in(old, name)]
    if missing:
        # The texts are the same: the samples of one space are as good in the other.
        there.found = found
        there.notes = tuple(f"the {name} is that of {space}, of which the service told the most" for name in missing)
    there.spaces.append(space)


def _named_in(body: Mapping[str, Json], name: str) -> frozenset[str]:
    there = body.get(name)
    return frozenset(there) if isinstance(there, Mapping) else frozenset()


def _mark(kind: Kind, key: Key, found: Found) -> str:
    """Equal for what one file can say for several spaces: samples are no content."""
    content = kind.content.canonical(Resource(key, found.body))
    if isinstance(content, Mapping):
        content = {name: value for name, value in content.items() if name not in kind.file.localised_maps}
    return sha256([content, found.body.get("templatesync"), found.body.get("Category"), dict(found.unparsed.files)])


def _drafts(
    project: Project, variants: Mapping[tuple[str, Key], Mapping[str, _Variant]], entries: Sequence[Entry]
) -> list[Draft]:
    """A draft for each name and set of spaces; of one name the one for most spaces comes first."""
    drafts: dict[tuple[str, str], dict[tuple[str, ...], Draft]] = {}
    for (name, key), alike in sorted(variants.items(), key=lambda item: [*KINDS].index(item[0][0])):
        for variant in alike.values():
            here, body = tuple(variant.spaces), variant.found.body
            new = Draft(KINDS[name], key.name, [], [], variant.found.unparsed.files, spaces=here)
            draft = drafts.setdefault((name, key.name), {}).setdefault(here, new)
            draft.bodies.append(body)
            draft.keys.append(str(key))
            draft.notes += tuple(note for note in variant.notes if note not in draft.notes)
    elsewhere: dict[str, set[str]] = {}
    for entry in entries:
        elsewhere.setdefault(str(entry.resource.key), set()).update(entry.spaces)
    made = []
    for group in drafts.values():
        for draft in sorted(group.values(), key=lambda each: -len(each.spaces)):
            apart = {name for key in draft.keys for name in elsewhere.get(key, ())}
            apart |= {space.name for space in project.spaces if not _manages(project, space, draft)}
            made.append(replace(draft, named=_named(project, draft.spaces, apart)))
    return made


def _manages(project: Project, space: Space, draft: Draft) -> bool:
    return project.policy_of(space).manages(Key(draft.kind.name, draft.name))


def _named(project: Project, holders: tuple[str, ...], apart: set[str]) -> tuple[str, ...]:
    """The spaces that a file must name: none where it is right for all of them.

    An emulator is a place to try out what real spaces have, and none of the several: a file for every real space goes
    to the emulators as well. Where another is `apart`, for a file is about the same there or policy.manage leaves the
    name to others, the spaces are named.
    """
    real = any(space.emulator is None for space in project.spaces if space.name in holders)
    others = [space for space in project.spaces if space.name not in holders and (space.emulator is None or not real)]
    return holders if others or apart - set(holders) else ()
