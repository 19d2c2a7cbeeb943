"""Faults on demand: which call meets one, and what it does to the answer. Knows no operation and no state.

A fault before the call takes the call's place: nothing is carried out. A fault after the call spoils the answer only:
the state has changed, which the caller cannot know.
"""

from __future__ import annotations

import gzip
import json
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from templatesync.emulator.http.gate import (
    expired_clock,
    expired_token,
    reused_nonce,
    throttled,
)
from templatesync.emulator.http.wire import HttpResponse, Quirk, Refusal
from templatesync.model.json_value import Json


class Kind(StrEnum):
    """What goes wrong. The numbers are HTTP statuses."""

    THROTTLE = "throttle"
    ERROR_500 = "500"
    ERROR_503 = "503"
    DENIED = "denied"
    DENIED_TEXT = "denied_text"
    """The product's own word for it, with AccessDeniedDetail as a text, as the SDK's model has it."""
    CLOCK = "clock"
    NONCE = "nonce"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a name
    HTML = "html"
    REDIRECT = "redirect"
    DROP_BEFORE = "drop_before"

    SLOW = "slow"
    """Nothing but late."""

    DROP_AFTER = "drop_after"
    ERROR_500_AFTER = "500_after"
    TRUNCATE = "truncate"
    GARBAGE = "garbage"
    EMPTY = "empty"
    GZIP_BOMB = "gzip_bomb"
    HUGE = "huge"
    WRONG_NAME = "wrong_name"
    ODD_OK = "odd_ok"
    """`Code` is OK beside a `Success` and a `Message` that say otherwise, as in the published samples."""
    CUT = "cut"
    DRIP = "drip"
    HANG_UP = "hang_up"

    RANDOM = "random"
    """Any of those that a client should get over by itself."""


PASSING = (
    Kind.THROTTLE,
    Kind.ERROR_500,
    Kind.ERROR_503,
    Kind.NONCE,
    Kind.HTML,
    Kind.DROP_BEFORE,
    Kind.DROP_AFTER,
    Kind.ERROR_500_AFTER,
    Kind.TRUNCATE,
    Kind.GARBAGE,
    Kind.EMPTY,
)

# More than the 20 MiB that a careful client takes.
HUGE_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """One order. It counts the calls of `action` (`*`: of every action) from the moment it is given.

    nth, times     the first call that meets it, and how many do
    rate, seed     instead: the percentage of calls that meet it, drawn from a seeded generator; `times` still bounds
    retry_after    milliseconds, for `throttle`; 0 sends no header
    seconds        for `slow`
    """

    kind: Kind
    action: str = "*"
    nth: int = 1
    times: int | None = None
    rate: float | None = None
    seed: int = 0
    retry_after: int = 0
    seconds: float = 1.0

    @property
    def most(self) -> float:
        """How many calls meet it at most: one, unless it says otherwise or goes by rate."""
        if self.times is not None:
            return self.times
        return 1 if self.rate is None else float("inf")


@dataclass(slots=True)
class _Running:
    fault: Fault
    source: random.Random
    seen: int = 0
    met: int = 0

    def take(self) -> Fault | None:
        self.seen += 1
        if self.seen < self.fault.nth or self.met >= self.fault.most:
            return None
        if self.fault.rate is not None and self.source.random() * 100 >= self.fault.rate:
            return None
        self.met += 1
        if self.fault.kind is Kind.RANDOM:
            return replace(self.fault, kind=self.source.choice(PASSING))
        return self.fault


@dataclass(slots=True)
class Faults:
    """The orders that are in force. Safe for threads."""

    _running: list[_Running] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def order(self, fault: Fault) -> None:
        """Put a fault in force."""
        with self._lock:
            self._running.append(_Running(fault, random.Random(fault.seed)))  # noqa: S311 - must be repeatable

    def clear(self) -> int:
        """Lift all; how many there were."""
        with self._lock:
            number = len(self._running)
            self._running.clear()
        return number

    def take(self, action: str) -> Fault | None:
        """Count a call; the fault it meets, if any. Of several the first ordered wins, and all count the call."""
        with self._lock:
            met = [running.take() for running in self._running if running.fault.action in ("*", action)]
        return next((fault for fault in met if fault), None)


def refusal(fault: Fault, action: str) -> Refusal | None:
    """Why the call is not carried out, for the faults that take its place.

    Those without a code are not the gateway's words: `replacement`, or nothing at all, is what leaves.
    """
    if fault.kind is Kind.THROTTLE:
        return throttled(fault.retry_after or None)
    if fault.kind is Kind.ERROR_503:
        return Refusal("ServiceUnavailable", "The request has failed due to a temporary failure.", status=503)
    if fault.kind in (Kind.DENIED, Kind.DENIED_TEXT):
        return _denied(action, as_text=fault.kind is Kind.DENIED_TEXT)
    if fault.kind in _SILENT:
        return Refusal("", "", status=_SILENT[fault.kind])
    make = _REFUSALS.get(fault.kind)
    return make() if make else None


