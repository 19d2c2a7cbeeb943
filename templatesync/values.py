"""The values that every room shares. Pure: standard library only, no clock, no network, no files.

Everything here is frozen. A step of the program is a function from these values to these values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import quote

if TYPE_CHECKING:
    from templatesync.media import Media
    from templatesync.scene import FromCache

# JSON as Python holds it. `Any` because mypy's recursive JSON type turns every read of a
# field into a cast, and the shapes are checked by JSON Schema before anyone reads them.
Json: TypeAlias = Any

FORMAT_VERSION = "1.0"


# The one text of a JSON value: sorted keys, no blanks, characters as themselves. Made once, and without a look for
# circles, which JSON cannot have: a plan encodes two contents for each row.
canonical_json = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def sha256(value: Json) -> str:
    """Hex digest of the canonical JSON of `value`."""
    # JSON may hold half a character, and an answer that does must not break a plan.
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


class Position(NamedTuple):
    """A place in a file. Both count from 1."""

    line: int
    column: int


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell about a file: the same type for YAML, schema and rules.

    `file` is relative to the project with `/`; `line` and `column` count from 1; `path` names components by type
    (`Components[BODY].Text`); `spaces` is empty when the finding holds whatever the space.
    """

    rule: str
    severity: Severity
    message: str
    file: str
    line: int = 1
    column: int = 1
    key: str = ""
    path: str = ""
    spaces: tuple[str, ...] = ()
    hint: str = ""

    def sort_key(self) -> tuple[str, int, int, str, str, str, str]:
        """Reading order: by file, then down the page."""
        return (self.file, self.line, self.column, self.rule, self.message, self.key, self.path)


class Key(NamedTuple):
    """The identity of a resource inside a space. `str()` is the key that names it everywhere."""

    kind: str
    name: str
    language: str = ""

    def __str__(self) -> str:
        # `/` stays: the name of some kinds has two parts.
        name = quote(self.name, safe="/_.-", errors="surrogatepass")
        return f"{self.kind}/{name}@{self.language}" if self.language else f"{self.kind}/{name}"

    def matches(self, target: str) -> bool:
        """Whether a `--target` names this resource, exactly or as one of its languages."""
        return target in (str(self), str(Key(self.kind, self.name)))


class Options(NamedTuple):
    """The `templatesync:` block of a resource file."""

    protected: bool = False
    replaces: str = ""
    absent: bool = False
    spaces: tuple[str, ...] | None = None
    on_approved: str = ""
    publish: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """What a file asks for in one space: localised, variables filled in.

    `body` is what is sent, in the API's names. What of it is compared, its kind knows. `media` are the media files that
    it names, by path, as far as they can be read: they are sent beside it, and never compared.
    """

    key: Key
    body: Mapping[str, Json]
    options: Options = Options()
    file: str = ""
    line: int = 1
    media: Mapping[str, Media] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Live:
    """What the service holds under a key.

    `ids` address it remotely. `facts` are what people want to know and nobody compares (`reason`, `quality`). `body` is
    what the answer holds; it is None while only the listing was read.
    """

    key: Key
    status: str
    ids: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)
    body: Mapping[str, Json] | None = None


class Listing(NamedTuple):
    """All that is live of one kind in one space. Nothing may be concluded from what an incomplete one lacks.

    `failed` holds the answer for each resource that is listed but could not be read. A reading that may recall content
    tells what was `recalled`, and the `rows` after which the content that it has was read.
    """

    live: Mapping[Key, Live]
    complete: bool = True
    failed: Mapping[Key, Answer] = {}
    rows: Mapping[Key, Mapping[str, Json]] = {}
    recalled: frozenset[Key] = frozenset()


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


