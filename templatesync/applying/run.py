"""One space being written to: what was sent, what this run has brought about, and what no more is started.

Knows no kind by name, no request and no clocks but those that it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

from templatesync.model.calls import Batch, Pause
from templatesync.model.change import Action, Cause, Change
from templatesync.model.outcome import Outcome, OutcomeKind, RunProgress, cause_of
from templatesync.model.request import Answer
from templatesync.model.resource import Key, Resource
from templatesync.planning.inputs import PlanInput
from templatesync.project.references import Links


class Recorder(Protocol):
    """Where intents and results are written down."""

    def intent(self, change: Change) -> None: ...
    def sent(self, change: Change) -> None: ...
    def answered(self, change: Change, answer: Answer) -> None: ...
    def result(self, outcome: Outcome) -> None: ...


Lane: TypeAlias = tuple[str, Action, Key | None]
"""Which changes something stops: all of a kind and action, or those of one key."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Why no more changes of one sort are started in a space. `until`: epoch seconds, 0 for the rest of the run."""

    code: str
    message: str
    cause: Cause
    until: float = 0.0


@dataclass(slots=True)
class Run:
    """One space being written to. `deadline` is a moment of `now`; `wait` goes on after a quota frees itself.

    now      epoch seconds that go on evenly: what waits and two looks are measured by
    clock    epoch seconds as the machine has them: what the times of the service are compared with
    sent     what a write was sent for
    wrote    a write took effect, or may have
    closed   why no more changes of one sort are started; `halted` the same for all
    links    ids of what can be referred to, also of what this run has created
    reached  what this run has brought to what its file says
    waiting  is told now and then of what was sent and does not show yet
    """

    given: PlanInput
    journal: Recorder
    now: Callable[[], float]
    clock: Callable[[], float]
    wait: bool = False
    deadline: float = float("inf")
    sent: set[Key] = field(default_factory=set)
    wrote: bool = False
    halted: Closed | None = None
    closed: dict[Lane, Closed] = field(default_factory=dict)
    links: Links = field(init=False)
    reached: set[Key] = field(default_factory=set)
    waiting: Callable[[Key], None] = lambda key: None

    def __post_init__(self) -> None:
        self.links = self.given.links

    @property
    def progress(self) -> RunProgress:
        """How far it came."""
        return RunProgress.WROTE if self.wrote else RunProgress.SENT if self.sent else RunProgress.NOTHING_SENT

    def ended(self, outcome: Outcome) -> Outcome:
        """Record the end of a change: what depends on it may go on, or may not."""
        change = outcome.change
        if outcome.kind in (OutcomeKind.DONE, OutcomeKind.ALREADY_DONE):
            self.reached.add(change.key)
            self.links = self.links.knowing(change.key, outcome.ids)
        return outcome

    def wanted(self, key: Key) -> Resource:
        """A wanted resource, with references."""
        return self.given.wanted[key]

    def sendable(self, key: Key) -> Resource:
        """A wanted resource as it goes out: with ids in place of references."""
        return self.links.resolved(self.given.kinds[key.kind], self.wanted(key))

    def close(self, change: Change, code: str, message: str, cause: Cause) -> None:
        """Start no more changes of the kind and action of this one."""
        self.closed[_all_like(change)] = Closed(code, message, cause)

    def close_for_quota(self, change: Change, answer: Answer) -> None:
        """Start no more of what a used-up quota stops, until it frees itself."""
        until = self.now() + answer.retry_after if answer.retry_after > 0 else 0.0
        message = f"the service's quota is used up: {answer.message or answer.code}"
        if until:
            at = datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
            message = f"the service's quota is used up; go on at {at} at the earliest, or let `--wait` do it"
        self.closed[_rationed(change)] = Closed("quota", message, cause_of(answer.klass), until)

    def closed_for(self, change: Change) -> Closed | None:
        """Why a change is not started; None when it may be."""
        return self.halted or self.closed.get(_all_like(change)) or self.closed.get(_rationed(change))

    def until_open(self, change: Change) -> Generator[Batch, list[Answer], None]:
        """With `wait`, pause until a used-up quota frees itself, if that is before the deadline."""
        lane = _rationed(change)
        while self.wait and (closed := self.closed.get(lane)) and closed.until:
            if closed.until > self.deadline:
                return
            rest = closed.until - self.now()
            if rest > 0:
                yield Pause(rest)
                if closed.until - self.now() > rest / 2:
                    return  # the pause was cut short: the run is being stopped
            elif self.closed.get(lane) is closed:
                del self.closed[lane]


def _all_like(change: Change) -> Lane:
    """Every change of that kind and action: what a missing permission stops."""
    return (change.key.kind, change.action, None)


def _rationed(change: Change) -> Lane:
    """What a used-up quota stops: the platform counts creations by account, but edits by what is edited."""
    return (change.key.kind, change.action, change.key if change.action is Action.UPDATE else None)
