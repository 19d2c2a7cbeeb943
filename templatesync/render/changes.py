"""Changes for a terminal: the same change once, with where; then what it means, and the text. Pure.

Shared by what plans and what tells of an apply. Knows no command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from templatesync.kinds import KINDS
from templatesync.model.change import Action, Change, Note, SpacePlan
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, several
from templatesync.model.usage import CODE as USAGE
from templatesync.render.appearance import excerpt, text_of
from templatesync.render.difference import difference
from templatesync.render.grouping import Place, everywhere, grouped, shortened, spoken
from templatesync.render.report import counted
from templatesync.render.terminal import Style, pad, visible, width, wrapped
from templatesync.render.usage import counts
from templatesync.sending.breaking import NAME_REMOVED, BreakingRule

MOST_LINES = 20
"""Groups of changes that have a line each. Of more, those that mean the same share one."""
MOST_TEXTS = 3
"""New texts, texts that go, and differences of one group that are shown unless everything is."""
MOST_NAMES = 6
"""Names of a line that several resources share."""
_WIDEST = 44

# What a reviewer must not miss comes first.
_ORDER = (Action.BLOCKED, Action.DELETE, Action.UPDATE, Action.CREATE, Action.NO_OP)


def _rank(change: Change) -> float:
    """What waits comes after all that somebody has to look at."""
    return _ORDER.index(Action.NO_OP) - 0.5 if change.waits else _ORDER.index(change.action)


class Row(NamedTuple):
    """A change and the space that it is for."""

    space: str
    change: Change

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.space, self.change.key.language)


class Group(NamedTuple):
    """The rows of one resource, in whatever spaces and languages, to which the same happens."""

    rows: tuple[Row, ...]

    @property
    def change(self) -> Change:
        """One of them; what it says of itself beside language, place and text is true of all."""
        return self.rows[0].change

    @property
    def key(self) -> Key:
        """What names them all."""
        keys = {row.change.key for row in self.rows}
        return self.change.key if len(keys) == 1 else Key(self.change.key.kind, self.change.key.name)

    @property
    def places(self) -> list[Place]:
        """Where they are."""
        return [row.place for row in self.rows]


def changes(plans: Sequence[SpacePlan], style: Style) -> Iterator[str]:
    """All changes of these spaces, as far as the style asks for them."""
    rows = [Row(plan.space, change) for plan in plans for change in plan.changes if _wanted(change, style)]
    groups = [Group(tuple(each)) for each in grouped(rows, _same).values()]
    groups.sort(key=lambda group: (_rank(group.change), not group.change.breaking, group.key))
    many = sum(plan.error is None for plan in plans)
    texts = {
        action: sum(group.change.action is action for group in groups) for action in (Action.CREATE, Action.DELETE)
    }
    columns = min(max((width(str(group.key)) for group in groups), default=0), _WIDEST)
    for family in _families(groups, style):
        if len(family) > 1:
            yield from _family(family, many, style)
            continue
        (group,) = family
        yield from line(group, columns, _about(group), many, style)
        full = style.whole or texts.get(group.change.action, 0) <= MOST_TEXTS
        yield from _beneath(group, many, full, len(groups) <= MOST_LINES // 2, style)


def kinds_of(change: Change) -> frozenset[str]:
    """Which kinds of change, of those that `--only` knows, this is one of."""
    found = {"unchanged" if change.action is Action.NO_OP else "waiting" if change.waits else change.action.value}
    if change.replaces:
        found.add("new-version")
    if change.breaking and change.action is not Action.NO_OP:
        found.add("breaking")
    if change.review:
        found.add("review")
    if change.notes:
        found.add("noted")
    return frozenset(found)


def _wanted(change: Change, style: Style) -> bool:
    if style.only:
        return not kinds_of(change).isdisjoint(style.only)
    return change.action is not Action.NO_OP or bool(change.notes) or style.whole


def _same(row: Row) -> tuple[object, ...]:
    change = row.change
    return (
        change.key.kind, change.key.name, change.action, change.reason, change.live_status, change.review,
        change.sendable_meanwhile, change.replaces,
    )  # fmt: skip


# --- one line -----------------------------------------------------------------------------------------------------


def mark(change: Change, style: Style) -> str:
    """The sign before a change."""
    sign = change.mark
    paint = {"+": style.green, "±": style.green, "~": style.yellow, "-": style.red, "!": style.red}.get(sign, str)
    return paint(sign)


def line(group: Group, columns: int, said: Callable[[str], str], spaces: int, style: Style) -> Iterator[str]:
    """The line of a group: what `said` makes of where it is, behind its key."""
    first = f"  {pad(visible(str(group.key)), columns)}  "
    lines = wrapped(said(spoken(group.places, spaces)), style.columns, f"  {first}", " " * 6)
    yield f"  {mark(group.change, style)} {lines[0][4:]}"
    yield from lines[1:]
    if style.whole and len(group.rows) > 1:
        for where in everywhere(group.places):
            yield from (style.dim(each) for each in wrapped(where, style.columns, "      "))


def _about(group: Group) -> Callable[[str], str]:
    change, number = group.change, len(group.rows)

    def said(where: str) -> str:
        about = [change.word if change.action is not Action.NO_OP else "unchanged"]
        reason = called(change.key, change.reason) if change.reason and not change.waits else ""
        now = called(change.key, change.live_status) if change.live_status else ""
        about[0] += where + (f" ({reason})" if reason and now.partition(" (")[0] != reason else "")
        if now:
            about.append(f"now {now}")
        if change.review:
            about.append("starts a review" if number == 1 else f"starts {counted(number, 'review')}")
            about.append(meanwhile(change))
        return ", ".join(about)

    return said


def meanwhile(change: Change) -> str:
    """Whether it can be sent while its review runs, in the same words wherever it is told."""
    sendable = {"yes": "can be sent meanwhile", "no": "cannot be sent meanwhile"}
    return sendable.get(change.sendable_meanwhile, "perhaps cannot be sent meanwhile")


def called(key: Key, state: str) -> str:
    """A state in the words of everyone, with the service's own behind it."""
    kind = KINDS.get(key.kind)
    return visible(kind.policy.called(state) if kind else state)


