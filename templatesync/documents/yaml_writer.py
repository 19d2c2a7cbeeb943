"""Writes a value as YAML text that a person would have written. Pure: knows no kind, no file, no YAML library.

The law: whatever reads YAML 1.2 core reads back exactly the value, and so does an old YAML 1.1 reader, because a
string stands without quotes only where both see a string. The same value always gives the same bytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from templatesync.model.character import FIRST_PLANE, HIDDEN, HIDDEN_BEYOND, SECOND_PLANE, STRAY
from templatesync.model.json_value import Json
from templatesync.model.paths import Path

_STEP = 2
_FLOW_WIDTH = 100
# YAML ends an implicit key after 1024 characters; a longer one is written as `? key`.
_IMPLICIT_KEY = 1000

# What cannot stand as itself: characters that YAML forbids or takes for line ends, and those that a reviewer cannot
# see. A joiner inside another script or an emoji is part of the writing; after ASCII it only hides.
_HIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{HIDDEN}{HIDDEN_BEYOND}]|{STRAY}")
# Without any of these nothing of it is there, which a small class tells ten times as quickly.
_MAYBE_HIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{FIRST_PLANE}{SECOND_PLANE}]")
# The loader obeys such a comment wherever a line ends with it; text of others must not become one.
_ORDER = re.compile(r"#(?=\s*templatesync:)")
_ESCAPES: Mapping[str, str] = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

# Words that YAML 1.1 or 1.2 takes for something else than text.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
# A first character that starts no indicator, number or merge key in any version.
_START = re.compile(r"[A-Za-z0-9_$(/^;\\]|[^\x00-\x7f]")
# Quoted although YAML would allow it: brackets, so that the text survives a move into `{...}`.
_UNSAFE = re.compile(r":(?=\s|$)|\s#|[\t\n\[\]{}]")
# Numbers, times and dates of both versions, and of readers that take `1,000` for a number; anything that looks alike.
_NUMBERLIKE = re.compile(r"0[xob][0-9a-f_]*|[0-9][0-9_.,:e+-]*([t ][0-9:.tz +-]*)?", re.IGNORECASE)
# What an item of `[...]` must not hold for all readers to agree where it ends.
_NO_ITEM = re.compile(r"[,:?#]")


def to_yaml(body: Mapping[str, Json], *, header: Sequence[str] = (), comments: Mapping[Path, str] | None = None) -> str:
    """The YAML text of one document, keys in the order given, ending in a newline.

    `header` are lines of comment above it. `comments` are put at the end of the line where the value at a path
    begins. Neither can break out of its comment, whatever it holds.
    """
    lines = ["# " + _visible(line) if line.strip() else "#" for line in header]
    lines += _block(body, 0, (), comments or {}) if body else ["{}"]
    return "\n".join(lines) + "\n"


def inline(value: Json, *, always_quoted: bool = False) -> str:
    """A value on one line, with mappings and lists in braces, fit to stand inside other braces."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{inline(key)}: {inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inline, value))}]"
    if isinstance(value, str) and (always_quoted or _NO_ITEM.search(value)):
        return quoted(value)
    return scalar(value)


def _block(value: Json, indent: int, path: Path, comments: Mapping[Path, str]) -> Iterator[str]:
    """The lines of a mapping or list that is not empty."""
    margin = " " * indent
    if isinstance(value, Mapping):
        for key, child in value.items():
            token = scalar(key)
            prefix = f"{margin}{token}:" if len(token) <= _IMPLICIT_KEY else f"{margin}? {token}\n{margin}:"
            yield from _node(prefix, child, indent, (*path, key), comments)
        return
    for index, child in enumerate(value):
        here = (*path, index)
        if isinstance(child, Mapping) and child:
            first, *rest = _block(child, indent + _STEP, here, comments)
            yield f"{margin}- {first[indent + _STEP :]}{_remark(here, comments)}"
            yield from rest
        else:
            yield from _node(f"{margin}-", child, indent, here, comments)


