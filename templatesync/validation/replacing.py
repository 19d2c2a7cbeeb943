"""Chains of `replaces` in files: that they end, that each version has one successor, and at most one pin. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from templatesync.kinds.rule import Hit
from templatesync.model.nearest import MOST_ASKED, is_slip
from templatesync.validation.comparing import Seen, Tell, groups, telling


def replacing(seen: Sequence[Seen]) -> Iterator[Tell]:
    """What is wrong with chains."""
    linked = [each for each in seen if each.summary.replaces]
    chains = linked_by(linked)
    for chain in groups(linked, lambda each: chains[named(each)]):
        yield from _cycles(chain)
    yield from (_cycle(each) for each in linked if each.summary.replaces == each.summary.key.name)
    alive = [each for each in linked if each.summary.key.name and not each.summary.absent]
    for group in groups(alive, lambda each: (each.summary.key.kind, each.summary.replaces)):
        yield from _replaced_twice(group)
    pins: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for each in seen:
        if each.summary.pinned and not each.summary.absent and named(each) in chains:
            pins.setdefault(chains[named(each)], set()).add(named(each))
    several = {chain for chain, names in pins.items() if len(names) > 1}
    versions = (each for each in seen if several and chains.get(named(each)) in several)
    for group in groups(versions, lambda each: chains[named(each)]):
        yield from _pinned_twice(group)
    yield from _misspelt(seen, alive)


def _misspelt(seen: Sequence[Seen], alive: Sequence[Seen]) -> Iterator[Tell]:
    """Names that no file has, one slip from one that a file has. Else the old version may be live alone."""
    names = {named(each) for each in seen}
    unknown = [each for each in alive if (each.summary.key.kind, each.summary.replaces) not in names]
    known = sorted(names) if unknown else []
    for each in unknown[:MOST_ASKED]:
        own, said = each.summary.key.name, each.summary.replaces
        like = (name for kind, name in known if kind == each.summary.key.kind and name != own)
        near = next((name for name in like if _plain(name) != _plain(said) and is_slip(said, name)), "")
        if near:
            message = f"no file has the name {said}; the programs that send {near} would know this one by that name"
            hit = Hit(("templatesync", "replaces"), message, f"did you mean {near}?")
            yield telling(each, "replaces-misspelt", hit)


def _plain(name: str) -> str:
    """A name without digits: versions that differ in these alone are no slips."""
    return name.strip("0123456789")


def named(seen: Seen) -> tuple[str, str]:
    return (seen.summary.key.kind, seen.summary.key.name)


def linked_by(replacing: Iterable[Seen]) -> Mapping[tuple[str, str], tuple[str, str]]:
    """For each name one name that stands for all that are linked to it by `replaces`."""
    parents: dict[tuple[str, str], tuple[str, str]] = {}

    def root(name: tuple[str, str]) -> tuple[str, str]:
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = parents[parent]
            name = parent
        return name

    for each in replacing:
        parents[root(named(each))] = root((each.summary.key.kind, each.summary.replaces))
    return {name: root(name) for name in [*parents]}


def _cycles(chain: Sequence[Seen]) -> Iterator[Tell]:
    """Each of those that come back to themselves: what is left when ends are taken off, again and again."""
    replaces = {named(each): (each.summary.key.kind, each.summary.replaces) for each in chain}
    replaced = Counter(replaces.values())
    ends = [name for name in replaces if not replaced[name]]
    while ends:
        old = replaces.pop(ends.pop())
        replaced[old] -= 1
        if not replaced[old] and old in replaces:
            ends.append(old)
    for each in chain:
        if named(each) in replaces and each.summary.replaces != each.summary.key.name:
            yield _cycle(each)


def _cycle(each: Seen) -> Tell:
    hit = Hit(("templatesync", "replaces"), f"{each.summary.key.name} comes back to itself through `replaces`")
    return telling(each, "replaces-cycle", hit)


def _replaced_twice(group: Sequence[Seen]) -> Iterator[Tell]:
    """Two successors of one resource: nobody could say which of them is current."""
    first, *others = group
    successor, old = first.summary.key.name, first.summary.replaces
    for each in others:
        name = each.summary.key.name
        if successor != name:
            hint = f"delete one of the two, or let {name} replace {successor}"
            message = f"{old} is replaced by {successor} in {first.file}, line {first.summary.line}, already"
            hit = Hit(("templatesync", "replaces"), message, hint)
            yield telling(each, "replaces-twice", hit)


def _pinned_twice(group: Sequence[Seen]) -> Iterator[Tell]:
    """Two versions that senders are to stay with, in the chain as it is in a space: it may lack a link there."""
    chains = linked_by(each for each in group if each.summary.replaces)
    pins: dict[tuple[str, str], Seen] = {}
    for each in group:
        if each.summary.pinned and not each.summary.absent:
            first = pins.setdefault(chains.get(named(each), named(each)), each)
            name, other = each.summary.key.name, first.summary.key.name
            if name != other:
                message = f"{other} is pinned in {first.file}, line {first.summary.line}, already"
                hint = "senders stay with one version: take `pinned` out of the other file"
                yield telling(each, "pinned-twice", Hit(("templatesync", "pinned"), message, hint))
