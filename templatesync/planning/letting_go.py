"""Whether the programs that send can do without one version of a chain. Pure; knows no kind by name.

A version stays while senders of a language that is to go use it, and so does the last one that programs of a contract
can send, unless its tombstone says that this is meant.
"""

from __future__ import annotations

from typing import NamedTuple

from templatesync.kinds.base import Kind
from templatesync.model.change import Note
from templatesync.model.resource import Key, Live
from templatesync.planning.comparison import MOST_NAMED, few
from templatesync.planning.inputs import PlanInput
from templatesync.planning.rollout import Rollout, content, may_be_sent
from templatesync.sending.breaking import removed
from templatesync.sending.chain import Chain, Standing, Why, last_of_contract, needed_in

PENDING = "replacement pending"
"""The reason of a deletion that waits for a newer version."""


class Obstacle(NamedTuple):
    """What stands in the way of a deletion."""

    reason: str
    note: Note


def needed(given: PlanInput, kind: Kind, live: Live) -> Obstacle | None:
    """Why programs that send still need what is to be deleted; None when they do not."""
    key = live.key
    if pins := [each for each in _siblings(given, key) if given.wanted[each].options.pinned]:
        text = f"{pins[0]} says `pinned: true`: senders stay with this version, whatever is asked for elsewhere"
        return Obstacle("protected", Note("pinned", text))
    chains = given.rollouts.get((key.kind, key.name), ())
    if not chains and (successors := given.successors.get((key.kind, key.name))):
        text = f"{few(successors)} replaces it, and nobody can say in which order"
        return Obstacle(PENDING, Note("replacement_pending", text))
    return next(filter(None, (_needed(given, kind, live, each) for each in chains)), None)


def _siblings(given: PlanInput, key: Key) -> list[Key]:
    """The languages of its version that files want."""
    languages = sorted(given.wanted_languages.get((key.kind, key.name), ()))
    found = [Key(key.kind, key.name, language) for language in languages]
    return [each for each in found if not given.wanted[each].options.absent]


def _needed(given: PlanInput, kind: Kind, live: Live, rollout: Rollout) -> Obstacle | None:
    key = live.key
    if key.language in rollout.unread:
        return Obstacle("unreadable", Note("unreadable", _unread(given, rollout, key)))
    pointing = {
        language: standing
        for language in needed_in(rollout.chain, key.name)
        if (standing := rollout.standings[language])
        and _goes(given, each := Key(key.kind, key.name, language))
        and (kind.outputs.contract is not None or standing.newer)
        and not _given_up(given, each, standing)
    }
    if pointing:
        return Obstacle(PENDING, Note("replacement_pending", _in_use(given, key, rollout, pointing)))
    if kind.outputs.contract is None or not may_be_sent(kind, live) or _meant(given, key):
        return None
    if not last_of_contract(_left(given, key, rollout), key.name, key.language):
        return None
    asked = kind.outputs.contract(content(kind, live, given.wanted.get(key)), key.language).summary
    text = f"programs that are written for {asked} could send nothing any more; if that is meant, {_say(given, key)}"
    return Obstacle("breaking", Note("breaking", text))


def _goes(given: PlanInput, key: Key) -> bool:
    """Whether files, or prune, want it gone."""
    resource = given.wanted.get(key)
    if resource is not None:
        return resource.options.absent
    pruned = given.options.prune and given.policy.manages(key) and not given.policy.protects(key)
    return pruned and given.live(key) is not None


def _meant(given: PlanInput, key: Key) -> bool:
    """Whether its tombstone says that programs are to go without it."""
    resource = given.wanted.get(key)
    return resource is not None and removed(key.language).rule in resource.options.breaks


def _given_up(given: PlanInput, key: Key, standing: Standing) -> bool:
    """Whether senders that have nowhere else to go are to go without."""
    return _meant(given, key) and all(each.why is Why.LACKS for each in standing.newer)


def _left(given: PlanInput, key: Key, rollout: Rollout) -> Chain:
    """The chain in its language as it is once everything is gone that is to go, but for this."""
    language = key.language
    own = [versions[language] for versions in rollout.chain if language in versions]
    return [{language: each} for each in own if each.name == key.name or not _goes(given, key._replace(name=each.name))]


def _say(given: PlanInput, key: Key) -> str:
    """Where to say that programs are to go without it."""
    where = "say" if key in given.wanted else "delete it by a tombstone that says"
    return f"{where} `breaks: [{removed(key.language).rule}]`" + (" in its tombstone" if key in given.wanted else "")


def _unread(given: PlanInput, rollout: Rollout, key: Key) -> str:
    names = [Key(key.kind, name, key.language) for name in rollout.names.names]
    unread = [each for each in names if (live := given.live(each)) is not None and live.body is None]
    return f"what {few(unread)} asks of senders could not be read, so they may need this; plan again"


def _in_use(given: PlanInput, key: Key, rollout: Rollout, pointing: dict[str, Standing]) -> str:
    """Who uses it, and what each of them waits for."""
    languages: dict[str, list[str]] = {}
    for language, standing in pointing.items():
        languages.setdefault(_waits_for(given, key, rollout, standing), []).append(language)
    return "; ".join(
        f"senders{f' of {few(sorted(found))}' if any(found) else ''} use it: {what}"
        for what, found in sorted(languages.items())
    )


def _waits_for(given: PlanInput, key: Key, rollout: Rollout, standing: Standing) -> str:
    if (current := standing.current.name) != key.name:
        return f"it leads them to {current}, whose file does not say `adopt: true`; say so there first"
    newer = [each for each in standing.newer if each.why is not Why.LACKS]
    told: list[str] = []
    for each in newer[-MOST_NAMED:]:
        if each.why is Why.UNSETTLED:
            version = next(found for found in rollout.chain if any(own.name == each.name for own in found.values()))
            waiting = [Key(key.kind, each.name, language) for language, own in version.items() if not own.settled]
            told.append(f"{few(waiting)} must be in use first")
        elif each.why is Why.CONTRACT:
            told.append(f"{each.name} asks them for something else; once they are ready, say `adopt: true` in its file")
    if told:
        return ", and ".join(told)
    lacking = "no newer version has that language" if standing.newer else "there is no newer version"
    return f"{lacking}; if they are to go without, {_say(given, key)}"
