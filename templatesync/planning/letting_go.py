"""Whether the programs that send can do without one version of a chain. Pure; knows no kind by name.

A version stays while senders of a language that is to go use it, and so does the last one that programs of a contract
can send, unless its tombstone says that this is meant. When nothing but a review or a rollout keeps it, it waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from templatesync.kinds.base import Kind
from templatesync.model.change import WAITING, Note
from templatesync.model.resource import Key, Live
from templatesync.planning.comparison import MOST_NAMED, few
from templatesync.planning.inputs import PlanInput
from templatesync.planning.rollout import Rollout, content, digest, may_be_sent
from templatesync.sending.breaking import removed
from templatesync.sending.chain import Chain, Standing, Version, Why, last_of_contract, needed_in, standings

IN_USE = "in use"
"""The reason of a deletion of what senders use until somebody decides something."""
_BREAKING = "breaking"
_STILL_USED = "in_use"
"""The code of the note that says so."""

Comes = Callable[[Key], bool]
"""Whether something is in full use before long, without anybody's doing: by a review that runs, or by this plan."""


class Obstacle(NamedTuple):
    """What stands in the way of a deletion."""

    reason: str
    note: Note


def needed(given: PlanInput, kind: Kind, live: Live, comes: Comes) -> Obstacle | None:
    """Why programs that send still need what is to be deleted; None when they do not."""
    key = live.key
    if pins := [each for each in _siblings(given, key) if given.wanted[each].options.pinned]:
        text = f"{pins[0]} says `pinned: true`: senders stay with this version, whatever is asked for elsewhere"
        return Obstacle("protected", Note("pinned", text))
    chains = given.rollouts.get((key.kind, key.name), ())
    if not chains and (successors := given.successors.get((key.kind, key.name))):
        text = f"{few(successors)} replaces it, and nobody can say in which order"
        return Obstacle(IN_USE, Note(_STILL_USED, text))
    return next(filter(None, (_now_or_later(given, kind, live, each, comes) for each in chains)), None)


def _now_or_later(given: PlanInput, kind: Kind, live: Live, rollout: Rollout, comes: Comes) -> Obstacle | None:
    """What stands in the way; what will still do so after the reviews that run, somebody may see to meanwhile."""
    now = _needed(given, kind, live, rollout)
    if now is None or now.reason not in (IN_USE, _BREAKING):
        return now
    hoped = _hoped(given, kind, rollout, comes)
    later = _needed(given, kind, live, hoped)
    if later is None:
        why = now.note.text if now.reason == IN_USE else _until(live.key, rollout, hoped)
        return Obstacle(WAITING, Note(WAITING, f"{why}; an apply after that deletes it"))
    if later.note == now.note or now.reason != IN_USE:
        return now
    return now._replace(note=Note(_STILL_USED, f"{now.note.text}; after that, {later.note.text}"))


def _until(key: Key, rollout: Rollout, hoped: Rollout) -> str:
    own = [
        (now[key.language], then[key.language])
        for now, then in zip(rollout.chain, hoped.chain, strict=True)
        if key.language in now
    ]
    coming = [key._replace(name=then.name) for now, then in own if then != now]
    return f"programs of its contract have no other version: {few(coming)} must be in use first"


def _hoped(given: PlanInput, kind: Kind, rollout: Rollout, comes: Comes) -> Rollout:
    """The chain as it is once all is in use that comes without anybody's doing."""

    def hoped(version: Version, language: str) -> Version:
        key = Key(rollout.names.kind, version.name, language)
        if version.settled or not comes(key):
            return version
        written = digest(kind, None, given.wanted.get(key)) or version.digest
        return version._replace(digest=written, live=True, settled=True, usable=True)

    chain = [{language: hoped(own, language) for language, own in version.items()} for version in rollout.chain]
    return rollout._replace(chain=chain, standings=standings(chain))


