"""What to do next about a chain of versions, once senders are where it leads. Pure; knows no kind by name.

A step is a command that edits files. Nobody is told to take one that would take something from programs.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence

from templatesync.model.change import Action, Change, Note
from templatesync.model.resource import Key
from templatesync.planning.comparison import few
from templatesync.planning.inputs import Name, PlanInput
from templatesync.planning.rollout import Rollout, content, may_be_sent
from templatesync.project.chains import Names, chains
from templatesync.sending.chain import Why, last_of_contract

NEXT_STEP = "next_step"
"""The code of a note that says what to do next."""


def with_next_steps(given: PlanInput, changes: Sequence[Change]) -> list[Change]:
    """The changes, with a note on what a chain of versions waits for that only a change of files can bring."""
    rows = {change.key: change for change in changes}
    notes: dict[Key, Note] = {}
    for rollout in {id(each): each for found in given.rollouts.values() for each in found}.values():
        notes |= dict(_finished(given, rollout, rows))
    if gone := [change.key for change in changes if _gone(given, change)]:
        logical = {(each.kind, name): each.output for each in chains(given.wanted) for name in each.names}
        still_there = _still_there(given, changes)
        for key in gone:
            notes[key] = Note(NEXT_STEP, _without_document(given, key, still_there, logical))
    return [
        dataclasses.replace(change, notes=(*change.notes, notes[change.key])) if change.key in notes else change
        for change in changes
    ]


def finish(name: str, *options: str) -> str:
    """The command that ends the older versions of a logical name, as a shell takes it."""
    said = " ".join([shlex.quote(name), *options])
    return f"`templatesync finish {said}`"


# --- all senders have moved -----------------------------------------------------------------------------------------


def _finished(given: PlanInput, rollout: Rollout, rows: Mapping[Key, Change]) -> Iterator[tuple[Key, Note]]:
    """A note on what senders use when nothing newer is to come, in each language in which an older one is left."""
    standings = rollout.standings
    if rollout.unread or any(newer.why is not Why.LACKS for each in standings.values() for newer in each.newer):
        return
    old = {language: found for language in standings if (found := _left(given, rollout, language))}
    elsewhere = {key: spaces for found in old.values() for key in found if (spaces := _elsewhere(given, rollout, key))}
    free = {language: mine for language, found in old.items() if (mine := [k for k in found if k not in elsewhere])}
    left = free or old
    if not left:
        return
    kind, newest = rollout.names.kind, rollout.names.names[-1]
    if all(each.current.name == newest for each in standings.values()):
        done = f"{newest} is in use{' in every language' * any(standings)}"
    else:
        used = few(sorted({standings[language].current.name for language in left}))
        can_go = f", where {few(_names(left))} can go" if free else ""
        done = f"{used} is in use in {few(sorted(left))}{can_go}"
    note = Note(NEXT_STEP, f"{done}{_way(given, rollout, left) if free else _staying(elsewhere)}")
    for language in left:
        key = Key(kind, standings[language].current.name, language)
        if key in rows and rows[key].action is Action.NO_OP:
            yield key, note


def _left(given: PlanInput, rollout: Rollout, language: str) -> list[Key]:
    """The versions older than the one in use that are there, that no tombstone is about, and that may go."""
    names, current = rollout.names, rollout.standings[language].current.name
    older = names.names[: names.names.index(current)]
    return [key for name in older if _may_go(given, key := Key(names.kind, name, language))]


def _may_go(given: PlanInput, key: Key) -> bool:
    resource, live = given.wanted.get(key), given.live(key)
    if resource is not None and (resource.options.absent or resource.options.protected):
        return False
    if given.policy.protects(key) or given.referrers.get(key) or given.users.get(key):
        return False
    if resource is None and given.options.prune:
        return False
    return resource is not None or (live is not None and given.policy.manages(key))


def _way(given: PlanInput, rollout: Rollout, left: Mapping[str, Sequence[Key]]) -> str:
    """How what is left goes. No command that edits files knows of what has none."""
    keys = [key for old in left.values() for key in old]
    written = [key for key in keys if key in given.wanted]
    if not written:
        those = few(_names(left))
        return f"; {those} has no file: a tombstone deletes it, and so does `--prune`"
    name = rollout.names.logical
    if losing := [key for key in written if _last(given, rollout, key, left[key.language])]:
        asked = few([*dict.fromkeys(_summary(given, key) for key in losing)])
        return f"; once no program is left that is written for {asked}: {finish(name, '--allow-breaking')}"
    return f": {finish(name)}"


def _staying(elsewhere: Mapping[Key, frozenset[str]]) -> str:
    names = sorted({key.name for key in elsewhere})
    spaces = sorted(frozenset[str]().union(*elsewhere.values()))
    have = "have" if len(spaces) > 1 else "has"
    return f"; {few(names)} {'stay' if len(names) > 1 else 'stays'}, for {few(spaces)} {have} no newer version"


def _elsewhere(given: PlanInput, rollout: Rollout, old: Key) -> frozenset[str]:
    """The spaces of a version that files want no newer one for: a document is one for all of its spaces."""

    def spaces(key: Key) -> frozenset[str]:
        resource = given.wanted.get(key)
        if resource is None or resource.options.absent:
            return frozenset()
        said = resource.options.spaces
        return frozenset(given.every_space if said is None else said).intersection(given.every_space)

    names = rollout.names.names
    newer = (old._replace(name=name) for name in names[names.index(old.name) + 1 :])
    return spaces(old).difference(*map(spaces, newer))


def _names(left: Mapping[str, Sequence[Key]]) -> list[str]:
    return sorted({key.name for old in left.values() for key in old})


def _last(given: PlanInput, rollout: Rollout, key: Key, going: Sequence[Key]) -> bool:
    """Whether programs could send nothing any more that are written for what it asks."""
    live = given.live(key)
    if given.kinds[key.kind].outputs.contract is None or not may_be_sent(given.kinds[key.kind], live):
        return False
    gone = {each.name for each in going if each != key}
    own = [version[key.language] for version in rollout.chain if key.language in version]
    return last_of_contract([{key.language: each} for each in own if each.name not in gone], key.name, key.language)


def _summary(given: PlanInput, key: Key) -> str:
    kind, live = given.kinds[key.kind], given.live(key)
    assert kind.outputs.contract is not None and live is not None
    return kind.outputs.contract(content(kind, live, given.wanted.get(key)), key.language).summary


# --- what is gone and has a tombstone ---------------------------------------------------------------------------------


def _gone(given: PlanInput, change: Change) -> bool:
    """Whether a tombstone has nothing to do any more."""
    resource = given.wanted.get(change.key)
    absent = resource is not None and resource.options.absent
    return absent and change.action is Action.NO_OP and given.live(change.key) is None


def _still_there(given: PlanInput, changes: Sequence[Change]) -> frozenset[Name]:
    """What is live and is to go, in any language."""
    going = {change.key for change in changes if change.waits or change.action is Action.DELETE}
    going |= {key for key, resource in given.wanted.items() if resource.options.absent}
    return frozenset((key.kind, key.name) for key in going if given.live(key))


def _without_document(given: PlanInput, key: Key, still_there: Collection[Name], logical: Mapping[Name, str]) -> str:
    text = "its document can go once no space has it"
    found = [each.names for each in given.rollouts.get((key.kind, key.name), ())]
    for names in found or [Names(key.kind, (key.name,), logical.get((key.kind, key.name), ""))]:
        if not any((names.kind, name) in still_there for name in names.names):
            return f"{text}: {finish(names.logical, '--gone')}"
    return text
