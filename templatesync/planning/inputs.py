"""One space before a plan is made: what files want, what is live, and what was asked. Pure; knows no kind by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from templatesync.kinds.base import Kind, Scope
from templatesync.model.change import Echo, FromCache, Narrowed, Note, Refusal
from templatesync.model.resource import NOT_LOOKED_AT, Key, Listing, Live, Resource
from templatesync.planning.memory import Memory
from templatesync.planning.renaming import Renames
from templatesync.planning.rollout import Rollout, live_chains, rollout_of
from templatesync.project.chains import chains
from templatesync.project.policy import ProjectPolicy
from templatesync.project.references import Links, parse, referring


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What is asked of a plan. `targets` empty means everything; so does no `only`, which is of one space.

    `named` is what the targets are there, of what files want: once that is known, a target is no key by its text alone.
    `unmanaged`: what has no file is asked about, so that every kind is read; `everything`: as far as the service lets
    anybody look, and `stated`: with its state, even where the list has none. Without `content` lists are read alone,
    and the states that they lack. `allow_unknown_state` lets a tombstone delete what is in a state that nobody knows.
    """

    targets: tuple[str, ...] = ()
    prune: bool = False
    unmanaged: bool = False
    everything: bool = False
    stated: bool = False
    content: bool = True
    allow_unknown_state: bool = False
    allow_breaking: bool = False
    allow_mass_change: int | None = None
    resubmit: tuple[str, ...] = ()
    only: Narrowed | None = None
    named: frozenset[Key] | None = None

    def concerns(self, key: Key) -> bool:
        """Whether a key is inside the targets, and inside what the plan is narrowed to."""
        if self.only is not None and key not in self.only.keys:
            return False
        if self.named is not None:
            return key in self.named
        return not self.targets or str(key) in self.targets or str(Key(key.kind, key.name)) in self.targets


Name: TypeAlias = tuple[str, str]
"""A kind and a name: all languages of a resource."""


def _languages(keys: Iterable[Key]) -> dict[Name, frozenset[str]]:
    found: dict[Name, set[str]] = {}
    for key in keys:
        found.setdefault((key.kind, key.name), set()).add(key.language)
    return {name: frozenset(languages) for name, languages in found.items()}


@dataclass(frozen=True)  # without slots, which leave no room for what is indexed later
class PlanInput:
    """One space as a plan sees it: what files want, what is live, and the rules of the house.

    Both sides speak of other resources by reference, as `links` has it. `invalid` says what is wrong with wanted
    resources in view of what is live; `notes` are about the space; `echoes` are, by key, what the service told back of
    earlier writes otherwise than they were, and `memory` is all that this machine's journal says of earlier runs.
    `every_space` names those of the project, which a file that names none is for.
    With an `error` the space cannot be read, or this program broke on it; nothing else is known then.
    """

    space: str
    cust_space_id: str
    wanted: Mapping[Key, Resource]
    listings: Mapping[str, Listing]
    kinds: Mapping[str, Kind]
    policy: ProjectPolicy = ProjectPolicy()
    options: PlanOptions = PlanOptions()
    waba_id: str = ""
    emulator: bool = False
    refusals: tuple[Refusal, ...] = ()
    links: Links = Links()
    invalid: Mapping[Key, str] = field(default_factory=dict)
    from_cache: FromCache | None = None
    error: Refusal | None = None
    notes: tuple[Note, ...] = ()
    echoes: Mapping[str, Sequence[Echo]] = field(default_factory=dict)
    memory: Memory = Memory()
    every_space: tuple[str, ...] = ()

    # What follows is indexed once, when it is first asked for: most plans neither delete nor replace anything.

    @cached_property
    def referrers(self) -> Mapping[Key, Sequence[Key]]:
        """By what is referred to: the resources that files want."""
        found: dict[Key, list[Key]] = {}
        for key, resource in sorted(self.wanted.items()):
            if not resource.options.absent:
                for target in self.links.targets(self.kinds[key.kind], resource.body):
                    found.setdefault(target, []).append(key)
        return found

    @cached_property
    def users(self) -> Mapping[Key, Sequence[Key]]:
        """By what is referred to: what is live and leads to it now, as far as its content was read."""
        found: dict[Key, list[Key]] = {}
        for name, listing in self.listings.items():
            for key, each in sorted(listing.live.items()) if self.kinds[name].references.fields else ():
                for target in self.links.targets(self.kinds[name], each.body):
                    found.setdefault(target, []).append(key)
        return found

    @cached_property
    def successors(self) -> Mapping[Name, Sequence[Key]]:
        """By what is replaced: the new versions that files want."""
        found: dict[Name, list[Key]] = {}
        for key, resource in sorted(self.wanted.items()):
            if resource.options.replaces and not resource.options.absent:
                found.setdefault((key.kind, resource.options.replaces), []).append(key)
        return found

    @cached_property
    def rollouts(self) -> Mapping[Name, Sequence[Rollout]]:
        """By each name of a chain of several versions: where senders are. Validation lets it be in one chain only."""
        found: dict[Name, list[Rollout]] = {}
        if any(each.options.replaces or each.options.output for each in self.wanted.values()):
            for names in live_chains(self):
                if len(names.names) > 1:
                    rollout = rollout_of(self, names)
                    for name in names.names:
                        found.setdefault((names.kind, name), []).append(rollout)
        return found

    @cached_property
    def renames(self) -> Renames:
        """What no file wants any more and has the content of something that files want."""
        return Renames(self)

    @cached_property
    def deleted(self) -> Mapping[Name, Mapping[str, float]]:
        """By name: the languages that were deleted of late, with epoch seconds; 0 where nobody knows when."""
        found: dict[Name, dict[str, float]] = {}
        for text, at in sorted(self.memory.deleted.items()):
            with suppress(ValueError):  # a journal may hold anything
                key = Key.parse(text)
                found.setdefault((key.kind, key.name), {})[key.language] = at
        return found

    @cached_property
    def wanted_languages(self) -> Mapping[Name, frozenset[str]]:
        """The languages that files want, tombstones included."""
        return _languages(self.wanted)

    @cached_property
    def live_languages(self) -> Mapping[Name, frozenset[str]]:
        """The languages that are live."""
        return _languages(key for listing in self.listings.values() for key in listing.live)

    @cached_property
    def alike(self) -> Mapping[tuple[str, str], Sequence[Key]]:
        """By kind and likeness: what is live and no file wants under that very key."""
        found: dict[tuple[str, str], list[Key]] = {}
        for name, listing in self.listings.items():
            likeness = self.kinds[name].file.likeness
            for key, each in sorted(listing.live.items()):
                if key not in self.wanted:
                    found.setdefault((name, likeness(key, each.body)), []).append(key)
        return found

    @cached_property
    def unmet(self) -> Mapping[tuple[str, str], Sequence[Key]]:
        """By kind and likeness: what files want, or want to be gone, and is not live under that very key."""
        found: dict[tuple[str, str], list[Key]] = {}
        for key, resource in sorted(self.wanted.items()):
            if self.live(key) is None:
                likeness = self.kinds[key.kind].file.likeness(key, resource.body)
                found.setdefault((key.kind, likeness), []).append(key)
        return found

    def live(self, key: Key) -> Live | None:
        """What is live under a key."""
        listing = self.listings.get(key.kind)
        return listing.live.get(key) if listing else None

    def listing(self, kind: str) -> Listing:
        """All that is live of a kind."""
        return self.listings.get(kind, NOT_LOOKED_AT)


