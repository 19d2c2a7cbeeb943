"""How a call ends: a Reply, or a Refusal with a code of the service or its gateway. Pure; knows no HTTP, no state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from templatesync.model.json_value import Json


class Refusal(Exception):
    """A call that is not carried out; raised before anything is changed.

    Status 200 is the service speaking: an ordinary answer whose `Code` is not OK. Any other is the gateway.
    `retry_after` is in milliseconds. `denied` is the gateway's AccessDeniedDetail. `body` is the answer when it is not
    made of these.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 200,
        retry_after: int | None = None,
        denied: Json = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.denied = denied
        self.body: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers beside `Code` and `RequestId`; with `whole`, these too.

    `changed`: the state is not what it was before.
    """

    body: Mapping[str, Json] = field(default_factory=dict)
    changed: bool = False
    whole: bool = False


def expired_clock() -> Refusal:
    """The caller's clock is too far off."""
    return Refusal("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", status=400)


def reused_nonce() -> Refusal:
    """The nonce was used before."""
    return Refusal("SignatureNonceUsed", "Specified signature nonce was used already.", status=400)


def expired_token() -> Refusal:
    """Temporary credentials ran out."""
    return Refusal("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.", status=403)


def throttled(retry_after: int | None = None, *, plain: bool = False) -> Refusal:
    """Too many calls. Gateway and product each have their own code and status for it; clients meet both."""
    if plain:
        return Refusal("System.LimitControl", "The request is under flow control.", status=400)
    return Refusal(
        "Throttling.User", "Request was denied due to user flow control.", status=429, retry_after=retry_after
    )


def internal_error() -> Refusal:
    """The service broke. The answer does not say whether the call was carried out."""
    return Refusal("InternalError", "The request processing has failed due to some unknown error.", status=500)
