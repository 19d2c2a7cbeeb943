"""Words for the state of a review, of a flow, of an account, and what stands beside a state. Knows no review."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from templatesync.emulator.quirks.quirk import Asked, Behaviour, Body, Quirk, Tell
from templatesync.emulator.quirks.walk import ROW, changed, member, without
from templatesync.model.json_value import Json

_META: Mapping[str, str] = {
    "pass": "APPROVED",
    "fail": "REJECTED",
    "auditing": "PENDING",
    "unaudit": "IN_APPEAL",
    "paused": "PAUSED",
    "disabled": "DISABLED",
}
_NUMBERS: Mapping[str, int] = {"pass": 1, "fail": 2, "auditing": 0, "unaudit": 3, "paused": 4, "disabled": 5}


def _word(name: str, about: str, spell: Callable[[Json], Json]) -> Behaviour:
    def tell(asked: Asked, body: Body) -> Body:
        return changed(body, member(name, spell, ROW))

    return Behaviour(about=about, tell=tell)


def _left_out(name: str) -> Behaviour:
    return Behaviour(about="left out", tell=lambda asked, body: changed(body, without(name, ROW)))


def _words(name: str, *, also: Mapping[str, Behaviour] | None = None) -> dict[str, Behaviour]:
    """What may happen to any member that tells a state."""
    return {
        **(also or {}),
        "unknown": _word(name, "a word that is on no page", lambda word: "QUARANTINED"),
        "empty": _word(name, "an empty text", lambda word: ""),
        "null": _word(name, "null", lambda word: None),
        "missing": _left_out(name),
    }


_AUDIT = {
    "upper": _word("AuditStatus", "in capitals", str.upper),
    "capitalized": _word("AuditStatus", "with a capital at the beginning", str.capitalize),
    "meta": _word("AuditStatus", "Meta's words: APPROVED, REJECTED, PENDING …", lambda word: _META.get(word, word)),
    "meta-lower": _word(
        "AuditStatus", "Meta's words in small letters", lambda word: _META.get(word, str(word)).lower()
    ),
    "send-fail": _word("AuditStatus", "sendFail for fail", lambda word: "sendFail" if word == "fail" else word),
    "numbers": _word("AuditStatus", "numbers", lambda word: _NUMBERS.get(word, word)),
}

_DETAIL, _LIST = frozenset({"GetChatappTemplateDetail"}), frozenset({"ListChatappTemplate"})


def _update_time(about: str, change: Callable[[int], Json]) -> Behaviour:
    return _word("LastUpdateTime", about, change)


def _iso(milliseconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _account_id(name: str) -> Tell:
    def one(held: str, value: dict[str, Json]) -> dict[str, Json]:
        if held != "Data" or "Id" not in value:
            return value
        return {name if key == "Id" else key: inner for key, inner in value.items()}

    return lambda asked, body: changed(body, one)


_ACCOUNT = frozenset({"QueryChatappBindWaba"})

QUIRKS = (
    Quirk("audit-status", "words for the state of a review", _DETAIL | _LIST, _words("AuditStatus", also=_AUDIT)),
    Quirk(
        "detail-audit-status",
        "the state of a review in details only",
        _DETAIL,
        {"null": _word("AuditStatus", "null", lambda word: None), "missing": _left_out("AuditStatus")},
    ),
    Quirk(
        "update-time",
        "when a template was last changed",
        _DETAIL | _LIST,
        {
            "seconds": _update_time("in seconds", lambda told: told // 1000),
            "date": _update_time("as a date in text", _iso),
            "missing": _left_out("LastUpdateTime"),
        },
    ),
    Quirk(
        "category",
        "how a template's category is told",
        _DETAIL | _LIST,
        _words("Category", also={"lower": _word("Category", "in small letters", str.lower)}),
    ),
    Quirk(
        "quality",
        "how a template's quality is told",
        _DETAIL,
        _words("QualityScore", also={"lower": _word("QualityScore", "in small letters", str.lower)}),
    ),
    Quirk(
        "flow-status",
        "words for the state of a flow",
        frozenset({"GetFlow"}),
        _words("Status", also={"lower": _word("Status", "in small letters", str.lower)}),
    ),
    Quirk(
        "account-status",
        "words for the review of the account",
        _ACCOUNT,
        _words("AccountReviewStatus", also={"lower": _word("AccountReviewStatus", "in small letters", str.lower)}),
    ),
    Quirk(
        "account-id",
        "where the id of the WhatsApp Business Account is told",
        _ACCOUNT,
        {
            "WabaId": Behaviour(about="under WabaId", tell=_account_id("WabaId")),
            "CustWabaId": Behaviour(about="under CustWabaId", tell=_account_id("CustWabaId")),
            "missing": _left_out("Id"),
        },
    ),
)
