"""Fixes of findings: which edits of which file, tried out in memory before anything is written. Knows no kind, no disk.

A fix is kept only when the file reads as the edits say, and no file of the project has an error that it had not. Where
all fixes together bring one, each is tried alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from templatesync import check, workspace
from templatesync.assets import Opener
from templatesync.document import Document, Mark, load
from templatesync.edit.change import changed
from templatesync.edits import Edit, applied, told
from templatesync.project import Project
from templatesync.rule import Path
from templatesync.values import Finding, Severity
from templatesync.workspace import Workspace, kind_of

ROUNDS = 5
"""A fix may show the next finding; none of ours leads further than two."""
MOST_TRIED = 200
"""Fixes that are tried alone: each costs a validation of the project."""
FILE_FIXES: Mapping[str, Callable[[str], str]] = {
    "yaml-crlf": lambda text: text.replace("\r\n", "\n").replace("\r", "\n"),
}
# Fixes bring this one on purpose, where they put a sample that a person must write.
_BROUGHT = frozenset({"example-placeholder"})

Texts: TypeAlias = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Fixed:
    """One thing that was mended, with the line where it stood."""

    file: str
    line: int
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Fixes:
    """The new contents of files, and what was mended in them."""

    texts: Texts
    fixed: tuple[Fixed, ...]


@dataclass(frozen=True, slots=True)
class _Proposal:
    """What to do about one finding: edits of the document with that number, or of the whole text."""

    finding: Finding
    document: int
    edits: tuple[Edit, ...] = ()
    path: Path = ()

    @property
    def name(self) -> tuple[str, str, int, Path]:
        return (self.finding.file, self.finding.rule, self.document, self.path)

    @property
    def fixed(self) -> Fixed:
        message = told(self.edits) if self.edits else "line ends are now LF"
        return Fixed(self.finding.file, self.finding.line, self.finding.rule, message)


@dataclass(slots=True)
class _Bench:
    """The project as it would be, with what has been tried in vain."""

    project: Project
    opener: Opener
    spaces: Sequence[str] | None
    texts: dict[str, bytes]
    refused: set[tuple[str, str, int, Path]] = field(default_factory=set)
    tried: int = 0

    def look(self, texts: Texts) -> tuple[Workspace, tuple[Finding, ...]]:
        there = workspace.assemble(self.project, texts, opener=self.opener)
        return there, check.check(there, self.spaces).findings


def fix(
    project: Project, sources: Texts, opener: Opener, spaces: Sequence[str] | None, wanted: Collection[str]
) -> Fixes:
    """Mend what can be mended in the files `wanted`; `sources` are all files of the project, by name."""
    bench = _Bench(project, opener, spaces, dict(sources))
    fixed: list[Fixed] = []
    for _ in range(ROUNDS):
        there, findings = bench.look(bench.texts)
        proposals = [each for each in _proposals(there, findings, wanted) if each.name not in bench.refused]
        if not proposals:
            break
        fixed += _settle(bench, proposals, _errors(findings))
    texts = {name: data for name, data in bench.texts.items() if data != sources[name]}
    return Fixes(texts, tuple(sorted(set(fixed), key=lambda each: (each.file, each.line, each.rule, each.message))))


def _settle(bench: _Bench, proposals: Sequence[_Proposal], before: Counter[tuple[str, str]]) -> Iterator[Fixed]:
    """Take over all proposals, or those that do no harm alone."""
    texts = _together(bench.texts, proposals)
    if texts is not None and not _errors(bench.look(texts)[1]) - before:
        bench.texts = texts
        yield from (each.fixed for each in proposals)
        return
    for each in proposals:
        bench.tried += 1
        alone = _together(bench.texts, [each]) if bench.tried <= MOST_TRIED else None
        if alone is not None and not _errors(bench.look(alone)[1]) - before:
            bench.texts = alone
            yield each.fixed
        else:
            bench.refused.add(each.name)


def _errors(findings: Sequence[Finding]) -> Counter[tuple[str, str]]:
    return Counter(
        (each.file, each.rule) for each in findings if each.severity is Severity.ERROR and each.rule not in _BROUGHT
    )


def _together(texts: Texts, proposals: Sequence[_Proposal]) -> dict[str, bytes] | None:
    """The texts with all proposals in them; None when one of them cannot be made as it is meant."""
    new = dict(texts)
    for name in dict.fromkeys(each.finding.file for each in proposals):
        mine = [each for each in proposals if each.finding.file == name]
        edited = _edited(new[name], name, [each for each in mine if each.edits])
        if edited is None:
            return None
        for each in mine:
            if not each.edits:
                edited = FILE_FIXES[each.finding.rule](edited.decode()).encode()
        new[name] = edited
    return new


def _edited(data: bytes, name: str, proposals: Sequence[_Proposal]) -> bytes | None:
    documents = load(data, name).documents
    text = data.decode("utf-8-sig")
    wanted = [document.data for document in documents]
    try:
        for number in sorted({each.document for each in proposals}, reverse=True):
            edits = [edit for each in proposals if each.document == number for edit in each.edits]
            start, end = documents[number].span
            text = text[:start] + changed(text[start:end], edits) + text[end:]
            wanted[number] = applied(wanted[number], edits)
    except (LookupError, TypeError, AttributeError):
        return None
    new = data[: len(data) - len(data.removeprefix(b"\xef\xbb\xbf"))] + text.encode()
    loaded = load(new, name)
    broken = any(each.severity is Severity.ERROR for each in loaded.findings)
    return None if broken or [each.data for each in loaded.documents] != wanted else new


def _proposals(there: Workspace, findings: Sequence[Finding], wanted: Collection[str]) -> list[_Proposal]:
    """What fixes say about findings, each place once."""
    by_file = {source.name: source.documents for source in there.sources}
    places: dict[tuple[str, int], dict[tuple[int, int], list[Path]]] = {}
    found: dict[tuple[str, str, int, Path], _Proposal] = {}
    for finding in findings:
        if finding.file not in wanted or finding.file not in by_file:
            continue
        if finding.rule in FILE_FIXES:
            proposal = _Proposal(finding, -1)
            found.setdefault(proposal.name, proposal)
        for number, document in _around(by_file[finding.file], finding):
            kind = kind_of(document)
            mend = kind.fixes.get(finding.rule) if kind else None
            if mend is None:
                continue
            index = places.setdefault((finding.file, number), {}) or _places(document)
            places[finding.file, number] = index
            for path in index.get((finding.line, finding.column), ()):
                if path and (edits := tuple(mend(document.data, path))):
                    proposal = _Proposal(finding, number, edits, path)
                    found.setdefault(proposal.name, proposal)
    return list(found.values())


def _around(documents: Sequence[Document], finding: Finding) -> Iterator[tuple[int, Document]]:
    """The document that a finding is in, with its number."""
    starts = [number for number, document in enumerate(documents) if document.line <= finding.line]
    if starts:
        yield starts[-1], documents[starts[-1]]


def _places(document: Document) -> dict[tuple[int, int], list[Path]]:
    """Paths by where their value, or its key, stands."""
    found: dict[tuple[int, int], list[Path]] = {}
    pending: list[tuple[Path, Mark]] = [((), document.mark)]
    while pending:
        path, (line, column, inside) = pending.pop()
        found.setdefault((line, column), []).append(path)
        if isinstance(inside, dict):
            for key, (key_line, key_column, mark) in inside.items():
                found.setdefault((key_line, key_column), []).append((*path, key))
                pending.append(((*path, key), mark))
        elif isinstance(inside, list):
            pending += [((*path, index), mark) for index, mark in enumerate(inside)]
    return found
