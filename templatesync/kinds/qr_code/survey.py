"""What `doctor` finds out about QR codes at the service by reading. Pure; tells spellings and shapes, never a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from templatesync.kinds import observe
from templatesync.kinds.examining import Said, Survey
from templatesync.kinds.qr_code.listing import NO_PHONE
from templatesync.model.belief import Observation, shape, word
from templatesync.model.json_value import Json
from templatesync.model.request import Answer, Request

LIST, NUMBERS = "ListPhoneMessageQrdl", "QueryChatappPhoneNumbers"
_FEW = 3
"""So many codes of which none has a picture are no chance."""

BELIEVED: Mapping[str, str] = {
    "empty-qr-codes": "a listing without QR codes is OK and an empty list",
    "empty-phone-numbers": "a listing without phone numbers is OK and an empty list",
    "phone-numbers": "a phone number is digits, with or without a plus",
    "qr-identity": "a QR code has its code, number and message",
    "qr-image": "the kind of picture of a QR code is PNG or SVG, and told at least of some",
    "qr-texts": "messages are told in Unicode's form NFC, with line feeds and not as in HTML",
}


def questions(said: Said) -> dict[str, Request]:
    """What is said of a number that nobody has: whether codes may be listed shows in a space without numbers, too."""
    return {"nobody": Request(LIST, {"PhoneNumber": NO_PHONE})}


def observations(said: Said) -> Iterator[Observation]:
    """All that can be seen of numbers and codes."""
    for answer in observe.of(said.answers, NUMBERS):
        yield from observe.nothing_listed("empty-phone-numbers", answer, "PhoneNumbers")
        for row in observe.rows(answer, "PhoneNumbers"):
            yield from _number(row.get("PhoneNumber"))
    listed: list[Mapping[str, Json]] = []
    numbers = {_digits(row.get("PhoneNumber")) for answer in observe.of(said.answers, NUMBERS)
               for row in observe.rows(answer, "PhoneNumbers")}  # fmt: skip
    for answer in observe.of(said.answers, LIST):
        # A number that nobody has is asked about, too, to see how it is refused.
        if isinstance(answer.request, Request) and _digits(answer.request.params.get("PhoneNumber")) in numbers:
            yield from observe.nothing_listed("empty-qr-codes", answer, "Data")
        yield from _codes(answer)
        listed += observe.rows(answer, "Data")
    yield from observe.twice([str(row.get("QrdlCode")) for row in listed if row.get("QrdlCode")])
    pictures = [row.get("GenerateQrImage") for row in listed]
    for picture in pictures:
        if picture and picture not in ("PNG", "SVG"):
            yield Observation("qr-image", word(picture), True)
    if any(pictures) or len(pictures) >= _FEW:
        yield Observation("qr-image", "" if any(pictures) else "null of all", not any(pictures))


def _codes(answer: Answer) -> Iterator[Observation]:
    rows = observe.rows(answer, "Data")
    for name in ("QrdlCode", "PhoneNumber", "PrefilledMessage"):
        yield from observe.empty("qr-identity", name, rows)
    for row in rows:
        yield from _number(row.get("PhoneNumber"))
        yield from _message(row.get("PrefilledMessage"))


def _digits(value: Json) -> str:
    return "".join(char for char in str(value) if char in "0123456789")


def _number(value: Json) -> Iterator[Observation]:
    if isinstance(value, str) and value:
        plain = re.fullmatch(r"\+?[0-9]+", value) is not None
        told = shape(value) if not plain else "with a plus" if value.startswith("+") else "digits only"
        yield Observation("phone-numbers", told, not plain)


def _message(value: Json) -> Iterator[Observation]:
    if isinstance(value, str):
        odd = [
            told
            for seen, told in (
                ("\r" in value, "carriage returns"),
                ("\\n" in value, "a backslash and an n"),
                (value.endswith("\n"), "a line end at the end"),
                (unicodedata.normalize("NFC", value) != value, "not in the form NFC"),
                (re.search(r"&(amp|lt|gt|quot|#[0-9]+);", value), "as in HTML"),
            )
            if seen
        ]
        yield from (Observation("qr-texts", told, True) for told in odd)
        if not odd:
            yield Observation("qr-texts")


SURVEY = Survey({"rows-twice": observe.BELIEVED["rows-twice"], **BELIEVED}, questions, observations)
