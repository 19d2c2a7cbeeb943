"""`apply`: carry out a plan, once, and tell how each change ended."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from templatesync.applying.execution import Executed, Means, execute
from templatesync.applying.waiting import Doubt
from templatesync.commands.certainty import certain, locked
from templatesync.commands.counting import Counted
from templatesync.commands.given_file import given_file
from templatesync.commands.prepare import Wanted, open_project, plan_inputs, wanted_resources
from templatesync.commands.receipts import read_receipt
from templatesync.commands.session import Connection, connect
from templatesync.model.attempt import Recovered
from templatesync.model.change import Action, Change, Plan, SpacePlan, defect
from templatesync.model.errors import ExitCode, LocalError, StaleError, worst
from templatesync.model.finding import Finding
from templatesync.model.outcome import Outcome, defects_of
from templatesync.model.resource import Key, Resource
from templatesync.planning import document
from templatesync.planning.approval import as_saved, not_in_plan
from templatesync.planning.comparison import few
from templatesync.planning.inputs import PlanInput, PlanOptions
from templatesync.planning.totals import plan_digest, space_digest
from templatesync.project.choosing import choose
from templatesync.project.settings import Space
from templatesync.storage.user_dirs import cache_folder
from templatesync.storage.writing import write_file

PLAN_FILE_LIMIT = 256 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks of an apply. `confirm` is asked with the plan, unless it was approved otherwise.

    with_waiting  what the plan file has as blocked by a rollout or a review is carried out, too, once that is over
    settle   seconds after which what another run had sent shows, wherever it ran; None for what is known to be needed
    """

    plan_file: Path | None = None
    expect_digest: str = ""
    approved: bool = False
    wait: bool = False
    with_waiting: bool = False
    timeout: float = 1800.0
    receipt: Path | None = None
    known: Path | None = None
    settle: float | None = None
    confirm: Callable[[Plan], bool] = lambda plan: False


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """The plan that was carried out, and the end of each of its changes, by space."""

    plan: Plan
    outcomes: tuple[tuple[SpacePlan, tuple[Outcome, ...]], ...]
    findings: tuple[Finding, ...]
    exit_code: ExitCode
    recovered: Mapping[str, tuple[Recovered, ...]] = field(default_factory=dict)
    """By space: what an earlier run had done and nobody was told."""
    not_in_plan: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    """By space: what would be done now, and is not in the plan that was approved."""
    declined: bool = False
    unsaved: str = ""
    """Why there is no receipt, when there should be one."""
    broken: tuple[Exception, ...] = ()
    """What this program raised when the receipt was made."""

    @property
    def defects(self) -> tuple[Exception, ...]:
        """What this program raised on the way, for its log."""
        errors = [plan.error for plan in (*self.plan.spaces, *(plan for plan, _ in self.outcomes))]
        return (*defects_of([*errors, *(end for _, ends in self.outcomes for end in ends)]), *self.broken)


@dataclass(slots=True)
class Watch:
    """Who is told while it goes on: how many changes there are, then each end, what is waited for meanwhile, and
    that a signal was seen."""

    started: Callable[[int], None] = lambda total: None
    ended: Callable[[Outcome], None] = lambda outcome: None
    read: Callable[[str], None] = lambda space: None
    waiting: Callable[[Key], None] = lambda key: None
    doubting: Callable[[str, Doubt, float], None] = lambda space, doubt, seconds: None
    stopping: Callable[[], None] = lambda: None
    counted: Counted = lambda read, of: None


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
    project = open_project(directory)
    known = read_receipt(order.known)
    saved = _saved(order.plan_file) if order.plan_file else None
    if saved is not None and not spaces and not every and not in_ci:
        spaces = [space.space for space in saved.spaces]
    chosen = choose(project, spaces, every, in_ci=in_ci)
    if saved is not None:
        _fits(saved, chosen)
    wanted = wanted_resources(project, chosen, options, cache_folder(connection.environment))
    if saved is not None:
        wanted, options = _permitted(saved, wanted, options)
    with ExitStack() as stack:
        session = stack.enter_context(connect(project, chosen, connection, partly=True, writes=True))
        held = locked(stack, session, project, chosen, connection)
        steady = connection.edges.steady()

        def read() -> list[PlanInput]:
            found = plan_inputs(session, chosen, wanted, options, watch.read, known=known, counted=watch.counted)
            return found if saved is None else [_as_saved(each, saved) for each in found]

        inputs, plans = certain(read, session, held, order.settle, steady, saved, watch.doubting)
        whole = Plan(tuple(plans), wanted.strictness)
        _expected(whole, order.expect_digest)
        if not order.approved and any(space.writes for space in whole.spaces) and not order.confirm(whole):
            return ApplyResult(whole, (), wanted.findings, ExitCode.OK, declined=True)
        means = Means(
            session.writers,
            session.driver,
            connection.edges.clock,
            steady,
            project.state,
            held,
            order.wait,
            order.timeout,
            watch.started,
            watch.ended,
            watch.waiting,
            order.with_waiting,
        )
        session.driver.on_stop = watch.stopping
        # A signal between two phases, or before all is told, must not cost what was done.
        stack.enter_context(session.driver.heeding())
        done = execute(inputs, whole.spaces, saved, means, stack)
        beside = _not_in_plan(inputs, whole, saved, order.with_waiting)
        result = ApplyResult(whole, done.spaces, wanted.findings, done.exit_code, done.recovered, beside)
        return _told(result, done, order)


