"""What the applications that send a template rely on, and what breaks them. Pure; reads canonical contents only.

A sender names the template, fills its variables, attaches header media and button parameters. When any of these no
longer fits, sending fails (Meta's error 132000 and its kin), long after the review went well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from templatesync.kinds.template.spelling import MEDIA
from templatesync.look.filled import VARIABLE
from templatesync.model.change import Note
from templatesync.model.json_value import Json

Components: TypeAlias = Sequence[Mapping[str, Json]]


def variables(content: Mapping[str, Json]) -> tuple[str, ...]:
    """The variables that a sender fills, each once, in reading order."""
    found: dict[str, None] = {}
    for text in _texts(content.get("Components", [])):
        found |= dict.fromkeys(VARIABLE.findall(text))
    return tuple(found)


def breaking(old: Mapping[str, Json], new: Mapping[str, Json]) -> tuple[Note, ...]:
    """Why senders of `old` fail once it is `new`; empty when they do not notice."""
    parts, new_parts = old.get("Components", []), new.get("Components", [])
    return (*_variables(old, new), *_parts(parts, new_parts, ""), *_all_cards(parts, new_parts))


def _variables(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[Note]:
    before, after = variables(old), variables(new)
    yield from (Note("variable_removed", f"variable {name} removed") for name in before if name not in after)
    yield from (Note("variable_added", f"variable {name} added") for name in after if name not in before)


def _parts(old: Components, new: Components, where: str) -> Iterator[Note]:
    """What differs for a sender in one list of components: that of the message, or of a card."""
    before, after = (_component(parts, "HEADER").get("Format", "none") for parts in (old, new))
    if before != after and (before in MEDIA or after in MEDIA):
        yield Note("header_media", f"{where}header media changed from {before} to {after}")
    urls, new_urls = _dynamic_urls(old), _dynamic_urls(new)
    if urls != new_urls:
        yield Note("button_url", f"{where}button URL variables changed from {_listed(urls)} to {_listed(new_urls)}")


def _dynamic_urls(parts: Components) -> list[str]:
    """Where a sender must give a URL parameter: `button 2: order`, counted from 1."""
    return [
        f"button {position}: {name}"
        for position, button in enumerate(_component(parts, "BUTTONS").get("Buttons", []), 1)
        for name in VARIABLE.findall(str(button.get("Url", "")))
    ]


def _all_cards(old: Components, new: Components) -> Iterator[Note]:
    before, after = (_component(parts, "CAROUSEL").get("Cards", []) for parts in (old, new))
    if len(before) != len(after):
        yield Note("card_count", f"number of cards changed from {len(before)} to {len(after)}")
    for number, (card, new_card) in enumerate(zip(before, after, strict=False), 1):
        yield from _parts(card.get("CardComponents", []), new_card.get("CardComponents", []), f"card {number}: ")


def _component(parts: Components, kind: str) -> Mapping[str, Json]:
    return next((item for item in parts if item.get("Type") == kind), {})


def _listed(items: list[str]) -> str:
    return ", ".join(items) or "none"


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
