"""Where a text holds a value in any spelling, or what looks like a credential. Pure; knows no message and no `Secret`.

A refusal may quote a request as it was sent (percent-encoded), inside JSON, inside HTML, or as several of these at
once. So escapes are undone, again and again, and each text that comes out is searched; a find is traced back to the
text as it came. Everything here takes time in proportion to the text: no expression can fail after a long way and
begin again one character later.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from templatesync.model.lazy_pattern import lazy_pattern

Span = tuple[int, int]
Meaning = Callable[[re.Match[str]], bytes]

_SMALL_DIGITS = lazy_pattern(r"%[0-9A-F]{2}")
_DEEPEST = 6
"""How often escapes are undone. The same escape over and over (`%25252B`) is undone at once, so this counts changes
of language: JSON in a query in HTML is three. Whatever is deeper was made to hide something, and is hidden whole."""

_ESCAPE = lazy_pattern(
    r"%(?:25)*(?:u(?P<code>[0-9A-Fa-f]{4})|(?P<byte>[0-9A-Fa-f]{2}))"
    r"|(?<!\\)\\+(?:(?P<pair>u[dD][89abAB][0-9A-Fa-f]{2}\\+u[dD][c-fC-F][0-9A-Fa-f]{2})|u(?P<four>[0-9A-Fa-f]{4})"
    r"|u\{0*+(?P<braced>[0-9A-Fa-f]{1,6})\}|U(?P<eight>[0-9A-Fa-f]{8})|x(?P<two>[0-9A-Fa-f]{2})"
    r"|(?P<octal>[0-3][0-7]{2})|(?P<sign>[ -/:-@\[\]^_`{|}~nrtbf])|(?P<lone>))"
    r"|&(?:amp;)*(?:#0*+(?P<decimal>[0-9]{1,7});?|#[xX]0*+(?P<hex>[0-9A-Fa-f]{1,6});?"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]{1,31};?))"
)
_CONTROLS = {"n": b"\n", "r": b"\r", "t": b"\t", "b": b"\b", "f": b"\f"}
_FOLD = lazy_pattern(r"(?:\r\n|\n|\r)[ \t]*+")

# A form writes a blank as a plus, and the URL-safe base64 has other signs for two of the 64.
_FORM = bytes.maketrans(b"+", b" ")
_BASE64 = bytes.maketrans(b"-_", b"+/")
_LOWER = bytes(range(256)).lower()
_BASE64_RUN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")

# Each of these succeeds, or fails within a few characters of where it began. What stands behind the name of a header
# or a field is its value, however short it is.
_KEY = lazy_pattern(r"(?P<hide>LTAI[0-9A-Za-z]{8,}+|STS\.[0-9A-Za-z]{8,}+)")
_WEB_TOKEN = lazy_pattern(r"(?P<hide>eyJ[0-9A-Za-z_-]*+(?:\.[0-9A-Za-z_-]*+)*+)")
_LOGIN = lazy_pattern(r"://(?P<hide>[^\s/?#\"'<>\\]++)", re.ASCII)
_LINE = lazy_pattern(
    r"(?:cookie|authorization)[\"']?\s{0,3}[:=>]\s{0,3}[\"']?(?P<hide>(?:[^\r\n\"'<>]|\r?\n[ \t]+)++)",
    re.ASCII | re.IGNORECASE,
)
_NAMED = lazy_pattern(
    r"(?:security[-_ ]?token|access[-_ ]?key[-_ ]?secret|(?:oidc|id|access|refresh)[-_]?token|signature(?:provided)?"
    r"|credential)[\"']?\s{0,3}[:=>]\s{0,3}[\"']?(?P<hide>[^\s,;&\"'<>]++)",
    re.ASCII | re.IGNORECASE,
)
_BEARER = lazy_pattern(r"\bbearer\s{1,3}(?P<hide>[0-9A-Za-z._~+/=-]{8,}+)", re.ASCII | re.IGNORECASE)
_HEADER_OF_TOKEN = 8
"""Characters before the first dot of a JSON web token, at least."""


def as_bytes(text: str) -> bytes:
    """A text in UTF-8; half of a pair, which an answer may hold, as if it were a character."""
    return text.encode("utf-8", "surrogatepass")


def as_text(data: bytes) -> str:
    """The opposite of `as_bytes`."""
    return data.decode("utf-8", "surrogatepass")


class View:
    """A text, or what came out when something in another one was replaced; each place leads back to where it was."""

    def __init__(self, data: bytes, parent: View | None = None, marks: tuple[list[int], ...] = ()) -> None:
        self.data = data
        self._parent = parent
        self._marks = marks  # of each replacement: where it begins and ends here, and where in the parent

    def plain(self) -> View | None:
        """With the escapes undone; None when there is none."""
        return self._replaced(_ESCAPE, _undone)

    def unfolded(self) -> View | None:
        """In one line, as base64 was before it was broken into several; None when it is."""
        return self._replaced(_FOLD, lambda _: b"")

    def origin(self, span: Span) -> Span:
        """Where that is in the text that all began with."""
        if self._parent is None:
            return span
        return self._parent.origin((self._back(span[0])[0], self._back(span[1] - 1)[1]))

    def _replaced(self, pattern: re.Pattern[str], meaning: Meaning) -> View | None:
        marks: tuple[list[int], ...] = ([], [], [], [])
        begins, ends, came, went = marks
        parts: list[bytes] = []
        here = there = 0
        for match in pattern.finditer(self.data.decode("latin-1")):
            new = meaning(match)
            parts += (self.data[there : match.start()], new)
            here += match.start() - there
            begins.append(here)
            here += len(new)
            ends.append(here)
            there = match.end()
            came.append(match.start())
            went.append(there)
        data = b"".join((*parts, self.data[there:]))
        return View(data, self, marks) if data != self.data else None

    def _back(self, place: int) -> Span:
        begins, ends, came, went = self._marks
        index = bisect_right(begins, place) - 1
        if index < 0:
            return place, place + 1
        if place < ends[index]:
            return came[index], went[index]
        moved = went[index] + place - ends[index]
        return moved, moved + 1


class Needle(NamedTuple):
    """Bytes to look for after a translation of the text. `wide` takes the whole run of base64 around them."""

    data: bytes
    table: bytes
    wide: bool = False

    def __repr__(self) -> str:
        return "Needle(***)"


def needles(value: str, shortest: int) -> tuple[Needle, ...]:
    """What to look for when this value must not be shown; nothing when it is shorter than that."""
    if len(value) < shortest:
        return ()
    found: list[Needle] = []
    # What holds an escape itself looks otherwise wherever escapes are undone.
    for form in (view.data for view in _views(View(as_bytes(value)))[0]):
        found.append(Needle(form.translate(_FORM), _FORM))
        if len(form) >= shortest:
            found.append(Needle(form.hex().encode(), _LOWER))
            for spelled in dict.fromkeys((form, *_escaped(form))):
                found += (Needle(each, _BASE64, True) for each in _encoded(spelled))
    return tuple(dict.fromkeys(found))


def leaks(data: bytes, wanted: tuple[Needle, ...], *, shapes: bool = True, deep: bool = True) -> list[Span]:
    """Where one of these, or what looks like a credential, is in the text: apart from each other, and in order.

    Without `shapes` only where one of these is; not `deep`: only as the text is, with no escape undone.
    """
    views, all_undone = _views(View(data)) if deep else ([View(data)], True)
    if not all_undone:
        return [(0, len(data))]
    spans: list[Span] = []
    for view in views:
        if shapes:
            spans += map(view.origin, _shaped(view.data.decode("latin-1")))
        for each in filter(None, (view, view.unfolded())):
            spans += map(each.origin, _found(each.data, wanted))
    return _merged(spans)


def _views(view: View | None) -> tuple[list[View], bool]:
    """The text with no, one, two … layers of escapes undone, and whether none is left."""
    views: list[View] = []
    while view is not None and len(views) <= _DEEPEST:
        views.append(view)
        view = view.plain()
    return views, view is None


def _found(data: bytes, wanted: tuple[Needle, ...]) -> Iterator[Span]:
    translated = {table: data.translate(table) for table in {needle.table for needle in wanted}}
    for needle in wanted:
        text = translated[needle.table]
        end = 0
        while (start := text.find(needle.data, end)) >= 0:
            end = start + len(needle.data)
            if needle.wide:
                # The signs at both edges hold bits of the value, too, and its neighbours may be as secret.
                start, end = _run(text, start, end)
            yield start, end


def _run(text: bytes, start: int, end: int) -> Span:
    while start > 0 and text[start - 1] in _BASE64_RUN:
        start -= 1
    while end < len(text) and text[end] in _BASE64_RUN:
        end += 1
    return start, end


def _shaped(text: str) -> Iterator[Span]:
    for pattern in (_KEY, _LINE, _NAMED, _BEARER):
        yield from (match.span("hide") for match in pattern.finditer(text))
    for start, end in (match.span("hide") for match in _WEB_TOKEN.finditer(text)):
        if text.find(".", start, end) >= start + _HEADER_OF_TOKEN:
            yield start, end
    for start, end in (match.span("hide") for match in _LOGIN.finditer(text)):
        if (at := text.rfind("@", start, end)) > start:  # without one it is a host, and nothing is to be hidden
            yield start, at


def _escaped(value: bytes) -> Iterator[bytes]:
    """How it may be spelled inside a query or a JSON text that is then put into base64, or be in base64 already."""
    for kept in ("", "/"):
        percents = quote(value, safe=kept)
        yield percents.encode()
        yield _SMALL_DIGITS.sub(lambda match: match[0].lower(), percents).encode()
    text = json.dumps(value.decode("utf-8", "surrogateescape"))[1:-1]
    yield text.encode()
    yield text.replace("/", "\\/").encode()
    yield b64encode(value).rstrip(b"=")


def _encoded(value: bytes) -> Iterator[bytes]:
    """What of the base64 of any text that holds the value depends on the value alone, for each place it may have."""
    for before in range(3):
        text = b64encode(bytes(before) + value)
        yield text[-(-before * 8 // 6) : (before + len(value)) * 8 // 6]


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _undone(match: re.Match[str]) -> bytes:
    """What an escape means, as UTF-8."""
    kind = str(match.lastgroup)
    text = match[kind]
    match kind:
        case "byte" | "octal":
            return bytes([int(text, 8 if kind == "octal" else 16)])
        case "sign":
            return _CONTROLS.get(text) or as_bytes(text)
        case "lone":
            return b"\\"
        case "name":
            from html import unescape  # its table is large, and few texts have such a name

            return as_bytes(unescape(f"&{text}"))
        case "pair":
            high, low = int(text[1:5], 16), int(text[-4:], 16)
            return _character(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        case _:
            return _character(int(text, 10 if kind == "decimal" else 16))


def _character(code: int) -> bytes:
    return as_bytes(chr(code)) if code <= 0x10FFFF else b"?"
