"""Every rule about templates, also those that the JSON Schema checks. They know a template, and nothing live.

`CHANGES` are those about a change of one, which nobody asks about a single state.
"""

from __future__ import annotations

from templatesync.kinds.rule import Rule, rules_of
from templatesync.kinds.template.rules import (
    address,
    authentication,
    breaking,
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

__all__ = ["CHANGES", "RULES"]

CHANGES: tuple[Rule, ...] = breaking.CHANGES

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
