"""What the pages say that comes from code and schemas is what these say now; `make docs` writes it anew."""

from __future__ import annotations

import pytest
from generate.pages import ROOT, filled, leftover, made

from templatesync.validation.registry import RULES


def test_every_made_page_is_fresh() -> None:
    pages = made()
    assert len(pages) > 25
    stale = [
        str(page.relative_to(ROOT))
        for page, text in pages.items()
        if not page.is_file() or page.read_text("utf-8") != text
    ]
    assert stale == [], "`make docs` writes them anew"


def test_nothing_that_was_made_is_left_over() -> None:
    assert leftover() == ()


def test_every_rule_is_explained_on_one_page_and_listed() -> None:
    pages = [text for page, text in made().items() if page.parent.name == "rules"]
    index = next(text for text in pages if text.startswith("# Rules"))
    for rule in RULES:
        assert sum(f"\n## {rule}\n" in text for text in pages) == 1
        assert f"| [{rule}](" in index


def test_a_part_that_nothing_fills_is_no_part() -> None:
    with pytest.raises(KeyError, match="of the moon"):
        filled("Phases\n<!-- made: phases of the moon -->\nnew\n<!-- made until here -->\n")
