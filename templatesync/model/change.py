"""What a plan says: actions, changes, refusals. Pure; knows no kind and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from templatesync.model.finding import Severity
from templatesync.model.json_value import Json
from templatesync.model.resource import Key
from templatesync.model.strictness import Strictness
from templatesync.model.usage import Usage


@dataclass(frozen=True, slots=True)
class FromCache:
    """How many details were not read but remembered, and when the oldest of them had been read (RFC 3339, UTC)."""

    details: int = 0
    oldest: str = ""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a plan of a space was narrowed to: the resources that differ from what they were at a revision of git.

    `revision` is the revision's full id. `keys` has what goes with those resources, too. `of` counts all that the files
    want, and `gone` was wanted then and is in no file now.
    """

    revision: str
    keys: frozenset[Key]
    of: int
    gone: tuple[Key, ...] = ()


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


WAITING = "waiting"
"""The reason of a deletion that is blocked until a newer version is in use, which needs nobody to do anything."""

KINDS_OF_CHANGE = (
    "create",
    "new-version",
    "update",
    "delete",
    "blocked",
    "waiting",
    "breaking",
    "review",
    "noted",
    "unchanged",
)
"""What `plan --only` may be asked to show. A change may be of several kinds."""


class Note(NamedTuple):
    """Something to know about a change, or a reason why it breaks senders. `code` is for programs, `text` for people.

    A note of a document that was read has no code: what was a sentence stays one.
    """

    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.code}: {self.text}" if self.code else self.text


class Break(NamedTuple):
    """One thing that a change breaks for programs that send: the rule that says so, and what it is.

    A warning is told, and never stands in the way.
    """

    rule: str
    text: str
    severity: Severity = Severity.ERROR


def breaks(found: Iterable[Break]) -> tuple[Note, ...]:
    """What stands in the way, of all that a change breaks: the code of each note is its rule."""
    return tuple(Note(each.rule, each.text) for each in found if each.severity is Severity.ERROR)


