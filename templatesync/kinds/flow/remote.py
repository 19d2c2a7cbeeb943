"""The calls that read flows and write them, as generators of requests. Knows the API's names; no client, clock or plan.

Whether a flow is live only GetFlow tells: the listing names DEPRECATED ones too, and has no states. FlowName finds
every name that contains it, and no answer says how many there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from templatesync.documents import json_reader
from templatesync.kinds.base import Scope, WriteResult
from templatesync.kinds.flow.policy import AMBIGUOUS, DEPRECATED, DRAFT, IS_PUBLISHED, KIND, PUBLISHED, pair
from templatesync.kinds.flow.view import ASSET, CONTENT
from templatesync.kinds.upload import stored
from templatesync.model.calls import CallError, Calls, WrongAnswerError
from templatesync.model.json_value import Json, canonical_json
from templatesync.model.request import UNREACHABLE, Answer, AnswerClass, AnyRequest, Download, Request, Upload
from templatesync.model.resource import Key, Listing, Live, Resource

PAGE_SIZE = 100
"""No maximum is documented; a service that gives fewer is asked on until it has nothing new."""
MAX_PAGES = 10_000
LARGEST = 10 << 20
"""Bytes of JSON that are read, from a file or from the service."""
LISTED = "listed"
"""Our word for the state of a flow of which only the name was read."""
UNREADABLE = "templatesync.FlowJson"

_NOT_SENT = frozenset({"kind", ASSET, CONTENT})


def identify(body: Mapping[str, Json]) -> Key:
    """The key of a body; empty of a name that is missing or no text."""
    return Key(KIND, _text(body.get("FlowName")))


# --- reading ----------------------------------------------------------------------------------------------------------


def fetch(scope: Scope) -> Calls[Listing]:
    """Every flow by name, the state of those that files want, and the JSON of those that the scope asks about."""
    rows = yield from _rows("")
    named: dict[Key, list[str]] = {}
    for flow_id, name in sorted(rows.items()):
        named.setdefault(Key(KIND, name), []).append(flow_id)
    full = {key for key, ids in named.items() if scope.detail(key) or not scope.ids.isdisjoint(ids)}
    chosen = sorted(full | (named.keys() & scope.wanted))
    live = {key: Live(key, LISTED, {"flow_id": ids[0]}) for key, ids in named.items()}
    failed: dict[Key, Answer] = {}
    found = yield from _details({key: named[key] for key in chosen}, failed)
    for key in chosen:
        if key not in failed:
            del live[key]
    live |= found
    asked = [one for key, one in sorted(found.items()) if key in full and one.status != AMBIGUOUS]
    contents = yield from _contents(asked, failed)
    live |= {one.key: one for one in contents}
    return Listing(live, failed=failed)


def read(key: Key, live: Live | None) -> Calls[Live | None]:
    """One flow as it is now. It is looked up by name each time, for somebody may have made another one."""
    rows = yield from _rows(key.name)
    ids = {flow_id for flow_id, name in rows.items() if name == key.name}
    if live is not None:
        ids.add(live.ids.get("flow_id", ""))  # a listing may lag
    failed: dict[Key, Answer] = {}
    found = yield from _details({key: sorted(ids - {""})}, failed)
    one = found.get(key)
    if one is not None and one.status != AMBIGUOUS:
        (one,) = (yield from _contents([one], failed)) or (one,)
    if failed:
        raise CallError(failed[key])
    return one


def _rows(name: str) -> Calls[dict[str, str]]:
    """Names by FlowId, of all flows or of those whose names contain `name`."""
    rows: dict[str, str] = {}
    size = 0
    for index in range(1, MAX_PAGES):
        page = {"Page": {"Index": index, "Size": PAGE_SIZE}}
        (answer,) = yield (Request("ListFlow", {**({"FlowName": name} if name else {}), **page}),)
        if not answer.ok:
            raise CallError(answer)
        data = answer.data.get("Data")
        listed = [row for row in data if isinstance(row, Mapping)] if isinstance(data, list) else []
        known = len(rows)
        rows |= {_text(row.get("FlowId")): _text(row.get("FlowName")) for row in listed if row.get("FlowId")}
        # The first page shows what the service takes for a whole one.
        size = size or len(listed)
        if len(rows) == known or len(listed) < size:
            break
    return rows


def _details(named: Mapping[Key, Sequence[str]], failed: dict[Key, Answer]) -> Calls[dict[Key, Live]]:
    """The flows that are live, without their JSON. Several of one name are one that is ambiguous."""
    asked = [(key, flow_id) for key, ids in named.items() for flow_id in ids]
    answers = (yield tuple(Request("GetFlow", {"FlowId": flow_id}) for _, flow_id in asked)) if asked else []
    details: dict[Key, list[Mapping[str, Json]]] = {}
    for (key, flow_id), answer in zip(asked, answers, strict=True):
        if answer.ok:
            data = _data(answer)
            if _text(data.get("FlowId")) != flow_id:
                raise WrongAnswerError(answer, f"asked for the flow {flow_id}, the service answered with another")
            # Renamed since it was listed, it is another resource.
            if data.get("FlowName") == key.name and data.get("Status") != DEPRECATED:
                details.setdefault(key, []).append(data)
        elif not _gone(answer):
            _fail(key, answer, failed)
    return {key: _live(key, each) for key, each in details.items() if key not in failed}


def _live(key: Key, details: Sequence[Mapping[str, Json]]) -> Live:
    ids = [_text(each.get("FlowId")) for each in details]
    if len(details) > 1:
        return Live(key, AMBIGUOUS, {"flow_id": ids[0]}, {"flow_ids": ids})
    return Live(key, _text(details[0].get("Status")), {"flow_id": ids[0]}, {}, details[0])


def _contents(flows: Sequence[Live], failed: dict[Key, Answer]) -> Calls[list[Live]]:
    """Flows with their JSON, as far as they have one. What cannot be read is in `failed`, and keeps no body."""
    requests = tuple(Request("GetFlowJSONAssest", {"FlowId": live.ids["flow_id"]}) for live in flows)
    answers = (yield requests) if requests else []
    urls: dict[Key, str] = {}
    for live, answer in zip(flows, answers, strict=True):
        if not answer.ok:
            _fail(live.key, answer, failed)
        elif path := _data(answer).get("FilePath"):
            urls[live.key] = path if isinstance(path, str) else repr(path)[:100]
    loads: tuple[AnyRequest, ...] = tuple(Download(url, LARGEST) for url in urls.values())
    files = dict(zip(urls, (yield loads) if loads else [], strict=True))
    values: dict[Key, Json] = {}
    for key, answer in files.items():
        if not answer.ok:
            _fail(key, answer, failed)
        else:
            _parse(key, answer, values, failed)
    return [_with_json(live, values, failed) for live in flows]


def _with_json(live: Live, values: Mapping[Key, Json], failed: Mapping[Key, Answer]) -> Live:
    if live.key in failed:
        return replace(live, body=None)
    if live.key not in values:
        return live
    return replace(live, body={**(live.body or {}), CONTENT: values[live.key]})


def _parse(key: Key, answer: Answer, values: dict[Key, Json], failed: dict[Key, Answer]) -> None:
    loaded = json_reader.load(answer.data["content"], "its JSON")
    if loaded.documents:
        values[key] = loaded.documents[0].data
        return
    first = loaded.findings[0]
    message = f"its JSON cannot be read: line {first.line}, column {first.column}: {first.message}"
    failed[key] = Answer(answer.request, AnswerClass.OTHER, UNREADABLE, message, answer.request_id)


def _fail(key: Key, answer: Answer, failed: dict[Key, Answer]) -> None:
    denied = answer.klass is AnswerClass.DENIED and isinstance(answer.request, Request)
    # These say that the space cannot be read, not that one flow cannot.
    if denied or answer.klass in UNREACHABLE | {AnswerClass.CREDENTIALS, AnswerClass.REFRESH}:
        raise CallError(answer)
    failed[key] = answer


def _gone(answer: Answer) -> bool:
    """Whether an answer says that there is no such flow. The code for that is not documented."""
    return answer.klass is AnswerClass.NOT_FOUND or (
        answer.klass in (AnswerClass.INVALID, AnswerClass.OTHER) and answer.code.endswith("NotExist")
    )


# --- writing ----------------------------------------------------------------------------------------------------------


def create(resource: Resource) -> Calls[WriteResult]:
    """Make a draft, give it its JSON, and publish it if the file says so."""
    (answer,) = yield (Request("CreateFlow", _fields(resource)),)
    if not answer.ok:
        raise CallError(answer)
    flow_id = _text(_data(answer).get("FlowId"))
    rest: list[Request] = []
    if resource.options.publish:
        rest.append(Request("PublishFlow", {"FlowId": flow_id}))
    if not flow_id and (rest or CONTENT in resource.body):
        raise CallError(replace(answer, klass=AnswerClass.OTHER, message="the service told no FlowId"), partly=True)
    if CONTENT in resource.body:
        answer = yield from _put_json(resource, flow_id, partly=True)
    return WriteResult((yield from _all(rest, answer)), {"flow_id": flow_id})


def update(resource: Resource, live: Live) -> Calls[WriteResult]:
    """Change what differs of a draft: its fields, its JSON, and whether it is published."""
    _, wanted, there = pair(resource, live)
    flow_id = live.ids["flow_id"]
    differ = {name for name in wanted if wanted[name] != there.get(name)}
    answer: Answer | None = None
    if differ - {ASSET, IS_PUBLISHED}:
        answer = yield from _all([Request("ModifyFlow", {**_fields(resource), "FlowId": flow_id})], None)
    if ASSET in differ:
        answer = yield from _put_json(resource, flow_id, partly=answer is not None)
    if IS_PUBLISHED in differ:
        answer = yield from _all([Request("PublishFlow", {"FlowId": flow_id})], answer)
    assert answer is not None, "nothing differs"
    return WriteResult(answer, live.ids)


def delete(live: Live) -> Calls[WriteResult]:
    """Deprecate what is published, delete what is a draft."""
    assert live.status in (DRAFT, PUBLISHED)
    operation = "DeprecateFlow" if live.status == PUBLISHED else "DeleteFlow"
    (answer,) = yield (Request(operation, {"FlowId": live.ids["flow_id"]}),)
    if not answer.ok and not _gone(answer):
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


def _data(answer: Answer) -> Mapping[str, Json]:
    data = answer.data.get("Data")
    return data if isinstance(data, Mapping) else {}


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
