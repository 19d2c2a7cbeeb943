"""The API as data: which operations exist, what they take, how it travels. Pure, and knows no kind.

`api.json` is the one source; client and emulator both read it through here, so neither can drift from the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from templatesync.model.json_value import Json, canonical_json
from templatesync.model.request import AnswerClass

_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "string": (str,),
        "boolean": (bool,),
        "integer": (int,),
        "array": (list, tuple),
        "object": (dict,),
        "map": (dict,),
    }
)


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a request or a member of an answer.

    `type` is string, boolean, integer, array, object or map. `fields` are the members of an object, or of each item
    of an array of objects; an array of plain values has none. `json` says that it travels as one JSON string.
    """

    name: str
    type: str
    required: bool = False
    enum: tuple[str, ...] = ()
    json: bool = False
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: `write` says that it may change something, and is true unless `api.json` denies it.

    `send` is `form` or `query`, `per_second` the rate a client starts from, `ceiling` the highest one.
    """

    name: str
    write: bool
    send: str
    per_second: float
    ceiling: float
    request: tuple[Field, ...]
    response: tuple[Field, ...]

    def takes(self, parameter: str) -> bool:
        """Whether a parameter of that name exists."""
        return any(field.name == parameter for field in self.request)


@dataclass(frozen=True, slots=True)
class ParameterProblem:
    """A parameter that does not fit. `what` is `missing`, `unknown`, `type` or `enum`."""

    path: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Api:
    """The whole of `api.json`. `limits` holds the longer limits as the file has them.

    `sends` are what the programs call that send; this one calls none of them.
    """

    service: str
    version: str
    endpoints: Mapping[str, str]
    retry_after_header: str
    operations: Mapping[str, Operation]
    sends: Mapping[str, Operation]
    errors: Mapping[str, AnswerClass]
    error_prefixes: Mapping[str, AnswerClass]
    meta_errors: Mapping[str, str]
    limits: Mapping[str, Json]

    def classify(self, code: str) -> AnswerClass:
        """How to react to a `Code`. The service's own pages differ in case and in `Varable`, so neither counts."""
        known = self.errors.get(_fold(code))
        if known is not None:
            return known
        for prefix, klass in self.error_prefixes.items():
            if code.startswith(prefix):
                return klass
        return AnswerClass.OTHER

    def endpoint(self, region: str) -> str:
        """The host that serves a region: the SDK's table, else its regional pattern."""
        return self.endpoints.get(region, f"{self.service}.{region}.aliyuncs.com")


def _classes(raw: Mapping[str, str]) -> dict[str, AnswerClass]:
    return {code: AnswerClass(name) for code, name in raw.items()}


def _fold(code: str) -> str:
    return code.casefold().replace("varable", "variable")


def _field(raw: Mapping[str, Json]) -> Field:
    items = raw.get("items")
    members = items if isinstance(items, list) else raw.get("fields", [])
    return Field(
        name=raw["name"],
        type=raw["type"],
        required=raw.get("required", False),
        enum=tuple(raw.get("enum", ())),
        json=raw.get("encoding") == "json",
        fields=tuple(_field(member) for member in members),
    )


def _operations(raw: Mapping[str, Json]) -> dict[str, Operation]:
    return {
        name: Operation(
            name=name,
            write=entry.get("write") is not False,
            send=entry["send"],
            per_second=entry["per_second"],
            ceiling=entry.get("ceiling", entry["per_second"]),
            request=tuple(_field(field) for field in entry["request"]),
            response=tuple(_field(field) for field in entry["response"]),
        )
        for name, entry in raw.items()
    }


@cache
def api() -> Api:
    """`api.json`, read once."""
    raw = json.loads(Path(__file__).with_name("api.json").read_text(encoding="utf-8"))
    return Api(
        service=raw["service"],
        version=raw["version"],
        endpoints=MappingProxyType(raw["endpoints"]),
        retry_after_header=raw["retry_after_header"],
        operations=MappingProxyType(_operations(raw["operations"])),
        sends=MappingProxyType(_operations(raw["sends"])),
        errors=MappingProxyType({_fold(code): klass for code, klass in _classes(raw["errors"]).items()}),
        error_prefixes=MappingProxyType(_classes(raw["error_prefixes"])),
        meta_errors=MappingProxyType(raw["meta_errors"]),
        limits=MappingProxyType(raw["limits"]),
    )


def encode(operation: Operation, params: Mapping[str, Json]) -> dict[str, str]:
    """Parameters as they travel: text by name, nothing for None, JSON where the API wants one string.

    Booleans go out in lower case, which every SDK but the Python one does. Plain lists flatten to `Name.1`.
    """
    encoded: dict[str, str] = {}
    by_name = {field.name: field for field in operation.request}
    for name, value in params.items():
        if value is None:
            continue
        field = by_name.get(name)
        if isinstance(value, (list, tuple, dict)):
            if field is None or field.json or isinstance(value, dict):
                encoded[name] = canonical_json(value)
            else:
                encoded |= {f"{name}.{index}": _text(item) for index, item in enumerate(value, 1)}
        else:
            encoded[name] = _text(value)
    return encoded


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def check(fields: Sequence[Field], values: Mapping[str, Json], path: str = "") -> Iterator[ParameterProblem]:
    """Every way in which `values`, as Python holds them, do not fit `fields`. Changes nothing."""
    known = {field.name: field for field in fields}
    for field in fields:
        if field.required and values.get(field.name) is None:
            yield ParameterProblem(path + field.name, "missing", "is required")
    for name, value in values.items():
        if value is None:
            continue
        if name not in known:
            yield ParameterProblem(path + name, "unknown", "is not a parameter")
        else:
            yield from _check_value(known[name], value, path + name)


def _check_value(field: Field, value: Json, path: str) -> Iterator[ParameterProblem]:
    fits = isinstance(value, _PYTHON_TYPES[field.type])
    if not fits or (field.type == "integer" and isinstance(value, bool)):
        yield ParameterProblem(path, "type", f"must be of type {field.type}")
    elif field.enum and value not in field.enum:
        yield ParameterProblem(path, "enum", f"must be one of {', '.join(field.enum)}")
    elif field.type == "object" and field.fields:
        yield from check(field.fields, value, path + ".")
    elif field.type == "array" and field.fields:
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield from check(field.fields, item, f"{path}[{index}].")
            else:
                yield ParameterProblem(f"{path}[{index}]", "type", "must be of type object")
