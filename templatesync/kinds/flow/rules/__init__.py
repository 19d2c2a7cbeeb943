"""Every rule about Flow JSON, as the modules below define them. They know the JSON alone."""

from __future__ import annotations

from templatesync.kinds.flow.rules import action, component, document, routing, screen
from templatesync.kinds.rule import Rule, rules_of

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = rules_of(document, screen, routing, action, component)
