"""Every link of a page leads to a place that there is, in this repository, and every page of `docs` can be reached."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import conf
import pytest
from support.markdown_links import anchors, inside, links, slug_of

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for top in (*ROOT.glob("*.md"), *(ROOT / name for name in ("docs", "examples")))
    for path in ([top] if top.is_file() else top.rglob("*.md"))
)


IGNORED = {
    line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines() if line.startswith("/")
}


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def places(page: Path) -> frozenset[str]:
    return anchors(text(page))


def broken(page: Path, said: str) -> list[str]:
    """The links of a page that lead nowhere, with their lines."""
    return [
        f"{link.line}: {link.target}"
        for link in links(said)
        if "://" not in link.target and not link.target.startswith("mailto:") and not leads(*inside(page, link.target))
    ]


def leads(path: Path, anchor: str) -> bool:
    """Whether a file or folder is in this repository, with that heading."""
    if not path.is_relative_to(ROOT) or not path.exists() or path.relative_to(ROOT).parts[0] in IGNORED:
        return False
    return not anchor or (path.suffix == ".md" and anchor in places(path))


def test_every_link_leads_to_a_place_in_this_repository() -> None:
    assert len(PAGES) > 60
    assert {str(page.relative_to(ROOT)): found for page in PAGES if (found := broken(page, text(page)))} == {}


def test_every_page_of_docs_can_be_reached_from_their_index() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "docs" / "index.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen and page.suffix == ".md" and page.is_file():
            seen.add(page)
            waiting += [inside(page, link.target)[0] for link in links(text(page)) if "://" not in link.target]
    assert [str(page.relative_to(ROOT)) for page in PAGES if ROOT / "docs" in page.parents and page not in seen] == []


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("What holds for every document", "what-holds-for-every-document"),
        ("1: something failed, again", "1-something-failed-again"),
        ("`fmt` and --fix", "fmt-and---fix"),
        ("Rules: [all](index.md) of *them*", "rules-all-of-them"),
        ("Größe & größer", "größe--größer"),
        ("a_b", "a_b"),
    ],
)
def test_a_heading_has_the_anchor_that_github_gives_it(heading: str, slug: str) -> None:
    assert slug_of(heading) == slug


def test_code_and_comments_hold_no_link_and_no_heading() -> None:
    page = "# One\n```\n# Two\n[a](b.md)\n```\n`[c](d.md)` <!-- [e](f.md) --> [g](h.md#i)\n# One\n"
    assert [(link.target, link.line) for link in links(page)] == [("h.md#i", 6)]
    assert anchors(page) == {"one", "one-1"}


def test_what_leads_nowhere_is_told() -> None:
    said = "[a](rules/index.md#rules) [b](rules/index.md#no-rule)\n[c](no-page.md) [d](../../x) [e](../.venv) [f](#x)\n"
    told = ["1: rules/index.md#no-rule", "2: no-page.md", "2: ../../x", "2: ../.venv", "2: #x"]
    assert broken(ROOT / "docs" / "index.md", said) == told


def test_the_site_has_every_page_at_its_side_once() -> None:
    listed = [
        inside(page, f"{entry}.md")[0]
        for page in PAGES
        if conf.is_index(page)
        for entry in re.findall(r"^(?!:|`)\S+$", conf.contents(page, text(page)), re.MULTILINE)
    ]
    site = {page for page in PAGES if page.parent == ROOT or ROOT / "docs" in page.parents} - {conf.FIRST}
    assert sorted(listed) == sorted(site)
