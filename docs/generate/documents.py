"""A page for each JSON document that a command writes, from its schema. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from generate.fields import fields, schema
from generate.tables import cell, table, wrapped
from templatesync.kinds import KINDS
from templatesync.schema.loading import schema_dir

_IN_FILES = frozenset({"project", "resource", *KINDS})
"""Schemas of what people write."""


def pages() -> Mapping[str, str]:
    """Each page by the name of its file."""
    return {f"{name}.md": _page(name) for name in _names()}


def listed() -> str:
    """One line for each document."""
    rows = ((f"[{name}](documents/{name}.md)", cell(schema(name)["description"])) for name in _names())
    return table(("document", "what it is"), rows)


def _names() -> tuple[str, ...]:
    found = (path.name.removesuffix(".schema.json") for path in schema_dir().glob("*.schema.json"))
    return tuple(sorted(name for name in found if name not in _IN_FILES))


def _page(name: str) -> str:
    head = (
        f"# Document: {name}\n\n[All documents](../documents.md) says what holds for each of them. "
        f"`templatesync schema {name}` prints the schema.\nThis page is written by `make docs`.\n\n"
    )
    return head + (fields(name) or _free(name)).rstrip() + "\n"


def _free(name: str) -> str:
    """Of a document whose names are all free: what stands under them."""
    rows, place, node = [], "", schema(name)
    while isinstance(node.get("additionalProperties"), dict):
        node = node["additionalProperties"]
        place = f"{place}.NAME".lstrip(".")
        rows.append((f"`{place}`", cell(f"{node['title']}. {node['description']}")))
    return f"{wrapped(cell(schema(name)['description']))}\n\n{table(('place', 'meaning'), rows)}"
