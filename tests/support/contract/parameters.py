"""Valid parameters for every operation, made from what the API says of itself. Deterministic."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from templatesync.service.api import Field, Operation

TEXTS = (
    "plain",
    "with blanks  and + plus",
    "a=b&c=d;e/f?g#h%20%zz",
    "\"quoted\" 'and' \\back\\ <b>",
    "Zeile eins\nZeile zwei\ttab",
    "مرحبا 字 \U00020bb7 👩‍👩‍👧 e\u0301",
    "[not, json",
    "true",
    "12",
)

# The client fills these in by itself.
_CLIENTS_OWN = frozenset({"CustSpaceId", "IsvCode"})


def variants(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Labelled parameter sets: all that is required, all there is, and some in between."""
    fields = [field for field in operation.request if field.name not in _CLIENTS_OWN]
    yield "required", _members(fields, random.Random(operation.name), chance=0.0)
    yield "everything", _members(fields, random.Random(operation.name), chance=1.0)
    for number in range(4):
        yield f"some-{number}", _members(fields, random.Random(f"{operation.name} {number}"), chance=0.5)


def _members(fields: Sequence[Field], source: random.Random, chance: float) -> dict[str, Any]:
    return {field.name: _value(field, source, chance) for field in fields if field.required or source.random() < chance}


def _value(field: Field, source: random.Random, chance: float) -> Any:
    if field.enum:
        return source.choice(field.enum)
    if field.type == "boolean":
        return source.random() < 0.5
    if field.type == "integer":
        return source.choice((0, 1, 90, 1_767_225_600_000))
    if field.type == "map":
        return {f"name{number}": source.choice(TEXTS) for number in range(source.randint(1, 3))}
    if field.type == "object":
        return _members(field.fields, source, chance)
    if field.type == "array":
        many = range(source.randint(1, 3))
        if field.fields:
            return [_members(field.fields, source, chance) for _ in many]
        return [source.choice(TEXTS) for _ in many]
    return source.choice(TEXTS)
