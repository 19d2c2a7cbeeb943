"""The calls for templates, as generators of requests. Knows the API's names; no client, no clock, no plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import TypeAlias

from templatesync.kinds.base import Scope, WriteResult
from templatesync.kinds.template.canonical import PROPERTIES, pair
from templatesync.kinds.template.policy import only_properties_differ
from templatesync.kinds.template.sample import addressed
from templatesync.kinds.upload import all_stored
from templatesync.model.calls import CallError, Calls, WrongAnswerError
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, UNREACHABLE, Answer, AnswerClass, Request
from templatesync.model.resource import Key, Listing, Live, Resource

KIND = "template"
TYPE = "WHATSAPP"
PAGE_SIZE = 100
"""No maximum is documented (the default is 10). An answer with fewer is taken as the size the service wants."""
MAX_PAGES = 10_000
DETAILS_A_PAGE = 10
"""The documented rates are 50 details and 5 pages a second: so many details take as long as one page."""
LEAST_PAGES = 5
"""Asked for at once, so that short pages do not cost a round trip each."""
MOST_DETAILS = 1_000
"""Asked for at once. Answers are held until the last one is there, and are twice as large as what is kept of them."""

Address: TypeAlias = tuple[str, str]
"""TemplateCode and Language: all that tells templates apart remotely."""
Row: TypeAlias = Mapping[str, Json]

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


def fetch(scope: Scope) -> Calls[Listing]:
    """Everything live, with details where the scope asks. Raises CallError when the space cannot be read."""
    details = _Details(scope)
    rows, total = yield from _pass(details)
    if total is not None and len(rows) != total:
        # Templates came or went while pages were read; a second look settles it, or nothing does.
        details.forget_recalled()
        rows, total = yield from _pass(details)
    return details.listing(rows, complete=len(rows) == total)


def fingerprint(row: Row) -> str:
    """Of all that a row says: LastUpdateTime, state, category and whatever comes with them."""
    return sha256(row)


def read(key: Key, live: Live | None) -> Calls[Live | None]:
    """One template as it is now."""
    (answer,) = yield (_detail(key, live.ids["template_code"] if live else ""),)
    if answer.ok:
        return _read(key, answer)
    if answer.klass is AnswerClass.NOT_FOUND:
        return None
    raise CallError(answer)


def create(resource: Resource) -> Calls[WriteResult]:
    """Submit a new template; it goes to review. A switch that only the properties call knows is set afterwards."""
    params = yield from _params(resource, _NOT_CREATED)
    (answer,) = yield (Request("CreateChatappTemplate", {"TemplateType": TYPE, **params}),)
    if not answer.ok:
        raise CallError(answer)
    ids = _ids(answer)
    if resource.body.get("AllowSend") is False:
        answer = yield from _set_properties(resource, ids["template_code"], partly=True)
    return WriteResult(answer, ids)


def update(resource: Resource, live: Live) -> Calls[WriteResult]:
    """Change what differs: the whole template, which starts a review, or only its switches."""
    wanted, current = pair(resource.body, live.body or {})
    code = live.ids["template_code"]
    if only_properties_differ(wanted, current):
        return WriteResult((yield from _set_properties(resource, code)), live.ids)
    params = yield from _params(resource, _NOT_MODIFIED)
    address = {"TemplateCode": code, "TemplateName": resource.key.name, "TemplateType": TYPE}
    (answer,) = yield (Request("ModifyChatappTemplate", {**params, **address}),)
    if not answer.ok:
        raise CallError(answer)
    if any(wanted.get(name) != current.get(name) for name in PROPERTIES):
        answer = yield from _set_properties(resource, code, partly=True)
    return WriteResult(answer, live.ids)


def delete(live: Live) -> Calls[WriteResult]:
    """Delete one language. Without Language and TemplateType the call would take every language of the name."""
    params = {
        "TemplateCode": live.ids["template_code"],
        "TemplateName": live.key.name,
        "Language": live.key.language,
        "TemplateType": TYPE,
    }
    (answer,) = yield (Request("DeleteChatappTemplate", params),)
    if not answer.ok and answer.klass is not AnswerClass.NOT_FOUND:
        raise CallError(answer)
    return WriteResult(answer, {})


def _params(resource: Resource, left_out: frozenset[str]) -> Calls[dict[str, Json]]:
    """What is sent of a body, once the files that it names are stored."""
    addresses = yield from all_stored(resource.media.values())
    body = addressed(resource.body, addresses)
    return {name: value for name, value in body.items() if name not in left_out}


def _set_properties(resource: Resource, code: str, *, partly: bool = False) -> Calls[Answer]:
    switches = {name: resource.body[name] for name in PROPERTIES if name in resource.body}
    address = {"TemplateCode": code, "Language": resource.key.language, "TemplateType": TYPE}
    (answer,) = yield (Request("ModifyChatappTemplateProperties", {**switches, **address}),)
    if not answer.ok:
        raise CallError(answer, partly=partly)
    return answer


@dataclass(slots=True)
class _Details:
    """What is known so far of the templates that a scope asks for.

    `found` holds what was read, the refusal where that was not possible, and None for what is gone. `rows` are the
    rows that each was read after: later ones may speak of a change that came in between.
    """

    scope: Scope
    found: dict[Address, Live | Answer | None] = field(default_factory=dict)
    rows: dict[Address, Row] = field(default_factory=dict)
    recalled: set[Address] = field(default_factory=set)
    waiting: list[Address] = field(default_factory=list)

    def look(self, rows: Mapping[Address, Row]) -> list[Address]:
        """Whose details to ask for next, after a look at what has come to be listed. Takes what is remembered."""
        for address, row in rows.items():
            key = _row_key(row)
            if address in self.rows or not self.scope.detail(key):
                continue
            self.rows[address] = row
            body = self.scope.recall(key, row) if self.scope.recall else None
            if body is not None and not _problem(key, body):
                self.found[address] = _live(key, body)
                self.recalled.add(address)
            else:
                self.waiting.append(address)
        self.waiting.sort(key=lambda address: _row_key(rows[address]))
        asked, self.waiting = self.waiting[:MOST_DETAILS], self.waiting[MOST_DETAILS:]
        return asked

    def take(self, asked: Sequence[Address], answers: Sequence[Answer]) -> None:
        """Note what the service said. Raises CallError when the space cannot be read."""
        for address, answer in zip(asked, answers, strict=True):
            if answer.ok:
                self.found[address] = _read(_row_key(self.rows[address]), answer)
            elif answer.klass is AnswerClass.NOT_FOUND:
                self.found[address] = None  # gone since the list was made
            elif answer.klass in DENIED | UNREACHABLE:  # the space cannot be read, not this one
                raise CallError(answer)
            else:
                self.found[address] = answer

    def forget_recalled(self) -> None:
        """The list is read again, and may say now that something has changed."""
        for address in self.recalled:
            del self.found[address], self.rows[address]
        self.recalled.clear()

    def listing(self, rows: Mapping[Address, Row], *, complete: bool) -> Listing:
        """What is live: all that is listed, but for what turned out to be gone."""
        live: dict[Key, Live] = {}
        failed: dict[Key, Answer] = {}
        seen: dict[Key, Row] = {}
        for address, row in rows.items():
            if address in self.found:
                found = self.found[address]
                key = found.key if isinstance(found, Live) else _row_key(row)
                if self.scope.recall:
                    seen[key] = self.rows[address]
            else:
                found = _listed(row)
                key = found.key
            if isinstance(found, Answer):
                failed[key] = found
            if found is not None:
                live[key] = found if isinstance(found, Live) else _listed(row)
        recalled = frozenset(_row_key(rows[address]) for address in self.recalled if address in rows)
        return Listing(live, complete, failed, seen, recalled)


def _pass(details: _Details) -> Calls[tuple[dict[Address, Row], int | None]]:
    """One reading of the list: its rows, and how many there should be, if the service says so.

    Details are asked for beside the pages that follow: whichever of the two operations is the slower one never waits
    for the other. Without a total, page after page is read until one has nothing new.
    """
    rows: dict[Address, Row] = {}
    (answer,) = yield (_page(1),)
    total, size = _add(rows, answer)
    if size == 0:
        return rows, total or 0
    counted = total is not None
    following, last = 2, min(-(-total // size), MAX_PAGES) if total is not None else MAX_PAGES
    while True:
        asked = details.look(rows)
        many = max(LEAST_PAGES, len(asked) // DETAILS_A_PAGE) if asked else last
        pages = range(following, min(last, following + (many if counted else 1) - 1) + 1)
        if not asked and not pages:
            return rows, total
        questions = (_detail(_row_key(rows[address]), address[0]) for address in asked)
        answers = yield (*map(_page, pages), *questions)
        known = len(rows)
        for answer in answers[: len(pages)]:
            told, _ = _add(rows, answer)
            total = told if counted else None
        details.take(asked, answers[len(pages) :])
        following += len(pages)
        if not counted and len(rows) == known:
            last = 0


def _page(index: int) -> Request:
    return Request("ListChatappTemplate", {"TemplateType": TYPE, "Page": {"Index": index, "Size": PAGE_SIZE}})


def _add(rows: dict[Address, Row], answer: Answer) -> tuple[int | None, int]:
    """Take the rows of a page; how many there are in all, if that is told, and on this page."""
    if not answer.ok:
        raise CallError(answer)
    listed = answer.data.get("ListTemplate") or []
    if not isinstance(listed, list | tuple):
        raise WrongAnswerError(answer, "the service answered with a ListTemplate that is no list")
    page = [row for row in listed if isinstance(row, Mapping)]
    for row in page:
        rows[(str(row.get("TemplateCode")), str(row.get("Language")))] = row
    total = answer.data.get("Total")
    return (total if isinstance(total, int) else None), len(page)


def _row_key(row: Row) -> Key:
    return Key(KIND, str(row.get("TemplateName")), str(row.get("Language")))


def _listed(row: Row) -> Live:
    facts = {"reason": _text(row, "Reason"), "category": _text(row, "Category")}
    return Live(_row_key(row), str(row.get("AuditStatus")), {"template_code": str(row.get("TemplateCode"))}, facts)


def _detail(key: Key, code: str) -> Request:
    address = {"TemplateCode": code} if code else {"TemplateName": key.name}
    return Request("GetChatappTemplateDetail", {**address, "Language": key.language, "TemplateType": TYPE})


def _read(key: Key, answer: Answer) -> Live:
    data = answer.data.get("Data")
    if problem := _problem(key, data):
        raise WrongAnswerError(answer, problem)
    assert isinstance(data, Mapping)
    return _live(key, data)


def _problem(key: Key, data: Json) -> str:
    """Why a detail cannot be that of a template; empty when it can."""
    if not isinstance(data, Mapping) or (data.get("Name"), data.get("Language")) != (key.name, key.language):
        return f"asked for {key}, the service answered with something else"
    if any(data.get(name) and not isinstance(data[name], shape) for name, shape in _SHAPES.items()):
        return f"the service answered about {key} with a field of the wrong shape"
    return ""


def _live(key: Key, data: Mapping[str, Json]) -> Live:
    facts = {
        "reason": _text(data, "Reason"),
        "quality": _text(data, "QualityScore"),
        "category": _text(data, "Category"),
    }
    ids = {"template_code": str(data.get("TemplateCode") or "")}
    return Live(key, str(data.get("AuditStatus")), ids, facts, _kept(data))


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


def _text(data: Mapping[str, Json], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _ids(answer: Answer) -> dict[str, str]:
    data = answer.data.get("Data")
    code = data.get("TemplateCode") if isinstance(data, Mapping) else None
    return {"template_code": str(code or "")}
