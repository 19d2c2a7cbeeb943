"""What several commands begin with: the project, its spaces, files free of errors, and what is live."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from signal import SIGINT

from templatesync import check, live, project, workspace
from templatesync.errors import DeniedError, ExitCode, FindingsError, StoppedError, UsageError
from templatesync.kinds import KINDS
from templatesync.kinds.base import FlowError, Kind, WrongAnswerError
from templatesync.links import Links, leading
from templatesync.project import FILE_NAME, Project, Space
from templatesync.remembered import Memory
from templatesync.rule import Face, Faces
from templatesync.scene import FromCache, Scene, Wishes, reading_scope
from templatesync.session import Session
from templatesync.values import (
    DENIED,
    UNREACHABLE,
    Answer,
    Finding,
    Key,
    Listing,
    Refusal,
    Resource,
    Severity,
    SpacePlan,
)
from templatesync.workspace import Workspace


def open_project(directory: Path) -> Project:
    """The project in or above a folder."""
    return project.load(project.find(directory))


def choose(chosen_from: Project, names: Sequence[str], every: bool, *, in_ci: bool) -> tuple[Space, ...]:
    """The spaces to work on. Emulators are never part of `every`; in CI somebody must have chosen."""
    if names and every:
        raise UsageError("--space and --all-spaces exclude each other")
    if names:
        return tuple(chosen_from.space(name) for name in dict.fromkeys(names))
    if every:
        real = tuple(space for space in chosen_from.spaces if space.emulator is None)
        if not real:
            raise UsageError("--all-spaces means all but emulators, and the project has only those")
        return real
    if in_ci:
        raise UsageError(
            "in CI the spaces must be named",
            hint="give --space NAME or --all-spaces, so that nobody hits the wrong one",
        )
    if not chosen_from.default_space:
        names = [space.name for space in chosen_from.spaces]
        raise UsageError(
            "the project has several spaces and no default_space", hint=f"--space, one of {', '.join(names)}"
        )
    return (chosen_from.space(chosen_from.default_space),)


def wanted_resources(
    files: Workspace, spaces: Sequence[Space], wishes: Wishes
) -> tuple[dict[str, Mapping[Key, Resource]], tuple[Finding, ...]]:
    """What the files want in each space, and the findings that are no errors.

    Raises FindingsError when a file that concerns one of the spaces has an error, or there is nothing to want: an empty
    project would otherwise look like the wish to have nothing.
    """
    names = [space.name for space in spaces]
    report = check.check(files, names)
    wanted: dict[str, Mapping[Key, Resource]] = {name: files.resources(name) for name in names}
    concerned = report.with_named(
        {
            entry.resource.file
            for entry in files.entries  # all of one key: a duplicate is told in the file that comes second
            if wishes.concerns(entry.resource.key) and not set(entry.spaces).isdisjoint(names)
        }
        | {FILE_NAME}
    )
    errors = [finding for finding in report.errors if not wishes.targets or finding.file in concerned]
    if errors:
        raise FindingsError(errors)
    if not any(wanted.values()):
        if report.errors:
            raise FindingsError(report.errors)
        patterns = ", ".join(files.project.include)
        message = "no resources found: the project includes no file that belongs to the chosen spaces"
        finding = Finding("no-resources", Severity.ERROR, message, FILE_NAME, hint=f"include is {patterns}")
        raise FindingsError([finding], "no resources found")
    for target in (*wishes.targets, *wishes.resubmit):
        if not any(key.matches(target) for keys in wanted.values() for key in keys):
            if report.errors:  # it may stand in a file that cannot be read
                raise FindingsError(report.errors)
            raise UsageError(
                f"nothing in the chosen spaces has the key {target}", hint="a key is KIND/NAME or KIND/NAME@LANGUAGE"
            )
    return wanted, tuple(finding for finding in report.findings if finding.severity is not Severity.ERROR)


def read_files(directory: Path) -> Workspace:
    """All files of the project in or above a folder."""
    return workspace.read(open_project(directory))


def without_documents(files: Workspace, wanted: Mapping[str, Mapping[Key, Resource]]) -> Workspace:
    """The files that matter still, once they are free of errors: those of resources that lead to others.

    Texts and positions of all files take more memory than everything live.
    """
    holding = {resources[key].file for resources in wanted.values() for key in leading(KINDS, resources)}
    there = [entry for entry in files.entries if entry.resource.file in holding]
    named = {*holding, *(name for entry in there for name in entry.named)}
    return dataclasses.replace(
        files,
        sources=tuple(source for source in files.sources if source.name in named),
        entries=tuple(there),
        named=tuple(source for source in files.named if source.name in named),
    )


def scenes(
    session: Session,
    files: Workspace,
    spaces: Sequence[Space],
    wanted: Mapping[str, Mapping[Key, Resource]],
    wishes: Wishes,
    progress: Callable[[str], None] = lambda space: None,
    memories: Mapping[str, Memory] | None = None,
) -> tuple[list[Scene | SpacePlan], list[ExitCode]]:
    """What each space looks like now, in the order of `spaces`. One that cannot be read is a plan with an error.

    With `memories`, by space, what these remember is not read again.
    """
    policy = files.project.policy
    leads = {space.name: leading(KINDS, wanted[space.name]) for space in spaces}

    def routine(space: Space) -> live.ReadingSteps:
        scope = reading_scope(wanted[space.name], leads[space.name], policy, wishes, Links(KINDS))
        if memories and space.name in memories:
            scope = scope._replace(recall=memories[space.name].recall)
        return live.read_space(KINDS, scope)

    found: list[Scene | SpacePlan] = []
    codes: list[ExitCode] = []
    reachable = [space for space in spaces if space.name in session.clients]
    names = [space.name for space in reachable]
    readings = dict(zip(names, _readings(session, reachable, routine, progress), strict=True))
    for space in spaces:
        reading = readings.get(space.name) or _without_client(session.denied[space.name])
        if isinstance(reading, live.Reading):
            scene = _scene(space, reading, wanted[space.name], leads[space.name], files, wishes)
            found.append(scene if memories is None else _remembering(scene, reading, memories.get(space.name)))
        else:
            refusal, code = reading
            found.append(SpacePlan(space.name, space.cust_space_id, emulator=space.emulator is not None, error=refusal))
            codes.append(code)
    return found, codes


def _scene(
    space: Space,
    reading: live.Reading,
    wanted: Mapping[Key, Resource],
    leads: Collection[Key],
    files: Workspace,
    wishes: Wishes,
) -> Scene:
    links = Links.of(KINDS, reading.listings)
    said = dict(wanted) | {key: links.symbolic_resource(KINDS[key.kind], wanted[key]) for key in leads}
    return Scene(
        space=space.name,
        cust_space_id=space.cust_space_id,
        wanted=said,
        listings=links.symbolic_listings(reading.listings),
        kinds=KINDS,
        links=links,
        unfit=_unfit(space, files, said, leads, links, reading.listings),
        policy=files.project.policy,
        wishes=wishes,
        waba_id=reading.account.waba_id,
        emulator=space.emulator is not None,
        refusals=live.guard(space, reading.account),
    )


def _remembering(scene: Scene, reading: live.Reading, memory: Memory | None) -> Scene:
    """A scene that says what came from memory, which takes what is new."""
    if memory is None:
        return dataclasses.replace(scene, from_cache=FromCache())
    memory.keep(reading.listings)
    return dataclasses.replace(scene, from_cache=memory.used)


def _unfit(
    space: Space,
    files: Workspace,
    wanted: Mapping[Key, Resource],
    leads: Collection[Key],
    links: Links,
    listings: Mapping[str, Listing],
) -> dict[Key, str]:
    """What rules say of resources that lead to others, now that these can be seen. Files come before what is live."""

    def faces(kind: Kind) -> Faces:
        def face(name: str, text: str) -> Face | None:
            key = links.target(kind, name, text)
            if key is None:
                return None
            target = KINDS[key.kind]
            if key in wanted and not wanted[key].options.absent:
                return target.face(wanted[key].body)
            there = listings[key.kind].live.get(key)
            return target.face(there.body) if there is not None and there.body is not None else None

        return face

    known = {key for key in leads if links.targets(KINDS[key.kind], wanted[key].body)}
    return check.unfit(files, space.name, known, faces) if known else {}


def _readings(
    session: Session,
    spaces: Iterable[Space],
    routine: Callable[[Space], live.ReadingSteps],
    progress: Callable[[str], None],
) -> list[live.Reading | tuple[Refusal, ExitCode]]:
    from templatesync.driver import Job

    jobs = [Job(session.clients[space.name], routine(space), space=space.name) for space in spaces]
    ended = session.driver.run(jobs, on_done=lambda finished: progress(finished.job.space))
    if session.driver.stopped_by:
        raise StoppedError(session.driver.stopped_by)
    results: list[live.Reading | tuple[Refusal, ExitCode]] = []
    for finished in ended:
        if finished.value is not None:
            results.append(finished.value)
        elif isinstance(finished.error, FlowError):
            results.append(trouble(finished.error))
        elif finished.error is not None:
            raise finished.error
        else:
            raise StoppedError(SIGINT)
    return results


def _without_client(error: DeniedError) -> tuple[Refusal, ExitCode]:
    hint = f" ({error.hint})" if error.hint else ""
    return Refusal(error.code or "no-credentials", f"{error}{hint}"), error.exit_code


def trouble(error: FlowError) -> tuple[Refusal, ExitCode]:
    """What to say of a space that cannot be read, and the exit code for it."""
    answer: Answer = error.answer
    if isinstance(error, WrongAnswerError):
        return Refusal("wrong-answer", str(error)), ExitCode.FAILURE
    code = answer.code or answer.klass.value
    request = f" (request {answer.request_id})" if answer.request_id else ""
    refusal = Refusal(code, f"{answer.message or code}{request}")
    if answer.klass in DENIED:
        return refusal, ExitCode.DENIED
    if answer.klass in UNREACHABLE:
        return refusal, ExitCode.UNREACHABLE
    return refusal, ExitCode.FAILURE
