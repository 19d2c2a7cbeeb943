"""`new-version`: copy a resource's file to the next free name, marked as what replaces it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from templatesync.commands.common import read_files
from templatesync.document import set_values
from templatesync.errors import FindingsError, UsageError
from templatesync.files import file_name
from templatesync.output import create_file
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
        (entry.document.file, entry.document.line): entry
        for entry in workspace.entries
        if entry.resource.key.name == name and not entry.resource.options.absent
    }
    if not owners:
        if workspace.findings:
            raise FindingsError(workspace.findings, f"no readable file has the name {name}")
        raise UsageError(f"no file has the name {name}", hint="`templatesync validate` lists the files")
    sources = {source.name: source for source in workspace.sources}
    taken = {entry.resource.key.name for entry in workspace.entries}
    new = next_name(name, taken)
    texts = [_document(sources[file], line, new, name) for file, line in sorted(owners)]
    folder = PurePosixPath(min(owners)[0]).parent
    target = str(folder / file_name(new, ".yaml"))
    if not create_file(workspace.project.root / target, "---\n".join(texts)):
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


def _document(source: Source, line: int, new: str, old: str) -> str:
    """The text of one document of a file, renamed; with what stands above it, if it is the only one."""
    text = source.data.decode("utf-8-sig").replace("\r\n", "\n")
    index = next(number for number, doc in enumerate(source.documents) if doc.line == line)
    edited = set_values(text, index, {("Name",): new, ("templatesync", "replaces"): old})
    if len(source.documents) == 1:
        return edited
    parts = re.split(r"(?m)^---[ \t]*\n", edited)
    # A file may begin with a marker, in front of which there is nothing but comments.
    bodies = [part for part in parts if any(row.strip() and not row.startswith("#") for row in part.splitlines())]
    return bodies[index]
