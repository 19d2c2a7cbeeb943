"""What commands that ask the service go on with: what is live in the chosen spaces, beside what the files want."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from signal import SIGINT

from templatesync.commands.session import Session
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.kinds.rule import Face, Faces
from templatesync.model.calls import FlowError, WrongAnswerError
from templatesync.model.change import FromCache, Refusal, SpacePlan
from templatesync.model.errors import DeniedError, ExitCode, StoppedError
from templatesync.model.request import DENIED, UNREACHABLE, Answer
from templatesync.model.resource import Key, Listing, Resource
from templatesync.planning.detail_cache import Memory
from templatesync.planning.inputs import Scene, Wishes, reading_scope
from templatesync.planning.reading import (
    Reading,
    ReadingSteps,
    guard,
    read_space,
)
from templatesync.project.references import Links, leading
from templatesync.project.settings import Space
from templatesync.project.workspace import Workspace
from templatesync.validation import check


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

    def routine(space: Space) -> ReadingSteps:
        scope = reading_scope(wanted[space.name], leads[space.name], policy, wishes, Links(KINDS))
        if memories and space.name in memories:
            scope = scope._replace(recall=memories[space.name].recall)
        return read_space(KINDS, scope)

    found: list[Scene | SpacePlan] = []
    codes: list[ExitCode] = []
    reachable = [space for space in spaces if space.name in session.clients]
    names = [space.name for space in reachable]
    readings = dict(zip(names, _readings(session, reachable, routine, progress), strict=True))
    for space in spaces:
        reading = readings.get(space.name) or _without_client(session.denied[space.name])
        if isinstance(reading, Reading):
            scene = _scene(space, reading, wanted[space.name], leads[space.name], files, wishes)
            found.append(scene if memories is None else _remembering(scene, reading, memories.get(space.name)))
        else:
            refusal, code = reading
            found.append(SpacePlan(space.name, space.cust_space_id, emulator=space.emulator is not None, error=refusal))
            codes.append(code)
    return found, codes


def _scene(
    space: Space,
    reading: Reading,
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
        refusals=guard(space, reading.account),
    )


def _remembering(scene: Scene, reading: Reading, memory: Memory | None) -> Scene:
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
    routine: Callable[[Space], ReadingSteps],
    progress: Callable[[str], None],
) -> list[Reading | tuple[Refusal, ExitCode]]:
    from templatesync.service.driver.driver import Job

    jobs = [Job(session.clients[space.name], routine(space), space=space.name) for space in spaces]
    ended = session.driver.run(jobs, on_done=lambda finished: progress(finished.job.space))
    if session.driver.stopped_by:
        raise StoppedError(session.driver.stopped_by)
    results: list[Reading | tuple[Refusal, ExitCode]] = []
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
