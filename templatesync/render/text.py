"""Results as text for a person; findings have a file of their own. Outside values pass through `safe`.

Every output names its space.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from templatesync.look.apart import alone, apart
from templatesync.model.attempt import Recovered
from templatesync.model.change import Action, Change, Difference, Plan, SpacePlan
from templatesync.model.json_value import Json, canonical_json
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.model.resource import several
from templatesync.planning.totals import plan_digest, summary
from templatesync.render import strictness
from templatesync.render.report import counted
from templatesync.render.terminal import Style, block, joined, pad, safe, width

if TYPE_CHECKING:
    from templatesync.commands import apply as apply_command
    from templatesync.commands import import_ as import_command
    from templatesync.commands import init as init_command
    from templatesync.commands import new_version as new_version_command
    from templatesync.commands import plan as plan_command
    from templatesync.commands import status as status_command
    from templatesync.model.change import FromCache, Narrowed

MOST_GONE = 10
"""Resources without a file that a plan names."""

# --- plan -----------------------------------------------------------------------------------------


def plan(result: plan_command.PlanResult, style: Style) -> str:
    """A plan, space by space, and its digest."""
    lines = [line for space in result.plan.spaces for line in _space(space, style)]
    notes = Counter(finding.severity.value for finding in result.findings)
    if notes:
        said = ", ".join(counted(number, word) for word, number in sorted(notes.items(), reverse=True))
        lines.append(f"The files have {said}; `templatesync validate` shows them.")
    if len(result.plan.spaces) > 1:
        total = summary(
            (change for space in result.plan.spaces for change in space.changes),
            sum(space.unmanaged for space in result.plan.spaces),
        )
        lines.append(f"{style.bold('All spaces')}: {_summary(total)}")
    lines += strictness.shown(result.plan.strictness, style)
    if not any(space.error for space in result.plan.spaces):  # nobody should approve a part
        lines.append(f"Digest: {plan_digest(result.plan)}")
    return joined(lines).rstrip("\n") + "\n"


def heading(plan: SpacePlan, style: Style) -> str:
    """The line that names a space, and says when it is an emulator."""
    account = f", WhatsApp Business Account {safe(plan.waba_id)}" if plan.waba_id else ""
    emulator = f" {style.yellow('EMULATOR')}" if plan.emulator else ""
    return f"{style.bold('Space ' + safe(plan.space))}{emulator} ({safe(plan.cust_space_id)}{account})"


def _space(plan: SpacePlan, style: Style) -> Iterator[str]:
    yield heading(plan, style)
    if plan.error:
        yield f"  {style.red('cannot be read')}: {safe(plan.error.message)} [{safe(plan.error.code)}]"
        yield ""
        return
    columns = max((width(str(change.key)) for change in plan.changes), default=0)
    for change in plan.changes:
        if change.action is not Action.NO_OP or change.notes or style.verbose:
            yield from _change(change, columns, style)
    yield from _about(plan, style)
    yield f"  {_summary(summary(plan.changes, plan.unmanaged))}{_not_looked_at(plan)}"
    if plan.scope:
        yield from _scope(plan.scope, style)
    if plan.from_cache:
        yield f"  {style.yellow('From cache')}: {_from_cache(plan.from_cache, plan.emulator)}"
    yield ""


def _about(plan: SpacePlan, style: Style) -> Iterator[str]:
    """What is to be known of a space: lists that are not whole, doubts, and what forbids writing."""
    for each in plan.listings:
        if each.looked and not each.complete:
            kind = safe(several(each.kind))
            yield f"  {style.yellow('incomplete')}: the list of {kind} is not whole: {safe(each.reason)}"
    for note in plan.notes:
        yield f"  {style.yellow('note')}: {safe(str(note))}"
    for refusal in plan.refusals:
        yield f"  {style.red('refused')}: {safe(refusal.message)} [{refusal.code}]"


def _not_looked_at(plan: SpacePlan) -> str:
    """What a summary says nothing about."""
    kinds = [safe(several(each.kind)) for each in plan.listings if not each.looked]
    return f" Not looked at: {', '.join(kinds)}." if kinds else ""


def _scope(scope: Narrowed, style: Style) -> Iterator[str]:
    since = f"{counted(scope.of, 'resource')} changed since {safe(scope.revision[:12])}"
    yield f"  {style.yellow('Narrowed')} to {len(scope.keys):,} of {since}; the rest was listed, not read."
    if scope.gone:
        more = f" and {len(scope.gone) - MOST_GONE:,} more" if len(scope.gone) > MOST_GONE else ""
        said = ", ".join(safe(str(key)) for key in scope.gone[:MOST_GONE])
        yield f"  In no file since then, and left as it is: {said}{more}; a tombstone deletes it."


def _from_cache(used: FromCache, emulator: bool) -> str:
    if not used.details:
        what = "nothing of an emulator within templatesync" if emulator else "nothing this time"
        return f"{what}; a plan file made with --cache cannot be applied."
    return (
        f"{counted(used.details, 'detail')}, the oldest read {safe(used.oldest)}. Changes that the list does not show "
        "are missing here; apply reads everything again."
    )


def _change(change: Change, columns: int, style: Style) -> Iterator[str]:
    mark = "±" if change.replaces else change.action.mark
    paint = {"+": style.green, "±": style.green, "~": style.yellow, "-": style.red, "!": style.red}.get(mark, str)
    about = [change.action.value if change.action is not Action.NO_OP else "unchanged"]
    if change.reason:
        about[0] += f" ({safe(change.reason)})"
    if change.live_status:
        about.append(f"now {safe(change.live_status)}")
    if change.review:
        about.append("starts a review")
        about.append({"yes": "can be sent meanwhile", "no": "cannot be sent meanwhile"}.get(
            change.sendable_meanwhile, "may not be sent meanwhile"))  # fmt: skip
    yield f"  {paint(mark)} {pad(safe(str(change.key)), columns)}  {', '.join(about)}"
    if change.file and (style.verbose or change.action is not Action.NO_OP):
        yield f"      {style.dim(f'{safe(change.file)}:{change.line}')}"
    for reason in change.breaking:
        yield f"      {style.red('breaks senders')}: {safe(reason.text)}"
    for note in change.notes:
        yield f"      {style.dim('note')}: {safe(str(note))}"
    for item in change.diff:
        yield from _difference(item, style)


def _difference(item: Difference, style: Style) -> Iterator[str]:
    yield f"      {safe(item.path) or 'content'}:"
    if item.op == "move":
        yield f"        moved from place {item.before + 1} to {item.after + 1}"
        return
    before, after = _sides(item)
    if item.op != "add":
        yield from (style.red(line) for line in block(before, "        - "))
    if item.op != "remove":
        yield from (style.green(line) for line in block(after, "        + "))


def _sides(item: Difference) -> tuple[str, str]:
    """What was and what is to be, each as a person reads it; where only one side is, the other is of no use."""
    before, after = _shown(item.before), _shown(item.after)
    texts = [isinstance(value, str) for value in (item.before, item.after)]
    if item.op in ("add", "remove"):
        return alone(before, indented=not texts[0]), alone(after, indented=not texts[1])
    if before == after:  # true and "true", 1 and "1"
        before, after = (canonical_json(value) for value in (item.before, item.after))
    return apart(before, after, indented=not all(texts))


def _shown(value: Json) -> str:
    if isinstance(value, str):
        return value
    from templatesync.documents.yaml_writer import to_yaml

    if isinstance(value, Mapping) and value:
        return to_yaml(value).rstrip("\n")
    return canonical_json(value)


def _summary(counts: Mapping[str, int]) -> str:
    if not any(counts[action] for action in ("create", "update", "delete", "blocked")):
        text = f"No changes: {counted(counts['no_op'], 'resource')} as the files say"
    else:
        text = (
            f"{counts['create']} to create, {counts['update']} to update, {counts['delete']} to delete, "
            f"{counts['blocked']} blocked, {counts['no_op']} unchanged; "
            f"{counted(counts['reviews'], 'review')} would start"
        )
    if counts["breaking"]:
        text += f", {counts['breaking']} would break senders"
    if counts["told_back"]:
        text += f"; {counts['told_back']} told back differently"
    if counts["unmanaged"]:
        text += f"; {counts['unmanaged']} live without a file"
    return text + "."


# --- apply ----------------------------------------------------------------------------------------


def apply(result: apply_command.ApplyResult, style: Style) -> str:
    """How each change ended."""
    if result.declined:
        return "Nothing was written.\n"
    lines: list[str] = []
    for plan, outcomes in result.outcomes:
        lines += _applied(plan, outcomes, result.recovered.get(plan.space, ()), style)
    if result.unsaved:
        lines.append(style.red(safe(result.unsaved)))
    return joined(lines)


def _applied(
    plan: SpacePlan, outcomes: Sequence[Outcome], recovered: Sequence[Recovered], style: Style
) -> Iterator[str]:
    yield heading(plan, style)
    if plan.error:
        yield f"  {style.red('cannot be read')}: {safe(plan.error.message)} [{safe(plan.error.code)}]"
    yield from _recovered(recovered, style)
    columns = max((width(str(outcome.change.key)) for outcome in outcomes), default=0)
    for outcome in outcomes:
        yield "  " + outcome_line(outcome, columns, style)
    yield from _about(plan, style)
    if plan.error and not outcomes:
        return
    counts = Counter(outcome.kind.value for outcome in outcomes)
    said = ", ".join(f"{counts[each.value]} {each.value}" for each in OutcomeKind if counts[each.value])
    reviews = sum(outcome.change.review and outcome.kind is OutcomeKind.DONE for outcome in outcomes)
    started = (
        f"; {counted(reviews, 'review')} started, `templatesync status --space {safe(plan.space)}` follows them"
        if reviews
        else ""
    )
    yield f"  {said or 'No changes'}{started}."


def _recovered(recovered: Sequence[Recovered], style: Style) -> Iterator[str]:
    """What a run before this one had done, and could not tell."""
    if not recovered:
        return
    yield f"  An earlier run was cut off before it could tell what came of {counted(len(recovered), 'write')}:"
    columns = max(width(each.attempt.key) for each in recovered)
    for each in recovered:
        attempt = each.attempt
        paint = style.green if each.outcome in (OutcomeKind.DONE, OutcomeKind.ALREADY_DONE) else style.red
        settled = each.outcome is not attempt.outcome  # then that code says how it looked before
        code = f" ({safe(attempt.code)})" if attempt.code and not settled else ""
        request = f" [request {safe(attempt.request_id)}]" if attempt.request_id else ""
        said = f"{paint(each.outcome.value)}{code}: {safe(each.message)}{request}"
        yield f"  {attempt.action.mark} {pad(safe(attempt.key), columns)}  {said} (sent at {attempt.when})"
    yield "  And this run:"


def outcome_line(outcome: Outcome, columns: int, style: Style) -> str:
    """One change and its end."""
    good = outcome.kind in (OutcomeKind.DONE, OutcomeKind.ALREADY_DONE)
    paint = style.green if good else style.red
    code = f" ({safe(outcome.code)})" if outcome.code else ""
    said = outcome.message.removeprefix(f"{outcome.code.replace(' ', '_')}: ")  # a note begins with its own code
    message = f": {safe(said)}" if said else ""
    request = f" [request {safe(outcome.request_id)}]" if outcome.request_id and not good else ""
    key = pad(safe(str(outcome.change.key)), columns)
    return f"{outcome.change.action.mark} {key}  {paint(outcome.kind.value)}{code}{message}{request}"


def question(plan: Plan, style: Style) -> str:
    """What a person is shown before being asked."""
    return joined(
        (*(line for space in plan.spaces for line in _space(space, style)), *strictness.shown(plan.strictness, style))
    )


# --- the others -----------------------------------------------------------------------------------


def status(result: status_command.StatusResult, style: Style) -> str:
    """A table of states per space."""
    lines: list[str] = []
    for space in result.spaces:
        lines.append(heading(space.plan, style))
        if space.error:
            lines += [f"  {style.red('cannot be read')}: {safe(space.error.message)} [{safe(space.error.code)}]", ""]
            continue
        table = [
            (safe(row.key), safe(row.status), safe(row.quality).lower(), _content(row.drift)) for row in space.rows
        ]
        lines += _table(("RESOURCE", "STATE", "QUALITY", "CONTENT"), table, style)
        for row in space.rows:
            if row.reason:
                lines.append(f"  {safe(row.key)}: {safe(row.reason)}")
            if row.unknown:
                lines.append(f"  {safe(row.key)}: nobody can say whether its review is over")
        lines += _about(space.plan._replace(refusals=()), style)
        counts = Counter(row.status for row in space.rows)
        lines.append("  " + ", ".join(f"{number} {safe(state)}" for state, number in sorted(counts.items())) + ".")
        lines.append("")
    if result.timed_out:
        lines.append("Reviews are still running; the time to wait is over.")
    return joined(lines).rstrip("\n") + "\n"


_DRIFT = {"missing": "", "unknown": "could not be read", "content": "differs from the file"}


def _content(drift: Sequence[str]) -> str:
    return ", ".join(_DRIFT.get(word, word) for word in drift) if drift else "as the file says"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], style: Style) -> Iterator[str]:
    widths = [max(width(row[index]) for row in (head, *rows)) for index in range(len(head))]
    for number, row in enumerate((head, *rows)):
        line = "  ".join(pad(cell, columns) for cell, columns in zip(row, widths, strict=True)).rstrip()
        yield "  " + (style.bold(line) if number == 0 else line)


def import_(result: import_command.ImportResult, style: Style) -> str:
    """The files that were written, and what was not."""
    lines: list[str] = []
    if result.error:
        lines.append(f"{style.red('cannot be read')}: {safe(result.error.message)} [{safe(result.error.code)}]")
    for written in result.written:
        renamed = (
            f" (was {safe(written.original)})" if written.original and written.original not in written.file else ""
        )
        lines.append(f"{style.green('+')} {safe(written.file)}: {', '.join(map(safe, written.keys))}{renamed}")
        lines += [f"    note: {safe(note)}" for note in written.notes]
    for skipped in result.skipped:
        mark = style.red("!") if skipped.fault else " "
        lines.append(f"{mark} {safe(skipped.key)}: {safe(skipped.reason)}")
    for picture in result.pictures:
        mark = style.red("!") if picture.fault else style.green("+") if not picture.reason else " "
        told = ": ".join(safe(part) for part in (picture.key, picture.file, picture.reason) if part)
        lines.append(f"{mark} picture of {told}")
    where = f" from {safe(result.space)}{' (EMULATOR)' if result.emulator else ''}" if result.space else ""
    lists = sum(skipped.a_list for skipped in result.skipped)
    faults = sum(skipped.fault for skipped in result.skipped) - lists
    kept = len(result.skipped) - faults - lists
    unread = f"; {counted(lists, 'list')} not whole" if lists else ""
    lines.append(
        f"{counted(len(result.written), 'file')} written{where}, {faults} not possible, {kept} left alone{unread}."
    )
    if kept and result.space:
        lines.append(
            "What has a file already may differ from it: `templatesync plan` shows that, and `templatesync import "
            f"--update KEY --space {safe(result.space)}` takes the live form."
        )
    return joined(lines)


def init(result: init_command.InitResult, style: Style) -> str:
    """What the scaffold consists of, and what to do next."""
    lines = [f"{style.green('+')} {name}" for name in result.written]
    lines += [f"  {name} was there already and is as it was" for name in result.kept]
    if result.imported:
        lines += ["", *import_(result.imported, style).splitlines()]
    lines += ["", f"Next: {_next_steps(result)}."]
    return joined(lines)


def _next_steps(result: init_command.InitResult) -> str:
    if not result.space:
        return "`templatesync validate`, then `templatesync plan`, then `templatesync apply`"
    space = f" --space {safe(result.space)}"
    imported = result.imported
    if imported is None or imported.error:
        return f"`templatesync import{space}`"
    if imported.written or any(not skipped.fault for skipped in imported.skipped):
        return f"`templatesync validate`, then `templatesync plan{space}`"
    if imported.skipped:
        why = "see above why nothing was imported (`templatesync doctor"
        return f"{why}{space}` tells which permissions are missing), then `templatesync import{space}`"
    return "write a first file, as the project that `templatesync init` makes in an empty folder has them"


def new_version(result: new_version_command.NewVersionResult, style: Style) -> str:
    """Where the new version is."""
    lines = [f"{style.green('+')} {safe(result.file)}: {safe(result.name)} replaces {safe(result.replaces)}"]
    lines += [f"{style.green('+')} {safe(name)}" for name in result.copies]
    lines += [
        "Change what is new in it, put the old file back as it was if you had edited it, then plan. The old one stays",
        "until the new one is in use, in every language.",
    ]
    return joined(lines)
