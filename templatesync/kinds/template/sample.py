"""Media samples that are files of the project: where a body names them, and the body with their addresses. Pure.

`Url: file:media/banner.jpg` on a HEADER, of the message or of a card. The API knows addresses only, so the file is
stored when its template is written, and the address of the copy is sent in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from templatesync.model.json_value import Json
from templatesync.model.paths import Path

PREFIX = "file:"
_FIELD = "Url"
# The lists that components stand in, in each other.
_LISTS = ("Components", "Cards", "CardComponents")


def is_sample(part: Mapping[str, Json], field: str) -> bool:
    """Whether a field of a component is the address of a sample."""
    return field == _FIELD and part.get("Type") == "HEADER"


def named(body: Mapping[str, Json]) -> Iterator[tuple[Path, str]]:
    """The paths of files that headers have as their sample, with where they stand."""
    for path, header in _headers(body, ()):
        if (name := local(header.get(_FIELD))) is not None:
            yield (*path, _FIELD), name


def local(value: Json) -> str | None:
    """The path in a Url that names a file; None in any other."""
    return value[len(PREFIX) :] if isinstance(value, str) and value.startswith(PREFIX) else None


def addressed(body: Mapping[str, Json], addresses: Mapping[str, str]) -> dict[str, Json]:
    """A body in which the addresses of files stand instead of their paths."""
    sent = {name: _each(value, addresses) if name in _LISTS else value for name, value in body.items()}
    if sent.get("Type") == "HEADER" and (name := local(sent.get(_FIELD))) is not None:
        sent[_FIELD] = addresses[name]
    return sent


def _each(items: Json, addresses: Mapping[str, str]) -> Json:
    if not isinstance(items, list):
        return items
    return [addressed(item, addresses) if isinstance(item, dict) else item for item in items]


def _headers(holder: Mapping[str, Json], path: Path) -> Iterator[tuple[Path, Mapping[str, Json]]]:
    for name in _LISTS:
        items = holder.get(name)
        for index, item in enumerate(items) if isinstance(items, list) else ():
            if isinstance(item, dict):
                if item.get("Type") == "HEADER":
                    yield (*path, name, index), item
                yield from _headers(item, (*path, name, index))
