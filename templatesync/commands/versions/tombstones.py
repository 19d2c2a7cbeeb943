"""Documents made tombstones, and what stands in the way of that as far as files tell. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from templatesync.commands.versions.asked import chain_of, document_of
from templatesync.documents.edit.whole import Revision, Written
from templatesync.documents.edits import Add, Edit, Remove
from templatesync.kinds.base import Kind
from templatesync.model.errors import RefusedError
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, Resource
from templatesync.planning.comparison import few
from templatesync.project.chains import Lineage, Names, lineages
from templatesync.project.expansion import Entry
from templatesync.project.narrowing import narrowed
from templatesync.project.workspace import Workspace
from templatesync.sending.breaking import removed

MARK = "takes this out once an apply has deleted it"
"""In the comment above a tombstone that a command has written: nobody has applied it yet when it is written."""
_BLOCK = "templatesync"
_KEPT = ("spaces", "replaces", "adopt")
"""What a tombstone says on of its document: where it holds, and where senders are until it is deleted."""

Wanted = Mapping[str, Mapping[Key, Resource]]
"""What files want, by space."""


class Missed(NamedTuple):
    """Something whose place nothing takes, and what programs could not do without it."""

    key: Key
    why: str


def tombstones(
    workspace: Workspace, going: Sequence[Entry], breaks: Collection[Key], finish: str
) -> dict[tuple[str, int], Revision]:
    """What becomes of the documents of what is to go, by file and number. A document of which only some languages go
    keeps the others, and stands in front of their tombstone. Those of `breaks` say that programs go without.
    """
    by_document: dict[tuple[str, int], list[Entry]] = {}
    for entry in going:
        by_document.setdefault(document_of(workspace, entry), []).append(entry)
    found = {}
    for (file, number), mine in by_document.items():
        document = mine[0].document
        here = [entry for entry in workspace.source(file).entries if entry.document is document]
        languages = list(dict.fromkeys(entry.resource.key.language for entry in here))
        leaving = {entry.resource.key.language for entry in mine}
        said = sorted({removed(key.language).rule for key in breaks if any(each.resource.key == key for each in mine)})
        gone = _tombstone(mine[0], [each for each in languages if each in leaving], said, finish)
        if leaving.issuperset(languages):
            found[file, number] = Revision(instead=gone)
        else:
            edits = narrowed(document.data, mine[0].kind, [each for each in languages if each not in leaving])
            found[file, number] = Revision(edits=edits, behind=(gone,))
    return found


def _tombstone(entry: Entry, languages: Sequence[str], breaks: Sequence[str], finish: str) -> Written:
    data, block = entry.document.data, entry.document.data.get(_BLOCK)
    options = block if isinstance(block, Mapping) else {}
    fields = [*_identity(entry.kind, entry.resource)]
    said: dict[str, Json] = {key: data[key] for key in ("kind", *fields) if key in data and key != "Language"}
    if isinstance(data.get("Languages"), list) and len(languages) > 1:
        said["Languages"] = [*languages]
    elif languages != [""]:
        said["Language"] = languages[0]
    own: dict[str, Json] = {"state": "absent"}
    own |= {key: options[key] for key in _KEPT if options.get(key)}
    if options.get("protected") is False:  # a kind that is protected unless its file says otherwise
        own["protected"] = False
    if breaks:
        own["breaks"] = [*breaks]
    return Written({**said, _BLOCK: own}, f"`templatesync finish {finish}` {MARK}")


def _identity(kind: Kind, resource: Resource) -> Iterator[str]:
    """The fields without which a body would be another resource."""
    for name in resource.body:
        without = {key: value for key, value in resource.body.items() if key != name}
        if kind.file.identify(without) != resource.key:
            yield name


def unnamed(workspace: Workspace, going: Sequence[Entry]) -> Iterator[str]:
    """Files that only what goes has named: they stay where they are."""
    leaving = {(entry.document.file, entry.document.line) for entry in going}
    named = {name for entry in going for name in entry.named}
    if named:
        named -= {
            name
            for entry in workspace.entries
            if (entry.document.file, entry.document.line) not in leaving
            for name in entry.named
        }
    yield from (f"nothing names {name} any more: delete it if you like" for name in sorted(named))


def forbidden(workspace: Workspace, going: Iterable[Entry]) -> Iterator[str]:
    """Why some of it may not be deleted, whatever programs need."""
    project = workspace.project
    for entry in going:
        key, options = entry.resource.key, entry.resource.options
        if options.protected:
            said = "say `protected: false` in its file" if entry.kind.policy.protected else "take `protected` out"
            yield f"{key} is protected: {said} in a change of its own first"
        elif spaces := [name for name in entry.spaces if project.policy_of(project.space(name)).protects(key)]:
            yield f"{key} is protected by policy.protect in {few(spaces)}"
        elif options.pinned:
            yield f"{key} is pinned, so that senders stay with it: take `pinned` out of its file first"


def lineage_of(wanted: Mapping[Key, Resource], names: Names) -> Lineage | None:
    """Where the senders of one chain are once all that files want is approved; None for a kind that nobody sends."""
    mine = {key: each for key, each in wanted.items() if key.kind == names.kind and key.name in names.names}
    return next((each for each in lineages(mine) if each.names.names[-1] == names.names[-1]), None)


def missed(wanted: Wanted, going: Sequence[Entry]) -> list[Missed]:
    """What nothing takes the place of once all this is gone, in some space: of a version that programs send, each
    language in which it is the last of its contract.
    """
    found: dict[Key, Missed] = {}
    for space, here in wanted.items():
        leaving = {entry.resource.key for entry in going if space in entry.spaces}
        chains = {chain_of(here, *name) for name in {(key.kind, key.name) for key in leaving}}
        for names in sorted(chains):
            mine = [key for key in sorted(leaving) if key.kind == names.kind and key.name in names.names]
            lineage = lineage_of(here, names)
            for key in mine:
                if lineage is None and not _replaced(here, names, leaving):
                    found.setdefault(key, Missed(key, "nothing takes its place"))
                elif lineage is not None and not _offered(lineage, key, leaving):
                    asked = lineage.members[key.name][key.language].contract.summary
                    text = f"programs that are written for {asked} could send nothing any more"
                    found.setdefault(key, Missed(key, text))
    return [*found.values()]


def _replaced(wanted: Mapping[Key, Resource], names: Names, leaving: Collection[Key]) -> bool:
    """Whether a version stays of a kind that nobody sends."""
    keys = (key for key, each in wanted.items() if not each.options.absent and key not in leaving)
    return any(key.kind == names.kind and key.name in names.names for key in keys)


def _offered(lineage: Lineage, key: Key, leaving: Collection[Key]) -> bool:
    """Whether a version that stays asks for the same in that language."""
    digest = lineage.members[key.name][key.language].contract.digest
    return any(
        key.language in each and each[key.language].contract.digest == digest
        for name, each in lineage.members.items()
        if key._replace(name=name) not in leaving
    )


def refuse(workspace: Workspace, wanted: Wanted, going: Sequence[Entry], *, allow_breaking: bool) -> list[Key]:
    """Raise RefusedError for what may not go. Returns what goes although programs need it."""
    if reasons := [*dict.fromkeys(forbidden(workspace, going))]:
        raise RefusedError(reasons[0], hint="nothing was written")
    needed = missed(wanted, going)
    if needed and not allow_breaking:
        first = needed[0]
        others = f" (and {len(needed) - 1} more)" if len(needed) > 1 else ""
        raise RefusedError(
            f"{first.key}{others}: {first.why}",
            hint=f"if that is meant, say --allow-breaking, which writes `breaks: [{removed(first.key.language).rule}]`",
        )
    return [each.key for each in needed]


def keeping_name(entries: Iterable[Entry], logical: str, workspace: Workspace) -> dict[tuple[str, int], Revision]:
    """What makes documents say the name by which senders know them, as far as they do not."""
    found = {}
    for entry in entries:
        name = entry.resource.options.output or entry.resource.key.name
        if name != logical:
            found[document_of(workspace, entry)] = Revision(edits=(Add((_BLOCK,), "output", logical),))
    return found


def without_link(entry: Entry, *, named: bool) -> list[Edit]:
    """The edits that take out of a document what it replaces. `named`: it says then by which name senders know it."""
    options = entry.document.data.get(_BLOCK)
    keys = [key for key in ("replaces", "adopt") if isinstance(options, Mapping) and key in options]
    if isinstance(options, Mapping) and len(keys) == len(options) and not named:
        return [Remove((_BLOCK,))]
    return [Remove((_BLOCK, key)) for key in keys]
