"""Every rule of templates, schema-checked ones included. A new rule is one function and one name in its list."""

from __future__ import annotations

from templatesync.kinds.rule import Rule
from templatesync.kinds.template.rules import (
    address,
    authentication,
    button,
    carousel,
    character,
    component,
    identity,
    media,
    offer,
    opening,
    sample,
    text,
    translation,
    variable,
    wording,
)

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    *identity.RULES,
    *component.RULES,
    *media.RULES,
    *text.RULES,
    *character.RULES,
    *button.RULES,
    *address.RULES,
    *opening.RULES,
    *offer.RULES,
    *carousel.RULES,
    *authentication.RULES,
    *variable.RULES,
    *sample.RULES,
    *wording.RULES,
    *translation.RULES,
)
