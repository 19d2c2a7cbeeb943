"""What a JSON Schema has against a document, in our words: the only user of jsonschema. Knows no file and no kind.

Imported for documents that the gate in `schema` refuses; it says so when one is valid after all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeAlias

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource

from templatesync.documents import characters
from templatesync.model.json_value import Json
from templatesync.model.nearest import nearest
from templatesync.model.paths import Path
from templatesync.schema.loading import Problem, Spelt, load, referred

MOST = 200
"""Problems told of one document; explaining one takes a tenth of a millisecond or more."""


def explain(name: str, instance: Json, spelt: Spelt = lambda path: "") -> list[Problem]:
    """What the schema `name` has against `instance`, in the order of paths; nothing when it is valid.

    `MOST` at most. Never raises for JSON-like data. Numbers are shown as `spelt` says: nobody who wrote 1e5 knows of
    a 100000.0.
    """
    try:
        errors = validator(name).iter_errors(instance)
        found = set(islice((problem for error in errors for problem in _explain(error, spelt)), MOST))
    except ValueError:
        # jsonschema prints what it refuses, and Python prints no whole number of more than 4300 digits. The loader lets
        # none in; this is for other callers.
        return [Problem("wrong-value", (), "there is a number in here with thousands of digits", "write it as text")]
    # A value of the wrong type is also none of the allowed values; telling the first is enough.
    wrong = {problem.path for problem in found if problem.rule in ("wrong-type", "ttl-int")}
    kept = [each for each in found if each.at_key or each.path not in wrong or each.rule in ("wrong-type", "ttl-int")]
    return sorted(kept, key=_order)


def _order(problem: Problem) -> tuple[Any, ...]:
    path = tuple((0, step, "") if isinstance(step, int) else (1, 0, step) for step in problem.path)
    return (path, problem.rule, problem.message)


# --- the validator ------------------------------------------------------------------------------------------------


@cache
def validator(name: str) -> Any:
    """The compiled validator. Its registry holds our schemas only: an unknown reference is a bug, no fetch."""
    # Python's and JSON Schema's ideas differ: 1.0 would be sent as 1.0, and `$` would let a line break pass.
    checker = Draft7Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    extended: Any = extend  # its annotations are not complete
    validating = extended(Draft7Validator, {"if": _if, "pattern": _pattern}, type_checker=checker)
    resources = [
        (uri, Resource.from_contents(load(each)))
        for each in (name, *referred(name))
        for uri in {f"{each}.schema.json", load(each).get("$id", "")} - {""}
    ]
    return validating(load(name), registry=Registry().with_resources(resources))


def _if(validator: Any, condition: Json, instance: Json, schema: Mapping[str, Json]) -> Iterator[ValidationError]:
    """`if`, with the one shape that selects nearly everything here (a field has one of some values) read directly:
    jsonschema would build two validators for each, which is most of its time."""
    wanted = _simple(condition)
    if wanted is None:
        holds = validator.evolve(schema=condition).is_valid(instance)
    elif isinstance(instance, dict):
        key, values = wanted
        value = instance.get(key)
        holds = isinstance(value, str) and value in values
    else:
        holds = True  # `properties` and `required` say nothing about what is no object
    branch = "then" if holds else "else"
    if branch in schema:
        yield from validator.descend(instance, schema[branch], schema_path=branch)


def _simple(condition: Json) -> tuple[str, Sequence[str]] | None:
    """The key and its text values, when the condition says that the key is there and has one of them."""
    if condition.keys() != {"properties", "required"} or len(condition["properties"]) != 1:
        return None
    [(key, schema)] = condition["properties"].items()
    values = [schema["const"]] if schema.keys() == {"const"} else schema["enum"] if schema.keys() == {"enum"} else []
    if condition["required"] != [key] or not values or not all(isinstance(value, str) for value in values):
        return None
    return key, values


@cache
def _ecma(pattern: str) -> re.Pattern[str]:
    """A pattern of a schema in Python's terms, where `$` alone would let a line break pass."""
    return re.compile(re.sub(r"\$$", r"\\Z", pattern))


def _pattern(validator: Any, pattern: str, instance: Json, schema: Json) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _ecma(pattern).search(instance):
        yield ValidationError("")


# --- errors told --------------------------------------------------------------------------------------------------

_DEFAULT_RULES = {
    "type": "wrong-type",
    "required": "required-field",
    "minLength": "wrong-length",
    "maxLength": "wrong-length",
    "minItems": "wrong-length",
    "maxItems": "wrong-length",
    "minProperties": "wrong-length",
}
_COUNTED = frozenset({"minLength", "maxLength", "minItems", "maxItems"})
# Beside these in one object, `type` may be what x-rule and errorMessage are about.
_ANNOTATIONS = frozenset({"type", "title", "description", "default", "examples", "x-rule", "errorMessage"})
_ALLOWED_SHOWN = 12


Shown: TypeAlias = Callable[..., str]
"""A value as the file spells it, given the value and the steps to it from the one that is told of."""


