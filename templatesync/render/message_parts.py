"""A message, the screens of a flow or a code as parts in reading order, for formats that draw with text. Pure.

Each part has a name, so that those of before and after find each other. Knows no format.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from templatesync.look.bubble import Appearance, Bubble, Button, Card, Picture, Sample, Screen, Screens
from templatesync.look.filled import Filled

MOST_PARTS = 200


class Part(NamedTuple):
    """`label` says what it is where that is not plain to see; `marked_up`: markers in it count; `fold` in lines.

    `named` is the text with the names of its variables, `shown` the same with samples in their places.
    """

    name: str
    label: str
    named: Filled
    shown: Filled
    marked_up: bool = False
    fold: int = 0


def parts(named: Appearance, shown: Appearance) -> list[Part]:
    """The parts of an appearance, given it once with names and once with samples in the places of its variables."""
    one, other = [*_said(_without_sources(named))], [*_said(shown)]
    if [each[0] for each in one] != [each[0] for each in other]:
        one = other  # nobody knows which is which
    return [
        Part(name, label, text, seen, marked_up, fold)
        for (name, label, text, marked_up, fold), (*_, seen, _, _) in zip(one, other, strict=True)
    ][:MOST_PARTS]


def _without_sources(seen: Appearance) -> Appearance:
    """Where media come from is a sample: it is shown, and no difference."""
    if not isinstance(seen, Bubble):
        return seen
    cards = tuple([card._replace(media=_without_source(card.media)) for card in seen.cards])
    return seen._replace(media=_without_source(seen.media), cards=cards)


def _without_source(media: Sample | None) -> Sample | None:
    return None if media is None else media._replace(source="")


def _said(seen: Appearance) -> Iterator[tuple[str, str, Filled, bool, int]]:
    if isinstance(seen, Screens):
        yield from _screens(seen)
    elif isinstance(seen, Picture):
        for name, text in (("message", seen.message), ("phone", seen.phone), ("link", seen.link)):
            if text:
                yield name, name, Filled(text), False, 0
    else:
        yield from _bubble(seen)


def _bubble(seen: Bubble) -> Iterator[tuple[str, str, Filled, bool, int]]:
    if seen.media is not None:
        yield "media", *_media(seen.media)
    if seen.offer is not None:
        ends = " with a countdown" if seen.offer.expires else ""
        yield "offer", f"offer{ends}", seen.offer.text, False, 0
    for name, label, text, marked_up, fold in (
        ("header", "", seen.header, False, 0),
        ("body", "", seen.body, True, seen.fold),
        ("footer", "", seen.footer, False, 0),
    ):
        if text:
            yield name, label, text, marked_up, fold
    yield from _buttons("", seen.buttons)
    for number, card in enumerate(seen.cards, 1):
        yield from _card(number, card)
    for number, other in enumerate(seen.others, 1):
        yield f"other {number}", other.type.lower() or "other", other.text, False, 0


def _card(number: int, card: Card) -> Iterator[tuple[str, str, Filled, bool, int]]:
    where = f"card {number}"
    if card.media is not None:
        label, text, marked_up, fold = _media(card.media)
        yield f"{where} media", f"{where}, {label}", text, marked_up, fold
    else:
        yield where, where, Filled(), False, 0
    if card.body:
        yield f"{where} body", "", card.body, True, 0
    yield from _buttons(f"{where} ", card.buttons)


def _media(sample: Sample) -> tuple[str, Filled, bool, int]:
    """The host alone of an address: nobody is to follow one from here."""
    source = urlsplit(sample.source).netloc if "://" in sample.source else sample.source
    return sample.kind.value, Filled(" · ".join(filter(None, (sample.name, source)))), False, 0


def _buttons(where: str, buttons: tuple[Button, ...]) -> Iterator[tuple[str, str, Filled, bool, int]]:
    for number, button in enumerate(buttons, 1):
        yield f"{where}button {number}", f"button ({button.kind.value})", button.label, False, 0
        if button.target:
            yield f"{where}target {number}", "→", button.target, False, 0


def _screens(seen: Screens) -> Iterator[tuple[str, str, Filled, bool, int]]:
    if seen.unread:
        yield "unread", "", Filled(seen.unread), False, 0
    for screen in seen.screens:
        yield from _screen(screen)


def _screen(screen: Screen) -> Iterator[tuple[str, str, Filled, bool, int]]:
    yield f"screen {screen.id}", f"screen {screen.id}", Filled(screen.title), False, 0
    for number, part in enumerate(screen.parts, 1):
        text = "\n".join([part.text, *[f"○ {choice}" for choice in part.choices]]).strip("\n")
        required = ", required" if part.required else ""
        yield f"screen {screen.id} {number}", f"{part.kind}{required}", Filled(text), False, 0
    if screen.leads_to:
        yield f"screen {screen.id} leads", "leads to", Filled(", ".join(screen.leads_to)), False, 0
