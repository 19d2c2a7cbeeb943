"""Results of `import` and `init` for a terminal; the others have files of their own. Pure.

Outside values pass through `safe`. Every output names its space.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from templatesync.render.grouping import grouped, shortened
from templatesync.render.report import counted
from templatesync.render.terminal import Style, joined, safe, visible, wrapped

if TYPE_CHECKING:
    from templatesync.commands import import_ as import_command
    from templatesync.commands import import_files
    from templatesync.commands import init as init_command

MOST_NAMED = 5
"""Keys that one line names of which the same is to be said."""


def import_(result: import_command.ImportResult, style: Style) -> str:
    """The files that were written, and what was not."""
    lines: list[str] = []
    if result.error:
        said = f"cannot be read: {visible(result.error.message)} [{visible(result.error.code)}]"
        first, *more = wrapped(said, style.columns, rest="  ")
        lines += [first.replace("cannot be read", style.red("cannot be read"), 1), *more]
    lines += _skipped([each for each in result.skipped if each.fault], style.red("!"), style)
    for written in result.written:
        renamed = (
            f" (was {visible(written.original)})" if written.original and written.original not in written.file else ""
        )
        said = f"{visible(written.file)}: {', '.join(map(visible, written.keys))}{renamed}"
        lines += [f"{style.green('+')} {each[2:]}" if at == 0 else each
                  for at, each in enumerate(wrapped(said, style.columns, "  ", "    "))]  # fmt: skip
        for note in written.notes:
            lines += wrapped(f"note: {visible(note)}", style.columns, "    ", "      ")
    lines += _skipped([each for each in result.skipped if not each.fault], " ", style)
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


def _skipped(skipped: Sequence[import_files.Skipped], mark: str, style: Style) -> Iterator[str]:
    """What no file was written for: each reason once, with the keys that it holds for."""
    for reason, group in grouped(skipped, lambda each: each.reason).items():
        keys = [each.key for each in group]
        many = f"{len(keys):,} resources ({shortened(keys, len(keys) if style.whole else MOST_NAMED)})"
        said = f"{visible(keys[0]) if len(keys) == 1 else many}: {visible(reason)}"
        first, *more = wrapped(said, style.columns, "  ", "    ")
        yield f"{mark} {first[2:]}"
        yield from more


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