def _explain(error: ValidationError, spelt: Spelt) -> Iterator[Problem]:
    """The problems one error of the validator stands for, in our words."""
    keyword = str(error.validator)
    instance: Any = error.instance
    wanted: Any = error.validator_value
    schema: Any = error.schema  # a mapping: the only boolean among our schemas stands under additionalProperties
    path: Path = tuple(error.absolute_path)
    if keyword == "additionalProperties":
        yield from _unknown(path, instance, schema["properties"])
        return
    own = keyword != "type" or schema.keys() <= _ANNOTATIONS
    rule_id = (own and schema.get("x-rule")) or _DEFAULT_RULES.get(keyword, "wrong-value")
    told = own and schema.get("errorMessage")
    if keyword == "required":
        for key in schema["required"]:
            if key not in instance:
                yield Problem(rule_id, path, told or f"{key} is missing", "" if told else f"add {key}")
        return

    def shown(value: Json, *steps: int) -> str:
        return shown_as(value, spelt((*path, *steps)))

    message, hint = _TELL.get(keyword, _tell_other)(instance, wanted, shown)
    at_key = "propertyNames" in error.absolute_schema_path
    if at_key:
        path = (*path, str(instance))
    if told and keyword not in _COUNTED:
        hint = ""  # the sentence in the schema says what to do
    yield Problem(rule_id, path, told or message, hint, at_key)


def _unknown(path: Path, instance: Mapping[str, Json], properties: Mapping[str, Json]) -> Iterator[Problem]:
    # What is there only to be refused is no suggestion.
    known = [
        name
        for name, schema in properties.items()
        if schema.get("not") != {} and schema.get("$ref") != "#/definitions/refused"
    ]
    for key in instance:
        if key in properties:
            continue
        is_field = key[:1].isupper()
        near = nearest(key, known)
        hint = f"did you mean {near}?" if near else "remove it"
        if not near and len(known) <= _ALLOWED_SHOWN:
            hint = f"known here: {', '.join(known)}"
        noun = "field" if is_field else "key"
        yield Problem(f"unknown-{noun}", (*path, key), f"there is no {noun} {_short(key)} here", hint, at_key=True)


def _tell_type(value: Json, wanted: str | Sequence[str], show: Shown) -> tuple[str, str]:
    wants = [wanted] if isinstance(wanted, str) else list(wanted)
    shown, is_a = show(value), _kind(value)
    if "string" in wants:
        text = "text, or a map from language to text," if "object" in wants else "text"
        if value is None:
            return f"nothing is here where {text} is wanted", "write a text, or remove the key"
        if isinstance(value, (bool, int, float)):
            return f"{shown} is a {is_a} here where {text} is wanted", "put quotes around it, exactly as you wrote it"
        return f"{is_a} is here where {text} is wanted", "write one text"
    if value is None:
        return f"nothing is here where {_NOUN[wants[0]]} is wanted", "fill it in, or remove the key"
    hint = {
        "boolean": "write true or false",
        "integer": "write a whole number, without quotes",
        "number": "write a number, without quotes",
        "array": "write a list: each entry on a line that starts with -",
        "object": "write keys and values",
    }["boolean" if "boolean" in wants else wants[-1]]
    subject = f"{shown} is {is_a}" if isinstance(value, str) else f"{is_a} is here"
    if isinstance(value, (bool, int, float)):
        subject = f"{shown} is a {is_a}"
    return f"{subject} where {' or '.join(_NOUN[want] for want in wants)} is wanted", hint


_NOUN = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "a mapping",
    "string": "text",
}


def _tell_enum(value: Json, allowed: Sequence[Json], show: Shown) -> tuple[str, str]:
    names = [str(each) for each in allowed]
    near = nearest(value, names) if isinstance(value, str) else ""
    if len(names) == 1:
        return f"{show(value)} is not possible here, only {names[0]}", f"write {names[0]}"
    return f"{show(value)} is not one of {', '.join(names)}", f"did you mean {near}?" if near else ""


def _tell_const(value: Json, wanted: Json, show: Shown) -> tuple[str, str]:
    return f"{show(value)} stands here where {shown_as(wanted)} is wanted", ""


def _tell_length(value: Json, _: Json, show: Shown) -> tuple[str, str]:
    unit = "character" if isinstance(value, str) else "entry"
    count = len(value)
    if not count:
        return "this is empty", "fill it in, or remove the key"
    counted = f"{count:,} {unit}" if count == 1 else f"{count:,} {_MANY[unit]}"
    said = f"this has {counted}"
    return said, characters.counted(value) if isinstance(value, str) else said


_MANY = {"character": "characters", "entry": "entries"}


def _tell_unique(value: Sequence[Json], _: Json, show: Shown) -> tuple[str, str]:
    index = next(index for index, each in enumerate(value) if each in value[:index])
    return f"{show(value[index], index)} appears twice here", "keep one of them"


def _tell_range(value: Json, bound: Json, show: Shown) -> tuple[str, str]:
    return f"{show(value)} is out of range", f"the limit is {shown_as(bound)}"


def _tell_other(value: Json, _: Json, show: Shown) -> tuple[str, str]:
    return f"{show(value)} is not possible here", ""


_TELL = {
    "type": _tell_type,
    "enum": _tell_enum,
    "const": _tell_const,
    "minLength": _tell_length,
    "maxLength": _tell_length,
    "minItems": _tell_length,
    "maxItems": _tell_length,
    "minProperties": _tell_length,
    "uniqueItems": _tell_unique,
    "minimum": _tell_range,
    "maximum": _tell_range,
}


def shown_as(value: Json, spelt: str = "") -> str:
    """A value as YAML and JSON spell it, or as it is `spelt`, made short; a container by its name."""
    if isinstance(value, (Mapping, list, tuple)):
        return _kind(value)
    return _short(spelt or json.dumps(value, ensure_ascii=False))


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "text" if isinstance(value, str) else "a mapping" if isinstance(value, Mapping) else "a list"
