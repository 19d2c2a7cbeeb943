"""The object store beside the service: uploads by form, reads by address. Knows no operation of the API.

How a client uploads, with what GetChatappUploadAuthorization has answered:

- EndPoint with a path is where to post, as it stands: that is the emulator's, served or embedded. Of an EndPoint
  without a path, with a scheme or without, only the host counts, and the form goes to `https://BUCKET.HOST/`.
- The form is `POST` of multipart/form-data with the fields `key` (Dir, a slash and a name), `policy` (JSON in base64
  with `expiration` and `conditions`), `OSSAccessKeyId`, `Signature` (base64 of the HMAC-SHA1 of the policy's base64
  under AccessKeySecret), `x-oss-security-token`, perhaps `success_action_status` and `Content-Type`, and last `file`.
- Success is 204, or 200 or 201 when asked for; anything else is XML with Code and Message.
- The object's address is where the form went to, a slash if there is none, and the percent-encoded key. It can be read
  by whoever knows it, and nobody can guess Dir. What the service publishes is in a bucket of its own: pictures under
  names that cannot be guessed, JSON under addresses that are signed and expire.

A request is the store's when its path begins with `/_oss/BUCKET/`, or its host is `BUCKET.HOST`: an embedding transport
that brings every request here, whatever its host, reaches both.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from types import MappingProxyType
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from templatesync.emulator.http import form
from templatesync.emulator.http.form import Form
from templatesync.emulator.http.wire import HttpRequest, HttpResponse, Refusal
from templatesync.emulator.objects import picture
from templatesync.emulator.objects.origin import MEDIA, UPLOADS, locate
from templatesync.emulator.objects.post_policy import check_policy, too_large
from templatesync.emulator.settings import Settings
from templatesync.emulator.store import flows, qr_codes, uploads
from templatesync.emulator.store.flows import Flow
from templatesync.emulator.store.qr_codes import QrCode
from templatesync.emulator.store.uploads import Grant, Upload
from templatesync.emulator.tokens import (
    SERVICE_KEY,
    address_signature,
    seal,
    store_signature,
)

# What the history calls them, and what a fault can be ordered for.
ACTIONS: Mapping[str, str] = MappingProxyType({"GET": "GET file", "POST": "POST object"})

_SHOWN_FIELDS = ("key", "ossaccesskeyid", "success_action_status", "content-type")
_SECRET_FIELDS = ("policy", "signature", "x-oss-security-token")
_LONGEST_KEY = 1023


@dataclass(frozen=True, slots=True)
class Errand:
    """A request to the store. `form` is None for a read, and for what is no form."""

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
class Delivery:
    """What the store answers. `changed`: it holds an object that it did not hold before."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    space: str = ""
    changed: bool = False


def receive(request: HttpRequest) -> Errand | None:
    """A request to the store; None when it is the API's."""
    path, _, query = request.target.partition("?")
    place = locate(request.headers.get("host", ""), path)
    if place is None:
        return None
    action = ACTIONS.get(request.method, f"{request.method[:20]} object")
    values = dict(parse_qsl(query[:8192], keep_blank_values=True))
    if request.method != "POST":
        return Errand(request, action, *place, values)
    try:
        given = form.parse(request.headers.get("content-type", ""), request.body)
    except ValueError as error:
        return Errand(request, action, *place, values, wrong=str(error))
    return Errand(request, action, *place, values, given)


def carry_out(db: sqlite3.Connection, errand: Errand, settings: Settings, *, now: float, wire_time: float) -> Delivery:
    """Answer an errand. `now` is the state clock, by which keys and addresses expire; policies go by the wire's."""
    if errand.bucket not in (UPLOADS, MEDIA):
        raise Refusal("NoSuchBucket", "The specified bucket does not exist.", status=404)
    if errand.request.method == "GET":
        found = _read_upload(db, errand) if errand.bucket == UPLOADS else _read_published(db, errand, settings, now)
        if found is None:
            raise Refusal("NoSuchKey", "The specified key does not exist.", status=404)
        return found
    if errand.request.method != "POST" or errand.bucket != UPLOADS or errand.key:
        raise Refusal("MethodNotAllowed", "The specified method is not allowed against this resource.", status=405)
    return _store(db, errand, now=now, wire_time=wire_time)


def respond(outcome: Delivery | Refusal, *, now: float, request_id: str, host: str) -> HttpResponse:
    """An answer as bytes; a refusal in the store's own words, which are XML."""
    headers = {"date": formatdate(now, usegmt=True), "x-oss-request-id": request_id}
    if isinstance(outcome, Refusal):
        body = _xml("Error", Code=outcome.code, Message=outcome.message, RequestId=request_id, HostId=host)
        return HttpResponse(
            outcome.status, headers | {"content-type": "application/xml", "content-length": str(len(body))}, body
        )
    length = {"content-length": str(len(outcome.body))}
    return HttpResponse(outcome.status, {**headers, **outcome.headers, **length}, outcome.body)


def _xml(name: str, **members: str) -> bytes:
    inner = "".join(f"  <{member}>{escape(text)}</{member}>\n" for member, text in members.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name}>\n{inner}</{name}>\n'.encode()


