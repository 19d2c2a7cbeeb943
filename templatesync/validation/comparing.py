"""How resources of several files are compared: by their summaries, once for all spaces that have the same of them.

Resources of one space are compared. Most of a project is wanted in every space, and is to be compared once; so those
that have something in common are put together first, whatever their spaces, and few of these groups differ by space.
Knows no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from templatesync.kinds.rule import Hit
from templatesync.model.finding import Finding
from templatesync.project import limits
from templatesync.project.expansion import Entry
from templatesync.validation.file import ResourceSummary, as_finding
from templatesync.validation.registry import RULES

Entries: TypeAlias = Callable[[str], Sequence[Entry]]
"""The resources of a file, in their order, for all of the project's spaces. Raises KeyError when it is no such file."""


class Seen(NamedTuple):
    """A resource, by its summary, and the file that it is in."""

    file: str
    summary: ResourceSummary

    def entry(self, entries: Entries) -> Entry:
        """The resource itself."""
        return entries(self.file)[self.summary.number]


class TooManyError(Exception):
    """Too much to compare. The message says what."""


class Tell(NamedTuple):
    """Something to tell of a resource, once it is looked at."""

    seen: Seen
    findings: Callable[[Entry], Iterable[Finding]]


def telling(seen: Seen, rule: str, hit: Hit) -> Tell:
    return Tell(seen, lambda entry: [as_finding(entry, RULES[rule], hit)])


def groups(seen: Iterable[Seen], common: Callable[[Seen], Hashable]) -> Iterator[Sequence[Seen]]:
    """Those of one space that have something in common, several at least; once for all spaces that have the same."""
    found: dict[Hashable, list[Seen]] = {}
    for each in seen:
        found.setdefault(common(each), []).append(each)
    for members in found.values():
        if len(members) > 1:
            yield from (group for group in spaces_of(members) if len(group) > 1)


def spaces_of(seen: Sequence[Seen]) -> Iterator[Sequence[Seen]]:
    """The resources of each space, once for all spaces that have the same: most projects want one thing everywhere."""
    first = seen[0].summary.spaces
    if all(each.summary.spaces is first or each.summary.spaces == first for each in seen):
        yield seen
        return
    pairs = sum(len(each.summary.spaces) for each in seen)
    if pairs > limits.MOST_COMPARED:
        most = f"{limits.MOST_COMPARED:,}"
        message = f"{len(seen):,} resources have something in common and differ in their spaces; with these they are"
        raise TooManyError(f"{message} {pairs:,} to compare, at most {most}")
    by_space: dict[str, list[Seen]] = {}
    for each in seen:
        for name in dict.fromkeys(each.summary.spaces):
            by_space.setdefault(name, []).append(each)
    yield from {tuple(map(id, members)): members for members in by_space.values()}.values()
