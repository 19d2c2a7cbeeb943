"""Texts that only this emulator can make: tokens, temporary keys, signatures of addresses. Pure; knows no caller.

All follow from the emulator's own secret, so that they need not be kept, and are the same in every run.
"""

from __future__ import annotations

import base64
import hmac
from urllib.parse import urlencode

from templatesync.emulator.settings import Settings

# The key id under which the service signs its own addresses. It is no caller's.
SERVICE_KEY = "STS.EMULATORservice"


def token(settings: Settings, *parts: str) -> str:
    """64 hex digits that nobody can foresee without the secret; the same for the same `parts`."""
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
    secret = token(settings, "service")[:30]
    return store_signature(secret, f"GET\n\n\n{expires}\n/{bucket}/{key}")
