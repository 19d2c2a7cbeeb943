"""What is live in several spaces, read at once for `import`. One that cannot be read hides no other; writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from templatesync.commands.counting import Counted, Counting
from templatesync.commands.prepare import unread, without_client
from templatesync.commands.session import Connection, Session, connect
from templatesync.commands.targets import kinds_named
from templatesync.kinds import KINDS
from templatesync.kinds.base import Scope
from templatesync.model.calls import CallError
from templatesync.model.change import Refusal
from templatesync.model.errors import StoppedError
from templatesync.model.resource import Key, Listing
from templatesync.planning.reading import read_listings
from templatesync.project.settings import Project, Space

if TYPE_CHECKING:
    from templatesync.commands.pictures import Picture
    from templatesync.service.driver.job import Job

Mine = Callable[[Space, Key], bool]
"""Whether a resource of a space is asked for, and ours."""


@dataclass(frozen=True, slots=True)
class Read:
    """What every space has, by its name, or why it cannot be read."""

    listings: Mapping[str, Mapping[str, Listing]]
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()


def read_spaces(
    project: Project,
    spaces: Sequence[Space],
    connection: Connection,
    known: Mapping[str, Collection[Key]],
    keys: Collection[str],
    mine: Mine,
    counted: Counted,
    progress: Callable[[str], None],
    images: Path | None,
) -> Read:
    """Everything that is asked for in each space. `known` is what files want there, by space.

    Raises DeniedError when there are no credentials for the only space, StoppedError when a signal ended it.
    """
    counting = Counting(dict.fromkeys((space.name for space in spaces), 0), counted, progress)
    with connect(project, spaces, connection, partly=len(spaces) > 1) as session:
        reachable = [space for space in spaces if space.name in session.clients]
        jobs = [_job(session, space, known[space.name], keys, mine, counting) for space in reachable]
        refused = {name: without_client(error) for name, error in session.denied.items()}
        found: dict[str, Mapping[str, Listing]] = {}
        ended = session.driver.run(jobs, on_done=lambda finished: counting.done(finished.job.space))
        if session.driver.stopped_by:
            raise StoppedError(session.driver.stopped_by)
        raised = next((finished.error for finished in ended if finished.error is not None), None)
        for finished in ended:
            error = finished.error or (None if finished.started else raised)
            if error is not None and not isinstance(error, CallError) and len(spaces) == 1:
                raise error
            if error is not None:
                refused[finished.job.space] = unread(error)
            elif finished.value is not None:
                found[finished.job.space] = finished.value
        return Read(found, refused, _pictures(session, spaces, found, mine, images) if images is not None else ())


def _job(
    session: Session, space: Space, known: Collection[Key], keys: Collection[str], mine: Mine, counting: Counting
) -> Job[dict[str, Listing]]:
    from templatesync.service.driver.job import Job, list_seconds

    kinds = kinds_named(keys) & KINDS.keys()
    referred = {target for name in kinds or () for target in KINDS[name].references.fields.values()}
    scope = Scope(frozenset(known), partial(mine, space), everything=True, kinds=kinds | referred if kinds else None)
    return Job(
        session.clients[space.name],
        read_listings(KINDS, scope),
        space=space.name,
        list_seconds=list_seconds(len(known)),
        on_answer=counting.answers_of(space.name),
    )


def _pictures(
    session: Session, spaces: Sequence[Space], found: Mapping[str, Mapping[str, Listing]], mine: Mine, images: Path
) -> tuple[Picture, ...]:
    """The pictures of each space; of several, each in a folder of its own, for they may have one name."""
    from templatesync.commands.pictures import save

    saved: list[Picture] = []
    for space in spaces:
        if space.name in found:
            folder = images / space.name if len(spaces) > 1 else images
            saved += save(session, space, found[space.name].values(), folder, partial(mine, space))
    return tuple(saved)
