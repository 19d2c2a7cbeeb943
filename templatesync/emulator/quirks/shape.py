"""The outer form of answers: names of members, types, lists and objects. Knows no meaning."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from templatesync.emulator.quirks.quirk import EVERY, Asked, Behaviour, Body, Quirk, Tell
from templatesync.emulator.quirks.walk import FREE, LIST, changed
from templatesync.model.json_value import Json
from templatesync.service.api import api

_WITH_SUCCESS = frozenset(
    name for name, operation in api().operations.items() if any(field.name == "Success" for field in operation.response)
)


def _whole(value: Json, change: Callable[[Json], Json]) -> Json:
    """Change every value that holds no others, names of callers' variables included."""
    if isinstance(value, list):
        return [_whole(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _whole(one, change) for name, one in value.items()}
    return change(value)


def _values(about: str, change: Callable[[Json], Json], *, refused: bool = False) -> Behaviour:
    return Behaviour(about=about, refused=refused, tell=lambda asked, body: _whole(body, change))


def _number_text(value: Json) -> Json:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _boolean(yes: Json, no: Json) -> Callable[[Json], Json]:
    return lambda value: (yes if value else no) if isinstance(value, bool) else value


def _null(told: Json) -> Callable[[Json], Json]:
    return lambda value: told if value is None else value


def _no_nulls(asked: Asked, body: Body) -> Body:
    return changed(body, lambda held, value: {name: one for name, one in value.items() if one is not None})


def _names(about: str, spell: Callable[[str], str], *, inner: bool = False) -> Behaviour:
    """`inner`: the names of the answer's own members stay."""

    def one(held: str, value: dict[str, Json]) -> dict[str, Json]:
        return value if inner and not held else {spell(name): told for name, told in value.items()}

    return Behaviour(about=about, refused=True, tell=lambda asked, body: changed(body, one))


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _ids_as_numbers(asked: Asked, body: Body) -> Body:
    ids = ("TemplateCode", "FlowId", "Id", "WabaId", "BusinessId")

    def one(held: str, value: dict[str, Json]) -> dict[str, Json]:
        texts = {name: value[name] for name in ids if isinstance(value.get(name), str)}
        return value | {name: int(text) for name, text in texts.items() if re.fullmatch("[1-9][0-9]*", text)}

    return changed(body, one)


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _outer(kind: type) -> Tell:
    """What the answer itself holds of that kind, as JSON in a text."""

    def tell(asked: Asked, body: Body) -> Body:
        return {name: _text(one) if isinstance(one, kind) else one for name, one in body.items()}

    return tell


def _inner(kind: type) -> Tell:
    """What things in the answer hold of that kind, as JSON in a text."""

    def inside(value: dict[str, Json]) -> dict[str, Json]:
        return {name: _text(one) if isinstance(one, kind) else one for name, one in value.items()}

    def tell(asked: Asked, body: Body) -> Body:
        told: Body = {}
        for name, one in body.items():
            if isinstance(one, list):
                told[name] = [inside(row) if isinstance(row, dict) else row for row in one]
            else:
                told[name] = inside(one) if isinstance(one, dict) else one
        return told

    return tell


def _lists(change: Callable[[str, list[Json]], Json]) -> Tell:
    def one(held: str, value: dict[str, Json]) -> dict[str, Json]:
        return {
            name: change(name, told) if isinstance(told, list) and name not in FREE else told
            for name, told in value.items()
        }

    return lambda asked, body: changed(body, one)


def _rows_only(change: Callable[[str, list[Json]], Json]) -> Tell:
    def tell(asked: Asked, body: Body) -> Body:
        return {name: change(name, told) if isinstance(told, list) else told for name, told in body.items()}

    return tell


def _unwrapped(name: str, listed: list[Json]) -> Json:
    return listed[0] if len(listed) == 1 else listed


def _under_data(asked: Asked, body: Body) -> Body:
    name = LIST[asked.action]
    moved = {key: body[key] for key in (name, "Total") if key in body}
    return {key: value for key, value in body.items() if key not in moved} | {"Data": moved}


def _under_list(asked: Asked, body: Body) -> Body:
    name = LIST[asked.action]
    return {"List" if key == name else key: value for key, value in body.items()}


def _code(about: str, told: Json) -> Behaviour:
    return Behaviour(about=about, tell=lambda asked, body: body | {"Code": told})


def _no_code(asked: Asked, body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "Code"}


def _success(about: str, told: Json) -> Behaviour:
    return Behaviour(about=about, tell=lambda asked, body: body | {"Success": told})


def _no_success(asked: Asked, body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "Success"}


QUIRKS = (
    Quirk(
        "success-code",
        "what Code says when all went well",
        EVERY,
        {
            "200": _code("200, as text", "200"),
            "number": _code("200, as a number", 200),
            "SUCCESS": _code("SUCCESS", "SUCCESS"),
            "lower": _code("ok", "ok"),
            "missing": Behaviour(about="left out", tell=_no_code),
        },
    ),
    Quirk(
        "success",
        "what Success says when all went well",
        _WITH_SUCCESS,
        {
            "false": _success("false", False),
            "null": _success("null", None),
            "missing": Behaviour(about="left out", tell=_no_success),
        },
    ),
    Quirk(
        "rows-under",
        "where a listing has its rows",
        frozenset({"ListChatappTemplate", "QueryChatappPhoneNumbers"}),
        {
            "Data": Behaviour(about="one level down, in Data", tell=_under_data),
            "List": Behaviour(about="under the name List", tell=_under_list),
        },
    ),
    Quirk(
        "nulls",
        "members without a value",
        EVERY,
        {
            "missing": Behaviour(about="left out", refused=True, tell=_no_nulls),
            "empty-text": _values("an empty text", _null(""), refused=True),
            "word": _values("the text null", _null("null"), refused=True),
        },
    ),
    Quirk("numbers", "how numbers are told", EVERY, {"text": _values("as text", _number_text)}),
    Quirk(
        "booleans",
        "how yes and no are told",
        EVERY,
        {
            "text": _values("true and false as text", _boolean("true", "false")),
            "capitalized": _values("True and False as text", _boolean("True", "False")),
            "numbers": _values("1 and 0", _boolean(1, 0)),
            "letters": _values("Y and N", _boolean("Y", "N")),
        },
    ),
    Quirk(
        "ids",
        "how ids that have only digits are told",
        EVERY,
        {"numbers": Behaviour(about="as numbers", tell=_ids_as_numbers)},
    ),
    Quirk(
        "names",
        "how members of answers are spelled",
        EVERY,
        {
            "camel": _names("listTemplate for ListTemplate", _camel),
            "lower": _names("listtemplate for ListTemplate", str.lower),
            "snake": _names("list_template for ListTemplate", _snake),
            "camel-inside": _names("templateCode in rows and details, the answer's own as ever", _camel, inner=True),
        },
    ),
    Quirk(
        "lone",
        "lists of one",
        EVERY,
        {
            "unwrapped": Behaviour(about="the one alone, without its list", tell=_lists(_unwrapped)),
            "unwrapped-rows": Behaviour(about="the same, in listings only", tell=_rows_only(_unwrapped)),
        },
    ),
    Quirk(
        "lists",
        "how lists are told",
        EVERY,
        {
            "rows-text": Behaviour(about="rows as JSON in a text", tell=_outer(list)),
            "inner-text": Behaviour(about="lists inside as JSON in a text", tell=_inner(list)),
            "wrapped": Behaviour(
                about="each in an object, under its own name", tell=_lists(lambda name, told: {name: told})
            ),
            "rows-wrapped": Behaviour(
                about="rows in an object, under List", tell=_rows_only(lambda name, told: {"List": told})
            ),
        },
    ),
    Quirk(
        "objects",
        "how objects are told",
        EVERY,
        {
            "text": Behaviour(about="Data as JSON in a text", tell=_outer(dict)),
            "inner-text": Behaviour(about="those inside, such as Example, as JSON in a text", tell=_inner(dict)),
        },
    ),
)
