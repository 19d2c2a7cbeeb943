"""Which version of a chain the senders of a space use, by what is live there. Pure; knows no kind by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from templatesync.kinds.base import Kind
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.inputs import PlanInput
from templatesync.project.chains import Names, chains
from templatesync.sending.chain import Chain, Standing, Version, Why, standings

_SAID: Mapping[Why, str] = {
    Why.UNSETTLED: "not all of its languages are in use",
    Why.CONTRACT: "it asks them for something else; once they are ready, say `adopt: true` in its file",
    Why.PINNED: "{current} is pinned",
}


class Senders(NamedTuple):
    """One logical name: the versions as they are in a space, and where the senders of each language are."""

    names: Names
    chain: Chain
    standings: Mapping[str, Standing]


def senders(given: PlanInput) -> tuple[Senders, ...]:
    """All logical names of a space, with a chain of one version for most."""
    return tuple(_senders(given, names) for names in chains(given.wanted))


def why_not(standing: Standing) -> tuple[str, ...]:
    """Why senders of a language do not use the newer versions, in sentences; most have none."""
    return tuple(
        f"senders stay with {standing.current.name}, not {each.name}: "
        + _SAID[each.why].format(current=standing.current.name)
        for each in standing.newer
        if each.why in _SAID
    )


def versions(given: PlanInput, kind: str, name: str) -> dict[Key, Live | None]:
    """Every language of a name: those that files want, or those that are live when it has no file."""
    mine = [Key(kind, name, language) for language in given.wanted_languages.get((kind, name), ())]
    wanted = [key for key in mine if not given.wanted[key].options.absent]
    if not wanted:
        wanted = [Key(kind, name, language) for language in given.live_languages.get((kind, name), ())]
    return {key: given.live(key) for key in sorted(wanted)}


def _senders(given: PlanInput, names: Names) -> Senders:
    kind = given.kinds[names.kind]
    chain = [
        {
            key.language: _version(kind, name, key, live, given.wanted.get(key))
            for key, live in versions(given, names.kind, name).items()
        }
        for name in names.names
    ]
    return Senders(names, chain, standings(chain))


def _version(kind: Kind, name: str, key: Key, live: Live | None, resource: Resource | None) -> Version:
    read = live is not None and live.body is not None
    options = resource.options if resource is not None else None
    settled = live is not None and kind.policy.settled(live)
    usable = kind.outputs.usable or kind.policy.settled
    return Version(
        name,
        digest(kind, live, resource),
        live=live is not None,
        settled=settled,
        usable=live is not None and read and usable(live),
        adopt=options is not None and options.adopt,
        pinned=options is not None and options.pinned,
    )


def digest(kind: Kind, live: Live | None, resource: Resource | None) -> str:
    """Of the contract of something live; empty for a kind that asks for nothing, and for what was not read.

    What is not there yet asks for what its file says. With a file, what only the service says does not count, so that
    the file's contract is that of what is equal to it.
    """
    there = resource is not None and not resource.options.absent
    if kind.outputs.contract is None or (live.body is None if live is not None else not there):
        return ""
    if live is None:
        assert resource is not None
        return kind.outputs.contract(kind.content.canonical(resource), resource.key.language).digest
    content = kind.content.pair(resource, live).live if resource and there else kind.content.current(live)
    return kind.outputs.contract(content, live.key.language).digest
