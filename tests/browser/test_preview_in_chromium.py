"""The preview of the gallery as Chromium shows it, at three widths, light and dark. Run by `make look`.

With `--rewrite-golden` the references are written anew; look at them before committing.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.chromium import Browser, chromium

from templatesync.commands.preview import Wish, preview
from templatesync.look.page import page

CHROMIUM = os.environ["TEMPLATESYNC_CHROMIUM"]
AXE = Path(os.environ["TEMPLATESYNC_AXE"])
GALLERY = Path(__file__).parents[1] / "look" / "gallery"
REFERENCES = Path(__file__).parent / "references"
WIDTHS = (380, 768, 1280)

# Both pictures come down to cells of some pixels, so that other fonts and smoothing count little.
APART = """
(async () => {
  const [one, two] = await Promise.all([%s, %s].map(async data => {
    const image = new Image(); image.src = 'data:image/png;base64,' + data; await image.decode(); return image;
  }));
  const width = 48, height = Math.round(48 * one.height / one.width);
  const cells = image => {
    const canvas = new OffscreenCanvas(width, height), context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
  const [a, b] = [cells(one), cells(two)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return {cells: sum / a.length, width: two.width / one.width, height: two.height / one.height};
})()
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("browser")
    written = folder / "preview.html"
    written.write_text(page(preview(GALLERY, Wish()).page), encoding="utf-8")
    with chromium(CHROMIUM, folder / "profile") as started:
        started.open(written.as_uri())
        yield started


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest, browser: Browser) -> int:
    chosen: int = request.param
    choose(browser, "see-samples", "see-open", "see-phone", "see-system")
    browser.size(chosen)
    return chosen


def choose(browser: Browser, *switches: str) -> None:
    for switch in switches:
        browser.run(f"document.getElementById('{switch}').click()")


def seen(browser: Browser, selector: str) -> list[str]:
    """The texts of elements that are in sight."""
    found: list[str] = browser.run(
        f"[...document.querySelectorAll({json.dumps(selector)})]"
        ".filter(e => e.checkVisibility()).map(e => e.textContent)"
    )
    return found


def test_it_asks_for_nothing_and_complains_of_nothing(browser: Browser) -> None:
    addresses = [told["request"]["url"].split(":")[0] for told in browser.told("Network.requestWillBeSent")]
    assert addresses.count("file") == 1
    assert set(addresses) <= {"file", "data"}
    assert browser.told("Log.entryAdded") == []
    assert browser.told("Runtime.consoleAPICalled") == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everybody_can_use_it(browser: Browser, width: int, dark: bool) -> None:
    browser.size(width, dark=dark)
    browser.run(AXE.read_text(encoding="utf-8"))
    for switches in (("see-open", "see-samples"), ("see-folded", "see-longest"), ("see-desktop", "see-names")):
        choose(browser, *switches)
        found = browser.run("axe.run(document, {resultTypes: ['violations']}).then(done => done.violations)")
        assert [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found] == []


def test_nothing_is_wider_than_the_window(browser: Browser, width: int) -> None:
    for switch in ("see-samples", "see-names", "see-longest", "see-desktop"):
        choose(browser, switch)
        assert browser.run("document.documentElement.scrollWidth") <= width


def test_text_runs_as_its_script_does(browser: Browser, width: int) -> None:
    directions = browser.run(
        "[...document.querySelectorAll('.chat p[lang]')].filter(e => e.checkVisibility())"
        ".map(e => [e.lang, getComputedStyle(e).direction, getComputedStyle(e).textAlign, e.textContent])"
    )
    arabic = [each for each in directions if each[0] == "ar"]
    assert len(arabic) > 5
    for _, direction, side, text in arabic:  # an address alone runs from left to right there, too
        assert (direction, side) == ("ltr" if text.startswith("https") else "rtl", "start")
    others = {tuple(each[:3]) for each in directions if each[0] != "ar"}
    assert others == {("en", "ltr", "start"), ("en-US", "ltr", "start"), ("zh-CN", "ltr", "start")}
    places = browser.run(
        "[...document.querySelectorAll('.chat p[lang=ar] bdi')].filter(e => e.checkVisibility())"
        ".map(e => getComputedStyle(e).unicodeBidi)"
    )
    assert set(places) == {"isolate"}


def test_cards_are_equally_high_and_scroll_sideways(browser: Browser, width: int) -> None:
    heights = browser.run(
        "[...document.querySelectorAll('.card')].map(e => Math.round(e.getBoundingClientRect().height))"
    )
    assert len(heights) == 3 and len(set(heights)) == 1
    assert browser.run("(e => e.scrollWidth > e.clientWidth)(document.querySelector('.cards'))")


def test_switches_need_no_script(browser: Browser, width: int) -> None:
    assert len(seen(browser, ".text .v")) > 5
    assert not any("$(" in text for text in seen(browser, ".text .v"))
    left = "document.querySelector('.chat .v').closest('p').getBoundingClientRect().left"
    place = browser.run(left)
    choose(browser, "see-names")
    shown = "[...document.querySelectorAll('.chat p.names')].find(e => e.checkVisibility())"
    assert browser.run(f"{shown}.getBoundingClientRect().left") == place
    assert browser.run(f"getComputedStyle({shown}).paddingInlineStart") == "0px"
    assert all("$(" in text for text in seen(browser, ".text .v"))
    choose(browser, "see-longest")
    assert max(map(len, seen(browser, ".text .v"))) > 100
    choose(browser, "see-samples")
    open_ = seen(browser, ".below")
    said = "getComputedStyle(document.querySelector('.fold'), '::before').content"
    assert open_ and browser.run(said) == '"about 16 words below the fold"'
    choose(browser, "see-folded")
    assert not seen(browser, ".below") and browser.run(said) == '"… Read more"'
    assert not seen(browser, ".desktop-notice")
    choose(browser, "see-desktop")
    assert len(seen(browser, ".desktop-notice")) == 1
    assert not seen(browser, ".offer") and not seen(browser, ".chat .copy")
    assert not any("Cups" in text for text in seen(browser, ".chat"))
    choose(browser, "see-dark")
    assert browser.run("getComputedStyle(document.querySelector('.chat')).backgroundColor") == "rgb(11, 20, 26)"


def test_the_name_of_a_variable_is_shown_to_who_comes_by_with_the_keyboard(browser: Browser, width: int) -> None:
    script = "(e => {e.focus(); return getComputedStyle(e, '::after').content})(document.querySelector('.chat .v'))"
    assert browser.run(script) == '"name"'
    assert browser.run("document.activeElement.className") == "v"


@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [
        ("look_collection", 380, False),
        ("look_offer", 380, True),
        ("look_carousel", 768, True),
        ("look_order_shipped", 1280, False),
        ("look_book_class", 1280, False),
    ],
)
def test_it_looks_as_somebody_has_seen_it(
    browser: Browser, name: str, width: int, dark: bool, request: pytest.FixtureRequest
) -> None:
    choose(browser, "see-samples", "see-open", "see-phone", "see-system")
    browser.size(width, dark=dark)
    browser.run("document.activeElement.blur()")
    area = browser.run(
        "(e => {const r = e.getBoundingClientRect(); return {x: r.x, y: r.y, width: r.width, height: r.height}})"
        f"([...document.querySelectorAll('article')].find(e => e.querySelector('h2').textContent.includes('{name}')))"
    )
    data = browser.call("Page.captureScreenshot", format="png", clip={**area, "scale": 1})["data"]
    path = REFERENCES / f"{name}-{width}.png"
    if request.config.getoption("--rewrite-golden"):
        path.write_bytes(base64.b64decode(data))
    before = base64.b64encode(path.read_bytes()).decode()
    apart = browser.run(APART % (json.dumps(before), json.dumps(data)))
    assert apart["cells"] < 10, apart
    assert 0.85 < apart["height"] < 1.15 and apart["width"] == 1, apart