# --- what is beneath it -------------------------------------------------------------------------------------------


def _beneath(group: Group, spaces: int, full: bool, roomy: bool, style: Style) -> Iterator[str]:
    change = group.change
    details = [*_texts(group, full, style)]
    told = [*_reasons(group, spaces, style), *_usages(group.rows, spaces, style)]
    if style.whole or (change.action is not Action.NO_OP and (roomy or details or told)):
        yield from _files(group, style)
    yield from told
    yield from details


def _files(group: Group, style: Style) -> Iterator[str]:
    files = list(dict.fromkeys(f"{row.change.file}:{row.change.line}" for row in group.rows if row.change.file))
    if files:
        said = shortened(files, len(files) if style.whole else MOST_TEXTS)
        yield from (style.dim(each) for each in wrapped(said, style.columns, "      "))


def _reasons(group: Group, spaces: int, style: Style) -> Iterator[str]:
    """What breaks, and the notes: each once, with where when that is not everywhere."""
    breaking = [(row, reason) for row in group.rows for reason in row.change.breaking]
    if len(group.rows) > 1:
        breaking = [(row, reason._replace(text=broken(reason))) for row, reason in breaking]
    yield from _notes(group, breaking, "breaks senders", style.red, spaces, style)
    notes = [(row, note) for row in group.rows for note in row.change.notes if note.code != USAGE]
    yield from _notes(group, notes, "note", style.dim, spaces, style)


def _usages(rows: Sequence[Row], spaces: int, style: Style) -> Iterator[str]:
    """How often what changes is sent, where somebody asked."""
    if text := counts([(_named(row, spaces), row.change.usage) for row in rows if row.change.usage is not None]):
        for each in wrapped(f"usage: {visible(text)}", style.columns, "      ", "        "):
            yield each.replace("usage", style.dim("usage"), 1) if each.startswith("      usage:") else each


def _named(row: Row, spaces: int) -> str:
    key = row.change.key
    language = f"@{key.language}" if key.language else ""
    return f"{key.name}{language}{f' in {row.space}' if spaces > 1 else ''}"


def _notes(
    group: Group, notes: Iterable[tuple[Row, Note]], label: str, paint: Callable[[str], str], spaces: int, style: Style
) -> Iterator[str]:
    for text, rows in grouped(notes, lambda each: sentence(each[1])).items():
        places = [row.place for row, _ in rows]
        where = _where(places, group, spaces)
        for each in wrapped(f"{label}: {visible(text)}{where}", style.columns, "      ", "        "):
            yield each.replace(label, paint(label), 1) if each.startswith(f"      {label}:") else each


def broken(reason: Note) -> str:
    """What breaks, without the language where that is all of it: it stands beside, once for all of them."""
    alone = reason.code == BreakingRule.LANGUAGE_REMOVED and reason.text != NAME_REMOVED
    return "language removed" if alone else reason.text


def sentence(note: Note) -> str:
    """A note without the word that programs know it by."""
    return note.text


def _where(places: Sequence[Place], group: Group, spaces: int) -> str:
    """Which part of a group, unless it is all of it."""
    if len(places) == len(group.rows):
        return ""
    where = spoken(places, spaces)
    if not where and places[0].language:
        where = f" in {visible(places[0].language)}"
    elif len({place.language for place in places}) == 1 and places[0].language:
        where += f", {visible(places[0].language)}"
    return f" ({where.strip()})"


