"""The files of a project, read once: which there are, what is in them, and what they want. Knows no schema, no rule.

Everything later works from this, whatever happens on disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from templatesync.documents import yaml_reader
from templatesync.documents.characters import source_lines
from templatesync.documents.document import Document
from templatesync.documents.limits import Limits
from templatesync.model.errors import FindingsError
from templatesync.model.finding import Finding
from templatesync.model.resource import Key, Resource
from templatesync.project.assets import (
    Assets,
    Opener,
    Stream,
    in_memory,
    on_disk,
    streams_on_disk,
)
from templatesync.project.expansion import Budget, Entry, expand
from templatesync.project.settings import Project
from templatesync.storage.patterns import matching
from templatesync.storage.reading import read_file


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was when it was read; everything later works from this, whatever happens on disk."""

    name: str
    data: bytes
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Workspace:
    """All files of a project, read once. `findings` are what is wrong with the text of files and their expansion.

    `named` are the files that resource files name.
    """

    project: Project
    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    named: tuple[Source, ...] = ()

    def refusal(self, findings: Sequence[Finding]) -> FindingsError:
        """The error that ends a command which cannot do with these findings."""
        broken = {finding.file for finding in findings}
        there = (*self.sources, *self.named)
        lines = {each.name: tuple(source_lines(each.data)) for each in there if each.name in broken}
        return FindingsError(findings, lines=lines)

    def resources(self, space: str) -> dict[Key, Resource]:
        """What the files want in a space. The first of several resources under one key; rules tell of the others."""
        wanted: dict[Key, Resource] = {}
        for entry in self.entries:
            if space in entry.spaces:
                wanted.setdefault(entry.resource.key, entry.resource)
        return wanted


def read(project: Project, extra: Sequence[str] = ()) -> Workspace:
    """Everything the project includes, and the files named in `extra` (relative to the root, with `/`) besides."""
    names, findings = matching(project.root, project.include)
    limit = Limits().size
    texts: dict[str, bytes] = {}
    for name in sorted({*names, *extra}):
        data = read_file(project.root / name, name, limit)
        if isinstance(data, Finding):
            findings.append(data)
        else:
            texts[name] = data
    return assemble(project, texts, findings, on_disk(project.root), streams_on_disk(project.root))


def assemble(
    project: Project,
    texts: Mapping[str, bytes],
    findings: Sequence[Finding] = (),
    opener: Opener = in_memory({}),
    stream: Stream = lambda name: None,
) -> Workspace:
    """A workspace of files that are in memory, by name. `opener` reads the files that they name, `stream` media."""
    assets = Assets(opener, stream)
    sources: list[Source] = []
    entries: list[Entry] = []
    found = list(findings)
    for name, data in texts.items():
        loaded = yaml_reader.load(data, name)
        found += loaded.findings
        sources.append(Source(name, data, loaded.documents))
        budget = Budget()
        for doc in loaded.documents:
            expansion = expand(doc, project.spaces, budget, assets)
            entries += expansion.entries
            found += expansion.findings
    named = tuple(Source(name, data) for name, data in assets.texts.items())
    return Workspace(project, tuple(sources), tuple(entries), (*found, *assets.findings), named)
