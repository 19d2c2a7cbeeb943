"""The names by which senders know things, where files give them with `output`: that each is one thing's alone. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from templatesync.kinds.rule import Hit
from templatesync.validation.comparing import Seen, Tell, groups, telling
from templatesync.validation.replacing import linked_by, named

_AT = ("templatesync", "output")


def output_names(seen: Sequence[Seen]) -> Iterator[Tell]:
    """What is wrong with names that files give."""
    alive = [each for each in seen if each.summary.key.name and not each.summary.absent]
    saying = [each for each in alive if each.summary.output]
    if not saying:
        return
    chains = linked_by(each for each in seen if each.summary.replaces)

    def chain(each: Seen) -> Hashable:
        return chains.get(named(each), named(each))

    for group in groups(saying, chain):
        yield from _twice(group)
    said = {_said(each) for each in saying}
    concerned: dict[tuple[str, str], list[Seen]] = {}
    for each in alive:
        for name in dict.fromkeys((named(each), (named(each)[0], each.summary.replaces), _said(each))):
            if name in said:
                concerned.setdefault(name, []).append(each)
    for name, mine in concerned.items():
        for group in groups(mine, lambda each, name=name: name):  # type: ignore[misc]
            yield from _taken(name[1], group, {named(each): chain(each) for each in group})


def _said(each: Seen) -> tuple[str, str]:
    return (each.summary.key.kind, each.summary.output)


def _twice(group: Sequence[Seen]) -> Iterator[Tell]:
    """Two names for the versions of one chain: nobody could say which of them senders know."""
    first, *others = group
    for each in others:
        if each.summary.output != first.summary.output:
            where = f"{first.file}, line {first.summary.line}"
            message = f"senders know this as {first.summary.output} already, as {where} says"
            yield telling(each, "output-twice", Hit(_AT, message, "take `output` out of one of the two files"))


def _taken(name: str, group: Sequence[Seen], chains: Mapping[tuple[str, str], Hashable]) -> Iterator[Tell]:
    """A name for one thing that another has: senders could not tell one from the other."""
    owner, *_ = sorted(group, key=lambda each: each.summary.output == name)
    for each in group:
        if each.summary.output == name and chains[named(each)] != chains[named(owner)]:
            where = f"{owner.file}, line {owner.summary.line}"
            message = f"senders know {owner.summary.key.name} by the name {name} already, in {where}"
            yield telling(each, "output-taken", Hit(_AT, message, "give this one a name that nothing else has"))
