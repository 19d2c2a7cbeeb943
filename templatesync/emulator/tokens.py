"""Texts that only this emulator can make: tokens, temporary keys, signatures of addresses. Pure.

All follow from the emulator's own secret, so that they need not be kept, and are the same in every run.
"""

from __future__ import annotations

import base64
import hmac
from urllib.parse import urlencode

from templatesync.emulator.settings import Settings

# Under which the service's own addresses are signed. It is no caller's key.
SERVICE_KEY = "STS.EMULATORservice"


def seal(settings: Settings, *parts: str) -> str:
    """64 hex digits that nobody without the secret can tell beforehand."""
    return hmac.digest(settings.access_key_secret.encode(), "\n".join(parts).encode(), "sha256").hex()


def store_signature(secret: str, text: str) -> str:
    """A signature in the object store's first form, as its form uploads and signed addresses carry it."""
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1")).decode()


def signed_query(settings: Settings, bucket: str, key: str, expires: int) -> str:
    """The query of an address under which an object of the service can be read until `expires`, epoch seconds."""
    values = {"Expires": str(expires), "OSSAccessKeyId": SERVICE_KEY}
    return urlencode(values | {"Signature": address_signature(settings, bucket, key, str(expires))})


def address_signature(settings: Settings, bucket: str, key: str, expires: str) -> str:
    """What `signed_query` signs with."""
    secret = seal(settings, "service")[:30]
    return store_signature(secret, f"GET\n\n\n{expires}\n/{bucket}/{key}")
