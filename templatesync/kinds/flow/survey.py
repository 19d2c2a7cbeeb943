"""What `doctor` finds out about flows at the service by reading. Pure; tells spellings and shapes, never a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from templatesync.documents import json_reader
from templatesync.kinds import observe
from templatesync.kinds.examining import Look, Said, Survey
from templatesync.kinds.flow.names import PAGE_SIZES
from templatesync.model.belief import Observation, shape, word
from templatesync.model.json_value import Json
from templatesync.model.request import Answer, AnswerClass, Download, Request

LIST, DETAIL, ASSET = "ListFlow", "GetFlow", "GetFlowJSONAssest"

# An id of digits, as all ids are, so that nothing but its absence is a reason to refuse it.
_ID = "1000000001"
_NAME = "templatesync doctor asks for nothing"

BELIEVED: Mapping[str, str] = {
    "absent-flow": "a flow that is not there is refused with a code that ends in NotExist",
    "empty-flows": "a listing without flows is OK and an empty list",
    "flow-identity": "a flow has its id and its name",
    "flow-path": "the JSON of a flow is at an https address of the service",
    "flow-file": "the JSON of a flow can be fetched and is JSON",
}


def questions(said: Said) -> dict[str, Request]:
    """What is not there by id and by name."""
    after = {"Index": observe.last_page(said.answers, LIST) + 1, "Size": PAGE_SIZES[0]}
    return {
        "empty": Request(LIST, {"FlowName": _NAME, "Page": {"Index": 1, "Size": 10}}),
        "id": Request(DETAIL, {"FlowId": _ID}),
        "asset": Request(ASSET, {"FlowId": _ID}),
        "beyond": Request(LIST, {"Page": after}),
    }


def observations(said: Said) -> Iterator[Observation]:
    """All that can be seen of flows."""
    yield from observe.nothing_listed("empty-flows", said.asked.get("empty"), "Data")
    for name, operation in (("id", DETAIL), ("asset", ASSET)):
        yield from _absent(operation, said.asked.get(name))
    more = said.asked.get("beyond")
    listing = [answer for answer in said.answers if not _named(answer)]
    yield from observe.page_cap([*listing, *([more] if more is not None else ())], LIST, "Data")
    rows = [row for answer in observe.pages(listing, LIST) for row in observe.rows(answer, "Data")]
    for name in ("FlowId", "FlowName"):
        yield from observe.empty("flow-identity", name, rows)
    yield from observe.twice([str(row.get("FlowId")) for row in rows if row.get("FlowId")])
    for look in said.looks:
        yield from _look(look)


def _named(answer: Answer) -> bool:
    return isinstance(answer.request, Request) and "FlowName" in answer.request.params


def _absent(operation: str, answer: Answer | None) -> Iterator[Observation]:
    if answer is not None and observe.usable(answer):
        told = answer.klass is AnswerClass.NOT_FOUND or (not answer.ok and answer.code.endswith("NotExist"))
        yield Observation("absent-flow", f"{operation}: {observe.described(answer)}", not told)


def _look(look: Look) -> Iterator[Observation]:
    for answer in observe.of(look.answers, DETAIL):
        data = answer.data.get("Data")
        if not answer.ok:
            if observe.usable(answer):
                yield Observation("details", f"{DETAIL}: {observe.described(answer)}", True)
        elif isinstance(data, Mapping) and data:
            yield Observation("details")
            yield from observe.empty("flow-identity", "FlowId", [data])
            yield from observe.empty("flow-status", "Status", [data])
            other = bool(data.get("FlowName")) and data["FlowName"] != look.listed.key.name
            yield Observation("detail-equals-row", f"{DETAIL} FlowName" if other else "", other)
    for answer in observe.of(look.answers, ASSET):
        data = answer.data.get("Data")
        if answer.ok and isinstance(data, Mapping):
            yield from _path(data)
    for answer in look.answers:
        if isinstance(answer.request, Download):
            yield from _file(answer)


def _path(data: Mapping[str, Json]) -> Iterator[Observation]:
    """Where the JSON is; a draft without one says so by a path that is empty."""
    value = data.get("FilePath")
    if "FilePath" not in data or value == "":
        yield Observation("flow-path", shape(value) if "FilePath" in data else "left out", True)
    elif isinstance(value, str):
        told = _place(value)
        yield Observation("flow-path", told, bool(told))
    elif value is not None:
        yield Observation("flow-path", shape(value), True)


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "no address"
    if _loopback(host):
        return ""
    where = "the service's host" if host == "aliyuncs.com" or host.endswith(".aliyuncs.com") else "another host"
    return "" if parts.scheme == "https" and where != "another host" else f"{word(parts.scheme)} on {where}"


def _loopback(host: str) -> bool:
    from ipaddress import ip_address  # nobody but doctor needs it

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _file(answer: Answer) -> Iterator[Observation]:
    if not answer.ok:
        yield Observation("flow-file", f"{word(answer.code)}, HTTP {answer.http_status}", True)
        return
    readable = bool(json_reader.load(answer.data["content"], "its JSON").documents)
    yield Observation("flow-file", "" if readable else "not JSON", not readable)


SURVEY = Survey({**observe.BELIEVED, **BELIEVED}, questions, observations)
