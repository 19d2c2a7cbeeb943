"""Reading a space: its account, then everything live of every kind. Knows no client and no kind by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from templatesync.kinds.base import Kind, Scope
from templatesync.model.calls import CallError, Calls, WrongAnswerError
from templatesync.model.change import Cause, Refusal
from templatesync.model.request import Answer, AnyRequest, Request
from templatesync.model.resource import Listing
from templatesync.project.settings import Space

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """What QueryChatappBindWaba says: the WhatsApp Business Account behind a space, and whether it may be used."""

    waba_id: str
    review_status: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read of a space."""

    account: Account
    listings: Mapping[str, Listing]


ACCOUNT = "QueryChatappBindWaba"
"""The operation that tells the account of a space; every plan begins with it."""


def read_account() -> Calls[Account]:
    """The account of a space. Raises CallError when it cannot be read."""
    (answer,) = yield (Request(ACCOUNT),)
    if not answer.ok:
        raise CallError(answer)
    data = answer.data.get("Data") or {}
    if not isinstance(data, Mapping):
        raise WrongAnswerError(answer, f"{ACCOUNT} answered with a Data that is no object")
    return Account(str(data.get("Id") or ""), str(data.get("AccountReviewStatus") or ""), str(data.get("Name") or ""))


def read_space(kinds: Mapping[str, Kind], scope: Scope) -> Calls[Reading]:
    """Account and listings, as far as the scope asks. Without an account nothing else is asked for."""
    account = yield from read_account()
    listings = yield from side_by_side([kind.remote.fetch(scope) for kind in kinds.values()])
    return Reading(account, dict(zip(kinds, listings, strict=True)))


def side_by_side(several: Sequence[Calls[T]]) -> Calls[list[T]]:
    """Run several calls in step, so that their requests share the time that quotas take. None of them may pause.

    What one raises ends them all.
    """
    values: dict[int, T] = {}
    given: dict[int, list[Answer] | None] = dict.fromkeys(range(len(several)))
    while True:
        asked: dict[int, tuple[AnyRequest, ...]] = {}
        for index, answers in given.items():
            try:
                # A generator that has not begun takes nothing but None.
                batch = next(several[index]) if answers is None else several[index].send(answers)
            except StopIteration as stop:
                values[index] = stop.value
            else:
                assert isinstance(batch, tuple)
                asked[index] = batch
        if not asked:
            return [values[index] for index in range(len(several))]
        rest = iter((yield tuple(request for batch in asked.values() for request in batch)))
        given = {index: list(islice(rest, len(batch))) for index, batch in asked.items()}


WRONG_ACCOUNT = "waba-mismatch"
"""The code of such a refusal. What the space lacks or has says nothing of the one that was meant."""


def guard(space: Space, account: Account) -> tuple[Refusal, ...]:
    """Why nothing may be written to a space: another account than the project names, or one that is not approved.

    An account's review states are those of QueryChatappBindWaba: PENDING, APPROVED, REJECTED, DISABLED.
    """
    found = []
    if space.waba_id and account.waba_id != space.waba_id:
        message = f"the space has the WhatsApp Business Account {account.waba_id or 'none'}, not {space.waba_id}"
        found.append(Refusal(WRONG_ACCOUNT, f"{message}; nothing is written to another account", Cause.WRONG_ACCOUNT))
    if account.review_status != "APPROVED":
        state = account.review_status or "unknown"
        found.append(Refusal("waba-review", f"the WhatsApp Business Account is {state}, not APPROVED"))
    return tuple(found)
