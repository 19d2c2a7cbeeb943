"""Two texts side by side: both with their markup, and each with what the other has not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support.eye import texts

from templatesync.look.filled import Filled, filled
from templatesync.look.markup import Piece, Style, marked_up
from templatesync.look.sides import SideLine, SidePiece, side_by_side
from templatesync.look.words import changed, readable

MARKED = st.lists(st.sampled_from(["*a*", "_b c_", "*", "$(x)", " ", "\n", "- ", "order", "您好", "`x`"]), max_size=12)


def told(lines: tuple[SideLine, ...]) -> list[str]:
    """What is drawn of each line, changed pieces in braces."""
    return [
        "".join(f"{{{each.piece.text}}}" if each.changed else each.piece.text for each in line.pieces) for line in lines
    ]


def test_words_are_marked_in_their_markup() -> None:
    one, other = side_by_side(
        filled("Hi *$(name) and all*", {"name": "Ann"}), filled("Hi *$(name) or all*", {"name": "Ann"})
    )
    assert one[0].pieces == (
        SidePiece(Piece("Hi "), False),
        SidePiece(Piece("*", marker=True), False),
        SidePiece(Piece("Ann", Style.BOLD, "name"), False),
        SidePiece(Piece(" ", Style.BOLD), False),
        SidePiece(Piece("and", Style.BOLD), True),
        SidePiece(Piece(" all", Style.BOLD), False),
        SidePiece(Piece("*", marker=True), False),
    )
    assert told(other) == ["Hi *Ann {or} all*"]


def test_a_word_that_becomes_bold_changes_its_markers() -> None:
    one, other = side_by_side(Filled("a sale"), Filled("a *sale*"))
    assert told(one) == ["a sale"]
    assert told(other) == ["a {*}sale{*}"]
    assert [each.changed for each in other[0].pieces if each.piece.marker] == [True, True]


def test_what_nobody_sees_is_shown() -> None:
    assert [told(side) for side in side_by_side(Filled("a b"), Filled("a\nb"))] == [
        ["a{<U+0020>}b"],
        ["a{<U+000A>}", "b"],
    ]
    assert [told(side) for side in side_by_side(Filled("x\u202ey"), Filled(""))] == [["{x<U+202E>y}"], [""]]
    assert [told(side) for side in side_by_side(Filled("a"), Filled("a\n\n"))] == [
        ["a"],
        ["a{<U+000A>}", "{<U+000A>}", ""],
    ]
    assert [told(side) for side in side_by_side(Filled("a\nb"), Filled("a\nb\nc"))] == [["a", "b"], ["a", "b", "{c}"]]


@given(st.one_of(st.tuples(MARKED.map("".join), MARKED.map("".join)), st.tuples(texts, texts)))
def test_each_side_says_what_is_readable(pair: tuple[str, str]) -> None:
    sides = side_by_side(Filled(pair[0]), Filled(pair[1]))
    runs = readable(changed(*pair))
    for side, text, other in zip(sides, pair, ("added", "removed"), strict=True):
        assert [line.kind for line in side] == [line.kind for line in marked_up(Filled(text))]
        # Line feeds that are shown by their number are at the end of their line.
        shown = "\n".join("".join(each.piece.text for each in line.pieces) for line in side)
        assert shown == "".join(run.text for run in runs if run.op != other)
        by_change = "".join(each.piece.text for line in side for each in line.pieces if each.changed)
        assert by_change == "".join(run.text for run in runs if run.op not in (other, "same")).replace("\n", "")
