"""Reading a space: its account, then everything live of every kind. One flow; knows no client and no kind by name."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from templatesync.kinds.base import Batch, FlowError, Kind, Scope, WrongAnswerError
from templatesync.project import Space
from templatesync.values import Answer, Listing, Refusal, Request


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

ReadingSteps: TypeAlias = Generator[Batch, list[Answer], Reading]


def read_account() -> Generator[Batch, list[Answer], Account]:
    """The account of a space. Raises FlowError when it cannot be read."""
    (answer,) = yield (Request(ACCOUNT),)
    if not answer.ok:
        raise FlowError(answer)
    data = answer.data.get("Data") or {}
    if not isinstance(data, Mapping):
        raise WrongAnswerError(answer, f"{ACCOUNT} answered with a Data that is no object")
    return Account(str(data.get("Id") or ""), str(data.get("AccountReviewStatus") or ""), str(data.get("Name") or ""))


def read_space(kinds: Mapping[str, Kind], scope: Scope) -> ReadingSteps:
    """Account and listings, as far as the scope asks."""
    account = yield from read_account()
    listings: dict[str, Listing] = {}
    for name, kind in kinds.items():
        listings[name] = yield from kind.fetch(scope)
    return Reading(account, listings)


def guard(space: Space, account: Account) -> tuple[Refusal, ...]:
    """Why nothing may be written to a space: another account than the project names, or one that is not approved.

    An account's review states are those of QueryChatappBindWaba: PENDING, APPROVED, REJECTED, DISABLED.
    """
    found = []
    if space.waba_id and account.waba_id != space.waba_id:
        message = f"the space has the WhatsApp Business Account {account.waba_id or 'none'}, not {space.waba_id}"
        found.append(Refusal("waba-mismatch", f"{message}; nothing is written to another account"))
    if account.review_status != "APPROVED":
        state = account.review_status or "unknown"
        found.append(Refusal("waba-review", f"the WhatsApp Business Account is {state}, not APPROVED"))
    return tuple(found)
