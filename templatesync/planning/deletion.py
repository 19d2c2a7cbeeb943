"""Whether something may be deleted that a tombstone or prune asks for. Pure; knows no kind by name.

What senders or other resources still need stays; so does what nobody can be sure of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from templatesync.kinds.base import Kind
from templatesync.model.change import WAITING, Action, Decision, Note, breaks
from templatesync.model.resource import Key, Live
from templatesync.planning.absence import incomplete, near_miss
from templatesync.planning.comparison import MOST_NAMED
from templatesync.planning.inputs import PlanInput
from templatesync.planning.letting_go import Comes, needed, renamed
from templatesync.sending.breaking import removed


class Expected(NamedTuple):
    """What is expected of other resources: whether one `stays` as it is when the plan is carried out, whether it is to
    go and `waits`, and `comes`.
    """

    stays: Callable[[Key], bool]
    waits: Callable[[Key], bool]
    comes: Comes


def tombstone(given: PlanInput, key: Key, live: Live | None, expected: Expected) -> Decision:
    """What a file asks for that wants something gone."""
    if live is not None:
        return delete(given, live, expected)
    if near := near_miss(given, given.kinds[key.kind], given.wanted[key]):
        return near
    if not given.listing(key.kind).complete:
        return incomplete(given.listing(key.kind))
    note = Note("absent", "it is marked as absent and is not there")
    return Decision(Action.NO_OP, sendable_meanwhile="no", notes=(note,))


def delete(given: PlanInput, live: Live, expected: Expected) -> Decision:
    """A deletion that somebody asked for, by tombstone or prune, if nothing stands in its way."""
    kind = given.kinds[live.key.kind]
    listing = given.listing(live.key.kind)
    if (not listing.complete or listing.uncounted) and not given.policy.protects(live.key):
        return incomplete(listing)
    gone, resource = removed(live.key.language), given.wanted.get(live.key)
    broken = breaks((gone,))
    meant = resource is not None and gone.rule in resource.options.breaks
    chained = bool(given.rollouts.get((live.key.kind, live.key.name)))
    if obstacle := _obstacle(given, kind, live, expected):
        reason, note = obstacle
        now = "yes" if kind.policy.settled(live) else "no"
        if reason == WAITING or (chained and not meant and not needed(given, kind, live, expected.comes)):
            broken = ()  # when it goes at last, nobody misses it
        return Decision(Action.BLOCKED, reason, sendable_meanwhile=now, breaking=broken, notes=(note,))
    notes = (*_unread(given, live.key), *_renamed(given, live))
    if not meant and chained:
        broken = ()  # of a chain nothing goes that programs miss, but for what its tombstone names
    return Decision(Action.DELETE, sendable_meanwhile="no", breaking=broken, meant=meant, notes=notes)


def _renamed(given: PlanInput, live: Live) -> Iterator[Note]:
    """A note on a tombstone beside which something of the same content comes, that does not say it replaces it."""
    if live.key in given.wanted and (new := given.renames.successor(live)):
        text = f"{new.name} has the same content and is not in use yet"
        yield Note("renamed", f"{text}; `replaces: {live.key.name}` there keeps senders until it is")


def _unread(given: PlanInput, key: Key) -> Iterator[Note]:
    """A note on what might lead to a resource, of which only the list was read."""
    listings = [given.listing(name) for name in _referring(given, key)]
    count = sum(live.body is None for listing in listings for live in listing.live.values())
    if count:
        those = "resource outside this plan was" if count == 1 else "resources outside this plan were"
        yield Note("unread", f"{count} live {those} not read, and may lead to what is deleted")


def _referring(given: PlanInput, key: Key) -> list[str]:
    """The kinds that may lead to a resource."""
    return [name for name, kind in given.kinds.items() if key.kind in kind.references.fields.values()]


def _obstacle(given: PlanInput, kind: Kind, live: Live, expected: Expected) -> tuple[str, Note] | None:
    """Why something may not be deleted, as a reason and a note."""
    if given.policy.protects(live.key):
        return "protected", Note("protected", "policy.protect names it")
    if given.unmet.get((kind.name, kind.file.likeness(live.key, live.body))) and live.key not in given.wanted:
        return "near miss", Note("near_miss", "a file is about what may be the same in another spelling")
    marked = live.key in given.wanted
    if kind.policy.unknown(live) and marked and given.options.allow_unknown_state:
        pass  # somebody has looked at it, and takes it upon them
    elif reason := kind.policy.deletable(live):
        way_out = "; `--allow-unknown-state` deletes it all the same" if kind.policy.unknown(live) and marked else ""
        return reason, Note(reason, f"it cannot be deleted in this state{way_out}")
    if users := given.referrers.get(live.key) or [key for key in given.users.get(live.key, ()) if expected.stays(key)]:
        named = ", ".join(map(str, users[:MOST_NAMED]))
        if live.key not in given.referrers and all(map(expected.waits, users)):
            return WAITING, Note(WAITING, f"{named} must be gone first, which waits; an apply after that deletes this")
        return "in use", Note("in_use", f"{named} would lead to nothing")
    if unread := [key for name in _referring(given, live.key) for key in sorted(given.listing(name).failed)]:
        return "unreadable", Note(
            "unreadable", f"{', '.join(map(str, unread[:MOST_NAMED]))} may lead to it; plan again"
        )
    if partial := [name for name in _referring(given, live.key) if not given.listing(name).complete]:
        reason = given.listing(partial[0]).reason
        return "unreadable", Note(
            "unreadable", f"something may lead to it: the list of {partial[0]} is not whole: {reason}"
        )
    # A tombstone says that it is to go, whatever has the same content; prune only that no file is about it.
    return needed(given, kind, live, expected.comes) or (None if marked else renamed(given, live, expected.comes))
