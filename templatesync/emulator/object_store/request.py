"""Requests to the object store and its responses, between bytes and values. Pure; knows no database and no key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from types import MappingProxyType
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from templatesync.emulator.http import form
from templatesync.emulator.http.form import Form
from templatesync.emulator.http.message import HttpRequest, HttpResponse
from templatesync.emulator.object_store.origin import locate
from templatesync.emulator.outcome import RefusedCall

# What the history calls such requests, and what a fault can be ordered for.
ACTIONS: Mapping[str, str] = MappingProxyType({"GET": "GET file", "POST": "POST object"})

_SHOWN_FIELDS = ("key", "ossaccesskeyid", "success_action_status", "content-type")
_SECRET_FIELDS = ("policy", "signature", "x-oss-security-token")


@dataclass(frozen=True, slots=True)
class ObjectRequest:
    """A request taken apart. `form` is None for a read, and for a body that is no form: `wrong` says why."""

    request: HttpRequest
    action: str
    bucket: str
    key: str
    query: Mapping[str, str]
    form: Form | None = None
    wrong: str = ""

    @property
    def shown(self) -> dict[str, str]:
        """What the history may tell: no signature, no token."""
        if self.form is None:
            hidden = {name: "***" if name == "Signature" else text for name, text in self.query.items()}
            return {"bucket": self.bucket, "key": self.key} | hidden
        fields = {name: text for name, text in self.form.fields.items() if name in _SHOWN_FIELDS}
        hidden = {name: "***" for name in _SECRET_FIELDS if name in self.form.fields}
        return {"bucket": self.bucket} | fields | hidden | {"size": str(len(self.form.file))}


@dataclass(frozen=True, slots=True)
class ObjectReply:
    """What the object store answers, of an object of `space`. `changed`: it holds one that it did not hold before."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    space: str = ""
    changed: bool = False


def receive(request: HttpRequest) -> ObjectRequest | None:
    """Take a request apart; None when it is the API's."""
    path, _, query = request.target.partition("?")
    place = locate(request.headers.get("host", ""), path)
    if place is None:
        return None
    action = ACTIONS.get(request.method, f"{request.method[:20]} object")
    values = dict(parse_qsl(query[:8192], keep_blank_values=True))
    if request.method != "POST":
        return ObjectRequest(request, action, *place, values)
    try:
        given = form.parse(request.headers.get("content-type", ""), request.body)
    except ValueError as error:
        return ObjectRequest(request, action, *place, values, wrong=str(error))
    return ObjectRequest(request, action, *place, values, given)


def respond(outcome: ObjectReply | RefusedCall, *, now: float, request_id: str, host: str) -> HttpResponse:
    """A response as bytes; a refusal in the object store's own form, which is XML."""
    headers = {"date": formatdate(now, usegmt=True), "x-oss-request-id": request_id}
    if isinstance(outcome, RefusedCall):
        body = xml("Error", Code=outcome.code, Message=outcome.message, RequestId=request_id, HostId=host)
        return HttpResponse(
            outcome.status, headers | {"content-type": "application/xml", "content-length": str(len(body))}, body
        )
    length = {"content-length": str(len(outcome.body))}
    return HttpResponse(outcome.status, {**headers, **outcome.headers, **length}, outcome.body)


def xml(name: str, **members: str) -> bytes:
    """A document of one level."""
    inner = "".join(f"  <{member}>{escape(text)}</{member}>\n" for member, text in members.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name}>\n{inner}</{name}>\n'.encode()


def etag(data: bytes) -> str:
    """The tag of an object without its quotes: MD5 in upper-case hex, as for every object sent by form."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
