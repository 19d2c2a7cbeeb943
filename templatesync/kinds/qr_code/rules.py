"""Rules of QR codes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from templatesync.documents.characters import counted
from templatesync.kinds.rule import Hit, Rule
from templatesync.model.finding import Severity
from templatesync.model.resource import Resource

_META = "Meta: QR codes (https://developers.facebook.com/documentation/business-messaging/whatsapp/qr-codes)"
_CAMS = "Alibaba Cloud: CreatePhoneMessageQrdl and ListPhoneMessageQrdl, API 2020-06-06"
_NUMBER = re.compile(r"[0-9]{5,20}")
PHONE_FORM = (
    'a phone number is digits with the country code, without plus or blanks; write it in quotes like "6531234567"'
)
MESSAGE_LENGTH = 140
"""Characters of a prepared message, on Meta's page; CAMS names no limit."""


def _message(resource: Resource) -> Iterator[Hit]:
    text = resource.body.get("PrefilledMessage")
    if isinstance(text, str) and len(text) > MESSAGE_LENGTH:
        message = f"PrefilledMessage has at most {MESSAGE_LENGTH} characters"
        yield Hit(("PrefilledMessage",), message, counted(text))


def _phone(resource: Resource) -> Iterator[Hit]:
    number = resource.body.get("PhoneNumber")
    if isinstance(number, str) and not _NUMBER.fullmatch(number) and "${{" not in number:
        yield Hit(("PhoneNumber",), PHONE_FORM)


def _one_space(resource: Resource) -> Iterator[Hit]:
    spaces = resource.options.spaces
    if resource.body.get("QrdlCode") and (spaces is None or len(spaces) != 1):
        message = "a printed code belongs to one space: QrdlCode needs `templatesync.spaces` with exactly one name"
        yield Hit(("QrdlCode",), message, "or leave QrdlCode out: without it the message finds the code")


RULES: tuple[Rule, ...] = (
    Rule(
        "qr-message-140",
        "The prepared message has 1 to 140 characters.",
        Severity.ERROR,
        _META,
        kind="qr_code",
        check=_message,
    ),
    Rule(
        "qr-one-space",
        "A file that names a printed code is for exactly one space.",
        Severity.ERROR,
        "templatesync: codes differ from space to space",
        kind="qr_code",
        check=_one_space,
    ),
    Rule("qr-image", "The picture is a PNG or an SVG.", Severity.ERROR, _CAMS, kind="qr_code"),
    Rule(
        "qr-phone-form",
        "A phone number is digits with the country code, without a plus sign.",
        Severity.ERROR,
        _CAMS,
        kind="qr_code",
        check=_phone,
    ),
)
