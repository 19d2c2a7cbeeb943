"""`import`: live resources, or templates in Meta's own form, as YAML files. Never overwrites a file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from templatesync import check, files, workspace
from templatesync.commands.common import choose, open_project, trouble
from templatesync.emit import to_yaml
from templatesync.errors import ExitCode, StoppedError, UsageError, worst
from templatesync.kinds import KINDS
from templatesync.kinds.base import FlowError, Kind
from templatesync.languages import merge
from templatesync.output import create_file
from templatesync.project import Project, Space
from templatesync.session import Connection, connect
from templatesync.values import Finding, Json, Key, Listing, Live, Refusal, canonical_json

SCHEMA_FILE = "resource.schema.json"
META_FILE_LIMIT = 64 << 20
FOLDERS: Mapping[str, str] = {"template": "templates"}


@dataclass(frozen=True, slots=True)
class Written:
    """A new file: what is in it, what it was called before, and what a person should know."""

    file: str
    keys: tuple[str, ...]
    original: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """What no file was written for, and why. `fault` says that it could not be expressed or read."""

    key: str
    reason: str
    fault: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """Everything written and everything not."""

    written: tuple[Written, ...]
    skipped: tuple[Skipped, ...]
    exit_code: ExitCode
    space: str = ""
    emulator: bool = False
    error: Refusal | None = None


@dataclass(slots=True)
class _Draft:
    """A file that is about to be written."""

    kind: Kind
    name: str
    bodies: list[Mapping[str, Json]]
    keys: list[str]
    header: list[str] = field(default_factory=list)
    original: str = ""
    notes: tuple[str, ...] = ()


def import_live(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    connection: Connection,
    keys: tuple[str, ...] = (),
    progress: Callable[[str], None] = lambda space: None,
) -> Result:
    """Write a file for each live resource of one space that no file is about yet."""
    project = open_project(directory)
    chosen = choose(project, spaces, every, in_ci=False)
    if len(chosen) != 1:
        raise UsageError("import reads one space", hint="name it with --space")
    space = chosen[0]
    present = workspace.read(project)
    known = {entry.resource.key for entry in present.entries if space.name in entry.spaces}
    listings = _fetch(project, space, connection, keys, progress)
    if isinstance(listings, tuple):
        refusal, code = listings
        return Result((), (), code, space.name, space.emulator is not None, refusal)
    drafts, skipped = _drafts(project, listings, known, keys)
    for key in keys:
        if not any(live.matches(key) for listing in listings.values() for live in listing.live):
            skipped.append(Skipped(key, f"nothing in {space.name} has this key"))
    written = [_write(project, draft, space, skipped) for draft in drafts]
    return _result([each for each in written if each], skipped, space)


def import_meta(directory: Path, source: Path) -> Result:
    """Write a file for each template of a JSON file in Meta's form that CAMS can express."""
    from templatesync.kinds.template import meta

    project = open_project(directory)
    data = files.read_file(Path(os.path.realpath(source)), str(source), META_FILE_LIMIT)
    if not isinstance(data, bytes):
        raise UsageError(f"{source}: {data.message}")
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{source} is not JSON: {error}") from None
    converted, refused = meta.read(parsed)
    by_name: dict[str, _Draft] = {}
    kind = KINDS["template"]
    for each in converted:
        draft = by_name.setdefault(each.name, _Draft(kind, each.name, [], [], original=each.original))
        draft.bodies.append(each.body)
        languages = each.body.get("Languages") or [each.body.get("Language")]
        draft.keys += [str(Key(kind.name, each.name, language)) for language in languages]
        draft.notes += tuple(note for note in each.notes if note not in draft.notes)
        if each.original != each.name and not draft.header:
            draft.header.append(f"Called {each.original} at Meta.")
    skipped = [Skipped(_called(each.original, each.language), each.reason) for each in refused]
    written = [_write(project, draft, None, skipped) for draft in by_name.values()]
    return _result([each for each in written if each], skipped, None)


def _called(original: str, language: str) -> str:
    return f"{original} ({language})" if language else original


def _result(written: Sequence[Written], skipped: Sequence[Skipped], space: Space | None) -> Result:
    code = ExitCode.PARTIAL if any(each.fault for each in skipped) else ExitCode.OK
    return Result(
        tuple(written),
        tuple(skipped),
        worst([code]),
        space.name if space else "",
        space is not None and space.emulator is not None,
    )


