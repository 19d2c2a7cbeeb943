"""The versions of one logical name, as files have them in all spaces together, and which of them are over. Offline.

Everything counts as approved: whether a newer version is in use, only a plan can say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from templatesync.commands.versions.asked import Asked, asked, sayable, ways_to_say
from templatesync.commands.versions.tombstones import Wanted, lineage_of
from templatesync.kinds import KINDS
from templatesync.model.errors import UsageError
from templatesync.model.resource import Key, Resource
from templatesync.planning.rollout import why_not_this
from templatesync.project.chains import Names, chains
from templatesync.project.expansion import Entry
from templatesync.project.workspace import Workspace
from templatesync.sending.chain import Standing, Version, Why, standings


@dataclass(frozen=True, slots=True)
class Chain:
    """The versions of one logical name, the oldest first, as the spaces have them together."""

    kind: str
    names: tuple[str, ...]
    logical: str
    spaces: Mapping[str, Names]
    entries: tuple[Entry, ...]
    standings: Mapping[str, Mapping[str, Standing]] = field(default_factory=dict)

    def alive(self, name: str) -> list[Entry]:
        """What files want of a version."""
        return [each for each in self.entries if each.resource.key.name == name and not each.resource.options.absent]

    @property
    def said(self) -> str:
        """Its name as it may stand in a command."""
        return sayable(self.kind, self.logical)

    @property
    def newest(self) -> str:
        """The newest version that files want; empty when there is none."""
        return next((name for name in reversed(self.names) if self.alive(name)), "")


def found_chain(workspace: Workspace, wanted: Wanted, said: str) -> Chain | None:
    """The chain that is meant, with the tombstones of what is known by its name."""
    spaces: dict[str, Names] = {}
    keys, kinds = set[str](), set[str]()
    for space, here in wanted.items():
        for names in chains(here):
            ways = [way for name in (*names.names, names.logical) for way in ways_to_say(names.kind, name)]
            if said in ways:
                keys.add(str(Key(names.kind, names.logical)))
                kinds.add(names.kind)
                if len(names.names) > 1 or space not in spaces:
                    spaces[space] = names
    if len(kinds) > 1:
        raise UsageError(f"several resources have the name {said}", hint=f"say {' or '.join(sorted(keys))}")
    if not spaces:
        alone = asked(workspace, said)
        return _alone(alone) if alone else None
    longest = max(spaces.values(), key=lambda names: len(names.names))
    others = [name for names in spaces.values() for name in names.names if name not in longest.names]
    logical = longest.logical
    known = () if logical in longest.names else (logical,)
    called = (*known, *dict.fromkeys(others), *longest.names)
    entries = tuple(
        entry
        for entry in workspace.entries
        if entry.resource.key.kind == longest.kind and entry.resource.key.name in called
    )
    found = {space: _standings(wanted[space], each) for space, each in spaces.items()}
    return Chain(longest.kind, called, logical, spaces, entries, found)


def _alone(found: Asked) -> Chain:
    """A name of which there are tombstones alone."""
    return Chain(found.kind.name, (found.name,), found.name, {}, found.entries)


def _standings(wanted: Mapping[Key, Resource], names: Names) -> Mapping[str, Standing]:
    """Where senders are once all that files want is approved."""
    if KINDS[names.kind].outputs.contract is not None:
        lineage = lineage_of(wanted, names)
        return lineage.standings if lineage else {}
    versions = [
        {
            key.language: Version(name, adopt=each.options.adopt, pinned=each.options.pinned)
            for key, each in wanted.items()
            if (key.kind, key.name) == (names.kind, name) and not each.options.absent
        }
        for name in names.names
    ]
    return standings(versions)


def taken_over(chain: Chain) -> tuple[list[Entry], list[str]]:
    """What a newer version takes over in all its spaces, once it is in use; and why it does not the rest."""
    going, reasons = [], dict[str, None]()
    for entry in chain.entries:
        if entry.resource.options.absent:
            continue
        stays = [*dict.fromkeys(reason for space in entry.spaces for reason in _stays(chain, entry, space))]
        if stays:
            reasons |= dict.fromkeys(filter(None, stays))
        else:
            going.append(entry)
    languages = _apart(chain, going)
    return [each for each in going if _at(each) not in languages], [*reasons]


def _at(entry: Entry) -> tuple[str, int, str]:
    return entry.document.file, entry.document.line, entry.resource.key.language


def _apart(chain: Chain, going: Sequence[Entry]) -> set[tuple[str, int, str]]:
    """The languages of documents that go in some of their spaces only: a document is one for all of them."""
    mine = {id(entry) for entry in going}
    return {_at(entry) for entry in chain.entries if id(entry) not in mine}


def _stays(chain: Chain, entry: Entry, space: str) -> Iterator[str]:
    """Why a version is not over in a space; an empty text for one that is the newest."""
    key, names = entry.resource.key, chain.spaces.get(space)
    standing = chain.standings.get(space, {}).get(key.language)
    elsewhere = f"{_of(key)}senders of {space} stay with {key.name}: there is no newer version in that space"
    if names is None or standing is None:
        yield "" if key.name == chain.newest else elsewhere
        return
    at, current = names.names.index(key.name), names.names.index(standing.current.name)
    if at > current:  # why nobody uses it is told where senders are
        yield ""
    elif at == current:
        kept = [each for each in standing.newer if each.why is not Why.LACKS]
        yield from (f"{_of(key)}{why_not_this(standing, each)}" for each in kept[-1:])
        if not kept and standing.newer:
            yield f"{_of(key)}senders stay with {key.name}: no newer version has that language"
        elif not kept:
            yield "" if key.name == chain.newest else elsewhere


def _of(key: Key) -> str:
    return f"{key.language}: " if key.language else ""
