"""What changes as a table of Markdown, a line for what is alike of a resource. Pure; every value is escaped here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from templatesync.render.changes import called, meanwhile
from templatesync.render.escape import html_code, markdown_text
from templatesync.render.story import Chapter, Telling

MOST_NAMED = 6
_LONGEST = 80


def title(several_spaces: bool) -> str:
    """The first two lines."""
    columns = ["", "Name", "Change", "Languages", *(["Spaces"] if several_spaces else []), "Review", "Senders"]
    return f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n"


def row(chapter: Chapter, several_spaces: bool) -> Iterator[str]:
    """The lines of one resource: languages of which the same is to be told are on one."""
    alike: dict[tuple[object, ...], list[Telling]] = {}
    for telling in chapter.tellings:
        change = telling.change
        same = (change.action, change.reason, change.review, change.sendable_meanwhile, change.replaces)
        alike.setdefault((*same, bool(change.breaking), telling.spaces), []).append(telling)
    for tellings in alike.values():
        change = tellings[0].change
        languages = dict.fromkeys(telling.change.key.language for telling in tellings)
        cells = [
            change.mark,
            f"<code>{html_code(chapter.name[:_LONGEST])}</code>",
            "<br>".join(
                [
                    change.word,
                    *([_text(called(change.key, change.reason))] if change.needs_somebody and change.reason else []),
                ]
            ),
            few([*filter(None, languages)]),
            *([few(tellings[0].spaces)] if several_spaces else []),
            _review(tellings[0]),
            "breaks" if change.breaking else "",
        ]
        yield f"| {' | '.join(cells)} |\n"


def _review(telling: Telling) -> str:
    if not telling.change.review:
        return ""
    return f"yes, {meanwhile(telling.change)}" if telling.used else "yes"


def few(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    more = len(names) - MOST_NAMED
    said = ", ".join(map(_text, names[:MOST_NAMED]))
    return f"{said} and {more:,} more" if more > 0 else said


def _text(text: str) -> str:
    return markdown_text(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
