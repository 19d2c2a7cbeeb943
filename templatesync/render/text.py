"""Results of `init` for a terminal; the others have files of their own. Pure.

Outside values pass through `safe`. Every output names its space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from templatesync.project.settings import FILE_NAME
from templatesync.render import import_
from templatesync.render.terminal import Style, joined, safe

if TYPE_CHECKING:
    from templatesync.commands import init as init_command


def init(result: init_command.InitResult, style: Style) -> str:
    """What the scaffold consists of, and what to do next."""
    lines = [f"{style.green('+')} {name}" for name in result.written]
    lines += [f"  {name} was there already and is as it was" for name in result.kept]
    if result.account_untold:
        why = f"{FILE_NAME} has no waba_id for {safe(result.space)}: {safe(result.account_untold)}"
        lines += ["", f"{style.yellow('!')} {why}", "  Write it by hand, so that no other account is ever touched."]
    if result.imported:
        lines += ["", *import_.text(result.imported, style).splitlines()]
    lines += ["", f"Next: {_next_steps(result)}."]
    return joined(lines)


def _next_steps(result: init_command.InitResult) -> str:
    if not result.space:
        return "`templatesync validate`, `templatesync plan`, `templatesync apply`"
    space = f" --space {safe(result.space)}"
    imported = result.imported
    if imported is None or any(space.error for space in imported.spaces):
        return f"`templatesync import{space}`"
    if imported.written or any(not skipped.fault for skipped in imported.skipped):
        return f"`templatesync validate`, then `templatesync plan{space}`"
    if imported.skipped:
        why = "see above why nothing was imported (`templatesync doctor"
        return f"{why}{space}` tells which permissions are missing), then `templatesync import{space}`"
    return "write a first file, as the project that `templatesync init` makes in an empty folder has them"
