"""`rules`: every rule, or the page of one."""

from __future__ import annotations

from dataclasses import dataclass

from templatesync.catalog import RULES
from templatesync.errors import UsageError
from templatesync.nearest import nearest
from templatesync.rule import Rule


@dataclass(frozen=True, slots=True)
class Listing:
    """All rules by id, and the one that was asked for."""

    rules: tuple[Rule, ...]
    page: Rule | None = None


def rules(name: str = "") -> Listing:
    """All rules, or the rule `name`."""
    listed = tuple(RULES[rule] for rule in sorted(RULES))
    if not name:
        return Listing(listed)
    if name not in RULES:
        close = nearest(name, RULES)
        hint = f"did you mean {close}?" if close else "`templatesync rules` lists them"
        raise UsageError(f"there is no rule {name!r}", hint=hint)
    return Listing(listed, RULES[name])
