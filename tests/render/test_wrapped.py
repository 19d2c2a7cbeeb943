"""Lines as wide as the screen: no word is cut, wide letters and right-to-left text are counted right."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from templatesync.render.grouping import Place, everywhere, ranges, spoken
from templatesync.render.terminal import width, wrapped

WORDS = ["a", "parcel", "您好，今天", "مرحبا", "שלום", "👩‍👩‍👧", "::error::x", "---", "１２"]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40), st.integers(30, 90))
def test_no_word_is_cut_and_none_is_lost(words: list[str], columns: int) -> None:
    lines = wrapped(" ".join(words), columns, "  ")
    assert all(width(line) <= columns for line in lines)
    whole = "".join(lines).replace(" ", "").replace("\\", "")
    assert whole == "".join(words)
    assert not [line for line in lines[1:] if line.lstrip().startswith(("::", "--- "))]
    for word in ("parcel", "مرحبا", "👩‍👩‍👧"):
        assert sum(line.count(word) for line in lines) == words.count(word)


def test_chinese_lines_end_between_letters_and_begin_with_none_of_their_signs() -> None:
    lines = wrapped("您的包裹已经离开我们的工作室，预计明天送达。请在家等候。" * 2, 40, "~ ")
    assert len(lines) == 3 and all(width(line) <= 40 for line in lines)
    assert not [line for line in lines[1:] if line.strip()[0] in "，。"]


def test_a_word_longer_than_a_line_is_one() -> None:
    assert wrapped("see " + "x" * 60 + " there", 30) == ["see", "x" * 60, "there"]


def test_places_in_words() -> None:
    spaces = [f"brand{number:02}" for number in range(1, 40)]
    assert (
        spoken([Place(space, language) for space in spaces for language in "abcde"], 40) == " in 39 spaces, 5 languages"
    )
    assert spoken([Place("one", "en"), Place("two", "en")], 3) == " in 2 spaces (one, two)"
    assert spoken([Place("one", "de"), Place("one", "en"), Place("two", "de")], 3).endswith(" (3 in all)")
    assert spoken([Place("one", "en")], 1) == ""
    assert ranges(["brand09", "brand10", "brand11", "other", "brand13"]) == "brand09 to brand11, other, brand13"
    assert ranges(["a9", "a10", "a011", "a12"]) == "a9, a10, a011, a12"
    assert everywhere([Place("one", "de"), Place("one", "en"), Place("two", "de")]) == ["de, en in one", "de in two"]
