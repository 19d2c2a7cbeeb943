"""`doctor`: can this machine, with these credentials, plan and apply in these spaces? It only reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

from templatesync.commands import diagnosis
from templatesync.commands.diagnosis import Check, PolicyRole, Seen, Way
from templatesync.commands.prepare import open_project
from templatesync.commands.session import Connection, Session, connect
from templatesync.kinds import KINDS
from templatesync.model.belief import Belief, Verdict
from templatesync.model.errors import ExitCode, ServiceError, StoppedError, worst
from templatesync.model.json_value import Json
from templatesync.project import workspace
from templatesync.project.choosing import choose
from templatesync.project.references import referring
from templatesync.project.settings import Project, Space
from templatesync.service.credentials import Credentials
from templatesync.service.driver.driver import Job

_LISTED = 60.0
"""Seconds for the pages of lists in one space. Nothing is concluded from them but what they look like, and each answer
is kept until then."""


@dataclass(frozen=True, slots=True)
class SpaceChecks:
    """What was found in one space, and what the service is like there. `waba_id` is empty when it could not be read."""

    space: str
    cust_space_id: str
    emulator: bool
    waba_id: str
    checks: tuple[Check, ...]
    beliefs: tuple[Belief, ...] = ()


@dataclass(frozen=True, slots=True)
class DoctorResult:
    """All spaces, in the order they were chosen."""

    spaces: tuple[SpaceChecks, ...]
    exit_code: ExitCode


def policy(role: str) -> Json:
    """The RAM policy of those who `plan`, or of those who `apply`. Needs no project."""
    return diagnosis.policy(PolicyRole(role), KINDS)


def doctor(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    connection: Connection,
    *,
    progress: Callable[[str], None] = lambda space: None,
) -> DoctorResult:
    """Examine each space. What is wrong in one keeps none of the others from being looked at."""
    owner = open_project(directory)
    chosen = choose(owner, spaces, every, in_ci=False)
    used = _used(owner)
    with connect(owner, chosen, connection, partly=True, keep_raw=True) as session:
        keys = {**_credentials(session), **session.denied}
        ready = [space for space in chosen if isinstance(keys[space.name], Credentials)]
        seen = _ask(session, ready, progress)
        rates = _rates(session)
        found = tuple(
            _space(space, session, keys[space.name], seen.get(space.name, Seen()), rates, used[space.name])
            for space in chosen
        )
    return DoctorResult(found, worst(check.exit_code for space in found for check in space.checks))


def _used(project: Project) -> dict[str, frozenset[str]]:
    """By space, the kinds that its files have or refer to. A file that cannot be read has none."""
    found: dict[str, set[str]] = {space.name: set() for space in project.spaces}
    for entry in workspace.read(project).entries:
        kind = KINDS[entry.resource.key.kind]
        leads = {kind.references.fields[str(path[-1])] for path, _ in referring(kind, entry.resource.body)}
        for name in entry.spaces:
            found[name] |= {kind.name, *leads}
    return {name: frozenset(kinds) for name, kinds in found.items()}


def _space(
    space: Space,
    session: Session,
    key: Credentials | ServiceError,
    seen: Seen,
    rates: Belief,
    used: frozenset[str],
) -> SpaceChecks:
    if isinstance(key, ServiceError):
        checks: tuple[Check, ...] = (diagnosis.no_credentials(key),)
    else:
        client = session.clients[space.name]
        way = Way(client.credentials.source, key.expires_at, client.endpoint, client.skew)
        checks = tuple(diagnosis.checks(space, way, seen, KINDS, used))
    waba_id = seen.account.waba_id if seen.account else ""
    beliefs = tuple(sorted((*seen.beliefs, rates))) if seen.beliefs else ()
    return SpaceChecks(space.name, space.cust_space_id, space.emulator is not None, waba_id, checks, beliefs)


def _credentials(session: Session) -> dict[str, Credentials | ServiceError]:
    """By space, or why there are none. Spaces share their sources, so each is asked once."""
    fetched: dict[int, Credentials | ServiceError] = {}
    for client in session.clients.values():
        if id(client.credentials) not in fetched:
            try:
                fetched[id(client.credentials)] = client.credentials.get()
            except ServiceError as error:
                fetched[id(client.credentials)] = error
    return {name: fetched[id(client.credentials)] for name, client in session.clients.items()}


def _rates(session: Session) -> Belief:
    """How often calls may be made, as far as this run shows it: of all spaces, for they share what they learn."""
    learned = {operation for _, operation in session.driver.learned}
    told = tuple(
        f"{name}: {rate:g} a second{' (learned)' if name in learned else ''}"
        for name, rate in sorted(session.driver.rates().items())
    )
    believed = "calls may be made as often as the pages say"
    if session.driver.throttled:
        return Belief("rates", Verdict.DIFFERS, believed, (f"{session.driver.throttled} were throttled", *told))
    return Belief("rates", Verdict.OK if told else Verdict.UNKNOWN, believed, told)


def _ask(session: Session, spaces: Sequence[Space], progress: Callable[[str], None]) -> Mapping[str, Seen]:
    jobs = [
        Job(session.clients[space.name], diagnosis.examine(KINDS), space=space.name, list_seconds=_LISTED)
        for space in spaces
    ]
    seen: dict[str, Seen] = {}
    for finished in session.driver.run(jobs, on_done=lambda finished: progress(finished.job.space)):
        if finished.error is not None:
            raise finished.error
        if finished.value is not None:
            seen[finished.job.space] = finished.value
    if session.driver.stopped_by or len(seen) < len(jobs):
        raise StoppedError(session.driver.stopped_by or SIGINT)
    return seen
