"""What breaks senders, for whoever reviews: annotations of GitHub Actions, and Markdown for a comment. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from templatesync.model.finding import Severity
from templatesync.render.breaking import ALL, level, numbers, said, sentence, verdict, ways_out
from templatesync.render.escape import command_data, command_property, html_code, markdown_sentence, markdown_text, safe
from templatesync.render.github import MOST
from templatesync.render.markdown_parts import MOST_BYTES, MOST_CHARACTERS
from templatesync.render.report import cut
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.breaking import BreakingResult

_MOST_LISTED = 50
_LONGEST = 1_000


class _Annotation(NamedTuple):
    """One annotation, before it is escaped."""

    level: str
    file: str
    line: int
    title: str
    text: str


def github(result: BreakingResult, style: Style) -> str:
    """At most ten annotations, the gravest first, and the sentence."""
    found = [*_annotations(result)]
    shown = found if len(found) <= MOST else found[: MOST - 1]
    lines = [_command(result, each) for each in shown]
    if len(found) > len(shown):
        more = f"and {len(found) - len(shown):,} more; {ALL}"
        lines.append(f"::{found[len(shown)].level} title=templatesync::{command_data(more)}")
    return "".join(f"{line}\n" for line in (*lines, f"{verdict(result)}: {safe(sentence(result))}"))


def _annotations(result: BreakingResult) -> Iterator[_Annotation]:
    for each, way_out in ways_out(result.told).items():
        yield _Annotation("error", each.file, each.line, each.rule, f"{said(each)}\nnext: {way_out}")
    for finding in result.findings:
        yield _Annotation("error", finding.file, finding.line, finding.rule, finding.message)
    for notice in result.notices:
        if notice.severity is Severity.WARNING:
            about = f"{notice.key}: " if notice.key else ""
            yield _Annotation("warning", notice.file, notice.line, notice.code, f"{about}{notice.text}")
    for each in result.told:
        if not each.counts:
            grade = "warning" if level(each) == Severity.WARNING else "notice"
            yield _Annotation(grade, each.file, each.line, each.rule, f"{level(each)}: {said(each)}")
    for notice in result.notices:
        if notice.severity is Severity.INFO:
            about = f"{notice.key}: " if notice.key else ""
            yield _Annotation("notice", notice.file, notice.line, notice.code, f"{about}{notice.text}")


def _command(result: BreakingResult, each: _Annotation) -> str:
    place = {"title": f"templatesync {each.title}"}
    if each.file:
        file = f"{result.prefix}/{each.file}" if result.prefix else each.file
        # The runner drops what stands between the name of a property and its value.
        place = {"file": f"./{file}" if file.startswith("=") else file, "line": str(each.line), **place}
    properties = ",".join(f"{name}={command_property(value)}" for name, value in place.items())
    return f"::{each.level} {properties}::{command_data(cut(each.text))}"


def markdown(result: BreakingResult, style: Style) -> str:
    """A heading, the sentence, and a list of what breaks; whole items are left out at the end when there are many."""
    head = (
        f"<!-- templatesync:breaking -->\n## {_heading(result)}\n\n"
        f"{markdown_text(_short(numbers(result) or 'No breaks'))}; compared with {_code(result.against.said)}.\n"
    )
    items = [*_items(result)]
    kept: list[str] = []
    room, size = MOST_CHARACTERS - len(head) - 500, MOST_BYTES - len(head.encode()) - 500
    for item in items[:_MOST_LISTED]:
        room, size = room - len(item), size - len(item.encode())
        if room < 0 or size < 0:
            break
        kept.append(item)
    more = f"\n{len(kept):,} of {len(items):,} are shown; {ALL}.\n" if len(kept) < len(items) else ""
    return head + ("\n" if kept else "") + "".join(kept) + more


def _heading(result: BreakingResult) -> str:
    if result.breaks:
        return "This breaks programs that send"
    return "Files have errors" if result.findings else "Nothing breaks programs that send"


def _items(result: BreakingResult) -> Iterator[str]:
    ways = ways_out(result.told)
    for each in result.told:
        last = f"<br>{markdown_sentence(_short(f'Next: {ways[each]}'))}" if each in ways else ""
        mark = f"**{level(each)}**" if each.counts else markdown_sentence(level(each))
        what = f"{_code(each.rule)} {markdown_text(_short(said(each)))}"
        yield f"- {mark} {what} ({_place(each.file, each.line)}){last}\n"
    for finding in result.findings:
        place = _place(finding.file, finding.line)
        yield f"- error {_code(finding.rule)} {markdown_text(_short(finding.message))} ({place})\n"
    for notice in result.notices:
        place = f" ({_place(notice.file, notice.line)})" if notice.file else ""
        about = f"{_code(notice.key)} " if notice.key else ""
        yield f"- {notice.severity.value} {about}{markdown_sentence(_short(notice.text))}{place}\n"


def _place(file: str, line: int) -> str:
    return f"{_code(file)} line {line}"


def _code(text: str) -> str:
    return f"<code>{html_code(_short(text))}</code>"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
