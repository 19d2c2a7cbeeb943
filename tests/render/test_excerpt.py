"""The caret stands under its character, whatever the line is made of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.render.excerpt import COLUMNS, excerpt
from templatesync.render.terminal import width

# What is shown of each, and how many columns a terminal gives it: from Unicode's tables, not from our function.
PARTS = {
    "a": ("a", 1),
    "\t": ("    ", 4),
    "您": ("您", 2),
    "ｈ": ("ｈ", 2),
    "e\u0301": ("e\u0301", 1),
    "กำ": ("กำ", 2),
    "🙂": ("🙂", 2),
    "👩\u200d🔬": ("👩\u200d🔬", 2),
    "👍🏽": ("👍🏽", 2),
    "❤\ufe0f": ("❤\ufe0f", 2),
    "👩\u200d❤\ufe0f\u200d👩": ("👩\u200d❤\ufe0f\u200d👩", 2),
    "🇮🇩": ("🇮🇩", 2),
    "1\ufe0f\u20e3": ("1\ufe0f\u20e3", 2),
    "#\ufe0f\u20e3*\ufe0f\u20e3": ("#\ufe0f\u20e3*\ufe0f\u20e3", 4),
    "1\u20e3": ("1\u20e3", 1),  # without the selector it is a digit in a box
    "한": ("한", 2),
    "각": ("각", 2),
    "\x1b": ("<U+001B>", 8),
    "\u202e": ("<U+202E>", 8),
    "\u200b": ("<U+200B>", 8),
    "\ud800": ("<U+D800>", 8),
    "x\u200d": ("x<U+200D>", 9),
    "می\u200cروم": ("می\u200cروم", 5),
    "##[": ("#<U+0023>[", 10),
}
parts = st.lists(st.sampled_from(sorted(PARTS)), max_size=12)


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_as_wide_as_a_terminal_makes_it(part: str) -> None:
    shown, columns = PARTS[part]
    assert excerpt(part + "X", len(part) + 1) == (shown + "X", columns)
    assert width(shown) == columns


@given(parts, parts)
def test_the_caret_is_under_its_character(before: list[str], after: list[str]) -> None:
    line = " ".join(before) + " " + "X" + " " + " ".join(after)
    shown, columns = excerpt(line, line.index("X") + 1)
    left = " ".join(PARTS[part][0] for part in before) + " "
    if "…" not in shown:
        assert columns == sum(PARTS[part][1] for part in before) + max(len(before), 1)
        assert shown == f"{left}X {' '.join(PARTS[part][0] for part in after)}"
    assert shown[shown.index("X") :] and width(shown[: shown.index("X")]) == columns


@given(parts, st.integers(0, 2_000), st.integers(0, 2_000), parts)
def test_a_long_line_is_cut_around_the_column(before: list[str], left: int, right: int, after: list[str]) -> None:
    line = "您" * (left % 7) + "." * left + " ".join(before) + " X " + " ".join(after) + "." * right
    shown, columns = excerpt(line, line.index("X") + 1)
    assert width(shown) <= COLUMNS + 10, "the character itself and two signs that something is left out"
    assert width(shown[: shown.index("X")]) == columns
    if left + right > COLUMNS:
        assert "…" in shown


@pytest.mark.parametrize(("line", "column"), [("", 1), ("", 9), ("abc", 4), ("abc", 400), ("abc", 0)])
def test_a_column_outside_the_line_is_its_nearest_end(line: str, column: int) -> None:
    assert excerpt(line, column) == (line, len(line) if column else 0)


@given(st.text(alphabet=st.characters(), max_size=300), st.integers(1, 310))
def test_nothing_acts(line: str, column: int) -> None:
    shown, columns = excerpt(line.replace("\n", " "), column)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]", shown)
    assert 0 <= columns <= width(shown) + 1


def test_a_line_of_ten_megabytes() -> None:
    shown, columns = excerpt("您" * 3_000_000 + "X" + "\u202e" * 3_000_000, 3_000_001)
    assert shown.startswith("…您") and shown.endswith(">…") and width(shown[: shown.index("X")]) == columns
