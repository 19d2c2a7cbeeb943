"""How a call ends: with a reply, or refused with a code of the service or its gateway. Pure; knows no HTTP or state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from templatesync.model.json_value import Json


class RefusedCall(Exception):
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
class OperationReply:
    """What an operation answers beside `Code` and `RequestId`; with `whole`, these too.

    `changed`: the state is not what it was before.
    """

    body: Mapping[str, Json] = field(default_factory=dict)
    changed: bool = False
    whole: bool = False


def expired_clock() -> RefusedCall:
    """The caller's clock is too far off."""
    return RefusedCall("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", status=400)


def reused_nonce() -> RefusedCall:
    """The nonce was used before."""
    return RefusedCall("SignatureNonceUsed", "Specified signature nonce was used already.", status=400)


def expired_token() -> RefusedCall:
    """Temporary credentials ran out."""
    return RefusedCall("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.", status=403)


def throttled(retry_after: int | None = None, *, plain: bool = False) -> RefusedCall:
    """Too many calls. Gateway and product each have their own code and status for it; clients meet both."""
    if plain:
        return RefusedCall("System.LimitControl", "The request is under flow control.", status=400)
    return RefusedCall(
        "Throttling.User", "Request was denied due to user flow control.", status=429, retry_after=retry_after
    )


def internal_error() -> RefusedCall:
    """The service broke. The answer does not say whether the call was carried out."""
    return RefusedCall("InternalError", "The request processing has failed due to some unknown error.", status=500)
