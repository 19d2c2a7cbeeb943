"""A receipt that is handed over: read as what it says, whatever release wrote it; anything else is named as such."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.projects import Shop

KEY = "template/shop_hello@en"


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path / "shop", capsys)


def receipt(shop: Shop) -> dict[str, Any]:
    """What an apply to the emulator leaves."""
    path = shop.root / "receipt.json"
    assert shop.run("apply", "--yes", "--receipt", str(path)).code == 0
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def known(shop: Shop, said: str | bytes) -> tuple[int, str]:
    path = shop.write("handed.json", said)
    ended = shop.run("plan", "--known", str(path))
    return ended.code, ended.err


def test_a_row_has_the_digest_of_what_was_wanted(shop: Shop) -> None:
    shop.run("plan", "--out", str(shop.root / "plan.json"))
    (row,) = receipt(shop)["spaces"][0]["changes"]
    assert len(row["wanted_digest"]) == 64
    shop.write("templates/good.yaml", "Name: shop_hello\nLanguage: en\ntemplatesync: {state: absent}\n")
    (gone,) = receipt(shop)["spaces"][0]["changes"]
    assert (gone["action"], gone["wanted_digest"]) == ("delete", "")


def test_receipts_of_older_and_newer_minor_versions_are_read(shop: Shop) -> None:
    document = receipt(shop)
    for row in document["spaces"][0]["changes"]:
        del row["wanted_digest"]
    assert known(shop, json.dumps(document))[0] == 0
    document["format_version"] = "1.7"
    document["spaces"][0]["new"] = document["new"] = {"field": 1}
    assert known(shop, json.dumps(document))[0] == 0


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "it is not JSON"),
        ("\x00" * 9, "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "it is not JSON"),
        ("[]", "it has no spaces"),
        ('{"format_version": "1.0", "findings": []}', "it has no spaces"),
        ('{"spaces": []}', "no format version"),
        ('{"format_version": 1, "spaces": []}', "no format version"),
        ('{"format_version": "2.0", "spaces": []}', "format '2.0'"),
        ('{"format_version": "1.0", "spaces": [1]}', "damaged"),
        ('{"format_version": "1.0", "spaces": [{"space": "local", "changes": []}]}', "damaged"),
    ],
)
def test_what_is_none_is_named(shop: Shop, said: str, why: str) -> None:
    code, told = known(shop, said)
    assert code == 64
    assert "handed.json is no receipt" in told
    assert why in told


@pytest.mark.parametrize(
    "damage",
    [
        {"outcome": "lost"}, {"action": "none"}, {"key": "hello"}, {"key": 5}, {"after": [1]}, {"told_back": 5},
        {"told_back": {"live_digest": 5}}, {"wanted_digest": 5}, {"live_status": {}},
    ],
)  # fmt: skip
def test_a_damaged_one_is_refused(shop: Shop, damage: dict[str, Any]) -> None:
    document = receipt(shop)
    document["spaces"][0]["changes"][0].update(damage)
    code, told = known(shop, json.dumps(document))
    assert (code, "handed.json is no receipt: it is damaged" in told) == (64, True)


def test_a_plan_is_none(shop: Shop) -> None:
    path = shop.root / "plan.json"
    shop.run("plan", "--out", str(path))
    code, told = known(shop, path.read_bytes())
    assert (code, "it does not say how changes ended" in told) == (64, True)


def test_none_and_a_folder_are_told(shop: Shop) -> None:
    for name in ("nowhere.json", "templates"):
        ended = shop.run("plan", "--known", str(shop.root / name))
        assert ended.code == 64, ended
