"""ACS3-HMAC-SHA256, the signature of Alibaba Cloud's V3 requests. Pure: clock and nonce are given.

The rule is that of "V3 request structure and signature" in Alibaba Cloud's SDK overview; the official SDK's own
output is in the tests. There is no key derivation and no date scope: the secret signs a digest directly.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")


def percent_encode(text: str) -> str:
    """RFC 3986: everything but `A-Za-z0-9-_.~` becomes `%XX`, a space too."""
    # Most names and values are plain words, and looking is cheaper than quoting.
    if (text.isascii() and text.isalnum()) or _PLAIN.fullmatch(text):
        return text
    return quote(text, safe="-_.~")


def canonical_query(params: Mapping[str, str]) -> str:
    """Names in code point order; an empty value keeps its `=`."""
    return "&".join(f"{percent_encode(name)}={percent_encode(params[name])}" for name in sorted(params))


def canonical_request(
    method: str,
    path: str,
    params: Mapping[str, str],
    headers: Mapping[str, str],
    signed: list[str],
    payload_hash: str,
) -> str:
    """The text that is hashed. `headers` has lower-case names; `signed` says which of them count, in any order."""
    names = sorted(signed)
    return "\n".join(
        (
            method,
            path or "/",
            canonical_query(params),
            *(f"{name}:{headers[name].strip()}" for name in names),
            "",
            ";".join(names),
            payload_hash,
        )
    )


def string_to_sign(request: str) -> str:
    """What the secret signs."""
    return f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"


def signature(secret: str, text: str) -> str:
    """Hex HMAC-SHA256 of a string to sign."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def payload_hash(body: bytes) -> str:
    """Hex sha256 of the bytes that are sent, the empty body included."""
    return hashlib.sha256(body).hexdigest()


def authorization(
    *,
    access_key_id: str,
    access_key_secret: str,
    method: str,
    path: str,
    params: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes = b"",
) -> str:
    """The Authorization header. Signs `host`, `content-type` and `x-acs-*`: the least that the service asks for.

    Proxies rewrite `user-agent` and `accept`, so those are left out, unlike in the official SDK.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    signed = [name for name in lower if name in ("host", "content-type") or name.startswith("x-acs-")]
    request = canonical_request(method, path, params, lower, signed, payload_hash(body))
    proof = signature(access_key_secret, string_to_sign(request))
    return f"{ALGORITHM} Credential={access_key_id},SignedHeaders={';'.join(sorted(signed))},Signature={proof}"
