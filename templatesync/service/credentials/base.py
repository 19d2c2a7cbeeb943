"""What a request is signed with, and where it comes from. Knows no file, no environment and no network."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from templatesync.model.errors import DeniedError
from templatesync.service.secret import Secret

_PRINTABLE = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key pair, with a token when it is temporary. `expires_at` is in seconds since 1970, None for never."""

    access_key_id: str = field(repr=False)
    access_key_secret: Secret
    security_token: Secret | None = None
    expires_at: float | None = None

    def headers(self) -> dict[str, str]:
        """What a temporary pair adds to every request; both are signed, as the official SDK does."""
        if self.security_token is None:
            return {}
        return {
            "x-acs-accesskey-id": self.access_key_id,
            "x-acs-security-token": self.security_token.reveal(),
        }

    def secrets(self) -> tuple[Secret, ...]:
        """What no message may hold. A secret that equals its id is the documented one of the emulator: no secret."""
        secrets = [self.security_token] if self.security_token else []
        if self.access_key_secret.reveal() != self.access_key_id:
            secrets.append(self.access_key_secret)
        return tuple(secrets)


class Provider(Protocol):
    """A source of credentials, safe for many threads.

    `source` names it to a person, never with a secret. `account` is whom quotas are counted for; known without
    asking anyone. `get` may raise ServiceError. `refresh` fetches anew and tells whether there was anything to fetch.
    """

    @property
    def source(self) -> str: ...

    @property
    def account(self) -> str: ...

    def get(self) -> Credentials: ...

    def refresh(self) -> bool: ...


class StaticProvider:
    """Credentials that were given once and stay."""

    def __init__(self, credentials: Credentials, source: str) -> None:
        self.source = source
        self.account = credentials.access_key_id
        self._credentials = credentials

    def __repr__(self) -> str:
        return f"StaticProvider({self.source})"

    def get(self) -> Credentials:
        """The credentials."""
        return self._credentials

    def refresh(self) -> bool:
        """Always False: there are no newer ones."""
        return False


def make_credentials(key_id: str, secret: str, token: str = "", *, source: str) -> Credentials:
    """Credentials from texts of a file or variable; raises DeniedError when one is missing or cannot be a key."""
    parts = {"access key id": key_id.strip(), "access key secret": secret.strip(), "security token": token.strip()}
    for name, value in parts.items():
        if not value and name != "security token":
            raise DeniedError(f"{source} has no {name}")
        # A line break in a header would be refused further down, in a message that quotes it.
        if value and not _PRINTABLE.fullmatch(value):
            raise DeniedError(f"the {name} in {source} holds a blank, a line break or a letter that no key has")
    key_id, secret, token = parts.values()
    return Credentials(key_id, Secret(secret), Secret(token) if token else None)


def emulator_provider() -> Provider:
    """The key of an emulator that was given no other."""
    source = "the emulator's own key"
    return StaticProvider(make_credentials("emulator", "emulator", source=source), source)
