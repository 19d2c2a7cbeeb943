"""Whether a document is as its JSON Schema says: the only user of jsonschema-rs. Knows no position and no kind.

`schemas/*.schema.json` are draft-07, because editors read that. Two keywords of our own, which other readers ignore,
make their errors ours: `x-rule` is the id of the rule a subschema stands for, `errorMessage` what to tell
(yaml-language-server shows it too). Both count only for the keywords beside them in the same object. What to tell of a
document that is refused, `explanation` knows.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from templatesync.rule import Path, Rule
from templatesync.values import Json, Severity

SCHEMAS = ("template", "qr_code", "flow", "resource", "project")


class Problem(NamedTuple):
    """One thing that is wrong with a document. `at_key` means the place of the key, not of its value."""

    rule: str
    path: Path
    message: str
    hint: str = ""
    at_key: bool = False


def schema_dir() -> pathlib.Path:
    """Where the schemas lie: in the built package, else in the repository, as an editable install has no copy."""
    here = pathlib.Path(__file__).parent
    return here / "schemas" if (here / "schemas").is_dir() else here.parent / "schemas"


@cache
def load(name: str) -> dict[str, Json]:
    """The schema of that name as JSON, such as `template`. The caller must not change it."""
    schema: dict[str, Json] = json.loads(_text(name))
    return schema


@cache
def _text(name: str) -> str:
    return (schema_dir() / f"{name}.schema.json").read_text(encoding="utf-8")


def _referred(name: str) -> list[str]:
    """The other schemas that one refers to. Most refer to none, and compiling all takes longer than judging a file."""
    return [each for each in SCHEMAS if f'"{each}.schema.json"' in _text(name)]


def problems(name: str, instance: Json) -> list[Problem]:
    """What the schema `name` has against `instance`, in the order of paths.

    Not more than a person reads. Never raises for JSON-like data.
    """
    if _gate(name)(instance):
        return []
    from templatesync.explanation import explain  # asks for jsonschema, which most documents need not

    return explain(name, instance)


_JSON_SCHEMA = "templatesync: schemas/*.schema.json"


def _rule(id_: str, summary: str, *, fixed: bool = True) -> Rule:
    return Rule(id_, summary, Severity.ERROR, _JSON_SCHEMA, fixed=fixed)


# What a schema says without naming a rule of its own. The rules it names by `x-rule` belong to the kinds.
SCHEMA_RULES: tuple[Rule, ...] = (
    _rule("kind-known", "`kind` names a kind of resource that this release knows."),
    _rule(
        "unknown-field",
        "A field is one that the API documents.",
        fixed=False,
    ),
    _rule("unknown-key", "A key in lower case is one of templatesync's own."),
    _rule("required-field", "A field that cannot be left out is there."),
    _rule(
        "wrong-type",
        "A value is of the type that the API wants.",
    ),
    _rule("wrong-value", "A value is one of those that are allowed.", fixed=False),
    _rule("wrong-length", "A text or list is neither empty nor too long.", fixed=False),
    _rule("project-include", "`include` names files inside the project."),
    _rule("project-refused", "The project file names no endpoint, credential, proxy or program."),
    _rule("project-region", "A region is written like ap-southeast-1."),
    _rule("project-isv-code", "The ISV code comes from a variable whose name starts with TEMPLATESYNC_ISV_."),
    _rule("project-vars", "The name of a space variable can stand in ${{ }}."),
)


# --- the gate -----------------------------------------------------------------------------------------------------


@cache
def _gate(name: str) -> Callable[[Json], bool]:
    """Whether a document is surely valid. It may refuse what is valid, which `explanation` settles; never the reverse.

    jsonschema-rs takes a hundredth of jsonschema's time, and most documents are valid. It neither fetches nor opens
    what a schema refers to.
    """
    from jsonschema_rs import Draft7Validator, Registry

    schemas = [(f"json-schema:///{each}.schema.json", _exact(load(each))) for each in _referred(name)]
    validator = Draft7Validator(
        _exact(load(name)),
        registry=Registry(schemas) if schemas else None,
        validate_formats=False,
        keywords={"x-exact": _Exact},
        offline=True,
    )

    def sure(instance: Json) -> bool:
        try:
            return validator.is_valid(instance)
        except ValueError:  # what JSON cannot hold: half a character, a number of thousands of digits
            return False

    return sure


def _exact(schema: Json) -> Json:
    """A schema for which 1.0 is no integer: it would be sent as 1.0."""
    if isinstance(schema, dict):
        new = {key: _exact(value) for key, value in schema.items()}
        return {**new, "x-exact": True} if schema.get("type") == "integer" else new
    return [_exact(item) for item in schema] if isinstance(schema, list) else schema


class _Exact:
    """The keyword for that."""

    def __init__(self, parent: Json, value: Json, path: Json) -> None:
        pass

    def validate(self, instance: Json) -> None:
        """Raises ValueError for a number with a fraction, even one of zero."""
        if isinstance(instance, float):
            raise ValueError("not an integer")
