"""Generated files through the command line: from files and from a contract file, and after a template has changed."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from support.projects import Shop
from support.senders import loaded
from support.version_story import ARABIC, CUSTOMER, NAME, NEW, REWORDED, Story

REPLIES = {"en": ("Confirm", "Not now"), "id": ("Ya", "Nanti")}
ENGLISH, INDONESIAN = CUSTOMER, "Halo $(customer), pesanan $(order) sudah meninggalkan studio kami."


def buttons(*order: int) -> dict[str, Any]:
    """A part of a file: quick replies in both languages, in some order."""
    return {
        "Components": [
            {"Type": "BODY", "Text": {"en": ENGLISH, "id": INDONESIAN}},
            {
                "Type": "BUTTONS",
                "Buttons": [
                    {"Type": "QUICK_REPLY", "Text": {language: labels[at] for language, labels in REPLIES.items()}}
                    for at in order
                ],
            },
        ]
    }


@pytest.fixture
def story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Story:
    return Story(tmp_path, capsys)


def written(shop: Shop, *options: str, format: str = "python") -> str:
    ended = shop.run("outputs", "--format", format, *options)
    assert ended.code == 0, ended
    return ended.out


def test_a_contract_file_gives_the_same_bytes(story: Story, tmp_path: Path) -> None:
    """Also where a language stayed behind, whose replies only files of an older version name."""
    story.version("order_update", en=ENGLISH, id=INDONESIAN, more=buttons(0, 1))
    story.version(NEW, own={"adopt": True}, en=ENGLISH, more={"Components": [
        {"Type": "BODY", "Text": REWORDED},
        {"Type": "BUTTONS", "Buttons": [{"Type": "QUICK_REPLY", "Text": each} for each in ("Not now", "Confirm")]},
    ]})  # fmt: skip
    saved = tmp_path / "contract.json"
    assert story.run("outputs", "--format", "contract", "-o", str(saved)).code == 0
    for each in ("python", "typescript"):
        assert written(story, format=each) == written(story, "--contract", str(saved), format=each)
    module = loaded(written(story))
    (function,) = (each for name, each in vars(module).items() if name.startswith("order_update"))
    asks = vars(module)["_of_order_update"].asks
    codes = {"order_update": {language: {ask.digest: "7"} for language, ask in asks.items()}}
    given = {"codes": codes, "customer": "A", "order": "1", "on_confirm": "yes", "on_not_now": "no"}
    assert [function(language=each, **given)["payload"] for each in ("en", "id")] == [["no", "yes"], ["yes", "no"]]


def test_a_changed_template_fails_the_check_until_the_file_is_written_again(story: Story) -> None:
    file = str(story.root / "senders.py")
    story.version("order_update", en=CUSTOMER)
    assert story.run("outputs", "--format", "python", "-o", file).code == 0
    assert story.run("outputs", "--format", "python", "--check", file).code == 0
    story.version("order_update", en=NAME)
    ended = story.run("outputs", "--format", "python", "--check", file)
    assert ended.code == 3
    assert "customer" in ended.said and f"--format python -o {file}" in ended.said


def test_a_version_that_nobody_has_adopted_has_a_function_beside_the_old_one(story: Story) -> None:
    story.version("order_update", en=CUSTOMER)
    story.version(NEW, en=NAME)
    module = loaded(written(story))
    assert "customer" in inspect.signature(module.order_update).parameters
    assert "name" in inspect.signature(module.order_update_v2).parameters
    with pytest.raises(module.Unavailable, match=r"^order_update@en: this code wants \{name, order\}; live are \{cust"):
        old = {vars(module)["_of_order_update"].asks["en"].digest: "7"}
        module.order_update_v2(codes={"order_update": {"en": old}}, language="en", name="A", order="1")


def test_a_version_without_arabic_leaves_its_callers_alone(story: Story) -> None:
    story.version("order_update", en=CUSTOMER, ar=ARABIC)
    before = inspect.signature(loaded(written(story)).order_update)
    story.version(NEW, en=REWORDED)
    assert inspect.signature(loaded(written(story)).order_update) == before
