"""What is live of flows: names by list, states and contents by detail. Knows the API's names; no client, clock or plan.

Whether a flow is live only GetFlow tells: the listing names DEPRECATED ones too, and has no states. FlowName finds
every name that contains it, and no answer says how many there are. So a flow is absent when the whole list lacks it;
a detail that is refused, or not understood, is the failure of that one flow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from templatesync.documents import json_reader
from templatesync.kinds.base import Scope
from templatesync.kinds.flow.names import Names, listed
from templatesync.kinds.flow.policy import AMBIGUOUS, DEPRECATED, KIND, PUBLISHED, UNREAD, state
from templatesync.kinds.flow.view import CONTENT
from templatesync.kinds.rows import not_understood, refused, words
from templatesync.kinds.text import text_of
from templatesync.model.calls import CallError, Calls, WrongAnswerError
from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, UNREACHABLE, Answer, AnswerClass, AnyRequest, Download, Request
from templatesync.model.resource import LISTED, Key, Listing, Live

LARGEST = 10 << 20
"""Bytes of JSON that are read, from a file or from the service."""

_LIST = Request("ListFlow")
_NOBODY = UNREACHABLE | (DENIED - {AnswerClass.DENIED})


def fetch(scope: Scope) -> Calls[Listing]:
    """Every flow by name, the state of those that files want or the scope names, the JSON of those that it asks about.

    Raises CallError when the list is refused, or no flow can be read at all.
    """
    names = yield from listed("")
    named = {Key(KIND, name): ids for name, ids in names.ids.items()}
    full = {key for key, ids in named.items() if scope.detail(key) or not scope.ids.isdisjoint(ids)}
    chosen = sorted(full | {key for key in named if key in scope.wanted or scope.stated(key)})
    details = yield from _details({key: named[key] for key in chosen})
    asked = [one for key, one in sorted(details.live.items()) if key in full and one.status != AMBIGUOUS]
    full_ones = yield from contents(asked)
    failed = {Key(KIND, name): answer for name, answer in names.failed.items()} | details.failed
    live = {key: Live(key, LISTED, {"flow_id": ids[0]}) for key, ids in named.items()}
    live = {key: one for key, one in live.items() if key not in chosen or key in failed} | details.live | full_ones
    live = {key: replace(one, body=None) if key in failed else one for key, one in live.items()}
    return Listing(live, not names.problem, failed, reason=names.problem)


def read(key: Key, live: Live | None) -> Calls[Live | None]:
    """One flow as it is now, or None when the whole list lacks it. It is looked up by name each time, for somebody may
    have made another one. Raises CallError when nobody can tell.
    """
    names = yield from named(key.name)
    ids = names.ids.get(key.name, ())
    known = live.ids.get("flow_id", "") if live is not None else ""
    # A list may lag behind what was just made; what neither it nor the detail shows is gone.
    unlisted = frozenset({known} - {"", *ids})
    details = yield from _details({key: [*ids, *sorted(unlisted)]}, unlisted)
    if failure := details.failed.get(key) or names.failed.get(key.name):
        raise CallError(failure)
    one = details.live.get(key)
    if one is None and not ids and names.problem:
        raise CallError(not_understood(Answer(_LIST, AnswerClass.OTHER), names.problem))
    if one is None or one.status == AMBIGUOUS:
        return one
    return (yield from contents([one]))[key]


def named(name: str) -> Calls[Names]:
    """The flows of one name: what the filter finds, and the whole list where it finds none or is refused.

    A filter may be ignored, refused, or find nothing whatever is there: what it lacks proves nothing.
    """
    try:
        names = yield from listed(name)
    except CallError as error:
        if not refused(error.answer):
            raise
        names = Names()
    return names if name in names.ids else (yield from listed(""))


# --- details ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Details:
    """The flows that are live, without their JSON, and the answers where that cannot be told."""

    live: dict[Key, Live] = field(default_factory=dict)
    failed: dict[Key, Answer] = field(default_factory=dict)


def _details(named: Mapping[Key, Sequence[str]], unlisted: frozenset[str] = frozenset()) -> Calls[_Details]:
    """Several flows of one name are one that is ambiguous. `unlisted` are ids that no list shows any more.

    Raises CallError when none can be read at all.
    """
    asked = [(key, flow_id) for key, ids in named.items() for flow_id in ids]
    answers = (yield tuple(Request("GetFlow", {"FlowId": flow_id}) for _, flow_id in asked)) if asked else []
    if answers and all(answer.klass in _NOBODY for answer in answers):
        raise CallError(answers[0])
    details = _Details()
    found: dict[Key, list[Live]] = {}
    for (key, flow_id), answer in zip(asked, answers, strict=True):
        told = answer.data.get("Data")
        data = told if isinstance(told, Mapping) else {}
        if not answer.ok:
            if not (flow_id in unlisted and refused(answer)):
                details.failed.setdefault(key, answer)
        elif problem := _problem(key, flow_id, answer, data):
            if flow_id not in unlisted:  # which is gone, or another resource since it was renamed
                other = Key(KIND, text_of(data.get("FlowName")) or key.name)
                details.failed |= dict.fromkeys((key, other), not_understood(answer, problem))
        elif (one := _live(key, flow_id, data)).status != DEPRECATED:
            found.setdefault(key, []).append(one)
    for key, several in found.items():
        if key not in details.failed:
            ids = [one.ids["flow_id"] for one in several]
            several[0] = Live(key, AMBIGUOUS, {"flow_id": ids[0]}, {"flow_ids": ids}) if len(ids) > 1 else several[0]
            details.live[key] = several[0]
    return details


def _problem(key: Key, flow_id: str, answer: Answer, data: Mapping[str, Json]) -> str:
    """Why a detail cannot be that of a flow; empty when it can. Raises WrongAnswerError when it is of another."""
    if not data:
        return f"asked for the flow {flow_id}, the service answered without one"
    if text_of(data.get("FlowId")) not in ("", flow_id):
        raise WrongAnswerError(answer, f"asked for the flow {flow_id}, the service answered with another")
    told = data.get("FlowName")
    if told not in (None, "", key.name):
        return f"the flow {flow_id} is listed as {key.name!r}, and its detail says {told!r:.200}"
    return ""


def _live(key: Key, flow_id: str, data: Mapping[str, Json]) -> Live:
    # What led here is what the list says, which the detail need not repeat.
    return Live(key, state(data.get("Status")), {"flow_id": flow_id}, {}, {**data, "FlowName": key.name})


# --- the JSON ---------------------------------------------------------------------------------------------------------


def contents(flows: Sequence[Live]) -> Calls[dict[Key, Live]]:
    """Flows with their JSON, as far as they have one. Where it cannot be read, the fact `UNREAD` says why.

    Raises CallError when the service cannot be reached any more.
    """
    requests = tuple(Request("GetFlowJSONAssest", {"FlowId": live.ids["flow_id"]}) for live in flows)
    answers = (yield requests) if requests else []
    if answers and all(answer.klass in _NOBODY for answer in answers):
        raise CallError(answers[0])
    unread: dict[Key, str] = {}
    urls: dict[Key, str] = {}
    for live, answer in zip(flows, answers, strict=True):
        path = _path(answer)
        if path is not None and path.strip():
            urls[live.key] = path
        elif path is None or live.status == PUBLISHED or (live.body or {}).get("JSONVersion"):
            # A draft may have no JSON yet; where its version is told, there is one.
            unread[live.key] = f"{words(answer)}" if not answer.ok else "GetFlowJSONAssest does not tell where it is"
    loads: tuple[AnyRequest, ...] = tuple(Download(url, LARGEST) for url in urls.values())
    files = dict(zip(urls, (yield loads) if loads else [], strict=True))
    values: dict[Key, Json] = {}
    for key, answer in files.items():
        if problem := words(answer) if not answer.ok else _parse(key, answer, values):
            unread[key] = problem
    return {live.key: _with_json(live, values, unread) for live in flows}


def _path(answer: Answer) -> str | None:
    """Where the JSON is; empty when the service says that there is none, None when it says nothing of it."""
    data = answer.data.get("Data")
    if not answer.ok or not isinstance(data, Mapping):
        return None
    path = data.get("FilePath") or ""
    return path if isinstance(path, str) else None


def _with_json(live: Live, values: Mapping[Key, Json], unread: Mapping[Key, str]) -> Live:
    if live.key in unread:
        return replace(live, facts={**live.facts, UNREAD: unread[live.key]})
    if live.key not in values:
        return live
    return replace(live, body={**(live.body or {}), CONTENT: values[live.key]})


def _parse(key: Key, answer: Answer, values: dict[Key, Json]) -> str:
    """Take the JSON of a file; why that is not possible, empty when it is."""
    loaded = json_reader.load(answer.data["content"], "its JSON")
    if loaded.documents:
        values[key] = loaded.documents[0].data
        return ""
    first = loaded.findings[0]
    return f"line {first.line}, column {first.column}: {first.message}"
