r"""What belongs together in a text: letters with their marks, emoji of several characters. Pure; knows no word.

A text becomes one of as many letters, each the class of the character in its place, so that a pattern over classes
finds things in one pass. That is Unicode's text segmentation (UAX 29) as far as messages need it, with one thing more:
in Khmer and Burmese a letter that is stacked below another one belongs to it. Own code, because no library knows that,
and because `regex`, the best of them, would be 4 MB of compiled code for the sake of one `\X`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from templatesync.model.lazy_pattern import lazy_pattern

# L letter, D digit, S letter of a script without blanks, M mark on what is before it, V mark that stacks the next one
# below, J joiner, E emoji or other symbol, T tone of skin, R half of a flag, A what joins letters and digits, C what
# joins digits, U underscore, W blank, N line feed, X anything else.
_OF_CATEGORY = {
    **dict.fromkeys(("Lu", "Ll", "Lt", "Lm", "Lo", "Nl"), "L"),
    **dict.fromkeys(("Nd", "No"), "D"),
    **dict.fromkeys(("Mn", "Mc", "Me"), "M"),
    **dict.fromkeys(("Zs", "Zl", "Zp"), "W"),
    "So": "E",
}
_SINGLE = {
    **dict.fromkeys("\u200c\u200d", "J"),
    **dict.fromkeys("\u1039\u17d2", "V"),
    **dict.fromkeys("\u0e33\u0eb3\uff9e\uff9f", "M"),  # letters by category, and yet marks: Thai, Lao, narrow Kana
    **dict.fromkeys("'\u2019.\u00b7\u05f3\u05f4", "A"),
    **dict.fromkeys(",\u060c\u066b\u066c", "C"),
    **dict.fromkeys("\t\x0b\x0c\r\x85", "W"),
    "_": "U",
    "\n": "N",
}
# Thai, Lao, Myanmar, Khmer, Han and its radicals, Kana; of what is in these ranges only letters count.
_WITHOUT_BLANKS = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3031, 0x3035)),
    *((0x303B, 0x303C), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA9E0, 0xA9FF)),
    *((0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x1AFF0, 0x1B16F), (0x20000, 0x323AF)),
)

CLUSTER = r"S(?:VS|[MVJ])*|RRM*|E[MT]*(?:JE[MT]*)*"
"""Of a text of classes: a letter of a script without blanks, a flag, an emoji, each with all that belongs to it."""

_ANY = lazy_pattern(rf"{CLUSTER}|[^MWN][MVJT]*|.")


def classes(text: str) -> str:
    """The class of each character, in one text of the same length."""
    return text.translate({ord(char): _class(char) for char in set(text)})


def clusters(text: str) -> Iterator[str]:
    """The characters of a text as people count them; joined they are the text."""
    return (text[match.start() : match.end()] for match in _ANY.finditer(classes(text)))


def cut(text: str, length: int) -> str:
    """The beginning of a text, of at most so many characters and of whole clusters."""
    if len(text) <= length:
        return text
    size = 0
    for cluster in clusters(text):
        if size + len(cluster) > length:
            break
        size += len(cluster)
    return text[:size]


@lru_cache(maxsize=4096)
def _class(char: str) -> str:
    if char in _SINGLE:
        return _SINGLE[char]
    code = ord(char)
    if 0x1F3FB <= code <= 0x1F3FF:
        return "T"
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "R"
    if 0xE0020 <= code <= 0xE007F:  # tags, of which some flags are made
        return "M"
    found = _OF_CATEGORY.get(unicodedata.category(char), "X")
    if found == "L" and any(first <= code <= last for first, last in _WITHOUT_BLANKS):
        return "S"
    return found
