"""What `doctor` finds out about templates at the service by reading. Pure; tells spellings and shapes, never a text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from templatesync.kinds import observe
from templatesync.kinds.examining import Look, Said, Survey
from templatesync.kinds.observe import Row
from templatesync.kinds.template.listing import PAGE_SIZES, TYPE
from templatesync.model.belief import Observation, shape, word
from templatesync.model.json_value import Json
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.service.languages import languages

LIST, DETAIL = "ListChatappTemplate", "GetChatappTemplateDetail"
ROWS = "ListTemplate"
_ABSENT = "DetailError.TemplateNotExist"

# Spelled as names and codes are, so that nothing but their absence is a reason to refuse them.
_NAME = "templatesync_doctor_asks_for_nothing"
_CODE = "1000000000000000001"

# Unlike each other in every spelling.
_LANGUAGES = ("de", "fi", "hu", "sw", "vi", "lt", "af", "et")

BELIEVED: Mapping[str, str] = {
    "absent-template": f"the detail of a template that is not there is refused with {_ABSENT}",
    "empty-templates": "a listing without templates is OK and an empty list",
    "list-filter": "Name and Language of the listing find that template and no other",
    "total": "Total is how many rows there are",
    "templates-twice": "a name and a language have one template",
    "row-identity": "a row has its code, name, language and type",
    "detail-identity": "a detail has its code, name, language and type",
    "update-time": "LastUpdateTime is milliseconds since 1970",
    "language-spelling": "languages are spelled as in zh_CN",
    "name-spelling": "names have small letters, digits and _",
    "template-codes": "a TemplateCode has 32 hexadecimal digits",
    "code-per-language": "a name has one TemplateCode, or one for each language",
    "allow-send": "AllowSend is told of MARKETING templates only",
    "text-format": "BODY and FOOTER have no Format",
    "format": "Format of a header is TEXT, IMAGE, DOCUMENT or VIDEO",
    "dropped-field": "a component and a button have what their type needs",
    "variables": "variables are told as $(name)",
    "urls": "variables in addresses are told as $(name)",
    "line-ends": "lines end with a line feed",
    "text-ends": "a text does not end with a line end",
    "characters": "characters are told as in Unicode's form NFC, and not as in HTML",
    "quality": "QualityScore has a word",
}  # fmt: skip

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "BODY": ("Text",),
    "FOOTER": ("Text",),
    "BUTTONS": ("Buttons",),
    "CAROUSEL": ("Cards",),
    "URL": ("Text", "Url", "UrlType"),
    "PHONE_NUMBER": ("Text", "PhoneNumber"),
    "QUICK_REPLY": ("Text",),
    "FLOW": ("FlowId",),
}
_FORMATS = ("TEXT", "IMAGE", "DOCUMENT", "VIDEO")
_TEXTS = ("Text", "Caption")
_FROM_MILLISECONDS = 10**12
_SAME = {"TemplateName": "Name", "Language": "Language", "TemplateCode": "TemplateCode", "AuditStatus": "AuditStatus",
         "Category": "Category", "TemplateType": "TemplateType"}  # fmt: skip


def questions(said: Said) -> dict[str, Request]:
    """What is not there by name and by code, what a filter does, and whether there is more than Total."""
    address = {"Language": "en", "TemplateType": TYPE}
    first: dict[str, Json] = {"TemplateType": TYPE, "Page": {"Index": 1, "Size": 10}}
    asked = {
        "empty": Request(LIST, {"Name": _NAME, "Language": "en", **first}),
        "code": Request(DETAIL, {"TemplateCode": _CODE, **address}),
        "name": Request(DETAIL, {"TemplateName": _NAME, **address}),
        "beyond": Request(
            LIST,
            {
                "TemplateType": TYPE,
                "Page": {"Index": observe.last_page(said.answers, LIST) + 1, "Size": PAGE_SIZES[0]},
            },
        ),
    }
    rows = _rows(said)
    if len(rows) > first["Page"]["Size"]:
        asked["short"] = Request(LIST, first)
    for row in rows:
        name, language = row.get("TemplateName"), row.get("Language")
        if isinstance(name, str) and name and isinstance(language, str) and language:
            spoken = _texts([other for other in rows if other.get("TemplateName") == name], "Language")
            asked["filter"] = Request(LIST, {"Name": name, "Language": language, **first})
            another = next((code for code in _LANGUAGES if code not in spoken), "")
            asked["another language"] = Request(LIST, {"Name": name, "Language": another, **first})
            break
    return asked


def _rows(said: Said) -> list[Row]:
    return [row for answer in observe.pages(said.answers, LIST) for row in observe.rows(answer, ROWS)]


def observations(said: Said) -> Iterator[Observation]:
    """All that can be seen of templates."""
    yield from observe.absent("absent-template", "by code", said.asked.get("code"), AnswerClass.NOT_FOUND, _ABSENT)
    yield from observe.absent("absent-template", "by name", said.asked.get("name"), AnswerClass.NOT_FOUND, _ABSENT)
    yield from observe.nothing_listed("empty-templates", said.asked.get("empty"), ROWS)
    yield from _filter(said.asked)
    yield from _total(said)
    more = said.asked.get("beyond")
    everything = (*said.answers, *([more] if more is not None else ()))
    yield from observe.page_cap(everything, LIST, ROWS)
    rows = _rows(said)
    yield from _rows_seen(rows)
    by_address = {_address(row): row for row in rows}
    for look in said.looks:
        yield from _look(look, by_address)


# --- the listing ------------------------------------------------------------------------------------------------------


def _filter(asked: Mapping[str, Answer]) -> Iterator[Observation]:
    impossible, real = asked.get("empty"), asked.get("filter")
    if impossible is not None and observe.rows(impossible, ROWS):
        yield Observation("list-filter", "a name that is not there finds something", True)
    if real is None or not observe.usable(real) or not isinstance(real.request, Request):
        return
    wanted = real.request.params
    found = observe.rows(real, ROWS)
    names = _texts(found, "TemplateName")
    other = asked.get("another language")
    spoken = _texts(found, "Language")
    if not real.ok:
        yield Observation("list-filter", observe.described(real, ROWS), True)
    elif not found:
        yield Observation("list-filter", "a name that is there finds nothing", True)
    elif names - {wanted["Name"]}:
        yield Observation("list-filter", "other names are found, too", True)
    elif spoken - {wanted["Language"]} or (other is not None and observe.rows(other, ROWS)):
        yield Observation("list-filter", "other languages are found, too", True)
    else:
        yield Observation("list-filter")


def _texts(rows: Iterable[Row], name: str) -> set[str]:
    return {row[name] for row in rows if isinstance(row.get(name), str)}


def _total(said: Said) -> Iterator[Observation]:
    read = observe.pages(said.answers, LIST)
    more = said.asked.get("beyond")
    if not read or more is None or not more.ok:
        return
    total = read[0].data.get("Total")
    rows = [*_rows(said), *observe.rows(more, ROWS)]
    if not isinstance(total, int):
        told = shape(total) if "Total" in read[0].data else "left out"
        yield Observation("total", told, True)
    else:
        different = {_address(row) for row in rows}
        off = total not in (len(rows), len(different))
        yield Observation("total", ("too large" if total > len(rows) else "too small") if off else "", off)
    short = said.asked.get("short")
    if short is not None and short.ok and short.data.get("Total") != total:
        yield Observation("total", "another one when pages are shorter", True)


def _address(row: Row) -> tuple[str, str]:
    return str(row.get("TemplateCode")), str(row.get("Language"))


def _rows_seen(rows: list[Row]) -> Iterator[Observation]:
    for name in ("TemplateCode", "TemplateName", "Language", "TemplateType"):
        yield from observe.empty("row-identity", name, rows)
    for check, name in (("audit-status", "AuditStatus"), ("category", "Category"), ("update-time", "LastUpdateTime")):
        yield from observe.empty(check, name, rows)
    yield from observe.twice([_address(row) for row in rows if row.get("TemplateCode")])
    names = Counter(
        (str(row["TemplateName"]), str(row["Language"]), str(row.get("TemplateType")))
        for row in {(*_address(row), str(row.get("AuditStatus"))): row for row in rows}.values()
        if row.get("TemplateName") and row.get("Language")
    )
    if names:
        again = max(names.values()) > 1
        yield Observation("templates-twice", "a name and a language come twice" if again else "", again)
    yield from _codes(rows)
    for row in rows:
        yield from _row(row)


def _codes(rows: list[Row]) -> Iterator[Observation]:
    """Whether the languages of a name share their code; both are fine."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(str(row.get("TemplateName")), []).append(row)
    for name, same in by_name.items():
        spoken = len(_texts(same, "Language"))
        if name != "None" and spoken > 1:
            codes = len({row["TemplateCode"] for row in same if isinstance(row.get("TemplateCode"), str)})
            told = {1: "one for all", spoken: "one for each"}.get(codes, "some share one")
            yield Observation("code-per-language", told)


