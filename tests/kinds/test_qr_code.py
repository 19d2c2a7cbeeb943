"""QR codes: their pictures, saved once and never over something else, and numbers that are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World

from templatesync.commands.import_ import ImportResult, import_live
from templatesync.model.errors import ExitCode

PHONE = "8500563601520"


class Codes(World):
    """A space with QR codes that no file is about."""

    def code(self, message: str, image: str = "PNG") -> None:
        body = {"kind": "qr_code", "PhoneNumber": PHONE, "PrefilledMessage": message, "GenerateQrImage": image}
        self.want(body)
        self.apply()
        self.want()

    def pictures(self, folder: Path, *keys: str) -> ImportResult:
        return import_live(self.root, (), False, self.connection, keys, images=folder)


@pytest.fixture
def codes(tmp_path: Path) -> Iterator[Codes]:
    fresh = Codes(tmp_path / "project")
    fresh.code("Hello")
    fresh.code("Prices", "SVG")
    yield fresh
    fresh.emulator.end()


def told(result: ImportResult) -> list[tuple[str, str, bool]]:
    return [(Path(each.file).name, each.reason, each.fault) for each in result.pictures]


def test_every_picture_is_saved_under_the_name_of_its_code(codes: Codes, tmp_path: Path) -> None:
    folder = tmp_path / "new/pictures"
    result = codes.pictures(folder)
    assert result.exit_code is ExitCode.OK
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(name for name, _, _ in told(result))
    assert {name.partition("-")[0] for name in names} == {PHONE}
    starts = {path.suffix: path.read_bytes()[:4] for path in folder.iterdir()}
    assert starts == {".png": b"\x89PNG", ".svg": b"<svg"}


def test_a_second_run_keeps_what_is_there(codes: Codes, tmp_path: Path) -> None:
    codes.pictures(tmp_path)
    result = codes.pictures(tmp_path)
    assert {reason for _, reason, _ in told(result)} == {"it is there already"}
    assert result.exit_code is ExitCode.OK


def test_another_picture_is_not_overwritten(codes: Codes, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    codes.pictures(folder)
    (png,) = folder.glob("*.png")
    png.write_bytes(b"mine")
    result = codes.pictures(folder)
    (fault,) = [each for each in result.pictures if each.fault]
    assert fault.reason.endswith("is another picture; delete it to save this one")
    assert png.read_bytes() == b"mine"
    assert result.exit_code is ExitCode.PARTIAL


def test_only_the_codes_that_are_asked_for(codes: Codes, tmp_path: Path) -> None:
    (first, *_) = [each.key for each in codes.pictures(tmp_path / "all").pictures]
    assert [each.key for each in codes.pictures(tmp_path / "one", first).pictures] == [first]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data", "its picture could not be fetched"),
        ("file:///etc/passwd", "its picture could not be fetched"),
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(codes: Codes, tmp_path: Path, url: str, reason: str) -> None:
    def mislead(operation: str, answer: dict[str, Any]) -> None:
        if operation == "ListPhoneMessageQrdl":
            for row in answer["Data"]:
                row["QrImageUrl"] = url

    codes.emulator.after = mislead
    result = codes.pictures(tmp_path / "pictures")
    assert {each.reason.partition(":")[0] for each in result.pictures} == {reason}
    assert result.exit_code is ExitCode.PARTIAL
    assert not (tmp_path / "pictures").exists()


def test_a_number_of_another_account_blocks_its_codes_and_no_others(codes: Codes) -> None:
    """The service answers about one number only; what it refuses must not hide the rest of the space."""
    wrong = {"kind": "qr_code", "PhoneNumber": "6599999999", "PrefilledMessage": "Hi", "GenerateQrImage": "PNG"}
    codes.want(wrong, {**wrong, "PhoneNumber": PHONE, "PrefilledMessage": "Another"})
    (space,) = codes.document()["spaces"]
    found = {change["key"].split("/")[1]: (change["action"], change["reason"]) for change in space["changes"]}
    assert found == {"6599999999": ("blocked", "unreadable"), PHONE: ("create", "")}
