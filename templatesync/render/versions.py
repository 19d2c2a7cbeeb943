"""What `new-version`, `rename`, `retire` and `finish` do to files: diffs, what that means, the next steps. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.look.apart import lines_apart
from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.json_value import Json
from templatesync.planning import document
from templatesync.render.terminal import Style, joined, safe, visible

if TYPE_CHECKING:
    from templatesync.commands.versions.file_edits import EditedFile, EditsResult

_SIGNS = {"created": "+", "edited": "~", "deleted": "-"}
_OWN = ("file", "replaces", "output", "languages", "copies")
"""What some of these commands say besides."""


def text(result: EditsResult, style: Style) -> str:
    """The diff, what was done, and the next steps."""
    lines: list[str] = []
    for file in result.files:
        lines += [*_file(file, style), ""]
    lines += [safe(each) for each in result.done]
    lines += [f"note: {safe(each)}" for each in result.notes]
    lines += [f"note: what was in no commit is kept in {safe(each)}" for each in result.kept]
    if result.files and not result.written:
        lines.append("Nothing was written.")
    lines += ["Next:", *(_step(each.text, each.command) for each in result.next)] if result.next else []
    return joined(lines)


def _step(said: str, command: str) -> str:
    return f"  `{safe(command)}`: {safe(said)}" if command else f"  {safe(said)}"


def _file(file: EditedFile, style: Style) -> Iterator[str]:
    paint = {"created": style.green, "deleted": style.red}.get(file.change, style.yellow)
    yield f"{paint(_SIGNS[file.change])} {safe(file.file)} ({file.change})"
    for line in lines_apart(file.diff):
        colour = {"+": style.green, "-": style.red, "@": style.blue}.get(line[:1], str)
        yield colour(visible(line))


def json(result: EditsResult, style: Style) -> str:
    """The same for programs."""
    own: dict[str, Json] = {}
    for name in _OWN:
        if hasattr(result, name):
            value = getattr(result, name)
            own[name] = list(value) if isinstance(value, tuple) else value
    return document.text(
        {
            "format_version": FORMAT_VERSION,
            "command": result.command,
            "name": result.name,
            **own,
            "written": result.written,
            "files": [{"file": each.file, "change": each.change, "diff": list(each.diff)} for each in result.files],
            "done": list(result.done),
            "notes": list(result.notes),
            "kept": list(result.kept),
            "next": [{"text": each.text, "command": each.command} for each in result.next],
        }
    )
