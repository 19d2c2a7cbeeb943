"""The gateway's checks: signature, key, clock, nonce and per-second quotas. Knows no parameter and no template."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from templatesync.emulator.http.message import HttpRequest
from templatesync.emulator.http.protocol import ApiRequest
from templatesync.emulator.outcome import RefusedCall, expired_clock, reused_nonce, throttled
from templatesync.emulator.settings import Settings
from templatesync.service import signing
from templatesync.service.api import Operation

# Seconds of difference that the gateway tolerates, either way.
CLOCK_TOLERANCE = 15 * 60

_AUTHORIZATION = re.compile(
    rf"{signing.ALGORITHM}\s+Credential=(?P<key>[^,\s]+),\s*SignedHeaders=(?P<signed>[^,\s]+),\s*"
    r"Signature=(?P<proof>[0-9a-f]{64})"
)


def authenticate(request: HttpRequest, received: ApiRequest, settings: Settings, now: float) -> str:
    """Check date, key, token, body and signature. Gives the nonce, for `Gateway.take_nonce`. Raises Refusal."""
    headers = request.headers
    _check_date(headers.get("x-acs-date", ""), now)
    nonce = headers.get("x-acs-signature-nonce", "")
    if not nonce:
        raise RefusedCall("MissingSignatureNonce", "The header x-acs-signature-nonce is required.", status=400)
    match = _AUTHORIZATION.fullmatch(headers.get("authorization", "").strip())
    if match is None:
        raise _incomplete("the Authorization header is missing or not of the form ACS3-HMAC-SHA256 expects")
    if not hmac.compare_digest(match["key"].encode(), settings.access_key_id.encode()):
        raise RefusedCall("InvalidAccessKeyId.NotFound", "Specified access key is not found.", status=404)
    _check_token(headers, settings)
    signed = match["signed"].lower().split(";")
    _check_coverage(headers, signed)
    payload = signing.payload_hash(request.body)
    if headers["x-acs-content-sha256"] != payload:
        raise _mismatch("x-acs-content-sha256 is not the hash of the body", payload)
    text = signing.string_to_sign(
        signing.canonical_request(request.method, "/", received.query, headers, signed, payload)
    )
    if not hmac.compare_digest(signing.signature(settings.access_key_secret, text), match["proof"]):
        raise _mismatch("the signature is not that of the string to sign", text)
    return nonce


def _check_date(text: str, now: float) -> None:
    try:
        date = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise RefusedCall(
            "InvalidTimeStamp.Format", "The header x-acs-date is not of the form 2026-01-31T12:00:00Z.", status=400
        ) from None
    if abs(date - now) > CLOCK_TOLERANCE:
        raise expired_clock()


def _check_token(headers: Mapping[str, str], settings: Settings) -> None:
    token = headers.get("x-acs-security-token", "")
    if not hmac.compare_digest(token.encode(), settings.security_token.encode()):
        raise RefusedCall(
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken does not belong to the AccessKey."
            if settings.security_token
            else "Specified AccessKey is a permanent one and takes no SecurityToken.",
            status=403,
        )


def _check_coverage(headers: Mapping[str, str], signed: list[str]) -> None:
    """Every header that directs the call must be signed; which others are is the caller's choice."""
    needed = {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
    needed |= {name for name in headers if name.startswith("x-acs-")}
    absent = sorted(name for name in {*needed, *signed} if name not in headers)
    unsigned = sorted(needed.difference(signed))
    if absent or unsigned:
        raise _incomplete(f"headers absent: {', '.join(absent) or 'none'}; not signed: {', '.join(unsigned) or 'none'}")


def _incomplete(detail: str) -> RefusedCall:
    message = f"The request signature does not conform to Aliyun standards: {detail}."
    return RefusedCall("IncompleteSignature", message, status=400)


def _mismatch(detail: str, text: str) -> RefusedCall:
    # The real gateway echoes its own string to sign; a digest says as much to who can compute it, and leaks nothing.
    digest = hashlib.sha256(text.encode()).hexdigest()
    message = f"Specified signature is not matched with our calculation: {detail} (digest of ours: {digest})."
    return RefusedCall("SignatureDoesNotMatch", message, status=400)


@dataclass(slots=True)
class TokenBucket:
    """A token bucket that holds one second's worth."""

    tokens: float
    at: float


@dataclass(slots=True)
class Gateway:
    """What must be known of earlier calls: nonces, and tokens left by operation. Not thread-safe: the caller locks."""

    nonces: dict[str, float] = field(default_factory=dict)
    buckets: dict[str, TokenBucket] = field(default_factory=dict)
    denials: int = 0

    def take_nonce(self, nonce: str, now: float) -> None:
        """Raises Refusal for a nonce that was used. Those too old to pass the clock check again are forgotten."""
        if nonce in self.nonces:
            raise reused_nonce()
        self.nonces[nonce] = now
        # Oldest first, since dicts keep the order of insertion.
        for old, at in list(islice(self.nonces.items(), 2)):
            if at < now - 2 * CLOCK_TOLERANCE:
                del self.nonces[old]

    def count_call(self, operation: Operation, now: float, rate: float) -> None:
        """Count a call against a rate, in calls a second. All callers share the account's bucket. Raises Refusal."""
        bucket = self.buckets.setdefault(operation.name, TokenBucket(rate, now))
        bucket.tokens = min(rate, bucket.tokens + max(0.0, now - bucket.at) * rate)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return
        self.denials += 1
        raise throttled(math.ceil((1 - bucket.tokens) / rate * 1000), plain=self.denials % 2 == 0)
