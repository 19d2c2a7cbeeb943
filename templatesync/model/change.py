"""What a plan says: actions, changes, refusals. Pure; knows no kind and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from templatesync.model.json_value import Json
from templatesync.model.resource import (
    Key,
)


@dataclass(frozen=True, slots=True)
class FromCache:
    """How many details were not read but remembered, and when the oldest of them had been read (RFC 3339, UTC)."""

    details: int = 0
    oldest: str = ""


class Action(StrEnum):
    """What a plan says about a resource."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    BLOCKED = "blocked"
    NO_OP = "no_op"

    @property
    def mark(self) -> str:
        """The sign shown before it; meaning is never carried by colour alone."""
        return {"create": "+", "update": "~", "delete": "-", "blocked": "!", "no_op": " "}[self.value]

    @property
    def writes(self) -> bool:
        """Whether apply sends anything for it."""
        return self in (Action.CREATE, Action.UPDATE, Action.DELETE)


class Note(NamedTuple):
    """Something to know about a change, or a reason why it breaks senders. `code` is for programs, `text` for people.

    A note of a document that was read has no code: what was a sentence stays one.
    """

    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.code}: {self.text}" if self.code else self.text


@dataclass(frozen=True, slots=True)
class Decision:
    """What a kind says of one pair of wanted and live. The engine adds safety and explains the difference.

    `sendable_meanwhile` is `yes`, `no` or `unknown`: can the present content be sent while a review runs.
    """

    action: Action
    reason: str = ""
    review: bool = False
    sendable_meanwhile: str = "yes"
    breaking: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()


class Difference(NamedTuple):
    """One line of a diff. `op` is `add`, `remove`, `replace` or `move`."""

    path: str
    op: str
    before: Json = None
    after: Json = None


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a plan: a permission, never a source of content."""

    key: Key
    action: Action
    reason: str = ""
    file: str = ""
    line: int = 0
    live_digest: str = ""
    wanted_digest: str = ""
    live_status: str = ""
    notes: tuple[Note, ...] = ()
    review: bool = False
    sendable_meanwhile: str = "yes"
    breaking: tuple[Note, ...] = ()
    replaces: str = ""
    diff: tuple[Difference, ...] = ()
    before: Json = None
    after: Json = None

    def permission(self) -> tuple[str, str, str, str, str]:
        """What the digest covers, and what apply compares."""
        return (str(self.key), self.action.value, self.reason, self.live_digest, self.wanted_digest)


class Refusal(NamedTuple):
    """A safety rule that stands in the way of applying a plan, and the way past it."""

    code: str
    message: str


class SpacePlan(NamedTuple):
    """What would happen in one space. With an `error` the space could not be read and holds no changes.

    `from_cache` is there when the plan was allowed to remember: such a plan is for reading, and not to be applied.
    """

    space: str
    cust_space_id: str
    waba_id: str = ""
    emulator: bool = False
    changes: tuple[Change, ...] = ()
    unmanaged: int = 0
    refusals: tuple[Refusal, ...] = ()
    error: Refusal | None = None
    from_cache: FromCache | None = None

    @property
    def writes(self) -> tuple[Change, ...]:
        """The changes that send something."""
        return tuple(change for change in self.changes if change.action.writes)


class Plan(NamedTuple):
    """A list of permissions for one or more spaces."""

    spaces: tuple[SpacePlan, ...]
