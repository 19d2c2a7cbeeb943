"""Where everything stands, for a terminal. Pure; what it shares with a plan stands in `spaces` and `grouping`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from templatesync.kinds import KINDS
from templatesync.model.change import SpacePlan
from templatesync.model.resource import Key
from templatesync.model.state import State
from templatesync.render.changes import called
from templatesync.render.grouping import Place, everywhere, grouped, spoken
from templatesync.render.report import counted
from templatesync.render.spaces import TABLE, about, readable, table, top
from templatesync.render.terminal import Style, joined, pad, visible, width, wrapped

if TYPE_CHECKING:
    from templatesync.commands import status as status_command
    from templatesync.commands.status import StatusRow

MOST_LINES = 20
"""Rows of a table of resources, before those that are as they should be are only counted."""
_DRIFT = {"missing": "", "unknown": "could not be read", "content": "differs from the file"}
_FINE = frozenset({State.APPROVED, State.PUBLISHED})
HEAD = ("RESOURCE", "WHERE", "STATE", "QUALITY", "CONTENT")
_WIDEST = 44


class _Placed(NamedTuple):
    space: str
    row: StatusRow


def text(result: status_command.StatusResult, style: Style) -> str:
    """What could not be read, what needs a look, and how many are in which state."""
    plans = [space.plan._replace(error=space.error) for space in result.spaces]
    lines = [*top(plans, style, "read")]
    lines += about(plans, style, refusals=False)
    placed = [_Placed(space.plan.space, row) for space in result.spaces for row in space.rows]
    lines += _resources(placed, len(plans), style)
    lines += _totals(result.spaces, plans, style)
    if result.timed_out:
        lines.append("Reviews are still running; the time to wait is over.")
    return joined(lines).rstrip("\n") + "\n"


def _resources(placed: Sequence[_Placed], spaces: int, style: Style) -> Iterator[str]:
    groups = [*grouped(placed, _same).values()]
    fine = [group for group in groups if _fine(group[0].row)]
    folded = not style.whole and len(groups) > MOST_LINES
    shown = [group for group in groups if not folded or not _fine(group[0].row)]
    shown.sort(key=lambda group: (_rank(group[0].row), str(_key(group))))
    more = shown[MOST_LINES:] if folded else []
    shown = shown[: len(shown) - len(more)]
    yield from _rows(shown, spaces, style)
    if more:
        yield f"  {_of(more)} more that need a look; `--details` shows them"
    if folded and fine:
        others = " others" if shown else ""
        said = f"{_of(fine)}{others} are in use and as the files say"
        yield from wrapped(f"{said}; `--details` shows them", style.columns, "  ")


def _of(groups: Sequence[Sequence[_Placed]]) -> str:
    return f"{sum(map(len, groups)):,}"


def _same(placed: _Placed) -> tuple[object, ...]:
    row = placed.row
    return (
        row.kind, row.name, row.status, row.reason, row.quality, row.drift, row.pending, row.rejected, row.unknown,
        row.stays,
    )  # fmt: skip


def _fine(row: StatusRow) -> bool:
    kind = KINDS.get(row.kind)
    word = kind.policy.words.get(row.status) if kind else None
    settled = word in _FINE or (word is None and not (row.pending or row.rejected or row.unknown))
    return settled and not row.drift and not row.reason and not row.unknown and not row.stays


def _rank(row: StatusRow) -> tuple[bool, ...]:
    """What needs a look soonest comes first."""
    return not row.rejected, not row.unknown, not row.drift, not row.pending, _fine(row)


def _key(group: Sequence[_Placed]) -> str:
    """What names the rows of a group: one key, or that of all languages."""
    keys = list(dict.fromkeys(each.row.key for each in group))
    return keys[0] if len(keys) == 1 else str(Key(group[0].row.kind, group[0].row.name))


def _rows(groups: Sequence[Sequence[_Placed]], spaces: int, style: Style) -> Iterator[str]:
    cells = [_cells(group, spaces) for group in groups]
    kept = [at for at in range(len(HEAD)) if HEAD[at] != "WHERE" or any(row[at] for row in cells)]
    rows = [[row[at] for at in kept] for row in (HEAD, *cells)]
    widths = [min(max(width(row[at]) for row in rows), _WIDEST) for at in range(len(kept))]
    for number, row in enumerate(rows if cells else ()):
        lines = _laid_out(row, widths, style)
        yield from [style.bold(lines[0])] if number == 0 else lines
        if number:
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
    return visible(_key(group)), where, called(key, row.status), visible(row.quality).lower(), content(row.drift)


def content(drift: Sequence[str]) -> str:
    """Whether the content is the file's, in words."""
    return (
        ", ".join(_DRIFT.get(word, visible(word.replace("_", " "))) for word in drift) if drift else "as the file says"
    )


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
    for each in row.stays:
        yield from wrapped(visible(each), style.columns, "      ", "        ")
    if style.whole and len(group) > 1:
        for where in everywhere([Place(each.space, each.row.language) for each in group]):
            yield from (style.dim(each) for each in wrapped(where, style.columns, "      "))


def _totals(spaces: Sequence[status_command.SpaceStatus], plans: Sequence[SpacePlan], style: Style) -> Iterator[str]:
    counts = {space.plan.space: _counts(space.rows) for space in spaces}
    total: Counter[str] = Counter()
    for each in counts.values():
        total.update(each)
    if len(plans) >= TABLE:
        yield ""
        yield from table(plans, {space: _words(each, sorted(total)) for space, each in counts.items()}, style)
        yield ""
    else:
        for plan in plans:
            if not plan.error:
                name = f"{visible(plan.space)}: " if len(plans) > 1 else ""
                yield from wrapped(f"{name}{_summary(counts[plan.space])}", style.columns, "  ")
    if len(plans) > 1:
        which = f" ({readable(plans, 'read')})" if any(plan.error for plan in plans) else ""
        yield from wrapped(f"All spaces{which}: {_summary(total)}", style.columns, rest="  ")
    yield ""


def _counts(rows: Sequence[StatusRow]) -> Mapping[str, int]:
    counts = Counter(called(Key(row.kind, row.name), row.status) for row in rows)
    differ = sum("content" in row.drift for row in rows)
    return {**counts, **({"differ from the file": differ} if differ else {})}


def _words(counts: Mapping[str, int], states: Sequence[str]) -> Mapping[str, int]:
    """The counts by our own words alone, all of `states` in their order: what the service calls them is said below."""
    found = dict.fromkeys((name.partition(" (")[0] for name in states), 0)
    for name, number in counts.items():
        found[name.partition(" (")[0]] += number
    return found


def _summary(counts: Mapping[str, int]) -> str:
    differ = counts.get("differ from the file", 0)
    states = [(name, number) for name, number in sorted(counts.items()) if name != "differ from the file"]
    said = ", ".join(f"{number:,} {name}" for name, number in states if number) or counted(0, "resource")
    return said + (f"; {differ:,} differ{'s' if differ == 1 else ''} from the file" if differ else "") + "."
