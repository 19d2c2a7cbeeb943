"""The lines of a text as elements of HTML. Pure; knows no message.

By hand and not by Jinja2, which would take three times as long for what is most of a page. Each value goes through
`html_text`; everything else here is a constant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from templatesync.look.drawing import Paragraph, Piece, Text
from templatesync.look.html_text import attribute, marked
from templatesync.look.markup import LineKind, Style

_ELEMENTS = ((Style.BOLD, "b"), (Style.ITALIC, "i"), (Style.STRIKE, "s"), (Style.MONO, "code"))


def _around(bits: int) -> tuple[str, str]:
    tags = [tag for style, tag in _ELEMENTS if style.value & bits]
    return "".join(f"<{tag}>" for tag in tags), "".join(f"</{tag}>" for tag in reversed(tags))


_STYLES = tuple(_around(bits) for bits in range(16))
"""What stands around a piece, by the value of its style."""


class _Row(NamedTuple):
    """A line, and how much is below the fold if that is in it or at its end."""

    line: Paragraph
    hidden: str = ""


def block(several: Sequence[Text], language: str) -> Markup:
    """A text as paragraphs. A line that is the same in all fillings stands there once."""
    lang = f' lang="{language}"' if language else ""
    rows = [tuple(_rows(text)) for text in several]
    out: list[str] = []
    if len({len(each) for each in rows}) == 1:
        for row in zip(*rows, strict=True):
            found: dict[_Row, list[str]] = {}
            for text, each in zip(several, row, strict=True):
                found.setdefault(each, []).extend(text.values)
            for each, values in found.items():
                out += _row(each, lang, "" if len(found) == 1 else f"x {' '.join(values)}")
    else:
        for text, lines in zip(several, rows, strict=True):
            for each in lines:
                out += _row(each, lang, f"x {' '.join(text.values)}" if text.values else "")
    return Markup("".join(out))  # noqa: S704  # of what has been escaped


def inline(several: Sequence[Text], language: str) -> Markup:
    """A short text inside of something else."""
    out = []
    for text in several:
        lang = f' lang="{language}"' if language else ""
        classes = f' class="x {" ".join(text.values)}"' if text.values else ""
        lines = " ".join("".join(map(_piece, line.pieces)) for line in text.paragraphs)
        out.append(f"<bdi{classes}{lang}>{lines}</bdi>")
    return Markup("".join(out))  # noqa: S704  # of what has been escaped


def pieces(several: Sequence[Piece]) -> Markup:
    """A part of a line."""
    return Markup("".join(map(_piece, several)))  # noqa: S704  # of what has been escaped


def lines(text: str) -> Markup:
    """A text that has no markup and no variables."""
    return Markup("".join([f'<p dir="auto">{marked(line) or "<br>"}</p>' for line in text.split("\n")]))  # noqa: S704


def words(text: str) -> Markup:
    """A text that has no markup, inside of a paragraph."""
    return Markup("<br>".join(map(marked, text.split("\n"))))  # noqa: S704  # of what has been escaped


def _rows(text: Text) -> Iterator[_Row]:
    """The lines of a text. The fold belongs to the last one that is in sight."""
    last = sum(not line.below for line in text.paragraphs) - 1
    for number, line in enumerate(text.paragraphs):
        yield _Row(line, text.hidden if number == last else "")


def _row(row: _Row, lang: str, classes: str) -> Iterator[str]:
    line = row.line
    named = [classes] if classes else []
    if line.kind != LineKind.PLAIN:
        named.append(line.kind)
    if line.below:
        named.append("below")
    yield f'<p{_classes(named)}{lang} dir="auto">'
    if line.below or not row.hidden:
        yield "".join(map(_piece, line.pieces)) or "<br>"
    else:
        yield "".join(_piece(each) for each in line.pieces if not each.below)
        # Said by the stylesheet: the text of the paragraph is that of the message and nothing else.
        yield f'<span class="fold" data-hidden="about {attribute(row.hidden)} below the fold"></span>'
        if below := "".join(_piece(each) for each in line.pieces if each.below):
            yield f'<span class="below">{below}</span>'
    yield "</p>"


def _classes(names: Sequence[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""


def _piece(piece: Piece) -> str:
    text = marked(piece.text)
    if piece.variable:
        # A text that spells its variables out needs no name beside them.
        if piece.text == f"$({piece.variable})":
            text = f'<bdi class="v">{text}</bdi>'
        else:
            text = f'<bdi class="v" tabindex="0" data-name="{attribute(piece.variable)}">{text}</bdi>'
    before, after = _STYLES[piece.style]
    return before + text + after
