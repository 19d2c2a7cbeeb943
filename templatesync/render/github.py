"""Findings as workflow commands of GitHub Actions, which shows them at their lines. Pure.

The grammar is the runner's own, see `sink`. Nothing else that is printed begins like a command.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.model.finding import Finding
from templatesync.render import strictness
from templatesync.render.escape import command_data, command_property
from templatesync.render.report import count_line, file_in_repository, gravest_first, hint, said, truncated
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.validate import ValidateResult

MOST = 10
"""Annotations of a step that GitHub shows for certain: ten of each level, fifty in a job
(https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md)."""
_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def validate(result: ValidateResult, style: Style) -> str:
    """The gravest findings as annotations, how many more there are, and the count line."""
    found = gravest_first(result.report.findings)
    known = [*_known(result)]
    most = MOST - len(known)
    shown = found if len(found) <= most else found[: most - 1]
    lines = [*known, *(_annotation(result, finding) for finding in shown)]
    if len(found) > len(shown):
        level = _LEVELS[found[len(shown)].severity.value]
        more = f"and {len(found) - len(shown):,} more findings; {truncated(len(shown), len(found), 'findings')}"
        lines.append(f"::{level} title=templatesync::{command_data(more)}")
    return "".join(f"{line}\n" for line in (*lines, count_line(result)))


def _known(result: ValidateResult) -> Iterator[str]:
    """What a reviewer has to know of rules and policy: an annotation for what has changed, and one for what is."""
    for level, told in (
        ("warning" if strictness.weaker(result.strictness) else "notice", strictness.changes(result.strictness)),
        ("notice", strictness.state(result.strictness)),
    ):
        if told:
            yield f"::{level} title=templatesync::{command_data(chr(10).join(told))}"


def _annotation(result: ValidateResult, finding: Finding) -> str:
    file = file_in_repository(result, finding.file)
    if file.startswith("="):
        file = f"./{file}"  # the runner drops what stands between the name of a property and its value
    place = {"file": file, "line": str(finding.line), "col": str(finding.column), "title": finding.rule}
    properties = ",".join(f"{name}={command_property(value)}" for name, value in place.items())
    about = " ".join(filter(None, (finding.key, finding.path)))
    data = "\n".join(filter(None, (said(finding), hint(finding), about and f"in {about}")))
    return f"::{_LEVELS[finding.severity.value]} {properties}::{command_data(data)}"
