"""What is refused, and in which words. Knows no rule of the platform."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.quirks.quirk import EVERY, WRITES, Asked, Behaviour, Body, Quirk, Take
from templatesync.emulator.store import templates
from templatesync.model.json_value import Json

_THROTTLED = frozenset({"Throttling.User", "System.LimitControl"})


def _gateway(action: str) -> RefusedCall:
    denied = {"AuthAction": f"cams:{action}", "NoPermissionType": "ImplicitDeny"}
    return RefusedCall("NoPermission", "You are not authorized to do this operation.", status=403, denied=denied)


def _product(action: str) -> RefusedCall:
    return RefusedCall("Forbidden.RAM", "User not authorized to operate on the specified resource.")


def _words(action: str) -> RefusedCall:
    return RefusedCall("ERR-COMMON-002", f"no permission for the action cams:{action}")


def _denies(make: Callable[[str], RefusedCall]) -> Take:
    def take(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
        raise make(asked.action)

    return take


_DENIED = {
    "gateway": Behaviour(about="by the gateway, with HTTP 403 and the action", take=_denies(_gateway)),
    "product": Behaviour(about="by the product, with a code", take=_denies(_product)),
    "words": Behaviour(about="by the product, with a code on no page and words", take=_denies(_words)),
}


def _denied(name: str, what: str, *actions: str) -> Quirk:
    return Quirk(f"denied-{name}", f"no permission for {what}", frozenset(actions), _DENIED)


def _throttled(about: str, make: Callable[[RefusedCall], RefusedCall]) -> Behaviour:
    return Behaviour(
        about=about, refuse=lambda asked, refusal: make(refusal) if refusal.code in _THROTTLED else refusal
    )


def _said(code: str, message: str, status: int) -> Callable[[RefusedCall], RefusedCall]:
    return lambda refusal: RefusedCall(code, message, status=status, retry_after=refusal.retry_after)


def _status(asked: Asked, refusal: RefusedCall) -> RefusedCall | Body:
    if refusal.status != 200:
        return refusal
    return RefusedCall(refusal.code, refusal.message, status=400)


def _message(text: str) -> Behaviour:
    def refuse(asked: Asked, refusal: RefusedCall) -> RefusedCall | Body:
        wait = refusal.retry_after
        return RefusedCall(refusal.code, text, status=refusal.status, retry_after=wait, denied=refusal.denied)

    return Behaviour(about=f"always {text!r}" if text else "empty", refuse=refuse)


def _name_kept(about: str, *, deleted: bool) -> Behaviour:
    def take(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
        name, language = str(asked.params.get("Name")), str(asked.params.get("Language"))
        if not deleted or templates.deleted_name_at(db, asked.space, name, language, 0) is not None:
            raise RefusedCall("InvalidParameter.TemplateNameExist", "The template name already exists.")
        return asked.params

    return Behaviour(about=about, take=take)


def _no_false(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
    wanted = templates.Filter(
        code=str(asked.params.get("TemplateCode") or ""), language=str(asked.params.get("Language") or "")
    )
    found = templates.get(db, asked.space, wanted)
    if found and found.category != "MARKETING" and asked.params.get("AllowSend") is False:
        raise RefusedCall("ERR-COMMON-001", "System error")
    return asked.params


QUIRKS = (
    _denied("flows", "flows", "ListFlow", "GetFlow", "GetFlowJSONAssest"),
    _denied("qr-codes", "QR codes", "ListPhoneMessageQrdl"),
    _denied("phone-numbers", "phone numbers", "QueryChatappPhoneNumbers"),
    _denied("metrics", "metrics of templates", "GetChatappTemplateMetric"),
    _denied("details", "details of templates", "GetChatappTemplateDetail"),
    _denied("account", "the account", "QueryChatappBindWaba"),
    _denied("health", "the health of an account", "GetWhatsappHealthStatus"),
    _denied("uploads", "uploads", "GetChatappUploadAuthorization"),
    Quirk(
        "accepts",
        "what a write must be like to be accepted",
        WRITES,
        follows=frozenset({"ListChatappTemplate", "ListFlow", "ListPhoneMessageQrdl"}),
        values={
            "everything": Behaviour(
                about="anything: no parameter and no rule is checked, and a creation makes something of it",
                unchecked=True,
            )
        },
    ),
    Quirk(
        "held-names",
        "names that cannot be used though nothing is listed under them",
        frozenset({"CreateChatappTemplate"}),
        follows=frozenset(
            {
                "ArchiveChatappTemplate",
                "GetChatappTemplateDetail",
                "ListChatappTemplate",
                "ModifyChatappTemplateProperties",
            }
        ),
        values={
            "deleted": _name_kept("those of templates that were deleted", deleted=True),
            "all": _name_kept("every one", deleted=False),
        },
    ),
    Quirk(
        "allow-send-false",
        "AllowSend false on templates that are not MARKETING",
        frozenset({"ModifyChatappTemplateProperties"}),
        follows=frozenset({"GetChatappTemplateDetail"}),
        values={"refused": Behaviour(about="ERR-COMMON-001, System error", take=_no_false)},
    ),
    Quirk(
        "throttling",
        "how it is said that there were too many calls",
        EVERY,
        {
            "429": _throttled("HTTP 429 with a code on no page", _said("TooManyRequests", "Too many requests.", 429)),
            "503": _throttled("HTTP 503, flow control", _said("ServiceUnavailable", "Rejected by flow control.", 503)),
            "words": _throttled(
                "HTTP 200 and words", _said("isv.BUSINESS_LIMIT_CONTROL", "the rate limit was exceeded", 200)
            ),
            "400": _throttled(
                "HTTP 400, Throttling of the API",
                _said("Throttling.Api", "Request was denied due to api flow control.", 400),
            ),
        },
    ),
    Quirk(
        "refusal-status",
        "the HTTP status of the service's own refusals",
        EVERY,
        {"400": Behaviour(about="400, in the gateway's form", refuse=_status)},
    ),
    Quirk(
        "messages", "the words of refusals", EVERY, {"empty": _message(""), "chinese": _message("系统错误，请稍后重试")}
    ),
)