def _not_in_plan(
    inputs: Sequence[PlanInput], whole: Plan, saved: Plan | None, with_waiting: bool
) -> Mapping[str, tuple[Change, ...]]:
    """What a saved plan does not permit, and would be done without one; by space, where there is any."""
    permitted = {space.space: space.changes for space in saved.spaces} if saved is not None else {}
    found = {
        space.space: not_in_plan(given, space.changes, permitted[space.space], with_waiting=with_waiting)
        for given, space in zip(inputs, whole.spaces, strict=True)
        if saved
    }
    return {name: changes for name, changes in found.items() if changes}


def _permitted(saved: Plan, wanted: Wanted, options: PlanOptions) -> tuple[Wanted, PlanOptions]:
    """What planning again has to look at: what the saved plan was narrowed to is all that it can permit."""
    wanted = dataclasses.replace(wanted, narrowed={each.space: each.scope for each in saved.spaces if each.scope})
    return wanted, dataclasses.replace(options, prune=options.prune or _prunes(saved, wanted.resources))


def _told(result: ApplyResult, done: Executed, order: Order) -> ApplyResult:
    """Write the receipt, and only then say in the journals that this run has told what it did."""
    if order.receipt:
        result = _with_receipt(result, order.receipt)
    if not result.unsaved:
        for journal in done.journals:
            journal.end()
    return result


def _with_receipt(result: ApplyResult, path: Path) -> ApplyResult:
    """Write the receipt. By now things are written, so a full disk must not hide how they ended."""
    try:
        write_file(path, document.text(document.outcomes_json(result.outcomes, result.recovered, result.not_in_plan)))
    except LocalError as error:
        code = worst([result.exit_code, error.exit_code])
        return dataclasses.replace(result, exit_code=code, unsaved=f"the receipt could not be written: {error}")
    except Exception as error:
        why = defect(error)
        code = worst([result.exit_code, ExitCode.BUG])
        unsaved = f"the receipt could not be written: {why.message}"
        return dataclasses.replace(result, exit_code=code, unsaved=unsaved, broken=(error,))
    return result


def _saved(path: Path) -> Plan:
    data = given_file(path, PLAN_FILE_LIMIT)
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
        if space.space in wanted and space.scope is None
        for change in space.changes
    )


def _as_saved(each: PlanInput, saved: Plan) -> PlanInput:
    """The given as the saved plan was allowed to see it. Raises StaleError when it is another account's."""
    if each.error is not None:
        return each
    before = next(space for space in saved.spaces if space.space == each.space)
    if before.waba_id != each.waba_id:
        raise StaleError(
            f"the plan was made for the WhatsApp Business Account {before.waba_id or 'none'}; "
            f"{each.space} has {each.waba_id or 'none'}"
        )
    return as_saved(each, before.changes)


def _expected(whole: Plan, digest: str) -> None:
    """With an expected digest any difference refuses the run, before the first write."""
    if not digest:
        return
    known = [plan_digest(whole)]
    if len(whole.spaces) == 1:
        known.append(space_digest(whole.spaces[0]))
    if digest not in known:
        raise StaleError(
            f"what would be done now is not what was approved: {_named(whole)}",
            hint=f"review the new plan; its digest is {known[0]}",
        )


def _named(whole: Plan) -> str:
    """What a plan would do, in a line."""
    told = few(
        f"{change.action.value} {change.key}{f' in {space.space}' if len(whole.spaces) > 1 else ''}"
        for space in whole.spaces
        for change in space.writes
    )
    return f"the plan has {told}" if told else "there is nothing to do"
