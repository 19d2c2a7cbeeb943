"""Looking at spaces until what apply would write to them is certain enough. Knows no option of the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from itertools import count

from templatesync.applying.lock import Held, lock, name_of
from templatesync.applying.waiting import STEPS, Doubt, Patience
from templatesync.commands.prepare import plan_space
from templatesync.commands.session import Connection, Session
from templatesync.model.attempt import AFTER_A_RUN
from templatesync.model.calls import Calls, Pause
from templatesync.model.change import Action, Plan, SpacePlan
from templatesync.model.errors import StoppedError
from templatesync.planning.inputs import PlanInput
from templatesync.project.settings import Project, Space
from templatesync.service.driver.driver import Job
from templatesync.storage.user_dirs import state_folder


def locked(
    stack: ExitStack, session: Session, project: Project, spaces: Sequence[Space], connection: Connection
) -> dict[str, Held]:
    """The lock of each space that can be reached, until the stack closes.

    In the user's own folder, for other checkouts lead to the same space; an emulator in this process is the checkout's
    own. Raises LocalError when another apply holds one.
    """
    mine = state_folder(connection.environment)
    own = [project.state / "lock"]
    held: dict[str, Held] = {}
    for space in spaces:
        client = session.clients.get(space.name)
        if client is None:
            continue
        shared = [mine / "lock"] if mine is not None and space.emulator is None else []
        name = name_of(client.endpoint, space.cust_space_id)
        held[space.name] = stack.enter_context(lock([*shared, *own], name, space.name, connection.edges.clock()))
    return held


def certain(
    read: Callable[[], list[PlanInput]],
    session: Session,
    held: Mapping[str, Held],
    settle: float | None,
    clock: Callable[[], float],
    saved: Plan | None = None,
    told: Callable[[str, Doubt, float], None] = lambda space, doubt, seconds: None,
) -> tuple[list[PlanInput], list[SpacePlan]]:
    """What each space looks like and its plan, once a run before this one can no longer be what makes a difference.

    With a `saved` plan only what that permits is looked at for it, for nothing else is written.
    With `settle`, seconds in which anything that a run may have sent shows; by default what is known of runs decides.
    `told` hears the space, the doubt and the seconds of each pause. Raises StoppedError when a signal ended it.
    """
    started = clock()
    waited = 0.0
    for step in count():
        inputs = read()
        plans = [plan_space(each) for each in inputs]
        doubts: dict[str, Doubt] = {}
        for given, plan in zip(inputs, plans, strict=True):
            if given.space in held and (writing := _to_write(plan, given, saved)):
                patience = Patience(settle, held[given.space], started, not given.emulator)
                if doubt := patience.doubt(given, writing, clock()):
                    doubts[given.space] = doubt
        left = max((doubt.until for doubt in doubts.values()), default=0.0) - clock()
        left = min(left, (AFTER_A_RUN if settle is None else settle) - waited)  # also when the clock is set back
        if left <= 0:
            break
        space, doubt = max(doubts.items(), key=lambda each: each[1].until)
        told(space, doubt, left)
        known = any(each.known for each in doubts.values())
        seconds = min(left, STEPS[min(step, len(STEPS) - 1)]) if known else left
        _pause(session, space, seconds)
        waited += seconds
        if not known:
            break  # each change is read once more just before it is written, and nothing else could have come
    return inputs, plans


def _to_write(plan: SpacePlan, given: PlanInput, saved: Plan | None) -> SpacePlan | None:
    """The part of a plan that may be carried out; None when nothing of it is."""
    if plan.error is not None or given.refusals:
        return None
    if saved is None:
        return None if plan.refusals else plan
    # What was blocked may be over by now, and be carried out.
    permitted = {
        each.key
        for space in saved.spaces
        if space.space == plan.space
        for each in space.changes
        if each.action is not Action.NO_OP
    }
    return plan._replace(changes=tuple(each for each in plan.changes if each.key in permitted))


def _pause(session: Session, space: str, seconds: float) -> None:
    def pause() -> Calls[None]:
        yield Pause(seconds)

    session.driver.run([Job(session.clients[space], pause(), space=space)])
    if session.driver.stopped_by:
        raise StoppedError(session.driver.stopped_by)
