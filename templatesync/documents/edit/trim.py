"""A block of text, written with `|` or `>`, without white space at its ends. Pure; knows no document and no kind."""

from __future__ import annotations

import re


def trimmed(value: str, source: str) -> str:
    """The source of a block that says `value`, made to say it without white space at the ends; the block stays one.

    Raises LookupError where that cannot be done by taking characters away.
    """
    head, _, body = source.partition("\n")
    sign, comment = re.fullmatch(r"([|>]\S*)(.*)", head, re.DOTALL | re.MULTILINE).groups()  # type: ignore[union-attr]
    head = re.sub("[+-]", "", sign) + "-" + comment
    kept = body.rstrip()
    # Only ends of lines are behind the last word: a block's source ends with one.
    tail = re.sub(r"[^\r\n]", "", body[len(kept) :])
    return f"{head}\n{_without_blanks_in_front(value, kept)}{tail}"


def _without_blanks_in_front(value: str, body: str) -> str:
    if not value[:1].isspace():
        return body
    lines = body.split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    line = value.lstrip("\n").partition("\n")[0].rstrip()
    if not lines or not line or not lines[0].rstrip().endswith(line):
        raise LookupError("the first line is broken over several")
    margin = lines[0].rstrip()[: -len(line)]
    return "\n".join([margin + line.lstrip(), *lines[1:]])
