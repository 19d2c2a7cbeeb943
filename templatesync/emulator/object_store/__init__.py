"""The object store beside the service: uploads by form, reads by address. Knows no operation of the API.

How a client uploads, with what GetChatappUploadAuthorization has answered:

- EndPoint with a path is where to post, unchanged: that is the emulator's, served or embedded. Of an EndPoint
  without a path, with a scheme or without, only the host counts, and the form goes to `https://BUCKET.HOST/`.
- The form is `POST` of multipart/form-data with the fields `key` (Dir, a slash and a name), `policy` (JSON in base64
  with `expiration` and `conditions`), `OSSAccessKeyId`, `Signature` (base64 of the HMAC-SHA1 of the policy's base64
  under AccessKeySecret), `x-oss-security-token`, perhaps `success_action_status` and `Content-Type`, and last `file`.
- Success is 204, or 200 or 201 when asked for; anything else is XML with Code and Message.
- The object's address is where the form went to, a slash if there is none, and the percent-encoded key. It can be read
  by whoever knows it, and nobody can guess Dir. What the service publishes is in a bucket of its own: pictures under
  names that cannot be guessed, JSON under addresses that are signed and expire.

A request is the object store's when its path begins with `/_oss/BUCKET/`, or its host is `BUCKET.HOST`: an embedding
transport that brings every request here, whatever its host, reaches both.
"""

from __future__ import annotations

import sqlite3

from templatesync.emulator.object_store.download import read_published, read_upload
from templatesync.emulator.object_store.origin import MEDIA, UPLOADS
from templatesync.emulator.object_store.request import ObjectReply, ObjectRequest
from templatesync.emulator.object_store.upload import store
from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.settings import Settings


def carry_out(
    db: sqlite3.Connection, received: ObjectRequest, settings: Settings, *, now: float, wire_time: float
) -> ObjectReply:
    """Answer one request. Raises Refusal.

    `now` is the state clock, by which keys and addresses expire; policies expire by `wire_time`.
    """
    if received.bucket not in (UPLOADS, MEDIA):
        raise RefusedCall("NoSuchBucket", "The specified bucket does not exist.", status=404)
    if received.request.method == "GET":
        found = read_upload(db, received) if received.bucket == UPLOADS else read_published(db, received, settings, now)
        if found is None:
            raise RefusedCall("NoSuchKey", "The specified key does not exist.", status=404)
        return found
    if received.request.method != "POST" or received.bucket != UPLOADS or received.key:
        raise RefusedCall("MethodNotAllowed", "The specified method is not allowed against this resource.", status=405)
    return store(db, received, now=now, wire_time=wire_time)
