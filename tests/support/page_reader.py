"""Reads a page of ours as a browser does, as far as tests ask, and holds it to the elements that it may have."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "input", "path"})
COMMON = frozenset({"class", "id", "lang", "dir", "role", "aria-label", "aria-hidden", "tabindex", "title"})
ALLOWED: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        "html head body title style header nav main article section div p span bdi b i s code small h1 h2 h3 ul ol li"
        " table caption thead tbody tr fieldset legend label details summary ins del br".split(),
        frozenset(),
    ),
    "bdi": frozenset({"data-name"}),
    "span": frozenset({"data-hidden"}),
    "meta": frozenset({"charset", "http-equiv", "content", "name"}),
    "a": frozenset({"href"}),
    "th": frozenset({"scope"}),
    "td": frozenset(),
    "input": frozenset({"type", "name", "checked"}),
    "details": frozenset({"open"}),
    "svg": frozenset({"viewbox", "shape-rendering"}),
    "path": frozenset({"d"}),
}
"""By element, its attributes beside the common ones. Nothing else may be in a page."""


@dataclass
class Element:
    """An element with its attributes and all the text in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    parents: tuple[str, ...] = ()


@dataclass
class PageReader(HTMLParser):
    """Keeps the elements of a page, in their order. Raises AssertionError for what may not be there."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, attrs)
        assert set(names) <= COMMON | ALLOWED[tag], (tag, attrs)
        found = {name: value or "" for name, value in attrs}
        assert found.get("href", "#").startswith("#"), found
        assert found.get("id") not in self.ids, found
        self.ids |= {found["id"]} if "id" in found else set()
        element = Element(tag, found, parents=tuple(each.tag for each in self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open and self.open.pop().tag == tag, tag

    def handle_data(self, data: str) -> None:
        for each in self.open:
            each.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def of_class(self, name: str) -> list[Element]:
        return [each for each in self.elements if name in each.attributes.get("class", "").split()]

    def named(self, tag: str) -> list[Element]:
        return [each for each in self.elements if each.tag == tag]


def read(page: str) -> PageReader:
    """A page, all of whose elements are closed."""
    reader = PageReader()
    reader.feed(page)
    reader.close()
    assert not reader.open, reader.open
    hrefs = {each.attributes["href"][1:] for each in reader.named("a")}
    assert hrefs <= reader.ids
    return reader
