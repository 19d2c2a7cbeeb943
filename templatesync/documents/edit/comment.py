"""The comments of a file, found between the tokens of its YAML. Pure.

Knows nothing of trees: it is the second opinion on whether formatting has lost one.
"""

from __future__ import annotations

import re
from collections import Counter

import yaml

ORDER = re.compile(r"#[ \t]*templatesync:")
"""How a comment begins that silences a rule on its line, or for the document below it."""
_COMMENT = re.compile(r"#[^\n]*")


def comments(text: str) -> Counter[str]:
    """How often each comment stands in a text that is YAML, with LF as line ends."""
    found: Counter[str] = Counter()
    at = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        start, end = token.start_mark.index, token.end_mark.index
        _count(text[at:start], found)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            _count(text[start:end].partition("\n")[0], found)
        at = max(at, end)
    _count(text[at:], found)
    return found


def _count(between: str, found: Counter[str]) -> None:
    found.update(comment.rstrip(" \t") for comment in _COMMENT.findall(between))
