"""What a deletion takes with it: one of several languages, or a name. Pure; knows no kind by name.

A language that goes leaves its name in use; a name that goes with its last language may be held by the platform.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from templatesync.kinds.base import Policy
from templatesync.model.change import Action, Change, Note
from templatesync.planning.comparison import few
from templatesync.planning.inputs import Name, PlanInput
from templatesync.sending.breaking import NAME_REMOVED, BreakingRule


def with_extent(given: PlanInput, changes: Sequence[Change]) -> list[Change]:
    """The changes, with what goes said of each deletion: a language alone, or the whole name."""
    going: dict[Name, set[str]] = {}
    coming: dict[Name, set[str]] = {}
    for change in changes:
        side = {Action.DELETE: going, Action.CREATE: coming}.get(change.action)
        if side is not None:
            side.setdefault((change.key.kind, change.key.name), set()).add(change.key.language)
    if not going:
        return list(changes)
    told = []
    for change in changes:
        name = (change.key.kind, change.key.name)
        if change.action is Action.DELETE:
            there = given.live_languages.get(name, frozenset()) | coming.get(name, set())
            told.append(_told(given.kinds[change.key.kind].policy, change, going[name], there - going[name]))
        else:
            told.append(change)
    return told


def _told(policy: Policy, change: Change, going: set[str], staying: frozenset[str] | set[str]) -> Change:
    if not change.key.language:
        notes = [policy.deletion] if policy.deletion else []
        return dataclasses.replace(change, notes=(*notes, *change.notes))
    if staying:
        text = f"only {few(sorted(going))} {'goes' if len(going) == 1 else 'go'}: "
        text += f"{change.key.name} stays in {few(sorted(staying))}"
        if policy.deletion_of_language:
            text += f"; {policy.deletion_of_language}"
        return dataclasses.replace(change, notes=(Note("language_deleted", text), *change.notes))
    notes = (
        [policy.deletion._replace(text=f"no language is left then, so the name goes: {policy.deletion.text}")]
        if policy.deletion
        else []
    )
    breaking = tuple(
        Note(each.code, NAME_REMOVED) if each.code == BreakingRule.LANGUAGE_REMOVED else each
        for each in change.breaking
    )
    return dataclasses.replace(change, notes=(*notes, *change.notes), breaking=breaking)
