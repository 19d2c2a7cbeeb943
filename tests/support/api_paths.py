"""Paths of the parameters of an operation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from templatesync.service.api import Field


def leaves(fields: Sequence[Field], above: str = "") -> Iterator[str]:
    """The paths of all parameters that hold a value."""
    for field in fields:
        path = f"{above}{field.name}"
        if field.fields:
            yield from leaves(field.fields, f"{path}.")
        else:
            yield path
