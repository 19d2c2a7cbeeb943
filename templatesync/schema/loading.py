"""The published JSON Schemas, read from where they are shipped. Knows no document and no validator."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple, TypeAlias

from templatesync.model.json_value import Json
from templatesync.model.paths import Path

_REFERENCE = re.compile(r'"(\w+)\.schema\.json"')


class Problem(NamedTuple):
    """One thing that is wrong with a document. `at_key` means the place of the key, not of its value."""

    rule: str
    path: Path
    message: str
    hint: str = ""
    at_key: bool = False


Spelt: TypeAlias = Callable[[Path], str]
"""How the file spells the number or boolean at a path; empty where that is how JSON spells it, or is not known."""


def schema_dir() -> pathlib.Path:
    """Where the schemas lie: in the built package, else in the repository, as an editable install has no copy."""
    here = pathlib.Path(__file__).parent.parent
    return here / "schemas" if (here / "schemas").is_dir() else here.parent / "schemas"


@cache
def load(name: str) -> dict[str, Json]:
    """The schema of that name as JSON, such as `template`. The caller must not change it."""
    schema: dict[str, Json] = json.loads(_text(name))
    return schema


@cache
def _text(name: str) -> str:
    return (schema_dir() / f"{name}.schema.json").read_text(encoding="utf-8")


def referred(name: str) -> list[str]:
    """The other schemas that one refers to. Most refer to none, and compiling all takes longer than judging a file."""
    return list(dict.fromkeys(_REFERENCE.findall(_text(name))))
