"""Identifiers for names, labels and variables of any script: valid, distinct, and the same in each run. Pure.

Knows no programming language, but for what all of ours take. Which letters there are is asked of one old version of
Unicode, for releases of Python differ in newer ones, and the same names must give the same text everywhere. No
identifier begins with `_`, which makes a name private.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from templatesync.model.character import UNSEEN, UNSEEN_BEYOND
from templatesync.model.lazy_pattern import lazy_pattern

_KNOWN = unicodedata.ucd_3_2_0
_HIDDEN = lazy_pattern(f"[{UNSEEN}{UNSEEN_BEYOND}]")
_NEW = "\u30fb"
"""The middle dot of Katakana: a sign in Unicode up to 15.0, and a part of identifiers since (Python 3.13)."""
_RUN = re.compile("__+")
_TOLD = 4
"""Characters that are told by their numbers where a text has no letters, such as one of emoji."""


def snake(text: str, begin: str) -> str:
    """`Yes, please!` as `yes_please`. What would begin with a digit has `begin` before it."""
    folded = unicodedata.normalize("NFKC", _normal(text).lower())
    return _begun(_RUN.sub("_", _clean(folded)).strip("_") or _numbers(text), begin)


def camel(text: str) -> str:
    """`yes_please` as `yesPlease`."""
    first, *others = text.split("_")
    # What `_` kept apart may become one letter: a mark with the letter before it, parts of a Hangul syllable.
    return unicodedata.normalize("NFKC", first + "".join(_capital(word) for word in others))


def same(text: str, begin: str) -> str:
    """A name as it is, as far as an identifier can have it: `order_id`, `orderId` and `名前` stay what they are."""
    return _begun(_clean(_normal(text)).lstrip("_") or _numbers(text), begin)


def distinct(wanted: Iterable[tuple[str, str]], taken: Collection[str]) -> Mapping[str, str]:
    """Identifiers by name, from pairs of a name and the identifier that it would like. In a clash one gets `_`.

    Which one does not depend on the order in which they come: names that need no change are first.
    """
    found: dict[str, str] = {}
    used = set(taken)
    for name, wish in sorted(set(wanted), key=lambda each: (each[0] != each[1], each)):
        clashes = 0
        while f"{wish}{'_' * clashes}" in used:
            clashes += 1
        found[name] = f"{wish}{'_' * clashes}"
        used.add(found[name])
    return found


def _normal(text: str) -> str:
    """As Python reads an identifier, without what shows nothing."""
    seen = _HIDDEN.sub("_", text)
    return unicodedata.normalize("NFKC", "".join(char if _KNOWN.category(char) != "Cn" else "_" for char in seen))


def _clean(text: str) -> str:
    return "".join(char if f"a{char}".isidentifier() and char != _NEW else "_" for char in text)


def _begun(text: str, begin: str) -> str:
    return text if text.isidentifier() else begin + text


def _numbers(text: str) -> str:
    return "_".join(f"u{ord(char):x}" for char in text[:_TOLD]) or "empty"


def _capital(word: str) -> str:
    first = word[:1].upper()
    return first + word[1:] if len(first) == 1 and first.isidentifier() else word
