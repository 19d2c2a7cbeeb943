"""Which QR code is which: its key, and what is left of that in another spelling. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping

from templatesync.kinds.text import alike, text_of
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.resource import Key

KIND = "qr_code"
DIGEST = 12
"""Hex digits of the message's sha256 that name a code: 2,000 codes of a number collide once in 10^8."""


def identify(body: Mapping[str, Json]) -> Key:
    """The key of a body: the number with the code, if the body names one, else with a digest of the message."""
    phone, message, code = (text_of(body.get(name)) for name in ("PhoneNumber", "PrefilledMessage", "QrdlCode"))
    if not phone or not (code or message):
        return Key(KIND, phone)
    return by_code(phone, code) if code else by_message(phone, message)


def by_message(phone: str, message: str) -> Key:
    """The key of the code that opens a chat with `message`."""
    digest = hashlib.sha256(message.encode("utf-8", "surrogatepass")).hexdigest()
    return Key(KIND, f"{phone}/{digest[:DIGEST]}")


def by_code(phone: str, code: str) -> Key:
    """The key of a code that is printed already."""
    return Key(KIND, f"{phone}/{code}")


def phone_of(key: Key) -> str:
    """The number that a key names."""
    return key.name.partition("/")[0]


def likeness(key: Key, body: Mapping[str, Json] | None) -> str:
    """Number and message in one spelling: a service may trim a message, or tell it with other blanks or as HTML."""
    message = alike(text_of((body or {}).get("PrefilledMessage")))
    number = digits(phone_of(key))
    return f"{number}/{sha256(message)}" if message else f"{number}/{key.name.partition('/')[2].casefold()}"


def digits(value: Json) -> str:
    """A number as files write it: digits with the country code, no plus (the form of the API's own samples)."""
    plain = unicodedata.normalize("NFKC", text_of(value))
    return "".join(char for char in plain if char in "0123456789")
