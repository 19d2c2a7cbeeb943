"""Text that a terminal, and a CI log, can show without obeying it. Pure; knows no command.

Whatever comes from a file or the service passes through `safe`: names, texts and reasons are written by strangers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from templatesync.characters import CONTROL, HIDDEN, RUNNER

_CONTROL = re.compile(f"[{CONTROL}]")
_HIDDEN = re.compile(f"[{HIDDEN}]")
# Where a line begins with this, blanks aside, a runner of GitHub Actions takes it for a command.
_COMMAND = re.compile(r"\A(\s*)(?=::)")


def safe(text: str) -> str:
    """One line that shows every character that would act instead of appear, and may begin a line of output."""
    return _COMMAND.sub(r"\1\\", visible(text))


def visible(text: str) -> str:
    """Like `safe`, for what stands behind something else on its line."""
    text = _CONTROL.sub(_escape, text)
    text = _HIDDEN.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)
    return text.replace(RUNNER, "#\\#[")


def joined(lines: Iterable[str]) -> str:
    """Lines as one text; also what several values make together on one line is no command."""
    return "".join(_COMMAND.sub(r"\1\\", line.replace(RUNNER, "#\\#[")) + "\n" for line in lines)


def _escape(match: re.Match[str]) -> str:
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(match[0], f"\\x{ord(match[0]):02x}")


def block(text: str, margin: str) -> list[str]:
    """A text of several lines, each made safe. `margin` must not be blank: CI runs lines that begin with `::`."""
    assert margin.strip()
    return [f"{margin}{visible(line)}".rstrip() for line in text.split("\n")]


def width(text: str) -> int:
    """How many columns a terminal gives a text."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def pad(text: str, columns: int) -> str:
    """`text` filled with blanks to a number of columns."""
    return text + " " * max(columns - width(text), 0)


@dataclass(frozen=True, slots=True)
class Style:
    """Colours, or none. A colour never says what the words beside it do not."""

    color: bool = False
    verbose: bool = False

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def red(self, text: str) -> str:
        """Errors, rejections, deletions."""
        return self._paint("31", text)

    def green(self, text: str) -> str:
        """Creations, approvals."""
        return self._paint("32", text)

    def yellow(self, text: str) -> str:
        """Updates, warnings, waiting."""
        return self._paint("33", text)

    def blue(self, text: str) -> str:
        """Information."""
        return self._paint("36", text)

    def bold(self, text: str) -> str:
        """Headings."""
        return self._paint("1", text)

    def dim(self, text: str) -> str:
        """What may be skipped."""
        return self._paint("2", text)
