"""The rules about changes of anything, whatever its kind. Data; compares nothing."""

from __future__ import annotations

from templatesync.kinds.rule import Rule, of_change
from templatesync.sending.breaking import BreakingRule

_PROGRAMS = "templatesync: programs that were written for what was there before"

CHANGE_RULES: tuple[Rule, ...] = tuple(
    of_change("", each.value, each.severity, _PROGRAMS, summary)
    for each, summary in (
        (BreakingRule.LANGUAGE_REMOVED, "A change takes away no language in which programs send."),
        (BreakingRule.REMOVED, "A change takes away nothing that programs or printed pictures lead to."),
    )
)
