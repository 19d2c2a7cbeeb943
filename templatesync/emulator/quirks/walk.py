"""Changing answers in their depth, as values. Pure; knows no quirk and no operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from templatesync.model.json_value import Json

# Members whose own members are named by callers: what holds for names of the API does not hold inside.
FREE = frozenset({"Example"})

COMPONENT = frozenset({"Components", "CardComponents"})
BUTTON = frozenset({"Buttons"})
ROW = frozenset({"ListTemplate", "PhoneNumbers", "Data"})
"""The member that holds the objects of that sort: for rows of listings, and what a detail tells of one thing."""

LIST: Mapping[str, str] = {
    "ListChatappTemplate": "ListTemplate",
    "ListFlow": "Data",
    "ListPhoneMessageQrdl": "Data",
    "QueryChatappPhoneNumbers": "PhoneNumbers",
}
"""Under which member a listing has its rows."""

Change = Callable[[str, dict[str, Json]], dict[str, Json]]
"""From the name of the member that holds an object, and the object, to the object that is told."""


def each(value: Json, change: Change, where: str = "") -> Json:
    """Change every object inside, the innermost first. The answer itself is held by nothing: its `where` is empty."""
    if isinstance(value, list):
        return [each(item, change, where) for item in value]
    if isinstance(value, dict):
        inner = {name: one if name in FREE else each(one, change, name) for name, one in value.items()}
        return change(where, inner)
    return value


def changed(body: Mapping[str, Json], change: Change) -> dict[str, Json]:
    """A whole answer, every object of it changed."""
    made = each(dict(body), change)
    assert isinstance(made, dict)
    return made


def member(name: str, change: Callable[[Json], Json], where: frozenset[str]) -> Change:
    """Change one member of the objects that `where` holds; what is not there or null stays so."""

    def one(held: str, value: dict[str, Json]) -> dict[str, Json]:
        if held not in where or value.get(name) is None:
            return value
        return value | {name: change(value[name])}

    return one


def without(name: str, where: frozenset[str]) -> Change:
    """Leave a member out."""

    def one(held: str, value: dict[str, Json]) -> dict[str, Json]:
        if held not in where:
            return value
        return {key: inner for key, inner in value.items() if key != name}

    return one
