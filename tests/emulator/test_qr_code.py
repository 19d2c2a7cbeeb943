"""QR codes of messages."""

from __future__ import annotations

import struct
import zlib
from typing import Any
from xml.etree import ElementTree

import pytest
from support.emulator_caller import Caller

from templatesync.emulator.store.spaces import new_space

NUMBER = str(new_space("cams-one").numbers[0]["PhoneNumber"])


def made(caller: Caller, message: str = "Hello", **more: Any) -> dict[str, Any]:
    asked = {"PhoneNumber": NUMBER, "PrefilledMessage": message, "GenerateQrImage": "PNG"} | more
    data = caller.ok("CreatePhoneMessageQrdl", **asked)["Data"]
    assert isinstance(data, dict)
    return data


def listed(caller: Caller, number: str = NUMBER) -> list[dict[str, Any]]:
    data = caller.ok("ListPhoneMessageQrdl", PhoneNumber=number)["Data"]
    assert isinstance(data, list)
    return data


def test_a_code_lives(either: Any) -> None:
    caller = either()
    data = made(caller, "Hi, 你好!")
    assert (data["PrefilledMessage"], data["GenerateQrImage"]) == ("Hi, 你好!", "PNG")
    assert data["DeepLinkUrl"] == f"https://wa.me/message/{data['QrdlCode']}"
    (row,) = listed(caller)
    assert (row["QrdlCode"], row["PrefilledMessage"]) == (data["QrdlCode"], "Hi, 你好!")
    named = {"PhoneNumber": f"+{NUMBER}", "QrdlCode": data["QrdlCode"]}
    changed = caller.ok("UpdatePhoneMessageQrdl", PrefilledMessage="New", GenerateQrImage="SVG", **named)["Data"]
    assert (changed["QrdlCode"], changed["DeepLinkUrl"]) == (data["QrdlCode"], data["DeepLinkUrl"])
    assert changed["QrImageUrl"] != data["QrImageUrl"]
    assert [row["PrefilledMessage"] for row in listed(caller, f"+{NUMBER}")] == ["New"]
    caller.ok("DeletePhoneMessageQrdl", **named)
    assert listed(caller) == []
    assert caller.code("DeletePhoneMessageQrdl", **named) == "InvalidParameter.QrdlCodeNotExist"
    assert [entry["changed"] for entry in caller.history()] == [True, False, True, False, True, False, False]


def test_two_codes_may_say_the_same_and_a_list_has_no_order(caller: Caller) -> None:
    codes = [made(caller)["QrdlCode"] for _ in range(8)]
    assert len(set(codes)) == 8
    rows = [row["QrdlCode"] for row in listed(caller)]
    assert sorted(rows) == sorted(codes)
    assert rows not in (codes, codes[::-1], sorted(codes))
    assert [row["QrdlCode"] for row in listed(caller)] == rows


def test_answers_are_not_what_was_sent(caller: Caller) -> None:
    for _ in range(12):
        made(caller)
    rows = listed(caller)
    assert {row["PhoneNumber"] for row in rows} == {NUMBER, f"+{NUMBER}"}
    assert {row["GenerateQrImage"] for row in rows} == {"PNG", None}
    assert all(row["ExtendAttrs"] is None for row in rows)


def test_codes_belong_to_one_number_of_one_space(caller: Caller) -> None:
    caller.control("POST", "space", {"cust_space_id": "cams-one", "phone_numbers": [NUMBER, "1555"]})
    data = made(caller)
    assert listed(caller, "1555") == []
    for space, number in (("cams-one", "1555"), ("cams-one", "1666"), ("cams-two", NUMBER)):
        answer = caller.but(space=space).code("DeletePhoneMessageQrdl", PhoneNumber=number, QrdlCode=data["QrdlCode"])
        assert answer.startswith("InvalidParameter."), (space, number)
    assert len(listed(caller)) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"PhoneNumber": "1"}, "InvalidParameter.PhoneNumberError"),
        ({"PhoneNumber": None}, "MissingPhoneNumber"),
        ({"PrefilledMessage": ""}, "MissingPrefilledMessage"),
        ({"PrefilledMessage": "x" * 141}, "InvalidParameter.PrefilledMessageError"),
        ({"PrefilledMessage": "界" * 140}, "OK"),
        ({"GenerateQrImage": "GIF"}, "InvalidParameter"),
        ({"GenerateQrImage": None}, "MissingGenerateQrImage"),
    ],
)
def test_what_a_code_must_have(caller: Caller, changes: dict[str, Any], code: str) -> None:
    asked = {"PhoneNumber": NUMBER, "PrefilledMessage": "x", "GenerateQrImage": "SVG"} | changes
    assert caller.code("CreatePhoneMessageQrdl", **asked) == code


def test_a_number_has_so_many_codes(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = make(limits=True)
    monkeypatch.setattr("templatesync.emulator.store.qr_codes.count", lambda *_: 1999)
    made(caller)
    monkeypatch.setattr("templatesync.emulator.store.qr_codes.count", lambda *_: 2000)
    asked = {"PhoneNumber": NUMBER, "PrefilledMessage": "x", "GenerateQrImage": "SVG"}
    assert caller.code("CreatePhoneMessageQrdl", **asked) == "InvalidParameter.CreateError"
    caller.control("POST", "settings", {"limits": False})
    made(caller)


def test_a_listing_may_lag(make: Any) -> None:
    caller = make(consistency_delay=5)
    code = made(caller)["QrdlCode"]
    assert listed(caller) == []
    caller.control("POST", "clock", {"advance": 5})
    assert len(listed(caller)) == 1
    caller.ok("DeletePhoneMessageQrdl", PhoneNumber=NUMBER, QrdlCode=code)
    assert len(listed(caller)) == 1
    caller.control("POST", "clock", {"advance": 5})
    assert listed(caller) == []


def test_a_liar_speaks_of_another_number(make: Any) -> None:
    caller = make(liar=True)
    made(caller)
    answers = [listed(caller)[0]["PhoneNumber"].removeprefix("+") for _ in range(6)]
    assert sorted(set(answers)) == [NUMBER, f"{NUMBER}0"]


def read_png(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and pixels; the check sums are checked."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, pixels, size = 8, b"", (0, 0)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        content = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + content)
        if kind == b"IHDR":
            size = struct.unpack(">II", content[:8])
        pixels += content if kind == b"IDAT" else b""
        at += 12 + length
    return (*size, zlib.decompress(pixels))


def test_pictures_can_be_fetched(either: Any) -> None:
    caller = either()
    png, svg = made(caller), made(caller, GenerateQrImage="SVG")
    served = ":" in caller.host
    base = f"http://{caller.host}/_oss/cams-media-emulator/" if served else "https://cams-media-emulator.oss-"
    assert png["QrImageUrl"].startswith(base)
    answer = caller.fetch(png["QrImageUrl"])
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    width, height, pixels = read_png(answer.body)
    assert (width, height, len(pixels)) == (264, 264, 264 * (1 + 33))
    assert len(answer.body) < 2_000
    other = caller.fetch(svg["QrImageUrl"])
    assert other.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(other.body).tag == "{http://www.w3.org/2000/svg}svg"
    assert caller.fetch(png["QrImageUrl"].replace(".png", ".svg")).status == 404
    assert caller.fetch(made(caller)["QrImageUrl"]).body != answer.body
    caller.ok("DeletePhoneMessageQrdl", PhoneNumber=NUMBER, QrdlCode=png["QrdlCode"])
    assert caller.fetch(png["QrImageUrl"]).status == 404