def _node(prefix: str, value: Json, indent: int, path: Path, comments: Mapping[Path, str]) -> Iterator[str]:
    """The lines of a value behind its key or dash."""
    remark = _remark(path, comments)
    if isinstance(value, str) and _fits_literal(value):
        yield f"{prefix} {_literal_head(value)}{remark}"
        margin = " " * (indent + _STEP)
        for line in value.removesuffix("\n").split("\n"):
            yield margin + line if line else ""
        return
    inline = _inline(value, _FLOW_WIDTH - len(prefix))
    if inline is not None:
        yield f"{prefix} {inline}{remark}"
        return
    yield prefix + remark
    yield from _block(value, indent + _STEP, path, comments)


def _inline(value: Json, width: int) -> str | None:
    """A value that goes on one line: a scalar, something empty, or a short list of words. None for a block."""
    if isinstance(value, Mapping):
        return None if value else "{}"
    if not isinstance(value, list | tuple):
        return scalar(value)
    if any(isinstance(item, Mapping | list | tuple) for item in value):
        return None
    tokens = [scalar(item) for item in value]
    flow = f"[{', '.join(tokens)}]"
    if tokens and (len(flow) > width or any(map(_NO_ITEM.search, tokens))):
        return None
    return flow


def scalar(value: Json) -> str:
    """A value that has no parts, on one line; not always fit to stand inside braces."""
    if isinstance(value, str):
        return value if _is_plain(value) else quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _float(value) if isinstance(value, float) else str(value)


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    mantissa, e, exponent = repr(value).partition("e")
    # YAML 1.1 wants the point: `1e+16` is text to it.
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else repr(value)


def _is_plain(text: str) -> bool:
    return not misread(text) and text == text.strip() and _UNSAFE.search(text) is None and not _hidden(text)


def misread(text: str) -> bool:
    """Whether an old reader takes text without quotes for something else: a number, a date, a switch, an indicator."""
    return _START.match(text) is None or text.lower() in _WORDS or _NUMBERLIKE.fullmatch(text) is not None


def quoted(text: str) -> str:
    """A text in double quotes, on one line."""
    escaped = "".join(_ESCAPES.get(char, char) for char in text)
    return f'"{_HIDDEN.sub(_escape, escaped)}"'


def fits_block(text: str) -> bool:
    """Whether a block shows the text as it is: nothing hidden in it, no blank that an editor would trim."""
    return (
        text.strip() != ""
        and "\t" not in text
        and not hides(text)
        and all(line == line.rstrip() for line in text.split("\n"))
    )


def hides(text: str) -> bool:
    """Whether a text has to be written with escapes: what is in it cannot be seen, or would be obeyed."""
    return _ORDER.search(text) is not None or _hidden(text)


def _hidden(text: str) -> bool:
    if text.isascii() and text.isprintable():
        return False
    return _MAYBE_HIDDEN.search(text) is not None and _HIDDEN.search(text) is not None


def block(value: Json, indent: int) -> str:
    """The lines of a mapping or list that is not empty, without a newline at the end."""
    return "\n".join(_block(value, indent, (), {}))


def _fits_literal(text: str) -> bool:
    """Whether a literal block is for the text: it has several lines."""
    return "\n" in text and fits_block(text)


def _literal_head(text: str) -> str:
    indentation = str(_STEP) if text.lstrip("\n").startswith(" ") else ""
    if not text.endswith("\n"):
        return f"|{indentation}-"
    return f"|{indentation}+" if text.endswith("\n\n") else f"|{indentation}"


def _remark(path: Path, comments: Mapping[Path, str]) -> str:
    remark = comments.get(path, "")
    return f"  # {_visible(remark)}" if remark.strip() else ""


def _visible(text: str) -> str:
    """Text that stays on its line and hides nothing."""
    text = text.replace("\t", " ").replace("\r", "\\r").replace("\n", "\\n")
    return _ORDER.sub(_escape, _HIDDEN.sub(_escape, text)).rstrip()


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
