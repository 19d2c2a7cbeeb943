"""Where an answer is spelled or shaped otherwise than `api.json` says. Pure; knows no kind, and shows no value.

It looks at answers as they came, before they are made to fit. What stands inside another form (a list as text, or in an
object of its own) is looked at too, so that one difference does not hide the next.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from templatesync.model.belief import Observation, shape, word
from templatesync.model.json_value import Json
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.service.api import Field, api

BELIEVED: Mapping[str, str] = {
    "success-code": "Code is OK when all went well",
    "success": "Success is true when all went well",
    "names": "members are spelled as the pages spell them",
    "unknown-fields": "there are no members that the pages do not have",
    "nulls": "a member without a value is there and null, and a text may be empty",
    "numbers": "numbers are numbers",
    "booleans": "yes and no are true and false",
    "ids": "ids and other texts are texts, even of digits only",
    "lists": "lists are lists",
    "lone": "a list of one is a list",
    "objects": "objects are objects",
    "rows-under": "rows are where the pages have them",
    "refusal-status": "the service refuses with HTTP 200",
    "messages": "a refusal has words, in English",
}

# Seen by users of the live service, and on no page of the SDK.
_USUAL = frozenset(
    {"ServerTraceId", "CreateTime", "UpdateTime", "LastUpdateTime", "ExtendAttrs", "HealthStatus", "HasExpiration"}
)
# Of every answer: what has a check of its own, or says nothing.
_OUTER = frozenset({"Code", "Success", "Message", "RequestId", "AccessDeniedDetail"})
_MEMBER = re.compile(r"(?=.*[A-Z])[A-Za-z0-9]{2,40}")
_CALLED: Mapping[str, str] = {
    "Status": "flow-status",
    "AccountReviewStatus": "account-status",
    "QualityScore": "quality",
}
_DEEPEST = 20
# Those of the service itself; the gateway's have statuses and words of their own.
_REFUSALS = frozenset({AnswerClass.NOT_FOUND, AnswerClass.INVALID, AnswerClass.EXISTS, AnswerClass.OTHER})


def observe(answer: Answer) -> Iterator[Observation]:
    """Everything about the form of one answer of the API, and about words of which there is a list."""
    raw, request = answer.raw, answer.request
    if raw is None or not isinstance(request, Request):
        return
    operation = api().operations[request.operation]
    if answer.ok:
        yield from _outer(operation.name, raw, {field.name for field in operation.response})
        yield from _object(operation.response, raw, operation.name, 0)
        yield from _enums(operation.response, answer.data, operation.name)
    elif any(isinstance(value, (list, dict)) and value for name, value in raw.items() if name not in _OUTER):
        yield Observation("success-code", f"{operation.name}: {word(raw.get('Code'))} beside a result", True)
    elif answer.klass in _REFUSALS:
        yield from _refusal(answer)


def _refusal(answer: Answer) -> Iterator[Observation]:
    other = answer.http_status != 200
    yield Observation("refusal-status", f"HTTP {answer.http_status}" if other else "", other)
    message = (answer.raw or {}).get("Message")
    if not isinstance(message, str) or not message.strip():
        yield Observation("messages", "none", True)
    else:
        yield Observation("messages", "" if message.isascii() else "not in ASCII", not message.isascii())


def enum_checks(operations: Iterable[str]) -> dict[str, str]:
    """A check for each member that has a list of words, with that list."""
    found: dict[str, set[str]] = {}
    for name in operations:
        _gather(api().operations[name].response, found)
    return {check: f"one of {', '.join(sorted(words))}" for check, words in sorted(found.items())}


def check_of(name: str) -> str:
    """The name of the check of a member: `audit-status` of AuditStatus."""
    return _CALLED.get(name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _gather(fields: Iterable[Field], found: dict[str, set[str]]) -> None:
    for field in fields:
        if field.enum:
            found.setdefault(check_of(field.name), set()).update(field.enum)
        _gather(field.fields, found)


# --- shapes -----------------------------------------------------------------------------------------------------------


def _outer(operation: str, raw: Mapping[str, Json], members: set[str]) -> Iterator[Observation]:
    given = {_plain(name): value for name, value in raw.items()}
    code = given.get("code")
    told = f"{word(code)}{' as a number' if isinstance(code, int) else ''}" if "code" in given else "left out"
    yield Observation("success-code", "" if code == "OK" else told, code != "OK")
    if "Success" in members:
        said = given.get("success")
        told = shape(said) if "success" in given else "left out"
        yield Observation("success", "" if said is True else told, said is not True)


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()


def _object(fields: tuple[Field, ...], value: Mapping[str, Json], path: str, depth: int) -> Iterator[Observation]:
    """An object whose members are documented, and what is in it."""
    if depth > _DEEPEST:
        return
    exact = {field.name: field for field in fields}
    plain = {_plain(field.name): field for field in fields}
    there: set[str] = set()
    strangers: list[tuple[str, Json]] = []
    for name, item in value.items():
        field = exact.get(name) or plain.get(_plain(name))
        if field is None:
            if name not in _USUAL and _plain(name) not in {_plain(usual) for usual in _USUAL}:
                strangers.append((name, item))
            continue
        there.add(field.name)
        # The name that is told is one of the pages' own, in other letters.
        yield Observation("names", "" if name == field.name else f"{name} for {field.name}", name != field.name)
        if not depth and field.type == "array":
            yield Observation("rows-under")
        if depth or name not in _OUTER:
            yield from _value(field, item, f"{path}.{field.name}", depth)
    missing = [field for field in fields if field.name not in there and (depth or field.name not in _OUTER)]
    yield from _missing(missing, strangers, path, depth)
    for name, item in strangers:
        told = name if _MEMBER.fullmatch(name) else "a member of another form"
        yield Observation("unknown-fields", f"{path}.{told}: {_form(item)}", True)
    if not strangers:
        yield Observation("unknown-fields")


def _missing(
    missing: Iterable[Field], strangers: list[tuple[str, Json]], path: str, depth: int
) -> Iterator[Observation]:
    for field in missing:
        if depth == 0 and field.type == "array":
            beside = sorted({_form(item) for _, item in strangers if item and isinstance(item, (list, dict, str))})
            told = f"{path}.{field.name}: left out"
            yield Observation("rows-under", f"{told}, beside {', '.join(beside)}" if beside else "", bool(beside))
            if not beside:
                yield Observation("lists", told, True)
        # Data of this type is a member that nothing is ever said in.
        elif depth or (field.name, field.type) != ("Data", "string"):
            yield Observation("nulls", f"{path}.{field.name}: left out", True)


def _form(value: Json) -> str:
    """What sort of value: nothing of an unknown member is told beyond that."""
    return shape(value) if not isinstance(value, str) or not value else "text"


def _value(field: Field, value: Json, path: str, depth: int) -> Iterator[Observation]:
    match field.type:
        case "array":
            yield from _list(field, value, path, depth)
        case "object" | "map":
            yield from _holder(field, value, path, depth)
        case _:
            yield from _scalar(field.type, value, path)


_SCALARS: Mapping[str, tuple[str, type]] = {
    "string": ("ids", str),
    "integer": ("numbers", int),
    "boolean": ("booleans", bool),
}


def _scalar(kind: str, value: Json, path: str) -> Iterator[Observation]:
    check, wanted = _SCALARS[kind]
    if value is None:
        yield Observation("nulls")
    elif value == "null" or (value == "" and kind != "string"):
        yield Observation("nulls", f"{path}: {shape(value)}", True)
    elif isinstance(value, wanted) and not (kind == "integer" and isinstance(value, bool)):
        yield Observation(check)
    elif kind == "boolean":
        yield Observation(check, f"{path}: {word(value)}", True)
    else:
        yield Observation(check, f"{path}: {shape(value)}", True)


def _list(field: Field, value: Json, path: str, depth: int) -> Iterator[Observation]:
    if isinstance(value, list):
        yield Observation("lists")
        if len(value) == 1:
            yield Observation("lone")
        yield from _items(field, value, path, depth)
    elif value is None or value == "" or value == {}:
        if depth == 0:
            yield Observation("lists", f"{path}: {shape(value)}", True)
        else:
            yield Observation("nulls", "" if value is None else f"{path}: {shape(value)}", value is not None)
    elif isinstance(value, str):
        yield Observation("lists", f"{path}: {shape(value)}", True)
        inside = _parsed(value)
        yield from _items(field, inside if isinstance(inside, list) else [], path, depth)
    elif isinstance(value, dict):
        yield from _object_for_list(field, value, path, depth)
    else:
        yield Observation("lone", f"{path}: {shape(value)}", True)


def _object_for_list(field: Field, value: Mapping[str, Json], path: str, depth: int) -> Iterator[Observation]:
    names = {_plain(member.name) for member in field.fields}
    inner = [item for item in value.values() if isinstance(item, list)]
    if any(_plain(name) in names for name in value):
        yield Observation("lone", f"{path}: the one alone", True)
        yield from _object(field.fields, value, path + "[]", depth + 1)
    else:
        under = "its own name" if field.name in value else "another name"
        told = f"in an object, under {under}" if len(value) == 1 and inner else "object"
        yield Observation("lists", f"{path}: {told}", True)
        yield from _items(field, inner[0] if len(inner) == 1 else [], path, depth)


def _items(field: Field, items: Iterable[Json], path: str, depth: int) -> Iterator[Observation]:
    if not field.fields:
        return
    for item in items:
        inside = _parsed(item) if isinstance(item, str) else item
        if inside is not item or not isinstance(inside, dict):
            yield Observation("objects", f"{path}[]: {shape(item)}", True)
        if isinstance(inside, dict):
            yield from _object(field.fields, inside, path + "[]", depth + 1)


def _holder(field: Field, value: Json, path: str, depth: int) -> Iterator[Observation]:
    if value is None:
        yield Observation("nulls")
        return
    inside = _parsed(value) if isinstance(value, str) else value
    if value == "" or value == "null":
        yield Observation("nulls", f"{path}: {shape(value)}", True)
        return
    yield Observation(
        "objects", "" if isinstance(value, dict) else f"{path}: {shape(value)}", not isinstance(value, dict)
    )
    if isinstance(inside, list) and len(inside) == 1:
        inside = inside[0]
    # The members of a map have names of the user's own.
    if isinstance(inside, dict) and field.type == "object" and field.fields:
        yield from _object(field.fields, inside, path, depth + 1)


def _parsed(text: str) -> Json:
    """What a text of JSON holds; the text itself when it holds none."""
    if len(text) > 1 << 20 or not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


# --- words ------------------------------------------------------------------------------------------------------------


def _enums(fields: Iterable[Field], value: Json, path: str, depth: int = 0) -> Iterator[Observation]:
    """Words of the answer as it was made to fit."""
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        return
    for field in fields:
        item = value.get(field.name)
        if field.enum and isinstance(item, (str, int)) and item != "":
            known = item in field.enum
            yield Observation(check_of(field.name), "" if known else f"{path}.{field.name}: {word(item)}", not known)
        for one in item if isinstance(item, list) else [item]:
            yield from _enums(field.fields, one, f"{path}.{field.name}", depth + 1)
