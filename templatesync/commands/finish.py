"""`finish`: the end of older versions of a chain. Writes files alone; offline, so what is live, the plan looks at.

What a newer version takes over becomes a tombstone; tombstones that have been applied are taken out, and with the last
of them the link to it. Senders keep the name they know all along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from templatesync.commands.prepare import read_files
from templatesync.commands.versions.applied import Applied
from templatesync.commands.versions.asked import document_of, unknown, wanted_by_space
from templatesync.commands.versions.chain import Chain, found_chain, taken_over
from templatesync.commands.versions.file_edits import Draft, EditsResult, Step, ended, sound
from templatesync.commands.versions.tombstones import MARK, keeping_name, refuse, tombstones, unnamed, without_link
from templatesync.documents.edit.whole import Revision
from templatesync.documents.edits import Write
from templatesync.model.errors import RefusedError
from templatesync.model.resource import Key
from templatesync.planning.comparison import few
from templatesync.project.expansion import Entry
from templatesync.project.workspace import Workspace


def finish(
    directory: Path,
    said: str,
    *,
    allow_breaking: bool = False,
    gone: bool = False,
    cache: Path | None = None,
    environment: Mapping[str, str] = {},
    dry_run: bool = False,
) -> EditsResult:
    """End the older versions of a chain, given the name by which senders know it, or that of any version.

    `gone` says that what has a tombstone is gone, where this machine cannot know.
    """
    workspace = read_files(directory)
    wanted = wanted_by_space(workspace)
    chain = found_chain(workspace, wanted, said)
    report = sound(workspace, {entry.document.file for entry in chain.entries} if chain else (), cache)
    if chain is None:
        raise unknown(workspace, said)
    going, reasons = taken_over(chain)
    needed = refuse(workspace, wanted, going, allow_breaking=allow_breaking)
    parts = _parts(chain, workspace, going, None if gone else Applied(workspace))
    if not going and not parts.out and not parts.waiting and reasons:
        raise RefusedError(reasons[0], hint="; ".join(reasons[1:3]) or "nothing was written")
    revisions = {
        **tombstones(workspace, going, needed, chain.said),
        **{document_of(workspace, entry): Revision(gone=True, remark=MARK) for entry in parts.out},
    }
    renewed = _renewed(chain, workspace, parts.unlinked, bool(revisions))
    for place, revision in (*renewed.items(), *_relinked(chain, workspace, parts)):
        before = revisions.get(place, Revision())
        revisions[place] = before._replace(edits=(*before.edits, *revision.edits))
    draft = Draft(workspace, report)
    draft.revise(revisions)
    draft.check()
    result = EditsResult(
        "finish",
        chain.logical,
        done=tuple(_done(chain, parts, bool(renewed))) or (_nothing(chain, parts.waiting),),
        notes=(*_notes(parts, reasons), *unnamed(workspace, going)),
        next=_next(chain, parts),
    )
    return ended(draft, result, environment, dry_run=dry_run)


class _Parts(NamedTuple):
    """What becomes of the documents of a chain.

    going      become tombstones; `out`: tombstones that go; `waiting`: those that stay until they are applied
    unlinked   what is to say no longer what it replaces; `linked`: what goes on saying that of something without a file
    bridged    versions whose tombstones go while an older one stays, with the one that is to be replaced instead
    """

    going: Sequence[Entry]
    out: Sequence[Entry]
    waiting: Sequence[Entry]
    unlinked: Sequence[Entry]
    linked: Sequence[Entry]
    bridged: Mapping[str, str]


def _parts(chain: Chain, workspace: Workspace, going: Sequence[Entry], applied: Applied | None) -> _Parts:
    """`applied` says what is gone; without it everything that has a tombstone is."""
    dead = [entry for entry in chain.entries if entry.resource.options.absent]
    ripe = [entry for entry in dead if applied is None or applied.gone(entry)]
    removed = _removed(chain, workspace, ripe)
    bridged = {} if going else _bridged(chain, workspace, ripe, removed)
    removed |= {document_of(workspace, entry) for entry in dead if entry.resource.key.name in bridged}
    out = [entry for entry in dead if document_of(workspace, entry) in removed]
    waiting = [entry for entry in dead if document_of(workspace, entry) not in removed]
    linked = _unlinked(chain, going, waiting)
    known = bool(removed) or applied is None  # what has no file, and never had a tombstone, may be in use
    return _Parts(going, out, waiting, linked if known else [], [] if known else linked, bridged)


def _removed(chain: Chain, workspace: Workspace, ripe: Sequence[Entry]) -> set[tuple[str, int]]:
    """The tombstones that go out: from the oldest version on, so that no link to one that has a file is lost, and all
    that are newer than what files want.
    """
    found: set[tuple[str, int]] = set()
    ripe_places = {document_of(workspace, entry) for entry in ripe}
    clear, newest = True, chain.names.index(chain.newest) if chain.newest else 0
    for at, name in enumerate(chain.names):
        mine = {
            document_of(workspace, each): each.resource.options.absent
            for each in chain.entries
            if each.resource.key.name == name
        }
        alive = any(not absent for absent in mine.values())
        out = {
            place
            for place, absent in mine.items()
            if absent and place in ripe_places and (clear or alive or at > newest)
        }
        whole = {
            place
            for place in out
            if all(entry in ripe for entry in chain.entries if document_of(workspace, entry) == place)
        }
        found |= whole
        clear = clear and mine.keys() <= whole
    return found


def _bridged(
    chain: Chain, workspace: Workspace, ripe: Sequence[Entry], removed: Collection[tuple[str, int]]
) -> dict[str, str]:
    """Versions that are gone between an older one that stays and a newer one, with what they replaced."""
    found: dict[str, str] = {}
    staying = {each.resource.key.name for each in chain.entries if document_of(workspace, each) not in removed}
    for name in chain.names:
        mine = [each for each in chain.entries if each.resource.key.name == name]
        replaced = {each.resource.options.replaces for each in mine}
        old = replaced.pop() if len(replaced) == 1 else ""
        adopted = any(each.resource.options.adopt for each in mine)  # it says where senders are
        if name in staying and old in staying and not adopted and all(each in ripe for each in mine):
            found[name] = found.get(old, old)
    return found


def _relinked(chain: Chain, workspace: Workspace, parts: _Parts) -> Iterator[tuple[tuple[str, int], Revision]]:
    """Documents that replaced a version that goes from between: they replace the one before it."""
    out = {document_of(workspace, entry) for entry in parts.out}
    for place, replaced in {document_of(workspace, e): e.resource.options.replaces for e in chain.entries}.items():
        if replaced in parts.bridged and place not in out:
            yield place, Revision(edits=(Write(("templatesync", "replaces"), parts.bridged[replaced]),))


def _unlinked(chain: Chain, going: Sequence[Entry], waiting: Sequence[Entry]) -> list[Entry]:
    """The documents of the oldest version that stays, when nothing is left of what it says that it replaces."""
    for name in chain.names:
        mine = [entry for entry in chain.entries if entry.resource.key.name == name]
        if any(entry in waiting or entry in going for entry in mine):
            return []
        if alive := chain.alive(name):
            return [entry for entry in alive if entry.resource.options.replaces]
    return []


def _renewed(
    chain: Chain, workspace: Workspace, unlinked: Sequence[Entry], changing: bool
) -> dict[tuple[str, int], Revision]:
    """What becomes of the documents that stay: the name that senders know, and no link to what is gone."""
    if not unlinked and not changing:
        return {}
    found = keeping_name(chain.alive(chain.newest), chain.logical, workspace) if chain.newest else {}
    for entry in unlinked:
        place = document_of(workspace, entry)
        named = bool(entry.resource.options.output) or place in found
        before = found.get(place, Revision()).edits
        if not any(edit in before for edit in without_link(entry, named=named)):
            found[place] = Revision(edits=(*before, *without_link(entry, named=named)))
    return found


def _done(chain: Chain, parts: _Parts, renewed: bool) -> Iterator[str]:
    if parts.going:
        yield f"{_listed(parts.going)}: marked as absent, to be deleted once a newer version is in use"
    if parts.out:
        yield f"{_listed(parts.out)}: the tombstone is taken out"
    for name, old in dict.fromkeys((each.resource.key.name, each.resource.options.replaces) for each in parts.unlinked):
        yield f"{name} no longer replaces {old}"
    linked = ((each, each.resource.options.replaces) for each in chain.entries if each not in parts.out)
    for name, old in dict.fromkeys((each.resource.key.name, old) for each, old in linked if old in parts.bridged):
        yield f"{name} now replaces {parts.bridged[old]}"
    if renewed and chain.newest != chain.logical:
        yield f"programs that send know {chain.newest} as {chain.logical}, as before"


def _nothing(chain: Chain, waiting: Sequence[Entry]) -> str:
    if waiting:
        return f"nothing is written: what {chain.logical} has left has tombstones already"
    return f"there is nothing to finish: no older version of {chain.logical} has a file"


def _notes(parts: _Parts, reasons: Sequence[str]) -> Iterator[str]:
    if parts.waiting:
        text = "its tombstone stays until an apply has deleted it; if a plan says that it has, say --gone"
        yield f"{_listed(parts.waiting)}: {text}"
    yield from reasons
    for old in dict.fromkeys(entry.resource.options.replaces for entry in parts.linked):
        yield f"{old} has no file, and may be live and in use: if it is gone, say --gone to take out the link"


def _next(chain: Chain, parts: _Parts) -> tuple[Step, ...]:
    if parts.going:
        return (
            Step("see that it deletes only what nobody uses; what is in use waits", "templatesync plan"),
            Step("once an apply has deleted it, take the tombstone out", f"templatesync finish {chain.said}"),
        )
    if parts.waiting:
        return (Step("see what is still to be deleted, or what to do once it is", "templatesync plan"),)
    return (Step("see that nothing changes", "templatesync plan"),)


def _listed(entries: Sequence[Entry]) -> str:
    """Resources by their names, with their languages."""
    languages: dict[Key, dict[str, None]] = {}
    for entry in entries:
        key = entry.resource.key
        languages.setdefault(key._replace(language=""), {})[key.language] = None
    return few([f"{key} ({', '.join(those)})" if any(those) else str(key) for key, those in languages.items()])
