"""Which version of a chain the senders of a space use, by what is live there. Pure; knows no kind by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from templatesync.kinds.base import Kind
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, Live, Resource
from templatesync.project.chains import Names, chains
from templatesync.sending.chain import Chain, Newer, Standing, Version, Why, standings

_SAID: Mapping[Why, str] = {
    Why.LACKS: "it does not have this language",
    Why.UNSETTLED: "not all of its languages are in use",
    Why.CONTRACT: "it asks them for something else; once they are ready, say `adopt: true` in the newer file",
    Why.PINNED: "{current} is pinned",
}
_MOST_NEWER = 3
"""Newer versions of which it is said why senders do not use them."""


class Given(Protocol):
    """What of a space this asks for."""

    @property
    def wanted(self) -> Mapping[Key, Resource]:
        """What files want, by key."""

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """All kinds, by name."""

    @property
    def wanted_languages(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """The languages that files want, tombstones included, by kind and name."""

    @property
    def live_languages(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """The languages that are live, by kind and name."""

    def live(self, key: Key) -> Live | None:
        """What is live under a key."""


class Rollout(NamedTuple):
    """One logical name: the versions as they are in a space, and where the senders of each language are.

    Of the languages in `unread` nothing can be said: what some version asks for there could not be read.
    """

    names: Names
    chain: Chain
    standings: Mapping[str, Standing]
    unread: frozenset[str] = frozenset()


def rollouts(given: Given) -> tuple[Rollout, ...]:
    """All logical names of a space, with a chain of one version for most."""
    return tuple(rollout_of(given, each) for each in live_chains(given))


def live_chains(given: Given) -> Iterator[Names]:
    """The chains of what files want. What is live under the name that senders know, and is in none of them, is the
    first version of it: its file or its tombstone may be gone too early, and senders use it until a newer one is there.
    """
    for names in chains(given.wanted):
        first = (names.kind, names.output)
        lost = names.output and names.output not in names.names and given.live_languages.get(first)
        yield names._replace(names=(names.output, *names.names)) if lost else names


def why_not(standing: Standing) -> tuple[str, ...]:
    """Why senders of a language do not use the newer versions, in sentences; most have none."""
    shown = standing.newer[-_MOST_NEWER:]
    more = len(standing.newer) - len(shown)
    told = [why_not_this(standing, each) for each in shown]
    if more:
        told.append(f"nor do they use {more:,} newer version{'s' if more > 1 else ''} before {shown[0].name}")
    return tuple(told)


def why_not_this(standing: Standing, newer: Newer) -> str:
    """Why senders of a language do not use one newer version."""
    current = standing.current.name
    return f"senders stay with {current}, not {newer.name}: {_SAID[newer.why].format(current=current)}"


def versions(given: Given, kind: str, name: str, *, several: bool = False) -> dict[Key, Live | None]:
    """Every language of a name: those that files want, or those that are live when it has no file.

    Of a chain of `several` versions also those that are live, may be sent, and are wanted no more: senders use them.
    """
    mine = [Key(kind, name, language) for language in given.wanted_languages.get((kind, name), ())]
    found = {key for key in mine if not given.wanted[key].options.absent}
    if several or not found:
        live = [Key(kind, name, language) for language in given.live_languages.get((kind, name), ())]
        found |= {key for key in live if not found or key in found or may_be_sent(given.kinds[kind], given.live(key))}
    return {key: given.live(key) for key in sorted(found)}


def may_be_sent(kind: Kind, live: Live | None) -> bool:
    """Whether somebody may be sending it, or may do so again: no review of it is to come, and none has ended badly."""
    return live is not None and live.status not in kind.policy.pending | kind.policy.rejected


def rollout_of(given: Given, names: Names) -> Rollout:
    """Where the senders of one logical name are."""
    kind = given.kinds[names.kind]
    several = len(names.names) > 1
    there = {name: versions(given, names.kind, name, several=several) for name in names.names}
    chain = [
        {key.language: _version(kind, name, live, given.wanted.get(key)) for key, live in found.items()}
        for name, found in there.items()
    ]
    if names.output == names.names[0] and several and not _linked(given, names):
        chain[1] = {language: own._replace(adopt=True) for language, own in chain[1].items()}
    unread = frozenset(key.language for found in there.values() for key, live in found.items() if _unread(kind, live))
    return Rollout(names, chain, standings(chain), unread)


def _linked(given: Given, names: Names) -> bool:
    """Whether a file says that the second version replaces the first. If none does any more, senders were ready."""
    keys = (
        Key(names.kind, names.names[1], each) for each in given.wanted_languages.get((names.kind, names.names[1]), ())
    )
    return any(given.wanted[key].options.replaces for key in keys)


def _unread(kind: Kind, live: Live | None) -> bool:
    return kind.outputs.contract is not None and live is not None and live.body is None


def _version(kind: Kind, name: str, live: Live | None, resource: Resource | None) -> Version:
    known = live is not None and live.body is not None
    options = resource.options if resource is not None and not resource.options.absent else None
    usable = kind.outputs.usable or kind.policy.settled
    return Version(
        name,
        digest(kind, live, resource),
        live=live is not None,
        settled=live is not None and kind.policy.settled(live) and not _unread(kind, live),
        usable=live is not None and known and usable(live),
        adopt=resource is not None and resource.options.adopt,  # a tombstone says by that where senders are until then
        pinned=options is not None and options.pinned,
    )


def digest(kind: Kind, live: Live | None, resource: Resource | None) -> str:
    """Of the contract of something live; empty for a kind that asks for nothing, and for what was not read.

    What is not there yet asks for what its file says.
    """
    if kind.outputs.contract is None or (live is not None and live.body is None):
        return ""
    if live is not None:
        return kind.outputs.contract(content(kind, live, resource), live.key.language).digest
    if resource is None or resource.options.absent:
        return ""
    return kind.outputs.contract(kind.content.canonical(resource), resource.key.language).digest


def content(kind: Kind, live: Live, resource: Resource | None) -> Json:
    """The content of something live that was read.

    With a file, what only the service says does not count, so that the file's contract is that of what is equal to it.
    """
    there = resource is not None and not resource.options.absent
    return kind.content.pair(resource, live).live if resource and there else kind.content.current(live)
