"""A plan as the page of what customers see: before and after side by side. What a page looks like, `look.page` knows.

Nothing is fetched and no file is read, so pictures that a file names are boxes with their names here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.look.bubble import Appearance, Values
from templatesync.look.drawing import Looks
from templatesync.look.page import Entry, Group, Page, Version, page
from templatesync.model.change import Action, Change
from templatesync.model.finding import Finding, Severity
from templatesync.render import strictness, unmanaged
from templatesync.render.changes import called, meanwhile
from templatesync.render.story import Chapter, Story, Telling, drawn, sentence, story
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.plan import PlanResult

NOW, THEN, NEVER = "Before: what senders use now", "After", "After, if it were let through"


def plan(result: PlanResult, style: Style) -> str:
    """The page, which needs nothing beside itself."""
    told = story(result.plan)
    groups = tuple(_group(chapter, len(told.spaces) > 1) for chapter in told.chapters)
    where = told.spaces[0].space if len(told.spaces) == 1 else f"{len(told.spaces):,} spaces"
    lines = (sentence(told, where), *_alarms(told), *_besides(result, told))
    return page(Page(f"What changes in {where}", groups, lines, compared=True))


def _besides(result: PlanResult, told: Story) -> Iterator[str]:
    """What a reviewer has to know that is no change, and what the plan is called."""
    for space in told.spaces:
        kind = ", an EMULATOR" if space.emulator else ""
        yield f"{space.space} is {space.cust_space_id}, account {space.waba_id or 'unknown'}{kind}."
        yield from (str(note) for note in space.notes)
        if space.unmanaged:
            yield unmanaged.sentence(space.unmanaged)
    yield from (line.strip() for line in strictness.lines(result.plan.strictness))
    yield from result.notes
    yield f"Digest: {told.digest}" if told.digest else "No digest: a space could not be read, so approve no part."


def _alarms(told: Story) -> Iterator[str]:
    """What is about no change and must not be missed: what could not be read, and what is refused."""
    for space in told.spaces:
        if space.error:
            yield f"{space.space} could not be read: {space.error.message} ({space.error.code})."
        for refusal in space.refusals:
            yield f"Apply stops at {space.space}: {refusal.message} ({refusal.code})."


def _group(chapter: Chapter, several_spaces: bool) -> Group:
    return Group(chapter.kind, chapter.name, tuple(_entry(telling, several_spaces) for telling in chapter.tellings))


def _entry(telling: Telling, several_spaces: bool) -> Entry:
    change = telling.change
    sides = [drawn(change, values) for values in Values]
    before, after = _looks([side.before for side in sides]), _looks([side.after for side in sides])
    then = NEVER if change.needs_somebody else THEN
    versions = (Version(NOW, before, "" if before else "Nothing."), Version(then, after, _told(change, after)))
    place = f"{change.file}:{change.line}" if change.file else ""
    return Entry(
        change.key.language, versions, tuple(_findings(change)), place, telling.spaces if several_spaces else ()
    )


def _looks(sides: list[Appearance | None]) -> Looks | None:
    samples, names, longest = sides
    return None if samples is None or names is None or longest is None else (samples, names, longest)


def _told(change: Change, after: Looks | None) -> str:
    """What becomes of it, in a sentence."""
    if change.action is Action.DELETE:
        return "Nothing: it is deleted."
    reason = f" ({called(change.key, change.reason)})" if change.reason and not change.waits else ""
    review = f", starts a review, {meanwhile(change)}" if change.review else ""
    replaces = f", replaces {change.replaces}" if change.replaces else ""
    shown = "" if after else "; what it looks like is not known"
    return f"{change.word.capitalize()}{reason}{replaces}{review}{shown}."


def _findings(change: Change) -> Iterator[Finding]:
    """What breaks senders, why it is blocked, and what else is noted: sentences, without the words for programs."""
    place = (change.file, change.line or 1)
    for note in change.breaking:
        yield Finding("", Severity.ERROR, f"breaks senders: {note.text}", *place)
    severity = Severity.WARNING if change.needs_somebody else Severity.INFO
    for note in change.notes:
        yield Finding("", severity, note.text, *place)
