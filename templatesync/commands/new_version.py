"""`new-version`: copy a resource's file to the next free name, marked as what replaces it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from templatesync import check
from templatesync.commands.common import read_files
from templatesync.document import Document, load
from templatesync.edit import set_values
from templatesync.errors import FindingsError, LocalError, UsageError
from templatesync.files import file_name
from templatesync.output import create_file
from templatesync.values import Severity
from templatesync.workspace import Source


@dataclass(frozen=True, slots=True)
class Result:
    """The new file, relative to the project, and the new name."""

    file: str
    name: str
    replaces: str


def new_version(directory: Path, name: str) -> Result:
    """Write the next version of `name` beside its file. Comments are kept; nothing is overwritten."""
    workspace = read_files(directory)
    owners = {
        (entry.document.file, entry.document.line): entry.document
        for entry in workspace.entries
        if entry.kind.name_field == "Name" and entry.resource.key.name == name and not entry.resource.options.absent
    }
    files = {file for file, _ in owners}
    errors = [finding for finding in check.check(workspace).errors if not files or finding.file in files]
    if errors:
        raise FindingsError(errors)
    if not owners:
        raise UsageError(f"no file has the name {name}", hint="`templatesync validate` lists the files")
    for entry in workspace.entries:
        if entry.resource.options.replaces == name and not entry.resource.options.absent:
            successor = entry.resource.key.name
            hint = f"run `templatesync new-version {successor}`"
            raise UsageError(f"{successor} replaces {name} already", hint=hint)
    sources = {source.name: source for source in workspace.sources}
    taken = {entry.resource.key.name for entry in workspace.entries}
    new = next_name(name, taken)
    text = "---\n".join(_copy(sources[file], owners[file, line], new, name) for file, line in sorted(owners))
    folder = PurePosixPath(min(owners)[0]).parent
    target = str(folder / file_name(new, ".yaml"))
    _as_meant(text, target, new, name)
    if not create_file(workspace.project.root, target, text):
        raise UsageError(f"{target} is there already", hint="nothing was overwritten")
    return Result(target, new, name)


def next_name(name: str, taken: Collection[str]) -> str:
    """`shop_hello` becomes `shop_hello_v2`, then `shop_hello_v3`."""
    match = re.fullmatch(r"(.*)_v([0-9]{1,6})", name)
    stem, number = (match[1], int(match[2])) if match else (name, 1)
    while True:
        number += 1
        candidate = f"{stem}_v{number}"
        if candidate not in taken:
            return candidate


def _copy(source: Source, doc: Document, new: str, old: str) -> str:
    """The text of one document of a file, renamed, with the comments above it."""
    text = source.data.decode("utf-8-sig")
    start, end = doc.span
    before = max((other.span[1] for other in source.documents if other.span[1] <= start), default=0)
    above = [line for line in text[before:start].splitlines() if line.startswith("#")]
    own = text[start:end].replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")
    edited = set_values(own, {("Name",): new, ("templatesync", "replaces"): old})
    return "\n".join([*above, edited if edited.endswith("\n") else f"{edited}\n"])


def _as_meant(text: str, target: str, new: str, old: str) -> None:
    """Read the copy as the next command will. Raises LocalError when an edit did not become what it should."""
    loaded = load(text.encode(), target)
    said = [(doc.data.get("Name"), doc.data.get("templatesync", {}).get("replaces")) for doc in loaded.documents]
    if not said or set(said) != {(new, old)} or any(each.severity is Severity.ERROR for each in loaded.findings):
        raise LocalError(f"{old} is written in a way that cannot be copied", hint="copy its file by hand")
