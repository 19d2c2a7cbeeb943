"""The authorization of uploads, and finding what was uploaded. Knows no HTTP and no form: see `object_store`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from templatesync.emulator.object_store.origin import UPLOADS, locate
from templatesync.emulator.operations.call import Call, operation
from templatesync.emulator.outcome import OperationReply
from templatesync.emulator.platform.text import create_error
from templatesync.emulator.store import uploads
from templatesync.emulator.store.uploads import UploadRow
from templatesync.model.json_value import Json


@operation("GetChatappUploadAuthorization")
def authorization(call: Call) -> OperationReply:
    """GetChatappUploadAuthorization: keys that work, for the object store as `object_store` describes it."""
    grant = uploads.issue(call.db, call.settings, call.space, call.now)
    return OperationReply(
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


def check_samples(call: Call) -> None:
    """Refuse a template whose header has a sample in the object store that is not there, or is another space's."""
    for header in _headers(call.params):
        url = str(header.get("Url") or "")
        if _stored_key(url) and find_upload(call, url) is None:
            raise create_error(f"HEADER: there is nothing at {url[:200]!r}")


def _headers(holder: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    for name in ("Components", "Cards", "CardComponents"):
        for item in holder.get(name) or []:
            if item.get("Type") == "HEADER":
                yield item
            yield from _headers(item)


def find_upload(call: Call, path: str) -> UploadRow | None:
    """What a FilePath stands for: the address of an upload of this space in either form, or just its key."""
    key = _stored_key(path)
    if key is None:
        key = unquote(path.removeprefix("/"))
    found = uploads.get(call.db, key)
    return found if found and found.space == call.space.id else None


def _stored_key(url: str) -> str | None:
    """The key in the address of an upload, empty in any other address; None of what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return None
    place = locate(parts.netloc, parts.path)
    return place[1] if place and place[0] == UPLOADS else ""
