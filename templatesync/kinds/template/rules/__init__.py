"""Every rule about templates, those that the JSON Schema checks included, as the modules below define them."""

from __future__ import annotations

from templatesync.kinds.rule import Rule, rules_of
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

RULES: tuple[Rule, ...] = rules_of(
    identity,
    component,
    media,
    text,
    character,
    button,
    address,
    opening,
    offer,
    carousel,
    authentication,
    variable,
    sample,
    wording,
    translation,
)
