"""Where reviews stand, as Markdown for a comment or an issue. Pure; every value is escaped here.

What needs a person comes first; cut by whole lines, and said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from templatesync.kinds import KINDS
from templatesync.model.resource import Key, several
from templatesync.model.state import State
from templatesync.render.changes import called
from templatesync.render.escape import html_code, markdown_sentence, markdown_text, short_code
from templatesync.render.plan_markdown import MOST_BYTES, MOST_CHARACTERS
from templatesync.render.report import counted
from templatesync.render.status import content
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.status import SpaceStatus, StatusResult, StatusRow

_ALL = "`templatesync status --format json` has all of it"
_LONGEST = 300
_MOST_SPACES = 100
_MOST_STAYS = 10
_MOST_LANGUAGES = 5


def status(result: StatusResult, style: Style) -> str:
    """One sentence, what could not be read, and a table: what needs somebody, then what is in review, then the rest."""
    rows = sorted(
        ((space, row) for space in result.spaces for row in space.rows),
        key=lambda each: (_rank(each[1]), each[0].plan.space, each[1].key),
    )
    head = "\n\n".join(
        [
            f"<!-- templatesync:status -->\n## {_heading(result)}",
            _sentence(result, [row for _, row in rows]),
            *_alert(result),
        ]
    )
    several_spaces = len(result.spaces) > 1
    columns = ["Name", "Language", *(["Space"] if several_spaces else []), "State", "Quality", "Content"]
    lines = [f"\n\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n"] if rows else ["\n"]
    stays = _stays(rows, several_spaces)
    room = MOST_CHARACTERS - len(head) - len(stays) - 500
    size = MOST_BYTES - len(head.encode()) - len(stays.encode()) - 500
    shown = 0
    for space, row in rows:
        line = _line(space, row, several_spaces)
        room, size = room - len(line), size - len(line.encode())
        if room < 0 or size < 0:
            break
        lines.append(line)
        shown += 1
    if shown < len(rows):
        lines.append(f"\n{shown:,} of {counted(len(rows), 'resource')} are shown; {_ALL}.\n")
    lines.append(stays)
    if result.timed_out:
        lines.append("\nReviews are still running; the time to wait is over.\n")
    return head + "".join(lines)


def _stays(rows: Sequence[tuple[SpaceStatus, StatusRow]], several_spaces: bool) -> str:
    """Which senders stay with an older version, and why: a sentence once for all the languages of which it is true."""
    told: dict[tuple[str, str], dict[str, None]] = {}
    for space, row in rows:
        for sentence in row.stays:
            where = space.plan.space if several_spaces else ""
            told.setdefault((where, sentence), {}).setdefault(row.language[:40])
    lines = []
    for (space_name, sentence), languages in [*told.items()][:_MOST_STAYS]:
        where = ", ".join(filter(None, (space_name[:80], _few([*filter(None, languages)]))))
        where = f" ({markdown_text(where)})" if where else ""
        lines.append(f"- {markdown_sentence(sentence[:_LONGEST])}{where}\n")
    if len(told) > _MOST_STAYS:
        lines.append(f"- and {len(told) - _MOST_STAYS:,} more on who stays with an older version; {_ALL}.\n")
    return "".join(["\n", *lines] if lines else [])


def _few(languages: Sequence[str]) -> str:
    more = len(languages) - _MOST_LANGUAGES
    return ", ".join(languages[:_MOST_LANGUAGES]) + (f" and {more:,} more" if more > 0 else "")


def _rank(row: StatusRow) -> int:
    return 0 if row.rejected else 1 if row.unknown else 2 if row.drift else 3 if row.pending else 4


def _heading(result: StatusResult) -> str:
    if len(result.spaces) != 1:
        emulators = sum(space.plan.emulator for space in result.spaces)
        return f"{len(result.spaces):,} spaces{f' · {emulators:,} EMULATOR' if emulators else ''}"
    plan = result.spaces[0].plan
    said = [markdown_text(plan.space), short_code(plan.cust_space_id[:_LONGEST])]
    said += [f"account {short_code(plan.waba_id[:_LONGEST])}"] if plan.waba_id else []
    return " · ".join([*said, *(["EMULATOR"] if plan.emulator else [])])


def _sentence(result: StatusResult, rows: list[StatusRow]) -> str:
    states = Counter(called(Key(row.kind, row.name), row.status) for row in rows)
    said = ", ".join(f"{number:,} {markdown_text(state[:80])}" for state, number in sorted(states.items())[:20])
    drifted = sum(bool(row.drift) for row in rows)
    unread = sum(space.error is not None for space in result.spaces)
    parts = [said or "nothing there"]
    parts += [f"{drifted:,} not as the files say"] if drifted else []
    parts += [f"{counted(unread, 'space')} could not be read"] if unread else []
    return f"{counted(len(rows), 'resource')}: {'; '.join(parts)}."


def _alert(result: StatusResult) -> Iterator[str]:
    lines = [*_unread(result)]
    if lines:
        more = len(lines) - _MOST_SPACES
        told = lines[:_MOST_SPACES] + ([f"and {more:,} more; {_ALL}"] if more > 0 else [])
        yield "\n".join(["> [!WARNING]", "> **Could not be read**", ">", *(f"> - {line}" for line in told)])


def _unread(result: StatusResult) -> Iterator[str]:
    for space in result.spaces:
        name = markdown_text(space.plan.space)
        if space.error is not None:
            yield f"{name}: {markdown_text(space.error.message[:_LONGEST])} ({markdown_text(space.error.code[:80])})"
        for listing in space.plan.listings:
            if listing.looked and not listing.complete:
                kind, reason = markdown_text(several(listing.kind)), markdown_text(listing.reason[:_LONGEST])
                yield f"{name}: the list of {kind} is not whole: {reason}"


def _line(space: SpaceStatus, row: StatusRow, several_spaces: bool) -> str:
    state = markdown_text(called(Key(row.kind, row.name), row.status)[:80])
    if row.reason:
        state += f"<br>{markdown_text(_explained(row)[:_LONGEST])}"
    if row.unknown:
        state += "<br>nobody can say whether its review is over"
    cells = [
        f"<code>{html_code(row.name[:120])}</code>",
        markdown_text(row.language[:40]),
        *([markdown_text(space.plan.space)] if several_spaces else []),
        state,
        markdown_text(row.quality[:40].lower()),
        markdown_text(content(row.drift) or "not there"),
    ]
    return f"| {' | '.join(cells)} |\n"


def _explained(row: StatusRow) -> str:
    kind = KINDS.get(row.kind)
    rejected = row.rejected and kind is not None and kind.policy.words.get(row.status) is State.REJECTED
    return kind.policy.explained(row.reason) if kind is not None and rejected else row.reason
