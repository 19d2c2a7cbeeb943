"""Reads: uploads by their address, pictures by a name nobody can guess, JSON by a signed address. Knows no HTTP."""

from __future__ import annotations

import hmac
import sqlite3

from templatesync.emulator.object_store import qr_picture
from templatesync.emulator.object_store.request import ObjectReply, ObjectRequest, etag
from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.settings import Settings
from templatesync.emulator.store import flows, qr_codes, uploads
from templatesync.emulator.store.flows import FlowRow
from templatesync.emulator.store.qr_codes import QrCode
from templatesync.emulator.tokens import SERVICE_KEY, address_signature, token


def read_upload(db: sqlite3.Connection, received: ObjectRequest) -> ObjectReply | None:
    """What was uploaded; None when there is nothing."""
    found = uploads.get(db, received.key)
    if found is None:
        return None
    # Whatever was uploaded must not become a page of the emulator's own address. A type that is no text cannot be sent.
    kind = found.type if found.type.isascii() and found.type.isprintable() else "application/octet-stream"
    return _file(found.data, kind, found.space, **{"content-disposition": "attachment"})


def picture_key(settings: Settings, one: QrCode) -> str:
    """Under which a code's picture is published; another one when the text or the kind of picture changes."""
    suffix = token(settings, "picture", one.space, one.code, one.image, one.message)[:24]
    return f"qr/{one.code}-{suffix}.{one.image.lower()}"


def asset_key(found: FlowRow) -> str:
    """Under which a flow's JSON can be read, with a signature."""
    return f"flows/{found.flow_id}.json"


def read_published(
    db: sqlite3.Connection, received: ObjectRequest, settings: Settings, now: float
) -> ObjectReply | None:
    """What the service has published; None when there is nothing. Raises Refusal for a wrong signature."""
    folder, _, name = received.key.partition("/")
    if folder == "qr":
        code = qr_codes.get(db, name.partition("-")[0])
        if code is None or not hmac.compare_digest(picture_key(settings, code).encode(), received.key.encode()):
            return None
        if code.image == "SVG":
            return _file(qr_picture.svg(code.code), "image/svg+xml", code.space)
        return _file(qr_picture.png(code.code), "image/png", code.space)
    _check_address(received, settings, now)
    found = flows.get(db, name.removesuffix(".json"))
    if found is None or not found.asset or asset_key(found) != received.key:
        return None
    return _file(found.asset.encode(), "application/json", found.space)


def _check_address(received: ObjectRequest, settings: Settings, now: float) -> None:
    expires, key_id, proof = (received.query.get(name, "") for name in ("Expires", "OSSAccessKeyId", "Signature"))
    if key_id != SERVICE_KEY or not (expires.isdecimal() and len(expires) < 16):
        raise RefusedCall("AccessDenied", "You have no right to access this object.", status=403)
    if int(expires) < now:
        raise RefusedCall("AccessDenied", "Request has expired.", status=403)
    wanted = address_signature(settings, received.bucket, received.key, expires)
    if not hmac.compare_digest(proof.encode(), wanted.encode()):
        raise RefusedCall("SignatureDoesNotMatch", "The signature is not that of the address.", status=403)


def _file(data: bytes, kind: str, space: str, **headers: str) -> ObjectReply:
    fixed = {"content-type": kind, "etag": f'"{etag(data)}"', "x-content-type-options": "nosniff"}
    return ObjectReply(200, fixed | headers, data, space)
