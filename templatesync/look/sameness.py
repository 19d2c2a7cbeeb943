"""Appearances without what no customer sees of them, for who compares them. Pure."""

from __future__ import annotations

from templatesync.look.bubble import Appearance, Bubble, Button, Sample
from templatesync.look.filled import Filled


def without_targets(look: Appearance) -> Appearance:
    """An appearance without where its buttons lead."""
    if not isinstance(look, Bubble):
        return look
    cards = tuple([card._replace(buttons=_bare(card.buttons)) for card in look.cards])
    return look._replace(buttons=_bare(look.buttons), cards=cards)


def without_sources(look: Appearance) -> Appearance:
    """An appearance without where its media come from: the platform keeps samples under addresses of its own."""
    if not isinstance(look, Bubble):
        return look
    cards = tuple([card._replace(media=_bare_sample(card.media)) for card in look.cards])
    return look._replace(media=_bare_sample(look.media), cards=cards)


def _bare(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    return tuple([button._replace(target=Filled()) for button in buttons])


def _bare_sample(sample: Sample | None) -> Sample | None:
    return None if sample is None else sample._replace(source="")
