"""An answer made to fit `api.json`: the one door for what a service says otherwise than its pages. Pure; knows no kind.

A service may spell a name in other letters, write a number or a list as text, or put a list into an object of its own.
What can mean one thing only is read as that. What cannot is told as a problem and left as it is: whoever reads the
answer must not take it for nothing. Nor is a list made where none was told: null, an empty text and `{}` become None,
and whether that means "none" is for the reader to find out, from a total for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from templatesync.model.json_value import Json
from templatesync.service.api import Field
from templatesync.service.told import as_boolean, as_json, as_number, as_text, named, says_nothing

MOST_PROBLEMS = 500
"""Told of one answer, each with its place; more are counted in a last one that has no place."""

_FREE_TEXTS = frozenset(
    {"AutofillText", "BusinessName", "CouponCode", "FlowName", "Message", "Name", "NavigateScreen",
     "PrefilledMessage", "TemplateName", "Text", "VerifiedName"}
)  # fmt: skip
"""Texts that people choose: `null` may be their word, unless a member beside says it that can have no such value.

No id, address, state, file or number in a text is called that.
"""
_WRAPPERS = frozenset({"list", "item", "items", "data", "rows", "record", "records"})
"""What an object is called by that holds nothing but a list, beside the list's own name."""


class Fitted(NamedTuple):
    """The same answer in the shape of its operation, and what does not fit: paths such as `Data[3].TemplateCode`."""

    data: Mapping[str, Json]
    problems: tuple[str, ...] = ()


def fit(fields: Sequence[Field], data: Mapping[str, Json]) -> Fitted:
    """An answer's body, given the fields of its operation. The very same object when it fits as it is."""
    problems = _Problems()
    fitted = _object(tuple(fields), _with_rows(tuple(fields), data), "", problems)
    return Fitted(fitted, problems.told())


def folded(name: str) -> str:
    """A name without regard to letters, as `ListTemplate`, `listTemplate` and `list_template` are one."""
    return name.replace("_", "").casefold()


