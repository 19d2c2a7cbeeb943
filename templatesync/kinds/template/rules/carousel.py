"""Rules about carousels: what a card has, and what all cards have in common."""

from __future__ import annotations

from collections.abc import Iterator

from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits
from templatesync.kinds.template.rules.base import CAMS, ERROR, INFO, META_CAROUSEL, OWN, by_schema, rule
from templatesync.kinds.template.rules.text import too_long
from templatesync.kinds.template.view import Card, Template, Text

CAR_COUNT = by_schema(
    "car-count", ERROR, META_CAROUSEL, f"A carousel has {limits.CARDS[0]} to {limits.CARDS[-1]} cards."
)
CAR_CARD_ENUM = by_schema("car-card-enum", ERROR, CAMS, "A card has HEADER, BODY and BUTTONS only.")
CAR_HEADER_REQUIRED = by_schema("car-header-required", ERROR, CAMS, "Each card has a HEADER with an image or a video.")
CAR_BUTTONS_2 = by_schema("car-buttons-2", ERROR, CAMS, f"A card has at most {limits.CARD_BUTTONS} buttons.")
CAR_BTN_ENUM = by_schema("car-btn-enum", ERROR, CAMS, "A card's button is URL, PHONE_NUMBER or QUICK_REPLY.")


@rule("car-header-same", ERROR, CAMS, "All cards have headers of one format.", needs=["CAROUSEL"])
def car_header_same(template: Template) -> Iterator[Hit]:
    """Told at each card that differs from the first."""
    wanted = ""
    for card in template.cards:
        header = card.part("HEADER")
        if header is None or header.format not in ("IMAGE", "VIDEO"):
            continue  # the schema has told
        wanted = wanted or header.format
        if header.format != wanted:
            message = f"the header of this card is {header.format}, that of the first {wanted}"
            yield Hit(header.at("Format"), message, "use one format on all cards")


@rule("car-body-all", ERROR, META_CAROUSEL, "Either all cards have a BODY or none has.", needs=["CAROUSEL"])
def car_body_all(template: Template) -> Iterator[Hit]:
    """Told at each card that lacks one."""
    if any(card.part("BODY") is not None for card in template.cards):
        for card in template.cards:
            if card.part("BODY") is None:
                yield Hit(card.path, "this card has no BODY and others have", "add one, or remove those of the others")


def _button_types(card: Card) -> list[str]:
    return [button.type for part in card.parts for button in part.buttons]


@rule("car-same-shape", ERROR, META_CAROUSEL, "All cards have the same buttons in the same order.", needs=["CAROUSEL"])
def car_same_shape(template: Template) -> Iterator[Hit]:
    """Told at each card that differs from the first."""
    cards = template.cards
    for card in cards[1:]:
        mine, wanted = _button_types(card), _button_types(cards[0])
        if mine != wanted:
            part = card.part("BUTTONS")
            shown = ", ".join(wanted) or "none"
            message = f"the buttons of this card are {', '.join(mine) or 'none'}, those of the first {shown}"
            yield Hit(part.at("Buttons") if part else card.path, message, "give all cards the same kinds of buttons")


@rule(
    "car-body-160",
    ERROR,
    META_CAROUSEL,
    f"The text of a card has 1 to {limits.CARD_BODY} characters.",
    needs=["CAROUSEL"],
)
def car_body_160(template: Template) -> Iterator[Hit]:
    """Variables count as they are written."""
    for card in template.cards:
        body = card.part("BODY")
        if body is not None:
            message = (
                f"the text of a card has 1 to {limits.CARD_BODY} characters; "
                "shorten it, or move part of it to the BODY of the message"
            )
            yield from too_long(body, "Text", limits.CARD_BODY, message)


@rule("car-buttons-min", INFO, META_CAROUSEL, "Each card has a button.", needs=["CAROUSEL"])
def car_buttons_min(template: Template) -> Iterator[Hit]:
    """A carousel without any button; a card that differs from the others is another rule's."""
    if template.cards and not any(_button_types(card) for card in template.cards):
        yield Hit(template.cards[0].path, "the cards have no button", "add one, so that customers can go on from here")


@rule("car-var-scope", INFO, OWN, "Each card has variables of its own.", needs=["CAROUSEL"])
def car_var_scope(template: Template) -> Iterator[Hit]:
    """A name that stands in the message or in another card too; told once for each card."""
    cards = template.cards
    if len(set(template.names)) == len(template.names):
        return
    seen = {name for part in template.parts if part.type == "BODY" for text in part.texts() for name in _names(text)}
    for card in cards:
        mine = {name: text.path for part in card.parts for text in part.texts() for name in _names(text)}
        shared = next((name for name in mine if name in seen), None)
        if shared is not None:
            message = f"$({shared}) appears outside this card too, and whether both get one value is documented nowhere"
            yield Hit(mine[shared], message, "give it a name of its own, such as with the number of the card")
        seen |= mine.keys()


def _names(text: Text) -> list[str]:
    return [variable.name for variable in text.variables]
