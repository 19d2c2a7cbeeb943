"""What an address holds as text and somebody meant as a variable. Pure; knows no rule and no form of templates.

Consoles keep what was typed for a variable in a form of their own as text, percent-encoded, and append their variable
behind it. It is approved, sends succeed, and every customer gets a dead link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from templatesync.model.lazy_pattern import lazy_pattern

# Percent signs may be encoded again, any number of times.
_PERCENT = "%(?:25)*"
_DOLLAR = rf"(?:\$|{_PERCENT}24)"
_OPEN, _CLOSE = rf"(?:\{{|{_PERCENT}7B)", rf"(?:\}}|{_PERCENT}7D)"
_BEGIN, _END = rf"(?:\(|{_PERCENT}28)", rf"(?:\)|{_PERCENT}29)"
_NAME = rf"(?:\+|{_PERCENT}20)*\w{{1,60}}(?:\+|{_PERCENT}20)*"
_ENCODED = lazy_pattern(
    rf"{_DOLLAR}?{_OPEN}{{1,2}}{_NAME}{_CLOSE}{{1,2}}|{_DOLLAR}{_BEGIN}{_NAME}{_END}", re.IGNORECASE
)


def encoded(address: str) -> Iterator[str]:
    """Each such text once: `%7B%7B1%7D%7D`, `%24%28name%29`, `%7Bname%7D` and the like."""
    if "%" in address:
        yield from dict.fromkeys(match[0] for match in _ENCODED.finditer(address) if "%" in match[0])
