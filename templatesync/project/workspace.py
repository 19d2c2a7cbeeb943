"""The files of a project: which there are, what is in them, and what they want. Knows no schema, no rule.

Each file is opened once; everything later works from its bytes, whatever happens on disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from templatesync.documents import yaml_reader
from templatesync.documents.characters import source_lines
from templatesync.documents.document import Document
from templatesync.documents.limits import YamlLimits
from templatesync.model.errors import FindingsError
from templatesync.model.finding import Finding, Severity
from templatesync.project import limits, resource_files
from templatesync.project.assets import (
    ENDING,
    Assets,
    Opener,
    SharedAssets,
    Stream,
    in_memory,
    on_disk,
    path_problem,
    shown,
    streams_in_memory,
    streams_on_disk,
)
from templatesync.project.budget import Budget
from templatesync.project.expansion import Entry, expand, kind_of
from templatesync.project.held_content import hold
from templatesync.project.resource_files import resource_names
from templatesync.project.settings import FILE_NAME, Project
from templatesync.storage.patterns import matching
from templatesync.storage.reading import read_file

_LARGEST_SHOWN = 1 << 24
"""Bytes of a JSON file of which lines are shown beside a finding."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was when it was read: its documents, and the resources that these become, in their order.

    `findings` are what is wrong with its text, with the expansion of its documents and with the text of JSON files that
    it names.
    """

    name: str
    data: bytes
    documents: tuple[Document, ...] = ()
    entries: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Workspace:
    """All files of a project, by name, in their order. `findings` are what is wrong on the way to them.

    A file is parsed when somebody asks for it. `opener` reads the files that these name, `stream` media.
    """

    project: Project
    texts: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()
    opener: Opener = in_memory({})
    stream: Stream = streams_in_memory
    _kept: dict[str, Source] = field(default_factory=dict, compare=False, repr=False)
    _shared: SharedAssets = field(default_factory=SharedAssets, compare=False, repr=False)

    def source(self, name: str) -> Source:
        """A file, parsed once and kept. Raises KeyError for one that is not here."""
        if name not in self._kept:
            self._kept[name] = self.parse(name)
        return self._kept[name]

    def parse(self, name: str) -> Source:
        """A file for once: ten thousand of them with all positions would fill the memory."""
        if name in self._kept:
            return self._kept[name]
        data = self.texts[name]
        loaded = yaml_reader.load(data, name)
        if not resource_files.looks_like_resource(data, loaded):
            return Source(name, data, findings=resource_files.withheld(loaded.findings, name))
        assets, budget = Assets(self.opener, self.stream, self._shared), Budget()
        entries: list[Entry] = []
        found = list(loaded.findings)
        for doc in loaded.documents:
            hold(kind_of(doc), doc, assets)
            expansion = expand(doc, self.project.spaces, budget, assets, self.project.groups)
            entries += expansion.entries
            found += expansion.findings
        return Source(name, data, loaded.documents, tuple(entries), (*found, *assets.findings))

    @property
    def sources(self) -> Iterable[Source]:
        """All files."""
        return map(self.source, self.texts)

    @property
    def entries(self) -> Iterable[Entry]:
        """The resources of all files."""
        return (entry for source in self.sources for entry in source.entries)

    def part(self, names: Iterable[str]) -> Workspace:
        """These files alone, and nothing that is known of them yet: what another process is sent."""
        texts = {name: self.texts[name] for name in names}
        return Workspace(self.project, texts, (), self.opener, self.stream)

    def holding(self, names: Collection[str]) -> Workspace:
        """These files alone, and parsed by now: what they name may change on disk, and may not be read again."""
        kept = {name: self.source(name) for name in self.texts if name in names}
        texts = {name: source.data for name, source in kept.items()}
        return Workspace(self.project, texts, (), self.opener, self.stream, kept)

    def changed(self, texts: Mapping[str, bytes]) -> Workspace:
        """The project as it would be with other texts in some of its files; what is known of the others stays known."""
        kept = {name: source for name, source in self._kept.items() if name not in texts}
        return replace(self, texts={**self.texts, **texts}, _kept=kept)

    def with_texts(self, texts: Mapping[str, bytes]) -> Workspace:
        """The project as it would be with other texts in some of its files, those included that others name."""

        def opener(name: str, limit: int) -> bytes | Finding | None:
            return texts[name] if name in texts else self.opener(name, limit)

        there = self.changed({name: data for name, data in texts.items() if name in self.texts})
        named = texts.keys() - self.texts.keys()
        kept = {name: each for name, each in there._kept.items() if not any(e.named for e in each.entries)}
        shared = SharedAssets(self._shared.media)
        return replace(there, opener=opener, _kept=kept if named else there._kept, _shared=shared)

    def refusal(self, findings: Sequence[Finding]) -> FindingsError:
        """The error that ends a command which cannot do with these findings."""
        return FindingsError(findings, lines=self.lines(findings))

    def lines(self, findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
        """The lines of the files that findings are about, by file, as far as there are any."""
        found = {name: self._bytes(name) for name in dict.fromkeys(finding.file for finding in findings)}
        return {name: tuple(source_lines(data)) for name, data in found.items() if data is not None}

    def _bytes(self, name: str) -> bytes | None:
        if name in self.texts:
            return self.texts[name] if resource_files.may_be_shown(self.texts[name], name) else None
        if not name.lower().endswith(ENDING) or path_problem(name):
            return None
        data = self.opener(name, _LARGEST_SHOWN)
        return data if isinstance(data, bytes) and shown(data) else None


def read(project: Project, extra: Sequence[str] = ()) -> Workspace:
    """Everything the project includes, and the files named in `extra` (relative to the root, with `/`) besides."""
    names, findings = matching(project.root, project.include)
    names, others = resource_names(project.root, {*names, *extra})
    findings += others
    limit = YamlLimits().size
    texts: dict[str, bytes] = {}
    root = str(project.root)
    size = 0
    for name in names:
        data = read_file(f"{root}/{name}", name, limit)
        if isinstance(data, Finding):
            findings.append(data)
            continue
        texts[name] = data
        size += len(data)
        if size > limits.MOST_BYTES or len(texts) > limits.MOST_FILES:
            most = f"{limits.MOST_FILES:,} resource files, or {limits.MOST_BYTES:,} bytes in them together"
            message = f"the project has more than {most}; from {name} on they are not read"
            hint = "narrow `include`, or split the project"
            findings.append(Finding("project-limit", Severity.ERROR, message, FILE_NAME, hint=hint))
            del texts[name]
            break
    return Workspace(project, texts, tuple(findings), on_disk(project.root), streams_on_disk(project.root))


def assemble(project: Project, texts: Mapping[str, bytes], named: Mapping[str, bytes] | None = None) -> Workspace:
    """A workspace of files that are in memory, by name; `named` are the JSON files that they name."""
    return Workspace(project, texts, opener=in_memory(named or {}))
