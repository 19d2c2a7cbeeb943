"""What to do next about a chain of versions, once senders are where it leads. Pure; knows no kind by name.

A step is a command that edits files. Nobody is told to take one that would take something from programs.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator, Mapping, Sequence

from templatesync.model.change import Action, Change, Note
from templatesync.model.resource import Key
from templatesync.planning.inputs import PlanInput
from templatesync.planning.rollout import Rollout

NEXT_STEP = "next_step"
"""The code of a note that says what to do next."""


def with_next_steps(given: PlanInput, changes: Sequence[Change]) -> list[Change]:
    """The changes, with a note on what a chain of versions waits for that only a change of files can bring."""
    rows = {change.key: change for change in changes}
    notes: dict[Key, Note] = {}
    for rollout in {id(each): each for found in given.rollouts.values() for each in found}.values():
        notes |= dict(_finished(given, rollout, rows))
    for change in changes:
        if _gone(given, change):
            notes[change.key] = Note(NEXT_STEP, _without_document(given, change.key, rows))
    return [
        dataclasses.replace(change, notes=(*change.notes, notes[change.key])) if change.key in notes else change
        for change in changes
    ]


def finish(name: str) -> str:
    """The command that ends the older versions of a logical name, as a shell takes it."""
    return f"`templatesync finish {shlex.quote(name)}`"


# --- all senders have moved -----------------------------------------------------------------------------------------


def _finished(given: PlanInput, rollout: Rollout, rows: Mapping[Key, Change]) -> Iterator[tuple[Key, Note]]:
    """A note on the newest version when the senders of every language use it and an older one is still there."""
    kind, names = rollout.names.kind, rollout.names.names
    newest = names[-1]
    moved = all(each.current.name == newest and each.current.settled for each in rollout.standings.values())
    if not moved or rollout.unread or not _some_left(given, kind, names[:-1]):
        return
    note = Note(NEXT_STEP, f"{newest} is in use in every language: {finish(rollout.names.logical)}")
    for language in rollout.standings:
        key = Key(kind, newest, language)
        if key in rows and rows[key].action is Action.NO_OP:
            yield key, note


def _some_left(given: PlanInput, kind: str, names: Sequence[str]) -> bool:
    """Whether an older version is there that no tombstone is about, and that may go."""
    there = given.wanted_languages, given.live_languages
    for key in {
        Key(kind, name, language) for name in names for all_ in there for language in all_.get((kind, name), ())
    }:
        resource, live = given.wanted.get(key), given.live(key)
        if resource is not None and (resource.options.absent or resource.options.protected):
            continue
        if given.policy.protects(key) or given.referrers.get(key) or (resource is None and given.options.prune):
            continue
        if resource is not None or (live is not None and given.policy.manages(key)):
            return True
    return False


# --- what is gone and has a tombstone ---------------------------------------------------------------------------------


def _gone(given: PlanInput, change: Change) -> bool:
    """Whether a tombstone has nothing to do any more."""
    resource = given.wanted.get(change.key)
    absent = resource is not None and resource.options.absent
    return absent and change.action is Action.NO_OP and given.live(change.key) is None


def _without_document(given: PlanInput, key: Key, rows: Mapping[Key, Change]) -> str:
    for rollout in given.rollouts.get((key.kind, key.name), ()):
        kind, names = rollout.names.kind, rollout.names.names
        going = (row for row in rows.values() if row.key.kind == kind and row.key.name in names)
        if not any(given.live(row.key) and (row.waits or row.action is Action.DELETE) for row in going):
            return f"its document can go once no space has it: {finish(rollout.names.logical)}"
    return "its document can go once no space has it"
