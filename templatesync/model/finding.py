"""What there is to tell about a file, and where. Pure; knows no rule and no file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a file. Both count from 1."""

    line: int
    column: int


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell about a file: the same type for YAML, schema and rules.

    `file` is relative to the project with `/`; `line` and `column` count from 1; `path` names components by type
    (`Components[BODY].Text`); `spaces` is empty when the finding holds whatever the space.
    """

    rule: str
    severity: Severity
    message: str
    file: str
    line: int = 1
    column: int = 1
    key: str = ""
    path: str = ""
    spaces: tuple[str, ...] = ()
    hint: str = ""

    def sort_key(self) -> tuple[str, int, int, str, str, str, str]:
        """Reading order: by file, then down the page."""
        return (self.file, self.line, self.column, self.rule, self.message, self.key, self.path)
