"""A plan for a terminal. Pure; what it shares with what tells of an apply stands in `spaces` and `changes`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from templatesync.model.change import Plan, SpacePlan
from templatesync.planning.totals import plan_digest, summary
from templatesync.render import strictness, unmanaged
from templatesync.render.changes import changes, kinds_of
from templatesync.render.report import counted
from templatesync.render.spaces import TABLE, about, not_looked_at, readable, table, top
from templatesync.render.terminal import Style, joined, visible, wrapped

if TYPE_CHECKING:
    from templatesync.commands import plan as plan_command

_IN_TABLE = ("create", "update", "delete", "blocked", "waiting", "no_op", "reviews", "breaking", "unmanaged")
_TITLES = {"no_op": "unchanged", "breaking": "breaks senders", "unmanaged": "no file"}


def text(result: plan_command.PlanResult, style: Style) -> str:
    """What could not be read, what would change, what it comes to, and the digest."""
    lines = [*_plan(result.plan, style)]
    notes = Counter(finding.severity.value for finding in result.findings)
    if notes:
        said = ", ".join(counted(number, word) for word, number in sorted(notes.items(), reverse=True))
        lines.append(f"The files have {said}; `templatesync validate` shows them.")
    lines += strictness.shown(result.plan.strictness, style)
    lines += _digest(result.plan, style)
    return joined(lines).rstrip("\n") + "\n"


def question(plan: Plan, style: Style) -> str:
    """What a person is shown before being asked."""
    return joined((*_plan(plan, style), *strictness.shown(plan.strictness, style)))


def _plan(plan: Plan, style: Style) -> Iterator[str]:
    plans = plan.spaces
    yield from top(plans, style, "planned")
    yield from about(plans, style)
    yield from changes(plans, style)
    if style.only:
        yield from _filtered(plans, style)
    counts = {space.space: _apart(space) for space in plans if not space.error}
    if len(plans) >= TABLE:
        yield ""
        named = {space: {_TITLES.get(name, name): each[name] for name in _IN_TABLE} for space, each in counts.items()}
        yield from table(plans, named, style)
        yield ""
    else:
        for space in plans:
            if not space.error:
                name = f"{visible(space.space)}: " if len(counts) > 1 else ""
                yield from _counted(f"{name}{_summary(counts[space.space])}{not_looked_at([space])}", style)
    if len(plans) > 1 and counts:
        total = {name: sum(each[name] for each in counts.values()) for name in next(iter(counts.values()))}
        which = f" ({readable(plans, 'planned')})" if len(counts) < len(plans) else ""
        where = not_looked_at(plans) if len(plans) >= TABLE else ""
        bold = style.bold("All spaces")
        lines = wrapped(f"All spaces{which}: {_summary(total)}{where}", style.columns, rest="  ")
        yield lines[0].replace("All spaces", bold, 1)
        yield from lines[1:]
    yield from unmanaged.shown(plans, style)
    yield ""


def _counted(text: str, style: Style) -> Iterator[str]:
    yield from wrapped(text, style.columns, "  ", "  ")


def _filtered(plans: Sequence[SpacePlan], style: Style) -> Iterator[str]:
    every = [change for plan in plans for change in plan.changes]
    shown = sum(not kinds_of(change).isdisjoint(style.only) for change in every)
    text = f"Only {', '.join(style.only)}: {shown:,} of {counted(len(every), 'resource')} shown; all of them count."
    yield from wrapped(text, style.columns, "  ")


def _digest(plan: Plan, style: Style) -> Iterator[str]:
    """The digest, or why there is none: nobody should approve a part."""
    unread = [space.space for space in plan.spaces if space.error]
    if not unread:
        yield f"Digest: {plan_digest(plan)}"
        return
    text = "No digest: a plan that is not whole cannot be approved. Plan again when every space can be read"
    if len(unread) < len(plan.spaces):
        text += ", or plan the others alone, by `--space`"
    yield from wrapped(f"{text}.", style.columns, rest="  ")


def _summary(counts: Mapping[str, int]) -> str:
    if not any(counts[action] for action in ("create", "update", "delete", "blocked", "waiting")):
        text = f"No changes: {counted(counts['no_op'], 'resource')} as the files say"
    else:
        text = (
            f"{counts['create']:,} to create, {counts['update']:,} to update, {counts['delete']:,} to delete, "
            f"{counts['blocked']:,} blocked, {_waits(counts)}{counts['no_op']:,} unchanged; "
            f"{counted(counts['reviews'], 'review')} would start"
        )
    if counts["breaking"]:
        text += f", {counts['breaking']:,} would break senders"
    if counts["told_back"]:
        text += f"; {counts['told_back']:,} told back differently"
    if counts["unmanaged"]:
        text += f"; {counts['unmanaged']:,} live without a file"
    return text + "."


def _apart(space: SpacePlan) -> dict[str, int]:
    """The counts of a space, with what waits by design no part of what is blocked."""
    counts = summary(space.changes, len(space.unmanaged))
    return {**counts, "blocked": counts["blocked"] - counts["waiting"]}


def _waits(counts: Mapping[str, int]) -> str:
    """What waits by design, apart from what is blocked; most plans have none."""
    waiting = counts["waiting"]
    return f"{waiting:,} {'waits' if waiting == 1 else 'wait'}, " if waiting else ""
