"""Whether a file is what would be written to it now, for `--check`. Knows no format and no renderer; writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from templatesync.look.alignment import common, gaps
from templatesync.model.errors import ExitCode, LocalError, UsageError
from templatesync.model.finding import Finding
from templatesync.storage.reading import read_file

MOST_SHOWN = 120
"""Lines of a difference: whoever mends it by a command needs to see what it is about, and not all of it."""
_LARGEST = 256 << 20
_CONTEXT = 2
_LONGEST = 2_000
_BODIES = frozenset({"spaces", "contracts"})
"""What documents with a format version have beside it; codes have names of templates alone."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A file beside what it should be: the lines of a unified diff, how many more there are, and what mends it.

    A `foreign` file is of another format, by how it begins: whoever takes the command at its word would lose it.
    """

    file: str
    mend: str
    there: bool = True
    diff: tuple[str, ...] = ()
    untold: int = 0
    foreign: bool = False
    exit_code: ExitCode = ExitCode.OK


def compare(path: Path, text: str, mend: str) -> Compared:
    """Compare a file with the text that belongs there. Ends of lines do not count: a checkout may have other ones."""
    if not path.exists() and not path.is_symlink():
        return Compared(str(path), mend, there=False, exit_code=ExitCode.FINDINGS)
    data = read_file(path, str(path), _LARGEST)
    if isinstance(data, Finding):
        wrong = UsageError if data.rule == "file-kind" else LocalError
        raise wrong(f"{path} cannot be compared: {data.message}", hint=data.hint)
    before = data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    after = text.encode("utf-8", "backslashreplace").decode("utf-8")  # as it is written
    if before == after:
        return Compared(str(path), mend)
    lines = _diff(before.split("\n"), after.split("\n"))
    shown = [f"--- {path}", f"+++ {path}, as it would be made now", *islice(lines, MOST_SHOWN)]
    return Compared(
        str(path), mend, True, tuple(shown), sum(1 for _ in lines), _is_foreign(before, after), ExitCode.FINDINGS
    )


def _is_foreign(before: str, after: str) -> bool:
    """Whether a file is not of the format in which something was made. An empty one may become anything."""
    if not before.strip():
        return False
    there, made = _document(before), _document(after)
    if made is None or there is None:
        return before.split(maxsplit=1)[0] != after.split(maxsplit=1)[0]
    return ("format_version" in made, made.keys() & _BODIES) != ("format_version" in there, there.keys() & _BODIES)


def _document(text: str) -> dict[str, object] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _diff(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    end = 0
    for area in gaps(common(before, after), len(before), len(after)):
        lead = min(_CONTEXT, area.i - end)
        start, end = area.i - lead, area.i_end
        yield f"@@ -{start + 1},{end - start} +{area.j - lead + 1},{area.j_end - area.j + lead} @@"
        yield from (f" {_short(line)}" for line in before[start : area.i])
        yield from (f"-{_short(line)}" for line in before[area.i : end])
        yield from (f"+{_short(line)}" for line in after[area.j : area.j_end])


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}… and {len(line) - _LONGEST:,} characters more"
