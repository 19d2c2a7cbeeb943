"""The frame of a rule: an id, a sentence, a source, and one function. Knows no kind, no file, no engine.

A rule is a generator that is given a resource and yields hits: a path into the resource's body and a message. The
frame turns the path into a line, the id into a page, the severity into what the project says it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from templatesync.model.finding import Severity
from templatesync.model.json_value import Json
from templatesync.model.paths import Path
from templatesync.model.resource import Key

# Named tuples, for this is imported with every command: a frozen dataclass takes ten times as long to define.


class Hit(NamedTuple):
    """Where a rule is broken: a path into the resource's body, from its root."""

    path: Path
    message: str
    hint: str = ""


Check: TypeAlias = Callable[[Any], Iterator[Hit]]
"""From what a kind makes of a resource for its rules, its *view*."""
Summary: TypeAlias = Mapping[str, Json]
"""What a kind tells rules of others about one of its resources."""
Summaries: TypeAlias = Callable[[str, str], "Summary | None"]
"""The summary of what a field leads to, given its name and its text; None when nothing is known of that."""
LinkedCheck: TypeAlias = Callable[[Any, Summaries], Iterator[Hit]]


class Across(NamedTuple):
    """A rule about several resources together, in three steps, so that no more of a resource is kept than is compared.

    gather    from a view, what is to be compared as plain JSON; None when the rule does not concern it
    compare   from all that was gathered in a space, with its keys, to those that break the rule and what to tell them
    tell      from the view of one of these, and that, to hits
    """

    gather: Callable[[Any], Json]
    compare: Callable[[Sequence[tuple[Key, Json]]], Iterator[tuple[int, Any]]]
    tell: Callable[[Any, Any], Iterator[Hit]]


class Rule(NamedTuple):
    """One thing that must hold.

    Exactly one of `check` (one resource), `linked_check` (one resource and what it refers to) and `across` (all
    resources of a space) is there, or none when the JSON Schema checks it and names it by `x-rule`. `source` says where
    the rule comes from. Why it is there stands on its page, which is no part of it: explaining is not checking.
    `needs`: it has nothing to say of a resource unless of each of these the contents, as its kind tells them, hold one.
    """

    id: str
    summary: str
    severity: Severity
    source: str
    kind: str = ""
    check: Check | None = None
    linked_check: LinkedCheck | None = None
    across: Across | None = None
    needs: tuple[frozenset[str], ...] = ()
    fixed: bool = False
    """The project file cannot change its severity: without it nothing else can be trusted."""
