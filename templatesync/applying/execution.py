"""Carrying out the plans of several spaces, phase by phase, and how it ended. Knows no session, no receipt, no kind.

One failure stops or hides no other, be it a defect of this program: each planned change ends as exactly one outcome.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from templatesync.applying.apply import carry_out, phases
from templatesync.applying.journal import Journal
from templatesync.applying.lock import Held
from templatesync.applying.recovering import recovered, resolved_keys
from templatesync.applying.run import Run
from templatesync.applying.waiting import recalled
from templatesync.model.attempt import AFTER_A_RUN, Recovered
from templatesync.model.change import Action, Cause, Change, Plan, Refusal, SpacePlan, defect
from templatesync.model.errors import ExitCode, stopped_code, worst
from templatesync.model.outcome import Outcome, OutcomeKind, RunProgress, exit_code
from templatesync.model.resource import Key
from templatesync.planning.approval import Approved, approve, blocked, held_back, not_started
from templatesync.planning.inputs import PlanInput
from templatesync.planning.safety import unsafe
from templatesync.service.driver.driver import Driver, Finished, Interrupted, Job, Sender


@dataclass(frozen=True, slots=True)
class Means:
    """What a run works with: who sends for a space, by its name, and the driver that they share.

    `state` is the folder of journals, and `held` the locks, by space. With `wait` a change whose quota is used up goes
    on by itself, until `timeout` seconds are over. `started` is told how many changes there are, `ended` each end, and
    `waiting` now and then what was sent and does not show yet. `clock` is what other runs and the service are compared
    with; `steady` began as it, and goes on evenly whatever is done to it.
    """

    senders: Mapping[str, Sender]
    driver: Driver
    clock: Callable[[], float]
    steady: Callable[[], float]
    state: Path
    held: Mapping[str, Held]
    wait: bool = False
    timeout: float = 1800.0
    started: Callable[[int], None] = lambda total: None
    ended: Callable[[Outcome], None] = lambda outcome: None
    waiting: Callable[[Key], None] = lambda key: None
    with_waiting: bool = False
    """What a saved plan has as blocked by a rollout or a review may run, too, once that is over."""


@dataclass(frozen=True, slots=True)
class Executed:
    """The plan of each space with the end of each of its changes, by key.

    `recovered` is, by space, what an earlier run had done and nobody was told. `journals` take a last line once all of
    this is told.
    """

    spaces: tuple[tuple[SpacePlan, tuple[Outcome, ...]], ...]
    exit_code: ExitCode
    recovered: Mapping[str, tuple[Recovered, ...]] = field(default_factory=dict)
    journals: tuple[Journal, ...] = ()


@dataclass(slots=True)
class _Space:
    """One space: what of its plan runs, and what has ended."""

    given: PlanInput
    plan: SpacePlan
    changes: tuple[Change, ...] = ()
    outcomes: list[Outcome] = field(default_factory=list)
    run: Run | None = None
    journal: Journal | None = None
    cut_off: float = 0.0
    """Epoch seconds of the last write of a run of which no journal here knows, and that did not come to its end."""
    refused: Cause | None = None
    """By a safety rule."""

    @property
    def ends(self) -> list[OutcomeKind | Cause]:
        """Everything that an exit code follows from."""
        whole = [self.plan.error.cause if self.plan.error else None, self.refused]
        return [*(cause for cause in whole if cause is not None), *(outcome.end for outcome in self.outcomes)]


def execute(
    inputs: Sequence[PlanInput], plans: Sequence[SpacePlan], saved: Plan | None, means: Means, stack: ExitStack
) -> Executed:
    """Write what the plans hold; with a `saved` plan only what that permits. Each plan belongs to an input.

    The journals stay open as long as `stack`. Raises LocalError, before the first write, when one cannot be written.
    """
    permitted = {space.space: space.changes for space in saved.spaces} if saved is not None else {}
    spaces = [
        _prepared(given, plan, None if saved is None else permitted[plan.space], with_waiting=means.with_waiting)
        for given, plan in zip(inputs, plans, strict=True)
    ]
    for space in spaces:
        if space.plan.error is None:
            _open_run(space, means, stack)
    means.started(sum(len(space.changes) for space in spaces))
    _carry_out(spaces, means)
    for space in spaces:
        if space.plan.error is None:
            _leave(space, means.held[space.plan.space], means.clock())
    told = {space.plan.space: recovered(space.given, space.plan) for space in spaces if space.plan.error is None}
    ended = tuple((space.plan, tuple(sorted(space.outcomes, key=lambda each: each.change.key))) for space in spaces)
    journals = tuple(space.journal for space in spaces if space.journal is not None)
    return Executed(ended, _exit_code(spaces, means.driver), told, journals)


def _open_run(space: _Space, means: Means, stack: ExitStack) -> None:
    """Begin the journal of a space anew, and leave a word at its lock around each write."""
    name, given = space.plan.space, space.given
    held, owner, clock = means.held[name], given.memory.owner, means.clock
    if not held.ended and not recalled(given, held):
        space.cut_off = held.at
    journal = Journal(
        means.state,
        name,
        given.memory,
        clock,
        resolved_keys(given, space.plan, clock()),
        writing=lambda at: held.writing(owner, at),
    )
    if space.changes or journal.exists:
        space.journal = stack.enter_context(journal)
        until = means.steady() + means.timeout
        space.run = Run(given, journal, means.steady, clock, means.wait, until, waiting=means.waiting)


def _leave(space: _Space, held: Held, now: float) -> None:
    """Let the lock say that nothing is under way any more, unless there is something of which nobody knows.

    That may be of another run: this one may have had nothing to do with it, or no journal of it.
    """
    settled = resolved_keys(space.given, space.plan, now)
    in_doubt = [attempt.at for key, attempt in space.given.memory.in_doubt.items() if key not in settled]
    recent = any(now - at < AFTER_A_RUN for at in (*in_doubt, space.cut_off))
    if not recent and not any(outcome.kind is OutcomeKind.UNKNOWN for outcome in space.outcomes):
        held.end()


# --- before the first write -------------------------------------------------------------------------------------------


def _prepared(given: PlanInput, plan: SpacePlan, permitted: Sequence[Change] | None, *, with_waiting: bool) -> _Space:
    """What of a plan runs. A space that cannot be read, or whose plan broke, writes nothing and says so."""
    if plan.error is not None:
        return _without_run(given, plan, plan.error, permitted or ())
    try:
        return _approved(given, plan, permitted, with_waiting=with_waiting)
    except Exception as error:
        planned = plan.changes if permitted is None else permitted
        return _without_run(given, plan._replace(error=defect(error)), defect(error), planned)


def _without_run(given: PlanInput, plan: SpacePlan, why: Refusal, planned: Sequence[Change]) -> _Space:
    left = [held_back(change, why) for change in planned if change.action.writes]
    barred = [blocked(change) for change in planned if change.action is Action.BLOCKED]
    return _Space(given, plan, outcomes=[*left, *barred])


def _approved(given: PlanInput, plan: SpacePlan, permitted: Sequence[Change] | None, *, with_waiting: bool) -> _Space:
    """What may run. A refused space writes nothing, and says so of each change."""
    approved = approve(given, plan.changes, permitted, with_waiting=with_waiting)
    refusals: Sequence[Refusal] = plan.refusals
    if permitted is not None:
        refusals = [*given.refusals, *unsafe(given, _only(approved.changes, plan.changes))]
    if not refusals:
        return _Space(given, plan, approved.changes, [*approved.outcomes])
    return _refused(given, plan, approved, refusals[0])


def _refused(given: PlanInput, plan: SpacePlan, approved: Approved, refusal: Refusal) -> _Space:
    refused = [held_back(change, refusal) for change in approved.changes]
    counts = bool(refused) or refusal.cause is Cause.WRONG_ACCOUNT
    return _Space(given, plan, (), [*approved.outcomes, *refused], refused=refusal.cause if counts else None)


def _only(running: Sequence[Change], planned: Sequence[Change]) -> list[Change]:
    """The rows of a plan as if it wrote nothing else."""
    keys = {change.key for change in running}
    return [
        change if change.key in keys or not change.action.writes else dataclasses.replace(change, action=Action.NO_OP)
        for change in planned
    ]


# --- writing ----------------------------------------------------------------------------------------------------------


def _carry_out(spaces: Sequence[_Space], means: Means) -> None:
    """Phase by phase. Whatever breaks, be it the driver, what has ended counts."""
    owners = {id(change): space for space in spaces for change in space.changes}
    kinds = {name: kind for space in spaces for name, kind in space.given.kinds.items()}
    ordered = phases([change for space in spaces for change in space.changes], kinds)
    for phase in (part for whole in ordered for part in _first_alone(whole, owners)):
        ended = means.driver.run([_job(owners[id(change)], change, means) for change in phase], on_done=_teller(means))
        raised = next((each.error for each in ended if each.error and not isinstance(each.error, Interrupted)), None)
        for change, finished in zip(phase, ended, strict=True):
            space = owners[id(change)]
            broken = None if means.driver.stopping else raised
            space.outcomes.append(_end(space, change, finished, broken))


def _first_alone(phase: Sequence[Change], owners: Mapping[int, _Space]) -> Iterator[list[Change]]:
    """A phase in two parts: of each space and kind one creation goes first.

    What a service makes of it, and where it lists it, shows before a second one is made.
    """
    first: dict[tuple[int, str], Change] = {}
    for change in phase:
        if change.action is Action.CREATE:
            first.setdefault((id(owners[id(change)]), change.key.kind), change)
    alone = {id(change) for change in first.values()}
    later = [change for change in phase if change.action is Action.CREATE and id(change) not in alone]
    waiting = {id(change) for change in later}
    yield [change for change in phase if id(change) not in waiting]
    if later:
        yield later


def _job(space: _Space, change: Change, means: Means) -> Job[Outcome]:
    assert space.run is not None
    name = space.plan.space
    return Job(means.senders[name], carry_out(space.run, change), str(change.key), name)


def _teller(means: Means) -> Callable[[Finished[Outcome]], None]:
    def done(finished: Finished[Outcome]) -> None:
        if finished.value is not None:
            means.ended(finished.value)

    return done


def _end(space: _Space, change: Change, finished: Finished[Outcome], broken: Exception | None) -> Outcome:
    """The end of a change. `broken` is for what was never begun: what kept the driver from it, if nobody stopped it."""
    error = finished.error or (None if finished.started else broken)
    if finished.value is not None:
        return finished.value._replace(defect=error or finished.value.defect)
    if error is None:
        return not_started(change, "interrupted", "the run was stopped before this change began")
    if isinstance(error, Interrupted):
        return Outcome(change, OutcomeKind.UNKNOWN, "interrupted", "the run was stopped before this change ended")
    sent = space.run is not None and change.key in space.run.sent
    left = held_back(change, defect(error))
    return left._replace(kind=OutcomeKind.UNKNOWN) if sent else left


# --- the end ----------------------------------------------------------------------------------------------------------


def _exit_code(spaces: Sequence[_Space], driver: Driver) -> ExitCode:
    progress = max((space.run.progress for space in spaces if space.run), default=RunProgress.NOTHING_SENT)
    found = [exit_code((end for space in spaces for end in space.ends), progress)]
    if driver.stopped_by:
        found.append(stopped_code(driver.stopped_by))
    return worst(found)
