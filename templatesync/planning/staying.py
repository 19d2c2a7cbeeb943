"""What senders notice of a new version, and who stays with an older one. Pure; knows no kind by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from templatesync.kinds.base import Kind
from templatesync.model.change import Action, Change, Decision, Note, break_warnings, breaks
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.comparison import few
from templatesync.planning.inputs import PlanInput
from templatesync.planning.rollout import Rollout, content, why_not, why_not_this
from templatesync.sending.chain import Standing, Why, standings

STAYS = "senders_stay"
"""The code of a note that says who does not use a newer version."""


class _Used(NamedTuple):
    """Where the senders of one language are."""

    rollout: Rollout
    standing: Standing
    live: Live | None


def in_use(given: PlanInput, resource: Resource, live: Live | None) -> Live | None:
    """What senders use until a new version is there."""
    if live is not None or not resource.options.replaces:
        return None
    there = _used(given, resource.key)
    found = there.live if there else None
    return found if found is not None and found.key != resource.key and found.body is not None else None


def replacing(given: PlanInput, kind: Kind, resource: Resource, decision: Decision) -> Decision:
    """A create that is the new version of something: what its senders will notice, if they change to it."""
    old = resource.options.replaces
    notes = [_until(given, resource)]
    there = _used(given, resource.key)
    used = in_use(given, resource, None)
    broken: tuple[Note, ...] = ()
    if there and resource.key.language in there.rollout.unread:
        notes.append(
            Note("unread", f"what senders of {old} give could not be read: nobody knows whether it breaks them")
        )
    elif there and used is not None:
        broken, told = _noticed(given, kind, resource, there, used)
        notes += told
    if resource.options.adopt and not given.live_languages.get((kind.name, resource.key.name)):
        text = "senders change as soon as it is approved, before anybody can deploy them; set `adopt` in a later change"
        notes.append(Note("adopt_at_once", text))
    old_one = there.live if there and there.live is not None and there.live.key != resource.key else None
    meanwhile = "yes" if old_one is not None and kind.policy.settled(old_one) else decision.sendable_meanwhile
    notes += decision.notes
    # Only adopt or a pin moves senders to what breaks them, and both are said on purpose.
    return dataclasses.replace(
        decision, breaking=broken, meant=bool(broken), sendable_meanwhile=meanwhile, notes=tuple(notes)
    )


def _until(given: PlanInput, resource: Resource) -> Note:
    old, key = resource.options.replaces, resource.key
    if not given.live_languages.get((key.kind, old)):
        return Note("replaces", f"{old} is not live")
    whole = "every language of this one" if key.language else "this one"
    return Note("replaces", f"{old} stays until {whole} is in use")


def _noticed(
    given: PlanInput, kind: Kind, resource: Resource, there: _Used, used: Live
) -> tuple[tuple[Note, ...], list[Note]]:
    """What breaks for senders, and notes. Nothing breaks for those who stay where they are."""
    mine = next((each for each in there.standing.newer if each.name == resource.key.name), None)
    if mine is None:
        return (), []  # they are with a newer one by now
    if mine.why is Why.PINNED:
        return (), [Note(STAYS, why_not_this(there.standing, mine))]
    wanted, options = kind.content.canonical(resource), resource.options
    found = kind.content.breaking(content(kind, used, given.wanted.get(used.key)), wanted)
    if options.adopt or options.pinned or not (other := _asks_for_another(kind, resource, there, wanted)):
        return breaks(found), [*break_warnings(found)]
    text = f"it asks for something else than {used.key.name}: {few(each.text for each in found) or other}"
    return (), [Note(STAYS, f"{text}; senders stay with {used.key.name} until its file says `adopt: true`")]


def _asks_for_another(kind: Kind, resource: Resource, there: _Used, wanted: Json) -> str:
    """What it asks for, if that is not what senders give now; empty for a kind that asks for nothing."""
    if kind.outputs.contract is None:
        return ""
    asked = kind.outputs.contract(wanted, resource.key.language)
    return asked.summary if asked.digest != there.standing.current.digest else ""


def _used(given: PlanInput, key: Key) -> _Used | None:
    for rollout in given.rollouts.get((key.kind, key.name), ()):
        if standing := rollout.standings.get(key.language):
            return _Used(rollout, standing, given.live(Key(key.kind, standing.current.name, key.language)))
    return None


def with_standings(given: PlanInput, changes: Sequence[Change]) -> list[Change]:
    """The changes, with a note on the versions that senders stay with, and on those that they do not use."""
    if not given.rollouts:
        return list(changes)
    told = []
    for change in changes:
        notes = tuple(Note(STAYS, text) for text in dict.fromkeys(stays(given, change)))
        told.append(dataclasses.replace(change, notes=(*change.notes, *notes)) if notes else change)
    return told


def stays(given: PlanInput, change: Change) -> Iterator[str]:
    """Why senders stay with the version of a change, or do not use it; nothing of what is about to go."""
    key = change.key
    resource = given.wanted.get(key)
    if change.action is Action.DELETE or resource is None or resource.options.absent:
        return
    for rollout in given.rollouts.get((key.kind, key.name), ()):
        standing = rollout.standings.get(key.language)
        if standing is not None and key.language not in rollout.unread:
            if standing.current.name == key.name:
                there = [each for each in standing.newer if each.version is not None and each.version.live]
                yield from why_not(standing._replace(newer=tuple(there)))
            else:
                mine = [each for each in standing.newer if each.name == key.name and each.version and each.version.live]
                yield from (why_not_this(standing, each) for each in mine)
        yield from _left_behind(rollout, key.name)


def moved(given: PlanInput, key: Key) -> frozenset[str]:
    """The rules that senders may meet because a file moves them to its version, by adopting or pinning it."""
    resource, kind = given.wanted[key], given.kinds[key.kind]
    if not resource.options.adopt and not resource.options.pinned:
        return frozenset()
    wanted, found = kind.content.canonical(resource), set[str]()
    for rollout in given.rollouts.get((key.kind, key.name), ()):
        for name in rollout.names.names:
            other = given.live(key._replace(name=name))
            if name != key.name and other is not None and other.body is not None:
                old = content(kind, other, given.wanted.get(other.key))
                found |= {each.rule for each in kind.content.breaking(old, wanted)}
    return frozenset(found)


def moves(rollout: Rollout, key: Key, digest: str) -> Iterator[str]:
    """Where senders go because a version is edited in place and has another contract then."""
    language = key.language
    if language not in rollout.standings or language in rollout.unread:
        return
    chain = [
        {**each, language: each[language]._replace(digest=digest)}
        if language in each and each[language].name == key.name
        else each
        for each in rollout.chain
    ]
    before, after = rollout.standings[language].current.name, standings(chain)[language].current.name
    if before != after:
        yield f"senders go from {before} to {after} with this change, for this version asks for something else then"


def _left_behind(rollout: Rollout, name: str) -> Iterator[str]:
    """The languages that a version lacks, by the older one that has their senders; only the newest such tells."""
    lacking: dict[str, list[str]] = {}
    for language, standing in sorted(rollout.standings.items()):
        lacking_it = [each.name for each in standing.newer if each.why is Why.LACKS]
        lacks = lacking_it[-1:] == [name]
        if lacks and language not in rollout.unread:
            lacking.setdefault(standing.current.name, []).append(language)
    for current, languages in lacking.items():
        which = "them" if len(languages) > 1 else "it"
        yield f"senders of {few(languages)} stay with {current}, for {name} does not have {which}"
