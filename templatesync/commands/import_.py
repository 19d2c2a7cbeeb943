"""`import`: live resources, or templates in Meta's own form, as YAML files. Never overwrites a file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from templatesync.commands.counting import Counted, Counting
from templatesync.commands.prepare import choose, open_project, unread
from templatesync.commands.session import Connection, connect
from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds import KINDS, folder_of
from templatesync.kinds.base import Kind, Scope, Unparsed
from templatesync.model.calls import CallError
from templatesync.model.change import Refusal
from templatesync.model.errors import ExitCode, StoppedError, UsageError
from templatesync.model.finding import Finding
from templatesync.model.json_value import Json, canonical_json
from templatesync.model.outcome import exit_code
from templatesync.model.resource import Key, Listing, Live
from templatesync.planning.reading import read_listings, said
from templatesync.project import workspace
from templatesync.project.assets import ENDING
from templatesync.project.languages import merge
from templatesync.project.references import Links
from templatesync.project.settings import Project, Space
from templatesync.storage.names import file_name
from templatesync.storage.reading import read_file
from templatesync.storage.writing import create_file
from templatesync.validation.check import check

if TYPE_CHECKING:
    from templatesync.commands.pictures import Picture

SCHEMA_FILE = "resource.schema.json"
META_FILE_LIMIT = 4 << 20


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A new file: what is in it, what it was called before, and what a person should know."""

    file: str
    keys: tuple[str, ...]
    original: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """What no file was written for, and why. `fault` says that it could not be expressed or read; `a_list` that the key
    is that of a kind, whose list is not whole."""

    key: str
    reason: str
    fault: bool = True
    a_list: bool = False


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


@dataclass(slots=True)
class _Draft:
    """A file that is about to be written. `files` are the texts of those that its only body names, by field."""

    kind: Kind
    name: str
    bodies: list[Mapping[str, Json]]
    keys: list[str]
    files: Mapping[str, str] = field(default_factory=dict)
    header: list[str] = field(default_factory=list)
    original: str = ""
    notes: tuple[str, ...] = ()
    shared: bool = False
    """Whether a file of another space has one of the keys, so that this one must name its own space."""


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
    chosen = choose(project, spaces, every, in_ci=False)
    if len(chosen) != 1:
        raise UsageError("import reads one space", hint="name it with --space")
    space = chosen[0]
    present, policy = workspace.read(project), project.policy_of(space)
    known = {entry.resource.key for entry in present.entries if space.name in entry.spaces}

    def asked(key: Key) -> bool:
        return policy.manages(key) and (not keys or any(key.matches(each) for each in keys))

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
    written = [_write(project, draft, space, skipped) for draft in drafts]
    return _result([each for each in written if each], skipped, space, fetched.pictures)


def _untold(
    project: Project, space: Space, listings: Mapping[str, Listing], keys: tuple[str, ...]
) -> Iterator[Skipped]:
    """What was asked for and cannot be answered: keys that lead to nothing, and lists that came incomplete."""
    for name, listing in listings.items():
        if listing.looked and not listing.complete:
            why = f"the list of {space.name} is not whole, so some may be missing here: {listing.reason}"
            yield Skipped(name, why, a_list=True)
    for key in keys:
        found = [live for listing in listings.values() for live in listing.live if live.matches(key)]
        if not found and all(listing.complete or not listing.looked for listing in listings.values()):
            yield Skipped(key, f"nothing in {space.name} has this key")
        elif not found:
            yield Skipped(key, f"nothing that {space.name} lists has this key, and a list is not whole")
        elif not any(map(project.policy_of(space).manages, found)):
            yield Skipped(key, "policy.manage does not cover it, so it is not ours")


def import_meta(directory: Path, source: Path) -> ImportResult:
    """Write a file for each template of a JSON file in Meta's form that CAMS can express."""
    from templatesync.kinds.template import meta

    project = open_project(directory)
    data = read_file(Path(os.path.realpath(source)), str(source), META_FILE_LIMIT)
    if not isinstance(data, bytes):
        raise UsageError(f"{source}: {data.message}")
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{source} is not JSON: {error}") from None
    converted, refused = meta.read(parsed)
    by_name: dict[str, _Draft] = {}
    kind = KINDS["template"]
    known = {entry.resource.key for entry in workspace.read(project).entries}
    present: list[Skipped] = []
    for each in converted:
        if there := [key for key in _keys(kind, each.name, each.body) if key in known]:
            present += [Skipped(str(key), "it has a file already", fault=False) for key in there]
            continue
        draft = by_name.setdefault(each.name, _Draft(kind, each.name, [], [], original=each.original))
        draft.bodies.append(each.body)
        draft.keys += map(str, _keys(kind, each.name, each.body))
        draft.notes += tuple(note for note in each.notes if note not in draft.notes)
        if each.original != each.name and not draft.header:
            draft.header.append(f"Called {each.original} at Meta.")
    skipped = [*present, *(Skipped(_called(each.original, each.language), each.reason) for each in refused)]
    written = [_write(project, draft, None, skipped) for draft in by_name.values()]
    return _result([each for each in written if each], skipped, None)


def _keys(kind: Kind, name: str, body: Mapping[str, Json]) -> list[Key]:
    return [Key(kind.name, name, language) for language in body.get("Languages") or [body.get("Language")]]


def _called(original: str, language: str) -> str:
    return f"{original} ({language})" if language else original


def _result(
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

    kinds = frozenset(key.partition("/")[0] for key in keys) & KINDS.keys() if keys else None
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
) -> tuple[list[_Draft], list[Skipped]]:
    skipped: list[Skipped] = []
    drafts: dict[tuple[str, str], _Draft] = {}
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
                draft = drafts.setdefault((name, key.name), _Draft(kind, key.name, [], [], unparsed.files))
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
    if reason := unparsed.reason or _unspeakable(project, kind, unparsed):
        skipped.append(Skipped(str(key), reason))
        return None
    return unparsed


