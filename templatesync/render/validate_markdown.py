"""What validate has found, as Markdown for a comment: how much, and the gravest findings with their places. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.model.finding import Finding
from templatesync.render import strictness
from templatesync.render.escape import markdown_sentence, markdown_text, short_code
from templatesync.render.markdown_parts import Item, Paper, cut, fitting, place
from templatesync.render.report import counts, file_in_repository, gravest_first, in_spaces, truncated, verdict
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.validate import ValidateResult

_ALL = "`templatesync validate --format json` has all of it"
_LONGEST = 600
_MOST = 100
"""Findings: nobody reads more of them in a comment."""


def validate(result: ValidateResult, style: Style) -> str:
    """A marker, a sentence, and the findings, the gravest first."""
    title = "The files have errors" if verdict(result) == "invalid" else "The files are valid"
    head = f"<!-- templatesync:validate -->\n## {title}\n\n{markdown_text(counts(result))}.\n"
    known = "".join(f"- {markdown_text(cut(line.strip(), _LONGEST))}\n" for line in strictness.lines(result.strictness))
    end = f"\n{known}" if known else ""
    return head + fitting(Paper(head, end), _items(result), _ALL) + end


def _items(result: ValidateResult) -> Iterator[Item]:
    found = gravest_first(result.report.findings)
    if found:
        yield Item("\n")
    for finding in found[:_MOST]:
        yield Item(f"- {_line(result, finding)}\n", 1)
    if len(found) > _MOST:
        yield Item(f"- {markdown_sentence(truncated(_MOST, len(found), 'findings'))}\n", len(found) - _MOST)


def _line(result: ValidateResult, finding: Finding) -> str:
    where = place(file_in_repository(result, finding.file), finding.line)
    said = markdown_sentence(cut(f"{finding.message}{in_spaces(finding.spaces)}", _LONGEST))
    hint = f"<br>{markdown_sentence(cut(f'Next: {finding.hint}', _LONGEST))}" if finding.hint else ""
    about = f" in {short_code(cut(finding.key, 160))}" if finding.key else ""
    return f"**{finding.severity.value}** {where}{about}: {said} ({short_code(cut(finding.rule, 80))}){hint}"
