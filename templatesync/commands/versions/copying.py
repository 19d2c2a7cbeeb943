"""A copy of a resource under another name: its documents, in all languages or some, and the files that they name.

Comments are kept, and what a file says of its own version alone is left out. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from templatesync.documents.characters import for_one_content
from templatesync.documents.document import Document
from templatesync.documents.edit import changed, set_values
from templatesync.documents.edits import Add, Edit, Remove
from templatesync.documents.yaml_reader import load
from templatesync.kinds.base import Kind
from templatesync.model import paths as model_paths
from templatesync.model.errors import FindingsError, LocalError
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.project.expansion import Entry
from templatesync.project.narrowing import narrowed
from templatesync.project.workspace import Source, Workspace
from templatesync.storage.names import file_name
from templatesync.storage.reading import read_file

_BLOCK = "templatesync"
_OF_THE_OLD = ("adopt", "pinned", "output", "breaks", "samples")
"""What a file says of its own version in that block: of senders that know it, of a change of it, of what was made of
it. A copy that said it, too, would let senders change to it, or not, before anybody has decided that."""

Values = Mapping[model_paths.Path, str]


class Copy(NamedTuple):
    """A file to be written. `source` is the first file that it is copied from, `assets` copies of what it names."""

    file: str
    text: str
    source: str
    assets: Mapping[str, bytes]


def copy(
    workspace: Workspace,
    kind: Kind,
    entries: Sequence[Entry],
    new: str,
    said: Mapping[str, str],
    languages: Collection[str] = (),
) -> Copy:
    """A copy named `new` of the documents of these resources, whose block says `said` besides. With `languages` it has
    these alone. Raises LocalError for a file that is written in a way that cannot be copied.
    """
    owners = {(entry.document.file, entry.document.line): entry for entry in entries}
    first = min(owners)[0]
    target = str(PurePosixPath(first).parent / file_name(new, PurePosixPath(first).suffix))
    assets = _assets(workspace.project.root, list(owners.values()), new)
    paths: dict[model_paths.Path, str] = {(field,): asset.target for field, asset in assets.items()}
    block: dict[model_paths.Path, str] = {(_BLOCK, key): value for key, value in said.items()}
    values: Values = {(kind.file.name_field,): new, **block, **paths}
    text = "---\n".join(
        _copied(workspace.source(file), entry, values, languages)
        for (file, _), entry in sorted(owners.items(), key=itemgetter(0))
    )
    _as_meant(text, target, values)
    return Copy(target, text, first, {asset.target: asset.content for asset in assets.values()})


class _Asset(NamedTuple):
    target: str
    content: bytes


def _assets(root: Path, entries: Sequence[Entry], new: str) -> dict[str, _Asset]:
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


def _copied(source: Source, entry: Entry, values: Values, languages: Collection[str]) -> str:
    """The text of one document of a file with other values, and the comments above it.

    Samples that are unknown are to be written before it can be sent, and a rule that was silenced for the old content
    has something to say of the new one.
    """
    doc = entry.document
    text = source.data.decode("utf-8-sig")
    start, end = doc.span
    before = max((other.span[1] for other in source.documents if other.span[1] <= start), default=0)
    above = [line for line in text[before:start].splitlines() if line.startswith("#")]
    own = text[start:end].replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")
    try:
        own = changed(own, _narrowing(doc, entry.kind, languages))
    except LookupError as error:
        raise _by_hand(f"and leave out the other languages: {error}") from None
    (narrow,) = load(own.encode(), doc.file).documents
    leaving, told = _left_out(doc), [path for path in values if path[0] == _BLOCK and path[-1] != "replaces"]
    edited = set_values(own, {path: value for path, value in values.items() if path not in told})
    try:
        todo = entry.kind.file.todo_samples(narrow.data)
        edited = changed(edited, [*todo, *(Remove((_BLOCK, key)) for key in leaving)])
        edited = changed(edited, [Add((_BLOCK,), str(path[-1]), values[path]) for path in told])
    except LookupError:
        raise _by_hand(f"and leave out {', '.join(leaving)}" if leaving else "") from None
    lines = "\n".join([*above, edited if edited.endswith("\n") else f"{edited}\n"]).splitlines(keepends=True)
    return "".join(line for line in lines if not (line.startswith("#") and for_one_content(line)))


def _left_out(doc: Document) -> list[str]:
    block = doc.data.get(_BLOCK)
    return [key for key in _OF_THE_OLD if isinstance(block, Mapping) and key in block]


def _narrowing(doc: Document, kind: Kind, languages: Collection[str]) -> Sequence[Edit]:
    """The edits that leave a document with some of its languages; none where it has no others."""
    there = doc.data.get("Languages")
    if not languages or not isinstance(there, list) or all(language in languages for language in there):
        return ()
    return narrowed(doc.data, kind, languages)


def _as_meant(text: str, target: str, values: Values) -> None:
    """Read the copy as the next command will. Raises LocalError when an edit did not become what it should."""
    loaded = load(text.encode(), target)
    broken = any(each.severity is Severity.ERROR for each in loaded.findings) or not loaded.documents
    wrong = any(_at(doc.data, path) != value for doc in loaded.documents for path, value in values.items())
    unsaid = [key for key in _OF_THE_OLD if (_BLOCK, key) not in values]
    left = any(_at(doc.data, (_BLOCK, key)) is not None for doc in loaded.documents for key in unsaid)
    if broken or wrong or left:
        raise _by_hand()


def _by_hand(more: str = "") -> LocalError:
    return LocalError("the file is written in a way that cannot be copied", hint=f"copy it by hand {more}".rstrip())


def _at(data: Json, path: model_paths.Path) -> Json:
    for step in path:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data
