"""Every rule of Flow JSON. A new rule is one function and one name in its list."""

from __future__ import annotations

from templatesync.kinds.flow.rules import (
    action,
    component,
    document,
    routing,
    screen,
)
from templatesync.kinds.rule import Rule

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    *document.RULES,
    *screen.RULES,
    *routing.RULES,
    *action.RULES,
    *component.RULES,
)
