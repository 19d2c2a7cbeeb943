"""An answer made to fit `api.json`: the one door for what a service says otherwise than its pages. Pure; knows no kind.

A service may spell a name in other letters, write a number or a list as text, or put a list into an object of its own.
What can mean one thing only is read as that. What cannot is told as a problem and left as it is: whoever reads the
answer must not take it for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from templatesync.model.json_value import Json
from templatesync.service.api import Field

MOST_PROBLEMS = 20
"""Told of one answer; the first few say what is wrong with all of them."""
_LONGEST = 1 << 20
"""Characters of a text that is read as JSON."""
_DEEPEST = 60
"""No answer of the API is more than a dozen deep; a text may be made of nothing but brackets."""
_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no"})


class Fitted(NamedTuple):
    """The same answer in the shape of its operation, and what does not fit: paths such as `Data[3].TemplateCode`."""

    data: Mapping[str, Json]
    problems: tuple[str, ...] = ()


def fit(fields: Sequence[Field], data: Mapping[str, Json]) -> Fitted:
    """An answer's body, given the fields of its operation. The very same object when it fits as it is."""
    problems: list[str] = []
    fitted = _object(tuple(fields), data, "", problems)
    return Fitted(fitted, tuple(problems[:MOST_PROBLEMS]))


@cache
def _names(fields: tuple[Field, ...]) -> tuple[Mapping[str, Field], Mapping[str, Field]]:
    """Fields by name, and by name without regard to letters; of several that differ in letters only, none of these."""
    exact = {field.name: field for field in fields}
    folded: dict[str, list[Field]] = {}
    for field in fields:
        folded.setdefault(field.name.casefold(), []).append(field)
    return exact, {name: found[0] for name, found in folded.items() if len(found) == 1}


def _object(fields: tuple[Field, ...], data: Mapping[str, Json], path: str, problems: list[str]) -> Mapping[str, Json]:
    exact, folded = _names(fields)
    changed: dict[str, Json] | None = None
    for name, value in data.items():
        field = exact.get(name)
        if field is None and isinstance(name, str):
            field = folded.get(name.casefold())
            if field is not None and field.name in data:
                field = None  # both spellings are there: the documented one counts
        if field is None:
            continue
        new = value if value is None else _value(field, value, f"{path}{field.name}", problems)
        if new is not value or field.name != name:
            if changed is None:
                changed = dict(data)
            changed.pop(name, None)
            changed[field.name] = new
    return data if changed is None else changed


def _value(field: Field, value: Json, path: str, problems: list[str]) -> Json:
    """A value of a field, or the value as it is and a problem."""
    kind = field.type
    if kind == "string":
        if isinstance(value, str):
            return value
        text = _as_text(value)
        return text if text is not None else _problem(path, field, value, problems)
    if kind == "integer":
        number = _as_number(value)
        return number if number is not None else _problem(path, field, value, problems)
    if kind == "boolean":
        truth = _as_boolean(value)
        return truth if truth is not None else _problem(path, field, value, problems)
    if isinstance(value, str):
        if not value.strip():
            return None  # an empty text for a list or an object says that there is none
        parsed = _as_json(value)
        if parsed is None:
            return _problem(path, field, value, problems)
        value = parsed
    if kind == "array":
        return _array(field, value, path, problems)
    if isinstance(value, list | tuple) and len(value) == 1 and isinstance(value[0], dict):
        value = value[0]  # a lone object in a list
    if not isinstance(value, dict):
        return _problem(path, field, value, problems)
    return _object(field.fields, value, f"{path}.", problems) if field.fields else value


def _array(field: Field, value: Json, path: str, problems: list[str]) -> Json:
    if isinstance(value, dict):
        value = _unwrapped(field, value)
    if not isinstance(value, list | tuple):
        return _problem(path, field, value, problems)
    if not field.fields:
        return value
    changed = False
    items: list[Json] = []
    for index, item in enumerate(value):
        new = _as_json(item) if isinstance(item, str) else item
        if isinstance(new, dict):
            new = _object(field.fields, new, f"{path}[{index}].", problems)
        else:
            _problem(f"{path}[{index}]", field, item, problems)
            new = item
        changed = changed or new is not item
        items.append(new)
    return items if changed else value


def _unwrapped(field: Field, value: Mapping[str, Json]) -> Json:
    """The list in an object that holds nothing else, as XML gateways write them; an object that is itself an item."""
    lists = [item for item in value.values() if isinstance(item, list)]
    if len(value) == 1 and lists:
        return lists[0]
    exact, folded = _names(field.fields)
    if field.fields and any(name in exact or str(name).casefold() in folded for name in value):
        return [value]
    return value


def _problem(path: str, field: Field, value: Json, problems: list[str]) -> Json:
    if len(problems) < MOST_PROBLEMS:
        problems.append(f"{path} is {_named(value)} where {field.type} is documented")
    return value


def _named(value: Json) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "an object" if isinstance(value, dict) else "a list"


def _as_text(value: Json) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) and abs(value) < 10**40 else None


def _as_number(value: Json) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else None
    if isinstance(value, str):
        text = value.strip()
        digits = text.removeprefix("-")
        return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 40 else None
    return None


def _as_boolean(value: Json) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _as_json(text: str) -> Json:
    """The list or object that a text holds; None when it holds none."""
    if len(text) > _LONGEST or not text.lstrip().startswith(("[", "{")):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if _depth(found) <= _DEEPEST else None


def _depth(value: Json) -> int:
    deepest, level = 0, [value]
    while level and deepest <= _DEEPEST:
        deepest += 1
        level = [
            item
            for each in level
            for item in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
            if isinstance(item, dict | list)
        ]
    return deepest
