"""Whole documents of a file: others in their places, some behind them, some taken out. Bytes in, bytes out; no kind.

Read back to see that the file says what was meant. Comments that are not inside what goes stay.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from templatesync.documents.document import Document
from templatesync.documents.edit.change import changed
from templatesync.documents.edit.splice import end_of_block
from templatesync.documents.edits import Edit, applied
from templatesync.documents.yaml_reader import load
from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.finding import Severity
from templatesync.model.json_value import Json

_END = re.compile(r"\A((?:[ \t]*(?:#[^\n]*)?\n)*)\.\.\.[^\n]*\n?")
"""The mark of the end of a document, behind comments and empty lines."""


class Written(NamedTuple):
    """A document to be written, and what a line of comment above it says."""

    data: Mapping[str, Json]
    comment: str = ""

    @property
    def text(self) -> str:
        """Its YAML."""
        return to_yaml(self.data, header=(self.comment,) if self.comment else ())


class Revision(NamedTuple):
    """What becomes of one document: edits, another one in its place, or nothing; and what stands behind it then.

    `remark` is what a comment says that goes with it.
    """

    edits: Sequence[Edit] = ()
    instead: Written | None = None
    gone: bool = False
    behind: tuple[Written, ...] = ()
    remark: str = ""


def revised(data: bytes, name: str, revisions: Mapping[int, Revision]) -> bytes:
    """The bytes of a sound file after revisions, by number of the document; empty when no document is left.

    Raises LookupError when it cannot be made so that it reads as they say.
    """
    text = data.decode("utf-8-sig")
    returns = text.count("\r\n")
    line_end = "\r\n" if returns and returns == text.count("\n") else "\n"
    text = text.replace(line_end, "\n")
    documents = load(text.encode(), name).documents
    wanted: list[Json] = []
    try:
        for number, doc in enumerate(documents):
            wanted += _meant(doc.data, revisions.get(number, Revision()))
        for number in sorted(revisions, reverse=True):
            text = _revised(text, documents, number, revisions[number])
    except (TypeError, AttributeError, yaml.YAMLError) as error:
        raise LookupError("an edit leads nowhere") from error
    if not wanted:
        return b""
    new = (BOM_UTF8 if data.startswith(BOM_UTF8) else b"") + text.replace("\n", line_end).encode()
    loaded = load(new, name)
    broken = next((each.message for each in loaded.findings if each.severity is Severity.ERROR), "")
    if broken or [each.data for each in loaded.documents] != wanted:
        raise LookupError(broken or "it would not say what it should")
    return new


def _meant(data: Json, revision: Revision) -> list[Json]:
    here = [] if revision.gone else [revision.instead.data if revision.instead else applied(data, revision.edits)]
    return [*here, *(each.data for each in revision.behind)]


def _revised(text: str, documents: Sequence[Document], number: int, revision: Revision) -> str:
    start, end = documents[number].span
    if revision.gone and not revision.behind:
        return _without(text, documents, number, revision.remark)
    own = text[start:end]
    if revision.instead or revision.gone:
        there = [] if revision.gone or revision.instead is None else [revision.instead]
        there += revision.behind
        first, behind = there[0], there[1:]
        at, stop = _place(own)
        on_line = "\n" if at == 0 and start and text[start - 1] != "\n" else ""
        own = own[:at] + on_line + first.text + _line_of_its_own(own[stop:])
        at += len(on_line) + len(first.text)
    else:
        behind = list(revision.behind)
        own = changed(own, revision.edits) if revision.edits else own
        at = _place(own)[1]
    if behind:
        opening = "" if own[:at].endswith("\n") else "\n"
        own = own[:at] + opening + "".join(f"---\n{each.text}" for each in behind) + _line_of_its_own(own[at:])
    return text[:start] + own + text[end:]


def _line_of_its_own(rest: str) -> str:
    """What follows a document; a remark that stood behind the end of braces begins in its first column."""
    return rest.lstrip(" ") if rest.lstrip(" ").startswith("#") else rest


def _place(own: str) -> tuple[int, int]:
    """From where to where a document stands in its span: whole lines, without the comments around it."""
    root: Any = yaml.compose(own, Loader=yaml.CSafeLoader)
    start = own.rfind("\n", 0, root.start_mark.index) + 1
    return start, end_of_block(own, root)


def _without(text: str, documents: Sequence[Document], number: int, remark: str) -> str:
    """The text without a document. Comments behind it are about the next; those at the top, about the file."""
    start, end = documents[number].span
    own = text[start:end]
    at, stop = _place(own)
    before = documents[number - 1].span[1] if number else 0
    marker = re.search(r"^---", text[before:start], re.MULTILINE)
    opening = before + marker.start() if marker else start
    top = text[start : start + at].strip(" ").removeprefix("\n") if number == 0 else ""
    top = "".join(line for line in top.splitlines(keepends=True) if not remark or remark not in line)
    rest = own[stop:].lstrip(" ") + text[end:]
    if number == 0:  # no file begins with the end of a document
        rest = _END.sub(r"\1", rest)
    return text[:opening] + top + rest
