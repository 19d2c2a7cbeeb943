"""A stand-in for the service that clients cannot tell apart: reads the same `api.json`. Knows no client.

A request in, a response out (`Emulator`), in process or served on loopback (`server.serve`, `server.running`).
"""

from templatesync.emulator.app import Emulator
from templatesync.emulator.http.message import ConnectionDropped, ConnectionFault, HttpRequest, HttpResponse
from templatesync.emulator.settings import Codes, ModifyApproved, Pages, Review, Settings
from templatesync.emulator.store.database import StoreError

__all__ = [
    "Codes",
    "ConnectionDropped",
    "ConnectionFault",
    "Emulator",
    "HttpRequest",
    "HttpResponse",
    "ModifyApproved",
    "Pages",
    "Review",
    "Settings",
    "StoreError",
]
