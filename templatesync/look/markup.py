"""WhatsApp's own markup, as a tokenizer: text to lines of pieces, in linear time. Pure; nothing of a text is lost."""

from __future__ import annotations

from enum import Flag, StrEnum, auto
from typing import NamedTuple

from templatesync.look.filled import Filled


class Style(Flag):
    """How a piece is drawn."""

    PLAIN = 0
    BOLD = auto()
    ITALIC = auto()
    STRIKE = auto()
    MONO = auto()


class LineKind(StrEnum):
    """What a line is."""

    PLAIN = "plain"
    BULLET = "bullet"
    NUMBER = "number"
    QUOTE = "quote"
    CODE = "code"


class Piece(NamedTuple):
    """A run of a text that is drawn alike. A `marker` is not drawn; `variable` names what a value stands for."""

    text: str
    style: Style = Style.PLAIN
    variable: str = ""
    marker: bool = False


class Line(NamedTuple):
    """One line, without its line end. The texts of its pieces, markers included, are the line."""

    pieces: tuple[Piece, ...]
    kind: LineKind = LineKind.PLAIN


def marked_up(filled: Filled) -> tuple[Line, ...]:
    """The lines of a text. Joined with line feeds, the texts of all their pieces are the text."""
    raise NotImplementedError