def _fetch(
    project: Project, space: Space, connection: Connection, keys: tuple[str, ...], progress: Callable[[str], None]
) -> dict[str, Listing] | tuple[Refusal, ExitCode]:
    from templatesync.driver import Job

    def wanted(key: Key) -> bool:
        return project.policy.manages(key.name) and (not keys or any(key.matches(each) for each in keys))

    found: dict[str, Listing] = {}
    with connect(project, (space,), connection) as session:
        client = session.clients[space.name]
        jobs = [Job(client, kind.fetch(wanted), space=space.name) for kind in KINDS.values()]
        for name, finished in zip(
            KINDS, session.driver.run(jobs, on_done=lambda job: progress(space.name)), strict=True
        ):
            if isinstance(finished.error, FlowError):
                return trouble(finished.error)
            if finished.error is not None:
                raise finished.error
            if finished.value is None or session.driver.stopped_by:
                raise StoppedError(session.driver.stopped_by)
            found[name] = finished.value
    return found


def _drafts(
    project: Project, listings: Mapping[str, Listing], known: set[Key], keys: tuple[str, ...]
) -> tuple[list[_Draft], list[Skipped]]:
    skipped: list[Skipped] = []
    drafts: dict[tuple[str, str], _Draft] = {}
    for name, listing in listings.items():
        kind = KINDS[name]
        for key, answer in sorted(listing.failed.items()):
            skipped.append(Skipped(str(key), f"it could not be read: {answer.code} {answer.message}".strip()))
        for key, live in sorted(listing.live.items()):
            if live.body is None:
                continue
            body = _body(project, kind, key, live, known, skipped)
            if body is not None:
                draft = drafts.setdefault((name, key.name), _Draft(kind, key.name, [], []))
                draft.bodies.append(body)
                draft.keys.append(str(key))
    return list(drafts.values()), skipped


def _body(
    project: Project, kind: Kind, key: Key, live: Live, known: set[Key], skipped: list[Skipped]
) -> Mapping[str, Json] | None:
    if key in known:
        skipped.append(Skipped(str(key), "it has a file already", fault=False))
        return None
    unparsed = kind.unparse(live)
    if reason := unparsed.reason or _unspeakable(project, kind, unparsed.body):
        skipped.append(Skipped(str(key), reason))
        return None
    return unparsed.body


def _unspeakable(project: Project, kind: Kind, body: Mapping[str, Json]) -> str:
    """Why no file can hold this body, whatever rules it silences."""
    if "${{" in canonical_json(body):
        return "a text holds ${{, which a file keeps for variables of its own"
    folder = FOLDERS[kind.name]
    broken = _errors(project, folder, _text(project, folder, [body], (), ()))
    if not broken:
        return ""
    left = _errors(project, folder, _text(project, folder, [body], (), _rules(broken)))
    return f"no file can hold it: {left[0].message}" if left else ""


def _write(project: Project, draft: _Draft, space: Space | None, skipped: list[Skipped]) -> Written | None:
    """Put a draft on disk under a free name, with comments that silence the rules it breaks as it lives."""
    folder = FOLDERS[draft.kind.name]
    merged = _merged(draft.kind, draft.bodies)
    if merged is None and space is not None:
        merged = _merged(draft.kind, _with_samples(draft.kind, draft.bodies))
    bodies = [merged] if merged is not None else draft.bodies
    text = _text(project, folder, bodies, draft.header, ())
    # What is live was accepted once: a rule that it breaks is told to let it be. What comes from elsewhere was not.
    ignored = _rules(_errors(project, folder, text)) if space is not None else ()
    if ignored:
        text = _text(project, folder, bodies, draft.header, ignored)
    stem = file_stem(draft.name)
    for number in range(1, 1000):
        name = f"{folder}/{stem if number == 1 else f'{stem}-{number}'}.yaml"
        if create_file(project.root / name, text):
            return Written(name, tuple(draft.keys), draft.original, draft.notes)
    skipped.append(Skipped(draft.name, f"no free file name in {folder}"))
    return None


def _merged(kind: Kind, bodies: Sequence[Mapping[str, Json]]) -> dict[str, Json] | None:
    return merge(bodies, kind.localised, kind.localised_maps)


def _with_samples(kind: Kind, bodies: Sequence[Mapping[str, Json]]) -> list[Mapping[str, Json]]:
    """Bodies of one name, each with the samples of another language where the service told none."""
    filled = [dict(body) for body in bodies]
    for name in kind.localised_maps:
        told = next((body[name] for body in bodies if name in body), None)
        for body in filled:
            if told is not None:
                body.setdefault(name, told)
    return list(filled)


def file_stem(name: str) -> str:
    """A file name for a resource, without its ending."""
    return files.file_name(name, "")


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


def _errors(project: Project, folder: str, text: str) -> tuple[Finding, ...]:
    """What is wrong with a file of this text, were it alone."""
    return check.check(workspace.assemble(project, {f"{folder}/import.yaml": text.encode()})).errors


def _rules(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.rule for finding in findings}))
