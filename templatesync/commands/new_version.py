"""`new-version`: copy a resource's file to the next free name, marked as what replaces it. Writes files alone."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from templatesync.commands.prepare import read_files
from templatesync.commands.versions.asked import Asked, asked, chain_of, sayable, unknown, wanted_by_space
from templatesync.commands.versions.copying import Copy, copy
from templatesync.commands.versions.file_edits import Draft, EditsResult, Step, ended, sound
from templatesync.model.errors import UsageError
from templatesync.project.settings import FILE_NAME
from templatesync.project.workspace import Workspace
from templatesync.storage.patterns import named


@dataclass(frozen=True, slots=True)
class NewVersionResult(EditsResult):
    """What was written, the new file, and what it replaces. `copies` are those of the files that it names."""

    file: str = ""
    replaces: str = ""
    languages: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


def new_version(
    directory: Path,
    said: str,
    languages: Sequence[str] = (),
    *,
    cache: Path | None = None,
    environment: Mapping[str, str] = {},
    dry_run: bool = False,
) -> NewVersionResult:
    """Write the next version of a resource, given its name or key, beside its file, and copies of what the file names.

    With `languages` it has these alone, and senders of the others stay with the old version. Nothing is overwritten.
    """
    workspace = read_files(directory)
    found = asked(workspace, said)
    there = found if found and found.alive else None
    report = sound(workspace, {entry.document.file for entry in there.alive} if there else (), cache)
    if there is None:
        raise unknown(workspace, said)
    replaced_already(workspace, there, "new-version {}", languages)
    chosen = _chosen(there, languages)
    new = next_name(there.name, {entry.resource.key.name for entry in workspace.entries})
    entries = [entry for entry in there.alive if not chosen or entry.resource.key.language in chosen]
    made = copy(workspace, there.kind, entries, new, {"replaces": there.name}, chosen)
    draft = Draft(workspace, report)
    add(draft, made)
    kept = sorted({entry.resource.key.language for entry in there.alive} - {*chosen}) if chosen else []
    result = NewVersionResult(
        "new-version",
        new,
        done=(f"{new} replaces {there.name}{' in ' * bool(chosen)}{', '.join(chosen)}",),
        notes=(*(f"senders of {', '.join(kept)} stay with {there.name}" for _ in kept[:1]), *unread(draft, made)),
        next=_next(workspace, there, new, made),
        file=made.file,
        replaces=there.name,
        languages=tuple(chosen or sorted({entry.resource.key.language for entry in there.alive} - {""})),
        copies=tuple(made.assets),
    )
    return ended(draft, result, environment, dry_run=dry_run)


def add(draft: Draft, made: Copy) -> None:
    """Take a copy into what is to be written. Raises UsageError when its place is taken: nothing is overwritten."""
    if os.path.lexists(draft.files.project.root / made.file):
        raise UsageError(f"{made.file} is there already", hint="nothing was written")
    draft.texts[made.file] = made.text.encode()
    draft.sources[made.file] = made.source
    draft.assets |= made.assets


def unread(draft: Draft, made: Copy) -> tuple[str, ...]:
    """A note where the project would not read a copy: it may name its files one by one."""
    if named([made.file], draft.files.project.include):
        return ()
    return (f"`include` in {FILE_NAME} does not name {made.file}: add it there, for nothing reads it else",)


def _next(workspace: Workspace, there: Asked, new: str, made: Copy) -> tuple[Step, ...]:
    logical = logical_name(workspace, there)
    return (
        Step(f"change what is new in {made.file}, and put the old file back as it was if you had edited it"),
        Step("see what it will do", "templatesync plan"),
        Step(
            f"once {new} is in use in every language; {there.name} stays until then",
            f"templatesync finish {sayable(there.kind.name, logical)}",
        ),
    )


def logical_name(workspace: Workspace, there: Asked) -> str:
    """The name by which senders know something, in the spaces in which it is wanted: the first that has one."""
    for wanted in wanted_by_space(workspace).values():
        if any((key.kind, key.name) == (there.kind.name, there.name) for key in wanted):
            return chain_of(wanted, there.kind.name, there.name).logical
    return there.name


def replaced_already(workspace: Workspace, there: Asked, command: str, languages: Sequence[str] = ()) -> None:
    """Raise UsageError when something has taken its place: a version has one successor."""
    for entry in workspace.entries:
        options = entry.resource.options
        if entry.kind is there.kind and options.replaces == there.name and not options.absent:
            successor = entry.resource.key.name
            hint = f"run `templatesync {command.format(sayable(there.kind.name, successor))}`"
            if languages:
                hint = f"write {', '.join(languages)} into the file of {successor}, {entry.document.file}"
            raise UsageError(f"{successor} replaces {there.name} already", hint=hint)


def _chosen(there: Asked, languages: Sequence[str]) -> list[str]:
    """The languages that are asked for, in the order of the files; none when that is all."""
    if not languages:
        return []
    known = list(dict.fromkeys(entry.resource.key.language for entry in there.alive))
    if known == [""]:
        raise UsageError(f"{there.name} has no languages: --language is for templates")
    for language in languages:
        if language not in known:
            raise UsageError(f"{there.name} has no language {language}", hint=f"it has {', '.join(known)}")
    return [language for language in known if language in languages]


def next_name(name: str, taken: Collection[str]) -> str:
    """`shop_hello` becomes `shop_hello_v2`, then `shop_hello_v3`."""
    match = re.fullmatch(r"(.*)_v([0-9]{1,6})", name)
    stem, number = (match[1], int(match[2])) if match else (name, 1)
    while True:
        number += 1
        candidate = f"{stem}_v{number}"
        if candidate not in taken:
            return candidate
