"""Values that must never be shown, and the cleaning of texts that may hold them. Pure."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from typing import NoReturn
from urllib.parse import quote, quote_plus

from templatesync.model.json_value import Json

HIDDEN = "***"

# Shorter ones are in every text by chance, and hiding them everywhere would tell what they are.
_SHORTEST = 4

# What a leaked credential looks like: an access key id, an STS token, a JSON web token, the password in a URL.
_SHAPES = re.compile(
    r"LTAI[0-9A-Za-z]{8,}"
    r"|STS\.[0-9A-Za-z]{8,}"
    r"|eyJ[0-9A-Za-z_-]{5,}\.[0-9A-Za-z_-]*(?:\.[0-9A-Za-z_-]*)?"
    r"|(?<=://)[^/\s@]*:[^/\s@]*(?=@)"
)


class Secret:
    """Text that prints as `***` wherever it is put. Only `reveal` gives it away, so a search finds every use."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself: for a signature, a header or a form, never for a message."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        # A pickle would be the secret in clear, in whatever file or pipe it ends up.
        raise TypeError("a secret cannot be pickled")


def scrub(text: str, secrets: Iterable[Secret] = ()) -> str:
    """`text` without these secrets, as they are or percent-encoded, and without what looks like any other.

    The service quotes requests in its refusals, so its words are not safe to repeat as they come.
    """
    for secret in secrets:
        value = secret.reveal()
        if len(value) < _SHORTEST:
            continue
        for spelling in {value, quote(value, safe=""), quote_plus(value)}:
            text = text.replace(spelling, HIDDEN)
    return _SHAPES.sub(HIDDEN, text)


def scrub_json(value: Json, secrets: Iterable[Secret]) -> Json:
    """`scrub` for every text in a JSON value, names included."""
    hidden = tuple(secrets)
    if isinstance(value, str):
        return scrub(value, hidden)
    if isinstance(value, list):
        return [scrub_json(item, hidden) for item in value]
    if isinstance(value, dict):
        return {scrub(name, hidden): scrub_json(item, hidden) for name, item in value.items()}
    return value


def printable(body: bytes, limit: int = 200) -> str:
    """The first bytes of an answer that nobody expected, fit for a message."""
    cut = body[:limit]
    text = "".join(chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}" for byte in cut)
    return text + ("…" if len(body) > limit else "")
