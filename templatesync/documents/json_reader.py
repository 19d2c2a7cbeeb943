"""JSON text to values with positions: strict RFC 8259, read once from front to back. Knows no kind and no project.

Size, depth and node count are bounded before anything is built, and the text is walked with one explicit stack, so that
no input can exhaust memory, time or the call stack. What other readers let pass (a key that stands twice, NaN, a byte
order mark, half of a surrogate pair) is a finding here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, NamedTuple, NoReturn

from templatesync.documents.document import Document, Loaded, Mark
from templatesync.model.finding import Finding, Position, Severity
from templatesync.model.json_value import Json


class JsonLimits(NamedTuple):
    """Bounds of one file, so that none takes more than a moment to judge, whatever it holds.

    10 MB is what a flow may have, most of it pictures; fifty components on each of fifty screens have some 40,000
    values and keys. `digits` is what survives a 64-bit reader, `number` the longest way to write any other number.
    """

    size: int = 10 << 20
    depth: int = 64
    nodes: int = 100_000
    problems: int = 100
    digits: int = 18
    number: int = 40


def load(data: bytes, file: str, limits: JsonLimits = JsonLimits(), *, quoting: bool = True) -> Loaded:
    """The value of a file as its one document, or what is wrong with the text. Never raises, whatever the bytes.

    Without `quoting` no message holds a value of the file, or what may be one: keys stay.
    """
    if len(data) > limits.size:
        message = f"the file has {len(data):,} bytes; at most {limits.size:,} are read"
        return Loaded((), (Finding("json-limit", Severity.ERROR, message, file),))
    text = _decode(data, file)
    return _Reader(text, file, limits, quoting).run() if isinstance(text, str) else Loaded((), (text,))


def _decode(data: bytes, file: str) -> str | Finding:
    """The text of the file, which JSON wants in UTF-8 without a byte order mark."""
    if data.startswith(b"\xef\xbb\xbf"):
        message = "the file starts with a byte order mark, which JSON must not have"
        return Finding("json-encoding", Severity.ERROR, message, file, hint="save it as UTF-8 without BOM")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        kind = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "not UTF-8"
        message = f"the file is {kind}: byte {error.start} is 0x{data[error.start]:02x}"
        at = _position(data[: error.start].decode())
        return Finding("json-encoding", Severity.ERROR, message, file, *at, hint="save it as UTF-8")


def _position(before: str) -> Position:
    """The place just behind `before`."""
    return Position(_breaks(before) + 1, len(before) - _line_start(before) + 1)


def _breaks(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _line_start(text: str) -> int:
    return max(text.rfind("\n"), text.rfind("\r")) + 1


_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_PLAIN_TEXT: Final = re.compile(r'"([^"\\\x00-\x1f]*)"')
# Whatever somebody may have meant as a number or a name: told as a whole.
_WORD: Final = re.compile(r"[-+.\w]+")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LITERALS: Final = {"true": True, "false": False, "null": None}
_NO_NUMBERS: Final = frozenset({"NaN", "Infinity", "-Infinity", "+Infinity", "-NaN"})
_TEXT: Final = json.JSONDecoder()
_OPENED: Final = object()


class _Stop(Exception):
    """The rest of the text is not worth reading, or not safe to."""


@dataclass(slots=True)
class _Open:
    """A container that is being read. `key` is None where a key that stands twice is read to be dropped."""

    value: Json
    mark: Mark
    close: str
    key: str | None = None
    key_at: Position = Position(1, 1)

    def put(self, value: Json, mark: Mark) -> None:
        """Takes the next value, under the key that was read before it."""
        if self.close == "]":
            self.value.append(value)
            self.mark[2].append(mark)
        elif self.key is not None:
            self.value[self.key] = value
            self.mark[2][self.key] = (*self.key_at, mark)


class _Reader:
    """Walks the text. `at` is where it is; `line` and `line_start` belong to that place after `_blanks`."""

    def __init__(self, text: str, file: str, limits: JsonLimits, quoting: bool) -> None:
        self.text = text
        self.quoting = quoting
        self.file = file
        self.limits = limits
        self.findings: list[Finding] = []
        self.at = 0
        self.line = 1
        self.line_start = 0
        self.nodes = 0

    def run(self) -> Loaded:
        documents: tuple[Document, ...] = ()
        try:
            value, mark = self._read()
            if self._blanks():
                self._fail("the text goes on after the end of its value", hint="a file holds one value")
            if not self.findings:  # half a value would only bring findings about what is missing
                documents = (Document(self.file, mark[0], value, mark, nodes=self.nodes),)
        except _Stop:
            pass
        return Loaded(documents, tuple(sorted(self.findings, key=Finding.sort_key)))

    def _read(self) -> tuple[Json, Mark]:
        stack: list[_Open] = []
        while True:
            value, mark = self._value(stack)
            if value is _OPENED:
                if not self._closes(stack[-1]):
                    self._key(stack[-1])
                    continue
                opened = stack.pop()
                value, mark = opened.value, opened.mark
            while stack:
                stack[-1].put(value, mark)
                if not self._ends(stack[-1]):
                    break
                opened = stack.pop()
                value, mark = opened.value, opened.mark
            else:
                return value, mark

    def _value(self, stack: list[_Open]) -> tuple[Any, Mark]:
        """What starts here: a value, or `_OPENED` and a container more on the stack."""
        sign = self._blanks()
        line, column = self.line, self.at - self.line_start + 1
        mark: Mark = (line, column, None)
        self._count()
        if sign == '"':
            return self._text(), mark
        if sign in ("{", "["):
            if len(stack) >= self.limits.depth:
                self._fail(f"nested more than {self.limits.depth} deep", rule="json-limit")
            mark = (line, column, {} if sign == "{" else [])
            stack.append(_Open({} if sign == "{" else [], mark, "}" if sign == "{" else "]"))
            self.at += 1
            return _OPENED, mark
        word = _WORD.match(self.text, self.at)
        if word is None:
            self._no_value(sign, stack)
        return self._word(word[0]), mark

    def _closes(self, opened: _Open) -> bool:
        """Whether a container ends where it has begun."""
        if self._blanks() != opened.close:
            return False
        self.at += 1
        return True

    def _ends(self, opened: _Open) -> bool:
        """Whether a container ends after a value in it; otherwise what comes next has been read up to its value."""
        sign = self._blanks()
        if sign == opened.close:
            self.at += 1
            return True
        if sign != ",":
            if not sign:
                self._unclosed(opened)
            self._fail(f"there is {_shown(sign)} where a comma or {opened.close} must be")
        self.at += 1
        self._key(opened)
        return False

    def _key(self, opened: _Open) -> None:
        """Reads the key and the colon in front of a value, where there has to be one."""
        if opened.close == "]":
            return
        sign = self._blanks()
        if sign != '"':
            if not sign:
                self._unclosed(opened)
            if sign == "}":
                self._fail("there is a comma in front of }", hint="remove the comma")
            self._fail(f"there is {_shown(sign)} where a key in double quotes must be")
        self._count()
        opened.key_at = self._place()
        key = self._text(opened.key_at)
        if key in opened.value:
            line = opened.mark[2][key][0]
            self._add("json-duplicate-key", opened.key_at, f"duplicate key {_short(key)} (first on line {line})")
            opened.key = None
        else:
            opened.key = key
        if self._blanks() != ":":
            self._fail(
                f"after the key {_short(key)} a colon must come" if self.quoting else "after a key a colon must come"
            )
        self.at += 1

    # --- single values ----------------------------------------------------------------------------------------------

    def _text(self, place: Position | None = None) -> str:
        """The text whose opening quote is here."""
        plain = _PLAIN_TEXT.match(self.text, self.at)
        if plain is not None:
            self.at = plain.end()
            return plain[1]
        start = place or self._place()
        try:
            value, self.at = _TEXT.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            self._broken_text(start, error.pos)
        if _SURROGATE.search(value):
            hint = "escape both halves of the pair, or write the character itself"
            self._add("json-encoding", start, "the text holds half of a surrogate pair", hint)
        return str(value)

    def _broken_text(self, start: Position, at: int) -> NoReturn:
        """A text that has no end, or something in it that must be escaped. There is no line break before `at`."""
        sign = self.text[at : at + 1]
        here = Position(self.line, at - self.line_start + 1)
        if sign in ("\n", "\r") or at == self.at or not sign:
            self._stop("json-syntax", start, "the text has no closing quote on its line",
                       "add the quote; write a line break inside a text as \\n")  # fmt: skip
        if sign < " ":
            self._stop("json-syntax", here, f"the character U+{ord(sign):04X} must be escaped in a text")
        self._stop("json-syntax", here, "this escape is none that JSON has",
                   'there are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hex digits')  # fmt: skip

    def _word(self, word: str) -> Json:
        """What stands without quotes: a literal or a number."""
        if word in _LITERALS:
            self.at += len(word)
            return _LITERALS[word]
        number = _NUMBER.fullmatch(word)
        if number is None and word not in _NO_NUMBERS and not re.match(r"[-+.]*[0-9]", word):
            known = word.lower() in _LITERALS or word == "None"
            hint = "JSON writes true, false and null" if known else "put a text in double quotes"
            self._fail(f"{self._quoted(word)} is no value that JSON has", hint=hint)
        value, problem, hint = self._number(word, number)
        if problem:
            self._add("json-number", self._place(), problem, hint)
        self.at += len(word)
        return value

    def _number(self, word: str, number: re.Match[str] | None) -> tuple[int | float, str, str]:
        """A number, or 0 with what is wrong with it and what to do."""
        quote = "quote it if it is text, such as a phone number or an id"
        if number is None:
            plain = "JSON knows -1, 0.5 and 1e3, without a plus, a leading zero or a bare point"
            return 0, f"{self._quoted(word)} is not a number JSON has", plain
        if number[1] is None and number[2] is None:
            if len(word.lstrip("-")) > self.limits.digits:
                return 0, f"the number has {len(word.lstrip('-')):,} digits; not every reader keeps them", quote
            return int(word), "", ""
        if len(word) > self.limits.number:
            return 0, f"the number is {len(word):,} signs long", quote
        value = float(word)
        return (value, "", "") if isfinite(value) else (0, f"{self._quoted(word)} is too large", quote)

    def _no_value(self, sign: str, stack: list[_Open]) -> NoReturn:
        if not sign and stack:
            self._unclosed(stack[-1])
        if not sign:
            self._fail("the file is empty", hint="write a JSON value")
        if sign in ("]", "}"):
            before = self.text[: self.at].rstrip(" \t\r\n")[-1:] if stack else ""
            if before == ",":
                self._fail(f"there is a comma in front of {sign}", hint="remove the comma")
            self._fail(f"there is {sign} where a value must be")
        hint = {"'": "JSON has texts in double quotes only", "/": "JSON has no comments"}.get(sign, "")
        self._fail(f"there is {_shown(sign)} where a value must be", hint=hint)

    # --- places and findings ----------------------------------------------------------------------------------------

    def _blanks(self) -> str:
        """Goes on to the next sign and says which it is; nothing at the end."""
        start = self.at
        sign = self.text[start : start + 1]
        if sign > " ":
            return sign  # mostly
        end = _BLANKS.match(self.text, start).end()  # type: ignore[union-attr] # it matches nothing at least
        if end > start:
            blanks = self.text[start:end]
            if breaks := _breaks(blanks):
                self.line += breaks
                self.line_start = start + _line_start(blanks)
            self.at = end
        return self.text[end : end + 1]

    def _quoted(self, word: str) -> str:
        return _short(word) if self.quoting else "this"

    def _place(self) -> Position:
        return Position(self.line, self.at - self.line_start + 1)

    def _count(self) -> None:
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            self._fail(f"more than {self.limits.nodes:,} values and keys in one file", rule="json-limit")

    def _add(self, rule: str, at: Position, message: str, hint: str = "") -> None:
        if len(self.findings) >= self.limits.problems:
            self._stop("json-limit", at, "too many problems; the rest is not read")
        self.findings.append(Finding(rule, Severity.ERROR, message, self.file, *at, hint=hint))

    def _stop(self, rule: str, at: Position, message: str, hint: str = "") -> NoReturn:
        self.findings.append(Finding(rule, Severity.ERROR, message, self.file, *at, hint=hint))
        raise _Stop

    def _fail(self, message: str, *, rule: str = "json-syntax", hint: str = "") -> NoReturn:
        self._stop(rule, self._place(), message, hint)

    def _unclosed(self, opened: _Open) -> NoReturn:
        self._fail(f"the text ends before the {opened.close} of what starts on line {opened.mark[0]}")


def _shown(sign: str) -> str:
    return sign if sign.isprintable() else f"U+{ord(sign):04X}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
