"""A content as parts whose texts can be drawn, whatever JSON it is. Pure; knows no bubble.

Never raises: what is malformed becomes text where it holds any, and nothing where it does not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from templatesync.kinds.template.canonical import formatted
from templatesync.kinds.template.look_values import Place, place
from templatesync.kinds.template.spelling import COMPONENT_ORDER, READ, spelt, trimmed
from templatesync.model.json_value import Json

# What of a component or button a phone shows, opens, dials or copies.
_SHOWN: Final = (*sorted(READ), "Url", "PhoneNumber", "CouponCode")
_WORDLESS: Final = frozenset({"Type", "Format", "UrlType", "FlowAction"})
# Of a part that nobody knows, so that a hostile answer cannot fill a page.
_MOST_STRINGS: Final = 100
# What can be inside what. Deeper nothing is looked at, whoever made the JSON.
_BUTTON, _CARD, _MESSAGE = range(3)
_LARGEST: Final = 10**40


class Piece(NamedTuple):
    """A component or a button. `texts` are those of its fields that a phone shows, `fields` all that it has."""

    type: str
    texts: Mapping[str, str]
    fields: Mapping[str, Json] = {}
    buttons: tuple[Piece, ...] = ()
    cards: tuple[tuple[Piece, ...], ...] = ()

    def text(self, name: str = "Text") -> str:
        """The text in a field; empty where there is none."""
        return self.texts.get(name, "")

    @property
    def format(self) -> str:
        """The format of a header."""
        return said(self.fields.get("Format"))

    def number(self, name: str) -> int:
        """The number in a field; 0 where there is none."""
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9 else 0

    def all_strings(self) -> str:
        """Whatever it says, for parts of a type that this program does not know."""
        return ", ".join(
            [text for name, value in self.fields.items() if name not in _WORDLESS for text in _strings(value)]
        )


def pieces(raw: Json, language: str = "") -> tuple[Piece, ...]:
    """The components of a content. Of a text with several languages the one asked for is taken."""
    return tuple([_piece(each, language, _MESSAGE) for each in _list(raw) if each])


def _piece(raw: Json, language: str, level: int) -> Piece:
    if not isinstance(raw, dict):
        return Piece("", {"Text": said(raw)})
    fields = {name: spelt(name, value) for name, value in formatted(raw).items()}
    texts = {name: text for name in _SHOWN if (text := said(fields.get(name), language))}
    buttons = _list(fields.get("Buttons")) if level > _BUTTON else ()
    cards = _list(fields.get("Cards")) if level > _CARD else ()
    return Piece(
        said(fields.get("Type")),
        texts,
        fields,
        tuple([_piece(each, language, _BUTTON) for each in buttons if each]),
        tuple([_card(each, language) for each in cards if each]),
    )


def _card(raw: Json, language: str) -> tuple[Piece, ...]:
    if isinstance(raw, dict) and "CardComponents" in raw:
        return tuple([_piece(each, language, _CARD) for each in _list(raw["CardComponents"]) if each])
    return (_piece(raw, language, _BUTTON),)


def places(components: tuple[Piece, ...], *, card: bool = False, offer: bool = False) -> Iterator[Place]:
    """Every text that a phone shows, with the room that it has."""
    for piece in components:
        for name, text in piece.texts.items():
            yield place(piece.type, name, text, card=card, offer=offer)
        for button in piece.buttons:
            for name, text in button.texts.items():
                yield place(button.type, name, text, button=True)
        for inside in piece.cards:
            yield from places(inside, card=True)


def said(value: Json, language: str = "") -> str:
    """What stands where a text should: the text, a number in digits, or all strings of what is inside."""
    if isinstance(value, str):
        return trimmed(value)
    if value is None or (isinstance(value, int) and abs(value) > _LARGEST):
        return ""
    if isinstance(value, (int, float)):
        return json.dumps(value)
    if isinstance(value, dict) and isinstance(value.get(language), str):
        return trimmed(value[language])
    return ", ".join(_strings(value))


def _strings(value: Json) -> list[str]:
    """The texts in a value, in reading order. Without recursion, for nobody has bounded its depth."""
    found: list[str] = []
    left: list[Json] = [value]
    while left and len(found) < _MOST_STRINGS:
        each = left.pop()
        if isinstance(each, str):
            found += [trimmed(each)] if each.strip() else []
        elif isinstance(each, dict):
            left += reversed(each.values())
        elif isinstance(each, (list, tuple)):
            left += reversed(each)
    return found


def _list(raw: Json) -> tuple[Json, ...]:
    """The items of a list; anything else that says something as the only one."""
    if isinstance(raw, (list, tuple)):
        return tuple(raw)
    return (raw,) if raw else ()


def known(type_: str) -> bool:
    """Whether this program knows where a component is drawn."""
    return type_ in COMPONENT_ORDER
