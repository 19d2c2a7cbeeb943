"""What a row of the list and a detail say of a template, if that can be understood. Pure; knows no request.

A detail is judged by what it says and not by how it is addressed: of another template nothing is believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern
from typing import TypeAlias

from templatesync.kinds.base import CHANGED_AT
from templatesync.kinds.rows import not_understood
from templatesync.kinds.template.canonical import TOP
from templatesync.kinds.template.state import state
from templatesync.kinds.text import text_of
from templatesync.model.json_value import Json
from templatesync.model.request import Answer
from templatesync.model.resource import Key, Live

KIND = "template"

_LAST_MILLISECOND = 253_402_300_800_000
"""The year 10000, which no calendar of ours knows."""

Row: TypeAlias = Mapping[str, Json]


def row_key(row: Row) -> Key:
    """The key of a row that says which template it is."""
    return Key(KIND, text(row, "TemplateName"), text(row, "Language"))


def likeness(key: Key, body: Mapping[str, Json] | None) -> str:
    """Names and languages in one spelling: a service may tell `zh-CN` of `zh_CN`, and a name in other letters."""
    return f"{key.name.strip().casefold()}@{key.language.strip().replace('-', '_').casefold()}"


def understood(key: Key, answer: Answer, row: Row) -> Live | Answer:
    """What a detail says of a template, or why nothing can be made of it. `row` is what the list says."""
    if not answer.ok:
        return answer
    data = answer.data.get("Data")
    wrong = next((each for each in answer.problems if _content(each)), "")
    if problem := wrong or unreadable(key, data):
        return not_understood(answer, problem)
    assert isinstance(data, Mapping)
    return detailed_live(key, data, row)


def unreadable(key: Key, data: Json) -> str:
    """Why a detail cannot be that of a template; empty when it can."""
    if not isinstance(data, Mapping) or not data:
        return f"asked for {key}, the service answered without a template"
    told = Key(KIND, text(data, "Name") or key.name, text(data, "Language") or key.language)
    if likeness(told, None) != likeness(key, None):
        return f"asked for {key}, the service answered about {told}"
    if not data.get("Components") or not isinstance(data["Components"], list | tuple):
        return f"the service answered about {key} without its components"
    if not all(isinstance(item, Mapping) for item in data["Components"]):
        return f"the service answered about {key} with components that are none"
    if not isinstance(data.get("Example") or {}, Mapping):
        return f"the service answered about {key} with an Example that is no object"
    return ""


def _content(problem: str) -> bool:
    """Whether a problem is in what is compared. What nobody compares may be told in any shape."""
    return problem.removeprefix("Data").lstrip(".").replace("[", ".").split(".")[0].split(" ")[0] in {*TOP, "", "is"}


def listed_live(row: Row) -> Live:
    """What the list says of a template."""
    facts: dict[str, Json] = {"reason": text(row, "Reason"), "category": text(row, "Category")}
    if moment := _moment(row):
        facts[CHANGED_AT] = moment
    return Live(row_key(row), state(row.get("AuditStatus")), {"template_code": text(row, "TemplateCode")}, facts)


def detailed_live(key: Key, data: Mapping[str, Json], row: Row) -> Live:
    """What its detail says of a template, and its row beside it."""
    facts: dict[str, Json] = {
        "reason": text(data, "Reason") or text(row, "Reason"),
        "quality": text(data, "QualityScore"),
        "category": text(data, "Category") or text(row, "Category"),
    }
    if moment := max(_moment(data), _moment(row)):
        facts[CHANGED_AT] = moment
    # What leads to it is what the list says, which is how it was asked for.
    ids = {"template_code": text(row, "TemplateCode") or text(data, "TemplateCode")}
    return Live(key, state(data.get("AuditStatus"), row.get("AuditStatus")), ids, facts, _kept(data))


def _moment(data: Mapping[str, Json]) -> float:
    """LastUpdateTime in seconds since 1970: it is told in milliseconds, perhaps in seconds; 0 where it is no time."""
    value = data.get("LastUpdateTime")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _LAST_MILLISECOND:
        return 0.0
    return value / 1000 if value > 10**11 else float(value)


def _kept(value: Json) -> Json:
    """What is kept of an answer: nothing of what is empty, which means the same as if it were not there.

    Names and texts are shared: templates are alike. A space of ten thousand templates takes half the memory.
    """
    if isinstance(value, dict):
        return {
            intern(name): intern(item) if isinstance(item, str) else _kept(item)
            for name, item in value.items()
            if item or item == 0  # which zero and `false` do
        }
    return [_kept(item) for item in value] if isinstance(value, list) else value


def text(data: Mapping[str, Json], name: str) -> str:
    """A member that is text; empty where it is none."""
    return text_of(data.get(name))
