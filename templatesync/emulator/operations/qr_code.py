"""The operations on message QR codes. Knows no HTTP."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from templatesync.emulator.object_store.download import picture_key
from templatesync.emulator.operations.call import Call, operation
from templatesync.emulator.outcome import OperationReply, RefusedCall
from templatesync.emulator.platform.text import create_error
from templatesync.emulator.store import qr_codes
from templatesync.emulator.store.qr_codes import QrCode
from templatesync.model.json_value import Json
from templatesync.service.api import api

LONGEST_MESSAGE = 140


@operation("CreatePhoneMessageQrdl")
def create(call: Call) -> OperationReply:
    """CreatePhoneMessageQrdl. Nothing keeps one number from having two codes with one message."""
    number, message = _number(call), _message(call)
    most = api().limits["qr_codes_per_number"]
    if call.settings.limits and qr_codes.count(call.db, call.space.id, number) >= most:
        raise create_error(f"the number has its {most} codes already")
    made = qr_codes.insert(call.db, call.space.id, number, message, call.text("GenerateQrImage"), call.now)
    return OperationReply({"Data": _shown(call, made)}, changed=True)


@operation("UpdatePhoneMessageQrdl")
def update(call: Call) -> OperationReply:
    """UpdatePhoneMessageQrdl: code and link stay, as Meta has it; the picture gets another address."""
    found = _only(call)
    changed = replace(found, message=_message(call), image=call.text("GenerateQrImage"))
    qr_codes.update(call.db, changed)
    return OperationReply({"Data": _shown(call, changed)}, changed=True)


@operation("DeletePhoneMessageQrdl")
def delete(call: Call) -> OperationReply:
    """DeletePhoneMessageQrdl."""
    qr_codes.delete(call.db, _only(call), call.now)
    return OperationReply(changed=True)


@operation("ListPhoneMessageQrdl")
def listing(call: Call) -> OperationReply:
    """ListPhoneMessageQrdl: all codes of a number at once, as the state was `consistency_delay` ago."""
    seen_at = call.now - call.settings.consistency_delay
    found = qr_codes.seen(call.db, call.space.id, _number(call), seen_at=seen_at)
    return OperationReply({"Data": [_listed(call, one) for one in found]})


def _number(call: Call) -> str:
    number = _digits(call.text("PhoneNumber"))
    if number not in {_digits(str(known["PhoneNumber"])) for known in call.space.numbers}:
        known = ", ".join(_digits(str(each["PhoneNumber"])) for each in call.space.numbers[:5]) or "no number"
        message = f"The number {number[:40]!r} is not one of this space, which has {known}."
        raise RefusedCall("InvalidParameter.PhoneNumberError", message)
    return number


def _digits(number: str) -> str:
    return number.removeprefix("+")


def _message(call: Call) -> str:
    message = call.text("PrefilledMessage")
    if len(message) > LONGEST_MESSAGE:
        raise RefusedCall(
            "InvalidParameter.PrefilledMessageError",
            f"PrefilledMessage has {len(message)} characters, at most {LONGEST_MESSAGE} are allowed.",
        )
    return message


def _only(call: Call) -> QrCode:
    number = _number(call)
    found = qr_codes.get(call.db, call.text("QrdlCode"))
    if found is None or (found.space, found.number) != (call.space.id, number):
        raise RefusedCall("InvalidParameter.QrdlCodeNotExist", "The number has no such code.")
    return found


def _shown(call: Call, one: QrCode) -> dict[str, Json]:
    return {
        "CreateTime": round(one.created * 1000),
        "DeepLinkUrl": f"https://wa.me/message/{one.code}",
        "ExtendAttrs": None,
        "GenerateQrImage": one.image,
        "PhoneNumber": _as_answered(one),
        "PrefilledMessage": one.message,
        "QrImageUrl": call.origin.published(picture_key(call.settings, one)),
        "QrdlCode": one.code,
    }


def _listed(call: Call, one: QrCode) -> dict[str, Json]:
    """As `_shown`; but what a listing was not asked to make a picture of, it may say nothing of."""
    return _shown(call, one) | ({"GenerateQrImage": None} if _digest(one) % 3 == 0 else {})


def _as_answered(one: QrCode) -> str:
    """Numbers come in either form, some with a plus and some without, whichever was sent."""
    return f"+{one.number}" if _digest(one) % 2 else one.number


def _digest(one: QrCode) -> int:
    return hashlib.sha256(one.code.encode()).digest()[0]
