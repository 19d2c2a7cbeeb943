"""The story of a plan: its changes by what they are about, told once for all spaces where they are the same. Pure.

Values only: knows no format. Exceptions come first: what is blocked, breaks senders or deletes, and of one resource
what holds in few spaces. `drawn` is what a change looks like before and after, for whatever format draws it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from templatesync.kinds import KINDS
from templatesync.look.bubble import Appearance, Bubble, Card, Values
from templatesync.model.change import Action, Change, Plan, SpacePlan
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.resource import several
from templatesync.planning.totals import plan_digest
from templatesync.render.report import counted

_GRAVITY = {Action.BLOCKED: 0, Action.DELETE: 2, Action.UPDATE: 3, Action.CREATE: 4, Action.NO_OP: 6}
_BREAKING = 1
_WAITING = 5


class Telling(NamedTuple):
    """A change of one language, and the spaces in which it is the same. `change` is that of the first of them."""

    change: Change
    spaces: tuple[str, ...]

    @property
    def gravity(self) -> int:
        """What comes first: the lower, the more it asks for a person."""
        if self.change.waits:
            return _WAITING
        gravity = _GRAVITY[self.change.action]
        return min(gravity, _BREAKING) if self.change.breaking else gravity

    @property
    def used(self) -> bool:
        """Whether senders use something of it now."""
        return self.change.before is not None or self.change.predecessor is not None

    @property
    def stops(self) -> bool:
        """Whether what senders use now cannot be sent while a review runs."""
        return self.change.review and self.used and self.change.sendable_meanwhile == "no"


class Chapter(NamedTuple):
    """All that changes of one name: its languages and spaces, exceptions first."""

    kind: str
    name: str
    tellings: tuple[Telling, ...]


class Story(NamedTuple):
    """A plan as people read it. `digest` is empty where a space could not be read: nobody should approve a part."""

    spaces: tuple[SpacePlan, ...]
    chapters: tuple[Chapter, ...]
    digest: str

    @property
    def unread(self) -> tuple[SpacePlan, ...]:
        """The spaces that could not be read."""
        return tuple(space for space in self.spaces if space.error is not None)

    def tellings(self) -> Iterator[Telling]:
        """All of them, in their order."""
        return (telling for chapter in self.chapters for telling in chapter.tellings)


class Drawn(NamedTuple):
    """A change as customers see it. `before` is what senders use now; None where there is nothing, or nothing known."""

    before: Appearance | None
    after: Appearance | None


def story(plan: Plan) -> Story:
    """The story of a plan. What stays as it is has no part in it."""
    spaces = tuple(sorted(plan.spaces, key=lambda space: space.space))
    alike: dict[tuple[str, str], dict[Json, tuple[Change, list[str]]]] = {}
    for space in spaces:
        for change in space.changes:
            if change.action is not Action.NO_OP:
                told = alike.setdefault((change.key.kind, change.key.name), {})
                told.setdefault(_same(change), (change, []))[1].append(space.space)
    chapters = [
        Chapter(
            kind, name, tuple(sorted((Telling(change, tuple(where)) for change, where in told.values()), key=_rank))
        )
        for (kind, name), told in alike.items()
    ]
    digest = "" if any(space.error for space in spaces) else plan_digest(plan)
    return Story(spaces, tuple(sorted(chapters, key=_chapter_rank)), digest)


def _same(change: Change) -> tuple[Json, ...]:
    """What two changes of one name have in common that are told once."""
    return (
        *(change.key.language, change.action, change.reason, change.file, change.line, change.live_status),
        *(change.review, change.sendable_meanwhile, change.replaces, change.notes, change.breaking),
        *(change.live_digest, change.wanted_digest),
        *(sha256(change.predecessor), tuple(change.samples.variables.items()), change.samples.media),
    )


def _rank(telling: Telling) -> tuple[int, int, str, tuple[str, ...]]:
    return telling.gravity, len(telling.spaces), telling.change.key.language, telling.spaces


def _chapter_rank(chapter: Chapter) -> tuple[int, str, str]:
    return min(telling.gravity for telling in chapter.tellings), chapter.kind, chapter.name


# --- what it looks like -----------------------------------------------------------------------------------------------


def drawn(change: Change, values: Values = Values.SAMPLES) -> Drawn:
    """What customers get before a change and after it, both with the same samples in the places of variables.

    Before is what senders use now: what is live for an update or a deletion, the predecessor for a new version, nothing
    for a create. After has the media that the file names.
    """
    before = change.predecessor if change.before is None else change.before
    after = _appearance(change, change.after, values)
    return Drawn(_appearance(change, before, values), _with_media(after, change.samples.media))


def _appearance(change: Change, content: Json, values: Values) -> Appearance | None:
    kind = KINDS.get(change.key.kind)
    if content is None or kind is None:
        return None
    return kind.content.look(content, change.key.language, change.samples.variables, values)


def _with_media(seen: Appearance | None, media: Sequence[str]) -> Appearance | None:
    if not isinstance(seen, Bubble) or not media:
        return seen
    cards = tuple(
        _card(card, source) for card, source in zip(seen.cards, _padded(media[1:], len(seen.cards)), strict=True)
    )
    header = seen.media if seen.media is None else seen.media._replace(source=media[0])
    return seen._replace(media=header, cards=cards)


def _card(card: Card, source: str) -> Card:
    return card if card.media is None else card._replace(media=card.media._replace(source=source))


def _padded(media: Sequence[str], length: int) -> list[str]:
    return [*media[:length], *[""] * (length - len(media))]


# --- in one sentence --------------------------------------------------------------------------------------------------


def sentence(told: Story, where: str) -> str:
    """What a plan comes to. `where` names the space, or says how many, or is empty; whoever shows it escapes that."""
    tellings = [*told.tellings()]
    where = f" in {where}" if where else ""
    clauses = [*_clauses(told)]
    unread = f"{counted(len(told.unread), 'space')} could not be read" if told.unread else ""
    if not tellings:
        if len(told.unread) == len(told.spaces):
            could = "it could not" if len(told.spaces) == 1 else "none could"
            return f"Nobody knows what changes{where}: {could} be read."
        return f"Nothing changes{where}{f', but {unread}' if unread else ''}."
    names = _named(told.chapters)
    verb = "changes" if len(told.chapters) == 1 else "change"
    said = ", ".join([*clauses, *([unread] if unread else [])])
    return f"{names} {verb}{where}{f': {said}' if said else ''}."


def _named(chapters: Iterable[Chapter]) -> str:
    counts: dict[str, int] = {}
    for chapter in chapters:
        counts[chapter.kind] = counts.get(chapter.kind, 0) + 1
    said = [f"{number:,} {several(kind)[: -1 if number == 1 else None]}" for kind, number in sorted(counts.items())]
    return " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))


def _clauses(told: Story) -> Iterator[str]:
    """Reviews are counted one by one; of all else, the resources that have it in any language or space."""
    reviews = sum(len(telling.spaces) for telling in told.tellings() if telling.change.review)
    if reviews:
        yield f"{counted(reviews, 'review')} {'starts' if reviews == 1 else 'start'}"
    for one, many, holds in (
        ("cannot be sent meanwhile", "cannot be sent meanwhile", lambda each: each.stops),
        ("breaks senders", "break senders", lambda each: bool(each.change.breaking)),
        ("is deleted", "are deleted", lambda each: each.change.action is Action.DELETE),
        ("is blocked", "are blocked", lambda each: each.change.needs_somebody),
        ("waits for its replacement", "wait for their replacements", lambda each: each.change.waits),
    ):
        number = sum(any(holds(telling) for telling in chapter.tellings) for chapter in told.chapters)
        if number:
            yield f"{number:,} {one if number == 1 else many}"
