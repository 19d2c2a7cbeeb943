"""The way back of variables: where the value of one stands in a live text, the variable. Pure; knows nothing live.

A value is only taken for its variable where it stands alone: what is part of a longer word, or of the name of another
host, would say something else in the next space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from templatesync.kinds.base import FileForm
from templatesync.model.errors import UsageError
from templatesync.model.json_value import Json
from templatesync.project.settings import FILE_NAME, Space
from templatesync.project.variables import fill

SHORTEST = 4
"""Characters of a value that is looked for: shorter ones stand in texts by chance."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLACE = re.compile(r"\$\([^()]*\)|\{\{[^{}]*\}\}")
"""What the platform fills in."""
_AROUND = 8
"""Characters that are looked at on each side."""
_JOINS = ".-_"
_WIDE_STOPS = "\u3002\uff0e\uff61\u2024\ufe52"
_ADDRESS_JOINS = f":@%+'{_WIDE_STOPS}"
"""What joins parts of an address: `example.com:80`, `example.com%2eevil`, and the stops that hosts take for dots."""
_CLINGING = frozenset({"Mn", "Mc", "Me", "Cf"})
"""Categories of what belongs to the character before it."""
_ADDRESS = re.compile(r"[^\s/]+\.[^\s/.]{2,}$|://")


class Asked(NamedTuple):
    """A variable that was asked for; None as its value means that of each space."""

    name: str
    value: str | None


def parse(texts: Sequence[str]) -> tuple[Asked, ...]:
    """What `NAME=VALUE`, or NAME alone, asks for. Raises UsageError for what cannot be asked."""
    found: list[Asked] = []
    for text in texts:
        name, given, value = text.partition("=")
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"--var {text[:60]!r} names no variable", hint="such as --var site=https://www.example.com"
            )
        if name in (each.name for each in found):
            raise UsageError(f"--var names {name} twice")
        if given:
            _usable(name, value, "")
        found.append(Asked(name, value if given else None))
    _apart({each.name: each.value for each in found if each.value is not None}, "")
    return tuple(found)


def _usable(name: str, value: str, where: str) -> None:
    if "${{" in value:
        raise UsageError(f"the value of {name}{where} holds ${{{{, which is how a file writes variables")
    if len(value.strip()) < SHORTEST:
        raise UsageError(
            f"the value of {name}{where} is too short to be looked for: it would be found by chance",
            hint=f"at least {SHORTEST} characters; write shorter ones by hand",
        )


def _apart(values: Mapping[str, str], where: str) -> None:
    names: dict[str, str] = {}
    for name, value in values.items():
        if value in names:
            raise UsageError(
                f"{names[value]} and {name} have one value{where}, so nobody can say which is meant",
                hint="leave one of them out",
            )
        names[value] = name


def values_in(asked: Sequence[Asked], space: Space) -> dict[str, str]:
    """The values to look for in a space, by name. Raises UsageError where the project file has other ones, or none."""
    found: dict[str, str] = {}
    for name, value in asked:
        known = space.vars.get(name)
        if known is None or (value is not None and known != value):
            raise UsageError(_missing(space, name, value), hint=_to_write(space, name, value))
        _usable(name, known, f" in {space.name}")
        found[name] = known
    _apart(found, f" in {space.name}")
    return found


def check_known(asked: Sequence[Asked], spaces: Sequence[Space]) -> None:
    """Raise UsageError when a space into which the files go as well lacks a variable."""
    for space in spaces:
        for name, value in asked:
            if name not in space.vars:
                said = f"the files go to {space.name}, too, which has no variable {name}"
                raise UsageError(said, hint=_to_write(space, name, value))


def _missing(space: Space, name: str, value: str | None) -> str:
    if name not in space.vars:
        return f"the space {space.name} has no variable {name}, so no file could be filled in there"
    return f"{name} is {space.vars[name]!r} in {space.name}, not {value!r}"


