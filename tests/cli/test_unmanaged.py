"""What is live without a file is named wherever a plan is shown, with the way on, and a pipeline can fail on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.markdown_page import Page
from support.plan_values import result, space
from support.projects import GOOD, Shop

from templatesync.model.resource import Key
from templatesync.render.formats import FORMATS
from templatesync.render.terminal import Style, width

KEY = "template/made_in_console@en"
WAY = f"`templatesync import {KEY}` writes its file"


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    """A project that says what it has, and one template that somebody made elsewhere."""
    found = Shop(tmp_path / "shop", capsys)
    made = found.write("templates/made.yaml", GOOD.replace("shop_hello", "made_in_console").replace("left", "come to"))
    assert found.run("apply", "--yes").code == 0
    made.unlink()
    return found


def test_it_is_named_in_every_format(shop: Shop) -> None:
    for options in ((), ("-v",), ("--details",)):
        told = shop.run("plan", *options).out
        assert "1 live without a file" in told and f"Live without a file: {KEY}; {WAY}" in told
    assert json.loads(shop.run("plan", "--format", "json").out)["spaces"][0]["unmanaged"] == [KEY]
    assert KEY in Page(shop.run("plan", "--format", "markdown").out).text.replace("\u200b", "")
    assert KEY.split("/")[1] in shop.run("plan", "--format", "html").out
    assert "unmanaged=1" in shop.run("plan", "--format", "github").out


def test_a_pipeline_can_fail_on_it(shop: Shop) -> None:
    for word in ("unmanaged", "drift", "blocked,drift"):
        assert shop.run("plan", "--fail-on", word).code == 6
    assert shop.run("plan", "--detailed-exitcode").code == 0
    assert shop.run("plan", "--fail-on", "drifts").code == 64


@pytest.mark.parametrize(
    "text",
    [
        "Name: made_in_console\nLanguage: en\ntemplatesync: {state: absent}\n",
        GOOD.replace("shop_hello", "made_again") + "templatesync: {replaces: made_in_console}\n",
    ],
)
def test_what_a_file_deletes_or_replaces_is_not(shop: Shop, text: str) -> None:
    shop.write("templates/about.yaml", text.replace("our studio", "the studio"))
    assert shop.run("plan", "--fail-on", "unmanaged,drift").code == 0
    assert json.loads(shop.run("plan", "--format", "json").out)["spaces"][0]["unmanaged"] == []


def test_what_is_not_ours_is_neither_named_nor_drift(shop: Shop) -> None:
    project = (shop.root / "templatesync.yaml").read_text(encoding="utf-8")
    shop.write("templatesync.yaml", project + "policy: {manage: [shop_*]}\n")
    ended = shop.run("plan", "--fail-on", "unmanaged,drift")
    assert (ended.code, "made_in_console" in ended.said) == (0, False)


def test_many_are_shortened_until_all_are_asked_for() -> None:
    keys = tuple(Key("template", f"made_{number:03}", language) for number in range(300) for language in ("en", "id"))
    plan = result(space(unmanaged=keys), space(unmanaged=keys[:20], name="other"))
    short = FORMATS["plan"]["text"](plan, Style(columns=80))
    assert "600 live without a file" in short and "template/made_000 (en, id)" in short and "and 5 more" in short
    assert max(map(width, short.splitlines())) <= 80 and len(short.splitlines()) < 25
    assert "made_299" in FORMATS["plan"]["text"](plan, Style(columns=80, details=True))
    page = Page(FORMATS["plan"]["markdown"](plan, Style()))
    assert "600 live without a file" in page.text and "and 100 more" in page.text
    assert len(page.text) < 20_000


def test_spaces_that_differ_share_a_line() -> None:
    spaces = [space(unmanaged=(Key("template", f"made_{n}", "en"),), name=f"brand{n:02}") for n in range(40)]
    told = FORMATS["plan"]["text"](result(*spaces), Style(columns=80))
    assert told.count("Live without a file") == 1 and "and 35 more" in told
    whole = FORMATS["plan"]["text"](result(*spaces), Style(columns=80, verbose=True))
    assert whole.count("Live without a file") == 40
