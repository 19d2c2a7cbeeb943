"""Every rule about Flow JSON, as the modules below define them. They know the JSON alone."""

from __future__ import annotations

from templatesync.kinds.flow.rules import action, component, document, routing, screen
from templatesync.kinds.rule import Rule, of_change, rules_of
from templatesync.model.finding import Severity

__all__ = ["CHANGES", "RULES"]

RULES: tuple[Rule, ...] = rules_of(document, screen, routing, action, component)

CHANGES: tuple[Rule, ...] = (
    of_change(
        "flow",
        "breaking-entry-screen",
        Severity.ERROR,
        "templatesync: templates whose buttons open a screen of the flow",
        "A change takes away no screen that a button can open.",
    ),
)
