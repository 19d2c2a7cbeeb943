"""What the applications that send a template rely on, and what breaks them. Pure; reads canonical contents only.

A sender names the template, fills its variables, attaches header media and button parameters. When any of these no
longer fits, sending fails (Meta's error 132000 and its kin), long after the review went well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from templatesync.kinds.template.canonical import MEDIA
from templatesync.values import Json

VARIABLE = re.compile(r"\$\((\w+)\)")


def variables(content: Mapping[str, Json]) -> tuple[str, ...]:
    """The variables that a sender fills, each once, in reading order."""
    found: dict[str, None] = {}
    for text in _texts(content.get("Components", [])):
        found |= dict.fromkeys(VARIABLE.findall(text))
    return tuple(found)


def breaking(old: Mapping[str, Json], new: Mapping[str, Json]) -> tuple[str, ...]:
    """Why senders of `old` fail once it is `new`; empty when they do not notice."""
    return (*_variables(old, new), *_header(old, new), *_url_buttons(old, new), *_cards(old, new))


def _variables(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    before, after = variables(old), variables(new)
    yield from (f"variable {name} removed" for name in before if name not in after)
    yield from (f"variable {name} added" for name in after if name not in before)


def _header(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    before, after = (_component(content, "HEADER").get("Format", "none") for content in (old, new))
    if before != after and (before in MEDIA or after in MEDIA):
        yield f"header media changed from {before} to {after}"


def _url_buttons(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    before, after = _dynamic_urls(old), _dynamic_urls(new)
    if before != after:
        yield f"button URL variables changed from {_listed(before)} to {_listed(after)}"


def _dynamic_urls(content: Mapping[str, Json]) -> list[str]:
    """Where a sender must give a URL parameter: `button 2: order`, counted from 1."""
    return [
        f"button {position}: {name}"
        for position, button in enumerate(_component(content, "BUTTONS").get("Buttons", []), 1)
        for name in VARIABLE.findall(str(button.get("Url", "")))
    ]


def _cards(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    before, after = (len(_component(content, "CAROUSEL").get("Cards", [])) for content in (old, new))
    if before != after:
        yield f"number of cards changed from {before} to {after}"


def _component(content: Mapping[str, Json], kind: str) -> Mapping[str, Json]:
    return next((item for item in content.get("Components", []) if item.get("Type") == kind), {})


def _listed(items: list[str]) -> str:
    return ", ".join(items) or "none"


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
