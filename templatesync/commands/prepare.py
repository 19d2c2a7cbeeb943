"""What commands begin with: the project, the chosen spaces, files without errors, and what is live beside them.

Knows no option of the command line and opens no session.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT
from typing import TYPE_CHECKING

from templatesync.commands.counting import Counted, Counting
from templatesync.commands.targets import no_such_key, no_such_target, one_more, resolve
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.kinds.rule import Summaries, Summary
from templatesync.model.calls import CallError, Calls, WrongAnswerError
from templatesync.model.change import Cause, Echo, FromCache, Narrowed, Note, Refusal, SpacePlan, defect
from templatesync.model.errors import DeniedError, FindingsError, StoppedError
from templatesync.model.finding import Finding, Severity
from templatesync.model.outcome import cause_of
from templatesync.model.request import AnswerClass
from templatesync.model.resource import NOT_LOOKED_AT, Key, Listing, Resource
from templatesync.model.strictness import Strictness
from templatesync.planning.inputs import PlanInput, PlanOptions, reading_scope
from templatesync.planning.memory import Memory, owner_of, remembered
from templatesync.planning.plan import make_plan
from templatesync.planning.reading import Reading, doubts, guard, read_space, with_details
from templatesync.planning.receipt import Receipt, SpaceReceipt
from templatesync.planning.renaming import to_read
from templatesync.project import settings, workspace
from templatesync.project.references import Links, leading
from templatesync.project.settings import Project, Space
from templatesync.project.workspace import Workspace
from templatesync.validation.check import Report, check
from templatesync.validation.project import invalid, nothing_wanted
from templatesync.validation.strictness import strictness

if TYPE_CHECKING:
    from templatesync.commands.session import Session
    from templatesync.planning.detail_cache import DetailCache
    from templatesync.project.at_revision import Revision


def open_project(directory: Path) -> Project:
    """The project in or above a folder."""
    return settings.load(settings.find(directory))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the files want in each space, by its name, and the findings that are no errors.

    `leads` are those resources that lead to others, `files` the files of these, or all that were asked for: texts and
    positions of all files take more memory than everything live. `narrowed` says, by space, what the plan is narrowed
    to, and `notes` what is to be said of that. `strictness` says where rules and policy are not the defaults. `targets`
    has, by space, what is meant by those of the options; nothing without any.
    """

    files: Workspace
    resources: Mapping[str, Mapping[Key, Resource]]
    leads: Mapping[str, frozenset[Key]]
    findings: tuple[Finding, ...]
    narrowed: Mapping[str, Narrowed] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    strictness: Strictness = Strictness()
    targets: Mapping[str, frozenset[Key]] = field(default_factory=dict)

    def options(self, options: PlanOptions, space: Space) -> PlanOptions:
        """What is asked of the plan of one space."""
        return dataclasses.replace(
            options, only=self.narrowed.get(space.name), named=self.targets.get(space.name) if self.targets else None
        )


def wanted_resources(
    project: Project,
    spaces: Sequence[Space],
    options: PlanOptions,
    cache: Path | None,
    since: Revision | None = None,
    *,
    whole: bool = False,
    importing: bool = False,
) -> Wanted:
    """What the files want, once they are checked. `cache` is the folder where what is known of files is kept.

    `whole` keeps the texts of all files, for whoever wants to know a place in one. With `importing` a key may be that
    of a language which no file has yet, while one has others of its name.

    With `since`, the plan is narrowed to what has changed since that revision; what `options` sends again goes with it.
    Raises FindingsError when a file that concerns one of the spaces has an error, or there is nothing to want: an empty
    project would otherwise look like the wish to have nothing.
    """
    files = workspace.read(project)
    report = check(files, [space.name for space in spaces], cache=cache, wanted=True)
    wanted = {space.name: report.wanted[space.name] for space in spaces}
    targets = resolve(options.targets, project.root, report, wanted) if options.targets else None
    concerned = report.with_named(targets.concern(report)) if targets else ()
    errors = [finding for finding in report.errors if targets is None or finding.file in concerned]
    if errors:
        raise files.refusal(errors)
    if not any(wanted.values()):
        if report.errors:
            raise files.refusal(report.errors)
        raise FindingsError([nothing_wanted(project)], "write a file, or take what is live with `templatesync import`")
    every = frozenset().union(*wanted.values())
    missing = [target for target in options.resubmit if not any(key.matches(target) for key in every)]
    nothing = [each for each in (targets.nothing if targets else ()) if not (importing and one_more(each, every))]
    for target in (*nothing, *missing):
        if report.errors:  # it may stand in a file that cannot be read
            raise files.refusal(report.errors)
        if target in missing:
            raise no_such_key(target, every)
        raise no_such_target(target, project.root, report, every, importing=importing)
    leads = {name: leading(KINDS, resources) for name, resources in wanted.items()}
    leading_files = {wanted[name][key].file for name, keys in leads.items() for key in keys}
    told = tuple(finding for finding in report.findings if finding.severity is not Severity.ERROR)
    found = Wanted(
        files if whole else files.holding(leading_files),
        wanted,
        leads,
        told,
        strictness=strictness(project, report, wanted.keys()),
        targets=targets.keys if targets else {},
        notes=targets.notes if targets else (),
    )
    return found if since is None else _narrowed(found, files, report, options, since)


