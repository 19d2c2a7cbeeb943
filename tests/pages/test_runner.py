"""The runner of pages itself: what it notices, what it lets pass, and how it writes a page anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.pages.page import PageError, read
from support.pages.play import Played, play, rewritten

PAGE = Path(__file__).with_name("example.md").read_text(encoding="utf-8")


def told(text: str, folder: Path) -> Played:
    return play(read(text), folder)


MISTAKES = {
    "there is no file nothing.yaml\n": "there is no folder nothing.yaml\n",
    "`templatesync plan`, `templatesync apply`.\n": "`templatesync plan`, `templatesync apply`.\n…\n",
    "\n64\n": "\n3\n",
    "project.json\n{\n": "project.json\n…\n{\n",
    "  1 done; 1 review started": "  2 done; 2 reviews started",
}
"""Each way in which an output may not be as it is shown."""


def test_each_output_that_is_not_as_shown_is_told_and_mended(tmp_path: Path) -> None:
    wrong = PAGE
    for right, mistake in MISTAKES.items():
        assert PAGE.count(right) == 1
        wrong = wrong.replace(right, mistake)
    played = told(wrong, tmp_path)
    assert len(played.wrong) == len(MISTAKES), played.wrong
    assert rewritten(wrong, played) == PAGE


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("```\ntemplatesync rules nothing\n```", "ends with 64, not 0"),
        ("<!-- run: exit 3 -->\n```\ntemplatesync rules\n```", "ends with 0, not 3"),
        ("```console\n$ templatesync rules nothing\n…\n$ templatesync rules\n…\n```", "line 2"),
    ],
)
def test_a_page_ends_where_a_command_ends_otherwise(page: str, said: str, tmp_path: Path) -> None:
    (wrong,) = told(page, tmp_path).wrong
    assert said in wrong


@pytest.mark.parametrize(
    "text",
    ["<!-- run: sideways -->", "```console\ntemplatesync plan\n```", "```console\noutput\n$ templatesync plan\n```"],
)
def test_what_nobody_can_carry_out_is_told(text: str) -> None:
    with pytest.raises(PageError):
        read(text)
