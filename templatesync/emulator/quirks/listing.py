"""What listings have: rows, totals, pages and filters. Knows no row's content."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.quirks.quirk import Asked, Behaviour, Body, Quirk, Take, Tell
from templatesync.emulator.quirks.walk import LIST
from templatesync.model.json_value import Json

_TEMPLATES = frozenset({"ListChatappTemplate"})
_LISTS = frozenset(LIST) - {"QueryChatappPhoneNumbers"}
_PAGED = frozenset({"ListChatappTemplate", "ListFlow"})

# What the second code of a template ends in, where one name has two. So long that no first code ends so by chance.
_SECOND = "000002"


def _twice(listed: list[Json]) -> list[Json]:
    return [*listed, *listed[-1:]]


def _rows(change: Callable[[list[Json]], list[Json]]) -> Tell:
    def tell(asked: Asked, body: Body) -> Body:
        name = LIST[asked.action]
        listed = body[name]
        made = change(listed) if isinstance(listed, list) else listed
        return body | {name: made} | ({"Total": body["Total"] + len(made) - len(listed)} if "Total" in body else {})

    return tell


def _other_code(listed: list[Json]) -> list[Json]:
    coded = [row for row in listed if row.get("TemplateCode")]
    return [*listed, *({**row, "TemplateCode": f"{row['TemplateCode']}{_SECOND}"} for row in coded[:1])]


def _other_state(listed: list[Json]) -> list[Json]:
    return [*listed, *({**row, "AuditStatus": "fail"} for row in listed[:1])]


def _both_codes(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
    """The second code is understood as the first, which is the one that is kept."""
    codes = {name: asked.params[name] for name in ("TemplateCode", "Code") if asked.params.get(name)}
    return {**asked.params, **{name: code.removesuffix(_SECOND) for name, code in codes.items()}}


def _asked_code(asked: Asked, body: Body) -> Body:
    """Details are told under the code that was asked for."""
    code, data = asked.params.get("TemplateCode"), body.get("Data")
    if not code or not isinstance(data, dict) or data.get("TemplateCode") == code:
        return body
    return body | {"Data": {**data, "TemplateCode": code}}


def _name_twice(asked: Asked, body: Body) -> Body:
    return _rows(_other_code)(asked, body) if asked.action in LIST else _asked_code(asked, body)


def _total(about: str, change: Callable[[Asked, Body], Json]) -> Behaviour:
    return Behaviour(about=about, tell=lambda asked, body: body | {"Total": change(asked, body)})


def _without_total(asked: Asked, body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "Total"}


def _size(change: Callable[[int], int]) -> Take:
    def take(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
        page = asked.params.get("Page")
        return {**asked.params, "Page": {**page, "Size": change(page["Size"])}} if page else asked.params

    return take


def _refused_beyond(most: int) -> Behaviour:
    def change(size: int) -> int:
        if size > most:
            raise RefusedCall("InvalidParameter.PageInvalid", f"Page.Size must be at most {most}.")
        return size

    return Behaviour(about=f"a page of more than {most} rows is refused", take=_size(change))


def _cut_to(most: int) -> Behaviour:
    return Behaviour(about=f"{most} rows at most, whatever is asked for", take=_size(lambda size: min(size, most)))


def _ignored(*names: str) -> Take:
    return lambda asked, db: {name: value for name, value in asked.params.items() if name not in names}


def _refused_filter(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
    if asked.params.get("Name"):
        raise RefusedCall("InvalidParameter.NameNotSupport", "Name is not supported.")
    return asked.params


def _finds_nothing(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
    return {**asked.params, "Name": "\0"} if asked.params.get("Name") else asked.params


QUIRKS = (
    Quirk("rows-twice", "rows that come twice", _LISTS, {"last": Behaviour(about="the last one", tell=_rows(_twice))}),
    Quirk(
        "templates-twice",
        "two rows of one name and language",
        _TEMPLATES | {"GetChatappTemplateDetail"},
        {
            "other-code": Behaviour(
                about="the second with another code, which has the same detail",
                take=_both_codes,
                everywhere=True,
                tell=_name_twice,
            ),
            "other-state": Behaviour(
                about="the second with the same code, rejected",
                tell=lambda asked, body: _rows(_other_state)(asked, body) if asked.action in LIST else body,
            ),
        },
    ),
    Quirk(
        "total",
        "how many rows a listing says that there are",
        _TEMPLATES,
        {
            "missing": Behaviour(about="not told", tell=_without_total),
            "null": _total("null", lambda asked, body: None),
            "too-large": _total("seven too many", lambda asked, body: body["Total"] + 7),
            "too-small": _total("one too few", lambda asked, body: max(0, body["Total"] - 1)),
            "of-page": _total("as many as this page has", lambda asked, body: len(body["ListTemplate"])),
            "text": _total("a number as text", lambda asked, body: str(body["Total"])),
        },
    ),
    Quirk(
        "page-cap",
        "how many rows a page may have",
        _PAGED,
        {f"{most}-refused": _refused_beyond(most) for most in (50, 20, 10)}
        | {f"{most}-cut": _cut_to(most) for most in (50, 20, 10)},
    ),
    Quirk(
        "list-filter",
        "what Name and Language of the templates' listing do",
        _TEMPLATES,
        {
            "ignored": Behaviour(about="nothing", take=_ignored("Name", "Language")),
            "language-ignored": Behaviour(about="Language does nothing", take=_ignored("Language")),
            "refused": Behaviour(about="Name is refused", take=_refused_filter),
            "finds-nothing": Behaviour(about="with a Name nothing is ever found", take=_finds_nothing),
        },
    ),
)
