"""JSON Schema to problems: the only user of jsonschema and jsonschema-rs. Knows our schemas; no file, position or kind.

`schemas/*.schema.json` are draft-07, because editors read that. Two keywords of our own, which other readers ignore,
make their errors ours: `x-rule` is the id of the rule a subschema stands for, `errorMessage` what to tell
(yaml-language-server shows it too). Both count only for the keywords beside them in the same object.
"""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from templatesync import characters
from templatesync.nearest import nearest
from templatesync.rule import Path, Rule
from templatesync.values import Json, Severity

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MOST = 200
"""Problems told of one document; explaining one takes a tenth of a millisecond or more."""
SCHEMAS = ("template", "qr_code", "flow", "resource", "project")


@dataclass(frozen=True, slots=True)
class Problem:
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

    `MOST` at most. Never raises for JSON-like data.
    """
    if _gate(name)(instance):
        return []
    try:
        errors = _validator(name).iter_errors(instance)
        found = set(islice((problem for error in errors for problem in _explain(error)), MOST))
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


# --- the validator ------------------------------------------------------------------------------------------------


@cache
def _gate(name: str) -> Callable[[Json], bool]:
    """Whether a document is surely valid. It may refuse what is valid, which `_validator` settles; never the reverse.

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


@cache
def _validator(name: str) -> Any:
    """The compiled validator. Its registry holds our schemas only: an unknown reference is a bug, no fetch."""
    from jsonschema import Draft7Validator
    from jsonschema.validators import extend
    from referencing import Registry, Resource

    # Python's and JSON Schema's ideas differ: 1.0 would be sent as 1.0, and `$` would let a line break pass.
    checker = Draft7Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    extended: Any = extend  # its annotations are not complete
    validator = extended(Draft7Validator, {"if": _if, "pattern": _pattern}, type_checker=checker)
    resources = [
        (uri, Resource.from_contents(load(each)))
        for each in SCHEMAS
        for uri in {f"{each}.schema.json", load(each).get("$id", "")} - {""}
    ]
    return validator(load(name), registry=Registry().with_resources(resources))


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
    from jsonschema.exceptions import ValidationError

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


def _explain(error: ValidationError) -> Iterator[Problem]:
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
    message, hint = _TELL.get(keyword, _tell_other)(instance, wanted)
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


def _tell_type(value: Json, wanted: str | Sequence[str]) -> tuple[str, str]:
    wants = [wanted] if isinstance(wanted, str) else list(wanted)
    shown, is_a = shown_as(value), _kind(value)
    if "string" in wants:
        text = "text, or a map from language to text," if "object" in wants else "text"
        if value is None:
            return f"nothing stands here where {text} is wanted", "write a text, or remove the key"
        if isinstance(value, (bool, int, float)):
            return f"{shown} is a {is_a} here where {text} is wanted", "put quotes around it, exactly as you wrote it"
        return f"{is_a} stands here where {text} is wanted", "write one text"
    if value is None:
        return f"nothing stands here where {_NOUN[wants[0]]} is wanted", "fill it in, or remove the key"
    hint = {
        "boolean": "write true or false",
        "integer": "write a whole number, without quotes",
        "number": "write a number, without quotes",
        "array": "write a list: each entry on a line that starts with -",
        "object": "write keys and values",
    }["boolean" if "boolean" in wants else wants[-1]]
    subject = f"{shown} is {is_a}" if isinstance(value, str) else f"{is_a} stands here"
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


def _tell_enum(value: Json, allowed: Sequence[Json]) -> tuple[str, str]:
    names = [str(each) for each in allowed]
    near = nearest(value, names) if isinstance(value, str) else ""
    if len(names) == 1:
        return f"{shown_as(value)} is not possible here, only {names[0]}", f"write {names[0]}"
    return f"{shown_as(value)} is not one of {', '.join(names)}", f"did you mean {near}?" if near else ""


def _tell_const(value: Json, wanted: Json) -> tuple[str, str]:
    return f"{shown_as(value)} stands here where {shown_as(wanted)} is wanted", ""


def _tell_length(value: Json, _: Json) -> tuple[str, str]:
    unit = "character" if isinstance(value, str) else "entry"
    count = len(value)
    if not count:
        return "this is empty", "fill it in, or remove the key"
    counted = f"{count:,} {unit}" if count == 1 else f"{count:,} {_MANY[unit]}"
    said = f"this has {counted}"
    return said, characters.counted(value) if isinstance(value, str) else said


_MANY = {"character": "characters", "entry": "entries"}


def _tell_unique(value: Sequence[Json], _: Json) -> tuple[str, str]:
    twice = next((each for index, each in enumerate(value) if each in value[:index]), None)
    return f"{shown_as(twice)} stands here twice", "keep one of them"


def _tell_range(value: Json, bound: Json) -> tuple[str, str]:
    return f"{shown_as(value)} is out of range", f"the limit is {shown_as(bound)}"


def _tell_other(value: Json, _: Json) -> tuple[str, str]:
    return f"{shown_as(value)} is not possible here", ""


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


def shown_as(value: Json) -> str:
    """A value as YAML and JSON spell it, made short; a container by its name."""
    if isinstance(value, (Mapping, list, tuple)):
        return _kind(value)
    return _short(json.dumps(value, ensure_ascii=False))


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "text" if isinstance(value, str) else "a mapping" if isinstance(value, Mapping) else "a list"
