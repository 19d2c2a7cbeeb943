"""What nobody must miss in a plan, as alerts of Markdown: unreadable, refused, deleted, breaking, blocked. Pure.

Each with its file and line. They are never cut for what follows; where there are thousands, each names the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from templatesync.model.change import Action, Change, Note
from templatesync.model.usage import CODE as USAGE
from templatesync.render.change_table import few
from templatesync.render.changes import broken, called
from templatesync.render.escape import html_code, markdown_sentence, markdown_text
from templatesync.render.story import Chapter, Story, Telling
from templatesync.render.usage import counts

_MOST_BYTES = 30_000
_MOST_CHARACTERS = 8_000
"""Of one alert."""


def alerts(told: Story) -> Iterator[str]:
    """The alerts that there is a reason for."""
    unread = [f"{markdown_text(each.space)}: {_reason(each.error)}" for each in told.unread]
    yield _alert("WARNING", "Could not be read", "nothing is known of what changes there", unread)
    refused = [
        f"{markdown_text(space.space)}: {_reason(refusal)}" for space in told.spaces for refusal in space.refusals
    ]
    yield _alert("WARNING", "Refused", "apply stops here", refused)
    deleted = _listed(told, lambda each: each.change.action is Action.DELETE)
    yield _alert("CAUTION", "Deleted", "nobody can send it any more", deleted)
    breaking = _listed(told, lambda each: bool(each.change.breaking) and each.change.action is not Action.DELETE)
    yield _alert("CAUTION", "Breaks senders", "programs that send the old content fail", breaking)
    blocked = _listed(told, lambda each: each.change.needs_somebody, blocked=True)
    yield _alert("WARNING", "Blocked", "apply leaves it as it is", blocked)
    waiting = _listed(told, lambda each: each.change.waits, blocked=True)
    yield _alert("NOTE", "Waiting", "an apply after the review deletes it, and nothing else is to be done", waiting)


def _reason(refusal: object) -> str:
    message, code = str(getattr(refusal, "message", "")), str(getattr(refusal, "code", ""))
    return f"{markdown_text(message[:600])} ({markdown_text(code[:80])})"


def _listed(told: Story, concerns: Callable[[Telling], bool], *, blocked: bool = False) -> list[str]:
    """A line for each resource and reason."""
    lines = []
    for chapter in told.chapters:
        alike: dict[tuple[object, ...], list[Telling]] = {}
        for telling in filter(concerns, chapter.tellings):
            change = telling.change
            reasons = _first_note(change) if blocked else tuple(map(broken, change.breaking))
            same = (change.file, change.line, change.reason, reasons, telling.spaces)
            alike.setdefault(same, []).append(telling)
        lines += [_line(chapter, tellings, len(told.spaces) > 1, blocked) for tellings in alike.values()]
    return lines


def _line(chapter: Chapter, tellings: Sequence[Telling], several_spaces: bool, blocked: bool) -> str:
    change = tellings[0].change
    languages = list(dict.fromkeys(filter(None, (telling.change.key.language for telling in tellings))))
    said = f"<code>{html_code(chapter.name[:120])}</code>"
    said += f" ({few(languages)})" if languages else ""
    said += f" in {few(tellings[0].spaces)}" if several_spaces else ""
    reasons = [broken(note) for note in change.breaking[:3]]
    if blocked:
        reasons = [called(change.key, change.reason)] if change.reason and not change.waits else []
        reasons += [note.text for note in _first_note(change)]
    usages = [(each.change.key.language, each.change.usage) for each in tellings if each.change.usage is not None]
    reasons += [usage] if (usage := counts(usages)) else []
    if reasons:
        said += ": " + "; ".join(markdown_sentence(reason[:300]) for reason in reasons)
    where = f"{change.file}:{change.line}" if change.file else "in no file"
    return f"{said} — <code>{html_code(where[:200])}</code>"


def _first_note(change: Change) -> tuple[Note, ...]:
    return tuple(note for note in change.notes if note.code != USAGE)[:1]


def _alert(level: str, title: str, meaning: str, lines: Sequence[str]) -> str:
    """A quotation that GitHub draws as an alert; empty without lines."""
    if not lines:
        return ""
    kept: list[str] = []
    characters = size = 0
    for line in lines:
        characters, size = characters + len(line) + 5, size + len(line.encode()) + 5
        if characters > _MOST_CHARACTERS or size > _MOST_BYTES:
            break
        kept.append(f"> - {line}")
    if len(kept) < len(lines):
        kept.append(f"> - and {len(lines) - len(kept):,} more; `templatesync plan --format json` has all of them")
    return "\n".join([f"> [!{level}]", f"> **{title}**: {meaning}.", ">", *kept])
