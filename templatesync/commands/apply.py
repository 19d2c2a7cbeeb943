"""`apply`: carry out a plan, once, and tell how each change ended."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from templatesync.applying import apply as engine
from templatesync.applying.journal import Journal
from templatesync.applying.lock import lock
from templatesync.commands.inputs import plan_inputs
from templatesync.commands.prepare import (
    choose,
    read_files,
    wanted_resources,
    without_documents,
)
from templatesync.commands.session import Connection, Session, connect
from templatesync.kinds import KINDS
from templatesync.model.change import (
    Action,
    Change,
    Plan,
    Refusal,
    SpacePlan,
)
from templatesync.model.errors import (
    ExitCode,
    LocalError,
    StaleError,
    UsageError,
    worst,
)
from templatesync.model.finding import Finding
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.model.resource import Key, Resource
from templatesync.planning import approval as permission
from templatesync.planning import document
from templatesync.planning.inputs import PlanInput, PlanOptions
from templatesync.planning.plan import (
    make_plan,
    plan_digest,
    space_digest,
    unsafe,
)
from templatesync.planning.reading import WRONG_ACCOUNT
from templatesync.project.settings import Space
from templatesync.service.driver.driver import Finished, Interrupted, Job
from templatesync.storage.reading import read_file
from templatesync.storage.writing import write_file

PLAN_FILE_LIMIT = 256 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks of an apply. `confirm` is asked with the plan, unless it was approved otherwise."""

    plan_file: Path | None = None
    expect_digest: str = ""
    approved: bool = False
    wait: bool = False
    timeout: float = 1800.0
    receipt: Path | None = None
    confirm: Callable[[Plan], bool] = lambda plan: False


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """The plan that was carried out, and the end of each of its changes, by space."""

    plan: Plan
    outcomes: tuple[tuple[SpacePlan, tuple[Outcome, ...]], ...]
    findings: tuple[Finding, ...]
    exit_code: ExitCode
    left_open: tuple[str, ...] = ()
    declined: bool = False
    unsaved: str = ""
    """Why there is no receipt, when there should be one."""


@dataclass(slots=True)
class Watch:
    """Who is told while it goes on: how many changes there are, then each end."""

    started: Callable[[int], None] = lambda total: None
    ended: Callable[[Outcome], None] = lambda outcome: None
    read: Callable[[str], None] = lambda space: None


def apply(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    options: PlanOptions,
    connection: Connection,
    order: Order,
    *,
    in_ci: bool = False,
    watch: Watch | None = None,
) -> ApplyResult:
    """Plan again from the files and what is live, and write what was approved of it."""
    watch = watch or Watch()
    workspace = read_files(directory)
    saved = _saved(order.plan_file) if order.plan_file else None
    if saved is not None and not spaces and not every and not in_ci:
        spaces = [space.space for space in saved.spaces]
    chosen = choose(workspace.project, spaces, every, in_ci=in_ci)
    if saved is not None:
        _fits(saved, chosen)
    wanted, findings = wanted_resources(workspace, chosen, options)
    workspace = without_documents(workspace, wanted)
    if saved is not None and _prunes(saved, wanted):
        options = dataclasses.replace(options, prune=True)
    with ExitStack() as stack:
        for space in chosen:
            stack.enter_context(lock(workspace.project.state, space.name))
        session = stack.enter_context(connect(workspace.project, chosen, connection, partly=True))
        found, codes = plan_inputs(session, workspace, chosen, wanted, options, watch.read)
        if saved is not None:
            found = [_as_saved(each, saved) for each in found]
        whole = Plan(tuple(make_plan(each) if isinstance(each, PlanInput) else each for each in found))
        _expected(whole, order.expect_digest)
        if not order.approved and any(space.writes for space in whole.spaces) and not order.confirm(whole):
            return ApplyResult(whole, (), findings, ExitCode.OK, declined=True)
        execution = _Execution(session, order, watch, saved, connection.edges.clock)
        execution.carry_out(found, whole, workspace.project.state, stack)
    result = ApplyResult(whole, tuple(execution.ended), findings, _exit(execution, codes), tuple(execution.left_open))
    return _with_receipt(result, order.receipt) if order.receipt else result


