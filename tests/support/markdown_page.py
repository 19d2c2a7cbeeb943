"""What GitHub makes of Markdown: the tags, the texts, and what it would take for a link. Written from its own rules."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from support.output_readers import ACTS, OBEYED

TAGS = frozenset(
    "b blockquote br code del details div h2 i ins li mark p s sub summary table tbody td th thead tr ul strong".split()
)
"""What plans and states are made of; all of it survives GitHub's sanitizer."""
_BLOCKS = TAGS - set("b code del i ins mark s sub strong".split())
LINKS = {
    "a name": r"@[A-Za-z0-9]",
    "an issue": r"#[0-9]",
    "an issue in words": r"(?i)\bgh-[0-9]",
    "a key of another tracker": r"[A-Za-z]-[0-9]",
    "a commit": r"(?i)(?<![0-9a-z])[0-9a-f]{7,}(?![0-9a-z])",
    "an address": r"(?i)[a-z]+://|www\.|mailto:[^\s\u200b]",
    "an emoji": r":[A-Za-z0-9_+-]+:",
    "a reference of GitLab": r"[!$%&~^][0-9A-Za-z\"]",
    "a page of a wiki": r"\[\[",
}


class Page(HTMLParser):
    """`tags` with their attributes, `texts` of blocks with `\\0` for what is code, `comments`, `cells` as HTML."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = [""]
        self.comments: list[str] = []
        self._code = 0
        self.html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._code += tag in ("code", "pre")
        if tag in _BLOCKS:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("code", "pre")
        if tag in _BLOCKS:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1] += "\0" if self._code else data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    @property
    def text(self) -> str:
        """All that is read, in lines."""
        return "\n".join(text for text in self.texts if text.strip())

    def count(self, tag: str) -> int:
        """How often there is a tag."""
        return sum(name == tag for name, _ in self.tags)


def problems(markdown: str, link: str = "") -> list[str]:
    """What a value has become that it must not; empty when every value is text."""
    page = Page(markdown)
    found = [f"tag {tag}" for tag, _ in page.tags if tag not in TAGS and not (link and tag == "a")]
    allowed = ({}, {"dir": "rtl"}, {"href": link} if link else {})
    found += [f"attributes {attrs}" for _, attrs in page.tags if attrs not in allowed]
    found += [f"{len(page.comments)} comments"] if len(page.comments) != 1 else []
    own = re.compile(r"\\A\\[!(?:WARNING|CAUTION)\\]\n".replace("\\\\", "\\"))
    for text in page.texts:
        said = own.sub("", text)
        found += [f"{name}: {said!r}" for name, pattern in LINKS.items() if re.search(pattern, said)]
    found += ["a formula"] if "$" in markdown else []  # which GitHub looks for before it undoes references
    for line in markdown.split("\n"):
        if re.match(r"\s*(::|/|```|~~~|---|\+\+\+)", line) or OBEYED.search(line):
            found.append(f"line {line!r}")
    found += [f"acts {ACTS.search(markdown)!a}"] if ACTS.search(markdown) else []
    return found
