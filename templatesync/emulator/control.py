"""The control endpoints: what only a test, or a person at the emulator, may do. Knows no socket.

They are no part of the service: no signature, plain JSON, and a sentence when something is wrong. Users can rely on
`review`, `faults` with the kinds of `faults.contract`, and `history`. The rest are instruments for tests of clients:
`category`, `template`, `flow`, `space` and `metrics`, which counts sends, do what happens outside of the API, `clock`
and `settings` change the emulator itself, `pending` tells which writes are not carried out yet, and the kinds of
`faults.instruments` go beyond what users are promised. `GET faults` lists both, and `GET quirks` what `settings` can
have under `quirks`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from templatesync.emulator.faults.contract import CONTRACT
from templatesync.emulator.faults.instruments import INSTRUMENTS
from templatesync.emulator.faults.order import KINDS, Fault
from templatesync.emulator.http.message import HttpRequest, HttpResponse
from templatesync.emulator.http.protocol import respond
from templatesync.emulator.platform import flow, flow_json
from templatesync.emulator.platform.review import DEFAULT_REASON, ReviewStatus
from templatesync.emulator.quirks import choose
from templatesync.emulator.quirks.table import as_json
from templatesync.emulator.settings import Codes, ModifyApproved, Pages, Review, Settings
from templatesync.emulator.state import AHEAD, State
from templatesync.emulator.store import flows, history, sent, templates
from templatesync.emulator.store.database import get_number, set_number
from templatesync.emulator.store.spaces import open_space, phone_number, save_space
from templatesync.emulator.store.templates import Filter, TemplateRow
from templatesync.emulator.strict_json import parse
from templatesync.model.json_value import Json

PREFIX = "/_emulator/"


class _BadRequest(Exception):
    """A request that cannot be carried out. `sentence` says why."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


@dataclass(frozen=True, slots=True)
class _Member:
    """A member that a body may have. `one_of` lists the only values, when there are such."""

    type: type | tuple[type, ...]
    required: bool = False
    one_of: tuple[str, ...] = ()


_NUMBER = (int, float)

# Ten years in seconds: nothing here is sensibly more, and no clock or `sleep` overflows.
_MOST = 10 * 366 * 86_400
_TEXT = _Member(str)
_STATUSES = tuple(status.value for status in ReviewStatus)


def handle(state: State, request: HttpRequest) -> HttpResponse:
    """Answer a request to a path under PREFIX. Never raises."""
    parts = urlsplit(request.target)
    route = _ROUTES.get((request.method, parts.path))
    try:
        if route is None:
            known = ", ".join(sorted({f"{method} {path}" for method, path in _ROUTES}))
            raise _BadRequest(f"there is no {request.method} {parts.path[:80]}; there are {known}", 404)
        body = _json(request.body) if request.method == "POST" else dict(parse_qsl(parts.query))
        return respond(200, route(state, body), now=state.clock())
    except _BadRequest as bad:
        return respond(bad.status, {"error": bad.sentence}, now=state.clock())
    except Exception as error:
        return respond(500, {"error": f"the emulator broke: {type(error).__name__}"}, now=state.clock())


def _json(body: bytes) -> dict[str, Json]:
    try:
        value = parse(body or b"{}")
    except ValueError:
        raise _BadRequest("the body is not JSON") from None
    if not isinstance(value, dict):
        raise _BadRequest("the body must be a JSON object")
    return value


def _check(body: Mapping[str, Json], members: Mapping[str, _Member]) -> None:
    for name, member in members.items():
        if member.required and name not in body:
            raise _BadRequest(f"{name} is required")
    for name, value in body.items():
        if name not in members:
            raise _BadRequest(f"{name[:80]} is not known here; there are {', '.join(members)}")
        member = members[name]
        if not isinstance(value, member.type) or (isinstance(value, bool) and member.type is not bool):
            raise _BadRequest(f"{name} is of the wrong type")
        if member.one_of and value not in member.one_of:
            raise _BadRequest(f"{name} must be one of {', '.join(member.one_of)}")
        if member.type in (int, _NUMBER) and not 0 <= body[name] <= _MOST:
            raise _BadRequest(f"{name} must be from 0 to {_MOST}")


