"""The calls that write flows, as generators of requests. Knows the API's names; no client, clock or plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from templatesync.kinds.base import WriteResult
from templatesync.kinds.flow.listing import contents, named
from templatesync.kinds.flow.policy import (
    AMBIGUOUS,
    DEPRECATED,
    DRAFT,
    IS_PUBLISHED,
    KIND,
    PUBLISHED,
    likeness,
    pair,
    state,
    unread,
)
from templatesync.kinds.flow.view import ASSET, CONTENT
from templatesync.kinds.rows import not_understood, refused
from templatesync.kinds.text import text_of
from templatesync.kinds.upload import stored
from templatesync.model.calls import CallError, Calls, Pause
from templatesync.model.json_value import Json, canonical_json
from templatesync.model.request import Answer, Request, Upload
from templatesync.model.resource import NOT_LISTED, Key, Live, Resource

_NOT_SENT = frozenset({"kind", ASSET, CONTENT})
LOOKS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each look for what was just made: lists and details may lag behind."""


def identify(body: Mapping[str, Json]) -> Key:
    """The key of a body; empty of a name that is missing or no text."""
    return Key(KIND, text_of(body.get("FlowName")))


def create(resource: Resource) -> Calls[WriteResult]:
    """Make a draft, give it its JSON, and publish it if the file says so."""
    (answer,) = yield (Request("CreateFlow", _fields(resource)),)
    if not answer.ok:
        raise CallError(answer)
    flow_id = yield from _id_of(resource.key, text_of(_data(answer).get("FlowId")))
    rest = [Request("PublishFlow", {"FlowId": flow_id})] if resource.options.publish else []
    if not flow_id and (rest or CONTENT in resource.body):
        message = "the flow is made, and neither the answer nor the list tells which one it is"
        raise CallError(replace(not_understood(answer, message), code=NOT_LISTED), partly=True)
    if CONTENT in resource.body:
        answer = yield from _put_json(resource, flow_id, partly=True)
        if rest:
            yield from _until_taken(resource, Live(resource.key, DRAFT, {"flow_id": flow_id}), answer)
    return WriteResult((yield from _all(rest, answer)), {"flow_id": flow_id} if flow_id else {})


def _id_of(key: Key, told: str) -> Calls[str]:
    """The id of a flow that was just made; empty when nobody can tell.

    The answer may name none, or another one: what is written to next must be this flow. So its detail, or the list,
    says it again; where the answer is of no help, the only draft of that name is it, since there was none before.
    """
    for seconds in LOOKS:
        if seconds:
            yield Pause(seconds)
        if told:
            (answer,) = yield (Request("GetFlow", {"FlowId": told}),)
            if _is_draft(key, told, answer):
                return told
        try:
            names = yield from named(key.name)
        except CallError:
            return ""
        wanted = likeness(key, None)
        ids = {each for name, ids in names.ids.items() if likeness(Key(KIND, name), None) == wanted for each in ids}
        if told in ids:
            return told
        listed = sorted(ids)
        answers = (yield tuple(Request("GetFlow", {"FlowId": each}) for each in listed)) if listed else []
        drafts = [each for each, answer in zip(listed, answers, strict=True) if _is_draft(key, each, answer)]
        if len(drafts) == 1:
            return drafts[0]
    return ""


def _is_draft(key: Key, flow_id: str, answer: Answer) -> bool:
    """Whether a detail is that of a flow of this name that was never published, as far as the service says."""
    data = _data(answer) if answer.ok else {}
    named_so = likeness(Key(KIND, text_of(data.get("FlowName"))), None) == likeness(key, None)
    is_it = text_of(data.get("FlowId")) == flow_id and named_so
    return is_it and state(data.get("Status")) not in (PUBLISHED, DEPRECATED)


