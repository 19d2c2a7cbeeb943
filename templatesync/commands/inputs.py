"""What commands that ask the service go on with: what is live in the chosen spaces, beside what the files want."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from signal import SIGINT

from templatesync.commands.session import Session
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.kinds.rule import Summaries, Summary
from templatesync.model.calls import CallError, Calls, WrongAnswerError
from templatesync.model.change import FromCache, Refusal, SpacePlan
from templatesync.model.errors import DeniedError, ExitCode, StoppedError
from templatesync.model.request import DENIED, UNREACHABLE, Answer
from templatesync.model.resource import Key, Listing, Resource
from templatesync.planning.detail_cache import DetailCache
from templatesync.planning.inputs import PlanInput, PlanOptions, reading_scope
from templatesync.planning.reading import (
    Reading,
    guard,
    read_space,
)
from templatesync.project.references import Links, leading
from templatesync.project.settings import Space
from templatesync.project.workspace import Workspace
from templatesync.validation import check


def plan_inputs(
    session: Session,
    files: Workspace,
    spaces: Sequence[Space],
    wanted: Mapping[str, Mapping[Key, Resource]],
    options: PlanOptions,
    progress: Callable[[str], None] = lambda space: None,
    caches: Mapping[str, DetailCache] | None = None,
) -> tuple[list[PlanInput | SpacePlan], list[ExitCode]]:
    """What each space looks like now, in the order of `spaces`. One that cannot be read is a plan with an error.

    With `caches`, by space, what these remember is not read again.
    """
    policy = files.project.policy
    leads = {space.name: leading(KINDS, wanted[space.name]) for space in spaces}

    def calls(space: Space) -> Calls[Reading]:
        scope = reading_scope(wanted[space.name], leads[space.name], policy, options, Links(KINDS))
        if caches and space.name in caches:
            scope = scope._replace(recall=caches[space.name].recall)
        return read_space(KINDS, scope)

    found: list[PlanInput | SpacePlan] = []
    codes: list[ExitCode] = []
    reachable = [space for space in spaces if space.name in session.clients]
    names = [space.name for space in reachable]
    readings = dict(zip(names, _readings(session, reachable, calls, progress), strict=True))
    for space in spaces:
        reading = readings.get(space.name) or _without_client(session.denied[space.name])
        if isinstance(reading, Reading):
            given = _plan_input(space, reading, wanted[space.name], leads[space.name], files, options)
            found.append(given if caches is None else _caching(given, reading, caches.get(space.name)))
        else:
            refusal, code = reading
            found.append(SpacePlan(space.name, space.cust_space_id, emulator=space.emulator is not None, error=refusal))
            codes.append(code)
    return found, codes


def _plan_input(
    space: Space,
    reading: Reading,
    wanted: Mapping[Key, Resource],
    leads: Collection[Key],
    files: Workspace,
    options: PlanOptions,
) -> PlanInput:
    links = Links.of(KINDS, reading.listings)
    said = dict(wanted) | {key: links.symbolic_resource(KINDS[key.kind], wanted[key]) for key in leads}
    return PlanInput(
        space=space.name,
        cust_space_id=space.cust_space_id,
        wanted=said,
        listings=links.symbolic_listings(reading.listings),
        kinds=KINDS,
        links=links,
        invalid=_invalid(space, files, said, leads, links, reading.listings),
        policy=files.project.policy,
        options=options,
        waba_id=reading.account.waba_id,
        emulator=space.emulator is not None,
        refusals=guard(space, reading.account),
    )


def _caching(given: PlanInput, reading: Reading, cache: DetailCache | None) -> PlanInput:
    """A given that says what came from cache, which takes what is new."""
    if cache is None:
        return dataclasses.replace(given, from_cache=FromCache())
    cache.keep(reading.listings)
    return dataclasses.replace(given, from_cache=cache.used)


def _invalid(
    space: Space,
    files: Workspace,
    wanted: Mapping[Key, Resource],
    leads: Collection[Key],
    links: Links,
    listings: Mapping[str, Listing],
) -> dict[Key, str]:
    """What rules say of resources that lead to others, now that these can be seen. Files come before what is live."""

    def summaries(kind: Kind) -> Summaries:
        def summary(name: str, text: str) -> Summary | None:
            key = links.target(kind, name, text)
            if key is None:
                return None
            target = KINDS[key.kind]
            if key in wanted and not wanted[key].options.absent:
                return target.references.summary(wanted[key].body)
            there = listings[key.kind].live.get(key)
            return target.references.summary(there.body) if there is not None and there.body is not None else None

        return summary

    known = {key for key in leads if links.targets(KINDS[key.kind], wanted[key].body)}
    return check.invalid(files, space.name, known, summaries) if known else {}


def _readings(
    session: Session,
    spaces: Iterable[Space],
    calls: Callable[[Space], Calls[Reading]],
    progress: Callable[[str], None],
) -> list[Reading | tuple[Refusal, ExitCode]]:
    from templatesync.service.driver.driver import Job

    jobs = [Job(session.clients[space.name], calls(space), space=space.name) for space in spaces]
    ended = session.driver.run(jobs, on_done=lambda finished: progress(finished.job.space))
    if session.driver.stopped_by:
        raise StoppedError(session.driver.stopped_by)
    results: list[Reading | tuple[Refusal, ExitCode]] = []
    for finished in ended:
        if finished.value is not None:
            results.append(finished.value)
        elif isinstance(finished.error, CallError):
            results.append(trouble(finished.error))
        elif finished.error is not None:
            raise finished.error
        else:
            raise StoppedError(SIGINT)
    return results


def _without_client(error: DeniedError) -> tuple[Refusal, ExitCode]:
    hint = f" ({error.hint})" if error.hint else ""
    return Refusal(error.code or "no-credentials", f"{error}{hint}"), error.exit_code


def trouble(error: CallError) -> tuple[Refusal, ExitCode]:
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
