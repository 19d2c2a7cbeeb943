"""The fields of what a JSON Schema describes, as tables: one for each object, in the order of the schema. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from generate.tables import cell, table, wrapped
from templatesync.schema.loading import schema_dir

Schema = Mapping[str, Any]
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
    "object": "object",
    "array": "list",
}


class Described(NamedTuple):
    """An object inside a document: where it stands, as in `spaces[].changes[]`, and its schema."""

    place: str
    schema: Schema


@cache
def schema(name: str) -> Schema:
    """A published schema by its name."""
    found: Schema = json.loads((schema_dir() / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def fields(name: str, *, leave: tuple[str, ...] = (), only: str = "") -> str:
    """Tables of the fields of a schema. `leave` are places that are left out, `only` is the one to begin with."""
    root = schema(name)
    shown = [
        each
        for each in _objects(root, root)
        if not any(_within(each.place, place) for place in leave) and (not only or _within(each.place, only))
    ]
    places = {id(each.schema["properties"]): each.place for each in shown}
    return "\n\n".join(part for each in shown for part in _told(each, root, places))


def _within(place: str, outer: str) -> bool:
    return place == outer or place.startswith((f"{outer}.", f"{outer}["))


def _objects(root: Schema, start: Schema) -> Iterator[Described]:
    """Every object of a document, the outer ones first; one that stands in several places only in its outermost."""
    waiting = [Described("", start)]
    told: set[int] = set()
    while waiting:
        place, given = waiting.pop(0)
        node = _resolved(given, root)
        if id(node.get("properties")) in told:
            continue
        if node.get("properties"):
            told.add(id(node["properties"]))
            yield Described(place, node)
        waiting += [Described(_joined(place, name), inner) for name, inner in _inner(node)]


def _inner(node: Schema) -> Iterator[tuple[str, Schema]]:
    """What stands inside: by name, `[]` for members of a list, `.NAME` for those of a mapping with free names."""
    for name, inner in node.get("properties", {}).items():
        if not _refused(inner):
            yield name, inner
    if isinstance(node.get("items"), dict):
        yield "[]", node["items"]
    if isinstance(node.get("additionalProperties"), dict):
        yield "NAME", node["additionalProperties"]


def _joined(place: str, name: str) -> str:
    return place + name if name == "[]" or not place else f"{place}.{name}"


def _resolved(node: Schema, root: Schema) -> Schema:
    """A schema in place of the reference to it; what stands beside the reference wins."""
    if "$ref" in node:
        target = root["definitions"][node["$ref"].rsplit("/", 1)[1]]
        return _resolved({**target, **{name: value for name, value in node.items() if name != "$ref"}}, root)
    if "properties" not in node and "type" not in node and isinstance(node.get("else"), dict):
        return {
            **_resolved(node["else"], root),
            **{name: node[name] for name in ("title", "description") if name in node},
        }
    return node


def _refused(node: Schema) -> bool:
    return node.get("not") == {} or node.get("$ref", "").endswith("/refused")


def _told(each: Described, root: Schema, places: Mapping[int, str]) -> Iterator[str]:
    about = each.schema.get("description", "")
    if each.place:
        yield wrapped(f"**`{each.place}`**: {_sentence(about)}" if about else f"**`{each.place}`**")
    elif about:
        yield wrapped(_sentence(about))
    required = each.schema.get("required", ())
    rows = [
        (
            f"`{name}`",
            f"{_type(node, root)}{', required' if name in required else ''}",
            _about(node, root, _elsewhere(node, root, _joined(each.place, name), places)),
        )
        for name, given in each.schema["properties"].items()
        if not _refused(given)
        for node in (_resolved(given, root),)
    ]
    yield table(("field", "what", "meaning"), rows)


def _elsewhere(node: Schema, root: Schema, place: str, places: Mapping[int, str]) -> str:
    """That an object has the fields of one that is told in another place."""
    inner = _resolved(node.get("items", node), root)
    told = places.get(id(inner.get("properties")), "")
    return f"Fields as in `{told}`." if told and not _within(told, place) else ""


def _type(node: Schema, root: Schema) -> str:
    only = [node["const"]] if "const" in node else node.get("enum", [])
    if len(only) == 1:
        return f"`{_said(only[0])}`"
    given = node.get("type")
    if given is None:
        return "one of the values" if "enum" in node else "any"
    names = [given] if isinstance(given, str) else given
    words = " or ".join(_TYPES[name] for name in names)
    inner = _resolved(node.get("items", {}), root)
    if names == ["array"] and isinstance(inner.get("type"), str):
        return f"list of {_several(inner['type'])}"
    if names == ["object"] and not node.get("properties") and isinstance(node.get("additionalProperties"), dict):
        return "mapping"
    return words


def _several(name: str) -> str:
    return {"string": "texts", "object": "objects", "array": "lists", "boolean": "true or false"}.get(name, "numbers")


def _about(node: Schema, root: Schema, elsewhere: str) -> str:
    parts = [_sentence(node.get("description", node.get("title", "")))]
    values = node if "enum" in node else _resolved(node.get("items", {}), root)
    if "enum" in values and (len(values["enum"]) > 1 or "enumDescriptions" in values):
        parts.append(_values(values))
    if "default" in node and node["default"] not in ([], False):
        parts.append(f"Default: `{_said(node['default'])}`.")
    elif node.get("examples") and "const" not in node and not elsewhere:
        parts.append(f"Such as `{_said(node['examples'][0])}`.")
    return "<br>".join(map(cell, filter(None, [*parts, elsewhere])))


def _values(node: Schema) -> str:
    meanings = node.get("enumDescriptions")
    if not meanings:
        return "One of " + ", ".join(f"`{value}`" for value in node["enum"]) + "."
    return " ".join(f"`{value}`: {meaning}" for value, meaning in zip(node["enum"], meanings, strict=True))


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", ":", "!")) else f"{text}."
