"""Requests that only find out whether a call is permitted. None can change anything: no number has these signs."""

from __future__ import annotations

from templatesync.model.request import Request

READS = ("ListPhoneMessageQrdl", "QueryChatappPhoneNumbers")
WRITES = ("CreatePhoneMessageQrdl", "DeletePhoneMessageQrdl", "UpdatePhoneMessageQrdl")

_PHONE = "templatesync-doctor"
_CODE = "-templatesync doctor-"
# The service refuses more than 140 characters, too.
_MESSAGE = "nothing is meant " * 10
_CONTENT = {"PhoneNumber": _PHONE, "PrefilledMessage": _MESSAGE, "GenerateQrImage": "PNG"}

PROBES = (
    Request("ListPhoneMessageQrdl", {"PhoneNumber": _PHONE}),
    Request("QueryChatappPhoneNumbers"),
    Request("CreatePhoneMessageQrdl", _CONTENT),
    Request("DeletePhoneMessageQrdl", {"PhoneNumber": _PHONE, "QrdlCode": _CODE}),
    Request("UpdatePhoneMessageQrdl", {**_CONTENT, "QrdlCode": _CODE}),
)