def _row(row: Row) -> Iterator[Observation]:
    language, name, code, time = (
        row.get(key) for key in ("Language", "TemplateName", "TemplateCode", "LastUpdateTime")
    )
    if isinstance(language, str) and language:
        known = language in languages()
        yield Observation("language-spelling", "" if known else word(language), not known)
    if isinstance(name, str) and name:
        plain = re.fullmatch("[a-z0-9_]+", name) is not None
        yield Observation("name-spelling", "" if plain else _letters(name), not plain)
    if isinstance(code, str) and code:
        usual = re.fullmatch("[0-9a-f]{32}", code) is not None
        told = "32 hexadecimal digits" if usual else f"{len(code)} digits" if code.isdecimal() else f"{len(code)} signs"
        yield Observation("template-codes", told, not usual)
    if time is not None and time != "":
        right = isinstance(time, int) and time >= _FROM_MILLISECONDS
        told = "seconds" if isinstance(time, int) else shape(time)
        yield Observation("update-time", "" if right else told, not right)


def _letters(name: str) -> str:
    return "capital letters" if re.fullmatch("[A-Za-z0-9_]+", name) else "other characters"


# --- details ----------------------------------------------------------------------------------------------------------


def _look(look: Look, rows: Mapping[tuple[str, str], Row]) -> Iterator[Observation]:
    answers = observe.of(look.answers, DETAIL)
    if look.error is not None and observe.usable(look.error):
        yield Observation("details", f"{DETAIL}: {observe.described(look.error)}", True)
    elif look.error is None:
        gone = look.found is None
        yield Observation("details", f"{DETAIL}: said to be gone" if gone else "", gone)
    for answer in answers[-1:]:
        data = answer.data.get("Data")
        if answer.ok and isinstance(data, Mapping) and data:
            key = look.listed.ids.get("template_code", ""), look.listed.key.language
            yield from _detail(data, rows.get(key, {}))


