"""What texts are made of: scripts of languages, emoji, characters that nobody sees. Pure; knows no rule.

Every question has an answer for plain ASCII that costs nothing, because most texts are.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from templatesync.kinds.template.phrase import base
from templatesync.look.filled import VARIABLE
from templatesync.model.character import (
    BREAK,
    JOINERS,
    NOTHING,
    NOTHING_BEYOND,
    SELECTORS,
    STRAY_SELECTOR,
    TAGS_BEYOND,
    shown,
)
from templatesync.model.lazy_pattern import lazy_pattern

# Characters that are emoji by themselves, those that a variation selector makes one, skin tones, flags, keycaps.
_ALONE = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd"
    "\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e"
    "\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f004\U0001f0cf\U0001f18e"
    "\U0001f191-\U0001f19a\U0001f201-\U0001f251\U0001f300-\U0001faff"
)
_ONE = f"(?:[{_ALONE}]\ufe0f?|[\u00a9\u00ae\u203c-\u2bff\u3030\u303d\u3297\u3299]\ufe0f)[\U0001f3fb-\U0001f3ff]?"
EMOJI = lazy_pattern(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:[\U000e0020-\U000e007f]+|(?:\u200d{_ONE})*)"
)

# Joiners shape letters in these scripts; in the others they only hide.
_JOINING = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc"
# A zero-width space is where these scripts may break a line.
_BREAKING = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
UNSEEN = lazy_pattern(
    f"[{NOTHING}{NOTHING_BEYOND}]"
    f"|(?<![{_BREAKING}])[{BREAK}]"
    f"|(?<![{_JOINING}])\u200c"
    f"|(?<![{_JOINING}{_ALONE}\u203c-\u2bff\ufe0f\U0001f3fb-\U0001f3ff])\u200d"
    f"|(?<![\U0001f3f4{TAGS_BEYOND}])[{TAGS_BEYOND}]"
    f"|{STRAY_SELECTOR}"
)
# A class without characters beyond the first plane, which Python searches ten times faster: nothing else is UNSEEN.
_MAYBE = f"{NOTHING}{BREAK}{JOINERS}{SELECTORS}"
_MAYBE_UNSEEN = lazy_pattern(f"[{_MAYBE}]")
_MAYBE_EMOJI = lazy_pattern("[\u00a9\u00ae\u203c-\u2bff\u3030\u303d\u3297\u3299]")
_BEYOND = lazy_pattern("[\U00010000-\U0010ffff]")
_OVERRIDE = lazy_pattern("[\u202d\u202e]")
_DIRECTION = lazy_pattern("[\u202a\u202b\u202c\u2066-\u2069]")
# Whether any of these is in a text, found in one go: most texts in other letters have none.
_RARE = lazy_pattern(f"[\u00a9\u00ae{_MAYBE}\u202a-\u202e\u203c-\u2bff\u3030\u303d\u3297\u3299\U00010000-\U0010ffff]")
_WEB_ADDRESS = lazy_pattern(r"(?i)\bhttps?://\S+|\bwww\.\S+")


def named(char: str) -> str:
    """A character that nobody sees, for a message: `<U+202E> (RIGHT-TO-LEFT OVERRIDE)`."""
    name = unicodedata.name(char, "")
    return shown(char) + (f" ({name})" if name else "")


def has_rare_signs(text: str) -> bool:
    """Whether a text may have emoji, characters that nobody sees, or marks of direction. Most have none."""
    return not text.isascii() and _RARE.search(text) is not None


def unseen(text: str) -> str:
    """The first character of a text that nobody sees and that has no work to do; empty when there is none."""
    if text.isascii() or not (_MAYBE_UNSEEN.search(text) or _BEYOND.search(text)):
        return ""
    match = UNSEEN.search(text)
    return match[0] if match else ""


def emoji(text: str) -> int:
    """How many emoji a text has; a joined family, a flag and a keycap are one each."""
    if text.isascii() or not (_MAYBE_EMOJI.search(text) or _BEYOND.search(text)):
        return 0
    return sum(1 for _ in EMOJI.finditer(text))


def turned(text: str) -> str:
    """The character that makes a text read in another order than it is stored; empty when there is none.

    Overrides always do. Embeddings and isolates, which texts of two directions need, do when they are not closed:
    then they reach into what stands behind.
    """
    if text.isascii():
        return ""
    if match := _OVERRIDE.search(text):
        return match[0]
    embedded: list[str] = []
    isolated: list[str] = []
    for match in _DIRECTION.finditer(text):
        if match[0] in "\u202a\u202b":
            embedded.append(match[0])
        elif match[0] in "\u2066\u2067\u2068":
            isolated.append(match[0])
        elif match[0] == "\u202c" and embedded:
            embedded.pop()
        elif match[0] == "\u2069" and isolated:
            isolated.pop()
    return (embedded or isolated or [""])[-1]


# --- scripts --------------------------------------------------------------------------------------------------------

_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u024f\u0250-\u02af\u1e00-\u1eff"
_CYRILLIC = "\u0400-\u052f"
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_DEVANAGARI = "\u0900-\u097f"
_HAN = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# Where a script is usual for a language. People do write the languages of India in Latin letters, too.
_SCRIPTS = {
    **dict.fromkeys(("be", "bg", "mk", "ru", "uk"), _CYRILLIC),
    **dict.fromkeys(("az", "kk", "ky", "sr", "uz"), _CYRILLIC + _LATIN),
    **dict.fromkeys(("ar", "fa", "prs", "ps"), _ARABIC),
    "ur": _ARABIC + _LATIN,
    **dict.fromkeys(("hi", "mr"), _DEVANAGARI + _LATIN),
    "bn": "\u0980-\u09ff" + _LATIN,
    "pa": "\u0a00-\u0a7f" + _ARABIC + _LATIN,
    "gu": "\u0a80-\u0aff" + _LATIN,
    "ta": "\u0b80-\u0bff" + _LATIN,
    "te": "\u0c00-\u0c7f" + _LATIN,
    "kn": "\u0c80-\u0cff" + _LATIN,
    "ml": "\u0d00-\u0d7f" + _LATIN,
    "si": "\u0d80-\u0dff" + _LATIN,
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u0590-\u05ff",
    "ka": "\u10a0-\u10ff\u1c90-\u1cbf",
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3" + _HAN,
    "lo": "\u0e80-\u0eff",
    "th": "\u0e00-\u0e7f",
    "ja": "\u3040-\u30ff\uff66-\uff9d" + _HAN,
    "zh": _HAN,
}
# Capitals of Latin, Greek and Cyrillic; the other scripts have none.
CAPITALS = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0102\u0110\u01a0\u01af\u0386-\u03ab\u0400-\u042f\u0490\u1ea0-\u1ef9"
_FEW, _FEW_OF_HAN = 24, 10
_MOST_FOREIGN = 4


def latin(language: str) -> bool:
    """Whether a language is written in Latin letters, also."""
    code = base(language)
    return code not in _SCRIPTS or _LATIN in _SCRIPTS[code]


@cache
def _letters(language: str) -> re.Pattern[str]:
    return re.compile(f"[{_SCRIPTS.get(language, _LATIN)}]")


@cache
def _runs(language: str) -> re.Pattern[str]:
    """As `_letters`, but for those beyond the first plane, without which Python searches ten times faster."""
    letters = re.sub("[\U00010000-\U0010ffff]-[\U00010000-\U0010ffff]", "", _SCRIPTS.get(language, _LATIN))
    return re.compile(f"[{letters}]+")


def foreign(language: str, text: str) -> bool:
    """Whether a text is certainly not in its language, by its letters alone. Never says so of a short text.

    Names of brands are written in Latin letters everywhere, so of a text in other letters one of the language's own is
    enough to believe it.
    """
    code = base(language)
    in_latin = latin(language)
    if in_latin and text.isascii():
        return False
    known = code if code in _SCRIPTS else ""
    if sum(map(len, _runs(known).findall(text, 0, len(text) // 2))) * _MOST_FOREIGN >= len(text):
        return False  # as nearly every text, of which the first half is enough to tell
    own = _letters(known)
    if not in_latin and own.search(text) and _letters("").search(text):
        return False
    bare = _WEB_ADDRESS.sub(" ", VARIABLE.sub(" ", text))
    letters = [char for char in bare if char.isalpha()]
    enough = _FEW_OF_HAN if any("\u3040" <= char <= "\uffdc" for char in letters) else _FEW
    return len(letters) >= enough and len(own.findall(bare)) * _MOST_FOREIGN < len(letters)