def update(resource: Resource, live: Live) -> Calls[WriteResult]:
    """Change what differs of a draft: its fields, its JSON, and whether it is published."""
    _, wanted, there = pair(resource, live)
    flow_id = live.ids["flow_id"]
    differ = {name for name in wanted if wanted[name] != there.get(name)}
    if unread(live) and CONTENT in resource.body and differ <= {IS_PUBLISHED}:
        # Nobody knows what it has. It is sent where somebody asks for it, and where it is published, which is for good.
        differ.add(ASSET)
    if not differ:
        differ = {*wanted} - {IS_PUBLISHED}  # sent again on purpose
    answer: Answer | None = None
    if differ - {ASSET, IS_PUBLISHED}:
        answer = yield from _all([Request("ModifyFlow", {**_fields(resource), "FlowId": flow_id})], None)
    if ASSET in differ:
        answer = yield from _put_json(resource, flow_id, partly=answer is not None)
        if IS_PUBLISHED in differ:
            yield from _until_taken(resource, live, answer)
    if IS_PUBLISHED in differ:
        answer = yield from _all([Request("PublishFlow", {"FlowId": flow_id})], answer)
    assert answer is not None, "nothing differs"
    return WriteResult(answer, live.ids)


def delete(live: Live) -> Calls[WriteResult]:
    """Deprecate what is published, delete what is a draft. In a state that nobody knows one of the two may do.

    Raises CallError whatever the refusal says: only the list shows that the flow is gone.
    """
    assert live.status != AMBIGUOUS
    operations = {DRAFT: ("DeleteFlow",), PUBLISHED: ("DeprecateFlow",)}.get(
        live.status, ("DeleteFlow", "DeprecateFlow")
    )
    for operation in operations:
        (answer,) = yield (Request(operation, {"FlowId": live.ids["flow_id"]}),)
        if not refused(answer):
            break
    if not answer.ok:
        raise CallError(answer)
    return WriteResult(answer, {})


def _fields(resource: Resource) -> dict[str, Json]:
    return {name: value for name, value in resource.body.items() if name not in _NOT_SENT}


def _all(requests: Iterable[Request], before: Answer | None) -> Calls[Answer]:
    """Requests one after another; the last answer. With `before`, an answer, something has been done already."""
    last = before
    for request in requests:
        (answer,) = yield (request,)
        if not answer.ok:
            raise CallError(answer, partly=last is not None)
        last = answer
    assert last is not None
    return last


def _put_json(resource: Resource, flow_id: str, *, partly: bool) -> Calls[Answer]:
    """Upload the JSON under a name that follows from it, and make it that of the flow."""
    content = canonical_json(resource.body[CONTENT]).encode()
    name = f"{hashlib.sha256(content).hexdigest()}.json"
    address = yield from stored(Upload(name, content, "application/json"), partly=partly)
    (answer,) = yield (Request("UpdateFlowJSONAsset", {"FlowId": flow_id, "FilePath": address}),)
    if not answer.ok:
        raise CallError(answer, partly=partly)
    return answer


def _until_taken(resource: Resource, before: Live, answer: Answer) -> Calls[None]:
    """Wait until the JSON that was put there is what the service has: what is published stays as it is for good.

    Where it cannot be read there is nothing to wait for. Another one than before and than ours is ours, told otherwise.
    Raises CallError when the old one stays.
    """
    old, wanted = (before.body or {}).get(CONTENT), resource.body[CONTENT]
    for seconds in LOOKS:
        if seconds:
            yield Pause(seconds)
        try:
            now = (yield from contents([replace(before, facts={})]))[before.key]
        except CallError:
            continue
        there = (now.body or {}).get(CONTENT)
        if unread(now) or there == wanted or (there not in (None, old) and not unread(before)):
            return
    if old is None and not unread(before):
        return  # where there was none before, the service itself publishes none
    message = "the service took the JSON and still has another one, so the flow is not published"
    raise CallError(not_understood(answer, message), partly=True)


def _data(answer: Answer) -> Mapping[str, Json]:
    data = answer.data.get("Data")
    return data if isinstance(data, Mapping) else {}
