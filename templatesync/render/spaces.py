"""Spaces for a terminal: what could not be read, which account is meant, what forbids writing, and a table. Pure.

Shared by plan, apply and status; knows none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from templatesync.model.change import FromCache, Narrowed, Refusal, SpacePlan
from templatesync.model.resource import several
from templatesync.render.grouping import grouped, ranges, shortened
from templatesync.render.report import counted
from templatesync.render.terminal import Style, pad, safe, visible, width, wrapped

TABLE = 3
"""From so many spaces on they are rows of a table."""
MOST_GONE = 10
"""Resources without a file that a plan names."""
MOST_ROWS = 8
"""Rows of a table of spaces that are shown; spaces of which the same is to be said share one."""
_REQUEST = re.compile(r" \(request [^()]*\)|, request [^]\s]*(?=\])")


def heading(plan: SpacePlan, style: Style) -> str:
    """The line that names a space, and says when it is an emulator."""
    account = f", WhatsApp Business Account {safe(plan.waba_id)}" if plan.waba_id else ""
    emulator = f" {style.yellow('EMULATOR')}" if plan.emulator else ""
    return f"{style.bold('Space ' + safe(plan.space))}{emulator} ({safe(plan.cust_space_id)}{account})"


def top(plans: Sequence[SpacePlan], style: Style, did: str) -> Iterator[str]:
    """What comes first: how many spaces were read, which were not and why, and which are meant."""
    unread = [plan for plan in plans if plan.error]
    if len(plans) >= TABLE:
        yield from wrapped(f"{readable(plans, did)}.", style.columns, rest="  ")
    for group in grouped(unread, _cause).values():
        error = group[0].error
        assert error is not None
        if len(group) == 1:
            yield heading(group[0], style)
            text = f"{visible(error.message)} [{visible(error.code)}]"
        else:
            yield style.bold(f"Spaces {_few(group, style)}")
            text = f"{without_request(visible(error.message))} [{visible(error.code)}], {len(group):,} requests"
        for line in wrapped(f"cannot be read: {text}", style.columns, "  ", "    "):
            yield line.replace("cannot be read", style.red("cannot be read"), 1)
    if unread:
        yield ""
    if len(plans) < TABLE:
        yield from (heading(plan, style) for plan in plans if not plan.error)


def _cause(plan: SpacePlan) -> tuple[str, str]:
    error = plan.error
    assert error is not None
    return error.code, without_request(error.message)


def without_request(message: str) -> str:
    """A message without the request that it is about, so that equal ones can be told once."""
    return _REQUEST.sub("", message)


def _few(plans: Sequence[SpacePlan], style: Style) -> str:
    names = [plan.space for plan in plans]
    return ranges(names) if style.whole or len(names) <= MOST_GONE else shortened(names, MOST_GONE)


def readable(plans: Sequence[SpacePlan], did: str) -> str:
    """How many of the spaces count in what follows; what is unknown is named."""
    unread = [plan.space for plan in plans if plan.error]
    if not unread:
        return f"{len(plans):,} spaces {did}"
    return f"{len(plans) - len(unread):,} of {len(plans):,} spaces {did}; {_named(unread)} could not be read"


def _named(names: Sequence[str]) -> str:
    if len(names) <= MOST_GONE:
        *most, last = map(visible, names)
        return f"{', '.join(most)} and {last}" if most else last
    return shortened(names, MOST_GONE)


def about(plans: Sequence[SpacePlan], style: Style, *, refusals: bool = True) -> Iterator[str]:
    """What is to be known of spaces: lists that are not whole, doubts, what forbids writing, what was left out.

    Each is said once, with the spaces of which it is true when that is not all of them.
    """
    read = [plan for plan in plans if not plan.error]
    said = [(plan.space, line) for plan in read for line in _about(plan, refusals)]
    for (label, text), group in grouped(said, lambda each: each[1]).items():
        spaces = [space for space, _ in group]
        where = f" (in {shortened(spaces, MOST_GONE)})" if len(spaces) < len(plans) else ""
        paint = style.red if label == "refused" else style.yellow
        for line in wrapped(f"{label}: {text}{where}", style.columns, "  ", "    "):
            yield line.replace(label, paint(label), 1) if line.startswith(f"  {label}") else line


def _about(plan: SpacePlan, refusals: bool) -> Iterator[tuple[str, str]]:
    for each in plan.listings:
        if each.looked and not each.complete:
            yield "incomplete", f"the list of {visible(several(each.kind))} is not whole: {visible(each.reason)}"
    if refusals:
        yield from (("refused", _refused(refusal)) for refusal in plan.refusals)
    yield from (("note", visible(note.text)) for note in plan.notes)
    if plan.scope:
        yield from (("Narrowed", line) for line in _scope(plan.scope))
    if plan.from_cache:
        yield "From cache", _from_cache(plan.from_cache, plan.emulator)


def _refused(refusal: Refusal) -> str:
    return f"{visible(refusal.message)} [{visible(refusal.code)}]"


def _scope(scope: Narrowed) -> Iterator[str]:
    since = f"{counted(scope.of, 'resource')} changed since {visible(scope.revision[:12])}"
    gone = ""
    if scope.gone:
        names = shortened([str(key) for key in scope.gone], MOST_GONE)
        gone = f" In no file since then, and left as it is: {names}; a tombstone deletes it."
    yield f"{len(scope.keys):,} of {since}; the rest was listed, not read.{gone}"


def _from_cache(used: FromCache, emulator: bool) -> str:
    if not used.details:
        what = "nothing of an emulator within templatesync" if emulator else "nothing this time"
        return f"{what}; a plan file made with --cache cannot be applied."
    return (
        f"{counted(used.details, 'detail')}, the oldest read {visible(used.oldest)}. Changes that the list does not "
        "show are missing here; apply reads everything again."
    )


def not_looked_at(plans: Sequence[SpacePlan]) -> str:
    """What a summary says nothing about."""
    kinds = chain.from_iterable(plan.listings for plan in plans if not plan.error)
    names = list(dict.fromkeys(visible(several(each.kind)) for each in kinds if not each.looked))
    return f" Not looked at: {', '.join(names)}." if names else ""


def table(plans: Sequence[SpacePlan], counts: Mapping[str, Mapping[str, int]], style: Style) -> Iterator[str]:
    """A row for each space, or for all spaces with the same counts; a column for each count that is not always zero.

    `counts` are by space. Rare rows come first.
    """
    known = dict.fromkeys(name for plan in plans for name in _of(counts, plan))
    columns = [name for name in known if any(_of(counts, plan).get(name) for plan in plans)]
    rows = sorted(grouped(plans, lambda plan: _cells(plan, counts, columns)).items(), key=lambda row: len(row[1]))
    if style.whole:
        rows = [(_cells(plan, counts, columns), [plan]) for plan in plans]
    left = rows[MOST_ROWS:] if not style.whole else []
    shown = [(_name(group, style), cells) for cells, group in rows[: len(rows) - len(left)]]
    if left:
        number = sum(len(group) for _, group in left)
        shown.append((f"{number:,} more spaces (`--details` shows them)", ()))
    head = ("SPACE", [column.upper().replace("_", " ") for column in columns])
    first = max(min(width(name), style.columns // 2) for name, _ in (head, *shown))
    widths = [max(len(title), 6) for title in head[1]]
    for number, (name, cells) in enumerate((head, *shown)):
        numbers = "  ".join(cell.rjust(room) for cell, room in zip(cells, widths, strict=False))
        lines = wrapped(name, first + 2, "  ", "    ")
        lines[0] = f"{pad(lines[0], first + 2)}  {numbers or ' '.join(cells)}".rstrip()
        yield from ((style.bold(lines[0]), *lines[1:]) if number == 0 else lines)


def _of(counts: Mapping[str, Mapping[str, int]], plan: SpacePlan) -> Mapping[str, int]:
    return {} if plan.error else counts.get(plan.space, {})


def _cells(plan: SpacePlan, counts: Mapping[str, Mapping[str, int]], columns: Sequence[str]) -> tuple[str, ...]:
    if plan.error:
        return ("could not be read",)
    mine = _of(counts, plan)
    return tuple(f"{mine[column]:,}" if mine.get(column) else "-" for column in columns)


def _name(group: Sequence[SpacePlan], style: Style) -> str:
    """The spaces of a row, emulators as such; in full, with their accounts, when everything is shown."""
    if len(group) == 1:
        (plan,) = group
        account = f", {visible(plan.waba_id)}" if plan.waba_id else ""
        long = f" ({visible(plan.cust_space_id)}{account})" if style.whole else ""
        return f"{visible(plan.space)}{' EMULATOR' if plan.emulator else ''}{long}"
    emulators = [plan.space for plan in group if plan.emulator]
    marked = f" (EMULATOR: {shortened(emulators, MOST_GONE)})" if emulators else ""
    names = ranges([plan.space for plan in group])
    if width(names) > 2 * style.columns:
        names = shortened([plan.space for plan in group], MOST_GONE)
    return f"{len(group):,} spaces: {names}{marked}"
