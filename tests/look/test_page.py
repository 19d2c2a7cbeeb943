"""The page of what customers see: the gallery's messages, drawn, beside files that a person has looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.page_reader import PageReader, read

from templatesync.commands.preview import Wish, preview
from templatesync.look.bubble import Bubble, Picture, Values
from templatesync.look.drawing import in_all_fillings
from templatesync.look.filled import filled
from templatesync.look.page import Entry, Group, Inlined, Page, Version, page

GALLERY = Path(__file__).parent / "gallery"
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def drawn() -> str:
    return page(preview(GALLERY, Wish()).page)


@pytest.fixture(scope="module")
def reader(drawn: str) -> PageReader:
    return read(drawn)


def test_it_asks_for_nothing_and_runs_nothing(drawn: str, reader: PageReader) -> None:
    policies = [each.attributes["content"] for each in reader.named("meta") if "http-equiv" in each.attributes]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    style = reader.named("style")[0].text
    assert re.findall(r"url\((?!data:image/)|@import", style) == []
    assert "<script" not in drawn and "src=" not in drawn


@pytest.mark.parametrize("name", ["look_carousel", "look_code", "look_collection", "look_offer", "look_order_shipped",
                                  "look_book_class", "8500563601520/a7055e3f42e3"])  # fmt: skip
def test_each_message_is_drawn_as_somebody_has_seen_it(name: str, drawn: str, request: pytest.FixtureRequest) -> None:
    (article,) = [each for each in drawn.split("<article ")[1:] if f"<h2><bdi>{name}</bdi>" in each]
    article = re.sub(r"\n\s*\n+", "\n", article.split("</article>")[0]).strip() + "\n"
    path = GOLDEN / f"{name.replace('/', '-')}.html"
    if request.config.getoption("--rewrite-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(article, encoding="utf-8")
    assert article == path.read_text(encoding="utf-8")


def test_every_paragraph_of_a_message_says_its_language_and_finds_its_direction(reader: PageReader) -> None:
    inside = [each for each in reader.named("p") if each.attributes.get("lang")]
    assert {each.attributes["lang"] for each in inside} == {"ar", "en", "en-US", "zh-CN"}
    assert all(each.attributes["dir"] == "auto" for each in inside)


def test_the_fold_cuts_a_text_and_adds_nothing_to_it() -> None:
    text = "one two three\n\nfour five six\nseven eight"
    looks = in_all_fillings(lambda kind: Bubble("en", body=filled(text, {}), fold=2))
    reader = read(page(Page("t", (Group("template", "n", (Entry("en", (Version("", looks),)),)),))))
    assert [each.text for each in reader.of_class("text")] == [text.replace("\n", "")]
    assert "".join(each.text for each in reader.of_class("below")) == "four five sixseven eight"
    (fold,) = reader.of_class("fold")
    assert fold.attributes["data-hidden"] == "about 5 words below the fold" and fold.parents[-1] == "p"


def test_values_are_isolated_and_name_what_they_stand_for(reader: PageReader) -> None:
    variables = [each for each in reader.of_class("v") if "data-name" in each.attributes]
    assert {each.tag for each in variables} == {"bdi"}
    assert all(each.attributes["tabindex"] == "0" for each in variables)
    assert {"name", "order", "carrier", "day", "tracking", "coupon"} <= {
        each.attributes["data-name"] for each in variables
    }


def test_a_picture_stands_once_however_often_it_is_shown(drawn: str) -> None:
    looks = preview(GALLERY, Wish()).page
    assert page(looks._replace(groups=looks.groups * 3)).count("base64,") == drawn.count("base64,") == 1


def test_of_four_buttons_two_are_in_sight(reader: PageReader) -> None:
    (options,) = [each for each in reader.named("details") if "See all options" in each.text]
    assert [word for word in ("Cups", "Bowls", "Teapots", "Something else") if word in options.text] == [
        "Cups", "Bowls", "Teapots", "Something else",
    ]  # fmt: skip


def test_the_index_tells_gaps_and_lengths(reader: PageReader) -> None:
    rows = [each.text for each in reader.named("tr")]
    assert re.findall(r"name|ar|en_US|en|zh_CN", rows[0]) == ["name", "ar", "en", "en_US", "zh_CN"]
    assert reader.of_class("gaps") == []  # en_US is as good as en
    entries = tuple(
        Entry(language, (Version("", in_all_fillings(lambda kind: Bubble(body=filled("x" * 1234, {})))),))
        for language in ("de", "en")
    )
    one = Group("template", "a", entries)
    two = Group("template", "b", (*entries, entries[0]._replace(language="fr")))
    table = read(page(Page("t", (one, two))))
    assert [each.text for each in table.of_class("gap")] == ["missing"]
    assert "1,234" in table.named("tbody")[0].text


def test_a_language_that_is_gone_asks_for_no_translations() -> None:
    here = Version("", in_all_fillings(lambda kind: Bubble(body=filled("x", {}))))
    two = Group("template", "a", (Entry("de", (here, Version(""))), Entry("en_GB", (here,))))
    table = read(page(Page("t", (two, Group("template", "b", (Entry("fr", (here,)),))))))
    assert not table.of_class("gap") and not table.of_class("gaps") and not table.of_class("most")
    assert "gone" in table.named("tbody")[0].text


def test_a_link_becomes_a_code_to_scan_with_segno_and_text_without(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = (Picture("Hello", "123", "https://wa.me/message/ABC"),) * 3
    given = Page("t", (Group("qr_code", "n", (Entry("", (Version("", looks),)),)),))
    assert len(read(page(given)).named("svg")) == 1
    monkeypatch.setitem(__import__("sys").modules, "segno", None)
    without = read(page(given))
    assert without.named("svg") == []
    assert "https://wa.me/message/ABC" in without.named("main")[0].text


def test_what_differs_is_marked_by_word() -> None:
    before, after = (
        in_all_fillings(lambda kind, text=text: Bubble(body=filled(text, {}), footer=filled("x", {})))  # type: ignore[misc]
        for text in ("Hello there, dear friend", "Hello there, old friend")
    )
    entry = Entry("en", (Version("before", before), Version("after", after)))
    reader = read(page(Page("t", (Group("template", "n", (entry,)),), compared=True)))
    assert [each.text for each in reader.named("del")] == ["dear"]
    assert [each.text for each in reader.named("ins")] == ["old"]


def test_only_pictures_of_ours_get_into_the_stylesheet() -> None:
    looks = preview(GALLERY, Wish()).page
    bad = {"file:x": Inlined("data:image/png;base64,AA)}</style><script>"), "file:y": Inlined("http://x/a.png")}
    assert "<script" not in page(looks._replace(inlined=bad))
    assert Values.SAMPLES.value in page(looks)
