"""Bytes to text: what the files of a project may be made of, and the comments that speak to this program. No YAML."""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from templatesync.model.character import (
    LINE_ENDS,
    NO_CHARACTERS,
    NO_CHARACTERS_BEYOND,
    PRIVATE,
    PRIVATE_BEYOND,
    SURROGATES,
)
from templatesync.model.finding import Finding, Position, Severity
from templatesync.model.lazy_pattern import lazy_pattern

# Not printable in YAML 1.2 (C0, C1, surrogates, non-characters), line breaks that YAML 1.1 and 1.2 read differently
# (NEL, LS, PS), byte order marks in the middle, and private use, which no reader of a message can see.
_FIRST = f"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{LINE_ENDS}{SURROGATES}{PRIVATE}\ufeff{NO_CHARACTERS}"
FORBIDDEN = lazy_pattern(f"[{_FIRST}{NO_CHARACTERS_BEYOND}{PRIVATE_BEYOND}]")
# The same in two steps. Python searches a class without characters beyond the first plane ten times faster, and few
# texts have any of those.
_FORBIDDEN_FIRST = lazy_pattern(f"[{_FIRST}]")
_BEYOND = lazy_pattern("[\U00010000-\U0010ffff]")
WHILE = " while "
"""What stands between a rule and the content for which it is silenced."""
_RULE = r"(?!while\b)[a-z0-9-]+"
_IGNORE = lazy_pattern(
    rf"(?:^|\s)(#)\s*templatesync:\s*ignore\s+({_RULE}(?:[\s,]+{_RULE})*)([\s,]+while(?:\s+(\S*))?)?\s*$"
)
_SILENCE = lazy_pattern(r"#\s*templatesync:")
_LINE_BREAK = lazy_pattern(r"\r\n|\r|\n")
_MOST = 20


def decode(data: bytes, file: str) -> str | tuple[Finding, ...]:
    """The text of a file, or what stands in it that no text may hold."""
    try:
        text = data.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        kind = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "not UTF-8"
        message = f"the file is {kind}: byte {error.start} is 0x{data[error.start]:02x}; save it as UTF-8"
        return (Finding("yaml-encoding", Severity.ERROR, message, file, line),)
    if is_sound(text):
        return text
    found = tuple(_forbidden(text, bad, file) for bad in islice(FORBIDDEN.finditer(text), _MOST))
    return found or text


def decode_sound(data: bytes) -> str | None:
    """The text of a file, where nothing is to be told of its bytes and characters; no byte order mark either.

    Control characters of ASCII are left to the parser, which reads none of them.
    """
    if data.isascii():
        return data.decode("ascii")
    if data.startswith(BOM_UTF8):
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if is_sound(text) else None


def is_sound(text: str) -> bool:
    """Whether every character of it may stand in a file."""
    if text.replace("\n", "").isprintable():
        return True  # no forbidden character is printable, and most texts hold none but printable ones
    return _FORBIDDEN_FIRST.search(text) is None and FORBIDDEN.search("".join(_BEYOND.findall(text))) is None


def may_silence(text: str) -> bool:
    """Whether a comment of it may say that rules are to be silent."""
    return "templatesync:" in text and _SILENCE.search(text) is not None


def _forbidden(text: str, bad: re.Match[str], file: str) -> Finding:
    at = Position(text.count("\n", 0, bad.start()) + 1, bad.start() - text.rfind("\n", 0, bad.start()))
    message = f"the character U+{ord(bad[0]):04X} cannot be kept in a file"
    hint = "leave it out, or write it as an escape in double quotes if it is meant"
    return Finding("yaml-character", Severity.ERROR, message, file, *at, hint=hint)