def _with_receipt(result: ApplyResult, path: Path) -> ApplyResult:
    """Write the receipt. By now things are written, so a full disk must not hide how they ended."""
    try:
        write_file(path, document.text(document.outcomes_json(result.outcomes)))
    except LocalError as error:
        code = worst([result.exit_code, error.exit_code])
        return dataclasses.replace(result, exit_code=code, unsaved=f"the receipt could not be written: {error}")
    return result


def _saved(path: Path) -> Plan:
    data = read_file(path, str(path), PLAN_FILE_LIMIT)
    if isinstance(data, Finding):
        raise UsageError(f"{path}: {data.message}")
    plan = document.parse(data, path.name)
    if any(space.from_cache is not None for space in plan.spaces):
        raise StaleError(
            f"{path.name} was made with --cache, from what had been read earlier",
            hint="plan again without --cache, or give apply its digest with --expect-digest",
        )
    return plan


def _fits(saved: Plan, chosen: Sequence[Space]) -> None:
    """Refuse a plan that was made for other spaces."""
    by_name = {space.space: space for space in saved.spaces}
    for space in chosen:
        planned = by_name.get(space.name)
        if planned is None:
            raise StaleError(f"the plan has nothing about the space {space.name}", hint=f"it has {', '.join(by_name)}")
        if planned.cust_space_id != space.cust_space_id:
            raise StaleError(
                f"the plan was made for {space.name} as {planned.cust_space_id}, not {space.cust_space_id}"
            )
        if planned.error is not None:
            raise StaleError(f"when the plan was made, {space.name} could not be read", hint="plan again")


def _prunes(saved: Plan, wanted: Mapping[str, Mapping[Key, Resource]]) -> bool:
    """Whether a saved plan deletes what no file is about: it was made with `--prune`, and permits just those."""
    return any(
        change.action is Action.DELETE and change.key not in wanted[space.space]
        for space in saved.spaces
        if space.space in wanted
        for change in space.changes
    )


def _as_saved(each: PlanInput | SpacePlan, saved: Plan) -> PlanInput | SpacePlan:
    """The given as the saved plan was allowed to see it. Raises StaleError when it is another account's."""
    if isinstance(each, SpacePlan):
        return each
    planned = next(space for space in saved.spaces if space.space == each.space)
    if planned.waba_id != each.waba_id:
        raise StaleError(
            f"the plan was made for the WhatsApp Business Account {planned.waba_id or 'none'}; "
            f"{each.space} has {each.waba_id or 'none'}"
        )
    return permission.as_saved(each, planned.changes)


def _expected(whole: Plan, digest: str) -> None:
    """With an expected digest any difference refuses the run, before the first write."""
    if not digest:
        return
    known = [plan_digest(whole)]
    if len(whole.spaces) == 1:
        known.append(space_digest(whole.spaces[0]))
    if digest not in known:
        raise StaleError(f"the plan's digest is {known[0]}, not the expected {digest}", hint="review the new plan")


