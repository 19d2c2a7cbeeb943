"""Faults beyond the contract: instruments for tests of clients, no part of the service. Knows no state, no operation.

They imitate what gateways, proxies and broken networks have been seen to do. Kinds may come and go with the tests that
need them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from templatesync.emulator.faults.effect import Effect, unanswered, with_body
from templatesync.emulator.http.message import ConnectionFault, HttpResponse
from templatesync.emulator.outcome import RefusedCall, expired_clock, expired_token, internal_error, reused_nonce
from templatesync.model.json_value import Json

# Of both tables: what a client should get over by itself. `random` draws from them by number, so the order counts.
TRANSIENT = (
    "throttle",
    "500",
    "503",
    "nonce",
    "html",
    "drop_before",
    "drop_after",
    "500_after",
    "truncate",
    "garbage",
    "empty",
)

# The kind that is another one for each call that it meets.
RANDOM = "random"

# More than the 20 MiB that a careful client takes.
HUGE_BYTES = 24 * 1024 * 1024


def _denied(action: str, retry_after: int) -> RefusedCall:
    message = "You are not authorized to do this operation."
    return RefusedCall("NoPermission", message, status=403, denied=_denial(action))


def _denied_text(action: str, retry_after: int) -> RefusedCall:
    message = "You are not authorized to do this operation."
    return RefusedCall("Ram.PermissionDeny", message, status=400, denied=json.dumps(_denial(action)))


def _denial(action: str) -> dict[str, Json]:
    return {
        "AuthAction": f"cams:{action}",
        "AuthPrincipalDisplayName": "emulator",
        "AuthPrincipalOwnerId": "1000000000000000",
        "AuthPrincipalType": "SubUser",
        "EncodedDiagnosticMessage": "AQEAAAAA",
        "NoPermissionType": "ImplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
    }


def _unavailable(action: str, retry_after: int) -> RefusedCall:
    return RefusedCall("ServiceUnavailable", "The request has failed due to a temporary failure.", status=503)


_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


def _html(response: HttpResponse) -> HttpResponse:
    return HttpResponse(502, {"content-type": "text/html", "content-length": str(len(_PAGE))}, _PAGE)


def _redirect(response: HttpResponse) -> HttpResponse:
    return HttpResponse(302, {"location": "https://example.com/elsewhere", "content-length": "0"}, b"")


def _cut(response: HttpResponse) -> HttpResponse:
    headers = {**response.headers, "content-length": str(len(response.body) + 64)}
    return replace(response, headers=headers, connection_fault=ConnectionFault.CUT)


def _other_name(body: bytes) -> bytes:
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


def _contradiction(body: bytes) -> bytes:
    answer = json.loads(body)
    return json.dumps(answer | {"Success": False, "Message": "User not authorized to operate"}).encode()


def _gzip_bomb(body: bytes) -> bytes:
    return gzip.compress(b'{"Code": "OK", "Data": "' + b" " * HUGE_BYTES, 1, mtime=0)


# An answer about another template, flow or number than the one that was asked for.
wrong_name = with_body(_other_name)

INSTRUMENTS: Mapping[str, Effect] = MappingProxyType(
    {
        "503": Effect("ServiceUnavailable instead of the call", refuse=_unavailable),
        "denied": Effect("NoPermission instead of the call", refuse=_denied),
        "denied_text": Effect(
            "the product's own code for it, with AccessDeniedDetail as a text, as the SDK's model has it",
            refuse=_denied_text,
        ),
        "clock": Effect("the caller's clock is said to be wrong", refuse=lambda action, retry_after: expired_clock()),
        "nonce": Effect("the nonce is said to be used", refuse=lambda action, retry_after: reused_nonce()),
        "token_expired": Effect(
            "the security token is said to have expired", refuse=lambda action, retry_after: expired_token()
        ),
        "html": Effect("a proxy's page of HTML instead of the call", refuse=unanswered(502), change=_html),
        "redirect": Effect("a redirect instead of the call", refuse=unanswered(302), change=_redirect),
        "500_after": Effect("InternalError although the call was carried out", refuse_after=internal_error),
        "empty": Effect("an empty answer to a call that was carried out", change=with_body(lambda body: b"")),
        "gzip_bomb": Effect(
            "an answer that is small, and 24 MiB when decompressed",
            change=with_body(_gzip_bomb, content_encoding="gzip"),
        ),
        "huge": Effect(
            "an answer with 24 MiB of spaces at its end", change=with_body(lambda body: body + b" " * HUGE_BYTES)
        ),
        "wrong_name": Effect(
            "an answer about another template, flow or number than was asked for", change=wrong_name, of_answers=True
        ),
        "odd_ok": Effect(
            "`Code` is OK beside a `Success` and a `Message` that say otherwise, as in the published samples",
            change=with_body(_contradiction),
            of_answers=True,
        ),
        "cut": Effect("the connection ends within the answer, when served", change=_cut),
        "drip": Effect(
            "the answer comes one byte at a time, when served",
            change=lambda response: replace(response, connection_fault=ConnectionFault.DRIP),
        ),
        "hang_up": Effect(
            "the connection closes after the answer without having said so, when served",
            change=lambda response: replace(response, connection_fault=ConnectionFault.HANG_UP),
        ),
        RANDOM: Effect("for each call any of those that a client should get over by itself"),
    }
)
