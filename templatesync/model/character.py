r"""Characters that nobody sees, that turn a text around or that act instead of appearing: the one table. Pure data.

Knows no format, no rule and no file. Everything is a piece of a character class, to be put between `[` and `]`, in two
halves: Python searches a class without characters beyond the first plane ten times faster, and few texts have any.

From DerivedCoreProperties.txt (Default_Ignorable_Code_Point), PropList.txt (Bidi_Control, Variation_Selector,
White_Space, Noncharacter_Code_Point) and UnicodeData.txt (Cc, Cf, Co, Cs, Zl, Zp, Zs) of Unicode 16.0. Ranges instead
of `unicodedata`, which changes with the version of Python: the same text is to be shown alike everywhere. Code points
that Unicode keeps for more of the same kind are in it. `tests/model/test_character.py` compares it with
`unicodedata`.
"""

from __future__ import annotations

from typing import Final

CONTROL: Final = "\x00-\x1f\x7f-\x9f"
"""C0, DEL and C1, NEL among them: what acts on a terminal. The ends of lines are for each place to allow."""
LINE_ENDS: Final = "\u2028\u2029"
"""LINE SEPARATOR and PARAGRAPH SEPARATOR, which some readers obey and others do not."""
TURNING: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Bidi_Control: what reorders text (Trojan Source, CVE-2021-42574)."""
JOINERS: Final = "\u200c\u200d"
"""Part of Persian, of scripts of India and of emoji; anywhere else they only hide."""
SELECTORS: Final = "\u180b-\u180d\u180f\ufe00-\ufe0f"
SELECTORS_BEYOND: Final = "\U000e0100-\U000e01ef"
"""Variation_Selector: they choose the look of the character before them."""
BREAK: Final = "\u200b"
"""ZERO WIDTH SPACE: where Thai, Khmer and Burmese may break a line."""
TAGS_BEYOND: Final = "\U000e0020-\U000e007f"
"""A second ASCII that nobody sees; behind a black flag they make those of England, Scotland and Wales."""
IGNORED: Final = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufff8"
IGNORED_BEYOND: Final = (
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
"""What else is Default_Ignorable_Code_Point: soft hyphens, fillers, blanks of no width."""
EMPTY: Final = "\u2800\ufff9-\ufffc"
EMPTY_BEYOND: Final = "\U00013430-\U0001343f\U00016fe4\U0001d159"
"""Letters and signs that show nothing by themselves: the empty Braille cell, marks of annotation, controls of
hieroglyphs, a filler, a note without a head."""
PRIVATE: Final = "\ue000-\uf8ff"
PRIVATE_BEYOND: Final = "\U000f0000-\U000ffffd\U00100000-\U0010fffd"
"""Private use: everybody's fonts show something else, or nothing."""
SURROGATES: Final = "\ud800-\udfff"
NO_CHARACTERS: Final = "\ufdd0-\ufdef\ufffe\uffff"
NO_CHARACTERS_BEYOND: Final = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
)
BLANKS: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Zs but for the one on the keyboard. French and Chinese need some of them, and in a diff all of them look alike."""
PREPENDED: Final = "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"
PREPENDED_BEYOND: Final = "\U000110bd\U000110cd"
"""Prepended_Concatenation_Mark: seen where there is a font for them, and nowhere else."""

NOTHING: Final = IGNORED + EMPTY + PRIVATE
NOTHING_BEYOND: Final = IGNORED_BEYOND + EMPTY_BEYOND + PRIVATE_BEYOND
"""What has no work to do in any text that people read."""
HIDDEN: Final = NOTHING + BREAK + TURNING + LINE_ENDS + SURROGATES + NO_CHARACTERS
HIDDEN_BEYOND: Final = NOTHING_BEYOND + TAGS_BEYOND + NO_CHARACTERS_BEYOND
"""What hides or reorders in whatever surroundings: no output holds it as it is."""
UNSEEN: Final = HIDDEN + JOINERS + SELECTORS + BLANKS + PREPENDED
UNSEEN_BEYOND: Final = HIDDEN_BEYOND + SELECTORS_BEYOND + PREPENDED_BEYOND
"""All that a person cannot see for certain, or cannot tell from a blank."""

# No script that is written with these needs them behind ASCII or Latin letters, or several in a row.
_JOINED = f"[^\x00-\u02ff{HIDDEN}{HIDDEN_BEYOND}{JOINERS}]"
_CHOSEN = f"[^\x00-\u02ff{HIDDEN}{HIDDEN_BEYOND}{JOINERS}{SELECTORS}{SELECTORS_BEYOND}]"
STRAY_SELECTOR: Final = f"(?<!{_CHOSEN})(?!(?<=[©®])\ufe0f)(?!(?<=[0-9#*])\ufe0f\u20e3)[{SELECTORS}{SELECTORS_BEYOND}]"
"""A pattern: one that has no character to choose the look of. In keycaps that is a digit, # or *."""
STRAY: Final = f"(?<!{_JOINED})[{JOINERS}]|[{JOINERS}](?!{_JOINED})|{STRAY_SELECTOR}"
"""A pattern: joiners and selectors that hide something, for they do not stand where they work."""

FIRST_PLANE: Final = f"{HIDDEN}{JOINERS}{SELECTORS}"
"""All that HIDDEN and STRAY can find before the second plane: a class that is quick to search."""
SECOND_PLANE: Final = "\U00010000-\U0010ffff"

GENERIC_MARKS: Final = "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""Accents for any letter, as many on one as somebody likes. Those of Arabic, Hebrew or Thai are letters of theirs."""

RUNNER: Final = (
    r"(?<=#)#(?=[\w.-]*\[)"  # ##[group] of GitHub and Azure, ##vso[...] of Azure, ##teamcity[...], wherever they stand
    r"|(?<=section)_(?=(?:start|end):)"  # GitLab
    r"|(?<=travis)_(?=(?:fold|time):)"
)
"""The one character without which the log of a CI runner does not obey what it obeys anywhere in a line."""

RUNNER_WORDS: Final = ("##", "section_", "travis_")
"""A text without any of these has nothing that `RUNNER` finds, which is quicker to see."""


def shown(char: str) -> str:
    """A character by its number, such as `<U+202E>`: the one form in which every output shows it."""
    return f"<U+{ord(char):04X}>"
