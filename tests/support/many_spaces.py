"""Plans, applies and states of 40 spaces with 200 templates each, as values: one space denied, one template rejected,
one change everywhere."""

from __future__ import annotations

from templatesync.commands.apply import ApplyResult
from templatesync.commands.plan import PlanResult
from templatesync.commands.status import StatusResult
from templatesync.commands.status_rows import SpaceStatus, StatusRow
from templatesync.model.change import Action, Cause, Change, Difference, Looked, Note, Plan, Refusal, SpacePlan
from templatesync.model.condition import Condition
from templatesync.model.errors import ExitCode
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.model.resource import Key

SPACES = [f"brand{number:02}" for number in range(1, 41)]
DENIED, REJECTED_IN = "brand07", "brand03"
NAMES = [f"isv_invoice_{number:03}" for number in range(40)]
LANGUAGES = ("ar", "de", "en", "es", "zh_CN")
CHANGED = "isv_invoice_007"
REJECTED = Key("template", "isv_invoice_011", "de")
REASON = "INVALID_FORMAT: variables may not start or end a text"
OLD = "Hello $(name), your invoice $(number) over $(sum) is ready. Please pay it within 14 days. Thank you!"
NEW = "Hello $(name), your invoice $(number) over $(sum) is ready. Please pay it within 30 days. Thank you!"
REFUSED = Refusal("Forbidden.RAM", "cams:ListChatappTemplate is not permitted (request ABC-7)", Cause.DENIED)


def _change(space: str, name: str, language: str) -> Change:
    key = Key("template", name, language)
    file = f"templates/{name}.yaml"
    if name == CHANGED:
        diff = (Difference("Components[BODY].Text", "replace", OLD, NEW),)
        return Change(
            key, Action.UPDATE, "", file, 1, "d", "e", "pass", (), True, "unknown", (), "", diff, {"a": OLD}, {"a": NEW}
        )
    if key == REJECTED and space == REJECTED_IN:
        return Change(key, Action.NO_OP, "", file, 1, "d", "d", "fail", (Note("rejected", f"the review: {REASON}"),))
    return Change(key, Action.NO_OP, "", file, 1, "d", "d", "pass")


def _space(space: str) -> SpacePlan:
    if space == DENIED:
        return SpacePlan(space, f"cams-{space}", error=REFUSED)
    rows = tuple(_change(space, name, language) for name in NAMES for language in LANGUAGES)
    return SpacePlan(
        space, f"cams-{space}", f"waba-{space}", changes=rows, listings=(Looked("template", True, True, 200),)
    )


def plan() -> PlanResult:
    """A plan: CHANGED gets another text in all its languages, wherever it can."""
    return PlanResult(Plan(tuple(map(_space, SPACES))), (), ExitCode.DENIED)


def first_plan() -> PlanResult:
    """A plan of the same files for spaces that have nothing yet."""
    spaces = [
        space._replace(
            changes=tuple(
                Change(each.key, Action.CREATE, "", each.file, 1, "", "e", review=True, sendable_meanwhile="no",
                       after={"Text": NEW})
                for each in space.changes
            )
        )
        for space in map(_space, SPACES)
    ]  # fmt: skip
    return PlanResult(Plan(tuple(spaces)), (), ExitCode.DENIED)


def apply() -> ApplyResult:
    """An apply of the plan: done but for one, which was refused."""
    ended = []
    for space in plan().plan.spaces:
        outcomes = [Outcome(change, OutcomeKind.DONE) for change in space.writes]
        if space.space == REJECTED_IN:
            outcomes[0] = Outcome(
                outcomes[0].change, OutcomeKind.FAILED, "InvalidParameter", "the text is too odd", "R-3"
            )
        ended.append((space, tuple(outcomes)))
    return ApplyResult(plan().plan, tuple(ended), (), ExitCode.PARTIAL)


def status() -> StatusResult:
    """The states some time after it: reviews of the change run."""
    spaces = []
    for space in plan().plan.spaces:
        rows = []
        for change in space.changes:
            key = change.key
            rejected = change.live_status == "fail"
            state = "fail" if rejected else "auditing" if key.name == CHANGED else "pass"
            reason = REASON if rejected else ""
            rows.append(StatusRow(str(key), key.kind, key.name, key.language, state, reason, "GREEN", "UTILITY", (),
                                  pending=state == "auditing", rejected=rejected, content="as the file says",
                                  conditions=(Condition.REJECTED,) if rejected else ()))  # fmt: skip
        spaces.append(SpaceStatus(space, tuple(rows), space.error))
    return StatusResult(tuple(spaces), ExitCode.DENIED)
