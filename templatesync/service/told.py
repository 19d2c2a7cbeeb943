"""One value as the type that a page documents, however it was told. Pure; knows no field and no answer.

Each function gives None for what cannot be read as one thing only.
"""

from __future__ import annotations

import json
import math
import re

from templatesync.model.json_value import Json

_LONGEST = 1 << 20
"""Characters of a text that is read as JSON."""
DEEPEST = 60
"""No answer of the API is more than a dozen deep; a text may be made of nothing but brackets."""
CUT = "(nested more deeply than is read)"
# A text is one token, so that a bracket in it is none.
_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_LARGEST = 2**63 - 1
"""Of a count, a size or a time: none of the API is larger, and no clock or calendar of ours is lost in it."""
_NUMBER = re.compile(r"(-?[0-9]{1,40})(?:\.0{1,9})?", re.ASCII)
_TRUE = frozenset({"true", "1", "yes", "y", "on"})
_FALSE = frozenset({"false", "0", "no", "n", "off"})


def says_nothing(text: str) -> bool:
    """Whether a text stands where there is no value: empty, blank, or the word null."""
    return text.strip().lower() in ("", "null")


def as_text(value: Json) -> str | None:
    """A text, of a number or a truth too. A whole number with a point may have lost its last digits: an id must not."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else None
    return repr(value) if isinstance(value, float) and math.isfinite(value) and not value.is_integer() else None


def as_number(value: Json) -> int | None:
    """A whole number, of a text or of one with a point."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else None
    match = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    return as_number(int(match[1])) if match else None


def as_boolean(value: Json) -> bool | None:
    """Yes or no, of a word, a letter or a number."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str) or (isinstance(value, int) and value in (0, 1)) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def as_json(text: str) -> Json:
    """The list or object that a text holds; None when it holds none."""
    if len(text) > _LONGEST or not text.lstrip().startswith(("[", "{")):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if depth(found) <= DEEPEST else None


def named(value: Json) -> str:
    """What a value is, for a message: never the value itself."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "an object" if isinstance(value, dict) else "a list"


def shallow(text: str) -> str:
    """JSON with what is deeper than `DEEPEST` replaced by a word that fits nothing. In one pass, without a stack."""
    parts: list[str] = []
    level = kept = 0
    cut = DEEPEST - 1  # the word that stands for it is two levels deep
    for match in _BRACKET.finditer(text):
        if match[0] in ("[", "{"):
            level += 1
            if level == cut:
                parts.append(text[kept : match.start()])
        elif match[0] in ("]", "}"):
            if level == cut:
                parts.append(f'[["{CUT}"]]')
                kept = match.end()
            level -= 1
    return "".join(parts) + text[kept:] if level < cut else ""


def depth(value: Json) -> int:
    """How deep a value is, or that it is deeper than anything that is read."""
    deepest, level = 0, [value]
    while level and deepest <= DEEPEST:
        deepest += 1
        level = [
            item
            for each in level
            for item in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
            if isinstance(item, dict | list)
        ]
    return deepest
