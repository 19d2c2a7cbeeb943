"""Which functions send what: from contracts to functions with their parameters. Pure; knows no programming language.

A template is one function for all languages that take the same arguments. Languages that ask for something else, such
as one that stayed with an older version, have a function of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from templatesync.project.chains import Member, Sendable, main_language
from templatesync.render.identifiers import distinct, same, snake
from templatesync.render.source_text import quoted
from templatesync.sending.arguments import ALWAYS, extras
from templatesync.sending.check import CODE
from templatesync.sending.contract import Contract, Role

Casing: TypeAlias = Callable[[str], str]


class Reply(NamedTuple):
    """A quick reply of the message (`card` is 0 then) or of a card; `number` tells equal labels of one place apart."""

    card: int
    label: str
    number: int = 1

    @property
    def key(self) -> str:
        """A name for it that no other one of the template has."""
        return f"{self.card} {self.number} {self.label}"


Part: TypeAlias = "str | int | tuple[Part, ...]"
"""A value of generated code: a text, a number, a boolean, or several."""


class Ask(NamedTuple):
    """What one language asks for. `order` says which reply of the function stands at each place of its payloads."""

    contract: Contract
    order: tuple[int, ...]

    @property
    def rest(self) -> str:
        """Its summary behind the variables."""
        return self.contract.summary.removeprefix(self.variables)

    @property
    def variables(self) -> str:
        """Its summary up to there."""
        return f"{{{', '.join(sorted(self.contract.names))}}}"

    def of_role(self, role: Role) -> tuple[str, ...]:
        """Names of the variables that are of that kind somewhere."""
        return tuple(each.name for each in self.contract.variables if role in each.roles)

    @property
    def cards(self) -> tuple[int, ...]:
        """For each quick reply the card that it stands on, 0 for the message; empty when there are no cards."""
        return _cards(self.contract) if self.contract.cards else ()

    def parts(self) -> Iterator[tuple[str, Part]]:
        """What generated code is given of it, by name, without what is empty or as usual."""
        contract = self.contract
        yield "digest", contract.digest
        yield "variables", self.variables
        usual = self.order == tuple(range(len(self.order)))
        rest: dict[str, Part] = {
            "rest": self.rest,
            "labels": contract.all_replies,
            "order": () if usual else self.order,
            "cards": self.cards,
            "rooms": tuple((room.where, room.left, room.variables) for room in contract.rooms),
            "suffixes": self.of_role(Role.SUFFIX),
            "addresses": self.of_role(Role.ADDRESS),
            "expires": contract.expires,
            "media": bool(contract.media),
        }
        yield from ((name, value) for name, value in rest.items() if value)


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its name, the name that codes have it under, and what its languages ask for.

    All languages have the same `variables` and `replies`, whatever order they have them in. `apart` are those of
    languages that ask for something else than the main one.
    """

    name: str
    logical: str
    apart: bool
    asks: Mapping[str, Ask]
    variables: tuple[str, ...]
    replies: tuple[Reply, ...]
    files: tuple[str, ...]

    @property
    def contract(self) -> Contract:
        """Of its main language."""
        return self.asks[main_language(self.asks)].contract

    @property
    def one_time(self) -> str:
        """Under which name the one-time code goes, which no page tells: any that is no variable; empty without one."""
        name = "code"
        while name in self.variables:
            name += "_"
        return name if self.contract.code else ""

    @property
    def extras(self) -> tuple[str, ...]:
        """Parameters of it beside those that all have, its variables and its replies."""
        return extras(self.contract)

    def about(self) -> list[str]:
        """What a programmer is told of it, line by line: not yet escaped."""
        contract = self.contract
        lines = [f"Sends {self.name} ({contract.category})" if contract.category else f"Sends {self.name}"]
        lines += ["", *quoted(contract.text)] if contract.text else []
        lines += ["", *limits] if (limits := [*self._limits()]) else []
        lines += ["", f"From {', '.join(self.files)}."] if self.files else []
        return lines

    def _limits(self) -> Iterator[str]:
        for where, names, left in self._rooms():
            yield f"Room in {where}: {left:,} characters of {', '.join(names)}."
        yield from self._addresses()
        if self.contract.code:
            yield f"The code has at most {CODE} characters."
        if self.contract.expires:
            yield "In more: when the offer ends, in milliseconds since 1970. No page says under which name."
        elif "more" in self.extras:
            yield "In more: the address of another media file. No page says under which name."
        if self.replies:
            yield "A payload comes back when its button is pressed; without one that is the button's label."
        if not self.contract.allow_send:
            yield "AllowSend is false."

    def _addresses(self) -> Iterator[str]:
        for name in self.variables:
            roles = {role for ask in self.asks.values() for role in Role if name in ask.of_role(role)}
            if Role.SUFFIX in roles:
                yield f"Variable {name} is the end of an address, percent-encoded."
            if Role.ADDRESS in roles:
                yield f"Variable {name} is a whole address, http or https."

    def _rooms(self) -> Iterator[tuple[str, tuple[str, ...], int]]:
        """The least room that any language has."""
        least: dict[tuple[str, tuple[str, ...]], int] = {}
        for ask in self.asks.values():
            for room in ask.contract.rooms:
                at = (room.where, tuple(dict.fromkeys(sorted(room.variables))))
                least[at] = min(room.left, least.get(at, room.left))
        yield from ((where, names, left) for (where, names), left in sorted(least.items()))


