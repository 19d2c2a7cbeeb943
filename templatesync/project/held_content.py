"""The content for which `# templatesync: ignore RULE while DIGEST` holds: that of a document as it was imported.

Told by its kind what is a sample and what its layout is. Knows no rule, and nothing live.
"""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.documents.document import Document
from templatesync.kinds.base import Kind
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.project.assets import Assets, path_problem

LENGTH = 12
"""Hex digits of a digest: enough that no edit comes to the same by chance, and short enough for a comment."""


def digest(kind: Kind, data: Mapping[str, Json], named: Mapping[str, Json]) -> str:
    """What stands for a document's content, given the values of the JSON files that its fields name.

    The `templatesync` block and samples are none of it, nor is the order of what `fmt` puts in order.
    """
    content = {name: value for name, value in data.items() if name not in kind.file.localised_maps}
    content.pop("templatesync", None)
    content |= {kind.file.files[field].content: value for field, value in named.items()}
    content = {name: value for name, value in content.items() if name not in named}  # whatever the file is called
    return sha256(kind.file.layout.arrange(_without_samples(kind, content)))[:LENGTH]


def hold(kind: Kind | None, doc: Document, assets: Assets) -> None:
    """Let comments of a document hold that are for the content that it has."""
    if kind is None or not doc.conditional:
        return
    named: dict[str, Json] = {}
    for field, spec in kind.file.files.items():
        path = doc.data.get(field)
        if isinstance(path, str) and not path_problem(path):
            asset = assets.document(path, spec.limit)
            named[field] = asset.data if asset is not None else None
    doc.hold(digest(kind, doc.data, named))


def _without_samples(kind: Kind, value: Json) -> Json:
    if isinstance(value, dict):
        kept = {name: item for name, item in value.items() if not kind.file.is_sample(value, name)}
        return {name: _without_samples(kind, item) for name, item in kept.items()}
    return [_without_samples(kind, item) for item in value] if isinstance(value, list) else value
