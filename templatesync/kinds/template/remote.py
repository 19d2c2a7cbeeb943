"""The calls for templates, as flows of requests. Knows the API's names; no client, no clock, no plan."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.base import Flow, FlowError, Scope, Written, WrongAnswerError
from templatesync.kinds.template.canonical import PROPERTIES, pair
from templatesync.kinds.template.policy import only_properties_differ
from templatesync.kinds.template.sample import addressed
from templatesync.kinds.upload import all_stored
from templatesync.values import DENIED, UNREACHABLE, Answer, AnswerClass, Json, Key, Listing, Live, Request, Resource

KIND = "template"
TYPE = "WHATSAPP"
PAGE_SIZE = 100
"""No maximum is documented (the default is 10). An answer with fewer is taken as the size the service wants."""
MAX_PAGES = 10_000

# Not parameters of the call that creates, or of the one that modifies.
_NOT_CREATED = frozenset({"AllowSend"})
_NOT_MODIFIED = frozenset({"AllowSend", "AllowCategoryChange", "Category", "Name", *PROPERTIES})

# What the fields of a template are when they are there; nothing can be compared with one of another shape.
_SHAPES: Mapping[str, type] = {
    "Components": list,
    "Example": Mapping,
    "Reason": str,
    "QualityScore": str,
    "Category": str,
}


def identify(body: Mapping[str, Json]) -> Key:
    """The key of a body; parts that are missing or not text are empty."""
    name, language = body.get("Name"), body.get("Language")
    return Key(KIND, name if isinstance(name, str) else "", language if isinstance(language, str) else "")


def fetch(scope: Scope) -> Flow[Listing]:
    """Everything live, with details where the scope asks. Raises FlowError when the space cannot be read."""
    rows, total = yield from _pass()
    if total is not None and len(rows) != total:
        # Templates came or went while pages were read; a second look settles it, or nothing does.
        rows, total = yield from _pass()
    live = {live.key: live for live in map(_listed, rows.values())}
    keys = sorted(key for key in live if scope.detail(key))
    answers = (yield tuple(_detail(key, live[key].ids["template_code"]) for key in keys)) if keys else []
    failed: dict[Key, Answer] = {}
    for key, answer in zip(keys, answers, strict=True):
        if answer.ok:
            live[key] = _read(key, answer)
        elif answer.klass is AnswerClass.NOT_FOUND:
            del live[key]  # gone since the list was made
        elif answer.klass in DENIED | UNREACHABLE:  # the space cannot be read, not this one
            raise FlowError(answer)
        else:
            failed[key] = answer
    return Listing(live, complete=len(rows) == total, failed=failed)


def read(key: Key, live: Live | None) -> Flow[Live | None]:
    """One template as it is now."""
    (answer,) = yield (_detail(key, live.ids["template_code"] if live else ""),)
    if answer.ok:
        return _read(key, answer)
    if answer.klass is AnswerClass.NOT_FOUND:
        return None
    raise FlowError(answer)


def create(resource: Resource) -> Flow[Written]:
    """Submit a new template; it goes to review. A switch that only the properties call knows is set afterwards."""
    params = yield from _params(resource, _NOT_CREATED)
    (answer,) = yield (Request("CreateChatappTemplate", {"TemplateType": TYPE, **params}),)
    if not answer.ok:
        raise FlowError(answer)
    ids = _ids(answer)
    if resource.body.get("AllowSend") is False:
        answer = yield from _set_properties(resource, ids["template_code"], partly=True)
    return Written(answer, ids)


def update(resource: Resource, live: Live) -> Flow[Written]:
    """Change what differs: the whole template, which starts a review, or only its switches."""
    wanted, current = pair(resource.body, live.body or {})
    code = live.ids["template_code"]
    if only_properties_differ(wanted, current):
        return Written((yield from _set_properties(resource, code)), live.ids)
    params = yield from _params(resource, _NOT_MODIFIED)
    address = {"TemplateCode": code, "TemplateName": resource.key.name, "TemplateType": TYPE}
    (answer,) = yield (Request("ModifyChatappTemplate", {**params, **address}),)
    if not answer.ok:
        raise FlowError(answer)
    if any(wanted.get(name) != current.get(name) for name in PROPERTIES):
        answer = yield from _set_properties(resource, code, partly=True)
    return Written(answer, live.ids)


def delete(live: Live) -> Flow[Written]:
    """Delete one language. Without Language and TemplateType the call would take every language of the name."""
    params = {
        "TemplateCode": live.ids["template_code"],
        "TemplateName": live.key.name,
        "Language": live.key.language,
        "TemplateType": TYPE,
    }
    (answer,) = yield (Request("DeleteChatappTemplate", params),)
    if not answer.ok and answer.klass is not AnswerClass.NOT_FOUND:
        raise FlowError(answer)
    return Written(answer, {})


def _params(resource: Resource, left_out: frozenset[str]) -> Flow[dict[str, Json]]:
    """What is sent of a body, once the files that it names are stored."""
    addresses = yield from all_stored(resource.media.values())
    body = addressed(resource.body, addresses)
    return {name: value for name, value in body.items() if name not in left_out}


def _set_properties(resource: Resource, code: str, *, partly: bool = False) -> Flow[Answer]:
    switches = {name: resource.body[name] for name in PROPERTIES if name in resource.body}
    address = {"TemplateCode": code, "Language": resource.key.language, "TemplateType": TYPE}
    (answer,) = yield (Request("ModifyChatappTemplateProperties", {**switches, **address}),)
    if not answer.ok:
        raise FlowError(answer, partly=partly)
    return answer


def _pass() -> Flow[tuple[dict[tuple[str, str], Mapping[str, Json]], int | None]]:
    """One reading of the list: rows by code and language, and how many there should be, if the service says so."""
    rows: dict[tuple[str, str], Mapping[str, Json]] = {}
    (answer,) = yield (_page(1),)
    total, size = _add(rows, answer)
    if size == 0:
        return rows, total or 0
    if total is None:
        yield from _rest(rows)
        return rows, None
    pages = min(-(-total // size), MAX_PAGES)
    if pages > 1:
        answers = yield tuple(_page(index) for index in range(2, pages + 1))
        for answer in answers:
            total, _ = _add(rows, answer)
    return rows, total


def _rest(rows: dict[tuple[str, str], Mapping[str, Json]]) -> Flow[None]:
    """Page after page until one has nothing new: all that can be done when nobody says how many there are."""
    for index in range(2, MAX_PAGES):
        known = len(rows)
        (answer,) = yield (_page(index),)
        _add(rows, answer)
        if len(rows) == known:
            return


def _page(index: int) -> Request:
    return Request("ListChatappTemplate", {"TemplateType": TYPE, "Page": {"Index": index, "Size": PAGE_SIZE}})


def _add(rows: dict[tuple[str, str], Mapping[str, Json]], answer: Answer) -> tuple[int | None, int]:
    """Take the rows of a page; how many there are in all, if that is told, and on this page."""
    if not answer.ok:
        raise FlowError(answer)
    listed = answer.data.get("ListTemplate") or []
    if not isinstance(listed, list | tuple):
        raise WrongAnswerError(answer, "the service answered with a ListTemplate that is no list")
    page = [row for row in listed if isinstance(row, Mapping)]
    for row in page:
        rows[(str(row.get("TemplateCode")), str(row.get("Language")))] = row
    total = answer.data.get("Total")
    return (total if isinstance(total, int) else None), len(page)


def _listed(row: Mapping[str, Json]) -> Live:
    key = Key(KIND, str(row.get("TemplateName")), str(row.get("Language")))
    facts = {"reason": _text(row, "Reason"), "category": _text(row, "Category")}
    return Live(key, str(row.get("AuditStatus")), {"template_code": str(row.get("TemplateCode"))}, facts)


def _detail(key: Key, code: str) -> Request:
    address = {"TemplateCode": code} if code else {"TemplateName": key.name}
    return Request("GetChatappTemplateDetail", {**address, "Language": key.language, "TemplateType": TYPE})


def _read(key: Key, answer: Answer) -> Live:
    data = answer.data.get("Data")
    if not isinstance(data, Mapping) or (data.get("Name"), data.get("Language")) != (key.name, key.language):
        raise WrongAnswerError(answer, f"asked for {key}, the service answered with something else")
    if any(data.get(name) and not isinstance(data[name], shape) for name, shape in _SHAPES.items()):
        raise WrongAnswerError(answer, f"the service answered about {key} with a field of the wrong shape")
    facts = {
        "reason": _text(data, "Reason"),
        "quality": _text(data, "QualityScore"),
        "category": _text(data, "Category"),
    }
    ids = {"template_code": str(data.get("TemplateCode") or "")}
    return Live(key, str(data.get("AuditStatus")), ids, facts, data)


def _text(data: Mapping[str, Json], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _ids(answer: Answer) -> dict[str, str]:
    data = answer.data.get("Data")
    code = data.get("TemplateCode") if isinstance(data, Mapping) else None
    return {"template_code": str(code or "")}
