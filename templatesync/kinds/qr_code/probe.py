"""Requests that only find out whether a call is permitted. None can change anything: no number has these signs."""

from __future__ import annotations

from templatesync.model.request import Request

READS = ("ListPhoneMessageQrdl", "QueryChatappPhoneNumbers")
WRITES = ("CreatePhoneMessageQrdl", "DeletePhoneMessageQrdl", "UpdatePhoneMessageQrdl")

NO_PHONE = "templatesync-doctor"
"""What no number can be."""
_CODE = "-templatesync doctor-"
# The service refuses more than 140 characters, too.
_MESSAGE = "nothing is meant " * 10
_CONTENT = {"PhoneNumber": NO_PHONE, "PrefilledMessage": _MESSAGE, "GenerateQrImage": "PNG"}

PROBES = (
    Request("ListPhoneMessageQrdl", {"PhoneNumber": NO_PHONE}),
    Request("QueryChatappPhoneNumbers"),
    Request("CreatePhoneMessageQrdl", _CONTENT),
    Request("DeletePhoneMessageQrdl", {"PhoneNumber": NO_PHONE, "QrdlCode": _CODE}),
    Request("UpdatePhoneMessageQrdl", {**_CONTENT, "QrdlCode": _CODE}),
)
