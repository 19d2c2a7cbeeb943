"""Where everything stands, as Markdown for an issue or a chat. Pure; every value is escaped here.

Short: what somebody has to look at, space by space, and what to do about it; of the rest there are only counts. Cut by
whole lines, and said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from templatesync.kinds import DEFAULT, KINDS
from templatesync.model.condition import Condition
from templatesync.model.resource import Key, several
from templatesync.model.state import State
from templatesync.render import conditions, status_receipt
from templatesync.render.changes import called
from templatesync.render.escape import html_code, html_text, markdown_sentence, markdown_text, short_code
from templatesync.render.grouping import grouped, ranges
from templatesync.render.markdown_parts import MOST_BYTES, MOST_CHARACTERS
from templatesync.render.report import counted
from templatesync.render.status import usages
from templatesync.render.terminal import Style
from templatesync.render.usage import idle

if TYPE_CHECKING:
    from templatesync.commands.status import StatusResult
    from templatesync.commands.status_rows import SpaceStatus, StatusRow

_ALL = "`templatesync status --format json` has all of it"
_LONGEST = 300
_LONGEST_USAGE = 2_000
_MOST_SPACES = 100
_MOST_STAYS = 10
_MOST_LANGUAGES = 5
_MOST_GONE = 20
_FOR_THE_END = 700
"""Characters that what says what was left out may need."""
_LAST = (len(Condition), True, True)
"""The rank of a space without resources."""
_STATES = 20
"""States that the first sentence counts: more are no states of a service that is known."""


class _Item(NamedTuple):
    """A line of the list; `of` is how many resources it tells of, and none when it is a title."""

    text: str
    of: int = 0


def status(result: StatusResult, style: Style) -> str:
    """One sentence, what could not be read, and by space what needs somebody; then what to do.

    With a receipt it is about that alone: what became of each of its changes.
    """
    if result.followed is not None:
        return status_receipt.document(result, result.followed)
    rows = [(space, row) for space in result.spaces for row in space.rows]
    head = "\n\n".join(
        [f"<!-- templatesync:status -->\n## {_heading(result)}", _sentence(result), *_alert(result), *_verdict(result)]
    )
    end = "".join([_stays(rows, len(result.spaces) > 1), _gone(result), _ways_on(result), _usage(result)])
    if result.timed_out:
        end += "\nReviews are still running; the time to wait is over.\n"
    room = MOST_CHARACTERS - len(head) - len(end) - _FOR_THE_END
    size = MOST_BYTES - len(head.encode()) - len(end.encode()) - _FOR_THE_END
    items = [*_items(result)]
    lines, left = ["\n"], 0
    for number, item in enumerate(items):
        room, size = room - len(item.text), size - len(item.text.encode())
        if room < 0 or size < 0:
            left = sum(each.of for each in items[number:])
            break
        lines.append(item.text)
    if left:
        lines.append(f"\n{left:,} more {'are' if left != 1 else 'is'} left out here; {_ALL}.\n")
    return head + "".join(lines) + end


def _items(result: StatusResult) -> Iterator[_Item]:
    """What needs somebody, the gravest first, by space; once for spaces of which the same is to be said."""
    several_spaces, quiet = len(result.spaces) > 1, 0
    read = [(space, tuple(_space(space))) for space in result.spaces if space.error is None]
    read.sort(key=lambda each: min(map(conditions.rank, each[0].rows), default=_LAST))
    for found, group in grouped(read, lambda each: each[1]).items():
        if not found:
            quiet += len(group)
            continue
        yield _Item(f"\n{_spaces([space for space, _ in group])}\n\n" if several_spaces else "\n")
        yield from (item._replace(of=item.of * len(group)) for item in found)
    if quiet and several_spaces:
        yield _Item(f"\n{counted(quiet, 'space')} with nothing to look at.\n")


def _spaces(spaces: Sequence[SpaceStatus]) -> str:
    """The title of what is to be said of spaces; emulators are called so."""
    names = markdown_text(ranges([space.plan.space[:80] for space in spaces])[:_LONGEST])
    emulators = sum(space.plan.emulator for space in spaces)
    marked = " EMULATOR" if emulators == len(spaces) else f" ({emulators:,} EMULATOR)" if emulators else ""
    return f"**{'Space' if len(spaces) == 1 else f'{len(spaces):,} spaces alike:'} {names}**{marked}"


def _space(space: SpaceStatus) -> Iterator[_Item]:
    told: dict[str, list[StatusRow]] = {}
    for row in space.rows:
        names = [conditions.called(each) for each in row.conditions]
        names += ["in review"] if row.pending else []
        for name in names:
            told.setdefault(name, []).append(row)
    order = [*map(conditions.called, conditions.gravest_first(Condition)), "in review"]
    for name in order:
        rows = told.get(name, [])
        new, others = _parted(rows, name)
        if rows:
            yield _Item(f"- **{name}** ({len(rows):,}{f', {len(new):,} of them new' if new else ''})\n")
        # Of some that are new it is said which, and these come first; where all are, the line above says so.
        for mark, part in (("**new:** " if others else "", new), ("", others)):
            for group in grouped(part, _same).values():
                yield _Item(f"  - {mark}{_line(group)}\n", len(group))
    for condition in conditions.gravest_first(Condition):
        over = [row for row in space.rows if condition in row.over]
        for group in grouped(over, _same).values():
            yield _Item(f"- no longer {conditions.called(condition)}: {_line(group)}\n", len(group))


def _parted(rows: Sequence[StatusRow], name: str) -> tuple[list[StatusRow], list[StatusRow]]:
    """Those of which a condition is new, and the others."""
    new: list[StatusRow] = []
    others: list[StatusRow] = []
    for row in rows:
        (new if name in map(conditions.called, row.new) else others).append(row)
    return new, others


def _same(row: StatusRow) -> tuple[object, ...]:
    return row.kind, row.name, row.status, row.reason, row.quality, row.notes


def _line(rows: Sequence[StatusRow]) -> str:
    """One resource in the languages in which the same holds."""
    row = rows[0]
    languages = _few([each.language[:40] for each in rows if each.language])
    kind = f"{markdown_text(row.kind[:40].replace('_', ' '))} " if row.kind != DEFAULT else ""
    said = [markdown_text(called(Key(row.kind, row.name), row.status)[:80])]
    if row.reason:
        said.append(markdown_text(_explained(row)[:_LONGEST]))
    said += [markdown_sentence(note[:_LONGEST]) for note in row.notes[:3]]
    return f"{kind}{_name(row.name[:120])}{f' {markdown_text(languages)}' if languages else ''}: {'; '.join(said)}"


def _name(name: str) -> str:
    return short_code(name) if name else f"<code>{html_code(name)}</code>"


def _verdict(result: StatusResult) -> Iterator[str]:
    if said := conditions.differing(result):
        yield markdown_sentence(said[:_LONGEST])
    if said := conditions.verdict(result):
        yield f"**{markdown_text(said)}**"


def _gone(result: StatusResult) -> str:
    said = conditions.gone(result.spaces, result.since[:120])
    if not said:
        return ""
    keys = [key for space in result.spaces for key in space.gone]
    names = ", ".join(f"<code>{html_code(key[:120])}</code>" for key in keys[:_MOST_GONE])
    return (
        f"\n{markdown_text(said)}: {names}{f' and {len(keys) - _MOST_GONE:,} more' if len(keys) > _MOST_GONE else ''}\n"
    )


def _ways_on(result: StatusResult) -> str:
    """What to do about each condition, once."""
    found = conditions.keys_by_condition(row for space in result.spaces for row in space.rows)
    ways = {each: conditions.way_on(each, [key for key in keys if len(key) < _LONGEST]) for each, keys in found.items()}
    lines = [f"- {conditions.called(each)}: {_commands(way)}\n" for each, way in ways.items()]
    return "".join(["\nWhat to do:\n\n", *lines]) if lines else ""


def _usage(result: StatusResult) -> str:
    return "".join(f"\n{markdown_sentence(said[:_LONGEST_USAGE])}\n" for said in idle(usages(result)))


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


def _heading(result: StatusResult) -> str:
    if len(result.spaces) != 1:
        emulators = sum(space.plan.emulator for space in result.spaces)
        return f"{len(result.spaces):,} spaces{f' · {emulators:,} EMULATOR' if emulators else ''}"
    plan = result.spaces[0].plan
    said = [markdown_text(plan.space), short_code(plan.cust_space_id[:_LONGEST])]
    said += [f"account {short_code(plan.waba_id[:_LONGEST])}"] if plan.waba_id else []
    return " · ".join([*said, *(["EMULATOR"] if plan.emulator else [])])


def _commands(way: str) -> str:
    """A way on with its commands as code that can be copied: no key is in one that is more than letters and signs."""
    parts = way.split("`")
    return "".join(f"`{part}`" if number % 2 else html_text(part) for number, part in enumerate(parts))


def _sentence(result: StatusResult) -> str:
    rows = [row for space in result.spaces for row in space.rows]
    states = Counter(called(Key(row.kind, row.name), row.status) for row in rows)
    told = [f"{number:,} {markdown_text(state[:80])}" for state, number in sorted(states.items())]
    more = f" and {len(told) - _STATES:,} more states" if len(told) > _STATES else ""
    found: Mapping[Condition, int] = result.conditions
    counts = ", ".join(f"{found[each]:,} {conditions.called(each)}" for each in conditions.gravest_first(found))
    unread = sum(space.error is not None for space in result.spaces)
    parts = [", ".join(told[:_STATES]) + more or "nothing there"]
    parts += [counts] if counts else []
    parts += [f"{counted(unread, 'space')} could not be read"] if unread else []
    said = f"{counted(len(rows), 'resource')}: {'; '.join(parts)}."
    unread_content = conditions.unread(result)
    return said + (f" {unread_content[0].upper()}{unread_content[1:]}." if unread_content else "")


def _alert(result: StatusResult) -> Iterator[str]:
    lines = [*_unread(result)]
    if lines:
        more = len(lines) - _MOST_SPACES
        told = lines[:_MOST_SPACES] + ([f"and {more:,} more; {_ALL}"] if more > 0 else [])
        yield "\n".join(["> [!WARNING]", "> **Could not be read**", ">", *(f"> - {line}" for line in told)])


def _unread(result: StatusResult) -> Iterator[str]:
    if result.findings:
        files = list(dict.fromkeys(finding.file for finding in result.findings))
        named = ", ".join(f"<code>{html_code(file[:120])}</code>" for file in files[:_MOST_LANGUAGES])
        more = f" and {len(files) - _MOST_LANGUAGES:,} more" if len(files) > _MOST_LANGUAGES else ""
        yield f"files with errors, of which only the names of resources are known: {named}{more}"
    for space in result.spaces:
        name = markdown_text(space.plan.space)
        if space.error is not None:
            yield f"{name}: {markdown_text(space.error.message[:_LONGEST])} ({markdown_text(space.error.code[:80])})"
        for listing in space.plan.listings:
            if listing.looked and not listing.complete:
                kind, reason = markdown_text(several(listing.kind)), markdown_text(listing.reason[:_LONGEST])
                yield f"{name}: the list of {kind} is not whole: {reason}"
        for said in filter(None, (conditions.unsure(space), *(note.text for note in space.notes))):
            yield f"{name}: {markdown_text(said[:_LONGEST])}"


def _explained(row: StatusRow) -> str:
    kind = KINDS.get(row.kind)
    rejected = row.rejected and kind is not None and kind.policy.words.get(row.status) is State.REJECTED
    return kind.policy.explained(row.reason) if kind is not None and rejected else row.reason
