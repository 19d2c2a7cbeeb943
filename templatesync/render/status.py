"""Where everything stands, for a terminal. Pure; what it shares with a plan stands in `spaces` and `grouping`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from templatesync.kinds import KINDS
from templatesync.model.change import Note, SpacePlan
from templatesync.model.condition import Condition
from templatesync.model.resource import Key
from templatesync.model.state import State
from templatesync.model.usage import Usage
from templatesync.render import conditions
from templatesync.render.changes import called
from templatesync.render.grouping import Place, everywhere, grouped, shortened, spoken
from templatesync.render.report import counted
from templatesync.render.spaces import MOST_GONE, TABLE, about, readable, table, top
from templatesync.render.terminal import Style, joined, pad, safe, visible, width, wrapped
from templatesync.render.usage import idle

if TYPE_CHECKING:
    from templatesync.commands.status import StatusResult
    from templatesync.commands.status_rows import SpaceStatus, StatusRow

MOST_LINES = 20
"""Rows of a table of resources, before those that are as they should be are only counted."""
_FINE = frozenset({State.APPROVED, State.PUBLISHED})
HEAD = ("RESOURCE", "WHERE", "STATE", "CONDITION", "QUALITY", "CONTENT")
_OFTEN_EMPTY = frozenset({"WHERE", "CONDITION"})
_NOT_READ = "not read"
_TOLD_BY_STATE = frozenset({Condition.REJECTED, Condition.PAUSED, Condition.DISABLED, Condition.UNKNOWN_STATE})
_WIDEST = 44


class _Placed(NamedTuple):
    space: str
    row: StatusRow


def text(result: StatusResult, style: Style) -> str:
    """What could not be read, what needs a look, what to do about it, and how many are in which state."""
    plans = [_plan(space) for space in result.spaces]
    lines = [*top(plans, style, "read")]
    lines += about(plans, style, refusals=False)
    placed = [_Placed(space.plan.space, row) for space in result.spaces for row in space.rows]
    lines += _resources(placed, len(plans), result.content, style)
    lines += _ways_on(result, style)
    for said in idle(usages(result)):
        lines += wrapped(visible(said), style.columns, "  ", "    ")
    lines += _totals(result, plans, style, told=bool(lines) and not lines[-1])
    for said in filter(None, (conditions.differing(result), conditions.verdict(result))):
        lines += wrapped(safe(said), style.columns, "  ", "    ")
    if result.timed_out:
        lines.append("Reviews are still running; the time to wait is over.")
    return joined(lines).rstrip("\n") + "\n"


def usages(result: StatusResult) -> list[tuple[str, Usage]]:
    """How often each was sent, where that was asked, by what names it."""
    several_spaces = len(result.spaces) > 1
    return [
        (f"{row.key} in {space.plan.space}" if several_spaces else row.key, row.usage)
        for space in result.spaces
        for row in space.rows
        if row.usage is not None
    ]


def _plan(space: SpaceStatus) -> SpacePlan:
    """A space as what is about spaces has it, with all that is to be known of it."""
    unsure = conditions.unsure(space)
    notes = (*space.plan.notes, *space.notes, *((Note("unmanaged", unsure),) if unsure else ()))
    return space.plan._replace(error=space.error, notes=notes)


def _resources(placed: Sequence[_Placed], spaces: int, content: bool, style: Style) -> Iterator[str]:
    groups = [*grouped(placed, _same).values()]
    fine = [group for group in groups if _fine(group[0].row)]
    folded = not style.whole and len(groups) > MOST_LINES
    shown = [group for group in groups if not folded or not _fine(group[0].row)]
    shown.sort(key=lambda group: (conditions.rank(group[0].row), _fine(group[0].row), str(_key(group))))
    more = shown[MOST_LINES:] if folded else []
    shown = shown[: len(shown) - len(more)]
    yield from _rows(shown, spaces, style)
    if more:
        yield f"  {_of(more)} more that need a look; `--details` shows them"
    if folded and fine:
        others = " others" if shown else ""
        said = f"{_of(fine)}{others} are in use{' and as the files say' if content else ''}"
        yield from wrapped(f"{said}; `--details` shows them", style.columns, "  ")


def _of(groups: Sequence[Sequence[_Placed]]) -> str:
    return f"{sum(map(len, groups)):,}"


def _same(placed: _Placed) -> tuple[object, ...]:
    row = placed.row
    return (
        row.kind, row.name, row.status, row.reason, row.quality, row.content, row.conditions, row.pending,
        row.rejected, row.unknown, row.stays, row.notes, row.new, row.over, row.was,
    )  # fmt: skip


def _fine(row: StatusRow) -> bool:
    kind = KINDS.get(row.kind)
    word = kind.policy.words.get(row.status) if kind else None
    settled = word in _FINE or (word is None and not (row.pending or row.rejected or row.unknown))
    said = (*row.conditions, *row.stays, *row.notes, *row.new, *row.over, row.reason)
    return (
        settled
        and not any(said)
        and not row.unknown
        and row.was is None
        and row.content in (_NOT_READ, "as the file says")
    )


def _key(group: Sequence[_Placed]) -> str:
    """What names the rows of a group: one key, or that of all languages."""
    keys = list(dict.fromkeys(each.row.key for each in group))
    return keys[0] if len(keys) == 1 else str(Key(group[0].row.kind, group[0].row.name))


def _rows(groups: Sequence[Sequence[_Placed]], spaces: int, style: Style) -> Iterator[str]:
    cells = [_cells(group, spaces) for group in groups]
    kept = [at for at in range(len(HEAD)) if HEAD[at] not in _OFTEN_EMPTY or any(row[at] for row in cells)]
    rows = [[row[at] for at in kept] for row in (HEAD, *cells)]
    widths = [min(max(width(row[at]) for row in rows), _WIDEST) for at in range(len(kept))]
    fitting = next((at for at in range(1, len(kept)) if sum(widths[: at + 1]) + 2 * at + 2 > style.columns), len(kept))
    unread = {at for at in range(len(kept)) if all(row[at] == _NOT_READ for row in rows[1:])}  # the totals say so
    for number, row in enumerate(rows if cells else ()):
        lines = _laid_out(row[:fitting], widths[:fitting], style)
        yield from [style.bold(lines[0])] if number == 0 else lines
        if number:
            others = [(rows[0][at].lower(), row[at]) for at in range(fitting, len(kept)) if at not in unread]
            beneath = [f"{title}: {cell}" for title, cell in others if cell]
            yield from wrapped(", ".join(beneath), style.columns, "      ") if beneath else ()
            yield from _beneath(groups[number - 1], style)


def _laid_out(row: Sequence[str], widths: Sequence[int], style: Style) -> list[str]:
    """The cells of a row under their titles; those for which the screen is too narrow on a line of their own."""
    lines = [" "]
    for cell, columns in zip(row, widths, strict=True):
        if cell and len(lines[-1]) > 6 and width(lines[-1]) + 1 + width(cell) > style.columns:
            lines.append(" " * 5)
        lines[-1] += f" {pad(cell, columns)} "
    return [line.rstrip() for line in lines]


def _cells(group: Sequence[_Placed], spaces: int) -> tuple[str, ...]:
    row = group[0].row
    key = Key(row.kind, row.name, row.language)
    where = spoken([Place(each.space, each.row.language) for each in group], spaces).removeprefix(" in ")
    said = ", ".join(map(conditions.called, conditions.gravest_first(row.conditions)))
    content = "" if row.content == row.status else row.content
    return visible(_key(group)), where, called(key, row.status), said, visible(row.quality).lower(), content


def _beneath(group: Sequence[_Placed], style: Style) -> Iterator[str]:
    row = group[0].row
    kind = KINDS.get(row.kind)
    said = ""
    if row.rejected and kind is not None and kind.policy.words.get(row.status) is State.REJECTED:
        said = f"the review rejected it: {visible(kind.policy.explained(row.reason))}"
    elif row.reason:
        said = f"the reason: {visible(row.reason)}"
    if said:
        yield from wrapped(said, style.columns, "      ")
    if row.unknown:
        yield from wrapped("nobody can say whether its review is over", style.columns, "      ")
    for each in (*row.notes, *row.stays):
        yield from wrapped(visible(each), style.columns, "      ", "        ")
    if news := _news(row):
        yield from wrapped(news, style.columns, "      ", "        ")
    if style.whole and len(group) > 1:
        for where in everywhere([Place(each.space, each.row.language) for each in group]):
            yield from (style.dim(each) for each in wrapped(where, style.columns, "      "))


def _news(row: StatusRow) -> str:
    """What an earlier status had otherwise."""
    said = [f"new: {', '.join(map(conditions.called, row.new))}"] if row.new else []
    said += [f"over: {', '.join(map(conditions.called, row.over))}"] if row.over else []
    if row.was is not None:
        key = Key(row.kind, row.name, row.language)
        said.append(f"was {called(key, row.was)}" if row.was else "not told before")
    return "; ".join(said)


def _ways_on(result: StatusResult, style: Style) -> Iterator[str]:
    """What to do about each condition, once for all resources that have it."""
    found = conditions.keys_by_condition(row for space in result.spaces for row in space.rows)
    if found:
        yield ""
    for condition, keys in found.items():
        number = result.conditions[condition]
        said = f"{conditions.called(condition)} ({number:,}): {conditions.way_on(condition, keys)}"
        yield from wrapped(said, style.columns, "  ", "    ")
    keys = [
        f"{space.plan.space}: {key}" if len(result.spaces) > 1 else key for space in result.spaces for key in space.gone
    ]
    if keys:
        shown = shortened(keys, len(keys) if style.whole else MOST_GONE)
        yield from wrapped(
            f"{safe(conditions.gone(result.spaces, result.since))}: {shown}", style.columns, "  ", "    "
        )
    if found or keys:
        yield ""


def _totals(result: StatusResult, plans: Sequence[SpacePlan], style: Style, *, told: bool) -> Iterator[str]:
    counts = {space.plan.space: _counted(space.rows) for space in result.spaces}
    unread = conditions.unread(result)
    unread = f" {unread[0].upper()}{unread[1:]}." if unread else ""
    total = _counted(row for space in result.spaces for row in space.rows)
    if len(plans) >= TABLE:
        if not told:
            yield ""
        yield from table(plans, {space: _columns(each, total) for space, each in counts.items()}, style)
        yield ""
    else:
        for plan in plans:
            if not plan.error:
                name = f"{visible(plan.space)}: " if len(plans) > 1 else ""
                end = unread if len(plans) == 1 else ""
                yield from wrapped(f"{name}{_summary(counts[plan.space])}{end}", style.columns, "  ")
    if len(plans) > 1:
        which = f" ({readable(plans, 'read')})" if any(plan.error for plan in plans) else ""
        yield from wrapped(f"All spaces{which}: {_summary(total)}{unread}", style.columns, rest="  ")
    yield ""


class _Counted(NamedTuple):
    """How many are in each state, and how many have each condition that no state tells."""

    states: Mapping[str, int]
    conditions: Mapping[str, int]


def _counted(rows: Iterable[StatusRow]) -> _Counted:
    states: Counter[str] = Counter()
    found: Counter[Condition] = Counter()
    for row in rows:
        states[called(Key(row.kind, row.name), row.status)] += 1
        found.update(row.conditions)
    told = [each for each in conditions.gravest_first(found) if each not in _TOLD_BY_STATE]
    return _Counted(dict(sorted(states.items())), {conditions.called(each): found[each] for each in told})


def _columns(counts: _Counted, total: _Counted) -> Mapping[str, int]:
    """The counts in words of our own, in the order of all of them: what the service calls a state is said below."""
    found = dict.fromkeys((name.partition(" (")[0] for name in total.states), 0)
    for name, number in counts.states.items():
        found[name.partition(" (")[0]] += number
    for name in total.conditions:
        found[name] = found.get(name, 0) + counts.conditions.get(name, 0)
    return found


def _summary(counts: _Counted) -> str:
    states = ", ".join(f"{number:,} {name}" for name, number in counts.states.items()) or counted(0, "resource")
    found = ", ".join(f"{number:,} {name}" for name, number in counts.conditions.items())
    return f"{states}; {found}." if found else f"{states}."
