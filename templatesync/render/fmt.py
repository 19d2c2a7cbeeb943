"""What `fmt` did, or would do, as text and as JSON. Prints nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templatesync.look.apart import lines_apart
from templatesync.model.digest import FORMAT_VERSION
from templatesync.planning import document
from templatesync.render.finding import findings
from templatesync.render.json_ import finding_json
from templatesync.render.report import counted
from templatesync.render.terminal import Style, joined, safe, visible

if TYPE_CHECKING:
    from templatesync.commands.fmt import FmtResult


def text(result: FmtResult, style: Style) -> str:
    """The files that were changed, or what would change in them; and those that stay as they are, with the reason."""
    lines = [_colored(line, style) for line in lines_apart(result.diff)]
    lines += list(findings(result.findings, {}, style))
    if not result.check:
        lines += [f"{style.green('formatted')} {safe(name)}" for name in result.changed]
    number = counted(len(result.changed), "file")
    said = f"{number} would change" if result.check else f"{number} changed"
    lines.append(f"{said} of {result.files:,}.")
    return joined(lines)


def _colored(line: str, style: Style) -> str:
    paint = {"+": style.green, "-": style.red, "@": style.blue}.get(line[:1], str)
    return paint(line[:1] + visible(line[1:]))


def json(result: FmtResult, style: Style) -> str:
    """The same for programs."""
    return document.text(
        {
            "format_version": FORMAT_VERSION,
            "check": result.check,
            "files": result.files,
            "changed": list(result.changed),
            "diff": list(result.diff),
            "findings": [finding_json(each) for each in result.findings],
        }
    )
