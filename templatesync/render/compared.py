"""What `--check` found, as text. Prints nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templatesync.look.apart import lines_apart
from templatesync.render.report import counted
from templatesync.render.terminal import Style, joined, safe, visible

if TYPE_CHECKING:
    from templatesync.commands.compared import Compared


def text(result: Compared, style: Style) -> str:
    """What differs, and the command that mends it, which is one line to copy."""
    file = safe(result.file)
    if not result.exit_code:
        return joined([f"{file} is as it would be made now."])
    if result.there:
        lines = [_colored(line, style) for line in lines_apart(result.diff)]
        lines += [f"… and {counted(result.untold, 'line')} more"] if result.untold else []
        said = f"{file} is not as it would be made now."
        if result.foreign:
            said += " It does not begin as this format does: if it is of another one, give that with --format. Else:"
            return joined([*lines, said, f"  {visible(result.mend)}"])
    else:
        lines, said = [], f"{file} is not there."
    return joined([*lines, f"{said} This makes it:", f"  {visible(result.mend)}"])


def _colored(line: str, style: Style) -> str:
    paint = {"+": style.green, "-": style.red, "@": style.blue}.get(line[:1], str)
    return paint(line[:1] + visible(line[1:]))
