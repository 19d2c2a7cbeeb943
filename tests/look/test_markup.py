"""Markup as WhatsApp draws it: what counts as a marker and what is text, and that nothing is lost in the time of one
walk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.counted_work import work_of

from templatesync.look.filled import Filled, Slot, filled
from templatesync.look.markup import Line, LineKind, Piece, Style, marked_up

LETTERS = {Style.BOLD: "b", Style.ITALIC: "i", Style.STRIKE: "s", Style.MONO: "m"}
SIGNS = [*"*_~`ab1 \n>-.", "```", "- ", "* ", "> ", "1. ", "é", "你", "\u00a0", "\t", "\r", "\0", "\1", "e\u0301", "😀"]
TEXTS = st.lists(st.sampled_from(SIGNS), max_size=40).map("".join)


def drawn(line: Line) -> str:
    """What is seen of a line: styled text in brackets, behind the letters of its styles."""
    shown = ""
    for piece in line.pieces:
        styles = "".join(letter for style, letter in LETTERS.items() if style in piece.style)
        if not piece.marker:
            shown += f"[{styles} {piece.text}]" if styles else piece.text
    return shown


def seen(text: str) -> list[str]:
    return [drawn(line) for line in marked_up(Filled(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a*", "[b a]"),
        ("_b_", "[i b]"),
        ("~c~", "[s c]"),
        ("```d```", "[m d]"),
        ("`e`", "[m e]"),
        ("*a* _b_ ~c~ ```d``` `e`", "[b a] [i b] [s c] [m d] [m e]"),
        ("*two words*", "[b two words]"),
    ],
)
def test_styles(text: str, expected: str) -> None:
    assert seen(text) == [expected]


@pytest.mark.parametrize("sign", ["*", "_", "~", "`", "```"])
@pytest.mark.parametrize(
    ("text", "styled"),
    [
        # An opening marker only behind the start, a blank, `>` or another marker.
        ("x#a#", False),
        ("2#3#4", False),
        ("x#a#y", False),
        ("1#a#", False),
        ("é#a#", False),
        ("你#a#", False),
        (".#a#", False),
        ("(#a#)", False),
        ("x #a#", True),
        ("x\u00a0#a#", True),
        ("x\t#a#", True),
        (">#a#", True),
        # A closing marker not before a letter or digit.
        ("#a#b", False),
        ("#a#1", False),
        ("#a#é", False),
        ("#a#你", False),
        ("#a#b c#", True),
        ("#a#.", True),
        ("#a#, b", True),
        ("#a# b", True),
        ("#a#😀", True),
        # One alone is text.
        ("#", False),
        ("#a", False),
        ("a#", False),
        ("x # y", False),
    ],
)
def test_where_a_marker_counts(sign: str, text: str, styled: bool) -> None:
    text = text.replace("#", sign)
    lines = marked_up(Filled(text))
    assert any(piece.marker for line in lines for piece in line.pieces) is styled
    assert any(piece.style for line in lines for piece in line.pieces) is styled
    if not styled:
        assert seen(text) == [text]


@pytest.mark.parametrize("sign", ["*", "_", "~", "`"])
@pytest.mark.parametrize("text", ["x # a#", "#a #", "#a # b", "x # #", "##", "###", "#a\nb#", "x #\na#"])
def test_blanks_right_inside_and_ends_of_lines_keep_markers_from_counting(sign: str, text: str) -> None:
    text = text.replace("#", sign).replace("```", "``")
    assert "\n".join(seen(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*_a_*", "[bi a]"),
        ("_*a*_", "[bi a]"),
        ("~*a*~", "[bs a]"),
        ("*_~`a`~_*", "[bism a]"),
        ("*a _b_ c*", "[b a ][bi b][b  c]"),
        ("*```a```*", "[bm a]"),
        ("**a**", "*[b a]*"),
        ("***a***", "**[b a]**"),
        ("__init__", "_[i init]_"),
        ("``a``", "`[m a]`"),
        ("snake_case_name", "snake_case_name"),
        ("a__b__c 2**3**4", "a__b__c 2**3**4"),
        ("*a*_b_", "[b a][i b]"),
        ("*a**b*", "[b a]*b*"),
        ("*a**, b*", "[b a]*, b*"),
        ("*a b *c*", "[b a b *c]"),
        # The first that closes wins, and what was opened inside it is text.
        ("_a *b_ c*", "[i a *b] c*"),
        ("*a _b*", "[b a _b]"),
        # Code is as it is.
        ("`*a*`", "[m *a*]"),
        ("```_a_```", "[m _a_]"),
        ("*a `b* c` d*", "[b a ][bm b* c][b  d]"),
        ("`a `b`", "[m a `b]"),
        ("``` ```", "``` ```"),
        ("``` ``` ```", "[m  ``` ]"),
    ],
)
def test_markers_in_each_other_and_in_a_row(text: str, expected: str) -> None:
    assert seen(text) == [expected]


@pytest.mark.parametrize(
    ("text", "kinds", "expected"),
    [
        ("- a\n* b", "bullet bullet", ["a", "b"]),
        ("* a*", "bullet", ["a*"]),
        ("* *a*", "bullet", ["[b a]"]),
        ("1. a\n99. b", "number number", ["1. a", "99. b"]),
        ("100. a\n0. b\n01. c\n1.d\n1) e", "plain plain plain plain plain", ["100. a", "0. b", "01. c", "1.d", "1) e"]),
        ("١. a", "plain", ["١. a"]),
        ("> a\n> *b*\nc", "quote quote plain", ["a", "[b b]", "c"]),
        (">a", "plain", [">a"]),
        ("-a\n*a\n -  b", "plain plain plain", ["-a", "*a", " -  b"]),
        ("- \n* \n>  \n1. ", "plain plain plain plain", ["- ", "* ", ">  ", "1. "]),
        ("x - a", "plain", ["x - a"]),
        ("- `a`", "bullet", ["[m a]"]),
        ("```a\nb```", "code code", ["[m a]", "[m b]"]),
        ("```\n- a\n\n*b*\n```", "code code code code code", ["", "[m - a]", "", "[m *b*]", ""]),
        ("x ```a\nb``` *y*", "plain plain", ["x [m a]", "[m b] [b y]"]),
        ("*x ```a\nb``` y*", "plain plain", ["*x [m a]", "[m b] y*"]),
        ("```a```\n\n- b", "code plain bullet", ["[m a]", "", "b"]),
        ("```a\n\nb", "plain plain plain", ["```a", "", "b"]),
        ("*a*\r\n*b*", "plain plain", ["[b a]\r", "[b b]"]),
        ("", "plain", [""]),
        ("\n", "plain plain", ["", ""]),
        ("\0\0", "plain", ["\0\0"]),
    ],
)
def test_lines(text: str, kinds: str, expected: list[str]) -> None:
    lines = marked_up(Filled(text))
    assert [line.kind for line in lines] == [LineKind(kind) for kind in kinds.split()]
    assert [drawn(line) for line in lines] == expected


def test_values_are_put_in_before_markup() -> None:
    line = marked_up(filled("Hi *$(name)*, $(sale) $(nothing)now", {"name": "A*", "sale": "*50% off*", "nothing": ""}))
    assert line == (
        Line(
            (
                Piece("Hi "),
                Piece("*", marker=True),
                Piece("A", Style.BOLD, "name"),
                Piece("*", variable="name", marker=True),
                Piece("*, "),
                Piece("*", variable="sale", marker=True),
                Piece("50% off", Style.BOLD, "sale"),
                Piece("*", variable="sale", marker=True),
                Piece(" now"),
            )
        ),
    )


def test_equal_values_side_by_side_are_two() -> None:
    (line,) = marked_up(filled("$(a)$(a)", {"a": "x"}))
    assert line.pieces == (Piece("x", variable="a"), Piece("x", variable="a"))


def test_a_value_of_several_lines_is_a_value_on_each() -> None:
    lines = marked_up(filled("a $(b) c", {"b": "1\n- 2"}))
    assert [[(piece.text, piece.variable) for piece in line.pieces] for line in lines] == [
        [("a ", ""), ("1", "b")],
        [("- ", "b"), ("2", "b"), (" c", "")],
    ]


@given(TEXTS, st.data())
def test_nothing_is_lost(text: str, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    slots = tuple(
        Slot(start, end, "ab"[at % 2]) for at, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=False))
    )
    lines = marked_up(Filled(text, slots))
    assert "\n".join("".join(piece.text for piece in line.pieces) for line in lines) == text
    assert all(piece.text for line in lines for piece in line.pieces)
    # Each character is of the variable whose value it is in, and of none elsewhere.
    variables = [variable for line in lines for variable in [*(p.variable for p in line.pieces for _ in p.text), "\n"]]
    assert [each for each in variables[:-1] if each != "\n"] == [
        next((slot.name for slot in slots if slot.start <= at < slot.end), "")
        for at, char in enumerate(text)
        if char != "\n"
    ]


@given(TEXTS)
def test_only_markers_vanish_and_they_come_in_pairs(text: str) -> None:
    for line in marked_up(Filled(text)):
        markers = [piece.text for piece in line.pieces if piece.marker]
        prefix = markers[:1] if line.kind in (LineKind.BULLET, LineKind.QUOTE) else []
        assert prefix == [] or prefix[0] in ("- ", "* ", "> ")
        rest = markers[len(prefix) :]
        assert set(rest) <= {"*", "_", "~", "`", "```"}
        assert all(rest.count(sign) % 2 == 0 for sign in "*_~`")
    whole = [piece.text for line in marked_up(Filled(text)) for piece in line.pieces if piece.marker]
    assert whole.count("```") % 2 == 0


@given(TEXTS)
def test_values_are_only_a_mask(text: str) -> None:
    slots = tuple(Slot(at, at + 1, "x") for at in range(0, len(text), 2))
    plain, masked = marked_up(Filled(text)), marked_up(Filled(text, slots))
    assert [line.kind for line in plain] == [line.kind for line in masked]
    for one, other in zip(plain, masked, strict=True):
        styles = [[(char, p.style, p.marker) for p in line.pieces for char in p.text] for line in (one, other)]
        assert styles[0] == styles[1]


# Each part of these begins or ends something that never comes to be, or as many things as there can be.
CROWDED = [
    "*a* ",
    "*a ",
    " *",
    "a*",
    "`a ",
    "``` ",
    "```a ",
    "```a",
    "_*~`",
    "*_~`a`~_* ",
    "*a\n",
    "- a\n",
    "```\n",
    "\n",
]


@pytest.mark.parametrize("part", [*CROWDED, "word ", "x"])
def test_work_grows_with_the_text(part: str) -> None:
    def work(size: int) -> int:
        text = (part * size)[:size]
        return work_of(lambda: marked_up(Filled(text, tuple(Slot(at, at + 1, "x") for at in range(0, size, 7)))))[0]

    assert work(8_000) < 2.2 * work(4_000) + 100
