"""New files of what was imported: their documents, their names, and the comments that let rules be.

Writes a file where none is, and never over one. Knows no client and nothing of what was asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds import folder_of
from templatesync.kinds.base import Kind, Unparsed
from templatesync.model.finding import Finding
from templatesync.model.json_value import Json, canonical_json
from templatesync.project import workspace
from templatesync.project.assets import ENDING
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
    """

    file: str
    keys: tuple[str, ...]
    original: str = ""
    notes: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()
    unknown_samples: int = 0


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
    merged = _merged(draft.kind, draft.bodies)
    if merged is None and live:
        bodies, lent = _with_samples(draft.kind, draft.bodies)
        merged = _merged(draft.kind, bodies)
        draft.notes += lent if merged is not None else ()
    bodies = [merged] if merged is not None else draft.bodies
    bodies = [draft.kind.file.layout.arrange(body) for body in bodies]
    if draft.named:
        bodies = [_only_in(draft.named, body) for body in bodies]

    def text(stem: str, ignored: Sequence[str]) -> str:
        named = [_naming(body, draft.files, folder, stem) for body in bodies]
        return _text(project, folder, named, draft.header, ignored)

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
            )
    skipped.append(Skipped(draft.name, f"no free file name in {folder}"))
    return None


def unspeakable(project: Project, kind: Kind, unparsed: Unparsed) -> str:
    """Why no file can hold this body, whatever rules it silences."""
    if "${{" in canonical_json(unparsed.body):
        return "a text holds ${{, which a file keeps for variables of its own"
    folder = folder_of(kind.name)
    bodies = [_naming(unparsed.body, unparsed.files, folder, "import")]
    broken = _errors(project, folder, _text(project, folder, bodies, (), ()), unparsed.files)
    if not broken:
        return ""
    left = _errors(project, folder, _text(project, folder, bodies, (), _rules(broken)), unparsed.files)
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
    block = body.get("templatesync")
    said = block.get("samples") if isinstance(block, Mapping) else None
    unknown = said.get("unknown") if isinstance(said, Mapping) else said == "unknown"
    languages = body.get("Languages")
    everything = len(languages) if isinstance(languages, list) else 1
    return len(unknown) if isinstance(unknown, list) else everything if unknown is True else 0


def _only_in(spaces: Sequence[str], body: Mapping[str, Json]) -> Mapping[str, Json]:
    block = body.get("templatesync")
    return {**body, "templatesync": {**(block if isinstance(block, Mapping) else {}), "spaces": list(spaces)}}


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


def _merged(kind: Kind, bodies: Sequence[Mapping[str, Json]]) -> dict[str, Json] | None:
    return merge(bodies, kind.file.localised, kind.file.localised_maps)


def _with_samples(kind: Kind, bodies: Sequence[Mapping[str, Json]]) -> tuple[list[Mapping[str, Json]], tuple[str, ...]]:
    """Bodies of one name, each with the samples of another language where the service told none; and notes on that."""
    filled = [dict(body) for body in bodies]
    notes: list[str] = []
    for name in kind.file.localised_maps:
        lender = next((body for body in bodies if name in body), None)
        for body in filled:
            if lender is not None and name not in body:
                body[name] = lender[name]
                notes.append(f"the service told no {name} of {body['Language']}: this is that of {lender['Language']}")
    return list(filled), tuple(notes)


def file_stem(name: str) -> str:
    """A file name for a resource, without its ending."""
    return file_name(name, "")


def _text(
    project: Project, folder: str, bodies: Sequence[Mapping[str, Json]], header: Sequence[str], ignored: Sequence[str]
) -> str:
    schema = f"schemas/{SCHEMA_FILE}"
    top = []
    if (project.root / schema).is_file():
        top.append(f"yaml-language-server: $schema={'../' * (folder.count('/') + 1)}{schema}")
    silence = [f"templatesync: ignore {' '.join(ignored)}"] if ignored else []
    documents = [
        to_yaml(body, header=[*(top if index == 0 else []), *(header if index == 0 else []), *silence])
        for index, body in enumerate(bodies)
    ]
    return "---\n".join(documents)


def _errors(project: Project, folder: str, text: str, named: Mapping[str, str]) -> tuple[Finding, ...]:
    """What is wrong with a file of this text, called `import`, and with those that it names, were it alone."""
    texts = {_named(folder, "import", index): content.encode() for index, content in enumerate(named.values())}
    return check(workspace.assemble(project, {f"{folder}/import.yaml": text.encode()}, texts)).errors


def _rules(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.rule for finding in findings}))
