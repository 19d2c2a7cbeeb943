"""The frame of a rule: an id, a sentence, a source, and one function. Knows no kind, no file, no engine.

A rule is a generator that is given a resource and yields hits: a path into the resource's body and a message. The
frame turns the path into a line, the id into a page, the severity into what the project says it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from templatesync.values import Resource, Severity

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule is broken: a path into the resource's body, from its root."""

    path: Path
    message: str
    hint: str = ""


Check: TypeAlias = Callable[[Resource], Iterator[Hit]]
ProjectCheck: TypeAlias = Callable[[Sequence[Resource]], Iterator[tuple[Resource, Hit]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold.

    Exactly one of `check` (one resource) and `project_check` (all resources of a space) is there, or neither when the
    JSON Schema checks it and names it by `x-rule`. `source` says where the rule comes from. `why`, `bad` and `good`
    make its page.
    """

    id: str
    summary: str
    severity: Severity
    source: str
    why: str = ""
    bad: str = ""
    good: str = ""
    kind: str = ""
    check: Check | None = None
    project_check: ProjectCheck | None = None
    fixed: bool = False
    """The project file cannot change its severity: without it nothing else can be trusted."""
