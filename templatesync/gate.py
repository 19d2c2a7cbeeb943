"""Whether a document is surely valid, decided fast: a JSON Schema as nested functions. Pure; explains nothing.

Most documents are valid, and jsonschema takes milliseconds to say so and a tenth of a second to import. So this asks
first, and jsonschema explains what does not pass. It may say no to what is valid, never yes to what is not: a property
test holds the two together. (It is unsure of uniqueItems and of numbers in enum and const, so neither may stand under
`not`, `if` or `oneOf`.) It knows the draft-07 keywords that the schemas of this program use, and fails on others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeAlias

from templatesync.values import Json

Gate: TypeAlias = Callable[[Json], bool]
Resolve: TypeAlias = Callable[[str], Gate]

_ANNOTATIONS = frozenset(
    "$schema $id $comment title description default examples enumDescriptions definitions errorMessage "
    "deprecationMessage x-rule then else additionalProperties".split()
)
_TYPES: Mapping[str, Gate] = {
    "string": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}


def gate(name: str, load: Callable[[str], Json]) -> Gate:
    """The gate of the schema `name`; `load` gives schemas by name, also those that it refers to by file."""

    @cache
    def resolve(reference: str) -> Gate:
        file, _, pointer = reference.partition("#")
        schema = load(file.removesuffix(".schema.json"))
        for step in pointer.split("/")[1:]:
            schema = schema[step]
        return _gate(schema, lambda inner: resolve(inner if inner[0] != "#" else file + inner))

    return resolve(f"{name}.schema.json#")


def _gate(schema: Json, resolve: Resolve) -> Gate:
    if "$ref" in schema:  # draft-07 ignores what stands beside it
        return resolve(schema["$ref"])
    gates = [_KEYWORDS[key](schema, resolve) for key in schema if key not in _ANNOTATIONS]
    if "additionalProperties" in schema:
        gates.append(_additional(schema, resolve))
    return gates[0] if len(gates) == 1 else _every(gates)


def _every(gates: list[Gate]) -> Gate:
    def check(value: Json) -> bool:
        for each in gates:  # noqa: SIM110 - `all` with a generator takes twice as long
            if not each(value):
                return False
        return True

    return check


def _type(schema: Json, resolve: Resolve) -> Gate:
    names = schema["type"]
    if isinstance(names, str):
        return _TYPES[names]
    gates = [_TYPES[name] for name in names]
    return lambda value: any(each(value) for each in gates)


def _values(schema: Json, resolve: Resolve) -> Gate:
    allowed = schema["enum"] if "enum" in schema else [schema["const"]]
    by_type = {kind: [value for value in allowed if type(value) is kind] for kind in (str, bool, int)}
    return lambda value: value in by_type.get(type(value), ())


def _required(schema: Json, resolve: Resolve) -> Gate:
    names = frozenset(schema["required"])
    return lambda value: not isinstance(value, dict) or names <= value.keys()


def _properties(schema: Json, resolve: Resolve) -> Gate:
    gates = {name: _gate(inner, resolve) for name, inner in schema["properties"].items()}

    def check(value: Json) -> bool:
        if isinstance(value, dict):
            for name, item in value.items():
                if name in gates and not gates[name](item):
                    return False
        return True

    return check


def _additional(schema: Json, resolve: Resolve) -> Gate:
    known, inner = frozenset(schema.get("properties", ())), schema["additionalProperties"]
    if inner is False:
        return lambda value: not isinstance(value, dict) or value.keys() <= known
    each = _gate(inner, resolve)
    return lambda value: not isinstance(value, dict) or all(each(value[name]) for name in value if name not in known)


def _names(schema: Json, resolve: Resolve) -> Gate:
    each = _gate(schema["propertyNames"], resolve)
    return lambda value: not isinstance(value, dict) or all(map(each, value))


def _items(schema: Json, resolve: Resolve) -> Gate:
    each = _gate(schema["items"], resolve)
    return lambda value: not isinstance(value, list) or all(map(each, value))


def _contains(schema: Json, resolve: Resolve) -> Gate:
    each = _gate(schema["contains"], resolve)
    return lambda value: not isinstance(value, list) or any(map(each, value))


def _unique(schema: Json, resolve: Resolve) -> Gate:
    def check(value: Json) -> bool:
        # Of other values than texts jsonschema is asked: 1 and 1.0 are equal there, 1 and true are not.
        return not isinstance(value, list) or (all(isinstance(x, str) for x in value) and len(set(value)) == len(value))

    return check


def _pattern(schema: Json, resolve: Resolve) -> Gate:
    search = ecma(schema["pattern"]).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _bound(keyword: str, kind: tuple[type, ...], *, least: bool, count: bool) -> Callable[[Json, Resolve], Gate]:
    """minLength and its kin: at least or at most, of the value or of its length."""

    def make(schema: Json, resolve: Resolve) -> Gate:
        bound = schema[keyword]

        def check(value: Json) -> bool:
            if not isinstance(value, kind) or isinstance(value, bool):
                return True
            measure: Json = value
            if count:
                measure = len(measure)
            return bool(measure >= bound if least else measure <= bound)

        return check

    return make


def _not(schema: Json, resolve: Resolve) -> Gate:
    inner = _gate(schema["not"], resolve)
    return lambda value: not inner(value)


def _if(schema: Json, resolve: Resolve) -> Gate:
    holds = _gate(schema["if"], resolve)
    then, otherwise = (_gate(schema.get(branch, {}), resolve) for branch in ("then", "else"))
    return lambda value: then(value) if holds(value) else otherwise(value)


def _all_of(schema: Json, resolve: Resolve) -> Gate:
    return _every([_gate(inner, resolve) for inner in schema["allOf"]])


def _any_of(schema: Json, resolve: Resolve) -> Gate:
    gates = [_gate(inner, resolve) for inner in schema["anyOf"]]
    return lambda value: any(each(value) for each in gates)


def _one_of(schema: Json, resolve: Resolve) -> Gate:
    gates = [_gate(inner, resolve) for inner in schema["oneOf"]]
    return lambda value: sum(each(value) for each in gates) == 1


_KEYWORDS: Mapping[str, Callable[[Json, Resolve], Gate]] = {
    "type": _type,
    "enum": _values,
    "const": _values,
    "required": _required,
    "properties": _properties,
    "propertyNames": _names,
    "items": _items,
    "contains": _contains,
    "uniqueItems": _unique,
    "pattern": _pattern,
    "minLength": _bound("minLength", (str,), least=True, count=True),
    "maxLength": _bound("maxLength", (str,), least=False, count=True),
    "minItems": _bound("minItems", (list,), least=True, count=True),
    "maxItems": _bound("maxItems", (list,), least=False, count=True),
    "minProperties": _bound("minProperties", (dict,), least=True, count=True),
    "minimum": _bound("minimum", (int, float), least=True, count=False),
    "maximum": _bound("maximum", (int, float), least=False, count=False),
    "not": _not,
    "if": _if,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
}


@cache
def ecma(pattern: str) -> re.Pattern[str]:
    """A pattern of a schema in Python's terms, where `$` alone would let a line break pass."""
    return re.compile(re.sub(r"\$$", r"\\Z", pattern))