def renamed(given: PlanInput, live: Live, comes: Comes) -> Obstacle | None:
    """What is to be deleted may be what files want under another name, of which nobody said what it replaces.

    All of a name stays until all of the other is in use, also a language that the other has in other words, or lacks.
    """
    key, found = live.key, given.renames.successors(live)
    if unread := given.renames.unread(live) if not found else ():
        text = f"what {few(unread)} says could not be read, so this may be in the files under another name; plan again"
        return Obstacle("unreadable", Note("unreadable", text))
    if not found:
        return None
    told, coming = [], True
    for name, same in sorted(found.items()):
        languages = given.wanted_languages[key.kind, name]
        versions = [Key(key.kind, name, language) for language in languages]
        alive = [each for each in versions if not given.wanted[each].options.absent]
        coming = coming and all(_settled(given, each) or comes(each) for each in alive)
        where = "" if key.language in same else f" in {few(same)}"
        told.append(f"{name} has the same content{where} and is not in use in every language yet")
    keep = f"`replaces: {key.name}` there keeps senders"
    if not any(key.language in given.wanted_languages[key.kind, name] for name in found):
        keep = f"nothing takes the place of {key.language} then; {keep}"
    if coming:
        return Obstacle(WAITING, Note(WAITING, f"{'; '.join(told)}; an apply after that deletes this; {keep}"))
    return Obstacle(IN_USE, Note(_STILL_USED, f"{'; '.join(told)}; {keep}"))


def _settled(given: PlanInput, key: Key) -> bool:
    live = given.live(key)
    return live is not None and given.kinds[key.kind].policy.settled(live)


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
        return Obstacle(IN_USE, Note(_STILL_USED, _in_use(given, key, rollout, pointing)))
    if kind.outputs.contract is None or not may_be_sent(kind, live) or _meant(given, key):
        return None
    if not last_of_contract(_left(given, key, rollout), key.name, key.language):
        return None
    asked = kind.outputs.contract(content(kind, live, given.wanted.get(key)), key.language).summary
    text = f"programs that are written for {asked} could send nothing any more; if that is meant, {_say(given, key)}"
    return Obstacle(_BREAKING, Note(_BREAKING, text))


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


def _back(given: PlanInput, key: Key, rollout: Rollout, standing: Standing) -> str:
    """The newest older version that has a file, can be sent and asks for the same; empty when there is none."""
    language = next(language for language, each in rollout.standings.items() if each is standing)
    older = rollout.chain[: rollout.names.names.index(key.name)]
    for own in (version[language] for version in reversed(older) if language in version):
        there = given.wanted.get(Key(key.kind, own.name, language))
        if own.usable and own.digest == standing.current.digest and there and not there.options.absent:
            return own.name
    return ""


def _ended_badly(given: PlanInput, keys: Sequence[Key]) -> str:
    """What of these no review that runs will bring into use."""
    policy = given.kinds[keys[0].kind].policy
    found = [each for each in keys if (live := given.live(each)) is not None and live.status in policy.rejected]
    states = {policy.called(live.status) for each in found if (live := given.live(each)) is not None}
    return f", and {few(found)} is {few(sorted(states))}" if found else ""


def _waits_for(given: PlanInput, key: Key, rollout: Rollout, standing: Standing) -> str:
    if (current := standing.current.name) != key.name:
        return f"it leads them to {current}, whose file does not say `adopt: true`; say so there first"
    newer = [each for each in standing.newer if each.why is not Why.LACKS]
    told: list[str] = []
    for each in newer[-MOST_NAMED:]:
        if each.why is Why.UNSETTLED:
            version = next(found for found in rollout.chain if any(own.name == each.name for own in found.values()))
            waiting = [Key(key.kind, each.name, language) for language, own in version.items() if not own.settled]
            told.append(f"{few(waiting)} must be in use first{_ended_badly(given, waiting)}")
        elif each.why is Why.CONTRACT:
            told.append(f"{each.name} asks them for something else; once they are ready, say `adopt: true` in its file")
    if told:
        return ", and ".join(told)
    lacking = "no newer version has that language" if standing.newer else "there is no newer version"
    if back := _back(given, key, rollout, standing):
        return f"{lacking}; `pinned: true` in the file of {back} brings them back to it first"
    return f"{lacking}; if they are to go without, {_say(given, key)}"