def _unspeakable(project: Project, kind: Kind, unparsed: Unparsed) -> str:
    """Why no file can hold this body, whatever rules it silences."""
    if "${{" in canonical_json(unparsed.body):
        return "a text holds ${{, which a file keeps for variables of its own"
    folder = folder_of(kind.name)
    bodies = [_naming(unparsed.body, unparsed.files, folder, "import")]
    broken = _errors(project, folder, _text(project, folder, bodies, (), ()), unparsed.files)
    if not broken:
        return ""
    left = _errors(project, folder, _text(project, folder, bodies, (), _rules(broken)), unparsed.files)
    return f"no file can hold it: {left[0].message}" if left else ""


def _write(project: Project, draft: _Draft, space: Space | None, skipped: list[Skipped]) -> WrittenFile | None:
    """Put a draft on disk under a free name, with comments that silence the rules it breaks as it lives."""
    folder = folder_of(draft.kind.name)
    merged = _merged(draft.kind, draft.bodies)
    if merged is None and space is not None:
        bodies, lent = _with_samples(draft.kind, draft.bodies)
        merged = _merged(draft.kind, bodies)
        draft.notes += lent if merged is not None else ()
    bodies = [merged] if merged is not None else draft.bodies
    bodies = [draft.kind.file.layout.arrange(body) for body in bodies]
    if draft.shared and space is not None:
        bodies = [_only_in(space, body) for body in bodies]

    def text(stem: str, ignored: Sequence[str]) -> str:
        named = [_naming(body, draft.files, folder, stem) for body in bodies]
        return _text(project, folder, named, draft.header, ignored)

    # What is live was accepted once: a rule that it breaks is told to let it be. What comes from elsewhere was not.
    ignored = _rules(_errors(project, folder, text("import", ()), draft.files)) if space is not None else ()
    first = file_stem(draft.name)
    for number in range(1, 1000):
        stem = first if number == 1 else f"{first}-{number}"
        if _put(project.root, folder, stem, text(stem, ignored), draft.files):
            return WrittenFile(f"{folder}/{stem}.yaml", tuple(draft.keys), draft.original, draft.notes)
    skipped.append(Skipped(draft.name, f"no free file name in {folder}"))
    return None


def _only_in(space: Space, body: Mapping[str, Json]) -> Mapping[str, Json]:
    block = body.get("templatesync")
    return {**body, "templatesync": {**(block if isinstance(block, Mapping) else {}), "spaces": [space.name]}}


def _put(root: Path, folder: str, stem: str, text: str, named: Mapping[str, str]) -> bool:
    """Write a file and those that it names, or none of them when a name is taken."""
    texts = {_named(folder, stem, index): content for index, content in enumerate(named.values())}
    texts[f"{folder}/{stem}.yaml"] = text
    if any(os.path.lexists(root / name) for name in texts):
        return False
    made: list[str] = []
    for name, content in texts.items():
        if not create_file(root, name, content):
            for each in made:
                (root / each).unlink(missing_ok=True)
            return False
        made.append(name)
    return True


def _naming(body: Mapping[str, Json], named: Mapping[str, str], folder: str, stem: str) -> Mapping[str, Json]:
    """The body with the paths of the files that are written beside its own."""
    return {**body, **{name: _named(folder, stem, index) for index, name in enumerate(named)}}


def _named(folder: str, stem: str, index: int) -> str:
    return f"{folder}/{stem}{f'-{index + 1}' if index else ''}{ENDING}"


def _merged(kind: Kind, bodies: Sequence[Mapping[str, Json]]) -> dict[str, Json] | None:
    return merge(bodies, kind.file.localised, kind.file.localised_maps)


def _with_samples(kind: Kind, bodies: Sequence[Mapping[str, Json]]) -> tuple[list[Mapping[str, Json]], tuple[str, ...]]:
    """Bodies of one name, each with the samples of another language where the service told none; and notes on that."""
    filled = [dict(body) for body in bodies]
    notes: list[str] = []
    for name in kind.file.localised_maps:
        lender = next((body for body in bodies if name in body), None)
        for body in filled:
            if lender is not None and name not in body:
                body[name] = lender[name]
                notes.append(f"the service told no {name} of {body['Language']}: this is that of {lender['Language']}")
    return list(filled), tuple(notes)


def file_stem(name: str) -> str:
    """A file name for a resource, without its ending."""
    return file_name(name, "")


def _text(
    project: Project, folder: str, bodies: Sequence[Mapping[str, Json]], header: Sequence[str], ignored: Sequence[str]
) -> str:
    schema = f"schemas/{SCHEMA_FILE}"
    top = []
    if (project.root / schema).is_file():
        top.append(f"yaml-language-server: $schema={'../' * (folder.count('/') + 1)}{schema}")
    silence = [f"templatesync: ignore {' '.join(ignored)}"] if ignored else []
    documents = [
        to_yaml(body, header=[*(top if index == 0 else []), *(header if index == 0 else []), *silence])
        for index, body in enumerate(bodies)
    ]
    return "---\n".join(documents)


def _errors(project: Project, folder: str, text: str, named: Mapping[str, str]) -> tuple[Finding, ...]:
    """What is wrong with a file of this text, called `import`, and with those that it names, were it alone."""
    texts = {_named(folder, "import", index): content.encode() for index, content in enumerate(named.values())}
    return check(workspace.assemble(project, {f"{folder}/import.yaml": text.encode()}, texts)).errors


def _rules(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.rule for finding in findings}))
