"""The one table of what nobody sees, held against what this Python knows of Unicode, and against every user of it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from templatesync.documents.characters import FORBIDDEN
from templatesync.model import character
from templatesync.model.lookalike import ascii_of

EVERY = [chr(code) for code in range(0x110000)]
TEXT = "".join(EVERY)
SOURCES = Path(character.__file__).parents[1]


def chosen(*pieces: str) -> set[str]:
    return set(re.findall(f"[{''.join(pieces)}]", TEXT))


UNSEEN = chosen(character.CONTROL, character.UNSEEN, character.UNSEEN_BEYOND)
IN_TABLE_BY_NAME = re.compile(
    r"VARIATION SELECTOR|FILLER|\bTAG\b|NULL NOTEHEAD|BRAILLE PATTERN BLANK|INTERLINEAR|JOINER\b"
)


def test_every_control_format_blank_and_private_character_is_in_it() -> None:
    kinds = ("Cc", "Cf", "Co", "Cs", "Zs", "Zl", "Zp")
    assert {char for char in EVERY if unicodedata.category(char) in kinds} - UNSEEN == {" "}


def test_nothing_else_is_but_what_shows_nothing() -> None:
    others = [char for char in UNSEEN if unicodedata.category(char)[0] not in "CZ"]
    seen = {char for char in others if not IN_TABLE_BY_NAME.search(unicodedata.name(char))}
    assert seen == {"\u17b4", "\u17b5", "\ufffc"}, "vowels of Khmer that are not written, and a place for an object"
    reserved = {char for char in UNSEEN if unicodedata.category(char) == "Cn"}
    noncharacters = {char for char in EVERY if ord(char) & 0xFFFE == 0xFFFE or "\ufdd0" <= char <= "\ufdef"}
    assert noncharacters <= reserved
    kept = {char for char in reserved - noncharacters if not ("\U000e0000" <= char <= "\U000e0fff")}
    assert all(
        char == "\u2065" or "\ufff0" <= char <= "\ufff8" or "\U00013430" <= char <= "\U0001343f" for char in kept
    )


def test_what_turns_a_text_is_what_unicode_says() -> None:
    classes = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    turning = {char for char in EVERY if unicodedata.bidirectional(char) in classes}
    assert chosen(character.TURNING) == turning | {"\u061c", "\u200e", "\u200f"}


def test_a_file_may_hold_none_of_what_no_output_can_show() -> None:
    forbidden = set(FORBIDDEN.findall(TEXT))
    assert forbidden - UNSEEN == set() and chosen(character.PRIVATE, character.PRIVATE_BEYOND) <= forbidden


def test_no_other_module_has_a_list_of_its_own() -> None:
    """Two that should be equal had drifted apart."""
    sources = {path.relative_to(SOURCES).as_posix(): path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")}
    listed = re.compile(r"\\u(?:202a|2066|2028|00ad|115f|fff9)-?|\\U000e0")
    own = {name for name, text in sources.items() if listed.search(text)} - {"model/character.py"}
    # Which marks of direction are closed, and which emoji are flags.
    assert own == {"kinds/template/script.py"}


def test_what_looks_like_ascii_is_no_form_of_it() -> None:
    for char, plain in ascii_of().items():
        assert not char.isascii() and plain.isascii() and len(plain) == 1
        assert not unicodedata.normalize("NFKC", char).isascii()
