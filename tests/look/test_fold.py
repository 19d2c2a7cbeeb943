"""Where a long text may be cut: after so many lines of a phone, between words, and how much is behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.look.fold import fold_at, hidden_words

PIECES = ["a", "word", " ", "\n", "漢", "字", "é", "👍", "สวัสดี", "\u200d", "مرحبا", "w" * 40]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@pytest.mark.parametrize(
    "text, hidden",
    [
        ("one\ntwo\nthree\n", ""),
        ("one\ntwo\nthree\nfour", "four"),
        ("one\n\n\nfour and more", "four and more"),
        ("word " * 21, ""),  # seven to a line
        ("word " * 21 + "last", "last"),
        ("漢" * 54, ""),  # two columns each
        ("漢" * 55, "漢"),
        ("a" * 108, ""),
        ("a" * 109, "a"),  # a word longer than a line is broken
        ("", ""),
    ],
)
def test_three_lines_are_shown(text: str, hidden: str) -> None:
    assert text[fold_at(text, 3) :].strip() == hidden


@pytest.mark.parametrize(
    "text, told",
    [
        ("a\nb\nc", ""),
        ("a\nb\nc\nd e", "2 words"),
        ("a\nb\nc\nd", "1 word"),
        ("a\nb\nc\n" + "漢" * 40, "40 characters"),
    ],
)
def test_how_much_is_hidden_is_told(text: str, told: str) -> None:
    assert hidden_words(text, 3) == told


@given(TEXTS, st.integers(1, 5))
def test_what_is_shown_fits_and_more_lines_never_show_less(text: str, lines: int) -> None:
    place = fold_at(text, lines)
    assert place <= fold_at(text, lines + 1) <= len(text)
    assert text[:place].rstrip().count("\n") < lines
    assert fold_at(text[:place], lines) == place
    assert fold_at(text, len(text) + 1) == len(text)
