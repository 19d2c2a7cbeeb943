"""Files in canonical style, and the proof that they still say the same. Pure: bytes in, text out; knows no disk.

A formatter that changes what a file says does harm that nobody looks for. So the new text is read as every command
would read it, and compared: values, comments, and what the comments silence where. If anything differs, the file stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from templatesync.documents.document import Document, Mark
from templatesync.documents.edit.comment import comments
from templatesync.documents.edit.source import UnusualError
from templatesync.documents.edit.style import styled
from templatesync.documents.layout import PLAIN, Layout
from templatesync.documents.yaml_reader import load
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.project.expansion import kind_of

RULE = "format-unsafe"


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file's text in canonical style, or the findings for which it stays as it is."""

    text: str = ""
    findings: tuple[Finding, ...] = ()


def formatted(data: bytes, file: str) -> Formatted:
    """A resource file in canonical style. Never raises for what a file may hold."""
    before = load(data, file)
    errors = tuple(finding for finding in before.findings if finding.severity is Severity.ERROR)
    if errors:
        return Formatted(findings=errors)
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    before = load(text.encode(), file)  # as it is cut below
    try:
        new = _file(text, before.documents)
    except UnusualError as error:
        line = error.line
        return _refused(file, line, f"{error}, so the file stays as it is", "write it as other files do")
    after = load(new.encode(), file)
    broken = any(finding.severity is Severity.ERROR for finding in after.findings)
    if broken or [*map(_meaning, after.documents)] != [*map(_meaning, before.documents)]:
        return _refused(file, 1, "in canonical style the file would say something else, so it stays as it is")
    if comments(new) != comments(text):
        return _refused(file, 1, "in canonical style a comment would be lost, so the file stays as it is")
    return Formatted(new)


def _refused(file: str, line: int, message: str, hint: str = "format it by hand") -> Formatted:
    return Formatted(findings=(Finding(RULE, Severity.ERROR, message, file, line, hint=hint),))


def _file(text: str, documents: Sequence[Document]) -> str:
    out = ""
    at = 0
    for document in documents:
        start, end = document.span
        out += _separator(text[at:start])
        above = text.count("\n", 0, start)
        try:
            out += styled(text[start:end], layout_of(document))
        except UnusualError as error:
            raise UnusualError(error.line + above, str(error)) from None
        at = end
    return out + _separator(text[at:])


def _separator(text: str) -> str:
    """What stands between two documents: markers, directives and comments, without blank lines."""
    lines = [line.rstrip(" \t") for line in text.split("\n")]
    return "".join(f"{line}\n" for line in lines if line)


def layout_of(document: Document) -> Layout:
    """The layout of the document's kind; of none when it names none that there is."""
    kind = kind_of(document)
    return kind.file.layout if kind else PLAIN


# --- what a document says -----------------------------------------------------------------------------------------

_Silenced: TypeAlias = frozenset[str]


def _meaning(document: Document) -> Json:
    """Values, and the rules that comments silence at each: the same for two documents that say the same."""
    line, _, inside = document.mark
    whole = document.said.get(0, frozenset())
    return whole, _said(document, document.data, (line, 1, inside), layout_of(document))


def _said(document: Document, value: Json, mark: Mark, layout: Layout) -> Json:
    line, _, inside = mark
    silenced: _Silenced = document.said.get(line, frozenset())
    if isinstance(value, dict):
        return silenced, {
            key: (
                document.said.get(inside[key][0], frozenset()),
                _said(document, item, inside[key][2], layout.of(key)),
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        names = [item.get(layout.by) if isinstance(item, dict) else None for item in value]
        order = layout.item_order(names) if None not in names else range(len(value))
        return silenced, [_said(document, value[index], inside[index], layout) for index in order]
    return silenced, type(value).__name__, value
