"""New files of what was imported: their documents, their names, and the comments that let rules be.

Writes a file where none is, and never over one. Knows no client and nothing of what was asked for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds import folder_of
from templatesync.kinds.base import Kind, Unparsed
from templatesync.model.finding import Finding
from templatesync.model.json_value import Json, canonical_json
from templatesync.model.unknown_samples import BLOCK, FIELD, mark, unknown_languages
from templatesync.project import workspace
from templatesync.project.assets import ENDING
from templatesync.project.held_content import digest
from templatesync.project.languages import merge
from templatesync.project.settings import Project
from templatesync.storage.names import file_name
from templatesync.storage.writing import create_file
from templatesync.validation.check import check

SCHEMA_FILE = "resource.schema.json"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A new file: what is in it, what it was called before, and what a person should know.

    `spaces` are those that it names, none for all; `unknown_samples` counts its resources of which the service told no
    sample.
    `ignored` are the rules that what is live breaks, which a comment silences until its content changes.
    """

    file: str
    keys: tuple[str, ...]
    original: str = ""
    notes: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()
    unknown_samples: int = 0
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """What no file was written for, and why. `fault` says that it could not be expressed or read; `a_list` that the key
    is that of a kind, whose list is not whole; `spaces` where it is so, of those that were read."""

    key: str
    reason: str
    fault: bool = True
    a_list: bool = False
    spaces: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """A file that is about to be written. `files` are the texts of those that its only body names, by field."""

    kind: Kind
    name: str
    bodies: list[Mapping[str, Json]]
    keys: list[str]
    files: Mapping[str, str] = field(default_factory=dict)
    header: list[str] = field(default_factory=list)
    original: str = ""
    notes: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()
    """Those in which it lives; `named` are those that the file must name, for it is not right for all."""
    named: tuple[str, ...] = ()


def write(project: Project, draft: Draft, live: bool, skipped: list[Skipped]) -> WrittenFile | None:
    """Put a draft on disk under a free name, with comments that silence the rules it breaks as it lives."""
    folder = folder_of(draft.kind.name)
    bodies = _documents(draft.kind, draft.bodies, live=live)
    bodies = [draft.kind.file.layout.arrange(body) for body in bodies]
    if draft.named:
        bodies = [_only_in(draft.named, body) for body in bodies]

    def text(stem: str, ignored: Sequence[str]) -> str:
        named = [_naming(body, draft.files, folder, stem) for body in bodies]
        return _text(project, draft.kind, folder, named, draft.files, draft.header, ignored)

    # What is live was accepted once: a rule that it breaks is told to let it be. What comes from elsewhere was not.
    ignored = _rules(_errors(project, folder, text("import", ()), draft.files)) if live else ()
    for stem in _stems(draft):
        if _put(project.root, folder, stem, text(stem, ignored), draft.files):
            return WrittenFile(
                f"{folder}/{stem}.yaml",
                tuple(draft.keys),
                draft.original,
                draft.notes,
                draft.named,
                sum(map(_unknown_samples, bodies)),
                tuple(ignored),
            )
    skipped.append(Skipped(draft.name, f"no free file name in {folder}"))
    return None


def unspeakable(project: Project, kind: Kind, unparsed: Unparsed, spaces: Sequence[str]) -> str:
    """Why no file of these spaces can hold this body, whatever rules it silences."""
    if "${{" in canonical_json(unparsed.body):
        return "a text holds ${{, which a file keeps for variables of its own"
    folder = folder_of(kind.name)
    documents = _documents(kind, [_only_in(spaces, unparsed.body)], live=True)
    bodies = [_naming(body, unparsed.files, folder, "import") for body in documents]

    def errors(ignored: Sequence[str]) -> tuple[Finding, ...]:
        return _errors(
            project, folder, _text(project, kind, folder, bodies, unparsed.files, (), ignored), unparsed.files
        )

    broken = errors(())
    left = errors(_rules(broken)) if broken else ()
    return f"no file can hold it: {left[0].message}" if left else ""


def _stems(draft: Draft) -> Iterator[str]:
    """Names for its file, the best first: its own, with its spaces, with a number."""
    first = file_stem(draft.name)
    yield first
    if draft.named:
        yield file_stem("-".join((draft.name, *draft.named)))
    for number in range(2, 1000):
        yield f"{first}-{number}"


