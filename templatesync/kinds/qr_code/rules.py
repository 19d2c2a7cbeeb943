"""The rules about QR codes: functions from a resource to hits. Pure; knows no service and no file."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from templatesync.documents.characters import counted
from templatesync.kinds.rule import Hit, Rule, of_change, rule, rules_of
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


@rule("qr_code", "qr-message-140", Severity.ERROR, _META, "The prepared message has 1 to 140 characters.")
def qr_message_140(resource: Resource) -> Iterator[Hit]:
    """One that is too long; an empty one is the schema's to tell."""
    text = resource.body.get("PrefilledMessage")
    if isinstance(text, str) and len(text) > MESSAGE_LENGTH:
        message = f"PrefilledMessage has at most {MESSAGE_LENGTH} characters"
        yield Hit(("PrefilledMessage",), message, counted(text))


@rule(
    "qr_code",
    "qr-phone-form",
    Severity.ERROR,
    _CAMS,
    "A phone number is digits with the country code, without a plus sign.",
)
def qr_phone_form(resource: Resource) -> Iterator[Hit]:
    """Other signs, or too few or too many digits; a space's variable may hold the number."""
    number = resource.body.get("PhoneNumber")
    if isinstance(number, str) and not _NUMBER.fullmatch(number) and "${{" not in number:
        yield Hit(("PhoneNumber",), PHONE_FORM)


@rule(
    "qr_code",
    "qr-one-space",
    Severity.ERROR,
    "templatesync: codes differ from space to space",
    "A file that names a printed code is for exactly one space.",
)
def qr_one_space(resource: Resource) -> Iterator[Hit]:
    """QrdlCode in a file for several spaces, or for all."""
    spaces = resource.options.spaces
    if resource.body.get("QrdlCode") and (spaces is None or len(spaces) != 1):
        message = "a printed code belongs to one space: QrdlCode needs `templatesync.spaces` with exactly one name"
        yield Hit(("QrdlCode",), message, "or leave QrdlCode out: without it the message finds the code")


QR_IMAGE = Rule("qr-image", "The picture is a PNG or an SVG.", Severity.ERROR, _CAMS, kind="qr_code")
"""The JSON Schema checks it, where `x-rule` names it."""

RULES: tuple[Rule, ...] = rules_of(sys.modules[__name__])
"""All that stand above."""

CHANGES: tuple[Rule, ...] = (
    of_change(
        "qr_code",
        "breaking-printed-code",
        Severity.ERROR,
        "Alibaba Cloud: UpdatePhoneMessageQrdl, whose page says that the printed code stops working",
        "A change leaves the message of a printed code as it is.",
    ),
)