def _texts(group: Group, full: bool, style: Style) -> Iterator[str]:
    """What differs; of what comes and what goes the text itself."""
    change = group.change
    if change.action is Action.CREATE:
        yield from _whole(group, lambda row: row.change.after, full, style) if full else ()
    elif change.action is Action.DELETE:
        yield from _whole(group, lambda row: row.change.before, full, style)
    else:
        yield from _differences(group, style)


def _whole(group: Group, content: Callable[[Row], Json], full: bool, style: Style) -> Iterator[str]:
    texts = grouped(group.rows, lambda row: tuple(text_of(row.change.key, content(row), "      ", style)))
    if not full:
        said = excerpt(group.change.key, content(group.rows[0]))
        yield from wrapped(f"its text: {said}", style.columns, "      ") if said else ()
        return
    most = len(texts) if style.whole else MOST_TEXTS
    for text, rows in [*texts.items()][:most]:
        if len(texts) > 1 and text:
            yield f"      {_among(rows, group)}:"
        yield from text
    if len(texts) > most:
        yield f"      and {_more(len(texts) - most, 'text')}"


def _differences(group: Group, style: Style) -> Iterator[str]:
    """Each difference once; beyond the first few only how many more there are."""
    found = [*_by_difference(group.rows).values()]
    most = len(found) if style.whole else MOST_TEXTS
    for rows in found[:most]:
        if len(found) > 1 or len(rows) < len(group.rows):
            yield f"      {_among(rows, group)}:"
        yield from _lines(rows[0].change, style)
    if len(found) > most:
        yield f"      and {_more(len(found) - most, 'difference')}"


def _by_difference(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows that differ, by what differs: to write it out costs little, to tell it by words does not."""
    return grouped((row for row in rows if row.change.diff), lambda row: repr(row.change.diff))


def _lines(change: Change, style: Style) -> list[str]:
    return [each for item in change.diff for each in difference(item, "      ", style)]


def _more(number: int, noun: str) -> str:
    return f"{number:,} more {noun}{'s' if number != 1 else ''}; `--details` shows them"


def _among(rows: Sequence[Row], group: Group) -> str:
    """Which rows of a group, in a few words."""
    languages = list(dict.fromkeys(row.change.key.language for row in rows if row.change.key.language))
    spaces = list(dict.fromkeys(row.space for row in rows))
    if len(spaces) == len({row.space for row in group.rows}):
        spaces = []
    return " in ".join(filter(None, (shortened(languages, MOST_TEXTS), shortened(spaces, MOST_TEXTS))))


# --- several resources in one line --------------------------------------------------------------------------------


def _families(groups: Sequence[Group], style: Style) -> Iterator[Sequence[Group]]:
    """Groups that share a line: when there are many, those to which the same happens in the same places."""
    if style.whole or len(groups) <= MOST_LINES:
        yield from ([group] for group in groups)
        return
    for family in grouped(groups, _alike).values():
        if len(family) > MOST_TEXTS:
            yield family
        else:
            yield from ([group] for group in family)


def _alike(group: Group) -> tuple[object, ...]:
    change = group.change
    return (
        change.key.kind, change.action, change.reason, change.live_status, change.review, change.sendable_meanwhile,
        bool(change.replaces), tuple(map(broken, change.breaking)),
        tuple(note.code or note.text for note in change.notes),
        frozenset(row.space for row in group.rows),
    )  # fmt: skip


def _family(family: Sequence[Group], spaces: int, style: Style) -> Iterator[str]:
    rows = tuple(row for group in family for row in group.rows)
    whole = Group(rows)
    first = whole.change
    count = f"{len(family):,} {visible(several(first.key.kind))}"
    count += f" ({len(rows):,} in all)" if len(rows) > len(family) else ""
    where = spoken(list(dict.fromkeys(row.place for row in rows)), spaces).partition(" (")[0]
    text = f"{count}  {_about(whole)(where)}"
    lines = wrapped(text, style.columns, "    ", "      ")
    yield f"  {mark(first, style)} {lines[0][4:]}"
    yield from lines[1:]
    names = shortened([group.key.name for group in family], MOST_NAMES)
    yield from (style.dim(each) for each in wrapped(f"{names}; `--details` shows each", style.columns, "      "))
    said = {tuple(_reasons(group, spaces, style)) for group in family}
    yield from next(iter(said)) if len(said) == 1 else ()
    yield from _usages(rows, spaces, style)
    found = _by_difference(rows)
    if len(found) == 1:
        yield from _lines(next(row.change for row in rows if row.change.diff), style)
    elif found:
        yield f"      {counted(len(found), 'difference')}; `--details` shows them"