def _store(db: sqlite3.Connection, errand: Errand, *, now: float, wire_time: float) -> Delivery:
    given = errand.form
    if given is None:
        raise Refusal("MalformedPOSTRequest", f"The body of your POST request is wrong: {errand.wrong}.", status=400)
    grant = _check_grant(db, given, now)
    key = given.fields.get("key", "").replace("${filename}", given.file_name)
    if not key or key[0] in "/\\" or len(key.encode()) > _LONGEST_KEY:
        raise Refusal("InvalidArgument", "The form needs a key of at most 1023 bytes.", status=400)
    size = len(given.file)
    check_policy(given.fields["policy"], {**given.fields, "key": key, "bucket": UPLOADS}, size, wire_time)
    if not key.startswith(grant.folder + "/"):
        raise Refusal("AccessDenied", "You have no right to access this object.", status=403)
    if size > uploads.LARGEST:
        raise too_large()
    kind = given.fields.get("x-oss-content-type") or given.fields.get("content-type") or given.file_type
    uploads.put(db, Upload(key, grant.space, kind, given.file, now))
    return _stored(given, key, grant.space)


def _stored(given: Form, key: str, space: str) -> Delivery:
    tag = _tag(given.file)
    headers = {"etag": f'"{tag}"'}
    status = given.fields.get("success_action_status", "")
    if status == "201":
        location = f"http://{UPLOADS}/{key}"
        body = _xml("PostResponse", Bucket=UPLOADS, Location=location, Key=key, ETag=tag)
        return Delivery(201, headers | {"content-type": "application/xml"}, body, space, changed=True)
    return Delivery(200 if status == "200" else 204, headers, b"", space, changed=True)


def _check_grant(db: sqlite3.Connection, given: Form, now: float) -> Grant:
    """The keys that the form is signed with. Raises Refusal when they do not fit, or no longer."""
    fields = given.fields
    for name in ("OSSAccessKeyId", "policy", "Signature"):
        if not fields.get(name.lower()):
            raise Refusal("AccessDenied", f"The form has no {name}, and nobody may write without.", status=403)
    grant = uploads.find_grant(db, fields["ossaccesskeyid"])
    if grant is None:
        raise Refusal("InvalidAccessKeyId", "The OSS Access Key Id you provided does not exist.", status=403)
    if not hmac.compare_digest(fields.get("x-oss-security-token", "").encode(), grant.token.encode()):
        raise Refusal("InvalidSecurityToken", "The security token you provided is invalid.", status=403)
    if grant.expires <= now:
        raise Refusal("SecurityTokenExpired", "The security token you provided has expired.", status=403)
    proof = store_signature(grant.secret, fields["policy"])
    if not hmac.compare_digest(fields["signature"].encode(), proof.encode()):
        raise Refusal("SignatureDoesNotMatch", "The signature is not that of the policy.", status=403)
    return grant


def _tag(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest().upper()


def _delivery(data: bytes, kind: str, space: str, **headers: str) -> Delivery:
    fixed = {"content-type": kind, "etag": f'"{_tag(data)}"', "x-content-type-options": "nosniff"}
    return Delivery(200, fixed | headers, data, space)


def _read_upload(db: sqlite3.Connection, errand: Errand) -> Delivery | None:
    found = uploads.get(db, errand.key)
    if found is None:
        return None
    # Whatever was uploaded must not become a page of the emulator's own address. A type is told only if it is one.
    kind = found.type if found.type.isascii() and found.type.isprintable() else "application/octet-stream"
    return _delivery(found.data, kind, found.space, **{"content-disposition": "attachment"})


def picture_key(settings: Settings, one: QrCode) -> str:
    """Under which a code's picture is published; another one when the text or the kind of picture changes."""
    token = seal(settings, "picture", one.space, one.code, one.image, one.message)[:24]
    return f"qr/{one.code}-{token}.{one.image.lower()}"


def asset_key(found: Flow) -> str:
    """Under which a flow's JSON can be read, with a signature."""
    return f"flows/{found.flow_id}.json"


def _read_published(db: sqlite3.Connection, errand: Errand, settings: Settings, now: float) -> Delivery | None:
    folder, _, name = errand.key.partition("/")
    if folder == "qr":
        code = qr_codes.get(db, name.partition("-")[0])
        if code is None or not hmac.compare_digest(picture_key(settings, code).encode(), errand.key.encode()):
            return None
        if code.image == "SVG":
            return _delivery(picture.svg(code.code), "image/svg+xml", code.space)
        return _delivery(picture.png(code.code), "image/png", code.space)
    _check_address(errand, settings, now)
    found = flows.get(db, name.removesuffix(".json"))
    if found is None or not found.asset or asset_key(found) != errand.key:
        return None
    return _delivery(found.asset.encode(), "application/json", found.space)


def _check_address(errand: Errand, settings: Settings, now: float) -> None:
    expires, key_id, proof = (errand.query.get(name, "") for name in ("Expires", "OSSAccessKeyId", "Signature"))
    if key_id != SERVICE_KEY or not (expires.isdecimal() and len(expires) < 16):
        raise Refusal("AccessDenied", "You have no right to access this object.", status=403)
    if int(expires) < now:
        raise Refusal("AccessDenied", "Request has expired.", status=403)
    wanted = address_signature(settings, errand.bucket, errand.key, expires)
    if not hmac.compare_digest(proof.encode(), wanted.encode()):
        raise Refusal("SignatureDoesNotMatch", "The signature is not that of the address.", status=403)
