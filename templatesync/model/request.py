"""Calls of the API as values, and what came back for them. Pure; knows no wire and no client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from templatesync.model.json_value import Json


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

OUT_OF_TIME = "templatesync.OutOfTime"
"""The code of a page that is not asked for any more, since the list has taken too long by then."""


def continues_a_list(request: AnyRequest) -> bool:
    """Whether a request asks for a page after the first one: there may always be one more."""
    page = request.params.get("Page") if isinstance(request, Request) else None
    return isinstance(page, Mapping) and isinstance(index := page.get("Index"), int) and index > 1


class AnswerClass(StrEnum):
    """How to react to an answer. The codes behind each are in `service/api.json`."""

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
    """What came back for a request: `data` is the whole decoded body, made to fit the API as data.

    `problems` say where it does not fit: what is said there must not be taken for nothing. `retry_after` is in seconds,
    0 when the service named none. `raw` is the body as it came but for secrets, where a client was asked
    to keep it.
    """

    request: AnyRequest
    klass: AnswerClass
    code: str = ""
    message: str = ""
    request_id: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    http_status: int = 0
    retry_after: float = 0.0
    problems: tuple[str, ...] = ()
    raw: Mapping[str, Json] | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """Only the service's own `Code` makes this true."""
        return self.klass is AnswerClass.SUCCESS

    @property
    def is_ours(self) -> bool:
        """Whether this program gave the code, where no code of the service could be had."""
        return self.code.startswith("templatesync.")

    @property
    def unsettled(self) -> bool:
        """Whether a write may or may not have happened."""
        return self.klass in (AnswerClass.LOST, AnswerClass.UNAVAILABLE)
