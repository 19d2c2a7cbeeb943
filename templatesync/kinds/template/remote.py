"""The calls for one template, as generators of requests. Knows the API's names; no client, no clock, no plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from templatesync.kinds.base import WriteResult
from templatesync.kinds.template.canonical import PROPERTIES, pair
from templatesync.kinds.template.effect import effective
from templatesync.kinds.template.listing import TYPE, detail, incomplete, listed_under
from templatesync.kinds.template.policy import only_properties_differ
from templatesync.kinds.template.sample import addressed
from templatesync.kinds.template.told import KIND, understood
from templatesync.kinds.upload import all_stored
from templatesync.model.calls import CallError, Calls
from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, UNREACHABLE, Answer, AnswerClass, Request
from templatesync.model.resource import Key, Live, Resource

# Not parameters of the call that creates, or of the one that modifies.
_NOT_CREATED = frozenset({"AllowSend"})
_NOT_MODIFIED = frozenset({"AllowSend", "AllowCategoryChange", "Category", "Name", *PROPERTIES})


def identify(body: Mapping[str, Json]) -> Key:
    """The key of a body; parts that are missing or not text are empty."""
    name, language = body.get("Name"), body.get("Language")
    return Key(KIND, name if isinstance(name, str) else "", language if isinstance(language, str) else "")


def read(key: Key, live: Live | None) -> Calls[Live | None]:
    """One template as it is now, or None when neither its detail nor the filtered list shows it.

    Raises CallError when that cannot be told: a detail that is refused says nothing while the list has the template.
    """
    refused: Answer | None = None
    if live is not None and (code := live.ids.get("template_code", "")):
        (answer,) = yield (detail(key, code),)
        found = understood(key, answer, {"TemplateCode": code, "AuditStatus": live.status})
        if isinstance(found, Live):
            return found
        if answer.klass in DENIED | UNREACHABLE:
            raise CallError(answer)
        refused = found
    listing = yield from listed_under(key)
    there = listing.live.get(key)
    if there is None:
        if not listing.complete:
            raise CallError(incomplete(listing))
        return None
    if failure := listing.failed.get(key) or refused:
        raise CallError(failure)
    return (yield from read(key, there))


def create(resource: Resource) -> Calls[WriteResult]:
    """Submit a new template; it goes to review. A switch that only the properties call knows is set afterwards."""
    params = yield from _params(resource, _NOT_CREATED)
    (answer,) = yield (Request("CreateChatappTemplate", {"TemplateType": TYPE, **params}),)
    if not answer.ok:
        raise CallError(answer)
    ids = _ids(answer)
    if _switches(resource).get("AllowSend") is False:
        code = yield from _code(resource.key, answer, ids["template_code"])
        answer = yield from _set_properties(resource, code, partly=True)
        ids = {"template_code": code}
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
    if not answer.ok:
        raise CallError(answer)
    return WriteResult(answer, {})


def _params(resource: Resource, left_out: frozenset[str]) -> Calls[dict[str, Json]]:
    """What is sent of a body, once the files that it names are stored: what has an effect."""
    addresses = yield from all_stored(resource.media.values())
    body = effective(addressed(resource.body, addresses))
    return {name: value for name, value in body.items() if name not in left_out}


def _switches(resource: Resource) -> dict[str, Json]:
    """The switches of a body that have an effect."""
    return {name: value for name, value in effective(resource.body).items() if name in PROPERTIES}


def _set_properties(resource: Resource, code: str, *, partly: bool = False) -> Calls[Answer]:
    switches = _switches(resource)
    address = {"TemplateCode": code, "Language": resource.key.language, "TemplateType": TYPE}
    (answer,) = yield (Request("ModifyChatappTemplateProperties", {**switches, **address}),)
    if not answer.ok:
        raise CallError(answer, partly=partly)
    return answer


def _code(key: Key, answer: Answer, told: str) -> Calls[str]:
    """What addresses a template that was created just now: what the list says, for an answer may name none or another.

    Raises CallError when nobody can tell.
    """
    try:
        there = (yield from listed_under(key)).live.get(key)
    except CallError:
        there = None
    code = there.ids.get("template_code", "") if there is not None else told
    if not code:
        message = "the template is created, and the service does not tell its TemplateCode yet"
        raise CallError(replace(answer, klass=AnswerClass.OTHER, message=message), partly=True)
    return code


def _ids(answer: Answer) -> dict[str, str]:
    data = answer.data.get("Data")
    code = data.get("TemplateCode") if isinstance(data, Mapping) else None
    return {"template_code": code if isinstance(code, str) else ""}
