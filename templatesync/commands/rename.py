"""`rename`: the next version of a resource under a name of one's choice, for which senders keep the name they know.

Writes files alone. No name of the service can be changed: the old one goes once nobody uses it, with `finish`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from templatesync.commands.new_version import add, logical_name, next_name, replaced_already, unread
from templatesync.commands.prepare import read_files
from templatesync.commands.versions.asked import Asked, asked, sayable, unknown, ways_to_say
from templatesync.commands.versions.copying import copy
from templatesync.commands.versions.file_edits import Draft, EditsResult, Step, ended, sound
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.model.errors import UsageError
from templatesync.model.finding import Finding
from templatesync.model.resource import Key
from templatesync.planning.comparison import few
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
    if done := _done_already(workspace, old, new, there=bool(found and found.alive)):
        return done
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
    unfinished = _refuse(draft, there, made.file, new)
    leading = _leading(workspace, Key(there.kind.name, there.name))
    result = RenameResult(
        "rename",
        new,
        done=(f"{new} replaces {there.name}, and programs that send know it as {logical}",),
        notes=(*(f"{few(leading)} would still lead to {there.name}" for _ in leading[:1]), *unread(draft, made)),
        next=(
            *(Step(f"write what {made.file} still lacks", "templatesync validate") for _ in unfinished[:1]),
            *_next(there.kind, there.name, new, logical),
        ),
        file=made.file,
        replaces=there.name,
        output=logical,
        copies=tuple(made.assets),
    )
    draft.check(but=made.file)
    return ended(draft, result, environment, dry_run=dry_run)


def _next(kind: Kind, old: str, new: str, logical: str) -> tuple[Step, ...]:
    return (
        Step(f"see what it will do; {old} stays until {new} is in use", "templatesync plan"),
        Step(f"once {new} is in use", f"templatesync finish {sayable(kind.name, logical)}"),
    )


def _done_already(workspace: Workspace, old: str, new: str, *, there: bool) -> RenameResult | None:
    """What is to say when `new` is what has become of `old`, whose file may have gone since."""
    for entry in workspace.entries:
        options, key = entry.resource.options, entry.resource.key
        if options.absent or key.kind not in KINDS or key.name != new:
            continue
        known = (options.replaces,) if there else (options.replaces, options.output)
        name = next((each for each in known if each and old in ways_to_say(key.kind, each)), "")
        if name and name != new:
            logical = options.output or options.replaces
            done = f"{new} is what {name} is called now, in {entry.document.file}; nothing was written"
            steps = _next(entry.kind, name, new, logical) if options.replaces else ()
            file = entry.document.file
            return RenameResult(
                "rename", new, done=(done,), next=steps, file=file, replaces=options.replaces, output=logical
            )
    return None


def _free(workspace: Workspace, there: Asked, new: str) -> None:
    """Raise UsageError for a name that a file has, be it in a tombstone."""
    for entry in workspace.entries:
        if entry.kind is there.kind and entry.resource.key.name == new:
            where = f"{entry.document.file}, line {entry.document.line}"
            what = "which deletes it" if entry.resource.options.absent else "already"
            raise UsageError(f"the name {new} is taken by {where}, {what}", hint="choose another name")


def _refuse(draft: Draft, there: Asked, file: str, new: str) -> list[Finding]:
    """Raise UsageError for a name that no resource of the kind can have. Returns what else the copy lacks: samples that
    are still to be written, and what was silenced for the content of the old one alone.
    """
    found = _errors(draft, file)
    if not found:
        return []
    name = there.kind.file.name_field
    plain = next_name(there.name, {entry.resource.key.name for entry in draft.files.entries})
    made = copy(draft.files, there.kind, there.alive, plain, {"replaces": there.name})
    same = Draft(draft.files, draft.report, {made.file: made.text.encode()}, dict(made.assets))
    under_any = Counter(each.rule for each in _errors(same, made.file) if each.path != name)
    for each in found:
        under_any[each.rule] -= 1
        if each.path == name or under_any[each.rule] < 0:
            where = f" (in {few(each.spaces)})" if each.spaces else ""
            raise UsageError(f"{new:.80} cannot be its name: {each.message}{where} ({each.rule})", hint=each.hint)
    return found


def _errors(draft: Draft, file: str) -> list[Finding]:
    unchanged = {each.file: each for each in draft.report.checked}
    return [each for each in check(draft.after, known=unchanged, processes=1).errors if each.file == file]


def _leading(workspace: Workspace, target: Key) -> list[str]:
    """What leads to a resource, by its symbolic name."""
    links = Links(KINDS)
    found = (
        entry.resource.key
        for entry in workspace.entries
        if entry.refers and target in links.targets(entry.kind, entry.resource.body)
    )
    return sorted({str(key) for key in found})
