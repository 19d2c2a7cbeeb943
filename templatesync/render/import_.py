"""The result of `import` for a terminal: files, what was not written and why, what is to do. Pure.

Outside values pass through `safe` or `visible`. Every output names its spaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from templatesync.model.resource import several
from templatesync.render.grouping import FEW, grouped, ranges, shortened
from templatesync.render.report import counted
from templatesync.render.spaces import without_request
from templatesync.render.terminal import Style, joined, safe, visible, wrapped

if TYPE_CHECKING:
    from templatesync.commands.import_ import ImportedSpace, ImportResult
    from templatesync.commands.importing.files import Skipped, WrittenFile
    from templatesync.model.change import Refusal

MOST_NAMED = 5
"""Keys that one line names of which the same is to be said."""


def text(result: ImportResult, style: Style) -> str:
    """The files that were written, what was not, and what is to do."""
    lines: list[str] = []
    lines += _unread(result.spaces, style)
    lines += _skipped([each for each in result.skipped if each.fault], style.red("!"), result, style)
    for written in result.written:
        lines += _written(written, style)
    lines += _skipped([each for each in result.skipped if not each.fault], " ", result, style)
    for picture in result.pictures:
        mark = style.red("!") if picture.fault else style.green("+") if not picture.reason else " "
        told = ": ".join(safe(part) for part in (picture.key, picture.file, picture.reason) if part)
        lines.append(f"{mark} picture of {told}")
    lines += wrapped(_counts(result), style.columns)
    for step in _to_do(result):
        lines += wrapped(step, style.columns)
    return joined(lines)


def _unread(spaces: Sequence[ImportedSpace], style: Style) -> Iterator[str]:
    """The spaces that cannot be read: each reason once, with those that it holds for."""
    causes = grouped(((each.name, each.error) for each in spaces if each.error), lambda each: _cause(each[1]))
    for group in causes.values():
        names, error = ranges([name for name, _ in group]), group[0][1]
        message = visible(error.message) if len(group) == 1 else without_request(visible(error.message))
        said = f"{f'{names} ' if len(spaces) > 1 else ''}cannot be read: {message} [{visible(error.code)}]"
        first, *more = wrapped(said, style.columns, rest="  ")
        yield first.replace("cannot be read", style.red("cannot be read"), 1)
        yield from more


def _cause(error: Refusal) -> tuple[str, str]:
    return error.code, without_request(error.message)


def _written(written: WrittenFile, style: Style) -> Iterator[str]:
    renamed = f" (was {visible(written.original)})" if written.original and written.original not in written.file else ""
    where = f" in {_named(written.spaces)}" if written.spaces else ""
    said = f"{visible(written.file)}: {', '.join(map(visible, written.keys))}{where}{renamed}"
    first, *more = wrapped(said, style.columns, "  ", "    ")
    yield f"{style.green('+')} {first[2:]}"
    yield from more
    for note in written.notes:
        yield from wrapped(f"note: {visible(note)}", style.columns, "    ", "      ")
    if written.ignored:
        told = f"silenced until its content changes: {', '.join(map(visible, written.ignored))}"
        yield from wrapped(told, style.columns, "    ", "      ")


def _skipped(skipped: Sequence[Skipped], mark: str, result: ImportResult, style: Style) -> Iterator[str]:
    """What no file was written for: each reason once, with the keys that it holds for."""
    for (reason, spaces), group in grouped(skipped, lambda each: (each.reason, each.spaces)).items():
        keys = [each.key for each in group]
        many = f"{len(keys):,} resources ({shortened(keys, len(keys) if style.whole else MOST_NAMED)})"
        where = f" (in {_named(spaces)})" if spaces and len(result.spaces) > 1 else ""
        said = f"{visible(keys[0]) if len(keys) == 1 else many}: {visible(reason)}{where}"
        first, *more = wrapped(said, style.columns, "  ", "    ")
        yield f"{mark} {first[2:]}"
        yield from more


def _named(spaces: Sequence[str]) -> str:
    return ", ".join(map(visible, spaces)) if len(spaces) <= FEW else f"{len(spaces):,} spaces"


def _counts(result: ImportResult) -> str:
    read = [each for each in result.spaces if not each.error] or result.spaces
    emulator = " (EMULATOR)" if any(each.emulator for each in read) else ""
    where = f" from {_named([each.name for each in read])}{emulator}" if read else ""
    lists = sum(skipped.a_list for skipped in result.skipped)
    faults = sum(skipped.fault for skipped in result.skipped) - lists
    kept = len(result.skipped) - faults - lists
    unread = f"; {counted(lists, 'list')} not whole" if lists else ""
    return f"{counted(len(result.written), 'file')} written{where}, {faults} not possible, {kept} left alone{unread}."


def _to_do(result: ImportResult) -> Iterator[str]:
    """What a person should do about it."""
    if any(not skipped.fault for skipped in result.skipped) and result.spaces:
        one = safe(result.spaces[0].name) if len(result.spaces) == 1 else "SPACE"
        yield (
            "What has a file already may differ from it: `templatesync plan` shows that, and `templatesync import "
            f"--update KEY --space {one}` takes the live form."
        )
    unknown: dict[str, int] = {}
    for written in result.written:
        kind = written.keys[0].partition("/")[0] if written.unknown_samples else ""
        unknown[kind] = unknown.get(kind, 0) + written.unknown_samples
    for kind, number in unknown.items():
        single = number == 1
        said = f"1 {kind} needs samples before it" if single else f"{number:,} {several(kind)} need samples before they"
        if number:
            yield f"{said} can change: `templatesync validate` names {'it' if single else 'them'}."
