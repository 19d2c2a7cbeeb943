"""A template as the message that a customer sees. Pure; never raises, whatever the content is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from templatesync.kinds.template.look_button import Pen, button, fixed_label
from templatesync.kinds.template.look_hidden import fold, hidden, hidden_of_code
from templatesync.kinds.template.look_parts import Piece, known, pieces, places, said
from templatesync.kinds.template.look_platform import CODE, code_words
from templatesync.kinds.template.look_values import Place, values_of
from templatesync.kinds.template.spelling import spelt
from templatesync.look.bubble import Bubble, Card, MediaKind, Offer, Other, Sample, Values
from templatesync.model.json_value import Json

_MEDIA: Final[Mapping[str, MediaKind]] = {
    "IMAGE": MediaKind.IMAGE,
    "VIDEO": MediaKind.VIDEO,
    "GIF": MediaKind.VIDEO,
    "DOCUMENT": MediaKind.DOCUMENT,
    "LOCATION": MediaKind.LOCATION,
}
_LOCATION: Final = ("LocationName", "LocationAddress", "Latitude", "Longitude")
_LISTS: Final = frozenset({"BUTTONS", "CAROUSEL"})
_UNSAID: Final = "sample"
"""What stands in a content that is compared instead of the address of media."""


class _Sorted(NamedTuple):
    """Components by where they are drawn: the first of each type, and what nobody knows a place for."""

    first: Mapping[str, Piece]
    buttons: tuple[Piece, ...]
    cards: tuple[tuple[Piece, ...], ...]
    left: tuple[Piece, ...]

    def text(self, type_: str) -> str:
        """The text of a component; empty where there is none."""
        return self.first[type_].text() if type_ in self.first else ""


def look(content: Json, language: str, samples: Mapping[str, str], values: Values) -> Bubble:
    """The message that a content makes.

    A content that is compared has no words where the platform writes them; what is live has them, and they are shown.
    """
    if not isinstance(content, dict):
        return Bubble(language, others=_others((Piece("", {"Text": said(content)}),), Pen({})))
    language = language or said(content.get("Language"))
    category = spelt("Category", content.get("Category"))
    components = pieces(content.get("Components"), language)
    if category == "AUTHENTICATION":
        return _code_message(_sorted(components), language, samples, values)
    offer = any(piece.type == "LIMITED_TIME_OFFER" for piece in components)
    pen = Pen(values_of(places(components, offer=offer), samples, values, code=False))
    bubble = _message(_sorted(components), language, pen)
    if category == "MARKETING":
        bubble = bubble._replace(fold=fold(bubble))
    return bubble._replace(hidden=tuple(hidden(bubble, marketing=category == "MARKETING")))


def _sorted(components: Sequence[Piece]) -> _Sorted:
    first: dict[str, Piece] = {}
    left = []
    for piece in components:
        drawn = known(piece.type) and first.setdefault(piece.type, piece) is piece
        if not drawn or piece.type in _LISTS:
            left.append(piece)
    return _Sorted(
        first,
        tuple(button for piece in components for button in piece.buttons),
        tuple(card for piece in components for card in piece.cards),
        tuple(left),
    )


def _message(found: _Sorted, language: str, pen: Pen) -> Bubble:
    header = found.first.get("HEADER")
    offer = found.first.get("LIMITED_TIME_OFFER")
    cards = [_card(number, card, pen) for number, card in enumerate(found.cards, 1)]
    return Bubble(
        language,
        header=pen(found.text("HEADER")),
        media=None if header is None else _sample(header, pen),
        offer=None if offer is None else Offer(pen(offer.text()), offer.fields.get("HasExpiration") is True),
        body=pen(found.text("BODY")),
        footer=pen(found.text("FOOTER")),
        buttons=tuple([button(piece, pen) for piece in found.buttons]),
        cards=tuple([card for card, _ in cards]),
        platform=frozenset({"buttons"} if any(fixed_label(piece, pen) for piece in found.buttons) else ()),
        others=(*_others(found.left, pen), *[other for _, others in cards for other in others]),
    )


def _code_message(found: _Sorted, language: str, samples: Mapping[str, str], values: Values) -> Bubble:
    """A message with a one-time code, in the words of the template where it is live, and else of the platform."""
    words = code_words(language)
    body, footer = (found.first.get(type_, Piece(type_, {})) for type_ in ("BODY", "FOOTER"))
    minutes = footer.number("CodeExpirationMinutes")
    texts = {
        "BODY": body.text().replace("{{1}}", CODE) or words.body(body.fields.get("AddSecretRecommendation") is True),
        "FOOTER": footer.text() or (words.footer(minutes) if minutes > 0 else ""),
    }
    written = {type_: Piece(type_, {"Text": text}) for type_, text in texts.items()}
    found = found._replace(first={**found.first, **written})
    shown = (*found.first.values(), *found.left, *found.buttons)
    known_places = (Place(CODE, 0), *places(shown))
    bubble = _message(found, language, Pen(values_of(known_places, samples, values, code=True), words))
    own = {"BODY": body.text(), "FOOTER": footer.text()}
    made = [type_.lower() for type_, text in texts.items() if text and not own[type_]]
    told = (*hidden(bubble, marketing=False), *hidden_of_code(found.buttons, words, minutes))
    return bubble._replace(
        platform=bubble.platform | frozenset(made), hidden=tuple(each for each in told if each.code != "desktop_coupon")
    )


def _card(number: int, components: tuple[Piece, ...], pen: Pen) -> tuple[Card, tuple[Other, ...]]:
    """A card, and what it says beyond what cards have."""
    found = _sorted(components)
    header = found.first.get("HEADER")
    card = Card(
        None if header is None else _sample(header, pen),
        pen(found.text("BODY")),
        tuple([button(piece, pen) for piece in found.buttons]),
    )
    more = [piece for type_, piece in found.first.items() if type_ not in {"BODY", *_LISTS}]
    others = _others((*more, *found.left), pen)
    return card, tuple([other._replace(type=f"card {number}, {other.type}".rstrip(", ")) for other in others])


def _sample(header: Piece, pen: Pen) -> Sample | None:
    """What a header shows besides text, if anything."""
    form, source = header.format, header.text("Url")
    if form in ("", "TEXT") and not source:
        return None
    names = [header.text("FileName"), header.text("Caption"), *[said(header.fields.get(name)) for name in _LOCATION]]
    kind = _MEDIA.get(form, MediaKind.OTHER)
    if kind is MediaKind.OTHER and form != "TEXT":
        names.insert(0, form)
    name = pen(" · ".join(filter(None, names))).text
    return Sample(kind, "" if source == _UNSAID else source, name)


def _others(left: Sequence[Piece], pen: Pen) -> tuple[Other, ...]:
    """The texts of parts without a place, each once."""
    return tuple([other for piece in left for other in _other(piece, pen)])


def _other(piece: Piece, pen: Pen) -> Iterator[Other]:
    text = piece.text() if known(piece.type) or not piece.fields else piece.all_strings()
    if text:
        yield Other(piece.type, pen(text))