class _Problems:
    """What does not fit, in order."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._more = 0

    def add(self, path: str, value: Json, wanted: str) -> Json:
        """Note a value that is left as it is."""
        if len(self._told) < MOST_PROBLEMS:
            self._told.append(f"{path} is {named(value)} where {wanted} is documented")
        else:
            self._more += 1
        return value

    def told(self) -> tuple[str, ...]:
        return (*self._told, f"{self._more} more values do not fit") if self._more else tuple(self._told)


@cache
def _names(fields: tuple[Field, ...]) -> tuple[Mapping[str, Field], Mapping[str, Field]]:
    """Fields by name, and by folded name; of several that are one when folded, none of these."""
    exact = {field.name: field for field in fields}
    found: dict[str, list[Field]] = {}
    for field in fields:
        found.setdefault(folded(field.name), []).append(field)
    return exact, {name: several[0] for name, several in found.items() if len(several) == 1}


def _field(fields: tuple[Field, ...], name: str) -> Field | None:
    """The field that a member is, in whatever letters."""
    exact, loose = _names(fields)
    return exact.get(name) or loose.get(folded(name))


def _object(fields: tuple[Field, ...], data: Mapping[str, Json], path: str, problems: _Problems) -> Mapping[str, Json]:
    exact, _ = _names(fields)
    changed: dict[str, Json] | None = None
    spells_null = False
    for name, value in data.items():
        field = exact.get(name)
        if field is None:
            field = _field(fields, name)
            if field is None or field.name in data:
                continue  # on no page; or both spellings are there, and the documented one counts
        new = value if value is None else _value(field, value, f"{path}{field.name}", problems)
        if new is value and field.name == name:
            continue
        changed = dict(data) if changed is None else changed
        if field.name != name:
            del changed[name]
            if field.name in changed and changed[field.name] != new:
                problems.add(f"{path}{field.name}", [changed[field.name], new], field.type)
        changed[field.name] = new
        spells_null = spells_null or (new is None and field.type == "string")
    if changed is not None and spells_null:
        changed |= {name: None for name, value in changed.items() if name in _FREE_TEXTS and _is_null(value)}
    return data if changed is None else changed


def _is_null(value: Json) -> bool:
    """Whether a value is the word null."""
    return isinstance(value, str) and bool(value.strip()) and says_nothing(value)


def _value(field: Field, value: Json, path: str, problems: _Problems) -> Json:
    """A value of a field, or the value as it is and a problem."""
    kind = field.type
    if kind == "string":
        return _text(field, value, path, problems)
    if isinstance(value, str) and says_nothing(value):
        return None
    if kind == "integer":
        number = as_number(value)
        return number if number is not None else problems.add(path, value, kind)
    if kind == "boolean":
        truth = as_boolean(value)
        return truth if truth is not None else problems.add(path, value, kind)
    if isinstance(value, str):
        parsed = as_json(value)
        if parsed is None and kind == "array" and not field.fields:
            return [value]  # a lone text in a list of texts
        if parsed is None:
            return problems.add(path, value, kind)
        value = parsed
    if kind == "array":
        return _array(field, value, path, problems)
    return _inner(field, value, path, problems)


def _text(field: Field, value: Json, path: str, problems: _Problems) -> Json:
    if isinstance(value, str):
        return None if _is_null(value) and field.name not in _FREE_TEXTS else value
    # A state can be told as yes or no. What people wrote cannot: taken for another text, it would be another resource.
    text = None if isinstance(value, bool) and field.name in _FREE_TEXTS else as_text(value)
    return text if text is not None else problems.add(path, value, "string")


def _inner(field: Field, value: Json, path: str, problems: _Problems) -> Json:
    """An object or a map. A language without maps writes an empty one as a list."""
    found = value
    if isinstance(found, list | tuple) and len(found) <= 1:
        found = found[0] if found else {}
    if not isinstance(found, dict):
        return problems.add(path, value, field.type)
    if not field.fields:
        return found
    if len(found) == 1:
        ((name, alone),) = found.items()
        if folded(name) == folded(field.name) and isinstance(alone, dict) and _field(field.fields, name) is None:
            found = alone
    return _object(field.fields, found, f"{path}.", problems)


def _array(field: Field, value: Json, path: str, problems: _Problems) -> Json:
    if isinstance(value, dict):
        value = _unwrapped(field, value)
        if value is None:
            return None
    if not isinstance(value, list | tuple):
        return problems.add(path, value, "array")
    changed = False
    items: list[Json] = []
    for index, item in enumerate(value):
        new = _item(field, item, f"{path}[{index}]", problems)
        changed = changed or new is not item
        items.append(new)
    return items if changed else value


def _item(field: Field, item: Json, path: str, problems: _Problems) -> Json:
    if not field.fields:
        if isinstance(item, str):
            return item
        text = as_text(item)
        return text if text is not None else problems.add(path, item, "string")
    new = as_json(item) if isinstance(item, str) else item
    if isinstance(new, dict):
        return _object(field.fields, new, f"{path}.", problems)
    return problems.add(path, item, "object")


def _unwrapped(field: Field, value: Mapping[str, Json]) -> Json:
    """The list in an object that is there for its sake, as XML gateways write them; or an object that is an item.

    `{}` may be a list that was emptied on its way, or a wrapper whose list was dropped for being null: no list is told.
    """
    if not value:
        return None
    own = {*_WRAPPERS, folded(field.name)}
    inside = [name for name in value if folded(name) in own and _field(field.fields, name) is None]
    if len(value) == 1 and inside:
        (alone,) = value.values()
        if isinstance(alone, str) and not says_nothing(alone):
            alone = as_json(alone) or (alone if field.fields else [alone])
        if isinstance(alone, dict):
            return [alone] if alone else None
        return None if isinstance(alone, str) and says_nothing(alone) else alone
    if any(_field(field.fields, name) for name in value):
        return [value]
    lists = [item for item in value.values() if isinstance(item, list)]
    # Beside a list with a name of its own there may be counts and page numbers, but nothing that could hold rows.
    if len(lists) == 1 and not any(isinstance(item, dict) for item in value.values()):
        return lists[0]
    return value


def _with_rows(fields: tuple[Field, ...], data: Mapping[str, Json]) -> Mapping[str, Json]:
    """An answer whose documented list is not there, with the only list that can be it in its place.

    Looked for one level down in an object that is not documented as one, and under a name of no meaning.
    """
    lists = [field for field in fields if field.type == "array" and field.fields]
    if len(lists) != 1:
        return data
    (rows,) = lists
    told = {each.name for name, value in data.items() if value is not None and (each := _field(fields, name))}
    if rows.name in told:
        return data
    found = [(name, moved) for name, value in data.items() if (moved := _moved(fields, rows, name, value))]
    if len(found) != 1:
        return data
    ((place, moved),) = found
    return {name: value for name, value in data.items() if name != place} | {
        name: value for name, value in moved.items() if name not in told
    }


def _moved(fields: tuple[Field, ...], rows: Field, name: str, value: Json) -> dict[str, Json] | None:
    """What a member brings to the answer when the rows are in it; None when they are not."""
    field = _field(fields, name)
    value = as_json(value) if isinstance(value, str) else value
    if isinstance(value, list) and field is None and folded(name) in _WRAPPERS:
        return {rows.name: value} if all(_like(rows, item) for item in value) else None
    if not isinstance(value, dict) or (field is not None and field.type in ("object", "map", "array")):
        return None
    inside = {
        each.name: item
        for member, item in value.items()
        if (each := rows if folded(member) in _WRAPPERS and isinstance(item, list) else _field(fields, member))
    }
    return inside if isinstance(inside.get(rows.name), list) else None


def _like(rows: Field, item: Json) -> bool:
    """Whether an item could be a row: an object with members that rows have."""
    item = as_json(item) if isinstance(item, str) else item
    return isinstance(item, dict) and any(_field(rows.fields, name) for name in item)
