"""What a command is told to look at: files and folders of `validate`, keys of `--target` and `--resubmit`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.projects import GOOD, Shop

OTHER = GOOD.replace("shop_hello", "shop_other").replace("Hello", "Dear")


def test_a_duplicate_of_a_target_is_told(shop: Shop) -> None:
    shop.write("templates/later.yaml", GOOD)
    ended = shop.run("plan", "--target", "template/shop_hello@en")
    assert (ended.code, "templates/later.yaml" in ended.err) == (3, True)
    assert "duplicate-resource" in ended.err


def test_errors_elsewhere_do_not_stop_a_target(shop: Shop) -> None:
    shop.write("templates/other.yaml", OTHER + "Bogus: 1\n")
    assert shop.run("plan", "--target", "template/shop_hello@en").code == 0
    assert shop.run("plan").code == 3


@pytest.mark.parametrize("option", ["--target", "--resubmit"])
def test_a_key_that_nothing_has(shop: Shop, option: str) -> None:
    ended = shop.run("plan", option, "template/shop_gone@en")
    assert (ended.code, "template/shop_gone@en" in ended.err) == (64, True)
    assert shop.run("plan", option, "template/shop_hello").code == 0
    shop.bad("Name: [\n")  # perhaps it stands here
    ended = shop.run("plan", option, "template/shop_gone@en")
    assert (ended.code, "yaml-syntax" in ended.err) == (3, True)


def test_nothing_is_never_the_wish(shop: Shop) -> None:
    """A wrong folder, or a checkout without the files, must not be green in a pull request."""
    (shop.root / "templates/good.yaml").unlink()
    for command in ("validate", "plan"):
        ended = shop.run(command)
        assert (ended.code, "[no-resources]" in ended.said) == (3, True)
        assert "include is templates/**/*.yaml" in ended.said
    assert {each["rule"] for each in shop.validate().findings} == {"no-resources"}
    shop.write("templates/good.yml", GOOD)
    assert {each["rule"] for each in shop.validate().findings} == {"no-resources", "file-not-included"}


def summary(shop: Shop, *paths: str) -> tuple[int, int]:
    """Files and resources that `validate` says it has looked at."""
    ended = shop.validate(*(str(shop.root / path) for path in paths))
    said = json.loads(ended.out)["summary"]
    return said["files"], said["resources"]


def test_validate_counts_what_it_is_asked_for(shop: Shop) -> None:
    shop.write("templates/more/a.yaml", f"{OTHER}---\n{GOOD.replace('shop_hello', 'shop_third')}")
    shop.write("templates/more/b.yaml", "Name: [\n")
    assert summary(shop) == (3, 3)
    assert summary(shop, ".") == (4, 3)
    assert summary(shop, "templates") == (3, 3)
    assert summary(shop, "templates/more") == (2, 2)
    assert summary(shop, "templates/more", "templates/more/a.yaml") == (2, 2)
    assert summary(shop, "templates/good.yaml") == (1, 1)
    assert summary(shop, "templatesync.yaml") == (1, 0)


def test_validate_of_nothing_is_told(shop: Shop) -> None:
    (shop.root / "empty").mkdir()
    shop.write("elsewhere/notes.txt", "a")
    shop.write("elsewhere/data.json", "{}")
    for path in ("empty", "elsewhere", "elsewhere/data.json", "gone.yaml"):
        ended = shop.run("validate", str(shop.root / path))
        assert (ended.code, ended.out, Path(path).name in ended.err) == (64, "", True)
