"""A plan as Markdown for the comment of a pull request: what it comes to above the fold, then change by change. Pure.

GitHub takes 65,536 characters: what is cut is whole items from the end, never the marker, the heading, the sentence or
the alerts, and it is said. Every value from outside passes through `markdown_text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from templatesync.look.bubble import Values
from templatesync.model.change import Action
from templatesync.model.json_value import canonical_json
from templatesync.model.resource import Key, several
from templatesync.render import by_hand, strictness, unmanaged
from templatesync.render.change_table import row, title
from templatesync.render.changes import called, meanwhile
from templatesync.render.escape import html_code, markdown_sentence, markdown_text
from templatesync.render.markdown_parts import MOST_NAMED, Paper, cut, few, heading, names, space_name
from templatesync.render.plan_alerts import alerts
from templatesync.render.report import counted
from templatesync.render.story import Chapter, Story, Telling, drawn, sentence, story
from templatesync.render.terminal import Style
from templatesync.render.text_bubble import sides

if TYPE_CHECKING:
    from templatesync.commands.plan import PlanResult
    from templatesync.model.change import Change, SpacePlan

FIRST = 300
"""Characters within which the sentence ends: what an overview shows of a comment."""
_MOST_OF_ONE = 16_000
"""Characters of the details of one resource: one alone must not be all there is."""
_MOST_FIELDS = 8
_SCALAR = 80


class Document(NamedTuple):
    """A text, and whether something was left out of it."""

    text: str
    truncated: bool


def plan(result: PlanResult, style: Style) -> str:
    """The document. Where it leads to a page, a workflow made it."""
    return document(result, workflow=bool(result.link)).text


def document(result: PlanResult, *, workflow: bool = False) -> Document:
    """All parts, as far as there is room. With `workflow`, it names the inputs of the one that applies."""
    told = story(result.plan)
    opening = "\n\n".join(filter(None, (_opening(told), *alerts(told))))
    closing = "\n\n".join(_closing(result, told, workflow=workflow))
    paper = Paper(f"{opening}\n\n", f"{closing}\n")
    table = _table(told, paper)
    shown, details = 0, []
    for chapter in told.chapters:
        text = _details(chapter)
        if not paper.takes(text):
            break
        details.append(text)
        shown += 1
    counts = ""
    if shown < len(told.chapters):
        counts = f"{shown:,} of {_nouns(told, len(told.chapters))} are shown; {_ALL}.\n\n"
    return Document(
        opening + "\n\n" + table.text + "".join(details) + counts + closing + "\n", bool(counts) or table.truncated
    )


_ALL = "`templatesync plan --format json` has all of it"


def _nouns(told: Story, number: int) -> str:
    kinds = {chapter.kind for chapter in told.chapters}
    return f"{number:,} {several(kinds.pop()) if len(kinds) == 1 else 'resources'}"


# --- the beginning ----------------------------------------------------------------------------------------------------


def _opening(told: Story) -> str:
    """Marker, heading and sentence, cut so that the sentence ends within the first characters."""
    spaces = [space.space for space in told.spaces]
    text = ""
    for most in (80, 40, 24, 16, 12, 8, 6, 4, 0):
        where = cut(spaces[0], most) if len(spaces) == 1 else f"{len(spaces):,} spaces"
        said = sentence(told, markdown_text(where) if most else "")
        text = f"{_marker(told)}\n{heading(told.spaces, max(most, 4))}\n\n{said}"
        if len(text) <= FIRST:
            break
    whole = heading(told.spaces, 200).removeprefix("## ")
    return text if whole in text else f"{text}\n\n{whole}"


def _marker(told: Story) -> str:
    """What finds the comment again, and is no way out of it whatever a space is called."""
    return f"<!-- templatesync:plan {names([space.space for space in told.spaces])} digest={told.digest or 'none'} -->"


# --- the table --------------------------------------------------------------------------------------------------------


def _table(told: Story, paper: Paper) -> Document:
    """What changes, a line for each resource and what is alike of it; at most half of the room."""
    if not told.chapters:
        return Document("", False)
    several_spaces = len(told.spaces) > 1
    head = title(several_spaces)
    rows = [each for chapter in told.chapters for each in row(chapter, several_spaces)]
    room = Paper(head)
    room.characters, room.bytes = paper.characters // 2, paper.bytes // 2
    kept = []
    for each in rows:
        if not room.takes(each):
            break
        kept.append(each)
    more = f"\nand {len(rows) - len(kept):,} more lines; {_ALL}.\n" if len(kept) < len(rows) else ""
    text = f"{head}{''.join(kept)}{more}\n"
    paper.takes(text)
    return Document(text, bool(more))


# --- change by change -------------------------------------------------------------------------------------------------


def _details(chapter: Chapter) -> str:
    """One resource: a summary, and for each of its changes what it is about, before and after."""
    actions = list(dict.fromkeys(_action(telling.change) for telling in chapter.tellings))
    languages = list(dict.fromkeys(filter(None, (telling.change.key.language for telling in chapter.tellings))))
    said = " · ".join([", ".join(actions), *([few(languages)] if languages else [])])
    head = f"<details><summary><b>{markdown_text(cut(chapter.name, 120))}</b> · {said}</summary>\n\n"
    texts: list[str] = []
    room = _MOST_OF_ONE - len(head)
    for telling in chapter.tellings:
        text = _telling(telling)
        if len(text) > room:
            text = f"<p>{_about(telling)}</p>\n\n" if not texts else ""
            if not text or len(text) > room:
                break
        texts.append(text)
        room -= len(text)
    left = len(chapter.tellings) - len(texts)
    more = f"and {counted(left, 'more change')} of it; {_ALL}.\n\n" if left else ""
    return f"{head}{''.join(texts)}{more}</details>\n\n"


def _action(change: Change) -> str:
    if change.replaces:
        return f"new version of {markdown_text(cut(change.replaces, 80))}"
    reason = f" ({markdown_text(called(change.key, change.reason))})" if change.reason and not change.waits else ""
    return f"{change.word}{reason}"


def _telling(telling: Telling) -> str:
    change = telling.change
    names, samples = drawn(change, Values.NAMES), drawn(change)
    before, after = sides(names, samples, change.key.language)
    fields = _fields(change) if before and after else ""
    cells = f"<td>{before or 'nothing'}</td>\n<td>{after or 'nothing'}</td>"
    if not before and not after:
        return f"<p>{_about(telling)}</p>\n\n{_fields(change)}"
    head = "<tr><th>Before</th><th>After</th></tr>"
    return f"<p>{_about(telling)}</p>\n\n<table>\n{head}\n<tr>\n{cells}\n</tr>\n</table>\n\n{fields}"


def _about(telling: Telling) -> str:
    """Where, in which language, and what a person should know of it."""
    change = telling.change
    language = f"<b>{markdown_text(change.key.language)}</b>" if change.key.language else ""
    where = few(telling.spaces) if telling.spaces else ""
    now = f"now {markdown_text(called(change.key, change.live_status))}" if change.live_status else ""
    said = [part for part in (language, where, _action(change), now) if part]
    if change.review:
        now = f", {meanwhile(change)}" if telling.used else ""
        said.append(f"starts a review{now}")
    notes = [f"breaks senders: {markdown_text(cut(note.text, 300))}" for note in change.breaking[:MOST_NAMED]]
    notes += [markdown_sentence(cut(note.text, 300)) for note in change.notes[:MOST_NAMED]]
    return "<br>".join([" · ".join(said), *notes])


def _fields(change: Change) -> str:
    """The fields that differ: what is no text has no place in a bubble, so its values stand here."""
    told = []
    for item in change.diff[:_MOST_FIELDS]:
        path = f"<code>{html_code(cut(item.path or 'content', 120))}</code>"
        values = [canonical_json(each) for each in (item.before, item.after) if not isinstance(each, (str, dict, list))]
        if item.op == "replace" and len(values) == 2:
            path += f" {markdown_text(cut(values[0], _SCALAR))} → {markdown_text(cut(values[1], _SCALAR))}"
        told.append(path)
    more = len(change.diff) - len(told)
    said = ", ".join(told) + (f" and {more:,} more" if more > 0 else "")
    return f"<p>Fields: {said}</p>\n\n" if told else ""


# --- the end ----------------------------------------------------------------------------------------------------------


def _closing(result: PlanResult, told: Story, *, workflow: bool) -> Iterator[str]:
    about = [*_besides(result, told), *(_by_hand(told) if workflow else ())]
    if about:
        yield "\n".join(f"- {line}" for line in about)
    if told.digest:
        yield f"Digest: <code>{told.digest}</code>"
    else:
        yield "No digest: a space could not be read, and nobody should approve a part."
    if result.link:
        yield f"[Every message before and after]({result.link})"


def _besides(result: PlanResult, told: Story) -> Iterator[str]:
    """What a reviewer has to know that is no change."""
    if len(told.spaces) > 1:
        more = len(told.spaces) - 4 * MOST_NAMED
        named = "; ".join(space_name(space) for space in told.spaces[: 4 * MOST_NAMED])
        yield f"Spaces: {named}{f' and {more:,} more' if more > 0 else ''}"
    for space in told.spaces[: 4 * MOST_NAMED]:
        yield from _of_space(space, f"{markdown_text(space.space)}: " if len(told.spaces) > 1 else "")
    warnings = len(result.findings)
    if warnings:
        yield f"The files have {counted(warnings, 'finding')}; `templatesync validate` shows them."
    for line in strictness.lines(result.plan.strictness):
        yield markdown_text(cut(line.strip(), 600))
    for note in result.notes[:MOST_NAMED]:
        yield markdown_text(cut(note, 600))


def _by_hand(told: Story) -> Iterator[str]:
    """What only a person may say: of what is blocked or refused, and of what is in no file."""
    changes = [change for space in told.spaces for change in space.changes]
    refusals = [refusal for space in told.spaces for refusal in space.refusals]
    unmanaged = sum(len(space.unmanaged) for space in told.spaces)
    return by_hand.lines(by_hand.by_hand(changes, refusals, unmanaged))


def _of_space(space: SpacePlan, name: str) -> Iterator[str]:
    for listing in space.listings:
        if listing.looked and not listing.complete:
            reason = markdown_text(cut(listing.reason, 300))
            yield f"{name}the list of {markdown_text(several(listing.kind))} is not whole: {reason}"
    for note in space.notes[:MOST_NAMED]:
        yield f"{name}{markdown_text(cut(note.text, 300))}"
    if space.unmanaged:
        yield f"{name}{unmanaged.item(space.unmanaged)}"
    if space.scope:
        of = f"{counted(space.scope.of, 'resource')} changed since {markdown_text(space.scope.revision[:12])}"
        yield f"{name}narrowed to {len(space.scope.keys):,} of {of}; the rest was listed, not read"
    if space.from_cache and space.from_cache.details:
        read = f"the oldest read {markdown_text(space.from_cache.oldest)}; this plan cannot be applied"
        yield f"{name}{counted(space.from_cache.details, 'detail')} from the cache, {read}"
    yield from _quiet(space, name)


def _quiet(space: SpacePlan, name: str) -> Iterator[str]:
    """The notes on what stays as it is: each once, with the languages of which it is true."""
    told: dict[tuple[str, str, str], list[str]] = {}
    for change in space.changes:
        for note in change.notes if change.action is Action.NO_OP else ():
            told.setdefault((change.key.kind, change.key.name, note.text), []).append(change.key.language)
    for (kind, resource, text), languages in [*told.items()][:MOST_NAMED]:
        key = Key(kind, resource, languages[0] if len(languages) == 1 else "")
        where = f" ({few(languages)})" if len(languages) > 1 else ""
        yield f"{name}{markdown_text(str(key))}{where}: {markdown_sentence(cut(text, 300))}"
    if len(told) > MOST_NAMED:
        yield f"{name}and {counted(len(told) - MOST_NAMED, 'more note')} on what stays as it is"
