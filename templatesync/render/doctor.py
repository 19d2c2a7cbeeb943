"""What `doctor` found, as text and as JSON. Every value from outside passes through `safe`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.commands.diagnosis import Check, Level
from templatesync.model.change import SpacePlan
from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.json_value import Json
from templatesync.planning.document import text as json_text
from templatesync.render.terminal import Style, joined, pad, safe, width
from templatesync.render.text import heading

if TYPE_CHECKING:
    from templatesync.commands.doctor import DoctorResult, SpaceChecks


def text(result: DoctorResult, style: Style) -> str:
    """The checks of each space, each with what to do about it."""
    lines = [line for space in result.spaces for line in _space(space, style)]
    counts = Counter(check.level for space in result.spaces for check in space.checks)
    found = [f"{counts[level]} {level}{'s' if counts[level] > 1 else ''}" for level in (Level.PROBLEM, Level.WARNING)]
    said = " and ".join(words for words in found if not words.startswith("0 "))
    paint = style.red if counts[Level.PROBLEM] else style.yellow
    lines.append(paint(f"{said}.") if said else style.green("All is well."))
    return joined(lines)


def _space(space: SpaceChecks, style: Style) -> Iterator[str]:
    yield heading(SpacePlan(space.space, space.cust_space_id, space.waba_id, space.emulator), style)
    columns = max(width(_title(check)) for check in space.checks)
    paints = {Level.OK: style.green, Level.WARNING: style.yellow, Level.PROBLEM: style.red}
    for check in space.checks:
        level = pad("", len("problem") - len(check.level))
        yield f"  {paints[check.level](check.level)}{level}  {pad(_title(check), columns)}  {safe(check.message)}"
        if check.next:
            yield f"  {pad('', len('problem') + columns + 2)}  {style.dim('next')}: {safe(check.next)}"
    yield ""


def _title(check: Check) -> str:
    return check.name.replace("-", " ")


def json(result: DoctorResult, style: Style) -> str:
    """The same, for programs."""
    return json_text({"format_version": FORMAT_VERSION, "spaces": [_space_json(space) for space in result.spaces]})


def _space_json(space: SpaceChecks) -> dict[str, Json]:
    return {
        "space": space.space,
        "cust_space_id": space.cust_space_id,
        "waba_id": space.waba_id,
        "emulator": space.emulator,
        "checks": [
            {
                "check": check.name,
                "level": check.level.value,
                "message": check.message,
                "next": check.next,
                "missing": list(check.missing),
            }
            for check in space.checks
        ],
    }
