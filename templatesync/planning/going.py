"""What a deletion takes with it: one of several languages, or a name. Pure; knows no kind by name.

A language that goes leaves its name in use; a name that goes with its last language may be held by the platform.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from templatesync.kinds.base import Policy
from templatesync.model.attempt import day
from templatesync.model.change import Action, Change, Note
from templatesync.model.resource import Key
from templatesync.planning.comparison import few
from templatesync.planning.inputs import Name, PlanInput
from templatesync.sending.breaking import NAME_REMOVED, BreakingRule


def with_what_goes(given: PlanInput, changes: Sequence[Change]) -> list[Change]:
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


def name_held(given: PlanInput, policy: Policy, key: Key) -> Note | None:
    """A note on a name that was deleted of late, as far as this machine's journal or a receipt knows.

    A language that was deleted says nothing of others, while the name is in use.
    """
    name = (key.kind, key.name)
    languages = given.deleted.get(name)
    if not policy.held_days or not languages:
        return None
    if key.language not in languages and given.live_languages.get(name):
        return None
    at = languages.get(key.language, max(languages.values()))
    what = f"{key.name} in {key.language}" if key.language in languages and key.language else key.name
    text = f"{what} was deleted, as a receipt says; for {policy.held_days} days"
    if at:
        until = day(at + policy.held_days * 86_400)
        text = f"{what} was deleted on {day(at)}, as the journal says; until {until}"
    return Note("name_held", f"{text} the platform may refuse it, and another name is free at once")
