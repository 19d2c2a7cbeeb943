"""What a preview shows beside the files: what they were at a revision of git, and what is live. Knows no page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.look.drawing import Looks, in_all_fillings
from templatesync.model.errors import ExitCode
from templatesync.model.json_value import Json
from templatesync.model.outcome import defects_of, exit_code
from templatesync.model.resource import Key, Live, Resource
from templatesync.project.settings import Project, Space
from templatesync.project.workspace import Workspace
from templatesync.validation.check import Report

if TYPE_CHECKING:
    from templatesync.commands.session import Connection
    from templatesync.planning.inputs import PlanInput
    from templatesync.project.at_revision import Revision


class Content(NamedTuple):
    """Something that can be drawn."""

    kind: Kind
    body: Json
    language: str
    samples: Mapping[str, str]

    def looks(self) -> Looks:
        """What a customer sees of it."""
        look = self.kind.content.look
        return in_all_fillings(lambda values: look(self.body, self.language, self.samples, values))


@dataclass(frozen=True, slots=True)
class Beside:
    """What is or was under the keys of the files, by space. `title` names where that is, `what` all of it.

    `gone` is what no file has any more, `unread` says of spaces why they could not be read.
    """

    title: str
    what: str
    found: Mapping[str, Mapping[Key, Content]]
    gone: Mapping[Key, Content] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    exit_code: ExitCode = ExitCode.OK
    defects: tuple[Exception, ...] = ()

    def titled(self, space: str) -> str:
        """Where something of this space is."""
        return self.title.format(space=space)


def content_of(kind: Kind, resource: Resource) -> Content:
    """What files say of a resource."""
    samples = kind.content.samples(resource.body).variables
    return Content(kind, resource.body, resource.key.language, samples)


def at_revision(
    open_: ExitStack, project: Project, revision: Revision, order: Sequence[str], names: Sequence[str]
) -> Beside:
    """What the files were, those in `names` (files or folders) if there are any; `open_` keeps the revision readable.

    Raises UsageError when there is no repository, no such revision, or not all of it in this clone.
    """
    from templatesync.project.at_revision import project_at

    then = open_.enter_context(project_at(project.root, revision))
    when = f"at {revision.name} ({then.commit[:12]})"
    title, what = when.replace("{", "{{").replace("}", "}}"), f"the files {when}"
    found: dict[str, dict[Key, Content]] = {name: {} for name in order}
    gone: dict[Key, Content] = {}
    if then.files is None:
        return Beside(
            title, what, found, notes=(f"At {revision.name} {then.why}, so nothing is shown beside the files.",)
        )
    for entry in sorted(
        then.files.entries, key=lambda entry: min(map(order.index, found.keys() & entry.spaces), default=0)
    ):
        resource = entry.resource
        spaces = [name for name in entry.spaces if name in found]
        if not spaces or resource.options.absent:
            continue
        content = content_of(entry.kind, resource)
        for name in spaces:
            found[name].setdefault(resource.key, content)
        if not names or any(name in (".", resource.file) or resource.file.startswith(f"{name}/") for name in names):
            gone.setdefault(resource.key, content)
    return Beside(title, what, found, gone)


def live(there: Workspace, report: Report, spaces: Sequence[Space], connection: Connection) -> Beside:
    """What is live of what the files want, also when some of them have errors. Writes nothing."""
    from templatesync.commands.prepare import Wanted, plan_inputs
    from templatesync.commands.session import connect
    from templatesync.planning.inputs import PlanOptions
    from templatesync.project.references import leading

    wanted = {space.name: report.wanted[space.name] for space in spaces}
    leads = {name: leading(KINDS, resources) for name, resources in wanted.items()}
    files = there.holding({wanted[name][key].file for name, keys in leads.items() for key in keys})
    with connect(there.project, spaces, connection, partly=True) as session:
        inputs = plan_inputs(session, spaces, Wanted(files, wanted, leads, ()), PlanOptions())
    errors = {each.space: each.error for each in inputs if each.error is not None}
    return Beside(
        "live in {space}",
        "what is live",
        {each.space: dict(_live(each)) for each in inputs},
        unread={space: error.message for space, error in errors.items()},
        exit_code=exit_code(error.cause for error in errors.values()),
        defects=defects_of(each.error for each in inputs),
    )


def _live(given: PlanInput) -> Iterator[tuple[Key, Content]]:
    """What is live, drawn with the samples of the files: both then differ in nothing but content."""
    for key, resource in given.wanted.items():
        found: Live | None = given.live(key)
        if found is None or found.body is None:
            continue
        kind = given.kinds[key.kind]
        samples = kind.content.samples
        given_samples = {**samples(found.body).variables, **samples(resource.body).variables}
        yield key, Content(kind, kind.content.shown(found), key.language, given_samples)
