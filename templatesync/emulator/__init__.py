"""A stand-in for the service that clients cannot tell apart: reads the same `api.json`, and knows no client.

Bytes in, bytes out (`Emulator`), in process or served on loopback (`server.serve`, `server.running`).
"""

from templatesync.emulator.app import Emulator
from templatesync.emulator.http.wire import (
    ConnectionDropped,
    HttpRequest,
    HttpResponse,
    Quirk,
)
from templatesync.emulator.settings import (
    Codes,
    ModifyApproved,
    Pages,
    Review,
    Settings,
)
from templatesync.emulator.store.database import StoreError

__all__ = [
    "Codes",
    "ConnectionDropped",
    "Emulator",
    "HttpRequest",
    "HttpResponse",
    "ModifyApproved",
    "Pages",
    "Quirk",
    "Review",
    "Settings",
    "StoreError",
]
