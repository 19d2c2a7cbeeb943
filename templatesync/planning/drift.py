"""Whose change it is when live content is not what a file says. Pure; knows no git, no file and no kind by name.

Live content that no version of the file ever had, and that no apply left, came from elsewhere. Everything else is a
change that waits for an apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from templatesync.kinds.base import Kind
from templatesync.model.change import Change, Echo, SpacePlan
from templatesync.model.condition import Condition
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.comparison import compared
from templatesync.planning.inputs import PlanInput
from templatesync.planning.receipt import Row
from templatesync.planning.totals import DOUBTFUL


class Sent(NamedTuple):
    """What an apply left live: the content that it had sent, if that is known, or what the service tells in its place.

    `told` is the digest of that, compared as it was with what was sent. `version` is a file that still asks for it.
    """

    content: Json = None
    told: str = ""
    version: Resource | None = None


class Earlier(NamedTuple):
    """What is known of a resource before now, in one space.

    known      whether its earlier versions could be looked for, as far back as asked
    versions   those of its file, newest first; the present one is left out
    sent       what applies left live, as far as a receipt or this machine's journal has it
    live       whether a receipt shows that it was live, and nothing later that it was deleted
    """

    known: bool = False
    versions: Sequence[Resource] = ()
    sent: Sequence[Sent] = ()
    live: bool = False


NOTHING_EARLIER: Mapping[Key, Earlier] = {}


def sent_by(row: Row | None, echoes: Iterable[Echo]) -> tuple[Sent, ...]:
    """What an apply left, by its row in a receipt and what is remembered of it; nothing, where it may not have come to
    write. What was blocked or refused has left what was there before, and that may be anybody's.
    """
    found = [Sent(told=echo.live_digest) for echo in echoes if echo.taken]
    if row is not None and row.submitted:
        found.append(Sent(row.content, row.echo.live_digest if row.echo is not None and row.echo.taken else ""))
    return tuple(found)


def whose(kind: Kind, wanted: Resource, live: Live, digest: str, earlier: Earlier) -> Condition:
    """What it is that live content, with its `digest`, differs from what is wanted."""
    strange = _strange(kind, wanted, live)
    if any(_is_sent(kind, sent, live, digest, strange) for sent in earlier.sent):
        return Condition.PENDING
    if any(_is(kind, version, live, strange) for version in earlier.versions):
        return Condition.PENDING
    return Condition.EDITED if earlier.known else Condition.DIFFERS


def is_sent(kind: Kind, sent: Iterable[Sent], live: Live) -> bool:
    """Whether what is live is what was sent, as far as anybody sees, or what the service tells in its place."""
    return any(
        _is(kind, version, live, frozenset(), one.told)
        for one in sent
        for version in (one.version, kind.content.again(live.key, one.content) if one.content is not None else None)
        if version is not None
    )


def whose_category(kind: Kind, live: Live, earlier: Earlier) -> Condition:
    """What it is that live has another category than is wanted: that of an earlier version of the file, which was
    changed since, or else one that the platform chose. What an apply left has the live category, whoever chose that.
    """
    ours = any(kind.policy.categorised(each, live) for each in earlier.versions)
    return Condition.PENDING if ours else Condition.RECATEGORISED


def _strange(kind: Kind, wanted: Resource, live: Live) -> frozenset[str]:
    """The fields that are neither as the file says nor as the service has them by itself. A version that did not speak
    of one of them does not say why it is as it is: somebody has set it.
    """
    pair = kind.content.pair(wanted, live)
    asked, there = kind.content.visible(pair.wanted), kind.content.visible(pair.live)
    told, unsaid = kind.content.current(live), kind.content.unsaid(live)
    if not (isinstance(asked, dict) and isinstance(there, dict) and isinstance(told, dict)):
        return frozenset()
    differing = (name for name, value in asked.items() if value != there.get(name))
    return frozenset(name for name in differing if name in told and told[name] != unsaid.get(name))


def _is_sent(kind: Kind, sent: Sent, live: Live, digest: str, strange: frozenset[str]) -> bool:
    if sent.told and sent.told == digest:
        return True
    return sent.content is not None and _is(kind, kind.content.again(live.key, sent.content), live, strange, sent.told)


def _is(kind: Kind, version: Resource, live: Live, strange: frozenset[str], told: str = "") -> bool:
    """Whether live content is that of a version, or what a service `told` in its place."""
    if version.options.absent:
        return False
    try:
        pair = compared(kind, version, live).pair
        said = isinstance(pair.content, dict) and strange <= pair.content.keys()
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return False  # an old file, or a receipt, may hold anything, and no schema has looked at it
    return said and bool(pair.wanted == pair.live or (told and sha256(pair.live) == told))


def conditions(given: PlanInput, plan: SpacePlan, earlier: Mapping[Key, Earlier]) -> Mapping[Key, frozenset[Condition]]:
    """How what is live and the files differ, by key, where they do. `earlier` has what `in_question` names.

    Those of `DRIFT` tell of what is otherwise than anybody said in a file.
    """
    found: dict[Key, set[Condition]] = {key: {Condition.UNMANAGED} for key in plan.unmanaged}
    for change in plan.changes:
        kind, live, wanted = given.kinds[change.key.kind], given.live(change.key), given.wanted.get(change.key)
        mine = found.setdefault(change.key, set())
        before = earlier.get(change.key, Earlier())
        if live is not None and _another_category(given, change):
            mine.add(whose_category(kind, live, before))
        if live is not None and wanted is not None and differs(given, change):
            mine.add(whose(kind, wanted, live, change.live_digest, before))
        elif is_absent(given, change):
            mine.add(Condition.MISSING if before.live else Condition.PENDING)
    return {key: frozenset(each) for key, each in found.items() if each}


def in_question(given: PlanInput, plan: SpacePlan) -> tuple[Key, ...]:
    """The keys of which somebody has to know what was before, to say whose change it is."""
    asked = (differs, is_absent, _another_category)
    return tuple(change.key for change in plan.changes if any(each(given, change) for each in asked))


def _another_category(given: PlanInput, change: Change) -> bool:
    return any(note.code in given.kinds[change.key.kind].policy.drifts for note in change.notes)


def differs(given: PlanInput, change: Change) -> bool:
    """Whether what is live has another content than the file."""
    live = given.live(change.key)
    return _alive(given, change) and live is not None and live.body is not None and bool(change.diff)


def is_unread(given: PlanInput, change: Change) -> bool:
    """Whether nobody can say how what is live, or may be, and the file differ."""
    live = given.live(change.key)
    unread = live is not None and (live.body is None or given.kinds[change.key.kind].policy.unread(live))
    return _alive(given, change) and (unread or change.reason in DOUBTFUL)


def is_absent(given: PlanInput, change: Change) -> bool:
    """Whether what a file wants is certainly not there."""
    if not _alive(given, change) or given.live(change.key) is not None or change.reason in DOUBTFUL:
        return False
    listing = given.listing(change.key.kind)
    return listing.complete and change.key not in listing.failed


def _alive(given: PlanInput, change: Change) -> bool:
    wanted = given.wanted.get(change.key)
    return wanted is not None and not wanted.options.absent
