"""`rules`: every rule, or the page of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from templatesync.kinds.rule import Rule
from templatesync.model.errors import UsageError
from templatesync.validation.pages import NO_SECTION, Page, pages
from templatesync.validation.registry import RULES, meant


@dataclass(frozen=True, slots=True)
class RulesResult:
    """All rules by id, their pages, and the one that was asked for."""

    rules: tuple[Rule, ...]
    pages: Mapping[str, Page]
    page: Rule | None = None

    @property
    def sections(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules under the headings of their pages, both in the order in which they are checked."""
        found: dict[str, list[Rule]] = {}
        for rule in RULES.values():
            found.setdefault(self.pages[rule.id].section, []).append(rule)
        if NO_SECTION in found:
            found[NO_SECTION] = found.pop(NO_SECTION)  # what nobody has put in its place comes last
        return {section: tuple(members) for section, members in found.items()}


def rules(name: str = "") -> RulesResult:
    """All rules, or the rule `name`."""
    listed = tuple(RULES[rule] for rule in sorted(RULES))
    known = {rule.id: pages().get(rule.id) or Page(rule.id, NO_SECTION, "") for rule in listed}
    if not name:
        return RulesResult(listed, known)
    if name not in RULES:
        raise UsageError(f"there is no rule {name!r}", hint=meant(name))
    return RulesResult(listed, known, RULES[name])