def functions(sendables: Iterable[Sendable]) -> tuple[Function, ...]:
    """All functions, by name."""
    found = [function for sendable in sendables for function in _functions(sendable)]
    return tuple(sorted(found, key=lambda each: (each.name, *each.asks)))


def _functions(sendable: Sendable) -> Iterator[Function]:
    """The languages that are like the main one have the plain name, the others that with their own main language."""
    if not sendable.members:
        return
    alike: dict[object, dict[str, Member]] = {}
    for language, member in sorted(sendable.members.items()):
        alike.setdefault(_shape(member), {})[language] = member
    main = main_language(sendable.members)
    for members in alike.values():
        own = main_language(members)
        replies = _replies(members[own])
        yield Function(
            name=sendable.name if main in members else f"{sendable.name}_{own}",
            logical=sendable.logical,
            apart=main not in members,
            asks={language: _ask(member, replies) for language, member in members.items()},
            variables=tuple(dict.fromkeys(members[own].contract.names)),
            replies=replies,
            files=tuple(sorted({member.file for member in members.values() if member.file})),
        )


def _ask(member: Member, replies: tuple[Reply, ...]) -> Ask:
    return Ask(member.contract, tuple(map(replies.index, _replies(member))))


def _shape(member: Member) -> object:
    """What decides over the arguments of a function, and which payload goes with which of them."""
    contract = member.contract
    return (
        frozenset(contract.names),
        frozenset(_replies(member)),
        len(contract.cards),
        extras(contract),
    )


def _cards(contract: Contract) -> tuple[int, ...]:
    return tuple(card for card, group in enumerate(contract.reply_groups) for _ in group)


def _replies(member: Member) -> tuple[Reply, ...]:
    """In the order of its payloads, by the names that code knows them by."""
    contract = member.contract
    names = contract.all_replies
    if len(member.reply_names) == len(names):
        names = member.reply_names
    found: list[Reply] = []
    for card, label in zip(_cards(contract), names, strict=True):
        reply = Reply(card, label)
        while reply in found:
            reply = reply._replace(number=reply.number + 1)
        found.append(reply)
    return tuple(found)


class Names(NamedTuple):
    """Identifiers of one function: by variable, and for each reply."""

    function: str
    variables: Mapping[str, str]
    replies: tuple[str, ...]


def named(found: Sequence[Function], words: Collection[str], own: Collection[str], case: Casing) -> tuple[Names, ...]:
    """Identifiers for functions and their parameters. `words` are no identifiers, `own` are those of the generated
    file, and `case` makes of `order_update` what the language is used to.
    """
    plain = distinct(_wishes(found, case, apart=False), {*words, *own})
    apart = distinct(_wishes(found, case, apart=True), {*words, *own, *plain.values()})
    return tuple(_named(each, (apart if each.apart else plain)[_known_as(each)], words, case) for each in found)


def _wishes(found: Sequence[Function], case: Casing, *, apart: bool) -> Iterator[tuple[str, str]]:
    return ((_known_as(each), case(snake(each.name, "send_"))) for each in found if each.apart is apart)


def _known_as(function: Function) -> str:
    """Of those that are apart, two may have one name: `a_b` in language `c`, and `a` in language `b_c`."""
    return f"{function.name} {main_language(function.asks)}" if function.apart else function.name


def _named(function: Function, name: str, words: Collection[str], case: Casing) -> Names:
    taken = {*words, *map(case, (*ALWAYS, *function.extras))}
    variables = distinct(((each, same(each, "var_")) for each in function.variables), taken)
    wishes = ((reply.key, case(_wish(reply))) for reply in function.replies)
    replies = distinct(wishes, {*taken, *variables.values()})
    return Names(name, variables, tuple(replies[reply.key] for reply in function.replies))


def _wish(reply: Reply) -> str:
    return f"{f'card_{reply.card}_' if reply.card else ''}on_{snake(reply.label, '')}"
