"""The account's operations: WABA, phone numbers, health. Knows no template's content."""

from __future__ import annotations

import hashlib

from templatesync.emulator.operations.call import Call, operation
from templatesync.emulator.outcome import OperationReply, RefusedCall
from templatesync.emulator.platform.review import ReviewStatus
from templatesync.emulator.store import templates
from templatesync.model.json_value import Json


@operation("QueryChatappBindWaba")
def bound_waba(call: Call) -> OperationReply:
    """QueryChatappBindWaba."""
    space = call.space
    return OperationReply(
        {
            "Data": {
                "AccountReviewStatus": space.review,
                "AuthInternationalRateEligibility": {},
                "BusinessId": _business_id(call),
                "BusinessName": "Emulated Business",
                "Currency": "USD",
                "Id": space.waba_id,
                "IsOnBizApp": "N",
                "MarketingMessageLiteStatus": "N",
                "MessageTemplateNamespace": _namespace(space.waba_id),
                "Name": f"Emulated account of {space.id or 'the default space'}",
                "PrimaryBusinessLocation": "SG",
            }
        }
    )


def _business_id(call: Call) -> str:
    return str(int(call.space.waba_id, 36) % 10**15) if call.space.waba_id.isalnum() else call.space.waba_id


def _namespace(waba_id: str) -> str:
    digest = hashlib.sha256(waba_id.encode()).hexdigest()
    return "_".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def _check_waba(call: Call) -> None:
    asked = call.text("WabaId")
    if asked and asked != call.space.waba_id:
        raise RefusedCall("InvalidParameter.WabaIdNotExist", f"The WABA {asked} does not belong to this space.")


@operation("QueryWabaBusinessInfo")
def business_info(call: Call) -> OperationReply:
    """QueryWabaBusinessInfo."""
    _check_waba(call)
    return OperationReply(
        {
            "Data": {
                "BusinessId": _business_id(call),
                "BusinessName": "Emulated Business",
                "VerificationStatus": "verified" if call.space.verified else "not_verified",
                "Vertical": "RETAIL",
            }
        }
    )


@operation("QueryChatappPhoneNumbers")
def phone_numbers(call: Call) -> OperationReply:
    """QueryChatappPhoneNumbers."""
    wanted = call.text("Status")
    numbers: list[Json] = [
        {
            "CallingConfigure": None,
            "StatusCallbackUrl": None,
            "StatusQueue": None,
            "UpCallbackUrl": None,
            "UpQueue": None,
        }
        | dict(number)
        for number in call.space.numbers
        if not wanted or number.get("Status") == wanted
    ]
    return OperationReply({"PhoneNumbers": numbers})


@operation("GetWhatsappHealthStatus")
def health(call: Call) -> OperationReply:
    """GetWhatsappHealthStatus, for the node types `phone`, `template` and `waba`."""
    _check_waba(call)
    node = call.text("NodeType").lower()
    sendable = call.space.review == "APPROVED"
    entity: dict[str, Json] = {"BusinessId": _business_id(call), "WabaId": call.space.waba_id, "Errors": []}
    if node == "phone":
        number = call.text("PhoneNumber").removeprefix("+")
        if number not in {known["PhoneNumber"] for known in call.space.numbers}:
            raise RefusedCall("InvalidParameter.PhoneNumberError", f"The number {number!r} is not one of this space.")
        entity |= {"PhoneNumber": number, "EntityType": "PHONE_NUMBER"}
    elif node == "template":
        code, language = call.text("TemplateCode"), call.text("Language")
        found = templates.get(call.db, call.space.id, templates.Filter(code=code, language=language)) if code else None
        if found is None:
            raise RefusedCall("DetailError.TemplateNotExist", "The template does not exist.")
        sendable = sendable and found.status is ReviewStatus.PASS
        entity |= {"TemplateCode": code, "Language": found.language, "EntityType": "MESSAGE_TEMPLATE"}
    elif node == "waba":
        entity |= {"EntityType": "WABA"}
    else:
        raise RefusedCall("InvalidParameter.NodeTypeNotSupport", "NodeType must be phone, template or waba.")
    answer = "AVAILABLE" if sendable else "BLOCKED"
    return OperationReply({"Data": {"CanSendMessage": answer, "Entities": [entity | {"CanSendMessage": answer}]}})
