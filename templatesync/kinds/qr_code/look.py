"""A QR code as what a person who scans it gets. Pure; never raises, and makes no link up."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.text import text_of
from templatesync.look.bubble import Picture, Values
from templatesync.model.json_value import Json

LINK = "DeepLinkUrl"
"""Where an answer tells the link. No file has it, for the service chooses it."""
_OURS = ("https://wa.me/", "https://api.whatsapp.com/")


def look(content: Json, language: str, samples: Mapping[str, str], values: Values) -> Picture:
    """What a code starts. The link becomes a picture to scan, so only one of WhatsApp's is taken."""
    fields = content if isinstance(content, Mapping) else {}
    link = text_of(fields.get(LINK)).strip()
    message, phone = (text_of(fields.get(name)) for name in ("PrefilledMessage", "PhoneNumber"))
    return Picture(message, phone, link if link.startswith(_OURS) else "")
