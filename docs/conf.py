"""How Sphinx makes a site of these pages: `make site`. Not needed to read them, and in no wheel.

The pages are plain Markdown with plain links. So the contents at the side are made of the links in each index, in their
order, and there is no second list of pages to keep. The source is the repository, for README and the pages beside it
are linked to.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import templatesync

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
FIRST = ROOT / "docs" / "index.md"

project = "templatesync"
release = version = templatesync.__version__
author = project_copyright = "the authors of templatesync"
extensions = ["myst_parser"]
include_patterns = ["*.md", "docs/**.md"]
root_doc = "docs/index"
html_theme = "furo"
html_title = f"templatesync {release}"
html_copy_source = False
html_show_sourcelink = False
html_extra_path = ["site"]
myst_heading_anchors = 4
suppress_warnings = ["misc.highlighting_failure"]  # examples that are wrong on purpose


def contents(page: Path, text: str) -> str:
    """The lists of pages for the side, one for each heading of an index, as its links have them."""
    told: set[str] = set()
    lists: list[str] = []
    for part in re.split(r"^#+ ", text, flags=re.MULTILINE):
        targets = [target for target in re.findall(r"\]\(([^)#\s]+)\.md(?:#[^)]*)?\)", part) if target not in told]
        told.update(targets)
        if targets := [target for target in dict.fromkeys(targets) if is_listed(page, target)]:
            entries = "\n".join(targets)
            lists.append(f"```{{toctree}}\n:hidden:\n:caption: {part.splitlines()[0]}\n\n{entries}\n```\n")
    return "\n".join(lists)


def is_index(page: Path) -> bool:
    """Whether a page lists others: those of its folder, or of a folder that is called like it."""
    return page.name == "index.md" or page.with_suffix("").is_dir()


def is_listed(page: Path, target: str) -> bool:
    """Whether a page stands in the list of this index: the first one has all that are in no other."""
    linked = (page.parent / f"{target}.md").resolve()
    others = {linked.parent / "index.md", linked.parent.with_suffix(".md")} - {FIRST}
    return page in others if page != FIRST else linked in others or not any(map(Path.is_file, others))


def without_folders(page: Path, text: str) -> str:
    """A page with links to folders as plain text: GitHub shows a folder, and a site has nothing to show."""

    def plain(link: re.Match[str]) -> str:
        return link[1] if (page.parent / link[2]).is_dir() else link[0]

    return re.sub(r"\[([^\[\]]+)\]\(([^)#\s]+)\)", plain, text)


def complete(app: Sphinx, name: str, source: list[str]) -> None:
    """Make of a page what the site needs of it: an index gets its lists."""
    page = ROOT / f"{name}.md"
    lists = contents(page, source[0]) if is_index(page) else ""
    source[0] = f"{without_folders(page, source[0])}\n\n{lists}"


def setup(app: Sphinx) -> None:
    """Hook the above in."""
    app.connect("source-read", complete)
