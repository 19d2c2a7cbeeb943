"""`new-version`: copy a resource's file to the next free name, marked as what replaces it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path, PurePosixPath

from templatesync.commands.prepare import read_files
from templatesync.documents.document import Document
from templatesync.documents.edit import changed, set_values
from templatesync.documents.edits import Remove
from templatesync.documents.yaml_reader import load
from templatesync.model import paths as model_paths
from templatesync.model.errors import FindingsError, LocalError, UsageError
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.model.nearest import nearest
from templatesync.model.resource import Key
from templatesync.project.expansion import Entry
from templatesync.project.workspace import Source, Workspace
from templatesync.storage.names import file_name
from templatesync.storage.reading import read_file
from templatesync.storage.writing import create_file
from templatesync.validation.check import check

_NAMES_SHOWN = 8
_BLOCK = "templatesync"
_OF_THE_OLD = ("adopt", "pinned", "output", "breaks", "samples")
"""What a file says of its own version in that block: of senders that know it, of a change of it, of what was made of
it. A copy that said it, too, would let senders change to it, or not, before anybody has decided that."""


@dataclass(frozen=True, slots=True)
class NewVersionResult:
    """The new file, relative to the project, and the new name."""

    file: str
    name: str
    replaces: str
    copies: tuple[str, ...] = ()
    """Copies of the files that it names."""


def new_version(directory: Path, asked: str, *, cache: Path | None = None) -> NewVersionResult:
    """Write the next version of a resource, given its name or key, beside its file, and copies of what the file names.

    Comments are kept, and what the file says of its own version alone is left out; nothing is overwritten.
    """
    workspace = read_files(directory)
    found = [entry for entry in workspace.entries if _is(entry, asked)]
    kinds = {entry.kind.name: entry.kind for entry in found}
    if len(kinds) > 1:
        keys = " or ".join(sorted(str(Key(kind, asked)) for kind in kinds))
        raise UsageError(f"several resources have the name {asked}", hint=f"say {keys}")
    name = found[0].resource.key.name if found else asked
    owners = {(entry.document.file, entry.document.line): entry for entry in found}
    report = check(workspace, cache=cache)
    concerned = report.with_named({file for file, _ in owners})
    errors = [finding for finding in report.errors if not owners or finding.file in concerned]
    if errors:
        raise workspace.refusal(errors)
    if not owners:
        raise UsageError(f"no file has the name {name}", hint=_names(name, workspace))
    (kind,) = kinds.values()
    for entry in workspace.entries:
        if entry.kind is kind and entry.resource.options.replaces == name and not entry.resource.options.absent:
            successor = entry.resource.key.name
            hint = f"run `templatesync new-version {successor}`"
            raise UsageError(f"{successor} replaces {name} already", hint=hint)
    taken = {entry.resource.key.name for entry in workspace.entries}
    new = next_name(name, taken)
    folder = PurePosixPath(min(owners)[0]).parent
    target = str(folder / file_name(new, ".yaml"))
    copies = _copies(workspace.project.root, list(owners.values()), new)
    paths: dict[model_paths.Path, str] = {(field,): copy.target for field, copy in copies.items()}
    values: dict[model_paths.Path, str] = {(kind.file.name_field,): new, (_BLOCK, "replaces"): name, **paths}
    text = "---\n".join(
        _copy(workspace.source(file), entry.document, values)
        for (file, _), entry in sorted(owners.items(), key=itemgetter(0))
    )
    _as_meant(text, target, values)
    _create(workspace.project.root, {**{copy.target: copy.content for copy in copies.values()}, target: text})
    return NewVersionResult(target, new, name, tuple(copy.target for copy in copies.values()))


def _is(entry: Entry, asked: str) -> bool:
    key = entry.resource.key
    named = bool(entry.kind.file.name_field) and asked in (key.name, str(Key(key.kind, key.name)))
    return named and not entry.resource.options.absent


@dataclass(frozen=True, slots=True)
class _Asset:
    target: str
    content: bytes


def _copies(root: Path, entries: Sequence[Entry], new: str) -> dict[str, _Asset]:
    """Copies of the files that fields of the resource name, by field: the old version keeps its own."""
    found: dict[str, _Asset] = {}
    for entry in entries:
        for field, asset in entry.assets.items():
            content = read_file(root / asset.file, asset.file, entry.kind.file.files[field].limit)
            if isinstance(content, Finding):
                raise FindingsError([content])
            ending = PurePosixPath(asset.file).suffix
            found[field] = _Asset(str(PurePosixPath(asset.file).parent / file_name(new, ending)), content)
    return found


def _names(asked: str, workspace: Workspace) -> str:
    """What to ask for instead of a name that no file has."""
    names = sorted({entry.resource.key.name for entry in workspace.entries if not entry.resource.options.absent})
    if near := nearest(asked.rpartition("/")[2], names):
        return f"did you mean {near}?"
    more = ", …" if len(names) > _NAMES_SHOWN else ""
    return f"there are: {', '.join(names[:_NAMES_SHOWN])}{more}" if names else "write its file first"


def _create(root: Path, contents: Mapping[str, str | bytes]) -> None:
    """Write files that are not there yet, or none of them."""
    for name in contents:
        if os.path.lexists(root / name):
            raise UsageError(f"{name} is there already", hint="nothing was written")
    made: list[str] = []
    for name, content in contents.items():
        if not create_file(root, name, content):
            for each in made:
                (root / each).unlink(missing_ok=True)
            raise UsageError(f"{name} is there already", hint="nothing was overwritten")
        made.append(name)


def next_name(name: str, taken: Collection[str]) -> str:
    """`shop_hello` becomes `shop_hello_v2`, then `shop_hello_v3`."""
    match = re.fullmatch(r"(.*)_v([0-9]{1,6})", name)
    stem, number = (match[1], int(match[2])) if match else (name, 1)
    while True:
        number += 1
        candidate = f"{stem}_v{number}"
        if candidate not in taken:
            return candidate


def _copy(source: Source, doc: Document, values: Mapping[model_paths.Path, str]) -> str:
    """The text of one document of a file with other values, and the comments above it."""
    text = source.data.decode("utf-8-sig")
    start, end = doc.span
    before = max((other.span[1] for other in source.documents if other.span[1] <= start), default=0)
    above = [line for line in text[before:start].splitlines() if line.startswith("#")]
    own = text[start:end].replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")
    edited = set_values(own, values)
    block = doc.data.get(_BLOCK)
    left_out = [key for key in _OF_THE_OLD if isinstance(block, Mapping) and key in block]
    if left_out:
        try:
            edited = changed(edited, [Remove((_BLOCK, key)) for key in left_out])
        except LookupError:
            raise _by_hand(f"and leave out {', '.join(left_out)}") from None
    return "\n".join([*above, edited if edited.endswith("\n") else f"{edited}\n"])


def _as_meant(text: str, target: str, values: Mapping[model_paths.Path, str]) -> None:
    """Read the copy as the next command will. Raises LocalError when an edit did not become what it should."""
    loaded = load(text.encode(), target)
    broken = any(each.severity is Severity.ERROR for each in loaded.findings) or not loaded.documents
    wrong = any(_at(doc.data, path) != value for doc in loaded.documents for path, value in values.items())
    left = any(_at(doc.data, (_BLOCK, key)) is not None for doc in loaded.documents for key in _OF_THE_OLD)
    if broken or wrong or left:
        raise _by_hand()


def _by_hand(more: str = "") -> LocalError:
    return LocalError("the file is written in a way that cannot be copied", hint=f"copy it by hand {more}".rstrip())


def _at(data: Json, path: model_paths.Path) -> Json:
    for step in path:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data
