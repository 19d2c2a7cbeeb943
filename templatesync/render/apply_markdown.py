"""How an apply ended, as Markdown for the comment of a pull request: what needs somebody first. Pure; no terminal.

Every value from outside is escaped here. Whole lines are left out at the end where there are too many, and it is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from templatesync.kinds import KINDS
from templatesync.model.attempt import Recovered
from templatesync.model.change import WAITING, Action, Cause, SpacePlan
from templatesync.model.errors import FindingsError, TemplatesyncError
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.render import by_hand
from templatesync.render.apply import GOOD, differing
from templatesync.render.changes import called
from templatesync.render.escape import html_code, markdown_sentence, markdown_text, short_code
from templatesync.render.grouping import grouped
from templatesync.render.markdown_parts import (
    Counts,
    Item,
    Paper,
    bullets,
    cut,
    fitting,
    heading,
    place,
    warning,
    who,
)
from templatesync.render.report import counted
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.apply import ApplyResult

_ALL = "`templatesync apply --format json` and the receipt have all of it"
_LONGEST = 600
_MOST_REQUESTS = 3
_BEYOND = "Not in the approved plan"
_TITLES = {
    OutcomeKind.UNKNOWN: "Nobody knows what came of it",
    OutcomeKind.FAILED: "Failed",
    OutcomeKind.STALE: "Not what was approved any more",
    OutcomeKind.BLOCKED: "Blocked",
    OutcomeKind.NOT_STARTED: "Not started",
    WAITING: "Waiting",
    OutcomeKind.DONE: "Done",
    OutcomeKind.ALREADY_DONE: "Already done",
}
"""In the order in which somebody should look at them."""
_DID = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}
_REFUSED = (Cause.REFUSED, Cause.WRONG_ACCOUNT)
"""What another run ends alike."""


class _Ended(NamedTuple):
    plan: SpacePlan
    outcome: Outcome


def apply(result: ApplyResult, style: Style) -> str:
    """A marker with the counts, the sentence, what could not be read or was refused, and how each change ended."""
    plans = [plan for plan, _ in result.outcomes] or [*result.plan.spaces]
    ended = [_Ended(plan, outcome) for plan, outcomes in result.outcomes for outcome in outcomes]
    counts = count(result)
    marker = counts.marker("apply", [plan.space for plan in plans])
    head = "\n\n".join([f"{marker}\n{heading(plans)}", _sentence(result, ended, counts), *_alerts(plans)])
    end = "".join([*_recovered(result), *_what_to_do(result, ended)])
    if result.unsaved:
        end += f"\n**{markdown_text(cut(result.unsaved, _LONGEST))}**\n"
    return f"{head}\n{fitting(Paper(head, end), _items(result, ended, len(plans) > 1), _ALL)}{end}"


def not_begun(error: TemplatesyncError, spaces: Sequence[str]) -> str:
    """Why an apply has ended before it wrote anything. Nobody knows what is left; something is."""
    marker = Counts(reviews=0, left=1).marker("apply", spaces)
    where = markdown_text(cut(", ".join(spaces), 200)) or "Apply"
    hint = f"\n\n{markdown_sentence(cut(error.hint, _LONGEST))}" if error.hint else ""
    findings = error.findings if isinstance(error, FindingsError) else ()
    told = [
        f"- {place(each.file, each.line)} {markdown_sentence(cut(each.message, _LONGEST))} "
        f"({short_code(cut(each.rule, 80))})\n"
        for each in findings[:20]
    ]
    told += [f"- and {len(findings) - 20:,} more; `templatesync validate` has all of them\n"] * (len(findings) > 20)
    said = f"**Nothing was written**: {markdown_sentence(cut(str(error), _LONGEST))}.{hint}"
    return f"{marker}\n## {where}\n\n{said}\n{''.join(told and [chr(10), *told])}"


def count(result: ApplyResult) -> Counts:
    """What is pending. A space of which nothing is known has something left."""
    reviews = left = 0
    for plan, outcomes in result.outcomes:
        now = {change.key: change.live_status for change in plan.changes}
        for outcome in outcomes:
            key = outcome.change.key
            runs = now.get(key, "") in KINDS[key.kind].policy.pending if key.kind in KINDS else False
            done = outcome.kind is OutcomeKind.DONE and outcome.change.review
            reviews += done or (outcome.kind is OutcomeKind.ALREADY_DONE and runs)
            left += outcome.kind not in GOOD
        left += plan.error is not None and not outcomes
    return Counts(reviews, left)


def _sentence(result: ApplyResult, ended: Sequence[_Ended], counts: Counts) -> str:
    if result.declined:
        return "Nothing was written: nobody agreed to it."
    words = [_word(each.outcome) for each in ended]
    told = [f"{words.count(word):,} {str(word).replace('-', ' ')}" for word in _TITLES if word in words]
    said = [f"**{', '.join(told) or 'Nothing was to be done'}**"]
    said += [f"{counted(counts.reviews, 'review')} pending"] if counts.reviews else []
    said += [f"{counts.left:,} still to apply"] if counts.left else []
    not_in_plan = sum(len(changes) for changes in result.not_in_plan.values())
    said += [f"{not_in_plan:,} not in the approved plan"] if not_in_plan else []
    return f"{'; '.join(said)}."


def _word(outcome: Outcome) -> str:
    return WAITING if outcome.waits else outcome.kind


def _alerts(plans: Sequence[SpacePlan]) -> Iterator[str]:
    unread = [
        f"{markdown_text(cut(plan.space, 80))}: {markdown_sentence(cut(plan.error.message, _LONGEST))} "
        f"({markdown_text(cut(plan.error.code, 80))})"
        for plan in plans
        if plan.error is not None
    ]
    refused = [
        f"{markdown_text(cut(plan.space, 80))}: {markdown_sentence(cut(refusal.message, _LONGEST))}"
        for plan in plans
        for refusal in plan.refusals
    ]
    yield from warning("Could not be read", unread)
    yield from warning("Refused: nothing of it was written", refused)


# --- change by change -------------------------------------------------------------------------------------------------


def _items(result: ApplyResult, ended: Sequence[_Ended], several_spaces: bool) -> Iterator[Item]:
    by_word = grouped(ended, lambda each: _word(each.outcome))
    for word, title in _TITLES.items():
        if word == WAITING:
            yield from _not_in_plan(result, several_spaces)
        found = by_word.get(word, [])
        if found:
            yield Item(f"\n**{title}** ({len(found):,})\n\n")
        for group in grouped(found, _same).values():
            yield Item(f"- {_line(group, several_spaces)}\n", len(group))


def _same(ended: _Ended) -> tuple[object, ...]:
    outcome = ended.outcome
    key, change = outcome.change.key, outcome.change
    return key.kind, key.name, change.action, outcome.code, outcome.message, change.file, change.line


def _line(group: Sequence[_Ended], several_spaces: bool) -> str:
    change, outcome = group[0].outcome.change, group[0].outcome
    keys = [each.outcome.change.key for each in group]
    about = who(keys, (each.plan.space for each in group), several_spaces)
    if outcome.kind is OutcomeKind.DONE:
        reviews = sum(each.outcome.change.review for each in group)
        pending = f", {counted(reviews, 'review')} pending" if reviews else ""
        return f"{about}: {_DID.get(change.action, change.action.value)}{pending}"
    said = outcome.message.removeprefix(f"{outcome.code.replace(' ', '_')}: ")  # a note begins with its own code
    told = markdown_sentence(cut(said, _LONGEST)) if said else ""
    code = f"{markdown_text(cut(called(change.key, outcome.code), 80))}: " if outcome.code not in ("", "stale") else ""
    told = told if outcome.kind is OutcomeKind.ALREADY_DONE or outcome.waits else f"{code}{told}"
    ids = [each.outcome.request_id for each in group if each.outcome.request_id and outcome.kind not in GOOD]
    asked = ", ".join(short_code(cut(each, 80)) for each in ids[:_MOST_REQUESTS])
    more = f" and {len(ids) - _MOST_REQUESTS:,} more" if len(ids) > _MOST_REQUESTS else ""
    action = change.action.value if change.action.writes and outcome.kind not in GOOD else ""
    asked = f" (request{'s' if len(ids) > 1 else ''} {asked}{more})" if ids else ""
    return f"{about}{f', {action}' if action else ''}: {told}{asked} — {place(change.file, change.line)}"


def _not_in_plan(result: ApplyResult, several_spaces: bool) -> Iterator[Item]:
    rows = [(space, change) for space, changes in result.not_in_plan.items() for change in changes]
    if rows:
        yield Item(f"\n**{_BEYOND}**, and left as {'it is' if len(rows) == 1 else 'they are'} ({len(rows):,})\n\n")
    same = grouped(rows, lambda row: (row[1].key.kind, row[1].key.name, differing(row[1]), row[1].file, row[1].line))
    for group in same.values():
        change = group[0][1]
        about = who([each.key for _, each in group], (space for space, _ in group), several_spaces)
        said = f"{about}: {markdown_text(cut(differing(change), _LONGEST))} — {place(change.file, change.line)}"
        yield Item(f"- {said}\n", len(group))


# --- the end ----------------------------------------------------------------------------------------------------------


def _recovered(result: ApplyResult) -> Iterator[str]:
    """What a run before this one had done, and could not tell."""
    rows = [(space, each) for space, found in result.recovered.items() for each in found]
    if rows:
        yield f"\n**An earlier run was cut off** before it could tell what came of {counted(len(rows), 'write')}\n\n"
        yield from bullets(_earlier(space, each) for space, each in rows[:20])
    if len(rows) > 20:
        yield f"- and {len(rows) - 20:,} more; {_ALL}\n"


def _earlier(space: str, recovered: Recovered) -> str:
    attempt = recovered.attempt
    request = f" (request {short_code(cut(attempt.request_id, 80))})" if attempt.request_id else ""
    return (
        f"<code>{html_code(cut(attempt.key, 160))}</code> in {markdown_text(cut(space, 80))}: {attempt.action.value}, "
        f"{recovered.outcome.value.replace('-', ' ')}: {markdown_sentence(cut(recovered.message, _LONGEST))}{request}"
    )


def _what_to_do(result: ApplyResult, ended: Sequence[_Ended]) -> Iterator[str]:
    kinds = {each.outcome.kind for each in ended}
    told = []
    again = {OutcomeKind.FAILED, OutcomeKind.UNKNOWN, OutcomeKind.NOT_STARTED}
    if any(each.outcome.kind in again and each.outcome.cause not in _REFUSED for each in ended):
        told.append("Run the same job again: its plan permits what is left, and nothing that is done is written twice.")
    if OutcomeKind.STALE in kinds or result.not_in_plan:
        told.append(
            "What nobody has approved needs a plan of its own: start the workflow that applies by hand, without a pull "
            "request, and approve what it shows; <code>templatesync plan</code> shows the same."
        )
    changes = [each.outcome.change for each in ended]
    refusals = [refusal for plan, _ in result.outcomes for refusal in plan.refusals]
    told += [f"Only a person may say it: {line}." for line in by_hand.lines(by_hand.by_hand(changes, refusals))]
    if told:
        yield "\nWhat to do:\n\n"
        yield from bullets(told)