def _narrowed(found: Wanted, files: Workspace, report: Report, options: PlanOptions, since: Revision) -> Wanted:
    from templatesync.commands.changed_since import changed_since

    changed = changed_since(files, report, found.resources.keys(), since, with_rules=False)
    narrowed: dict[str, Narrowed] = {}
    for name, scope in changed.spaces.items():
        again = {key for key in found.resources[name] if any(key.matches(target) for target in options.resubmit)}
        narrowed[name] = dataclasses.replace(scope, keys=scope.keys | again)
    told = dataclasses.replace(found.strictness, since=changed.since)
    return dataclasses.replace(found, narrowed=narrowed, notes=(*found.notes, *changed.notes), strictness=told)


def read_files(directory: Path) -> Workspace:
    """All files of the project in or above a folder."""
    return workspace.read(open_project(directory))


# --- what is live -----------------------------------------------------------------------------------------------------


def plan_inputs(
    session: Session,
    spaces: Sequence[Space],
    wanted: Wanted,
    options: PlanOptions,
    progress: Callable[[str], None] = lambda space: None,
    caches: Mapping[str, DetailCache] | None = None,
    known: Receipt | None = None,
    counted: Counted = lambda read, of: None,
    *,
    renames: bool = False,
) -> list[PlanInput]:
    """What each space looks like now, in the order of `spaces`. One that cannot be read has an error.

    With `renames`, content of a few that no file wants is read, too, where something new may be one of them.
    With `caches`, by space, what these remember is not read again. What this machine's journals, and the receipt
    `known`, say of earlier writes is taken into account. Raises StoppedError when a signal ended it.
    """
    project = wanted.files.project

    def calls(space: Space) -> Calls[Reading]:
        leads = wanted.leads[space.name]
        asked = wanted.options(options, space)
        policy = project.policy_of(space)
        scope = reading_scope(wanted.resources[space.name], leads, policy, asked, Links(KINDS))
        if caches and space.name in caches:
            scope = scope._replace(recall=caches[space.name].recall)
        reading = yield from read_space(KINDS, scope)
        if not renames or asked.prune:  # then all of it is read
            return reading
        there = PlanInput(space.name, "", wanted.resources[space.name], reading.listings, KINDS, policy)
        return (yield from with_details(KINDS, reading, to_read(there)))

    reachable = [space for space in spaces if space.name in session.clients]
    many = {space.name: len(wanted.resources[space.name]) for space in reachable}
    readings = _readings(session, reachable, calls, many, Counting(many, counted, progress))
    found: list[PlanInput] = []
    for space in spaces:
        reading = readings.get(space.name) or without_client(session.denied[space.name])
        try:
            given = _plan_input(space, reading, wanted, options)
            memory = _remembered(session, space, wanted)
            echoes: dict[str, list[Echo]] = {}
            handed = known.of(space.name, space.cust_space_id) if known is not None else SpaceReceipt()
            memory = memory.knowing(handed.deleted)
            for known_of in (memory.echoes, handed.echoes):
                for key, echo in known_of.items():
                    echoes.setdefault(key, []).append(echo)
            given = dataclasses.replace(given, echoes=echoes, memory=memory, notes=(*given.notes, *_strange(memory)))
            found.append(given if caches is None else _caching(given, reading, caches.get(space.name)))
        except Exception as error:
            found.append(_plan_input(space, defect(error), wanted, options))
    return found


def _remembered(session: Session, space: Space, wanted: Wanted) -> Memory:
    project = wanted.files.project
    client = session.clients.get(space.name)
    if client is None:
        return Memory()
    owner = owner_of(project.root, client.endpoint, space.cust_space_id)
    return remembered(project.state, space.name, owner, session.clock())


def _strange(memory: Memory) -> tuple[Note, ...]:
    return (Note("journal", f"{memory.strange}; it is left out, and apply puts it aside"),) if memory.strange else ()