def _unknown_samples(body: Mapping[str, Json]) -> int:
    """How many resources of a document say that their samples are unknown."""
    block = body.get(BLOCK)
    said = block.get(FIELD) if isinstance(block, Mapping) else None
    return len(unknown_languages(said, body.get("Languages") or [body.get("Language")]))


def _only_in(spaces: Sequence[str], body: Mapping[str, Json]) -> Mapping[str, Json]:
    return _with_option(body, "spaces", list(spaces))


def _put(root: Path, folder: str, stem: str, text: str, named: Mapping[str, str]) -> bool:
    """Write a file and those that it names, or none of them when a name is taken."""
    texts = {_named(folder, stem, index): content for index, content in enumerate(named.values())}
    texts[f"{folder}/{stem}.yaml"] = text
    if any(os.path.lexists(root / name) for name in texts):
        return False
    made: list[str] = []
    for name, content in texts.items():
        if not create_file(root, name, content):
            for each in made:
                (root / each).unlink(missing_ok=True)
            return False
        made.append(name)
    return True


def _naming(body: Mapping[str, Json], named: Mapping[str, str], folder: str, stem: str) -> Mapping[str, Json]:
    """The body with the paths of the files that are written beside its own."""
    return {**body, **{name: _named(folder, stem, index) for index, name in enumerate(named)}}


def _named(folder: str, stem: str, index: int) -> str:
    return f"{folder}/{stem}{f'-{index + 1}' if index else ''}{ENDING}"


def _documents(kind: Kind, bodies: Sequence[Mapping[str, Json]], *, live: bool) -> list[Mapping[str, Json]]:
    """The documents for all languages of a name: one, where their structure is the same. What is live may lack samples
    that the service did not tell, and says so; those of another language are none of it."""
    unknown = [kind.file.identify(body).language for body in bodies if live and kind.file.lacks_samples(body)]
    merged = merge(bodies, kind.file.localised, kind.file.localised_maps, kind.file.is_sample, unknown)
    if merged is not None:
        return [_marked(merged, unknown, merged["Languages"])]
    languages = [kind.file.identify(body).language for body in bodies]
    return [
        _marked(body, [language] if language in unknown else [], [language])
        for language, body in zip(languages, bodies, strict=True)
    ]


def _marked(body: Mapping[str, Json], unknown: Sequence[str], languages: Sequence[str]) -> Mapping[str, Json]:
    return _with_option(body, FIELD, mark(unknown, languages)) if unknown else body


def _with_option(body: Mapping[str, Json], name: str, value: Json) -> Mapping[str, Json]:
    block = body.get(BLOCK)
    return {**body, BLOCK: {**(block if isinstance(block, Mapping) else {}), name: value}}


def file_stem(name: str) -> str:
    """A file name for a resource, without its ending."""
    return file_name(name, "")


def _text(
    project: Project,
    kind: Kind,
    folder: str,
    bodies: Sequence[Mapping[str, Json]],
    files: Mapping[str, str],
    header: Sequence[str],
    ignored: Sequence[str],
) -> str:
    """The text of a file. Its comments silence rules for the content that it has now, and for no other one."""
    schema = f"schemas/{SCHEMA_FILE}"
    top = []
    if (project.root / schema).is_file():
        top.append(f"yaml-language-server: $schema={'../' * (folder.count('/') + 1)}{schema}")
    named = {name: json.loads(text) for name, text in files.items()} if ignored else {}
    documents = []
    for index, body in enumerate(bodies):
        silence = [f"templatesync: ignore {' '.join(ignored)} while {digest(kind, body, named)}"] if ignored else []
        documents.append(
            to_yaml(body, header=[*(top if index == 0 else []), *(header if index == 0 else []), *silence])
        )
    return "---\n".join(documents)


def _errors(project: Project, folder: str, text: str, named: Mapping[str, str]) -> tuple[Finding, ...]:
    """What is wrong with a file of this text, called `import`, and with those that it names, were it alone."""
    texts = {_named(folder, "import", index): content.encode() for index, content in enumerate(named.values())}
    return check(workspace.assemble(project, {f"{folder}/import.yaml": text.encode()}, texts)).errors


def _rules(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.rule for finding in findings}))
