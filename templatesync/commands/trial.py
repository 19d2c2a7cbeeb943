"""`doctor --trial`: what only writing shows, tried on a resource of our own that nobody gets.

It asks before it writes, never touches what the project wants or what it did not make, and remembers nothing: the next
call finds by the name where the trial stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from signal import SIGINT
from typing import TypeVar

from templatesync.commands.prepare import open_project, unread
from templatesync.commands.session import Connection, Session, connect
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.kinds.examining import Trial, TrialState
from templatesync.model.belief import Belief, Observation, Verdict, judge
from templatesync.model.calls import CallError, Calls
from templatesync.model.change import Cause
from templatesync.model.errors import ExitCode, RefusedError, StoppedError, UsageError
from templatesync.model.outcome import exit_code
from templatesync.model.request import Answer
from templatesync.planning.reading import guard, read_account
from templatesync.project import workspace
from templatesync.project.choosing import choose, one_of
from templatesync.project.settings import Project, Space
from templatesync.service.driver.driver import Job
from templatesync.service.driver.job import Sender

T = TypeVar("T")

HELD_DAYS = 30


class Stage(StrEnum):
    """How far a call came."""

    CREATED = "created"
    PENDING = "pending"
    EDITED = "edited"
    FINISHED = "finished"
    REFUSED = "refused"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What a call of `doctor --trial` did and saw. `message` says it in one sentence, with the next step."""

    space: str
    emulator: bool
    stage: Stage
    message: str
    learned: tuple[Belief, ...]
    exit_code: ExitCode


def run_trial(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    connection: Connection,
    name: str,
    confirm: Callable[[str], bool],
) -> TrialResult:
    """One call: create, or wait for the review, or edit and delete. `confirm` is asked before anything is written."""
    kind, trial = next((kind, kind.remote.trial()) for kind in KINDS.values() if kind.remote.trial is not None)
    if reason := trial.named(name):
        raise UsageError(f"{name!r} is no name for a trial", hint=reason)
    project = open_project(directory)
    space = one_of(choose(project, spaces, every, in_ci=False), "a trial is made in one space")
    _unwanted(project, kind, name)
    with connect(project, (space,), connection, keep_raw=True, writes=True) as session:
        return _Calling(session, space, kind.name, trial, name, confirm).run()


def _unwanted(project: Project, kind: Kind, name: str) -> None:
    """Whatever a file is about is not for trials, in whichever space or state."""
    for entry in workspace.read(project).entries:
        resource = entry.resource
        if resource.key.kind == kind.name and name in (resource.key.name, resource.options.replaces):
            raise RefusedError(f"{resource.file} is about the {kind.name} {name}", hint="try a name that no file has")