def plan_space(given: PlanInput) -> SpacePlan:
    """The plan of a space. A defect on the way is its error, and no other space's."""
    try:
        return make_plan(given)
    except Exception as error:
        return make_plan(dataclasses.replace(given, error=defect(error)))


def _plan_input(space: Space, reading: Reading | Refusal, wanted: Wanted, options: PlanOptions) -> PlanInput:
    emulator = space.emulator is not None
    if isinstance(reading, Refusal):
        return PlanInput(space.name, space.cust_space_id, {}, {}, KINDS, emulator=emulator, error=reading)
    links = Links.of(KINDS, reading.listings)
    resources, leads = wanted.resources[space.name], wanted.leads[space.name]
    said = dict(resources) | {key: links.symbolic_resource(KINDS[key.kind], resources[key]) for key in leads}
    return PlanInput(
        space=space.name,
        cust_space_id=space.cust_space_id,
        wanted=said,
        listings=links.symbolic_listings(reading.listings),
        kinds=KINDS,
        links=links,
        invalid=_invalid(space, wanted.files, said, leads, links, reading.listings),
        policy=wanted.files.project.policy_of(space),
        options=wanted.options(options, space),
        waba_id=reading.account.waba_id,
        emulator=emulator,
        refusals=guard(space, reading.account),
        notes=doubts(space, reading.account),
        every_space=tuple(each.name for each in wanted.files.project.spaces),
    )


def _caching(given: PlanInput, reading: Reading | Refusal, cache: DetailCache | None) -> PlanInput:
    """The input with what came from the cache, which takes what is new."""
    if isinstance(reading, Refusal):
        return given
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
            listing = listings.get(key.kind, NOT_LOOKED_AT)
            there = listing.live.get(key)
            return target.references.summary(there.body) if there is not None and there.body is not None else None

        return summary

    known = {key: wanted[key] for key in leads if links.targets(KINDS[key.kind], wanted[key].body)}
    return invalid(files, space.name, known, summaries) if known else {}


def _readings(
    session: Session,
    spaces: Sequence[Space],
    calls: Callable[[Space], Calls[Reading]],
    wanted: Mapping[str, int],
    counting: Counting,
) -> dict[str, Reading | Refusal]:
    """What was read of each space, or why it was not. What is read by now counts, whatever breaks.

    `wanted` is how many resources the files want there.
    """
    from templatesync.service.driver.job import Job, list_seconds

    jobs = [
        Job(
            session.clients[space.name],
            calls(space),
            space=space.name,
            list_seconds=list_seconds(wanted[space.name]),
            on_answer=counting.answers_of(space.name),
        )
        for space in spaces
    ]
    ended = session.driver.run(jobs, on_done=lambda finished: counting.done(finished.job.space))
    if session.driver.stopped_by:
        raise StoppedError(session.driver.stopped_by)
    raised = next((finished.error for finished in ended if finished.error is not None), None)
    found: dict[str, Reading | Refusal] = {}
    for finished in ended:
        error = finished.error or (None if finished.started else raised)
        if error is not None:
            found[finished.job.space] = unread(error)
        elif finished.value is not None:
            found[finished.job.space] = finished.value
        else:
            raise StoppedError(SIGINT)
    return found


def without_client(error: DeniedError) -> Refusal:
    """What to say of a space for which there are no credentials."""
    hint = f"; {error.hint}" if error.hint else ""
    return Refusal(error.code or "no-credentials", f"{error}{hint}", Cause.DENIED)


def unlisted(inputs: Iterable[PlanInput]) -> Iterator[Cause]:
    """Why kinds that the files want could not be listed, for an exit code: it counts as if nothing could be read there,
    whichever other kinds can be.
    """
    for given in inputs:
        for kind in sorted({key.kind for key in given.wanted if given.options.concerns(key)}):
            if (answer := given.listing(kind).error) is not None:
                yield unread(CallError(answer)).cause


def unread(error: Exception) -> Refusal:
    """What to say of a space that cannot be read."""
    if not isinstance(error, CallError):
        return defect(error)
    if isinstance(error, WrongAnswerError):
        return Refusal("wrong-answer", str(error), Cause.UNREAD)
    answer = error.answer
    code = answer.code or answer.klass.value
    request = f" (request {answer.request_id})" if answer.request_id else ""
    cause = cause_of(answer.klass)
    hint = "; `templatesync doctor` examines the way there" if answer.klass is AnswerClass.UNREACHABLE else ""
    return Refusal(code, f"{answer.message or code}{request}{hint}", Cause.UNREAD if cause is Cause.RAN else cause)