def break_warnings(found: Iterable[Break]) -> tuple[Note, ...]:
    """The rest: what is to be known."""
    return tuple(Note(each.rule, each.text) for each in found if each.severity is not Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a kind says of one pair of wanted and live. The engine adds safety and explains the difference.

    `sendable_meanwhile` is `yes`, `no` or `unknown`: can the present content be sent while a review runs. `meant`: its
    file says that it breaks what it breaks, or nobody misses what is deleted.
    """

    action: Action
    reason: str = ""
    review: bool = False
    sendable_meanwhile: str = "yes"
    breaking: tuple[Note, ...] = ()
    meant: bool = False
    notes: tuple[Note, ...] = ()


class Samples(NamedTuple):
    """What stands for variables and media until somebody sends: for who looks at content, which holds none.

    `media` are where the header has its media from and then each card, in their order; empty where nobody said.
    """

    variables: Mapping[str, str] = {}
    media: tuple[str, ...] = ()


class Difference(NamedTuple):
    """One line of a diff. `op` is `add`, `remove`, `replace` or `move`."""

    path: str
    op: str
    before: Json = None
    after: Json = None


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a plan: a permission, never a source of content.

    `predecessor` is the content that senders use until a new version is there. It and `samples` are for who looks at
    the plan: neither is compared or approved. `meant`: what it breaks is said on purpose, or nobody misses it.
    `usage` is there when somebody asked how often it is sent.
    """

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
    predecessor: Json = None
    samples: Samples = field(default=Samples(), compare=False)
    meant: bool = field(default=False, compare=False)
    usage: Usage | None = field(default=None, compare=False)

    @property
    def mark(self) -> str:
        """The sign shown before it."""
        return "±" if self.replaces else "…" if self.waits else self.action.mark

    @property
    def word(self) -> str:
        """What happens to it, in a word for people."""
        return "waits" if self.waits else self.action.value

    @property
    def waits(self) -> bool:
        """Whether it is blocked by design, and comes by itself once a review or a rollout is over: no failure."""
        return self.action is Action.BLOCKED and self.reason == WAITING

    @property
    def needs_somebody(self) -> bool:
        """Whether it is blocked, and stays so until somebody does something."""
        return self.action is Action.BLOCKED and not self.waits

    def permission(self) -> tuple[str, str, str, str, str]:
        """What the digest covers, and what apply compares."""
        return (str(self.key), self.action.value, self.reason, self.live_digest, self.wanted_digest)


class Echo(NamedTuple):
    """What the service tells of a write that it had accepted: the digests of what was wanted and of what is there.

    `paths` are where they differ. Not `taken`: what is there is what had been there before.
    """

    wanted_digest: str
    live_digest: str
    paths: tuple[str, ...] = ()
    taken: bool = True

    def is_of(self, wanted_digest: str, live_digest: str) -> bool:
        """Whether this is what such contents would be told back as."""
        return (self.wanted_digest, self.live_digest) == (wanted_digest, live_digest)


class Cause(StrEnum):
    """What decided how a change, or a whole space, ended, as far as its kind of end does not tell it."""

    RAN = "ran"
    """It was tried, or what it depends on was, and this came of it."""
    WAITS = "waits"
    """It waits for a review or a rollout, by design."""
    DENIED = "denied"
    """Nobody may do this, or nobody knows who asks."""
    UNREACHABLE = "unreachable"
    """No usable answer came, however often it was tried."""
    UNREAD = "unread"
    """The space cannot be read, for a reason that is none of the two."""
    REFUSED = "refused"
    """A safety rule stands in the way of what would be written."""
    WRONG_ACCOUNT = "wrong-account"
    """The space is none that was meant: this is refused with nothing to write as well."""
    DEFECT = "defect"
    """This program broke."""


DEFECT = "templatesync.Defect"
"""The code of what a defect of this program ended; no code of the service has this prefix."""


class Refusal(NamedTuple):
    """What stands in the way: a safety rule, with the way past it, or the reason why a space cannot be read.

    `defect` is what was raised, for the log, when it is one of this program.
    """

    code: str
    message: str
    cause: Cause = Cause.REFUSED
    defect: Exception | None = None


def defect(error: Exception) -> Refusal:
    """What is told of what an unexpected exception ended. Its text may hold anything, so that stays with the log."""
    return Refusal(DEFECT, f"a defect of templatesync ended this ({type(error).__name__})", Cause.DEFECT, error)


class Looked(NamedTuple):
    """How far the list of a kind was read: at all, whole, how many are `live`, and the reason why it is not whole."""

    kind: str
    looked: bool
    complete: bool
    live: int
    reason: str = ""


class SpacePlan(NamedTuple):
    """What would happen in one space. With an `error` the space could not be read and holds no changes.

    `from_cache` is there when the plan was allowed to remember: such a plan is for reading, and not to be applied.
    `unmanaged` are live, ours by name and in no file. `listings` say, by kind, what the plan rests on, and `notes` what
    is to be known of the space.
    `scope` is there when it was narrowed by a revision of git; no digest covers it, for it permits nothing.
    """

    space: str
    cust_space_id: str
    waba_id: str = ""
    emulator: bool = False
    changes: tuple[Change, ...] = ()
    unmanaged: tuple[Key, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    error: Refusal | None = None
    from_cache: FromCache | None = None
    listings: tuple[Looked, ...] = ()
    notes: tuple[Note, ...] = ()
    scope: Narrowed | None = None

    @property
    def writes(self) -> tuple[Change, ...]:
        """The changes that send something."""
        return tuple(change for change in self.changes if change.action.writes)


class Plan(NamedTuple):
    """A list of permissions for one or more spaces.

    `strictness` is for who reviews it: where rules and policy are not the defaults. No digest covers it, for it permits
    nothing; a plan that was read from a document has none.
    """

    spaces: tuple[SpacePlan, ...]
    strictness: Strictness | None = None
