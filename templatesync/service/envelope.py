"""What every answer says of itself, in whatever letters: code, words, request id. Pure; knows no operation's result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from templatesync.model.json_value import Json, canonical_json
from templatesync.model.request import AnswerClass
from templatesync.service.api import Operation, api
from templatesync.service.fit import folded
from templatesync.service.told import as_boolean, as_text, says_nothing

_RESULT_LESS = frozenset({"Code", "Message", "RequestId", "AccessDeniedDetail", "Success"})
_PLEASED = frozenset({"", "ok", "success", "succeeded", "successful", "null"})
"""Words of an answer that has no complaint."""


class Envelope(NamedTuple):
    """`success` is None when nothing is said of it; `denied` what the gateway says of a missing permission."""

    code: str
    words: str
    request_id: str
    success: bool | None
    denied: Json


def envelope(data: Mapping[str, Json], header_id: str) -> Envelope:
    """Read what an answer says of itself. `header_id` is the request's id where the body has none."""
    members = {folded(name): value for name, value in data.items()}
    code, words, request_id, success, denied = (
        data[name] if name in data else members.get(folded(name))
        for name in ("Code", "Message", "RequestId", "Success", "AccessDeniedDetail")
    )
    return Envelope(_word(code), _words(words), _word(request_id) or header_id, as_boolean(success), denied)


def believed(said: Envelope, status: int) -> bool:
    """Whether there is a Code, and it is the service's. The pages' own word for success is believed of anybody.

    Other words for it only of who gives a request id: any web server may say `code: 200`.
    """
    if api().classify(said.code) is not AnswerClass.SUCCESS or said.code == "OK":
        return bool(said.code)
    return bool(said.request_id) and 200 <= status < 300


def done_without_code(operation: Operation, said: Envelope, fitted: Mapping[str, Json], status: int) -> bool:
    """Whether an answer without a Code can only be that of a call that went well.

    A read is answered when it brings a member of its result. A write needs more: that it succeeded, in so many words,
    or the id of what was made.
    """
    if status != 200 or not said.request_id or said.success is False or said.words.strip().lower() not in _PLEASED:
        return False
    if operation.write:
        data = fitted.get("Data")
        return said.success is True or (isinstance(data, Mapping) and _names_something(operation, data))
    results = [field.name for field in operation.response if field.name not in _RESULT_LESS]
    return any(fitted.get(name) is not None for name in results)


def _names_something(operation: Operation, data: Mapping[str, Json]) -> bool:
    members = next((field.fields for field in operation.response if field.name == "Data"), ())
    return any(field.name.endswith(("Id", "Code")) and bool(data.get(field.name)) for field in members)


def _word(value: Json) -> str:
    if value is None or isinstance(value, bool | dict | list):
        return ""
    text = (as_text(value) or "").strip()
    return "" if says_nothing(text) else text


def _words(value: Json) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else canonical_json(value)