@dataclass(frozen=True, slots=True)
class Decision:
    """What a kind says of one pair of wanted and live. The engine adds safety and explains the difference.

    `sendable_meanwhile` is `yes`, `no` or `unknown`: can the present content be sent while a review runs.
    """

    action: Action
    reason: str = ""
    review: bool = False
    sendable_meanwhile: str = "yes"
    breaking: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


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
    notes: tuple[str, ...] = ()
    review: bool = False
    sendable_meanwhile: str = "yes"
    breaking: tuple[str, ...] = ()
    replaces: str = ""
    diff: tuple[Difference, ...] = ()
    before: Json = None
    after: Json = None

    def permission(self) -> tuple[str, str, str, str, str]:
        """What the digest covers, and what apply compares."""
        return (str(self.key), self.action.value, self.reason, self.live_digest, self.wanted_digest)


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the API. `params` are the API's own names; whose space it is, the client knows."""

    operation: str
    params: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Download:
    """Fetch what a URL inside an answer leads to, at most `limit` bytes; the answer's data has them as `content`.

    The URL is not trusted: one that is refused is answered OTHER with the code `templatesync.UntrustedUrl`.
    """

    url: str = field(repr=False)
    limit: int

    @property
    def operation(self) -> str:
        """No operation of the API, and so without a quota."""
        return "Download"


@dataclass(frozen=True, slots=True)
class Upload:
    """Store a file for the service to fetch; the answer's data has its `url` there, and its `key`.

    `name` must follow from the content (a digest and an ending): a lost answer is settled by storing it once more.
    """

    name: str
    content: bytes = field(repr=False)
    media_type: str

    @property
    def operation(self) -> str:
        """The call that every upload begins with, whose quota and whose permission it needs."""
        return "GetChatappUploadAuthorization"


AnyRequest: TypeAlias = Request | Download | Upload


class AnswerClass(StrEnum):
    """How to react to an answer. The codes behind each are in `cams/api.json`."""

    SUCCESS = "success"
    NOT_FOUND = "not_found"
    EXISTS = "exists"
    INVALID = "invalid"
    DENIED = "denied"
    CREDENTIALS = "credentials"
    THROTTLED = "throttled"
    QUOTA = "quota"
    CLOCK = "clock"
    RESIGN = "resign"
    REFRESH = "refresh"
    UNAVAILABLE = "unavailable"
    """The service broke; whether it did the work is unknown."""
    LOST = "lost"
    """The request may have arrived, the answer did not."""
    UNREACHABLE = "unreachable"
    """The request was certainly not received."""
    OTHER = "other"


DENIED = frozenset({AnswerClass.DENIED, AnswerClass.CREDENTIALS, AnswerClass.REFRESH})
"""Nobody may do this, or nobody knows who asks."""

UNREACHABLE = frozenset(
    {AnswerClass.UNREACHABLE, AnswerClass.LOST, AnswerClass.UNAVAILABLE, AnswerClass.THROTTLED, AnswerClass.QUOTA,
     AnswerClass.CLOCK, AnswerClass.RESIGN}
)  # fmt: skip
"""No usable answer came, however often it was tried."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a request: `data` is the whole decoded body, as received.

    `retry_after` is in seconds, 0 when the service named none.
    """

    request: AnyRequest
    klass: AnswerClass
    code: str = ""
    message: str = ""
    request_id: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    http_status: int = 0
    retry_after: float = 0.0

    @property
    def ok(self) -> bool:
        """Only the service's own `Code` makes this true."""
        return self.klass is AnswerClass.SUCCESS

    @property
    def unsettled(self) -> bool:
        """Whether a write may or may not have happened."""
        return self.klass in (AnswerClass.LOST, AnswerClass.UNAVAILABLE)


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


class Result(StrEnum):
    """How a planned change ended; each ends as exactly one of these."""

    DONE = "done"
    ALREADY_DONE = "already-done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    STALE = "stale"
    BLOCKED = "blocked"
    NOT_STARTED = "not-started"


class Outcome(NamedTuple):
    """The end of one planned change. `code` is the service's word, or ours for what never got there.

    `klass` is how the answer was to be taken, when one decided the end.
    """

    change: Change
    result: Result
    code: str = ""
    message: str = ""
    request_id: str = ""
    ids: Mapping[str, str] = {}
    klass: AnswerClass | None = None
