"""Variables of a space in the values of a file: finding them and filling them in. Pure; knows no document, no space."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from operator import is_

from templatesync.model.json_value import Json
from templatesync.model.paths import Path

VARIABLE = re.compile(r"\$\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
MOST_FILLED = 10_000
"""Characters of a text with its variables filled in; as many as `documents.limits` lets a text have."""


def looks_unfilled(text: str) -> bool:
    """Whether something in a text begins like a variable and is none: a reference, or a mistake."""
    return "${{" in text and "${{" in VARIABLE.sub("", text)


def fill(value: Json, variables: Mapping[str, str | None]) -> Json:
    """`value` with variables filled in. What has none is not copied: a project may have hundreds of spaces."""
    if isinstance(value, str):
        if "${{" not in value or size(value, variables) > MOST_FILLED:
            return value
        return VARIABLE.sub(lambda match: _value(variables, match), value)
    if isinstance(value, dict):
        new = {key: fill(item, variables) for key, item in value.items()}
        return value if all(new[key] is item for key, item in value.items()) else new
    if isinstance(value, list):
        filled = [fill(item, variables) for item in value]
        return value if all(map(is_, filled, value)) else filled
    return value


def size(text: str, variables: Mapping[str, str | None]) -> int:
    """How long a text would be, filled in."""
    return len(text) + sum(len(variables.get(name) or "") for name in VARIABLE.findall(text))


def _value(variables: Mapping[str, str | None], match: re.Match[str]) -> str:
    value = variables.get(match[1])
    return match[0] if value is None else value


def leaves(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    """The texts inside a value with their paths."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, item in items:
            yield from leaves(item, (*path, step))
