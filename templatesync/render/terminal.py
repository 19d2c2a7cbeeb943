"""Text that a terminal, and a CI log, can show without obeying it. Pure; knows no command.

Whatever comes from a file or the service passes through `safe`: names, texts and reasons are written by strangers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Controls that move cursors or colours; characters that hide or reorder text (Trojan Source, CVE-2021-42574).
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c\u2028\u2029\ud800-\udfff]")
# Older runners of GitHub Actions take `##[` for a command wherever it stands in a line.
_RUNNER = re.compile(r"##\[")


def safe(text: str) -> str:
    """One line that shows every character that would act instead of appear."""
    text = _CONTROL.sub(_escape, text)
    text = _HIDDEN.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)
    return _RUNNER.sub(r"#\#[", text)


def _escape(match: re.Match[str]) -> str:
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(match[0], f"\\x{ord(match[0]):02x}")


def block(text: str, margin: str) -> list[str]:
    """A text of several lines, each made safe. `margin` must not be blank: CI runs lines that begin with `::`."""
    assert margin.strip()
    return [f"{margin}{safe(line)}".rstrip() for line in text.split("\n")]


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
