"""`rename`: the next version of a resource under a name of one's choice, for which senders keep the name they know.

Writes files alone. No name of the service can be changed: the old one goes once nobody uses it, with `finish`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from templatesync.commands.asked import Asked, asked, sayable, unknown
from templatesync.commands.copying import copy
from templatesync.commands.file_edits import Draft, EditsResult, Step, ended, few, sound
from templatesync.commands.new_version import add, logical_name, replaced_already, unread
from templatesync.commands.prepare import read_files
from templatesync.kinds import KINDS
from templatesync.model.errors import UsageError
from templatesync.model.resource import Key
from templatesync.project.references import Links
from templatesync.project.workspace import Workspace
from templatesync.validation.check import check


@dataclass(frozen=True, slots=True)
class RenameResult(EditsResult):
    """What was written, and the name by which senders know both."""

    file: str = ""
    replaces: str = ""
    output: str = ""
    copies: tuple[str, ...] = ()


def rename(
    directory: Path,
    old: str,
    new: str,
    *,
    cache: Path | None = None,
    environment: Mapping[str, str] = {},
    dry_run: bool = False,
) -> RenameResult:
    """Copy a resource to the name `new`, marked as what replaces it and known to senders by the name they have."""
    workspace = read_files(directory)
    found = asked(workspace, old)
    there = found if found and found.alive else None
    report = sound(workspace, {entry.document.file for entry in there.alive} if there else (), cache)
    if there is None:
        raise unknown(workspace, old)
    if not new.strip() or not new.isprintable():
        raise UsageError(f"{new!r} cannot be a name")
    if not there.kind.file.name_field:
        raise UsageError(f"{old} has no name that could be another")
    replaced_already(workspace, there, "rename {} NEW")
    _free(workspace, there, new)
    logical = logical_name(workspace, there)
    made = copy(workspace, there.kind, there.alive, new, {"replaces": there.name, "output": logical})
    draft = Draft(workspace, report)
    add(draft, made)
    _refuse(draft, made.file, new)
    leading = _leading(workspace, Key(there.kind.name, there.name))
    result = RenameResult(
        "rename",
        new,
        done=(f"{new} replaces {there.name}, and programs that send know it as {logical}",),
        notes=(*(f"{few(leading)} would still lead to {there.name}" for _ in leading[:1]), *unread(draft, made)),
        next=(
            Step(f"see what it will do; {there.name} stays until {new} is in use", "templatesync plan"),
            Step(f"once {new} is in use", f"templatesync finish {sayable(there.kind.name, logical)}"),
        ),
        file=made.file,
        replaces=there.name,
        output=logical,
        copies=tuple(made.assets),
    )
    draft.check()
    return ended(draft, result, environment, dry_run=dry_run)


def _free(workspace: Workspace, there: Asked, new: str) -> None:
    """Raise UsageError for a name that a file has, be it in a tombstone."""
    for entry in workspace.entries:
        if entry.kind is there.kind and entry.resource.key.name == new:
            where = f"{entry.document.file}, line {entry.document.line}"
            what = "which deletes it" if entry.resource.options.absent else "already"
            raise UsageError(f"the name {new} is taken by {where}, {what}", hint="choose another name")


def _refuse(draft: Draft, file: str, new: str) -> None:
    """Raise UsageError for a name that no resource of the kind can have."""
    unchanged = {each.file: each for each in draft.report.checked}
    for each in check(draft.after, known=unchanged, processes=1).errors:
        if each.file == file:
            where = f" (in {few(each.spaces)})" if each.spaces else ""
            raise UsageError(f"{new:.80} cannot be its name: {each.message}{where} ({each.rule})", hint=each.hint)


def _leading(workspace: Workspace, target: Key) -> list[str]:
    """What leads to a resource, by its symbolic name."""
    links = Links(KINDS)
    found = (
        entry.resource.key
        for entry in workspace.entries
        if entry.refers and target in links.targets(entry.kind, entry.resource.body)
    )
    return sorted({str(key) for key in found})