_WHICH: Mapping[str, _Member] = MappingProxyType(
    {"cust_space_id": _TEXT, "template_code": _TEXT, "template_name": _TEXT, "language": _TEXT}
)


_Change: TypeAlias = "Callable[[sqlite3.Connection, TemplateRow, float], None]"


def _change(state: State, body: Mapping[str, Json], change: _Change) -> Json:
    """Do something to every template that the body names."""
    if not body.get("template_code") and not body.get("template_name"):
        raise _BadRequest("template_code or template_name is required")
    wanted = Filter(
        code=body.get("template_code", ""), name=body.get("template_name", ""), language=body.get("language", "")
    )
    with state.store.transaction() as db:
        now = state.now(db)
        space = body.get("cust_space_id", "")
        templates.end_due_reviews(db, space, state.settings, now)
        found = templates.find(db, space, wanted)
        if not found:
            raise _BadRequest("there is no such template in this space", 404)
        for template in found:
            change(db, template, now)
    return {"changed": len(found)}


def _review(state: State, body: Mapping[str, Json]) -> Json:
    members = {"status": _Member(str, required=True, one_of=_STATUSES), "reason": _TEXT, "quality": _TEXT}
    _check(body, {**_WHICH, **members})
    status = ReviewStatus(body["status"])
    reason = body.get("reason") or (DEFAULT_REASON if status is ReviewStatus.FAIL else "")

    def decide(db: sqlite3.Connection, template: TemplateRow, now: float) -> None:
        properties = dict(template.properties)
        if "quality" in body:
            properties["QualityScore"] = body["quality"]
        held = status is ReviewStatus.AUDITING
        given = replace(template, status=status, reason=reason, held=held, updated=now, properties=properties)
        templates.update(db, given)

    return _change(state, body, decide)


def _category(state: State, body: Mapping[str, Json]) -> Json:
    one_of = ("UTILITY", "MARKETING", "AUTHENTICATION")
    _check(body, {**_WHICH, "category": _Member(str, required=True, one_of=one_of)})

    def move(db: sqlite3.Connection, template: TemplateRow, now: float) -> None:
        templates.update(db, replace(template, category=body["category"], updated=now))

    return _change(state, body, move)


def _metrics(state: State, body: Mapping[str, Json]) -> Json:
    """Messages that programs have sent, so many days ago: the emulator itself sends none."""
    numbers = dict.fromkeys(("sent", "delivered", "read", "days_ago"), _Member(int))
    _check(body, {**_WHICH, **numbers, "sent": _Member(int, required=True)})
    counts = sent.Sent(body["sent"], body.get("delivered", body["sent"]), body.get("read", 0))

    def count(db: sqlite3.Connection, template: TemplateRow, now: float) -> None:
        at = now - body.get("days_ago", 0) * templates.DAY - 1.0
        sent.add(db, template.space, template.code, template.language, at, counts)

    return _change(state, body, count)


