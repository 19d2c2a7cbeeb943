"""Texts of strangers inside generated source code: a string literal, or lines of a comment. Pure.

Nothing in them ends the literal or the comment, turns the code around, or is obeyed by a program that reads comments.
Knows no contract.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import TextWrapper

from templatesync.model.unseen import UNSEEN
from templatesync.render.escape import visible

_WRAPPER = TextWrapper(100, break_long_words=False, break_on_hyphens=False)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def python_string(text: str) -> str:
    """A literal of Python."""
    return _literal(text, lambda char: f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}")


def typescript_string(text: str) -> str:
    """A literal of TypeScript."""
    return _literal(text, lambda char: f"\\u{{{ord(char):x}}}")


def _literal(text: str, number: Callable[[str], str]) -> str:
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    written = "".join(_SHORT.get(char, char) for char in text)
    return f'"{UNSEEN.sub(lambda match: "".join(map(number, match[0])), written)}"'


def python_docstring(lines: Sequence[str], margin: str) -> list[str]:
    """Lines of code that are a docstring. Each line of it is visible text, and none but the first begins it."""
    shown = [visible(line).replace("\\", "\\\\").replace('"""', '\\"\\"\\"') for line in lines]
    return [f'{margin}"""{shown[0]}', *(f"{margin}{line}".rstrip() for line in shown[1:]), f'{margin}"""']


def typescript_comment(lines: Sequence[str]) -> list[str]:
    """Lines of code that are a comment which editors show. `{@link …}` in it would be obeyed."""
    shown = [visible(line).replace("*/", "*\\/").replace("{@", "{\\@") for line in lines]
    return ["/**", *(f" * {line}".rstrip() for line in shown), " */"]


def quoted(text: str) -> list[str]:
    """A text of several lines as lines of a comment, behind a mark: it is no `@tag` and no `>>>` to be run there."""
    return [f"| {piece}".rstrip() for line in text.split("\n") for piece in _WRAPPER.wrap(line) or [""]]
