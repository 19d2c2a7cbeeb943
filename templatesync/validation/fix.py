"""Fixes of findings: which edits of which file, tried out in memory before anything is written. Knows no kind, no disk.

A fix is kept only when the file reads as the edits say, and no file of the project has an error that it had not. Where
all fixes together bring one, each is tried alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeAlias

from templatesync.documents.document import Document, Mark
from templatesync.documents.edit.file import edited
from templatesync.documents.edits import Edit, told
from templatesync.model.finding import Finding, Position, Severity
from templatesync.model.paths import Path
from templatesync.project.expansion import kind_of
from templatesync.project.workspace import Workspace
from templatesync.validation.check import Report, check
from templatesync.validation.file import CheckedFile

ROUNDS = 5
"""A fix may show the next finding; none of ours leads further than two."""
MOST_TRIED = 20
"""Fixes that are tried alone: each costs a check of the project, of which only one file has changed."""
FILE_FIXES: Mapping[str, Callable[[str], str]] = {
    "yaml-crlf": lambda text: text.replace("\r\n", "\n").replace("\r", "\n"),
}
# Fixes bring this one on purpose, where they put a sample that a person must write.
_BROUGHT = frozenset({"example-placeholder"})

Texts: TypeAlias = Mapping[str, bytes]
_Errors: TypeAlias = Counter[tuple[str, int, str]]
"""How many errors there are, by file, number of the document and rule."""


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
    def place(self) -> tuple[str, int]:
        return (self.finding.file, max(self.document, 0))

    @property
    def fixed(self) -> Fixed:
        message = told(self.edits) if self.edits else "line ends are now LF"
        return Fixed(self.finding.file, self.finding.line, self.finding.rule, message)


@dataclass(slots=True)
class _Bench:
    """The project as it would be, with what has been tried in vain."""

    workspace: Workspace
    report: Report
    spaces: Collection[str]
    refused: set[tuple[str, str, int, Path]] = field(default_factory=set)
    tried: int = 0

    def accepts(self, proposals: Sequence[_Proposal], before: _Errors) -> set[tuple[str, int]] | None:
        """Take these over if they do no harm; else where they do. None when one cannot be made as meant."""
        texts = _together(self.workspace.texts, proposals)
        if texts is None:
            return None
        there = self.workspace.changed(texts)
        report = check(there, self.spaces, known=_unchanged(self.report, texts))
        worse = _errors(there, report.findings) - before
        if not worse:
            self.workspace, self.report = there, report
        return {(file, number) for file, number, _ in worse}


def _unchanged(report: Report, texts: Texts) -> dict[str, CheckedFile]:
    return {each.file: each for each in report.checked if each.file not in texts}


def fix(workspace: Workspace, report: Report, spaces: Collection[str], wanted: Collection[str]) -> Fixes:
    """Mend what can be mended in the files `wanted`, given the report on the project for some spaces."""
    bench = _Bench(workspace, report, spaces)
    fixed: list[Fixed] = []
    for _ in range(ROUNDS):
        there, findings = bench.workspace, bench.report.findings
        proposals = [each for each in _proposals(there, findings, wanted) if each.name not in bench.refused]
        if not proposals:
            break
        fixed += _settle(bench, proposals, _errors(there, findings))
    texts = {name: data for name, data in bench.workspace.texts.items() if data != workspace.texts[name]}
    return Fixes(texts, tuple(sorted(set(fixed), key=lambda each: (each.file, each.line, each.rule, each.message))))


def _settle(bench: _Bench, proposals: Sequence[_Proposal], before: _Errors) -> Iterator[Fixed]:
    """Take over all proposals; or those for documents that they do no harm, and of others each that does none alone."""
    harmed = bench.accepts(proposals, before)
    if harmed == set():
        yield from (each.fixed for each in proposals)
        return
    sound = [each for each in proposals if harmed and each.place not in harmed]
    if sound and bench.accepts(sound, before) == set():
        yield from (each.fixed for each in sound)
    else:
        sound = []
    several = Counter(each.place for each in proposals)
    for each in proposals:
        if each in sound:
            continue
        # Alone in its document, it has just been tried.
        hopeless = harmed is not None and each.place in harmed and several[each.place] == 1
        bench.tried += not hopeless
        if not hopeless and bench.tried <= MOST_TRIED and bench.accepts([each], before) == set():
            yield each.fixed
        else:
            bench.refused.add(each.name)


def _errors(there: Workspace, findings: Sequence[Finding]) -> _Errors:
    return Counter(
        (each.file, next(_around(_documents(there, each.file), each), (0, None))[0], each.rule)
        for each in findings
        if each.severity is Severity.ERROR and each.rule not in _BROUGHT
    )


def _documents(there: Workspace, file: str) -> Sequence[Document]:
    return there.source(file).documents if file in there.texts else ()


def _together(texts: Texts, proposals: Sequence[_Proposal]) -> dict[str, bytes] | None:
    """The texts that are different with all proposals in them; None when one cannot be made as it is meant."""
    new: dict[str, bytes] = {}
    for name in dict.fromkeys(each.finding.file for each in proposals):
        mine = [each for each in proposals if each.finding.file == name]
        edited = _edited(texts[name], name, mine)
        if edited is None:
            return None
        new[name] = edited
    return new


def _edited(data: bytes, name: str, proposals: Sequence[_Proposal]) -> bytes | None:
    edits: dict[int, list[Edit]] = {}
    for each in proposals:
        if each.edits:
            edits.setdefault(each.document, []).extend(each.edits)
    whole = [FILE_FIXES[each.finding.rule] for each in proposals if not each.edits]
    try:
        return edited(data, name, edits, lambda text: reduce(lambda told, mend: mend(told), whole, text))
    except LookupError:
        return None


def _proposals(there: Workspace, findings: Sequence[Finding], wanted: Collection[str]) -> list[_Proposal]:
    """What fixes say about findings, each place once."""
    places: dict[tuple[str, int], dict[tuple[int, int], list[Path]]] = {}
    found: dict[tuple[str, str, int, Path], _Proposal] = {}
    for finding in findings:
        if finding.file not in wanted or finding.file not in there.texts:
            continue
        if finding.rule in FILE_FIXES:
            proposal = _Proposal(finding, -1)
            found.setdefault(proposal.name, proposal)
        place = Position(finding.line, finding.column)
        for number, document in _around(_documents(there, finding.file), finding):
            kind = kind_of(document)
            mend = kind.rules.fixes.get(finding.rule) if kind else None
            if mend is None:
                continue
            index = places.setdefault((finding.file, number), {}) or _places(document)
            places[finding.file, number] = index
            for path in index.get(place) or index.get(document.start_of(place)) or ():
                name = (finding.file, finding.rule, number, path)
                if path and name not in found:  # a text may have hundreds of findings, and is mended at once
                    found[name] = _Proposal(finding, number, tuple(mend(document.data, path)), path)
    return [each for each in found.values() if each.edits or each.document < 0]


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
