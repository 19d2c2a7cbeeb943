"""Which addresses answers name, and what an address points at. Pure; knows no object, no database, no operation.

The object store beside the service has two buckets: one for what callers upload, one for what the service publishes.
Served, both are paths under the address that the caller used, so that it can follow them. Embedded, there is nothing
to connect to: pictures get the address that the real object store would give them; whatever the caller must follow,
a path under the loopback address that the embedding transport answers for. Requests are understood in either form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

PREFIX = "/_oss/"
UPLOADS = "cams-upload-emulator"
MEDIA = "cams-media-emulator"
OBJECT_STORE_HOST = "oss-ap-southeast-1.aliyuncs.com"
MEDIA_HOST = f"{MEDIA}.{OBJECT_STORE_HOST}"

# What an embedded client is told to call.
_FALLBACK = "127.0.0.1"
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?P<port>:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port that the caller used; `served` when they lead to a real connection."""

    base: str
    served: bool

    def reachable(self, bucket: str, key: str = "") -> str:
        """An address that the caller can follow as it follows its endpoint's."""
        return f"{self.base}{PREFIX}{bucket}/{quote(key)}"

    def published(self, key: str) -> str:
        """The address of something that the service has published."""
        return self.reachable(MEDIA, key) if self.served else f"https://{MEDIA_HOST}/{quote(key)}"


def origin(host: str) -> Origin:
    """The origin of a call with that Host header. A served emulator has a port, an embedded one has none."""
    match = _HOST.fullmatch(host)
    if match is None:
        return Origin(f"http://{_FALLBACK}", served=False)
    return Origin(f"http://{host}", served=match["port"] is not None)


def locate(host: str, path: str) -> tuple[str, str] | None:
    """Bucket and key that host and path point at, existing or not; None for what is not the object store's."""
    if path.startswith(PREFIX):
        bucket, _, key = path.removeprefix(PREFIX).partition("/")
        return bucket, unquote(key)
    for bucket in (UPLOADS, MEDIA):
        if host.lower() in (f"{bucket}.{OBJECT_STORE_HOST}", f"{bucket}.{OBJECT_STORE_HOST}:443"):
            return bucket, unquote(path.removeprefix("/"))
    return None