def _template(state: State, body: Mapping[str, Json]) -> Json:
    """A template as the console, another tool or an older time made it: none of the rules apply."""
    members = {"cust_space_id": _TEXT, "type": _TEXT, "template_code": _TEXT, "reason": _TEXT, "example": _Member(dict)}
    members |= {name: _Member(str, required=True) for name in ("name", "language", "category")}
    members |= {"components": _Member(list, required=True), "properties": _Member(dict)}
    members |= {"status": _Member(str, one_of=_STATUSES)}
    _check(body, members)
    if not all(
        isinstance(component, dict) and isinstance(component.get("Type"), str) for component in body["components"]
    ):
        raise _BadRequest("components must be objects with a Type")
    space, name, language, kind = body.get("cust_space_id", ""), body["name"], body["language"], body.get("type")
    with state.store.transaction() as db:
        now = state.now(db)
        kind = kind or "WHATSAPP"
        if templates.get(db, space, Filter(name=name, language=language, type=kind)):
            raise _BadRequest("there is such a template already", 409)
        code = body.get("template_code") or templates.make_code(
            db, space, kind, name, language, per_name=state.settings.codes is Codes.PER_NAME
        )
        template = TemplateRow(
            id=0,
            space=space,
            type=kind,
            name=name,
            language=language,
            code=code,
            category=body["category"],
            status=ReviewStatus(body.get("status", "pass")),
            reason=body.get("reason", ""),
            held=True,
            created=now,
            submitted=now,
            updated=now,
            content={"Components": body["components"], "Example": body.get("example")},
            properties=body.get("properties", {}),
        )
        templates.insert(db, template)
    return {"template_code": code}


def _flow(state: State, body: Mapping[str, Json]) -> Json:
    """What somebody changes in the console: anything, in any state, of every flow that the body names."""
    members = dict.fromkeys(("cust_space_id", "flow_id", "flow_name", "new_name", "endpoint_uri"), _TEXT)
    members |= {"json": _Member(dict), "categories": _Member(list)}
    members |= {"status": _Member(str, one_of=tuple(status.value for status in flow.FlowStatus))}
    _check(body, members)
    if not body.get("flow_id") and not body.get("flow_name"):
        raise _BadRequest("flow_id or flow_name is required")
    given: dict[str, Json] = {}
    if "status" in body:
        given["status"] = flow.FlowStatus(body["status"])
    if "json" in body:
        try:
            given["asset"] = flow_json.write(body["json"])
        except ValueError:
            raise _BadRequest("json holds a text or a number that JSON cannot") from None
    if "categories" in body:
        given["categories"] = tuple(str(category) for category in body["categories"])
    given |= {field: body[name] for name, field in (("new_name", "name"), ("endpoint_uri", "endpoint")) if name in body}
    with state.store.transaction() as db:
        space, flow_id, name = (body.get(key, "") for key in ("cust_space_id", "flow_id", "flow_name"))
        found = [flows.get(db, flow_id, space)] if flow_id else flows.named(db, space, name)
        chosen = [one for one in found if one and name in ("", one.name)]
        if not chosen:
            raise _BadRequest("there is no such flow in that space", 404)
        for one in chosen:
            flows.update(db, replace(one, updated=state.now(db), **given))
    return {"changed": len(chosen)}


def _space(state: State, body: Mapping[str, Json]) -> Json:
    one_of = ("PENDING", "APPROVED", "REJECTED", "DISABLED")
    members = {"cust_space_id": _TEXT, "waba_id": _TEXT, "refuse": _TEXT, "status": _Member(str, one_of=one_of)}
    _check(body, {**members, "phone_numbers": _Member(list), "verified": _Member(bool)})
    with state.store.transaction() as db:
        space = open_space(db, body.get("cust_space_id", ""))
        given = {name: body[name] for name in ("waba_id", "refuse", "verified") if name in body}
        if "status" in body:
            given["review"] = body["status"]
        if "phone_numbers" in body:
            given["numbers"] = tuple(_number(number) for number in body["phone_numbers"])
        space = replace(space, **given)
        save_space(db, space)
    shown = asdict(space)
    return {
        "cust_space_id": shown.pop("id"),
        "status": shown.pop("review"),
        "phone_numbers": shown.pop("numbers"),
    } | shown


def _number(given: Json) -> Mapping[str, Json]:
    if isinstance(given, str):
        return phone_number(given)
    if isinstance(given, dict) and isinstance(given.get("PhoneNumber"), str):
        return phone_number(given["PhoneNumber"], **given)
    raise _BadRequest("a phone number is a text, or an object in the API's own names with a PhoneNumber")


