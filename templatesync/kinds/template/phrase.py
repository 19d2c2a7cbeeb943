"""Phrases of many languages in the texts of a template. Knows the data files in `words/`, and nothing of rules.

The files hold lists of phrases in lower case by what they tell of; # in one stands for a number or a variable.

A heuristic that is wrong often is switched off, so the lists are short, and a phrase counts only as whole words where
the script has words.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from templatesync.look.filled import VARIABLE
from templatesync.model.lazy_pattern import lazy_pattern

# Chinese, Japanese and Thai put no blanks between words; Korean hangs particles on their end.
_NO_WORDS = frozenset({"ja", "th", "zh"})
_OPEN_END = frozenset({"ja", "ko", "th", "zh"})
_WORDS = Path(__file__).parent / "words"
_NUMBER = lazy_pattern(r"[0-9]+(?:[.,][0-9]+)*")
_BLANKS = lazy_pattern(r"\s+")
_SENTENCE = lazy_pattern(r"[!?。！？؟।\n]+|\.(?=\s|$)")
_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def base(language: str) -> str:
    """The language of a code, whatever the country: pt of pt_BR."""
    return language.partition("_")[0]


@cache
def _files() -> Mapping[str, Path]:
    """Asked for by name only here: a language is whatever a file says, which no path may be made of."""
    return {path.stem: path for path in _WORDS.glob("*.json")}


def lists(language: str) -> Mapping[str, tuple[str, ...]]:
    """The phrases of a language by list, as `flat` writes texts; none for a language without a file."""
    path = _files().get(language)
    return _load(path) if path is not None else _NOTHING


@cache
def _load(path: Path) -> Mapping[str, tuple[str, ...]]:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return {name: tuple(phrase.casefold() for phrase in phrases) for name, phrases in loaded.items()}


def flat(text: str) -> str:
    """A text for comparing: folded case, plain apostrophes, single blanks, # for each number and variable."""
    text = VARIABLE.sub("#", text) if "$(" in text else text
    return _BLANKS.sub(" ", _NUMBER.sub("#", text.replace("’", "'").casefold()))


@lru_cache(maxsize=64)
def phrases(language: str, text: str) -> Mapping[str, Sequence[str]]:
    """The phrases of a language that stand in a text, by list. Several rules ask for the same text."""
    code = base(language)
    known = lists(code)
    if not known:
        return _NOTHING
    folded, found = flat(text), {}
    for name, candidates in known.items():
        here = [phrase for phrase in candidates if phrase in folded and _stands(phrase, folded, code)]
        if here:
            found[name] = here
    return found


def says(list_: str, language: str, text: str) -> bool:
    """Whether a phrase of that list stands in a text. Quicker than `phrases` where no rule asks for the others."""
    code = base(language)
    folded = flat(text)
    return any(phrase in folded and _stands(phrase, folded, code) for phrase in lists(code).get(list_, ()))


def topics(language: str, text: str) -> frozenset[str]:
    """The lists of which a phrase may stand in a text. May name one too many, never one too few."""
    by_letters, by_piece, any_piece = _clues(base(language))
    folded = text.casefold()
    met: list[_Clue] = []
    if by_piece and any_piece.search(folded):
        met += [clue for piece, clue in by_piece if piece in folded]
    if by_letters:
        runs = folded.encode("utf-8", "surrogatepass").translate(_LETTERS).split()
        if not by_letters.keys().isdisjoint(runs):
            met += [clue for run in by_letters.keys() & set(runs) for clue in by_letters[run]]
    if not met:
        return frozenset()
    # As `flat`, but for numbers and variables.
    plain = " ".join(folded.replace("’", "'").split())
    return frozenset([name for name, parts in met if all([part in plain for part in parts])])  # noqa: C419 - quicker


# Bytes of a text in UTF-8, with a blank for each that is no letter a to z.
_LETTERS = bytes(byte if byte in b"abcdefghijklmnopqrstuvwxyz" else 32 for byte in range(256))
_RUN = lazy_pattern(r"[a-z]+")
_PIECE = lazy_pattern(r"[^#'\s0-9]+")
_Clue: TypeAlias = tuple[str, Sequence[str]]


@cache
def _clues(language: str) -> tuple[Mapping[bytes, Sequence[_Clue]], Sequence[tuple[str, _Clue]], re.Pattern[str]]:
    """What a text with a phrase cannot lack, with the phrase's list and what it is besides numbers.

    That is its longest run of letters a to z, by which texts are cut quickly, or its longest piece of any letters where
    it has no such run or its language no ends of words. The pattern finds whether any such piece is there.
    """
    by_letters: dict[bytes, list[_Clue]] = {}
    by_piece: list[tuple[str, _Clue]] = []
    for name, phrases in lists(language).items():
        for phrase in phrases:
            clue = (name, phrase.split("#"))
            if language not in _OPEN_END and (runs := _RUN.findall(phrase)):
                by_letters.setdefault(max(runs, key=len).encode(), []).append(clue)
            else:
                by_piece.append((max(_PIECE.findall(phrase), key=len), clue))
    return by_letters, by_piece, re.compile("|".join(re.escape(piece) for piece, _ in by_piece))


def sentences(text: str) -> list[str]:
    """A text cut where sentences end; a full stop inside an address or a number does not end one."""
    return [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]


def shown(phrase: str) -> str:
    """A phrase for a message."""
    return phrase.replace("#", "…")


def _stands(phrase: str, text: str, language: str) -> bool:
    """Whether a phrase stands in a text as words of its own."""
    if language in _NO_WORDS:
        return True
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        begins = not (phrase[0].isalnum() and at and _in_word(text[at - 1]))
        ends = language in _OPEN_END or not (phrase[-1].isalnum() and end < len(text) and _in_word(text[end]))
        if begins and ends:
            return True
        at = text.find(phrase, at + 1)
    return False


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_" or unicodedata.category(char).startswith("M")
