"""Every command that a page shows is run, and what the page shows of its output is its output.

How a page is written so that it can be run stands in CONTRIBUTING.md, section "A page". `--rewrite-golden` writes what
the commands print into the pages; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.pages.page import Page, read
from support.pages.play import play, rewritten

ROOT = Path(__file__).parents[2]
REASONS = {"needs an account", "needs GitHub", "needs GitLab", "needs Docker", "installs", "needs npm"}
"""Why commands of a page may not be run."""
AT_MOST = 30
"""How many blocks are not run, of all pages together."""
GENERATED = (
    "docs/rules", "docs/reference/cli.md", "docs/reference/documents/", "docs/reference/emulator-quirks.md"
)  # fmt: skip
"""What is made of the code and has tests of its own."""


def _pages() -> dict[str, Page]:
    found = {}
    own = Path(__file__).with_name("example.md")
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")), own):
        name = str(path.relative_to(ROOT))
        text = path.read_text(encoding="utf-8")
        if not name.startswith(GENERATED) or "```console" in text:
            page = read(text)
            if any(block.commands for block in page.blocks):
                found[name] = page
    return found


PAGES = _pages()


@pytest.mark.parametrize("name", PAGES)
def test_it_prints_what_it_shows(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    played = play(PAGES[name], tmp_path)
    if request.config.getoption("--rewrite-golden"):
        path = ROOT / name
        path.write_text(rewritten(path.read_text(encoding="utf-8"), played), encoding="utf-8")
    assert not played.wrong, "\n\n".join((name, *played.wrong))


def test_few_commands_are_not_run_and_each_has_a_reason() -> None:
    left = [
        (name, steer.line, steer.rest)
        for name, page in PAGES.items()
        for block in page.blocks
        for steer in block.steers
        if steer.word == "not here"
    ]
    assert [each for each in left if each[2] not in REASONS] == []
    assert len(left) <= AT_MOST, left
