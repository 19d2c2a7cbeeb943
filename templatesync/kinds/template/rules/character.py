"""Rules about single characters: emoji, markup without a partner, and what nobody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits
from templatesync.kinds.template.rules.base import INFO, META_COMPONENTS, OTHERS, READERS, WARNING, rule
from templatesync.kinds.template.script import emoji, named, turned, unseen
from templatesync.kinds.template.view import Template
from templatesync.look.filled import VARIABLE
from templatesync.model.lazy_pattern import lazy_pattern


@rule("text-bidi", WARNING, READERS, "A text reads in the order in which it is stored.")
def text_bidi(template: Template) -> Iterator[Hit]:
    """Overrides of direction, and embeddings and isolates that are not closed."""
    for text in template.texts if template.rare else ():
        char = turned(text.value)
        if char:
            message = f"{named(char)} makes the text read in another order than it is stored"
            yield Hit(text.path, message, "remove it; texts of two directions need no such character")


@rule("text-unseen", WARNING, READERS, "A text has no characters that nobody sees.")
def text_unseen(template: Template) -> Iterator[Hit]:
    """Joiners inside emoji and in the scripts that need them are fine."""
    for text in template.texts if template.rare else ():
        if char := unseen(text.value):
            message = f"{named(char)} shows nothing, counts as a character, and breaks searches and addresses"
            yield Hit(text.path, message, "remove it")


@rule("body-emoji-10", INFO, OTHERS, f"A BODY has at most {limits.EMOJI} emoji.")
def body_emoji_10(template: Template) -> Iterator[Hit]:
    """Joined ones count as one."""
    for part in template.every("BODY") if template.rare else ():
        count = emoji(part.text.value) if part.text is not None else 0
        if part.text is not None and count > limits.EMOJI:
            yield Hit(part.text.path, f"{count} emoji may be too many for a review", f"keep at most {limits.EMOJI}")


# Markup begins after a blank or a sign and stands at a word; addresses and numbers such as ~5 are none.
_OUTSIDE = r"(?<![^\s({\[\"'“‘¡¿*_~])"
_AFTER = r"(?![^\s.,;:!?)}\]\"'”’。，！？*_~-])"
_MARKED = tuple(
    (
        sign,
        lazy_pattern(rf"{_OUTSIDE}{re.escape(sign)}(?=[^\s\d])(?!{re.escape(sign)})"),
        lazy_pattern(rf"(?<=\S)(?<!{re.escape(sign)}){re.escape(sign)}{_AFTER}"),
    )
    for sign in "*_~"
)
_ADDRESS = lazy_pattern(r"https?://\S+")


@rule(
    "body-markdown",
    INFO,
    META_COMPONENTS,
    "The signs of bold, italic, strike-through and code come in pairs.",
)
def body_markdown(template: Template) -> Iterator[Hit]:
    """Within a line; code may span several."""
    for part in template.every("BODY"):
        text = part.text
        if text is None or not _SIGN.search(text.value):
            continue
        sign = _unpaired(_ADDRESS.sub("x", VARIABLE.sub("x", text.value)))
        if sign:
            yield Hit(text.path, f"{sign} has no partner", "close it on the same line, or leave it out")


_SIGN = lazy_pattern(r"[*_~`]")


def _unpaired(text: str) -> str:
    if text.count("```") % 2:
        return "```"
    text = re.sub(r"```.*?```", "x", text, flags=re.DOTALL)
    if text.count("`") % 2:
        return "`"
    lines = re.sub(r"`[^`\n]*`", "x", text).split("\n")
    return next(
        (sign for sign, opening, closing in _MARKED if sign in text and _open(lines, sign, opening, closing)), ""
    )


def _open(lines: Sequence[str], sign: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> bool:
    """Whether a line opens something that it does not close.

    A sign that only closes is the mark of a footnote, and a later one that only opens is the note. Where a sign could
    do either, such as between two letters, nobody can tell.
    """
    footnotes = 0
    for line in lines:
        opened, closed = len(opening.findall(line)), len(closing.findall(line))
        if opened + closed != line.count(sign):
            continue
        if closed > opened:
            footnotes += 1
        elif opened > closed and not footnotes:
            return True
    return False