@dataclass(frozen=True, slots=True)
class _Calling:
    session: Session
    space: Space
    kind: str
    trial: Trial
    name: str
    confirm: Callable[[str], bool]

    def run(self) -> TrialResult:
        try:
            account = self._do(read_account())
            refusals = guard(self.space, account)
            if refusals:
                message = "; ".join(refusal.message for refusal in refusals)
                return self._end(Stage.REFUSED, message, (), ExitCode.REFUSED)
            return self._go_on(self._do(self.trial.look(self.name)))
        except CallError as error:
            refusal = unread(error)
            return self._end(Stage.REFUSED, f"the space cannot be read: {refusal.message} [{refusal.code}]", (),
                             exit_code([refusal.cause]))  # fmt: skip

    def _go_on(self, found: TrialState) -> TrialResult:
        if not found.listed:
            return self._begin(found)
        if len(found.listed) > 1:
            message = f"there are {len(found.listed)} of the name {self.name}, so it is not touched"
            return self._end(Stage.REFUSED, message, (), ExitCode.REFUSED)
        if found.unread is not None:
            message = f"{self.name} is listed, but cannot be read: {_words(found.unread)}"
            return self._end(Stage.REFUSED, message, (), ExitCode.FAILURE)
        if not found.ours:
            message = f"{self.name} was not made by a trial, so it is not touched; try a name that is free"
            return self._end(Stage.REFUSED, message, (), ExitCode.REFUSED)
        if found.running:
            message = "its review is still running; call this again once it is over: it is edited then, and deleted"
            return self._end(Stage.PENDING, message, self.trial.pending(found), ExitCode.PENDING)
        return self._finish(found)

    def _begin(self, found: TrialState) -> TrialResult:
        if not found.complete:
            message = "the listing is not complete, so it is not certain that the name is free; try again"
            return self._end(Stage.REFUSED, message, (), ExitCode.FAILURE)
        more = (
            "Nothing of this name is listed, and whether a trial of it has ended nobody remembers: take a name that "
            "was never tried. It goes to a real review"
        )
        if not self.confirm(self._question(f"create the {self.kind}", more)):
            return self._end(Stage.DECLINED, "nothing was written", (), ExitCode.OK)
        done = self._do(self.trial.begin(self.name), self.session.writers)
        if done.refused is not None:
            message = f"the service did not create it: {_words(done.refused)}{_hint(done.refused)}"
            return self._end(Stage.REFUSED, message, done.observations, _code_of(done.refused))
        if self._over():
            message = "it was created, and its review is over; call this again now: it is edited then, and deleted"
            return self._end(Stage.CREATED, message, done.observations, ExitCode.OK)
        message = "it was created; call this again once its review is over"
        return self._end(Stage.CREATED, message, done.observations, ExitCode.PENDING)

    def _over(self) -> bool:
        """Whether the review of what was just created is over by now; not when that cannot be read."""
        try:
            return self._do(self.trial.look(self.name)).over
        except CallError:
            return False

    def _finish(self, found: TrialState) -> TrialResult:
        what = f"delete the {self.kind}" if found.edited else f"edit (one more review) and delete the {self.kind}"
        if not self.confirm(self._question(what, "It is one that a trial made")):
            return self._end(Stage.DECLINED, "nothing was written", self.trial.pending(found), ExitCode.OK)
        done = self._do(self.trial.finish(self.name, found), self.session.writers)
        if done.deleted:
            message = f"it was deleted, and the trial is over; for another one take another name, as {self._held()}"
            return self._end(Stage.FINISHED, message, done.observations, ExitCode.OK)
        assert done.refused is not None
        if done.edited and not found.edited:
            message = f"it was edited, and cannot be deleted now: {_words(done.refused)}; call this again later"
            return self._end(Stage.EDITED, message, done.observations, ExitCode.PENDING)
        message = f"it cannot be deleted: {_words(done.refused)}; delete it in the console"
        return self._end(Stage.REFUSED, message, done.observations, _code_of(done.refused))

    def _question(self, what: str, more: str) -> str:
        where = f"the emulator's space {self.space.name}" if self.space.emulator else f"the space {self.space.name}"
        return f"This would {what} {self.name} in {where}. {more}, and once it is deleted, {self._held()}."

    def _held(self) -> str:
        return f"nobody can use the name for {HELD_DAYS} days"

    def _end(self, stage: Stage, message: str, seen: Iterable[Observation], code: ExitCode) -> TrialResult:
        learned = tuple(one for one in judge(self.trial.believed, seen) if one.verdict is not Verdict.UNKNOWN)
        return TrialResult(self.space.name, self.space.emulator is not None, stage, message, learned, code)

    def _do(self, calls: Calls[T], senders: Mapping[str, Sender] | None = None) -> T:
        """Run some calls to their end. Only what was agreed to is given a sender that can write."""
        job = Job((senders or self.session.clients)[self.space.name], calls, space=self.space.name)
        (finished,) = self.session.driver.run([job])
        if finished.error is not None:
            raise finished.error
        if finished.value is None or self.session.driver.stopped_by:
            raise StoppedError(self.session.driver.stopped_by or SIGINT)
        return finished.value


def _words(answer: Answer) -> str:
    return f"{answer.message or answer.code} [{answer.code or answer.klass.value}]"


def _hint(answer: Answer) -> str:
    if answer.code != "InvalidParameter.TemplateNameExist":
        return ""
    return "; the service still keeps this name (deleted names are held for weeks): try another one"


def _code_of(answer: Answer) -> ExitCode:
    cause = unread(CallError(answer)).cause
    return ExitCode.FAILURE if cause is Cause.UNREAD else exit_code([cause])
