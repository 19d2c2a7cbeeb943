"""CAROUSEL: cards that must all have one shape. Pure; knows no state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.platform.button import check_each
from templatesync.emulator.platform.text import (
    HEADER_FORM,
    check_braces,
    check_filled,
    check_length,
    check_link,
    create_error,
    text_of,
)
from templatesync.model.json_value import Json

Component = Mapping[str, Json]


def check_carousel(category: str, by_type: Mapping[str, Component]) -> None:
    """2 to 10 cards, and nothing beside them but the BODY."""
    others = sorted(set(by_type) - {"BODY", "CAROUSEL"})
    if others:
        raise create_error(f"beside CAROUSEL there can be a BODY only, not {', '.join(others)}")
    cards: Sequence[Mapping[str, Json]] = by_type["CAROUSEL"].get("Cards") or []
    if not 2 <= len(cards) <= 10:
        raise create_error(f"CAROUSEL has {len(cards)} cards, 2 to 10 are allowed")
    shapes = [_check_card(category, card) for card in cards]
    if len(set(shapes)) > 1:
        raise create_error("all cards must have the same components, header format and buttons in the same order")


def _check_card(category: str, card: Mapping[str, Json]) -> tuple[object, ...]:
    """One card; its shape, to compare with that of the others."""
    parts = {str(part["Type"]): part for part in card.get("CardComponents") or []}
    if len(parts) != len(card.get("CardComponents") or []):
        raise create_error("a card has two components of one type")
    header = parts.get("HEADER")
    if header is None:
        raise create_error("a card needs a HEADER", HEADER_FORM)
    if header.get("Format") not in ("IMAGE", "VIDEO"):
        raise RefusedCall("InvalidParameter.HeaderTypeNotSupport", "The HEADER of a card must be IMAGE or VIDEO.")
    check_link("the HEADER of a card", text_of(header, "Url"))
    if "BODY" in parts:
        text = text_of(parts["BODY"])
        check_filled("the BODY of a card", text)
        check_braces("the BODY of a card", text)
        check_length("the BODY of a card", text, 160)
    buttons = parts.get("BUTTONS", {}).get("Buttons") or []
    if len(buttons) > 2:
        raise create_error(f"a card has {len(buttons)} buttons, at most 2 are allowed")
    check_each(category, buttons)
    return (tuple(sorted(parts)), header["Format"], tuple(button["Type"] for button in buttons))
