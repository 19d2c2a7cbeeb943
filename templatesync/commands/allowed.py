"""`--allow KEY:RULE` of `breaking`: what whoever runs it lets through, each by its key and its rule. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from templatesync.commands import breaking_notes as notes
from templatesync.commands.breaking_notes import Notice
from templatesync.model.errors import UsageError
from templatesync.model.finding import Severity
from templatesync.model.nearest import nearest
from templatesync.project.breakage import Broken, Intended
from templatesync.sending.breaking import BreakingRule
from templatesync.validation.registry import RULES

_FORM = "write --allow KIND/NAME@LANGUAGE:RULE, or KIND/NAME:RULE for all languages; there is no blanket"


class Allowed:
    """What is let through, and what of it was there."""

    def __init__(self, given: Sequence[tuple[str, str]]) -> None:
        self._given = given
        self._used: set[tuple[str, str]] = set()
        self._seen: dict[str, None] = {}

    def judged(self, broken: Broken) -> Broken:
        """The same, allowed if somebody named it."""
        self._seen[f"{broken.key}:{broken.found.rule}"] = None
        mine = [(key, rule) for key, rule in self._given if rule == broken.found.rule and broken.key.matches(key)]
        self._used.update(mine)
        counts = broken.found.severity is Severity.ERROR and broken.intended is Intended.NO
        return dataclasses.replace(broken, intended=Intended.ALLOWED) if mine and counts else broken

    def unused(self) -> Iterator[Notice]:
        """What was allowed and does not break."""
        for key, rule in self._given:
            if (key, rule) not in self._used:
                yield notes.unused(f"{key}:{rule}", nearest(f"{key}:{rule}", self._seen))


def allowances(given: Iterable[str]) -> Allowed:
    """What `--allow` was given. Raises UsageError for what names no key and no rule."""
    return Allowed([_allowance(each) for each in dict.fromkeys(given)])


def _allowance(given: str) -> tuple[str, str]:
    key, colon, rule = given.rpartition(":")
    if not colon or "/" not in key or not rule or "*" in given:
        raise UsageError(f"--allow {given} names no key and no rule", hint=_FORM)
    rules = list(dict.fromkeys([*BreakingRule, *(each for each in RULES if each.startswith("breaking-"))]))
    if rule not in rules:
        near = nearest(rule, rules)
        hint = f"did you mean {near}?" if near else f"the rules are {', '.join(rules)}"
        raise UsageError(f"--allow {given}: there is no rule {rule}", hint=hint)
    return key, rule
