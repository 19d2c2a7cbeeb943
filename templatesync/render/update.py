"""What `import --update` took over, and what it did not. Pure; prints nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.look.apart import lines_apart
from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.json_value import Json
from templatesync.planning import document
from templatesync.render.report import counted
from templatesync.render.terminal import Style, joined, safe, visible

if TYPE_CHECKING:
    from templatesync.commands.update import UpdatedFile, UpdateResult


def text(result: UpdateResult, style: Style) -> str:
    """The diffs, what was left and why, and a line of counts."""
    lines: list[str] = []
    if result.error:
        lines.append(f"{style.red('cannot be read')}: {safe(result.error.message)} [{safe(result.error.code)}]")
    for file in result.files:
        lines += [*_file(file, style), ""]
    for left in result.left:
        lines.append(f"{style.red('!') if left.fault else ' '} {safe(left.key)}: {safe(left.reason)}")
    taken = sum(len(file.taken) for file in result.files)
    faults = sum(left.fault for left in result.left)
    where = f" from {safe(result.space)}{' (EMULATOR)' if result.emulator else ''}" if result.space else ""
    did = "taken over" if result.written or not result.files else "can be taken over"
    counts = f"{counted(taken, 'resource')} {did}{where} in {counted(len(result.files), 'file')}"
    lines.append(f"{counts}, {result.equal} equal already, {faults} not possible.")
    if result.files and not result.written:
        lines.append("Nothing was written.")
    elif result.files:
        lines.append(f"Next: look at the diff, then `templatesync plan --space {safe(result.space)}`.")
    return joined(lines)


def _file(file: UpdatedFile, style: Style) -> Iterator[str]:
    for taken in file.taken:
        now = [f"it is now {taken.now}"] if taken.now else []
        yield f"{style.green('~')} {safe(taken.key)}: {', '.join(map(safe, [*now, *taken.paths]))}"
        if taken.told_back:
            paths = ", ".join(map(safe, taken.told_back))
            yield f"    note: the file keeps what it says of {paths}, and accepts what the service says there"
    yield from (f"    note: {safe(note)}" for note in file.notes)
    for line in lines_apart(file.diff):
        paint = {"+": style.green, "-": style.red, "@": style.blue}.get(line[:1], str)
        yield paint(visible(line))


def json(result: UpdateResult, style: Style) -> str:
    """The same for programs."""
    return document.text(_document(result))


def _document(result: UpdateResult) -> dict[str, Json]:
    return {
        "format_version": FORMAT_VERSION,
        "space": result.space,
        "emulator": result.emulator,
        "written": result.written,
        "equal": result.equal,
        "files": [
            {
                "file": file.file,
                "taken": [
                    {
                        "key": each.key,
                        "now": each.now or each.key,
                        "paths": list(each.paths),
                        "told_back": list(each.told_back),
                    }
                    for each in file.taken
                ],
                "notes": list(file.notes),
                "diff": list(file.diff),
            }
            for file in result.files
        ],
        "left": [{"key": each.key, "reason": each.reason, "fault": each.fault} for each in result.left],
        "error": None if result.error is None else {"code": result.error.code, "message": result.error.message},
    }
