"""The authorization of uploads, and finding what was uploaded. Knows no HTTP; the store's own door is elsewhere."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from templatesync.emulator import upload
from templatesync.emulator.call import Call
from templatesync.emulator.origin import UPLOADS, locate
from templatesync.emulator.upload import Upload
from templatesync.emulator.wire import Reply


def authorization(call: Call) -> Reply:
    """GetChatappUploadAuthorization: keys that work, for the store described in `object_store`."""
    grant = upload.issue(call.db, call.settings, call.space, call.now)
    return Reply(
        {
            "Data": {
                "AccessKeyId": grant.key_id,
                "AccessKeySecret": grant.secret,
                "BucketName": UPLOADS,
                "Dir": grant.folder,
                "EndPoint": call.origin.reachable(UPLOADS),
                "Expire": round(grant.expires),
                "SecurityToken": grant.token,
            }
        }
    )


def find_upload(call: Call, path: str) -> Upload | None:
    """What a FilePath stands for: the address of an upload of this space in either form, or just its key."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return None
    if parts.scheme in ("http", "https"):
        place = locate(parts.netloc, parts.path)
        key = place[1] if place and place[0] == UPLOADS else ""
    else:
        key = unquote(path.removeprefix("/"))
    found = upload.get(call.db, key)
    return found if found and found.space == call.space.id else None