def _fault(state: State, body: Mapping[str, Json]) -> Json:
    members = {
        "kind": _Member(str, required=True, one_of=tuple(KINDS)),
        "action": _TEXT,
        "nth": _Member(int),
        "seed": _Member(int),
    }
    members |= {
        "times": _Member(int),
        "retry_after": _Member(int),
        "rate": _Member(_NUMBER),
        "seconds": _Member(_NUMBER),
    }
    _check(body, members)
    for name in ("nth", "times"):
        if body.get(name, 1) < 1:
            raise _BadRequest(f"{name} counts from 1")
    if body.get("rate", 0) > 100:
        raise _BadRequest("rate is a percentage")
    fault = Fault(**body)
    state.faults.order(fault)
    return {"ordered": fault.kind}


def _fault_kinds(state: State, body: Mapping[str, Json]) -> Json:
    """What can be ordered, each kind with a line; instruments are kinds that users are not promised."""
    return {
        "contract": {kind: effect.about for kind, effect in CONTRACT.items()},
        "instruments": {kind: effect.about for kind, effect in INSTRUMENTS.items()},
    }


def _faults_clear(state: State, body: Mapping[str, Json]) -> Json:
    return {"cleared": state.faults.clear()}


def _history(state: State, body: Mapping[str, Json]) -> Json:
    after = str(body.get("after", "0"))
    if not after.isdecimal() or len(after) > 18:
        raise _BadRequest("after must be a sequence number")
    with state.store.transaction() as db:
        return history.entries(db, after=int(after), operation=str(body.get("operation", "")))


def _pending(state: State, body: Mapping[str, Json]) -> Json:
    """The operations of the writes that have arrived and are not carried out yet: the moment to kill a client."""
    return state.pending.operations()


def _quirks(state: State, body: Mapping[str, Json]) -> Json:
    return as_json()


def _clock(state: State, body: Mapping[str, Json]) -> Json:
    _check(body, {"advance": _Member(_NUMBER, required=True)})
    with state.store.transaction() as db:
        set_number(db, AHEAD, get_number(db, AHEAD) + body["advance"])
        return {"now": state.now(db)}


_CHOICES = MappingProxyType({"review": Review, "modify_approved": ModifyApproved, "codes": Codes, "pages": Pages})
_FIXED = ("access_key_id", "access_key_secret", "security_token")


def _settings(state: State, body: Mapping[str, Json]) -> Json:
    members: dict[str, _Member] = {}
    for field in fields(Settings):
        if field.name in _CHOICES:
            members[field.name] = _Member(str, one_of=tuple(choice.value for choice in _CHOICES[field.name]))
        elif field.name not in _FIXED:
            now = getattr(state.settings, field.name)
            members[field.name] = _Member(_NUMBER if isinstance(now, float) else type(now))
    _check(body, members)
    given: dict[str, Json] = {
        name: _CHOICES[name](value) if name in _CHOICES else value for name, value in body.items()
    }
    try:
        choose(given.get("quirks", {}))
    except ValueError as wrong:
        raise _BadRequest(str(wrong)) from None
    state.settings = replace(state.settings, **given)
    return {name: getattr(state.settings, name) for name in members}


_ROUTES: Mapping[tuple[str, str], Callable[[State, Mapping[str, Json]], Json]] = MappingProxyType(
    {
        ("POST", PREFIX + "review"): _review,
        ("POST", PREFIX + "category"): _category,
        ("POST", PREFIX + "template"): _template,
        ("POST", PREFIX + "metrics"): _metrics,
        ("POST", PREFIX + "flow"): _flow,
        ("POST", PREFIX + "space"): _space,
        ("GET", PREFIX + "faults"): _fault_kinds,
        ("POST", PREFIX + "faults"): _fault,
        ("DELETE", PREFIX + "faults"): _faults_clear,
        ("GET", PREFIX + "history"): _history,
        ("GET", PREFIX + "pending"): _pending,
        ("GET", PREFIX + "quirks"): _quirks,
        ("POST", PREFIX + "clock"): _clock,
        ("POST", PREFIX + "settings"): _settings,
    }
)
