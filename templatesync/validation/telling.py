"""What of all findings is told: equal ones once, and no more than anybody reads. What is left out is counted.

Knows findings alone. A cut takes the least grave, and every file that loses some says how many, of which severity:
whether a file has an error is never lost.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from templatesync.model.finding import Finding, Severity

MOST_OF_FILE = 1_000
MOST_OF_PROJECT = 10_000
MOST_CHARACTERS = 8_000_000
"""Of all findings together: one may name a thousand spaces, or repeat a long name."""
MORE = "more-findings"

Untold: TypeAlias = Mapping[str, Mapping[str, int]]
"""How many findings are left out, by file and severity."""


class Told(NamedTuple):
    """Findings to tell, and how many there are besides."""

    findings: tuple[Finding, ...]
    untold: Untold


def bounded(findings: Sequence[Finding], most: int) -> Told:
    """So many of the findings, in their order, none of the others being graver; and the number of those."""
    if len(findings) <= most and sum(map(_size, findings)) <= MOST_CHARACTERS:
        return Told(tuple(findings), {})
    kept: list[int] = []
    room = MOST_CHARACTERS
    untold: dict[str, Counter[str]] = {}
    for index in sorted(range(len(findings)), key=lambda index: (findings[index].severity.rank, index)):
        finding = findings[index]
        room -= _size(finding)
        if len(kept) < most and room >= 0:
            kept.append(index)
        else:
            untold.setdefault(finding.file, Counter())[finding.severity.value] += 1
    return Told(tuple(findings[index] for index in sorted(kept)), untold)


def _size(finding: Finding) -> int:
    texts = len(finding.message) + len(finding.hint) + len(finding.key) + len(finding.path)
    return 100 + texts + sum(map(len, finding.spaces))


def together(parts: Iterable[Untold]) -> Untold:
    """What several left out. A file that many name is left out by each of them in the same way, and counts once."""
    found: dict[str, dict[str, int]] = {}
    for part in parts:
        for file, counts in part.items():
            there = found.setdefault(file, {})
            for severity, count in counts.items():
                there[severity] = max(there.get(severity, 0), count)
    return found


def added(left: Untold, right: Untold) -> Untold:
    """What was left out at first, and what was left out of the rest."""
    if not left or not right:
        return left or right
    return {file: Counter(left.get(file, {})) + Counter(right.get(file, {})) for file in {**left, **right}}


def of_more(untold: Untold) -> Iterator[Finding]:
    """What each file that lost findings says of them, as grave as the gravest."""
    for file, counts in untold.items():
        severity = next((each for each in Severity if counts.get(each.value)), None)
        if severity is not None:
            said = ", ".join(f"{counts[each.value]:,} {each.value}" for each in Severity if counts.get(each.value))
            message = f"there are {sum(counts.values()):,} more findings in this file than are told ({said})"
            yield Finding(MORE, severity, message, file, hint="mend the others first; then these are told")


def merged(findings: Iterable[Finding], everywhere: frozenset[str]) -> list[Finding]:
    """Equal findings once, with all the spaces they hold in; none named when that is every space."""
    groups: dict[tuple[str, str, int, int, str], list[Finding]] = {}
    for finding in findings:
        same = (finding.rule, finding.file, finding.line, finding.column, finding.message)
        groups.setdefault(same, []).append(finding)
    return sorted((_one(group, everywhere) for group in groups.values()), key=Finding.sort_key)


def _one(group: Sequence[Finding], everywhere: frozenset[str]) -> Finding:
    first = group[0]
    general = any(not finding.spaces for finding in group)
    spaces = frozenset(name for finding in group for name in finding.spaces)
    keys = {finding.key for finding in group}
    # Told once for all languages of a document: then under the name that they share.
    key = first.key if len(keys) == 1 else first.key.partition("@")[0]
    named: tuple[str, ...] = () if general or spaces == everywhere else tuple(sorted(spaces))
    return dataclasses.replace(first, key=key, spaces=named)
