"""Regular expressions that are compiled when they are first used: compiling them all costs more than reading a file."""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "findall", "finditer", "split", "sub")


class _LazyPattern:
    """Stands for a pattern until a method of it is asked for, and then has the methods of the compiled one."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._given = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)  # asked by whoever copies objects, of one that has nothing yet
        compiled = re.compile(*self._given)
        vars(self).update({method: getattr(compiled, method) for method in _METHODS})
        return getattr(compiled, name)


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern to be compiled when it is first used. A wrong one is noticed only then, so a test uses them all."""
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))
