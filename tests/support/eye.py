"""An eye that sees only letters, signs and lines, and texts with all that it does not see."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

# One or more of every kind of character that nobody sees, or that passes for another.
NOBODY_SEES = [
    *(" ", "  ", "\t", "\r", "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\x0b", "\x0c"),
    *("\u00a0", "\u1680", "\u2003", "\u2009", "\u202f", "\u205f", "\u3000", "\u2800", "\u200b", "\u2060", "\ufeff"),
    *("\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e", "\u3164", "\uffa0", "\u2065"),
    *("\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\u206a", "\ufff0", "\ufff9"),
    *("\ufe00", "\ufe0e", "\ufe0f", "\U000e0100", "\U000e01ef", "\U000e0001", "\U000e0041", "\U000e007f", "\U000e0fff"),
    *("\ue000", "\uf8ff", "\U000f0000", "\U00100000", "\ufdd0", "\uffff", "\U0001ffff", "\ud800", "\udfff"),
    *(
        "\U0001d173",
        "\U0001bca0",
        "\U0001d159",
        "\U00013430",
        "\u0600",
        "\u0378",
        "\ufffc",
        "\u0307",
        "\u0301",
        "\u0323",
    ),
]
PASSES = {"а": "a", "о": "o", "ο": "o", "р": "p", "ѕ": "s", "Α": "A", "ӏ": "i", "\u2215": "/", "\u2010": "-", "’": "'"}
PLAIN = [
    *(
        "a",
        "o",
        "p",
        "e",
        "A",
        "s",
        "x1",
        "/",
        "-",
        "'",
        ".",
        "\n",
        "é",
        "e\u0301",
        "ｅ",
        "\u212b",
        "Å",
        "ﬁ",
        "fi",
        "<U+",
    ),
    *("<U+00A0>", "U+200D>", "0430>", "\\n", "\\t", "\\u{200b}", "##[", "#<U+0023>[", "您好", "नम", "👩", "🔬", "❤"),
]
texts = st.lists(st.sampled_from([*NOBODY_SEES, *PASSES, *PLAIN]), max_size=6).map("".join)
GONE = ("Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp")
EMPTY = "\u115f\u1160\u3164\uffa0\u2800\ufffc\U0001d159"


def seen(line: str) -> str:
    """What is left for a person: blanks, forms, alphabets and whatever has no shape make no difference."""
    plain = unicodedata.normalize("NFKC", line)
    kept = [char for char in plain if unicodedata.category(char) not in GONE and char not in EMPTY]
    return " ".join("".join(PASSES.get(char, char) for char in kept).split())
