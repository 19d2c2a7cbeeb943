"""What may break beside the work of a command without costing anybody the result: the progress on stderr for one.

Knows no command. What broke is kept, and told when the result has been.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Guarded:
    """Another object whose methods never raise. After the first defect it is left alone."""

    def __init__(self, inner: Any, broke: Callable[[Exception], None]) -> None:
        self._inner = inner
        self._broke = broke

    def __getattr__(self, name: str) -> Callable[..., None]:
        def call(*given: Any) -> None:
            if self._inner is None:
                return
            try:
                getattr(self._inner, name)(*given)
            except Exception as error:
                self._inner = None
                self._broke(error)

        return call
