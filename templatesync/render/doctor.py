"""What `doctor` found, as text and as JSON. Every value from outside passes through `safe`.

The JSON has nothing in it that belongs to whoever asked, so that it can be sent to the maintainers as it is: of ids it
has the shape.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from templatesync.commands.diagnosis import Check, Level
from templatesync.commands.trial import TrialResult
from templatesync.model.belief import Belief, Sort, Verdict, text_shape
from templatesync.model.change import SpacePlan
from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.json_value import Json
from templatesync.planning.document import text as json_text
from templatesync.render.report import counted
from templatesync.render.spaces import heading
from templatesync.render.terminal import Style, joined, pad, safe, width

if TYPE_CHECKING:
    from templatesync.commands.doctor import DoctorResult, SpaceChecks

_WELL = "All that reading can tell is well."
_SHOWN = 3
"""Of what was seen, without -v."""


def text(result: DoctorResult | TrialResult, style: Style) -> str:
    """The checks of each space, each with what to do about it; of a trial what was learned."""
    if isinstance(result, TrialResult):
        return joined(_trial(result, style))
    lines = [line for space in result.spaces for line in _space(space, style)]
    counts = Counter(check.level for space in result.spaces for check in space.checks)
    found = [f"{counts[level]} {level}{'s' if counts[level] > 1 else ''}" for level in (Level.PROBLEM, Level.WARNING)]
    said = " and ".join(words for words in found if not words.startswith("0 "))
    paint = style.red if counts[Level.PROBLEM] else style.yellow
    differ = sum(belief.verdict is Verdict.DIFFERS for space in result.spaces for belief in space.beliefs)
    things = f"{counted(differ, 'thing')} of the service {'differs' if differ == 1 else 'differ'}"
    also = f"{things} from what is believed, see docs/first-contact.md"
    well = f"What reading tells of credentials and permissions is well; {also}." if differ else _WELL
    lines.append(paint(f"{said}{f'; {also}' if differ else ''}.") if said else style.green(well))
    if differ:
        command = "`templatesync doctor --format json`"
        lines.append(style.dim(f"To report what differs, send {command}: it has no text, name or number of yours."))
    return joined(lines)


def _space(space: SpaceChecks, style: Style) -> Iterator[str]:
    yield heading(SpacePlan(space.space, space.cust_space_id, space.waba_id, space.emulator), style)
    columns = max(width(_title(check)) for check in space.checks)
    paints = {
        Level.OK: style.green,
        Level.NOT_CHECKED: style.dim,
        Level.WARNING: style.yellow,
        Level.PROBLEM: style.red,
    }
    levels = max(len(check.level) for check in space.checks)
    for check in space.checks:
        level = paints[check.level](check.level.replace("-", " ")) + pad("", levels - len(check.level))
        yield f"  {level}  {pad(_title(check), columns)}  {safe(check.message)}"
        if check.next:
            yield f"  {pad('', levels + columns + 2)}  {style.dim('next')}: {safe(check.next)}"
    if space.beliefs:
        yield from _service(space.beliefs, style)
    yield ""


def _service(beliefs: Sequence[Belief], style: Style) -> Iterator[str]:
    """What the service is like: how it differs from what is believed, and with -v everything."""
    counts = Counter(belief.verdict for belief in beliefs)
    found = [f"{counts[Verdict.OK]} checks of the service are as believed"]
    found += [f"{counts[Verdict.DIFFERS]} differ"] if counts[Verdict.DIFFERS] else []
    found += [f"{counts[Verdict.UNKNOWN]} had nothing to be seen on"] if counts[Verdict.UNKNOWN] else []
    yield f"  {', '.join(found)}."
    shown = [belief for belief in beliefs if style.verbose or belief.verdict is Verdict.DIFFERS]
    columns = max((width(belief.check) for belief in shown), default=0)
    yield from (_line(belief, columns, style, everything=style.verbose) for belief in shown)


def _line(belief: Belief, columns: int, style: Style, *, everything: bool) -> str:
    paints = {Verdict.OK: style.green, Verdict.DIFFERS: style.yellow, Verdict.UNKNOWN: style.dim}
    verdict = paints[belief.verdict](belief.verdict) + pad("", len("differs") - len(belief.verdict))
    return f"  {verdict}  {pad(belief.check, columns)}  {safe(_told(belief, everything))}"


def _told(belief: Belief, everything: bool) -> str:
    if belief.sorts and not everything:
        return f"{'; '.join(map(_sort, belief.sorts))}; believed: {belief.believed}"
    seen = belief.seen if everything else belief.seen[:_SHOWN]
    more = f" and {len(belief.seen) - len(seen)} more" if len(seen) < len(belief.seen) else ""
    if belief.verdict is Verdict.DIFFERS:
        return f"{'; '.join(seen)}{more}; believed: {belief.believed}"
    said = f" ({'; '.join(seen)})" if seen else ""
    return f"{belief.believed}{said}"


def _sort(sort: Sort) -> str:
    count = len(sort.places)
    return f"{sort.what}: {', '.join(sort.places) if count < _SHOWN else f'{count} places'}"


def _title(check: Check) -> str:
    return check.name.replace("-", " ")


def _trial(result: TrialResult, style: Style) -> Iterator[str]:
    yield f"Trial in space {style.bold(safe(result.space))}{' EMULATOR' if result.emulator else ''}: {result.stage}"
    columns = max((width(belief.check) for belief in result.learned), default=0)
    for belief in result.learned:
        yield _line(belief, columns, style, everything=style.verbose or not belief.sorts)
    if any(belief.sorts for belief in result.learned) and not style.verbose:
        yield style.dim("-v names every place.")
    yield f"{result.message[:1].upper()}{safe(result.message[1:])}."


def json(result: DoctorResult | TrialResult, style: Style) -> str:
    """The same, for programs."""
    if isinstance(result, TrialResult):
        trial = {"space": result.space, "emulator": result.emulator, "stage": result.stage.value}
        learned = [_belief_json(belief) for belief in result.learned]
        return json_text({"format_version": FORMAT_VERSION, "spaces": [], "trial": {**trial, "learned": learned}})
    return json_text({"format_version": FORMAT_VERSION, "spaces": [_space_json(space) for space in result.spaces]})


def _space_json(space: SpaceChecks) -> dict[str, Json]:
    return {
        "space": space.space,
        "cust_space_id": _form(space.cust_space_id),
        "waba_id": _form(space.waba_id),
        "emulator": space.emulator,
        "checks": [
            {
                "check": check.name,
                "level": check.level.value,
                "message": check.public or check.message,
                "next": check.public_next or check.next,
                "missing": list(check.missing),
                "unchecked": list(check.unchecked),
            }
            for check in space.checks
        ],
        "service": [_belief_json(belief) for belief in space.beliefs],
    }


def _belief_json(belief: Belief) -> dict[str, Json]:
    return {
        "check": belief.check,
        "verdict": belief.verdict.value,
        "believed": belief.believed,
        "seen": list(belief.seen),
    }


def _form(text: str) -> str:
    return text_shape(text).removeprefix("text of ") if text else ""
