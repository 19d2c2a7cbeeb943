"""What a rule is: an id, a sentence, a severity, a source and a function. Knows no kind, no file and no command.

The function is given one resource, as its kind shows it to rules (its view), and yields a hit for each thing that is
wrong: the path to it in the resource's body, a message and a hint. The engine makes findings of hits: it finds the line
of each path, and heeds the severities of the project file and the comments that silence rules.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple, TypeAlias

from templatesync.model.finding import Severity
from templatesync.model.json_value import Json
from templatesync.model.paths import Path
from templatesync.model.resource import Key

# Named tuples, for this is imported with every command: a frozen dataclass takes ten times as long to define.


class Hit(NamedTuple):
    """Where a rule is broken: a path into the resource's body, from its root.

    `span` is from where to where, in the text at that path, what is meant stands; empty for the text as a whole.
    """

    path: Path
    message: str
    hint: str = ""
    span: tuple[int, int] = (0, 0)


Check: TypeAlias = Callable[[Any], Iterator[Hit]]
"""From the view of a resource to hits."""
Summary: TypeAlias = Mapping[str, Json]
"""What a kind tells the rules of other kinds about one of its resources."""
Summaries: TypeAlias = Callable[[str, str], "Summary | None"]
"""From the name of a field and its text to the summary of the resource that it refers to; None when none is known."""
LinkedCheck: TypeAlias = Callable[[Any, Summaries], Iterator[Hit]]
Need: TypeAlias = str | tuple[str, ...]
"""One thing that a resource must have for a rule to have anything to say, or several of which one is enough."""


class Gathered(NamedTuple):
    """What was gathered of one resource. Versions of one logical name have the same `logical`."""

    key: Key
    value: Json
    logical: str


class Across(NamedTuple):
    """A rule about several resources together, in steps, so that no more of a resource is kept than is compared.

    gather    from the view of one resource, what is to be compared, as plain JSON; None when the rule is not about it
    common    from a key and what was gathered, what those have in common that are compared with each other
    compare   from what was gathered of these in a space, the positions of those that break the rule, and details
    tell      from the view of one of these, and its details, to hits
    """

    gather: Callable[[Any], Json]
    compare: Callable[[Sequence[Gathered]], Iterator[tuple[int, Any]]]
    tell: Callable[[Any, Any], Iterator[Hit]]
    common: Callable[[Key, Json], Hashable]


class Rule(NamedTuple):
    """One thing that must hold. Why it must, and what to write instead, is on its page.

    `source` says who wants it. At most one of `check` (about one resource), `linked_check` (about one resource and what
    it refers to) and `across` (about several resources of a space) is there; none when the JSON Schema checks it, which
    names it by `x-rule`, and none when it is about a change of a resource, which is told where two states are compared.

    `needs` only saves time: the engine does not ask the rule about a resource that lacks one of these. Each is a set of
    which one is enough; the kind's `contents` finds what a resource has. Without `needs` a rule says the same.
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
    once: bool = False
    """What several languages of a document break in the same words is told once, where the first of them does."""
    in_all: bool = False
    """Told only of what all languages of a document break: one that does not shows that nothing is wrong."""
    of_change: bool = False
    """It is about what a change breaks for programs; no single state of a file can keep it or break it."""


def rule(
    kind: str, id_: str, severity: Severity, source: str, summary: str, needs: Sequence[Need] = ()
) -> Callable[[Check], Rule]:
    """Makes a rule about one resource of a function from its view to hits."""
    sets = tuple(frozenset((need,) if isinstance(need, str) else need) for need in needs)
    return lambda check: Rule(id_, summary, severity, source, kind=kind, check=check, needs=sets)


def of_change(kind: str, id_: str, severity: Severity, source: str, summary: str) -> Rule:
    """Makes a rule about what a change breaks. A file names what it breaks on purpose: no project re-grades it."""
    return Rule(id_, summary, severity, source, kind=kind, fixed=True, of_change=True)


def rules_of(*modules: ModuleType) -> tuple[Rule, ...]:
    """The rules that modules define, in the order in which they are written. Every global that is a Rule counts."""
    return tuple(each for module in modules for each in vars(module).values() if isinstance(each, Rule))
