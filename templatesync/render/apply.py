"""How an apply ended, for a terminal. Pure; what it shares with a plan stands in `spaces` and `changes`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from templatesync.model.attempt import Recovered
from templatesync.model.change import WAITING, Change, SpacePlan
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.model.resource import several
from templatesync.planning.comparison import listed
from templatesync.render.changes import Group, Row, called, line, mark
from templatesync.render.grouping import Place, grouped, shortened, spoken
from templatesync.render.report import counted
from templatesync.render.spaces import TABLE, about, readable, table, top
from templatesync.render.terminal import Style, joined, pad, safe, visible, width, wrapped

if TYPE_CHECKING:
    from templatesync.commands import apply as apply_command

MOST_LINES = 12
"""Groups of outcomes that have a line each. Of more, those that ended the same share one."""
MOST_NAMES = 6
_MOST_SPACES = 3
"""Of more, a command does not name each."""
GOOD = (OutcomeKind.DONE, OutcomeKind.ALREADY_DONE)
# What somebody has to look at comes first.
_ORDER = (
    OutcomeKind.UNKNOWN, OutcomeKind.FAILED, OutcomeKind.STALE, OutcomeKind.BLOCKED, OutcomeKind.NOT_STARTED,
    OutcomeKind.DONE, OutcomeKind.ALREADY_DONE,
)  # fmt: skip


def _rank(outcome: Outcome) -> tuple[bool, int]:
    """What waits by design comes after all others."""
    return outcome.waits, _ORDER.index(outcome.kind)


def _word(outcome: Outcome) -> str:
    return WAITING if outcome.waits else outcome.kind.value


class _Ended(NamedTuple):
    space: str
    outcome: Outcome


def text(result: apply_command.ApplyResult, style: Style) -> str:
    """What could not be read, how each change ended, and what it comes to."""
    if result.declined:
        return "Nothing was written.\n"
    plans = [plan for plan, _ in result.outcomes]
    lines = [*top(plans, style, "read")]
    for plan in plans:
        lines += _recovered(plan, result.recovered.get(plan.space, ()), len(plans), style)
    ended = [_Ended(plan.space, outcome) for plan, outcomes in result.outcomes for outcome in outcomes]
    lines += _ends(ended, len(plans), style)
    lines += _not_in_plan(result, len(plans), style)
    lines += about(plans, style)
    lines += _totals(result.outcomes, style)
    if result.unsaved:
        lines.append(style.red(safe(result.unsaved)))
    return joined(lines)


def _ends(ended: Sequence[_Ended], spaces: int, style: Style) -> Iterator[str]:
    found = [*grouped(ended, _same).values()]
    found.sort(key=lambda group: (*_rank(group[0].outcome), _group(group).key))
    columns = min(max((width(str(_group(group).key)) for group in found), default=0), 44)
    folded = not style.whole and len(found) > MOST_LINES
    for family in grouped(found, _alike).values() if folded else ([group] for group in found):
        if len(family) > 3:
            yield from _family(family, spaces, style)
        else:
            for group in family:
                yield from line(_group(group), columns, _said(group, style), spaces, style)


def _not_in_plan(result: apply_command.ApplyResult, spaces: int, style: Style) -> Iterator[str]:
    """What would be done, too, and nobody has approved: left as it is."""
    rows = [Row(space, change) for space, changes in result.not_in_plan.items() for change in changes]
    if not rows:
        return
    yield f"  Not in the approved plan, and left as {'it is' if len(rows) == 1 else 'they are'}: {len(rows):,}"
    groups = [Group(tuple(found)) for found in grouped(rows, _unapproved).values()]
    most = len(groups) if style.whole else MOST_LINES
    columns = min(max(width(str(group.key)) for group in groups[:most]), 44)
    for group in groups[:most]:
        yield from line(group, columns, _differing(group.change), spaces, style)
    if len(groups) > most:
        yield f"  and {len(groups) - most:,} more; `--details` shows them"


def _unapproved(row: Row) -> tuple[str, ...]:
    return row.change.key.kind, row.change.key.name, differing(row.change)


def _differing(change: Change) -> Callable[[str], str]:
    word, _, rest = differing(change).partition(" ")
    return lambda where: visible(f"{word}{where}{' ' if rest else ''}{rest}")


def differing(change: Change) -> str:
    """What a change is that no plan has: its action, its reason, and where what is live and what is wanted differ."""
    reason = f" ({change.reason})" if change.reason and not change.waits else ""
    paths = listed(item.path for item in change.diff) if change.diff else ""
    return f"{change.word}{reason}{f' at {paths}' if paths else ''}"


def _same(ended: _Ended) -> tuple[object, ...]:
    outcome = ended.outcome
    key = outcome.change.key
    return key.kind, key.name, outcome.change.action, outcome.kind, outcome.code, outcome.message


def _alike(group: Sequence[_Ended]) -> tuple[object, ...]:
    outcome = group[0].outcome
    places = frozenset(each.space for each in group)
    return outcome.change.key.kind, outcome.change.action, outcome.kind, outcome.code, outcome.message, places


def _group(group: Sequence[_Ended]) -> Group:
    return Group(tuple(Row(each.space, each.outcome.change) for each in group))


def _said(group: Sequence[_Ended], style: Style) -> Callable[[str], str]:
    return lambda where: _end([each.outcome for each in group], where, style)


def _end(outcomes: Sequence[Outcome], where: str, style: Style) -> str:
    """The end of changes that ended alike, with the requests of those that did not end well."""
    outcome = outcomes[0]
    good = outcome.kind in GOOD
    code = f" ({called(outcome.change.key, outcome.code)})" if outcome.code else ""
    said = outcome.message.removeprefix(f"{outcome.code.replace(' ', '_')}: ")  # a note begins with its own code
    message = f": {visible(said)}" if said else ""
    ids = [outcome.request_id for outcome in outcomes if outcome.request_id and not good]
    requests = shortened(ids, len(ids) if style.whole else 3)
    request = f" [request{'s' if len(ids) > 1 else ''} {requests}]" if ids else ""
    return f"{outcome.kind.value}{where}{code}{message}{request}"


def _family(family: Sequence[Sequence[_Ended]], spaces: int, style: Style) -> Iterator[str]:
    """Resources that ended alike, in one line."""
    whole = [each for group in family for each in group]
    first = whole[0].outcome.change
    places = list(dict.fromkeys(Place(each.space, each.outcome.change.key.language) for each in whole))
    where = spoken(places, spaces).partition(" (")[0]
    said = _end([each.outcome for each in whole], where, style)
    count = f"{len(family):,} {visible(several(first.key.kind))}"
    count += f" ({len(whole):,} in all)" if len(whole) > len(family) else ""
    lines = wrapped(f"{count}  {said}", style.columns, "    ", "      ")
    yield f"  {mark(first, style)} {lines[0][4:]}"
    yield from lines[1:]
    names = shortened([group[0].outcome.change.key.name for group in family], MOST_NAMES)
    yield from (style.dim(each) for each in wrapped(f"{names}; `--details` shows each", style.columns, "      "))


def _totals(ended: Sequence[tuple[SpacePlan, Sequence[Outcome]]], style: Style) -> Iterator[str]:
    plans = [plan for plan, _ in ended]
    counts = {plan.space: _counts(outcomes) for plan, outcomes in ended}
    if len(plans) >= TABLE:
        yield ""
        yield from table(plans, counts, style)
        yield ""
    else:
        for plan, outcomes in ended:
            if not plan.error or outcomes:
                name = f"{visible(plan.space)}: " if len(plans) > 1 else ""
                yield from wrapped(f"{name}{_summary(outcomes, [plan.space])}", style.columns, "  ")
    if len(plans) > 1:
        every = [outcome for _, outcomes in ended for outcome in outcomes]
        which = f" ({readable(plans, 'read')})" if any(plan.error for plan in plans) else ""
        said = _summary(every, [plan.space for plan in plans])
        yield from wrapped(f"All spaces{which}: {said}", style.columns, rest="  ")


def _counts(outcomes: Sequence[Outcome]) -> Mapping[str, int]:
    counts = Counter(map(_word, outcomes))
    return {word: counts[word] for word in (*OutcomeKind, WAITING)}


def _summary(outcomes: Sequence[Outcome], spaces: Sequence[str]) -> str:
    said = ", ".join(f"{number:,} {name}" for name, number in _counts(outcomes).items() if number)
    reviews = sum(outcome.change.review and outcome.kind is OutcomeKind.DONE for outcome in outcomes)
    started = f"; {counted(reviews, 'review')} started, {_follows(spaces)}" if reviews else ""
    return f"{said or 'No changes'}{started}."


def _follows(spaces: Sequence[str]) -> str:
    """What tells of the reviews that have begun. Whoever chose some spaces may read no others."""
    if len(spaces) > _MOST_SPACES:
        return "`templatesync status` of the same spaces follows them"
    return f"`templatesync status {' '.join(f'--space {visible(space)}' for space in spaces)}` follows them"


def _recovered(plan: SpacePlan, recovered: Sequence[Recovered], spaces: int, style: Style) -> Iterator[str]:
    """What a run before this one had done, and could not tell."""
    if not recovered:
        return
    where = f" in {safe(plan.space)}" if spaces > 1 else ""
    yield f"  An earlier run{where} was cut off before it could tell what came of {counted(len(recovered), 'write')}:"
    columns = max(width(each.attempt.key) for each in recovered)
    for each in recovered:
        attempt = each.attempt
        settled = each.outcome is not attempt.outcome  # then that code says how it looked before
        code = f" ({safe(attempt.code)})" if attempt.code and not settled else ""
        request = f" [request {safe(attempt.request_id)}]" if attempt.request_id else ""
        said = f"{each.outcome.value}{code}: {safe(each.message)}{request}"
        first = f"  {attempt.action.mark} {pad(safe(attempt.key), columns)}  "
        paint = style.green if each.outcome in GOOD else style.red
        head, *more = wrapped(f"{said} (sent at {attempt.when})", style.columns, first, " " * 6)
        yield first + head[len(first) :].replace(each.outcome.value, paint(each.outcome.value), 1)
        yield from more
    yield "  And this run:"