def _detail(data: Row, row: Row) -> Iterator[Observation]:
    for name in ("TemplateCode", "Name", "Language", "TemplateType"):
        yield from observe.empty("detail-identity", name, [data])
    for check, name in (("audit-status", "AuditStatus"), ("category", "Category"), ("quality", "QualityScore")):
        yield from observe.empty(check, name, [data])
    for listed, detailed in _SAME.items():
        if row.get(listed) and data.get(detailed):
            other = row[listed] != data[detailed]
            yield Observation("detail-equals-row", f"{DETAIL} {detailed}" if other else "", other)
    if data.get("Category") != "MARKETING":
        told = data.get("AllowSend")
        yield Observation("allow-send", "" if told is None else f"{word(data.get('Category'))}: {shape(told)}",
                          told is not None)  # fmt: skip
    for component in _objects(data.get("Components")):
        yield from _component(component)
    example = data.get("Example")
    if isinstance(example, Mapping):
        for value in example.values():
            yield from _text(value)


def _objects(value: Json) -> list[Row]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _component(item: Row) -> Iterator[Observation]:
    kind = str(item.get("Type") or "").upper()
    yield from _complete(kind, item)
    said = item.get("Format")
    if kind in ("BODY", "FOOTER"):
        yield Observation("text-format", f"{kind}: {word(said)}" if said else "", bool(said))
    elif kind == "HEADER":
        yield Observation("format", "" if said in _FORMATS else word(said), said not in _FORMATS)
    for name in _TEXTS:
        yield from _text(item.get(name))
    for button in _objects(item.get("Buttons")):
        yield from _complete(str(button.get("Type") or "").upper(), button)
        yield from _text(button.get("Text"))
        yield from _address_of(button.get("Url"))
    for card in _objects(item.get("Cards")):
        for part in _objects(card.get("CardComponents")):
            yield from _component(part)


def _complete(kind: str, item: Row) -> Iterator[Observation]:
    for name in _NEEDED.get(kind, ()):
        gone = not item.get(name)
        yield Observation("dropped-field", f"{name} of {kind}" if gone else "", gone)


def _text(value: Json) -> Iterator[Observation]:
    if not isinstance(value, str) or not value:
        return
    found = {
        "variables": (re.search(r"\{\{[0-9]+\}\}", value), "{{1}}"),
        "line-ends": ("\r" in value, "carriage returns"),
        "text-ends": (value.endswith("\n"), "a line end at the end"),
        "characters": (unicodedata.normalize("NFC", value) != value, "not in the form NFC"),
    }
    yield from (Observation(check, told if seen else "", bool(seen)) for check, (seen, told) in found.items())
    if re.search(r"\\n", value):
        yield Observation("line-ends", "a backslash and an n", True)
    if re.search(r"&(amp|lt|gt|quot|#[0-9]+);", value):
        yield Observation("characters", "as in HTML", True)


def _address_of(value: Json) -> Iterator[Observation]:
    if isinstance(value, str) and value:
        encoded = re.search(r"%24%28|%7B%7B", value, re.IGNORECASE)
        told = "percent-encoded" if encoded else "{{1}}" if re.search(r"\{\{[0-9]+\}\}", value) else ""
        yield Observation("urls", told, bool(told))


SURVEY = Survey({**observe.BELIEVED, **BELIEVED}, questions, observations)