def _to_write(space: Space, name: str, value: str | None) -> str:
    if value is not None and name in space.vars:
        return f"--var {name} alone takes the value that each space has"
    said = "..." if value is None else value.replace("\\", "\\\\").replace('"', '\\"')
    return f'write `vars: {{{name}: "{said}"}}` under `{space.name}` in {FILE_NAME}'


def with_literals(form: FileForm, body: Mapping[str, Json], values: Mapping[str, str]) -> Mapping[str, Json]:
    """A body with variables in place of their values, in the fields whose texts may differ. The same where none is."""
    if not values:
        return body
    longest = sorted(values.items(), key=lambda item: (-len(item[1]), item[0]))
    fields = form.localised | form.addresses
    new = {name: _replaced(form, name, item, fields, longest, values) for name, item in body.items()}
    return body if all(new[name] is item for name, item in body.items()) else new


def _replaced(
    form: FileForm,
    name: str,
    value: Json,
    fields: frozenset[str],
    longest: Sequence[tuple[str, str]],
    values: Mapping[str, str],
) -> Json:
    if isinstance(value, str):
        return with_variables(value, longest, values) if name in fields else value
    if isinstance(value, Mapping):
        inside = frozenset(value) if name in form.localised_maps else fields
        new = {key: _replaced(form, key, item, inside, longest, values) for key, item in value.items()}
        return value if all(new[key] is item for key, item in value.items()) else new
    if isinstance(value, list):
        items = [_replaced(form, name, item, fields, longest, values) for item in value]
        return value if all(one is other for one, other in zip(items, value, strict=True)) else items
    return value


def with_variables(text: str, longest: Sequence[tuple[str, str]], values: Mapping[str, str]) -> str:
    """A text with the variables whose values stand in it alone; the very same text where none does."""
    taken: list[tuple[int, int, str]] = []
    closed = [match.span() for match in _PLACE.finditer(text)] if longest else []
    for name, value in longest:
        for start in _found(text, value):
            end = start + len(value)
            free = all(end <= first or last <= start for first, last, _ in taken)
            if free and _whole(text, start, end) and not _cuts(closed, start, end):
                taken.append((start, end, name))
    if not taken:
        return text
    made, at = "", 0
    for start, end, name in sorted(taken):
        made, at = f"{made}{text[at:start]}${{{{ {name} }}}}", end
    made += text[at:]
    return made if fill(made, values) == text else text


def _found(text: str, value: str) -> Iterator[int]:
    at = text.find(value)
    while at >= 0:
        yield at
        at = text.find(value, at + len(value))


def _cuts(closed: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a place of the platform's own would be cut, or be renamed."""
    return any(
        (first < start < last or first < end < last) or (first <= start and end <= last) for first, last in closed
    )


def _whole(text: str, start: int, end: int) -> bool:
    value = text[start:end]
    address = _ADDRESS.search(value) is not None
    before, behind = text[max(start - _AROUND, 0) : start][::-1], text[end : end + _AROUND]
    return not (_goes_on(value[0], before, address=address) or _goes_on(value[-1], behind, address=address))


def _goes_on(edge: str, beyond: str, *, address: bool) -> bool:
    """Whether a word or an address goes on past its edge, given what is beyond it, the nearest first."""
    if beyond and unicodedata.category(beyond[0]) in _CLINGING:
        return True
    if not edge.isalnum():
        return False
    rest = beyond.lstrip(_JOINS + _ADDRESS_JOINS if address else _JOINS)
    if not rest:
        return len(beyond) == _AROUND
    if address:
        return (rest[0].isalnum() and _reaches(beyond, rest)) or rest.startswith(("$(", "{{"))
    return rest[0].isalnum() and (rest is not beyond or _one_word(edge, rest[0]))


def _reaches(beyond: str, rest: str) -> bool:
    """Whether an address reaches over what stands between. A stop of Chinese ends a sentence, unless a host goes on."""
    between = beyond[: len(beyond) - len(rest)]
    return rest[0].isascii() or not between or between[-1] not in _WIDE_STOPS


def _one_word(one: str, other: str) -> bool:
    """Whether two letters beside each other are of one word: those of different scripts are not."""
    return one.isdigit() or other.isdigit() or _script(one) == _script(other)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
