"""Temporary credentials from the token service (STS), by a key or by an OIDC token. Knows no file of profiles."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from templatesync.model.errors import DeniedError, UnreachableError
from templatesync.model.json_value import Json
from templatesync.model.request import AnswerClass
from templatesync.service import signing
from templatesync.service.api import api
from templatesync.service.credentials.base import Credentials, Provider, make_credentials
from templatesync.service.http import ExchangeError, Network, Reply, Timeouts
from templatesync.service.secret import Secret, scrub

STS_VERSION = "2015-04-01"
# The whole of a refresh, so that a run is never held up for longer by a token service that hangs.
STS_TIMEOUTS = Timeouts(connect=5.0, read=10.0, total=15.0)
_TOKEN_LIMIT = 64 * 1024
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """Which role to take, and for how long (seconds). `host` is that of the token service."""

    arn: str
    host: str
    session: str = "templatesync"
    seconds: int = 3600
    policy: str = ""
    external_id: str = ""

    @property
    def account(self) -> str:
        """The number of the account that owns the role; quotas are counted per account."""
        parts = self.arn.split(":")
        return parts[3] if len(parts) > 4 and parts[3] else self.arn

    def params(self) -> dict[str, str]:
        """The parameters that both ways of assuming a role share."""
        params = {
            "RoleArn": self.arn,
            "RoleSessionName": self.session,
            "DurationSeconds": str(self.seconds),
            "Policy": self.policy,
        }
        return {name: value for name, value in params.items() if value}


def assume_role(base: Provider, role: AssumedRole, network: Network, clock: Callable[[], float]) -> Credentials:
    """AssumeRole, signed with the credentials of `base`."""
    credentials = base.get()
    params = role.params() | ({"ExternalId": role.external_id} if role.external_id else {})
    body = signing.canonical_query(params).encode()

    def headers(now: float) -> dict[str, str]:
        signed = {
            "host": role.host,
            "x-acs-action": "AssumeRole",
            "x-acs-version": STS_VERSION,
            "x-acs-date": _date(now),
            "x-acs-signature-nonce": uuid.uuid4().hex,
            "x-acs-content-sha256": signing.payload_hash(body),
            "content-type": _FORM,
        } | credentials.headers()
        signed["authorization"] = signing.authorization(
            access_key_id=credentials.access_key_id,
            access_key_secret=credentials.access_key_secret.reveal(),
            method="POST",
            path="/",
            params={},
            headers=signed,
            body=body,
        )
        return signed

    url = f"https://{role.host}/"
    reply = _exchange(network, url, headers(clock()), body)
    if _code(reply) == "InvalidTimeStamp.Expired" and (there := _server_time(reply)) is not None:
        reply = _exchange(network, url, headers(there), body)
    return _read(reply, f"role {role.arn}", credentials.secrets())


def assume_role_with_oidc(
    provider_arn: str, token_file: Path, role: AssumedRole, network: Network, clock: Callable[[], float]
) -> Credentials:
    """AssumeRoleWithOIDC: the token is the proof, nothing is signed. The file is read anew: runners rotate it."""
    token = _read_token(token_file)
    query = {
        "Action": "AssumeRoleWithOIDC",
        "Version": STS_VERSION,
        "Format": "JSON",
        "Timestamp": _date(clock()),
        "SignatureNonce": uuid.uuid4().hex,
    }
    # The token goes into the body: proxies and servers write queries into their logs.
    params = role.params() | {"OIDCProviderArn": provider_arn, "OIDCToken": token.reveal()}
    url = f"https://{role.host}/?{signing.canonical_query(query)}"
    headers = {"host": role.host, "content-type": _FORM}
    reply = _exchange(network, url, headers, signing.canonical_query(params).encode())
    return _read(reply, f"role {role.arn}", (token,))


def parse_credentials(data: Json, source: str) -> Credentials:
    """The members that the token service and the metadata service share; raises DeniedError when they do not fit."""
    fields = [data.get(name) for name in ("AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration")]
    key_id, secret, token, expiration = (field if isinstance(field, str) else "" for field in fields)
    found = make_credentials(key_id, secret, token, source=source)
    try:
        expires_at = datetime.fromisoformat(expiration).timestamp()
    except ValueError:
        raise DeniedError(f"{source} does not say when its credentials run out") from None
    return Credentials(found.access_key_id, found.access_key_secret, found.security_token, expires_at)


def decode(body: bytes) -> Mapping[str, Json]:
    """A JSON object, or an empty one for anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _exchange(network: Network, url: str, headers: dict[str, str], body: bytes) -> Reply:
    try:
        return network.exchange("POST", url, {**headers, "accept": "application/json"}, body)
    except ExchangeError as error:
        raise UnreachableError(f"the token service could not be asked for credentials: {error}") from None


def _read(reply: Reply, what: str, secrets: tuple[Secret, ...]) -> Credentials:
    data = decode(reply.body)
    if isinstance(data.get("Credentials"), dict):
        return parse_credentials(data["Credentials"], "the answer of the token service")
    code = _code(reply)
    if not code:
        raise UnreachableError(f"the token service gave no usable answer (HTTP {reply.status})")
    # Of the answer only code and message, and no token in it: it quotes what it was sent.
    message = scrub(f"{data.get('Message', '')}", secrets)[:300]
    transient = api().classify(code) in (AnswerClass.THROTTLED, AnswerClass.UNAVAILABLE)
    kind = UnreachableError if transient else DeniedError
    request_id = scrub(f"{data.get('RequestId', '')}", secrets)[:80]
    code = scrub(code, secrets)[:200]
    raise kind(
        f"the token service does not give credentials of {what}: {code}: {message}", code=code, request_id=request_id
    )


def _code(reply: Reply) -> str:
    code = decode(reply.body).get("Code")
    return code if isinstance(code, str) else ""


def _server_time(reply: Reply) -> float | None:
    try:
        return parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _read_token(file: Path) -> Secret:
    try:
        # Non-blocking, because opening a pipe that nobody writes to would wait for ever.
        with os.fdopen(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
            raw = stream.read(_TOKEN_LIMIT + 1)
        token = raw.decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise DeniedError("the OIDC token file cannot be read; is ALIBABA_CLOUD_OIDC_TOKEN_FILE right?") from None
    if not token or len(raw) > _TOKEN_LIMIT:
        raise DeniedError("the OIDC token file holds no token")
    return Secret(token)


def _date(now: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