def internal_error() -> Refusal:
    """The service broke. Whether it did the work, the answer does not tell."""
    return Refusal("InternalError", "The request processing has failed due to some unknown error.", status=500)


_REFUSALS: Mapping[Kind, Callable[[], Refusal]] = MappingProxyType(
    {
        Kind.ERROR_500: internal_error,
        Kind.CLOCK: expired_clock,
        Kind.NONCE: reused_nonce,
        Kind.TOKEN_EXPIRED: expired_token,
    }
)


_SILENT: Mapping[Kind, int] = MappingProxyType({Kind.HTML: 502, Kind.REDIRECT: 302, Kind.DROP_BEFORE: 0})


def _denied(action: str, *, as_text: bool) -> Refusal:
    message = "You are not authorized to do this operation."
    detail = {
        "AuthAction": f"cams:{action}",
        "AuthPrincipalDisplayName": "emulator",
        "AuthPrincipalOwnerId": "1000000000000000",
        "AuthPrincipalType": "SubUser",
        "EncodedDiagnosticMessage": "AQEAAAAA",
        "NoPermissionType": "ImplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
    }
    if as_text:
        return Refusal("Ram.PermissionDeny", message, status=400, denied=json.dumps(detail))
    return Refusal("NoPermission", message, status=403, denied=detail)


_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


def replacement(fault: Fault) -> HttpResponse | None:
    """What a box between client and service answers, for the faults that are not the gateway's words."""
    if fault.kind is Kind.HTML:
        return _response(_SILENT[fault.kind], {"content-type": "text/html"}, _PAGE)
    if fault.kind is Kind.REDIRECT:
        return _response(_SILENT[fault.kind], {"location": "https://example.com/elsewhere"}, b"")
    return None


def _response(status: int, headers: Mapping[str, str], body: bytes) -> HttpResponse:
    return HttpResponse(status, {**headers, "content-length": str(len(body))}, body)


def spoil(fault: Fault, response: HttpResponse) -> HttpResponse:
    """The answer to a call that was carried out, spoiled as the fault says; others leave it alone."""
    if fault.kind in _QUIRKS:
        return replace(response, quirk=_QUIRKS[fault.kind])
    if fault.kind is Kind.CUT:
        headers = {**response.headers, "content-length": str(len(response.body) + 64)}
        return replace(response, headers=headers, quirk=Quirk.CUT)
    make = _BODIES.get(fault.kind)
    if make is None:
        return response
    body = make(response.body)
    headers = {**response.headers, "content-length": str(len(body))}
    if fault.kind is Kind.GZIP_BOMB:
        headers["content-encoding"] = "gzip"
    return replace(response, headers=headers, body=body)


def lie(body: bytes) -> bytes:
    """An answer about another template, flow or number than the one that was asked for."""
    answer: Json = json.loads(body)
    data = answer.get("Data")
    for holder in [*(data if isinstance(data, list) else [data]), *(answer.get("ListTemplate") or [])]:
        if isinstance(holder, dict):
            for name in ("Name", "TemplateName", "FlowName"):
                if holder.get(name):
                    holder[name] += "_of_another"
            if "QrdlCode" in holder:
                holder["PhoneNumber"] += "0"
    return json.dumps(answer, ensure_ascii=False).encode()


def _odd(body: bytes) -> bytes:
    answer = json.loads(body)
    return json.dumps(answer | {"Success": False, "Message": "User not authorized to operate"}).encode()


# These change what an answer of the API says, and mean nothing to other answers.
OF_ANSWERS = frozenset({Kind.WRONG_NAME, Kind.ODD_OK})

_QUIRKS: Mapping[Kind, Quirk] = MappingProxyType({Kind.DRIP: Quirk.DRIP, Kind.HANG_UP: Quirk.HANG_UP})

_BODIES: Mapping[Kind, Callable[[bytes], bytes]] = MappingProxyType(
    {
        Kind.TRUNCATE: lambda body: body[: len(body) // 2],
        Kind.GARBAGE: lambda body: b"\x00\xff\xfe not JSON {]",
        Kind.EMPTY: lambda body: b"",
        Kind.GZIP_BOMB: lambda body: gzip.compress(b'{"Code": "OK", "Data": "' + b" " * HUGE_BYTES, 1, mtime=0),
        Kind.HUGE: lambda body: body + b" " * HUGE_BYTES,
        Kind.WRONG_NAME: lie,
        Kind.ODD_OK: _odd,
    }
)