@dataclass(slots=True)
class _Execution:
    """One run over several spaces."""

    session: Session
    order: Order
    watch: Watch
    saved: Plan | None
    clock: Callable[[], float]
    ended: list[tuple[SpacePlan, tuple[Outcome, ...]]] = field(default_factory=list)
    left_open: list[str] = field(default_factory=list)
    begun: bool = False
    wrote: bool = False
    refused: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    crashed: bool = False

    def carry_out(self, found: Sequence[PlanInput | SpacePlan], whole: Plan, state: Path, stack: ExitStack) -> None:
        runs: dict[str, engine.Run] = {}
        approved: dict[str, permission.Approved] = {}
        for given, plan in zip(found, whole.spaces, strict=True):
            if not isinstance(given, PlanInput):
                approved[plan.space] = self._unreadable(plan)
                continue
            approved[plan.space] = self._permitted(given, plan)
            journal = Journal(state, plan.space)
            if approved[plan.space].changes or journal.exists:
                stack.enter_context(journal)
                self.left_open += journal.left_open
                deadline = self.clock() + self.order.timeout
                runs[plan.space] = engine.Run(given, journal, self.clock, self.order.wait, deadline)
        self.watch.started(sum(len(each.changes) for each in approved.values()))
        outcomes: dict[str, list[Outcome]] = {name: list(each.outcomes) for name, each in approved.items()}
        self._run(runs, approved, outcomes)
        self.begun = any(run.begun for run in runs.values())
        self.wrote = any(run.wrote for run in runs.values())
        for plan in whole.spaces:
            mine = sorted(outcomes.get(plan.space, ()), key=lambda outcome: outcome.change.key)
            self.ended.append((plan, tuple(mine)))

    def _unreadable(self, plan: SpacePlan) -> permission.Approved:
        """The ends of what was planned for a space that cannot be read now."""
        if self.saved is None or plan.error is None:
            return permission.Approved((), ())
        planned = next(space for space in self.saved.spaces if space.space == plan.space).changes
        error = plan.error
        left = (permission.not_started(change, error.code, error.message) for change in planned if change.action.writes)
        barred = (permission.blocked(change) for change in planned if change.action is Action.BLOCKED)
        self.unread.add(error.code)
        return permission.Approved((), (*left, *barred))

    def _permitted(self, given: PlanInput, plan: SpacePlan) -> permission.Approved:
        """What may run. A refused space writes nothing, and says so of each change."""
        if self.saved is None:
            approved = permission.approve(given, plan.changes, None)
            refusals: Sequence[Refusal] = plan.refusals
        else:
            saved = next(space for space in self.saved.spaces if space.space == plan.space).changes
            approved = permission.approve(given, plan.changes, saved)
            refusals = [*given.refusals, *unsafe(given, _only(approved.changes, plan.changes))]
        self.refused.update(
            refusal.code for refusal in refusals[:1] if approved.changes or refusal.code == WRONG_ACCOUNT
        )
        if not refusals or not approved.changes:
            return approved
        refusal = refusals[0]
        refused = tuple(permission.not_started(change, refusal.code, refusal.message) for change in approved.changes)
        return permission.Approved((), (*approved.outcomes, *refused))

    def _run(
        self,
        runs: dict[str, engine.Run],
        approved: dict[str, permission.Approved],
        outcomes: dict[str, list[Outcome]],
    ) -> None:
        def done(finished: Finished[Outcome]) -> None:
            if finished.value is not None:
                self.watch.ended(finished.value)

        spaces = {id(change): name for name, each in approved.items() for change in each.changes}
        changes = [change for each in approved.values() for change in each.changes]
        for phase in engine.phases(changes, KINDS):
            members = [(spaces[id(change)], change) for change in phase]
            jobs = [
                Job(self.session.clients[name], engine.carry_out(runs[name], change), str(change.key), name)
                for name, change in members
            ]
            for (name, change), finished in zip(members, self.session.driver.run(jobs, on_done=done), strict=True):
                outcomes[name].append(self._end(change, finished))

    def _end(self, change: Change, finished: Finished[Outcome]) -> Outcome:
        if finished.value is not None:
            return finished.value
        if isinstance(finished.error, Interrupted):
            return Outcome(change, OutcomeKind.UNKNOWN, "interrupted", "the run was stopped before this change ended")
        if finished.error is not None:
            self.crashed = True
            message = f"{type(finished.error).__name__}: {finished.error}"
            return Outcome(change, OutcomeKind.UNKNOWN, "defect", message)
        return permission.not_started(change, "interrupted", "the run was stopped before this change began")


def _only(running: Sequence[Change], planned: Sequence[Change]) -> list[Change]:
    """The rows of a plan as if it wrote nothing else."""
    keys = {change.key for change in running}
    return [
        change if change.key in keys or not change.action.writes else dataclasses.replace(change, action=Action.NO_OP)
        for change in planned
    ]


def _exit(execution: _Execution, codes: Sequence[ExitCode]) -> ExitCode:
    outcomes = [outcome for _, ended in execution.ended for outcome in ended]
    real = [outcome for outcome in outcomes if outcome.code not in execution.refused | execution.unread]
    found = [engine.exit_code(real, begun=execution.begun, wrote=execution.wrote)]
    if not execution.wrote:
        found += codes
    elif codes:
        found.append(ExitCode.PARTIAL)
    if execution.refused:
        found.append(ExitCode.PARTIAL if execution.begun else ExitCode.REFUSED)
    if execution.crashed:
        found.append(ExitCode.BUG)
    signal = execution.session.driver.stopped_by
    if signal:
        found.append(ExitCode.TERMINATED if signal == 15 else ExitCode.INTERRUPTED)
    return worst(found)
