"""Texts of a diff, so that two that differ never look equal: what nobody sees is shown by its number. Pure.

What is shown here may go to any output through its own function of `escape`, which finds nothing left to escape but
what that output obeys. Reads texts only: knows no plan, no format and no terminal.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from templatesync.model.character import (
    BLANKS,
    CONTROL,
    GENERIC_MARKS,
    HIDDEN,
    HIDDEN_BEYOND,
    PREPENDED,
    PREPENDED_BEYOND,
    STRAY,
    UNSEEN,
    UNSEEN_BEYOND,
    shown,
)
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.model.lookalike import ascii_of

_UNSEEN = lazy_pattern(f"[{CONTROL}{UNSEEN}{UNSEEN_BEYOND}]")
_MARK = lazy_pattern(f"[{GENERIC_MARKS}]")
# What stands between two blanks of ASCII, and in it what stands between two signs. Other blanks are in both: they are
# shown wherever they are.
_CHUNK = lazy_pattern(r"[^\x00-\x20\x7f]+")
_WORD = lazy_pattern(r"[^\x00-/:-@\[-`{-\x7f]+")
# The text itself may say <U+202E>.
_LITERAL = r"<(?=U\+[0-9A-F]{4,6}>)"
_PIECES = (
    # Only where one begins: nobody should walk along a long one again from each of its characters.
    r"(?P<chunk>(?<![^\x00-\x20\x7f])[!-~]*+[^\x00-\x7f][^\x00-\x20\x7f]*)"
    rf"|{_LITERAL}|[\x00-\x09\x0b-\x1f\x7f]"
    r"| +(?=\n|\Z)"  # blanks at the end of a line
)
_INDENTED = lazy_pattern(_PIECES)
# Of a value also those at the beginning of a line, and all but the first of several. In a file, or in YAML, they are
# only its form.
_VALUE = lazy_pattern(_PIECES + r"|(?m:^) +|(?<=[^ \n] ) +")
# An accent without a letter before it is on whatever happens to be there.
_ALWAYS = lazy_pattern(rf"{_LITERAL}|[{CONTROL}{UNSEEN}{UNSEEN_BEYOND}]|\A[{GENERIC_MARKS}]")
# The same for words that somebody is to read: joiners and selectors that do their work are left as they are, and shown
# only where nothing else tells two words apart.
_IN_WORDS = lazy_pattern(
    f"{_LITERAL}|[{CONTROL}{HIDDEN}{HIDDEN_BEYOND}{BLANKS}{PREPENDED}{PREPENDED_BEYOND}]|{STRAY}|\\A[{GENERIC_MARKS}]"
)
_ANYWHERE = lazy_pattern(f"{_LITERAL}|(?!\\n)[{CONTROL}{HIDDEN}{HIDDEN_BEYOND}]|{STRAY}")
# Where the line of a diff begins with this, Buildkite takes it for the title of a group.
_GROUP = lazy_pattern(r"\A([-+])\1\1(?= |\Z)")


class _Other(NamedTuple):
    """What a text is shown beside: places in chunks and words that look like others, and what the other text has."""

    alike: Mapping[str, Set[int]] = {}
    words: Set[str] = frozenset()
    has_new_ascii: bool = False


def alone(text: str, *, indented: bool = False) -> str:
    """A text that has none beside it: all in it that nobody sees is shown. An end of line stays one."""
    return with_numbers(text, _unseen(text, None, indented))


def apart(before: str, after: str, *, indented: bool = False) -> tuple[str, str]:
    """Two texts of a diff. What nobody sees is shown in both, and so is what looks like something else in them.

    Words that differ and look alike show the numbers of their letters where they differ: other forms of a letter, marks
    in another order, letters of another alphabet. `indented` texts keep the blanks between their words.
    """
    if before == after:
        return (alone(before, indented=indented),) * 2
    other, one = _others(before, after)
    return (
        with_numbers(before, _unseen(before, other, indented)),
        with_numbers(after, _unseen(after, one, indented)),
    )


def places_apart(before: str, after: str) -> tuple[Set[int], Set[int]]:
    """As `apart`, for the words of two texts that differ: the places of what has to be shown by its number.

    Joiners and selectors are left as they are where they do their work and words differ in more.
    """
    other, one = _others(before, after)
    return _unseen(before, other, False, _IN_WORDS), _unseen(after, one, False, _IN_WORDS)


def hidden(text: str) -> Set[int]:
    """The places of what hides or acts wherever it is, in a text of several lines that has none beside it."""
    return {match.start() for match in _ANYWHERE.finditer(text)}


def with_numbers(text: str, places: Iterable[int]) -> str:
    """A text with the characters at these places shown by their numbers."""
    pieces: list[str] = []
    done = 0
    for place in sorted(places):
        pieces += (text[done:place], shown(text[place]))
        done = place + 1
    return "".join([*pieces, text[done:]])


def lines_apart(diff: Sequence[str]) -> list[str]:
    """The lines of a unified diff, so that what went never looks like what came."""
    old, new, kept = ([line[1:] for line in diff if _sign(line) == sign] for sign in "-+ ")
    one, other = apart("\n".join(old), "\n".join(new), indented=True)
    texts = {"-": iter(one.split("\n")), "+": iter(other.split("\n"))}
    texts[" "] = iter([alone(line, indented=True) for line in kept])
    written = [line[:1] + next(texts[_sign(line)]) for line in diff]
    headings = {at + more for at, line in enumerate(diff) if _names_files(diff[at : at + 3]) for more in (0, 1)}
    return [line if at in headings else _ungrouped(line) for at, line in enumerate(written)]


def _sign(line: str) -> str:
    return line[:1] if line.startswith(("-", "+")) else " "


def _names_files(lines: Sequence[str]) -> bool:
    return [line[:3] for line in lines] == ["---", "+++", "@@ "]


def _ungrouped(line: str) -> str:
    return _GROUP.sub(lambda match: match[1] + shown(match[1]) + match[1], line)


def _others(before: str, after: str) -> tuple[_Other, _Other]:
    """What each of two texts is shown beside."""
    chunks = [frozenset(_CHUNK.findall(text)) for text in (before, after)]
    words = [frozenset(word for chunk in side for word in _WORD.findall(chunk)) for side in chunks]
    alike = {**_alike(words[0] | words[1]), **_alike(chunks[0] | chunks[1])}
    first, second = (_Other(alike, words[1 - at], any(map(str.isascii, words[1 - at] - words[at]))) for at in (0, 1))
    return first, second


def _unseen(text: str, other: _Other | None, indented: bool, always: re.Pattern[str] = _ALWAYS) -> set[int]:
    """The places of what has to be shown in a text."""
    found: set[int] = set()
    for match in (_INDENTED if indented else _VALUE).finditer(text):
        if (chunk := match["chunk"]) is None:
            found.update(range(*match.span()))
        else:
            found.update(match.start() + place for place in _in_chunk(chunk, other, always))
    return found


def _in_chunk(chunk: str, other: _Other | None, always: re.Pattern[str]) -> set[int]:
    places = {match.start() for match in always.finditer(chunk)}
    # No font has a shape for what Unicode has not given out.
    places |= {at for at, char in enumerate(chunk) if unicodedata.category(char) == "Cn"}
    if other is not None:
        places |= _places(chunk, other)
    for at, char in enumerate(chunk):
        if at - 1 in places and unicodedata.category(char) in ("Mn", "Me"):
            places.add(at)  # an accent behind a number would be on its bracket
    return places


def _places(chunk: str, other: _Other) -> set[int]:
    found = set(other.alike.get(chunk, ()))
    for match in _WORD.finditer(chunk):
        word = match[0]
        if not word.isascii():
            places = set(other.alike.get(word, ()))
            if word not in other.words:
                places |= _passing(word, other.has_new_ascii)
            found |= {match.start() + at for at in places}
    return found


def _passing(word: str, beside_ascii: bool) -> set[int]:
    """Of a word that the other text has not: what is in another form than NFC, and what passes for letters of ASCII.

    Such letters do beside others of ASCII; and a whole word of them does where the other text has one in ASCII for it.
    """
    found: set[int] = set()
    if unicodedata.normalize("NFC", word) != word:
        found = {at for at, char in enumerate(word) if unicodedata.normalize("NFC", char) != char}
        found |= {match.start() for match in _MARK.finditer(word)}
    like_ascii = {char for char in set(word) if char.isalnum() and not char.isascii() and _skeleton(char).isascii()}
    letters = {at for at, char in enumerate(word) if char.isalnum() and not char.isascii()}
    passing = {at for at in letters if word[at] in like_ascii}
    mixed = any(char.isascii() and char.isalpha() for char in word)
    return found | passing if mixed or (beside_ascii and letters == passing) else found


def _alike(texts: Set[str]) -> dict[str, Set[int]]:
    """Of texts that differ and look alike, the places of what a person cannot tell apart."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for text in texts:
        if not text.isascii():
            groups[_skeleton(text)].append(text)
    found: dict[str, Set[int]] = {}
    for skeleton, group in groups.items():
        everything = [*group, skeleton] if skeleton in texts and skeleton.isascii() else group
        if len(everything) == 2:
            one, other = everything
            start, end = _common(one, other), _common(one[::-1], other[::-1])
            end = min(end, min(len(one), len(other)) - start)
            found |= {text: _foreign(text, start, len(text) - end) for text in group}
        elif len(everything) > 2:
            found |= {text: _foreign(text, 0, len(text)) for text in group}
    return found


def _foreign(text: str, start: int, end: int) -> Set[int]:
    return {at for at in range(start, end) if not text[at].isascii()}


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with together."""
    pairs: Iterable[tuple[str, str]] = zip(one, other, strict=False)
    return next((at for at, (mine, its) in enumerate(pairs) if mine != its), min(len(one), len(other)))


def _skeleton(text: str) -> str:
    """What a person surely sees of a text: no form of a letter, no mark, no alphabet where letters look alike."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    kept = (char for char in plain if unicodedata.category(char) not in ("Mn", "Me", "Cn"))
    return "".join(ascii_of().get(char, char) for char in kept)
