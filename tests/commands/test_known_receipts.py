"""`status --known`: what receipts of earlier applies left, and is not there any more, is missing; nothing else is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.faulty_service import Front
from support.plan_scenarios import LATER, gone, hello

KEY, SECOND = "template/hello@en", "template/second@en"


class Shop(Front):
    """A project whose applies leave receipts, and somebody at the console."""

    def applied(self, name: str) -> str:
        path = self.root / f"{name}.json"
        assert self.cli("apply", "--yes", "--receipt", str(path), "--settle", "0").code == 0
        shutil.rmtree(self.root / ".templatesync")  # the next apply is of another machine
        return str(path)

    def deleted(self) -> None:
        """By somebody else."""
        console = self.other(self.root.parent / "console")
        console.want(gone())
        assert [end.kind for _, ends in console.apply().outcomes for end in ends] == ["done"]

    def found(self, *receipts: str, code: int = 0) -> dict[str, list[str]]:
        """The conditions of each resource."""
        known = [word for each in receipts for word in ("--known", each)]
        ended = self.cli("status", "--fail-on", "missing", "--format", "json", *known)
        assert ended.code == code, ended
        (space,) = json.loads(ended.out)["spaces"]
        return {row["key"]: row["conditions"] for row in space["resources"]}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shop]:
    fresh = Shop(tmp_path / "shop", monkeypatch, capsys)
    fresh.want(hello())
    yield fresh
    fresh.end()


def test_what_was_deleted_elsewhere_is_missing_and_nothing_is_left_out(shop: Shop) -> None:
    first = shop.applied("first")
    shop.review("pass")
    assert shop.found(first) == {KEY: []}
    shop.deleted()
    shop.want(hello(), hello(LATER, Name="second"))
    assert shop.found() == {KEY: ["pending"], SECOND: ["pending"]}
    assert shop.found(first, code=6) == {KEY: ["missing"], SECOND: ["pending"]}


def test_what_is_to_be_gone_or_was_deleted_by_a_later_apply_is_not(shop: Shop) -> None:
    first = shop.applied("first")
    shop.review("pass")
    shop.want(gone())
    second = shop.applied("second")
    assert shop.found(first) == {}
    shop.want(hello())
    assert shop.found(first, second) == {KEY: ["pending"]}
    assert shop.found(second, first, code=6) == {KEY: ["missing"]}, "the oldest first"


def test_what_this_machine_has_deleted_since_is_not(shop: Shop) -> None:
    first = shop.applied("first")
    shop.review("pass")
    shop.want(gone())
    assert shop.cli("apply", "--yes", "--settle", "0").code == 0
    shop.want(hello())
    assert shop.found(first) == {KEY: ["pending"]}


def test_a_change_that_never_ran_says_nothing_of_what_an_earlier_one_left(shop: Shop) -> None:
    first = shop.applied("first")
    document = json.loads(Path(first).read_bytes())
    document["spaces"][0]["changes"][0] |= {"outcome": "not-started", "live_digest": "", "live_status": ""}
    later = shop.root / "later.json"
    later.write_text(json.dumps(document))
    shop.review("pass")
    shop.deleted()
    assert shop.found(first, str(later), code=6) == {KEY: ["missing"]}


def test_a_receipt_of_another_customer_says_nothing(shop: Shop) -> None:
    first = Path(shop.applied("first"))
    first.write_text(first.read_text().replace('"cust_space_id": "', '"cust_space_id": "other-'))
    shop.review("pass")
    shop.deleted()
    assert shop.found(str(first)) == {KEY: ["pending"]}


@pytest.mark.parametrize("said", ["", "[", '{"format_version": "1.0", "spaces": [{}]}'])
def test_a_broken_one_is_told_and_neither_an_alarm_nor_an_all_clear(shop: Shop, said: str) -> None:
    """An issue that is open stays open, and none is opened."""
    first = shop.applied("first")
    shop.review("pass")
    broken = shop.root / "broken.json"
    broken.write_text(said)
    issues = ("status", "--fail-on", "missing", "--format", "issues", "--known")
    ended = shop.cli(*issues, str(broken))
    assert (ended.code, json.loads(ended.out)["issues"]) == (0, [])
    assert "broken.json is no receipt" in ended.err
    assert "broken.json is no receipt" in shop.cli("status", "--known", str(broken)).out
    shop.deleted()
    (issue,) = json.loads(shop.cli(*issues, str(broken), "--known", first).out)["issues"]
    assert issue["open"] and "broken.json is no receipt" in issue["body"]


def test_it_goes_with_no_receipt_to_follow(shop: Shop) -> None:
    first = shop.applied("first")
    assert shop.cli("status", "--known", first, "--receipt", first).code == 64
    assert shop.cli("status", "--known", str(shop.root / "none.json")).code == 64