def reading_scope(
    wanted: Mapping[Key, Resource],
    leads: Iterable[Key],
    policy: ProjectPolicy,
    options: PlanOptions,
    links: Links = Links(),
) -> Scope:
    """What must be read to plan: content of what files want, replace or refer to, and of all ours when pruning.

    Of a chain of versions all are read: what senders use decides what of the others may change.

    `leads` are the wanted that refer to others, as `links.leading` has them.
    """
    replaced = _replaced(wanted, options)
    referred: set[Key] = set()
    ids: set[str] = set()
    for key in leads:
        if options.concerns(key):
            kind, body = links.kinds[key.kind], wanted[key].body
            referred.update(links.targets(kind, body))
            ids.update(text for _, text in referring(kind, body) if parse(text) is None)

    def detail(key: Key) -> bool:
        if key in referred or (key.kind, key.name) in replaced:
            return True
        return options.concerns(key) if key in wanted else options.prune and policy.manages(key)

    every = options.prune or options.unmanaged
    scope = Scope(
        frozenset(wanted),
        detail,
        options.prune or options.everything,
        frozenset(ids),
        kinds=None if every else _kinds(wanted, leads, options, links),
    )
    if options.stated:
        scope = scope._replace(stated=policy.manages)
    return scope if options.content else scope._replace(detail=lambda key: False, ids=frozenset())


def _replaced(wanted: Mapping[Key, Resource], options: PlanOptions) -> frozenset[Name]:
    """The names of all versions of what is concerned."""
    replacing = [key for key, resource in wanted.items() if resource.options.replaces]
    if not replacing and not any(resource.options.output for resource in wanted.values()):
        return frozenset()
    concerned = {(key.kind, key.name) for key in wanted if options.concerns(key)}
    concerned |= {(key.kind, wanted[key].options.replaces) for key in replacing if (key.kind, key.name) in concerned}
    found: set[Name] = set()
    for names in chains(wanted):
        mine = {(names.kind, name) for name in (*names.names, names.logical)}
        if len(mine) > 1 and not mine.isdisjoint(concerned):
            found |= mine
    return frozenset(found)


def _kinds(wanted: Mapping[Key, Resource], leads: Iterable[Key], options: PlanOptions, links: Links) -> frozenset[str]:
    """The kinds that files have or lead to, and those that may lead to what a file deletes.

    A plan that git narrows lists what it does not read, too.
    """
    found = {key.kind for key in wanted if options.only is not None or options.concerns(key)}
    for key in leads:
        if options.concerns(key):
            fields = links.kinds[key.kind].references.fields
            found |= {fields[str(path[-1])] for path, _ in referring(links.kinds[key.kind], wanted[key].body)}
    gone = {key.kind for key, resource in wanted.items() if resource.options.absent and options.concerns(key)}
    return frozenset(found) | {
        name for name, kind in links.kinds.items() if not gone.isdisjoint(kind.references.fields.values())
    }
