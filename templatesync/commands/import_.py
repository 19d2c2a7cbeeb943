"""`import`: live resources as YAML files. Never overwrites a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from templatesync.commands.counting import Counted, Counting
from templatesync.commands.import_files import Draft, Skipped, WrittenFile, unspeakable, write
from templatesync.commands.prepare import open_project, unread
from templatesync.commands.session import Connection, connect
from templatesync.commands.targets import key_matcher, kinds_named
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind, Scope, Unparsed
from templatesync.model.calls import CallError
from templatesync.model.change import Refusal
from templatesync.model.errors import ExitCode, StoppedError
from templatesync.model.outcome import exit_code
from templatesync.model.resource import Key, Listing, Live
from templatesync.planning.reading import read_listings, said
from templatesync.project import workspace
from templatesync.project.choosing import choose, one_of
from templatesync.project.references import Links
from templatesync.project.settings import Project, Space

if TYPE_CHECKING:
    from templatesync.commands.pictures import Picture


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Everything written and everything not."""

    written: tuple[WrittenFile, ...]
    skipped: tuple[Skipped, ...]
    exit_code: ExitCode
    space: str = ""
    emulator: bool = False
    error: Refusal | None = None
    pictures: tuple[Picture, ...] = ()


def import_live(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    connection: Connection,
    keys: tuple[str, ...] = (),
    progress: Callable[[str], None] = lambda space: None,
    images: Path | None = None,
    counted: Counted = lambda read, of: None,
) -> ImportResult:
    """Write a file for each live resource of one space that no file is about yet.

    With `images`, a folder, the pictures of all that are asked for are saved there, whether they have a file or not.
    """
    project = open_project(directory)
    space = one_of(choose(project, spaces, every, in_ci=False), "import reads one space")
    present, policy = workspace.read(project), project.policy_of(space)
    known = {entry.resource.key for entry in present.entries if space.name in entry.spaces}
    named = key_matcher(keys or ("*",))

    def asked(key: Key) -> bool:
        return policy.manages(key) and named(key)

    fetched = _fetch(
        project, space, connection, known, keys, asked, Counting({space.name: 0}, counted, progress), images
    )
    if isinstance(fetched, Refusal):
        code = exit_code([fetched.cause])
        return ImportResult((), (), code, space.name, space.emulator is not None, fetched)
    listings = fetched.listings
    drafts, skipped = _drafts(project, listings, known, asked)
    skipped += _untold(project, space, listings, keys)
    elsewhere = {str(entry.resource.key) for entry in present.entries if space.name not in entry.spaces}
    for draft in drafts:
        draft.shared = not elsewhere.isdisjoint(draft.keys)
    written = [write(project, draft, space, skipped) for draft in drafts]
    return result_of([each for each in written if each], skipped, space, fetched.pictures)


def _untold(
    project: Project, space: Space, listings: Mapping[str, Listing], keys: tuple[str, ...]
) -> Iterator[Skipped]:
    """What was asked for and cannot be answered: keys that lead to nothing, and lists that came incomplete."""
    for name, listing in listings.items():
        if listing.looked and not listing.complete:
            why = f"the list of {space.name} is not whole, so some may be missing here: {listing.reason}"
            yield Skipped(name, why, a_list=True)
    for key in keys:
        found = [*filter(key_matcher((key,)), (live for listing in listings.values() for live in listing.live))]
        if not found and all(listing.complete or not listing.looked for listing in listings.values()):
            yield Skipped(key, f"nothing in {space.name} has this key")
        elif not found:
            yield Skipped(key, f"nothing that {space.name} lists has this key, and a list is not whole")
        elif not any(map(project.policy_of(space).manages, found)):
            yield Skipped(key, "policy.manage does not cover it, so it is not ours")


def result_of(
    written: Sequence[WrittenFile], skipped: Sequence[Skipped], space: Space | None, pictures: tuple[Picture, ...] = ()
) -> ImportResult:
    faults = any(each.fault for each in skipped) or any(each.fault for each in pictures)
    return ImportResult(
        tuple(written),
        tuple(skipped),
        ExitCode.PARTIAL if faults else ExitCode.OK,
        space.name if space else "",
        space is not None and space.emulator is not None,
        pictures=pictures,
    )


@dataclass(frozen=True, slots=True)
class _Fetched:
    listings: dict[str, Listing]
    pictures: tuple[Picture, ...] = ()


def _fetch(
    project: Project,
    space: Space,
    connection: Connection,
    known: Collection[Key],
    keys: Collection[str],
    asked: Callable[[Key], bool],
    counting: Counting,
    images: Path | None,
) -> _Fetched | Refusal:
    from templatesync.commands.pictures import save
    from templatesync.service.driver.job import Job, list_seconds

    kinds = kinds_named(keys) & KINDS.keys()
    referred = {target for name in kinds or () for target in KINDS[name].references.fields.values()}
    scope = Scope(frozenset(known), asked, everything=True, kinds=kinds | referred if kinds else None)
    with connect(project, (space,), connection) as session:
        job = Job(
            session.clients[space.name],
            read_listings(KINDS, scope),
            space=space.name,
            list_seconds=list_seconds(len(known)),
            on_answer=counting.answers_of(space.name),
        )
        (finished,) = session.driver.run([job], on_done=lambda job: counting.done(space.name))
        if isinstance(finished.error, CallError):
            return unread(finished.error)
        if finished.error is not None:
            raise finished.error
        if finished.value is None or session.driver.stopped_by:
            raise StoppedError(session.driver.stopped_by)
        found = finished.value
        return _Fetched(found, save(session, space, found.values(), images, asked) if images else ())


def _drafts(
    project: Project, listings: Mapping[str, Listing], known: set[Key], asked: Callable[[Key], bool]
) -> tuple[list[Draft], list[Skipped]]:
    skipped: list[Skipped] = []
    drafts: dict[tuple[str, str], Draft] = {}
    links = Links.of(KINDS, listings)
    for name, listing in listings.items():
        kind = KINDS[name]
        # A kind may read more than the scope asks for: some listings hold the content of everything.
        for key in sorted(filter(asked, listing.failed)):
            answer = listing.failed[key]
            skipped.append(Skipped(str(key), f"it could not be read: {said(CallError(answer))}"))
        for key in sorted(filter(asked, listing.live)):
            live = listing.live[key]
            if key in listing.failed:
                continue
            unparsed = _unparsed(project, kind, key, live, known, skipped)
            if unparsed is not None:
                draft = drafts.setdefault((name, key.name), Draft(kind, key.name, [], [], unparsed.files))
                draft.bodies.append(links.symbolic(kind, unparsed.body))
                draft.keys.append(str(key))
    return list(drafts.values()), skipped


def _unparsed(
    project: Project, kind: Kind, key: Key, live: Live, known: set[Key], skipped: list[Skipped]
) -> Unparsed | None:
    if key in known:
        skipped.append(Skipped(str(key), "it has a file already", fault=False))
        return None
    unparsed = kind.file.unparse(live)
    if reason := unparsed.reason or unspeakable(project, kind, unparsed):
        skipped.append(Skipped(str(key), reason))
        return None
    return unparsed