class Ignores:
    """What `# templatesync: ignore RULE` comments of a text silence. Comments only: not what a text says.

    A rule that is silenced for one content only, as in `ignore RULE while 3fa9c1d20b7e`, is `RULE while 3fa9c1d20b7e`.
    """

    def __init__(self, text: str) -> None:
        lines = _LINE_BREAK.split(text) if "templatesync:" in text else ()
        found = [
            (number, match.start(1), frozenset(_rules(match)))
            for number, line in enumerate(lines, 1)
            if (match := _IGNORE.search(line))
        ]
        self._found = deque(found)
        self._texts: deque[tuple[tuple[int, int], tuple[int, int]]] = deque()

    def __bool__(self) -> bool:
        return bool(self._found)

    def inside(self, start: Any, end: Any, *, block: bool) -> None:
        """A text of several lines stands between these marks; of a block only what is below its first line."""
        first = (start.line + 2, 0) if block else (start.line + 1, start.column)
        self._texts.append((first, (end.line + 1, end.column)))

    def of(self, after: int, first: int, last: int) -> Mapping[int, frozenset[str]]:
        """Rules by line for the document on the lines `first` to `last`; under 0 those of the lines above it, down
        from the line `after`. Documents, and the texts in them, are told in their order."""
        mine: dict[int, frozenset[str]] = {}
        while self._found and self._found[0][0] <= last:
            line, column, rules = self._found.popleft()
            while self._texts and self._texts[0][1] <= (line, column):
                self._texts.popleft()
            if line > after and not (self._texts and self._texts[0][0] <= (line, column)):
                mine[line] = rules
        if not mine:
            return {}
        return {**mine, 0: frozenset().union(*(rules for line, rules in mine.items() if line < first))}


def for_one_content(line: str) -> bool:
    """Whether a line of comment silences rules for one content only."""
    return (found := _IGNORE.search(line)) is not None and found[3] is not None


def for_other_contents(text: str, digests: Mapping[str, str]) -> str:
    """A text whose comments that silence rules for one content do so for another: by the digest of the one."""

    def renewed(found: re.Match[str]) -> str:
        start, end = found.start(4) - found.start(), found.end(4) - found.start()
        return f"{found[0][:start]}{digests.get(found[4], found[4])}{found[0][end:]}" if found[4] else found[0]

    return "".join(_IGNORE.sub(renewed, line) for line in text.splitlines(keepends=True))


def _rules(ignore: re.Match[str]) -> Iterator[str]:
    """The rules of a comment, each with what it says of the content. What says nothing sound holds for no content."""
    for rule in re.split(r"[\s,]+", ignore[2]):
        yield f"{rule}{WHILE}{ignore[4] or '?'}" if ignore[3] else rule


def counted(text: str) -> str:
    """How long a text is as the service counts, in code points; and what others count where they differ.

    Editors and browsers count UTF-16 units, people see an accent or a joined emoji as one character.
    """
    points = len(text)
    said = f"this has {points:,} character{'' if points == 1 else 's'}"
    if text.isascii():
        return said
    units, seen = points + sum(char > "\uffff" for char in text), _seen(text)
    others = [f"{units:,} in UTF-16"] if units != points else []
    others += [f"{seen:,} as people see them"] if seen != points else []
    return f"{said} ({' and '.join(others)}; limits count code points)" if others else said


# Regional indicators come in pairs, and what follows a joiner belongs to what stands before.
_PAIR = lazy_pattern("[\U0001f1e6-\U0001f1ff]{2}|\u200d.", re.DOTALL)
_SKIN = range(0x1F3FB, 0x1F400)


def _seen(text: str) -> int:
    parts = (unicodedata.category(char) in ("Mn", "Me", "Cf") or ord(char) in _SKIN for char in text)
    joined = sum(1 for match in _PAIR.finditer(text) if unicodedata.category(match[0][1]) not in ("Mn", "Me", "Cf"))
    return len(text) - sum(parts) - joined


def source_lines(data: bytes) -> Iterator[str]:
    """The lines of a file as a person sees them, for showing one beside a finding."""
    yield from _LINE_BREAK.split(data.removeprefix(BOM_UTF8).decode(errors="replace"))
