"""What a quirk is: a name, its values, and what each makes of a call. Pure; knows no quirk and no operation's code."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from templatesync.emulator.http import protocol
from templatesync.emulator.object_store.request import ObjectReply, ObjectRequest
from templatesync.emulator.outcome import OperationReply, RefusedCall
from templatesync.model.json_value import Json
from templatesync.service.api import Operation, api

EVERY = frozenset(api().operations)
"""Every operation of the API."""

WRITES = frozenset(name for name, operation in api().operations.items() if operation.write)

NEVER = inf
"""As a number of seconds: what is answered never takes effect."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as it came: `params` as the caller spelled them, empty when they could not be understood."""

    operation: Operation
    params: Mapping[str, Json]
    space: str
    request_id: str

    @property
    def action(self) -> str:
        """The operation's name."""
        return self.operation.name

    def answer(self, *without: str, **members: Json) -> dict[str, Json]:
        """The body of a call that went well, as far as its Code says; `without` names members that are left out."""
        body = protocol.reply_body(self.operation, OperationReply(members), self.request_id)
        return {name: value for name, value in body.items() if name not in without}


Body = dict[str, Json]

Take = Callable[[Asked, sqlite3.Connection], Mapping[str, Json]]
"""The parameters as the service understands them. May raise RefusedCall."""

Tell = Callable[[Asked, Body], Body]
"""The body of an answer. May raise RefusedCall where the call has changed nothing."""

Refuse = Callable[[Asked, RefusedCall], RefusedCall | Body]
"""A refusal in other words, or the body that is answered in its place."""

Fetch = Callable[[ObjectRequest, ObjectReply], ObjectReply]
"""What the object store gives. May raise RefusedCall."""


def _no_seconds() -> Mapping[str, float]:
    return {}


@dataclass(frozen=True, slots=True)
class Timing:
    """How time enters, in seconds of the state clock, by operation where it differs.

    behind      by how much a read is behind all writes
    unlisted    by how much listings are behind creations only
    late        how long after its answer a write takes effect
    lost        the same for a write whose connection ends without an answer; every second write then does
    """

    behind: Mapping[str, float] = field(default_factory=_no_seconds)
    unlisted: float = 0.0
    late: Mapping[str, float] = field(default_factory=_no_seconds)
    lost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What one value of a quirk does. All that is not given stays as it is.

    about       one line, for a person
    everywhere  `take` is asked of calls of every operation, not only of those whose answers change
    refused     `tell` changes the bodies of the service's refusals too
    rates       calls a second, by operation; they are counted even when no other quota is
    unchecked   no parameter and no rule of a write is checked
    """

    about: str
    take: Take | None = None
    everywhere: bool = False
    tell: Tell | None = None
    refused: bool = False
    refuse: Refuse | None = None
    fetch: Fetch | None = None
    timing: Timing | None = None
    rates: Mapping[str, float] = field(default_factory=_no_seconds)
    unchecked: bool = False


@dataclass(frozen=True, slots=True)
class Quirk:
    """One belief that a service could break.

    answers    the calls whose answers it changes, and no others
    follows    calls that are answered otherwise because a write before them was
    """

    name: str
    about: str
    answers: frozenset[str]
    values: Mapping[str, Behaviour]
    follows: frozenset[str] = frozenset()
