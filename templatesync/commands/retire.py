"""`retire`: make the file of a resource, or of one language of it, a tombstone. Writes files alone.

What programs could not do without is refused, as far as files tell; what is live, the plan looks at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from templatesync.commands.new_version import logical_name
from templatesync.commands.prepare import read_files
from templatesync.commands.versions.asked import Asked, asked, chain_of, sayable, unknown, wanted_by_space
from templatesync.commands.versions.file_edits import Draft, EditsResult, Step, ended, sound
from templatesync.commands.versions.tombstones import Wanted, keeping_name, refuse, tombstones, unnamed
from templatesync.documents.edit.whole import Revision
from templatesync.project.expansion import Entry
from templatesync.project.workspace import Workspace


def retire(
    directory: Path,
    said: str,
    *,
    allow_breaking: bool = False,
    cache: Path | None = None,
    environment: Mapping[str, str] = {},
    dry_run: bool = False,
) -> EditsResult:
    """Write the tombstone of a resource, given its name or key, or of one of its languages, as NAME@LANGUAGE."""
    workspace = read_files(directory)
    found = asked(workspace, said, language=True)
    report = sound(workspace, {entry.document.file for entry in found.entries} if found else (), cache)
    if found is None:
        raise unknown(workspace, said)
    if not found.alive:
        return _already(found)
    wanted = wanted_by_space(workspace)
    going = _with_same_documents(found)
    needed = refuse(workspace, wanted, going, allow_breaking=allow_breaking)
    logical = sayable(found.kind.name, logical_name(workspace, found))
    draft = Draft(workspace, report)
    draft.revise({**_kept_name(workspace, found, wanted), **tombstones(workspace, going, needed, logical)})
    result = EditsResult(
        "retire",
        found.shown,
        done=(f"{found.shown} is marked as absent",),
        notes=(*_notes(workspace, found, bool(needed)), *unnamed(workspace, going)),
        next=(
            Step("see what it will delete, and what that waits for", "templatesync plan"),
            Step("once an apply has deleted it, take the tombstone out", f"templatesync finish {logical}"),
        ),
    )
    draft.check()
    return ended(draft, result, environment, dry_run=dry_run)


def _already(found: Asked) -> EditsResult:
    entry = found.entries[0]
    where = f"{entry.document.file}, line {entry.document.line}"
    done = f"{found.shown} is marked as absent already, in {where}; nothing was written"
    return EditsResult(
        "retire", found.shown, done=(done,), next=(Step("see what it will delete", "templatesync plan"),)
    )


def _with_same_documents(found: Asked) -> Sequence[Entry]:
    """What is to go, once for each document and language, in all spaces of the document."""
    several: dict[tuple[str, int, str], Entry] = {}
    for entry in found.alive:
        at = (entry.document.file, entry.document.line, entry.resource.key.language)
        before = several.get(at)
        several[at] = entry if before is None else replace(before, spaces=(*before.spaces, *entry.spaces))
    return [*several.values()]


def _kept_name(workspace: Workspace, found: Asked, wanted: Wanted) -> dict[tuple[str, int], Revision]:
    """Where the name by which senders know a chain stands in what is to go: the newest that stays says it."""
    if found.language:
        return {}
    for here in wanted.values():
        names = chain_of(here, found.kind.name, found.name)
        if not names.output or not any(entry.resource.options.output for entry in found.alive):
            continue
        for name in reversed(names.names):
            mine = [
                entry
                for entry in workspace.entries
                if (entry.kind, entry.resource.key.name) == (found.kind, name) and not entry.resource.options.absent
            ]
            if name != found.name and mine:
                return keeping_name(mine, names.output, workspace)
    return {}


def _notes(workspace: Workspace, found: Asked, broken: bool) -> list[str]:
    here = [
        entry
        for entry in workspace.entries
        if (entry.kind, entry.resource.key.name) == (found.kind, found.name) and not entry.resource.options.absent
    ]
    others = sorted({entry.resource.key.language for entry in here} - {found.language}) if found.language else []
    notes = []
    if others:
        notes.append(f"only {found.language} goes: the name {found.name} stays in use for {', '.join(others)}")
    elif found.kind.policy.deletion is not None:
        notes.append(found.kind.policy.deletion.text)
    if broken:
        notes.append("its tombstone says by `breaks` that this is meant")
    return notes
