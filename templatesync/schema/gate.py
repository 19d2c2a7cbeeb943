"""Whether a document is as its JSON Schema says: the only user of jsonschema-rs. Knows no position and no kind.

`schemas/*.schema.json` are draft-07, because editors read that. Two keywords of our own, which other readers ignore,
make their errors ours: `x-rule` is the id of the rule a subschema stands for, `errorMessage` what to tell
(yaml-language-server shows it too). Both count only for the keywords beside them in the same object. What to tell of a
document that is refused, `explanation` knows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from templatesync.model.json_value import Json
from templatesync.schema.loading import Problem, Spelt, load, referred


def problems(name: str, instance: Json, spelt: Spelt = lambda path: "") -> list[Problem]:
    """What the schema `name` has against `instance`, in the order of paths.

    Not more than a person reads. Never raises for JSON-like data. `spelt` is asked before a number is shown.
    """
    if _gate(name)(instance):
        return []
    from templatesync.schema.messages import explain  # asks for jsonschema, which most documents need not

    return explain(name, instance, spelt)


# --- the gate -----------------------------------------------------------------------------------------------------


@cache
def _gate(name: str) -> Callable[[Json], bool]:
    """Whether a document is surely valid. It may refuse what is valid, which `explanation` settles; never the reverse.

    jsonschema-rs takes a hundredth of jsonschema's time, and most documents are valid. It neither fetches nor opens
    what a schema refers to.
    """
    from jsonschema_rs import Draft7Validator, Registry

    schemas = [(f"json-schema:///{each}.schema.json", _exact(load(each))) for each in referred(name)]
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
