"""The calls for QR codes, as generators of requests. Knows the API's names; no client, no clock, no plan.

The API has no call for one code: whatever is asked, all codes of a phone number come back, without pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from templatesync.kinds.base import Scope, WriteResult
from templatesync.model.calls import CallError, Calls
from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, UNREACHABLE, Answer, AnswerClass, Request
from templatesync.model.resource import Key, Listing, Live, Resource

KIND = "qr_code"
DIGEST = 12
"""Hex digits of the message's sha256 that name a code: 2,000 codes of a number collide once in 10^8."""

STATUS = "in use"
"""The service knows no states of QR codes: what is listed works."""


def identify(body: Mapping[str, Json]) -> Key:
    """The key of a body: the number with the code, if the body names one, else with a digest of the message."""
    phone, message, code = (_text(body.get(name)) for name in ("PhoneNumber", "PrefilledMessage", "QrdlCode"))
    if not phone or not (code or message):
        return Key(KIND, phone)
    return by_code(phone, code) if code else by_message(phone, message)


def by_message(phone: str, message: str) -> Key:
    """The key of the code that opens a chat with `message`."""
    return Key(KIND, f"{phone}/{hashlib.sha256(message.encode()).hexdigest()[:DIGEST]}")


def by_code(phone: str, code: str) -> Key:
    """The key of a code that is printed already."""
    return Key(KIND, f"{phone}/{code}")


def fetch(scope: Scope) -> Calls[Listing]:
    """All codes of the numbers that the files name; of every number of the account when the scope is everything."""
    phones = {key.name.partition("/")[0] for key in scope.wanted if key.kind == KIND}
    if scope.everything:
        (answer,) = yield (Request("QueryChatappPhoneNumbers"),)
        phones |= {_digits(row.get("PhoneNumber")) for row in _rows(answer, "PhoneNumbers")}
    phones.discard("")
    live: dict[Key, Live] = {}
    numbers = sorted(phones)
    answers = (yield tuple(_list(phone) for phone in numbers)) if numbers else []
    failed: dict[Key, Answer] = {}
    for phone, answer in zip(numbers, answers, strict=True):
        if answer.ok or answer.klass in DENIED | UNREACHABLE:
            live |= keyed(phone, _rows(answer, "Data"), scope.wanted)
        else:  # this number cannot be read, the others can
            failed |= {key: answer for key in scope.wanted if key.kind == KIND and key.name.startswith(f"{phone}/")}
    return Listing(live, failed=failed)


def keyed(phone: str, rows: Iterable[Mapping[str, Json]], wanted: frozenset[Key]) -> dict[Key, Live]:
    """Codes under their keys. Of several with one message the smallest code has the message's key."""
    live: dict[Key, Live] = {}
    for row in sorted(rows, key=lambda row: _text(row.get("QrdlCode"))):
        # An answer about another number would put codes into hands that they do not belong to.
        if _digits(row.get("PhoneNumber")) not in ("", phone):
            continue
        code = _text(row.get("QrdlCode"))
        key = by_message(phone, _text(row.get("PrefilledMessage")))
        if by_code(phone, code) in wanted or key in live:
            key = by_code(phone, code)
        facts = {"deep_link": _text(row.get("DeepLinkUrl")), "picture": _text(row.get("QrImageUrl"))}
        live[key] = Live(key, STATUS, {"qrdl_code": code}, facts, {**row, "PhoneNumber": phone})
    return live


def read(key: Key, live: Live | None) -> Calls[Live | None]:
    """One code as it is now."""
    phone = key.name.partition("/")[0]
    (answer,) = yield (_list(phone),)
    return keyed(phone, _rows(answer, "Data"), frozenset({key})).get(key)


def create(resource: Resource) -> Calls[WriteResult]:
    """Make a new code; it works at once."""
    return (yield from _write("CreatePhoneMessageQrdl", resource, {}))


def update(resource: Resource, live: Live) -> Calls[WriteResult]:
    """Give a code another message."""
    return (yield from _write("UpdatePhoneMessageQrdl", resource, {"QrdlCode": live.ids["qrdl_code"]}))


def delete(live: Live) -> Calls[WriteResult]:
    """Delete a code: whoever scans the printed picture reaches nothing."""
    address = {"PhoneNumber": live.key.name.partition("/")[0], "QrdlCode": live.ids["qrdl_code"]}
    (answer,) = yield (Request("DeletePhoneMessageQrdl", address),)
    if not answer.ok and answer.klass is not AnswerClass.NOT_FOUND:
        raise CallError(answer)
    return WriteResult(answer, {})


def _write(operation: str, resource: Resource, address: Mapping[str, str]) -> Calls[WriteResult]:
    params = {name: value for name, value in resource.body.items() if name != "QrdlCode"}
    params.setdefault("GenerateQrImage", "PNG")
    (answer,) = yield (Request(operation, {**params, **address}),)
    if not answer.ok:
        raise CallError(answer)
    data = answer.data.get("Data")
    code = _text(data.get("QrdlCode")) if isinstance(data, Mapping) else ""
    return WriteResult(answer, {"qrdl_code": code or address.get("QrdlCode", "")})


def _list(phone: str) -> Request:
    return Request("ListPhoneMessageQrdl", {"PhoneNumber": phone})


def _rows(answer: Answer, member: str) -> list[Mapping[str, Json]]:
    if not answer.ok:
        raise CallError(answer)
    rows = answer.data.get(member)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _digits(value: Json) -> str:
    """A number as files write it: digits with the country code, no plus (the form of the API's own samples)."""
    return "".join(char for char in _text(value) if char in "0123456789")


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
