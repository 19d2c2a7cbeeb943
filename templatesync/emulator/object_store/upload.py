"""Uploads by form, with the keys that GetChatappUploadAuthorization has granted. Knows no HTTP but the form."""

from __future__ import annotations

import hmac
import sqlite3

from templatesync.emulator.http.form import Form
from templatesync.emulator.object_store.origin import UPLOADS
from templatesync.emulator.object_store.post_policy import check_policy, too_large
from templatesync.emulator.object_store.request import ObjectReply, ObjectRequest, etag, xml
from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.store import uploads
from templatesync.emulator.store.uploads import GrantRow, UploadRow
from templatesync.emulator.tokens import store_signature

# Bytes.
_LONGEST_KEY = 1023


def store(db: sqlite3.Connection, received: ObjectRequest, *, now: float, wire_time: float) -> ObjectReply:
    """Keep what a form brings. Raises Refusal; the times are those of `carry_out`."""
    given = received.form
    if given is None:
        raise RefusedCall(
            "MalformedPOSTRequest", f"The body of your POST request is wrong: {received.wrong}.", status=400
        )
    grant = _check_grant(db, given, now)
    key = given.fields.get("key", "").replace("${filename}", given.file_name)
    if not key or key[0] in "/\\" or len(key.encode()) > _LONGEST_KEY:
        raise RefusedCall("InvalidArgument", "The form needs a key of at most 1023 bytes.", status=400)
    size = len(given.file)
    check_policy(given.fields["policy"], {**given.fields, "key": key, "bucket": UPLOADS}, size, wire_time)
    if not key.startswith(grant.folder + "/"):
        raise RefusedCall("AccessDenied", "You have no right to access this object.", status=403)
    if size > uploads.LARGEST:
        raise too_large()
    kind = given.fields.get("x-oss-content-type") or given.fields.get("content-type") or given.file_type
    uploads.put(db, UploadRow(key, grant.space, kind, given.file, now))
    return _stored(given, key, grant.space)


def _stored(given: Form, key: str, space: str) -> ObjectReply:
    tag = etag(given.file)
    headers = {"etag": f'"{tag}"'}
    status = given.fields.get("success_action_status", "")
    if status == "201":
        location = f"http://{UPLOADS}/{key}"
        body = xml("PostResponse", Bucket=UPLOADS, Location=location, Key=key, ETag=tag)
        return ObjectReply(201, headers | {"content-type": "application/xml"}, body, space, changed=True)
    return ObjectReply(200 if status == "200" else 204, headers, b"", space, changed=True)


def _check_grant(db: sqlite3.Connection, given: Form, now: float) -> GrantRow:
    """The keys that the form is signed with. Raises Refusal when they do not fit, or no longer."""
    fields = given.fields
    for name in ("OSSAccessKeyId", "policy", "Signature"):
        if not fields.get(name.lower()):
            raise RefusedCall("AccessDenied", f"The form has no {name}, and nobody may write without.", status=403)
    grant = uploads.find_grant(db, fields["ossaccesskeyid"])
    if grant is None:
        raise RefusedCall("InvalidAccessKeyId", "The OSS Access Key Id you provided does not exist.", status=403)
    if not hmac.compare_digest(fields.get("x-oss-security-token", "").encode(), grant.token.encode()):
        raise RefusedCall("InvalidSecurityToken", "The security token you provided is invalid.", status=403)
    if grant.expires <= now:
        raise RefusedCall("SecurityTokenExpired", "The security token you provided has expired.", status=403)
    proof = store_signature(grant.secret, fields["policy"])
    if not hmac.compare_digest(fields["signature"].encode(), proof.encode()):
        raise RefusedCall("SignatureDoesNotMatch", "The signature is not that of the policy.", status=403)
    return grant
