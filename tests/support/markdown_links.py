"""Links and headings of pages, as GitHub reads them. Written from its own rules; knows no page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FENCE = re.compile(r"^( *)(`{3,}|~{3,}).*?^ *\2`*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]: (\S+)|(?:href|src)=\"([^\"]+)\"", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?)(?: +#+)?$", re.MULTILINE)


class Link(NamedTuple):
    """A target as it is written, and the line that it stands in."""

    target: str
    line: int


def links(text: str) -> Iterator[Link]:
    """Every link and picture of a page that is no code."""
    shown = _blank(_CODE, _blank(_COMMENT, _blank(_FENCE, text)))
    for found in _LINK.finditer(shown):
        yield Link(next(filter(None, found.groups())), text.count("\n", 0, found.start()) + 1)


def anchors(text: str) -> frozenset[str]:
    """The anchors of a page's headings. Of headings that read alike, the later ones are counted."""
    found: set[str] = set()
    times: dict[str, int] = {}
    for heading in _HEADING.findall(_blank(_COMMENT, _blank(_FENCE, text))):
        slug = slug_of(heading)
        number = times.get(slug, 0)
        times[slug] = number + 1
        found.add(f"{slug}-{number}" if number else slug)
    return frozenset(found)


def slug_of(heading: str) -> str:
    """What GitHub makes of a heading: letters, digits, dashes and underscores, in lower case, a dash for each blank."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


def inside(page: Path, target: str) -> tuple[Path, str]:
    """The file or folder that a relative target means, and the anchor in it."""
    path, _, anchor = target.partition("#")
    return ((page.parent / path).resolve() if path else page), anchor


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """A text without what fits a pattern; lines stay where they are."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
