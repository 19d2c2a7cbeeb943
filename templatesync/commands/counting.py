"""Counts resources while spaces are read, for whoever watches. Knows no stream; what it tells is never data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from templatesync.kinds import KINDS
from templatesync.model.request import Answer

Counted = Callable[[int, int], None]
"""Told how many resources were read by now, of how many that files want; of 0 where nobody knows."""


class Counting:
    """What was read of each space. `wanted` are the resources that files want there; none where nobody knows.

    A resource counts when its content is answered; those whose content the list has, when their space is done. Who is
    told must not cost anybody what was read: after an error of theirs nothing more is told.
    """

    def __init__(self, wanted: Mapping[str, int], tell: Counted, done: Callable[[str], None]) -> None:
        self._wanted = wanted
        self._of = sum(wanted.values())
        self._read = dict.fromkeys(wanted, 0)
        self._details = frozenset(kind.remote.detail for kind in KINDS.values() if kind.remote.detail)
        self._tell: Counted | None = tell
        self._done = done

    def answers_of(self, space: str) -> Callable[[Answer], None]:
        """What is to be told of each answer to a reading of a space."""

        def answered(answer: Answer) -> None:
            if answer.request.operation in self._details and (not self._of or self._read[space] < self._wanted[space]):
                self._read[space] += 1
                self._say()

        return answered

    def done(self, space: str) -> None:
        """A space was read, or will not be."""
        self._read[space] = max(self._read[space], self._wanted[space])
        self._say()
        self._done(space)

    def _say(self) -> None:
        if self._tell is None:
            return
        try:
            self._tell(sum(self._read.values()), self._of)
        except Exception:
            self._tell = None
