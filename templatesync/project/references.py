"""References between resources: `${{ flows.signup }}` in a file, an id at the service. Pure; knows no kind by name.

In a plan, its diff and its digest a reference stays what it is, so that a plan reads the same before and after what it
leads to exists. Only what is sent has the id.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from templatesync.kinds.base import Kind
from templatesync.model.json_value import Json
from templatesync.model.paths import Path, put
from templatesync.model.resource import Key, Listing, Live, Resource

REFERENCE = re.compile(r"\$\{\{\s*([a-z_]+)\.([^{}\s]+)\s*\}\}")

Address: TypeAlias = tuple[str, str]
"""A kind and the id under which the service knows a resource."""


def reference(collection: str, name: str) -> str:
    """How a file refers to a resource. The name is percent-encoded, as in its key."""
    return f"${{{{ {collection}.{quote(name, safe='/_.-', errors='surrogatepass')} }}}}"


def parse(text: str) -> tuple[str, str] | None:
    """Collection and name of a text that is one reference and nothing else."""
    match = REFERENCE.fullmatch(text.strip()) if "${{" in text else None
    return (match[1], unquote(match[2], errors="surrogatepass")) if match else None


def problem(kind: Kind, path: Path, text: str, kinds: Mapping[str, Kind]) -> str:
    """What is wrong with the references in a text of a resource; empty when they are where they belong."""
    if REFERENCE.search(text) is None:
        return ""
    target = kinds.get(kind.references.fields.get(str(path[-1]), "")) if path else None
    if target is None:
        fields = " or ".join(sorted(kind.references.fields)) or "none here"
        return f"a reference to another resource belongs only in a field that takes one ({fields})"
    found = parse(text)
    if found is None:
        return f"a reference is the whole text of {path[-1]}, with nothing around it"
    wanted = target.references.collection
    return "" if found[0] == wanted else f"{path[-1]} refers to one of {wanted}, not of {found[0]}"


def referring(kind: Kind, body: Json) -> list[tuple[Path, str]]:
    """The fields of a body that lead to other resources, with their texts: references and ids."""
    found: list[tuple[Path, str]] = []
    if kind.references.fields:
        _collect(kind.references.fields, body, (), found)
    return found


def leading(kinds: Mapping[str, Kind], wanted: Mapping[Key, Resource]) -> frozenset[Key]:
    """Which of the wanted have a field that leads to another resource: few, and only those are looked at again."""
    return frozenset(key for key, resource in wanted.items() if referring(kinds[key.kind], resource.body))


def _collect(names: Mapping[str, str], value: Json, path: Path, found: list[tuple[Path, str]]) -> None:
    """Add what `referring` gives. A plan walks every body several times, so texts are not entered."""
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str):
                if name in names:
                    found.append(((*path, name), item))
            elif isinstance(item, (dict, list)):
                _collect(names, item, (*path, name), found)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, (dict, list)):
                _collect(names, item, (*path, index), found)


def _replaced(kind: Kind, body: Json, new: Callable[[str, str], str]) -> Json:
    """`body` with other texts in the fields that lead elsewhere; the very same object when nothing is different."""
    found = ((path, text, new(str(path[-1]), text)) for path, text in referring(kind, body))
    for path, text, other in found:
        if other != text:
            body = put(body, path, other)
    return body


class Links(NamedTuple):
    """What can be referred to in one space: ids by key, and keys by id, of what is live and was read."""

    kinds: Mapping[str, Kind] = {}
    ids: Mapping[Key, str] = {}
    keys: Mapping[Address, Key] = {}

    @classmethod
    def of(cls, kinds: Mapping[str, Kind], listings: Mapping[str, Listing]) -> Links:
        """The links of a space. What was only listed is left out: nobody knows whether it is in use, or alone."""
        ids: dict[Key, str] = {}
        for name, listing in listings.items():
            if kinds[name].references.collection:
                ids |= {key: _id(kinds[name], live.ids) for key, live in listing.live.items() if live.body is not None}
        return cls(kinds, {key: id_ for key, id_ in ids.items() if id_}, {(k.kind, i): k for k, i in ids.items() if i})

    def knowing(self, key: Key, ids: Mapping[str, str]) -> Links:
        """The links with what a write has answered about a resource."""
        kind = self.kinds.get(key.kind)
        id_ = _id(kind, ids) if kind is not None and kind.references.collection else ""
        if not id_:
            return self
        return self._replace(ids={**self.ids, key: id_}, keys={**self.keys, (key.kind, id_): key})

    def symbolic(self, kind: Kind, body: Json) -> Json:
        """A body with references in place of the ids that are known, all in one spelling."""
        return (
            _replaced(kind, body, lambda name, text: self._symbol(kind, name, text)) if kind.references.fields else body
        )

    def symbolic_resource(self, kind: Kind, resource: Resource) -> Resource:
        """A wanted resource with references in one spelling."""
        body = self.symbolic(kind, resource.body)
        return resource if body is resource.body else dataclasses.replace(resource, body=body)

    def symbolic_live(self, kind: Kind, live: Live) -> Live:
        """What is live, as a file would say it."""
        if live.body is None or not (kind.references.fields and self.keys):
            return live
        body = self.symbolic(kind, live.body)
        return live if body is live.body else dataclasses.replace(live, body=body)

    def symbolic_listings(self, listings: Mapping[str, Listing]) -> dict[str, Listing]:
        """Everything live, as files would say it."""
        return {name: self._listing(self.kinds[name], listing) for name, listing in listings.items()}

    def resolved(self, kind: Kind, resource: Resource) -> Resource:
        """A resource as it is sent: with ids. A reference to what is not known stays, and `targets` names it."""
        if not kind.references.fields:
            return resource
        body = _replaced(kind, resource.body, lambda name, text: self._address(kind, name, text))
        return resource if body is resource.body else dataclasses.replace(resource, body=body)

    def targets(self, kind: Kind, body: Json) -> tuple[Key, ...]:
        """What a body leads to, as far as it is a reference or a known id; each once, in reading order."""
        if not kind.references.fields:
            return ()
        found = (self.target(kind, str(path[-1]), text) for path, text in referring(kind, body))
        return tuple(dict.fromkeys(key for key in found if key is not None))

    def target(self, kind: Kind, name: str, text: str) -> Key | None:
        """What one field leads to; None of an id that is not known."""
        said = parse(text)
        if said is not None:
            known = self.kinds.get(kind.references.fields[name])
            return Key(known.name, said[1]) if known is not None and known.references.collection == said[0] else None
        return self.keys.get((kind.references.fields[name], text))

    def _listing(self, kind: Kind, listing: Listing) -> Listing:
        if not (kind.references.fields and self.keys):
            return listing
        live = {key: self.symbolic_live(kind, each) for key, each in listing.live.items()}
        return listing._replace(live=live)

    def _symbol(self, kind: Kind, name: str, text: str) -> str:
        key = self.target(kind, name, text)
        symbol = reference(self.kinds[key.kind].references.collection, key.name) if key is not None else text
        return text if symbol == text else symbol

    def _address(self, kind: Kind, name: str, text: str) -> str:
        key = self.target(kind, name, text)
        return self.ids.get(key, text) if key is not None else text


def _id(kind: Kind, ids: Mapping[str, str]) -> str:
    return ids.get(kind.references.address, "")
