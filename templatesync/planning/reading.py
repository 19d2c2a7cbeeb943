"""Reading a space: its account, then everything live of every kind. Knows no client and no kind by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from templatesync.kinds.base import Kind, Scope
from templatesync.model.calls import CallError, Calls, WrongAnswerError, resumed
from templatesync.model.change import Cause, Note, Refusal
from templatesync.model.json_value import Json
from templatesync.model.outcome import cause_of
from templatesync.model.request import DENIED, UNREACHABLE, Answer, AnswerClass, AnyRequest, Request
from templatesync.model.resource import NOT_LOOKED_AT, Listing, Live
from templatesync.project.settings import Space

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """What QueryChatappBindWaba says: the WhatsApp Business Account behind a space, and whether it may be used.

    `refused` is the answer when it does not say.
    """

    waba_id: str
    review_status: str
    name: str = ""
    refused: Answer | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read of a space."""

    account: Account
    listings: Mapping[str, Listing]


ACCOUNT = "QueryChatappBindWaba"
"""The operation that tells the account of a space; every plan begins with it."""
_IDS = ("Id", "WabaId", "CustWabaId")
"""Where the account's id may be: its own page says `Id`, other operations of the API say `WabaId` and `CustWabaId`."""


def read_account() -> Calls[Account]:
    """The account of a space. Raises CallError when it cannot be read."""
    (answer,) = yield (Request(ACCOUNT),)
    if not answer.ok:
        raise CallError(answer)
    data = answer.data.get("Data")
    said = data if isinstance(data, Mapping) else {}
    waba_id = next((said[name] for name in _IDS if isinstance(said.get(name), str) and said[name].strip()), "")
    return Account(waba_id.strip(), _text(said, "AccountReviewStatus").strip(), _text(said, "Name"))


def _text(data: Mapping[str, Json], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def read_space(kinds: Mapping[str, Kind], scope: Scope) -> Calls[Reading]:
    """Account and listings, as far as the scope asks.

    What is refused stops nothing else: an account that may not be read forbids writing, and a kind whose list is
    refused has a listing that is incomplete. Raises CallError when the service cannot be reached, or refuses all of it.
    """
    try:
        account = yield from read_account()
    except CallError as error:
        if error.answer.klass in UNREACHABLE or error.answer.klass in DENIED - {AnswerClass.DENIED}:
            raise
        account = Account("", "", refused=error.answer)
    try:
        return Reading(account, (yield from read_listings(kinds, scope)))
    except CallError:
        if account.refused is not None:
            raise CallError(account.refused) from None
        raise


def read_listings(kinds: Mapping[str, Kind], scope: Scope) -> Calls[dict[str, Listing]]:
    """The listings of every kind, as far as the scope asks. Raises CallError when all of them are refused."""
    names = [name for name in kinds if scope.reads(name)]
    listings = yield from side_by_side([_listing(kinds[name].remote.fetch(scope)) for name in names])
    refused = [listing.error for listing in listings if listing.error is not None]
    if refused and len(refused) == len(listings):
        raise CallError(refused[0])
    return dict.fromkeys(kinds, NOT_LOOKED_AT) | dict(zip(names, listings, strict=True))


def with_details(kinds: Mapping[str, Kind], reading: Reading, lives: Sequence[Live]) -> Calls[Reading]:
    """The reading with the content of a few more, as far as the service tells it: nothing rests on these."""
    if not lives:
        return reading
    found = yield from side_by_side([_detail(kinds[live.key.kind], live) for live in lives])
    listings = dict(reading.listings)
    for live in filter(None, found):
        listing = listings[live.key.kind]
        listings[live.key.kind] = listing._replace(live={**listing.live, live.key: live})
    return Reading(reading.account, listings)


def _detail(kind: Kind, live: Live) -> Calls[Live | None]:
    try:
        return (yield from kind.remote.read(live.key, live))
    except CallError:
        return None


def _listing(fetch: Calls[Listing]) -> Calls[Listing]:
    """A listing, or why there is none."""
    try:
        return (yield from fetch)
    except CallError as error:
        return Listing({}, complete=False, reason=said(error), error=error.answer)


def said(error: CallError) -> str:
    """What a refusal says: the service's own words, with code and request."""
    answer = error.answer
    if isinstance(error, WrongAnswerError):
        return str(error)
    code = answer.code or answer.klass.value
    request = f", request {answer.request_id}" if answer.request_id else ""
    return f"{answer.message or 'no reason was given'} [{code}{request}]"


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
                batch = resumed(several[index], answers)
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


UNDERSTOOD = frozenset({"PENDING", "REJECTED", "DISABLED"})
"""The review states of an account, besides APPROVED, as the page of QueryChatappBindWaba has them."""


def guard(space: Space, account: Account) -> tuple[Refusal, ...]:
    """Why nothing may be written to a space: another account than the project names, or one that is not approved."""
    if account.refused is not None:
        message = f"the WhatsApp Business Account could not be read: {said(CallError(account.refused))}"
        return (Refusal("waba-unread", f"{message}; nothing is written without it", cause_of(account.refused.klass)),)
    found = []
    if space.waba_id and account.waba_id != space.waba_id:
        message = f"the space has the WhatsApp Business Account {account.waba_id or 'none'}, not {space.waba_id}"
        message += "; nothing is written to another account; correct `waba_id` or `cust_space_id` in templatesync.yaml"
        found.append(Refusal(WRONG_ACCOUNT, message, Cause.WRONG_ACCOUNT))
    state = account.review_status.upper()
    if state in UNDERSTOOD:
        message = f"the WhatsApp Business Account is {state}, not APPROVED"
        found.append(Refusal("waba-review", f"{message}; plan again when the platform has approved it"))
    elif state != "APPROVED" and not space.waba_id:
        way_out = "name the account with `waba_id` in templatesync.yaml if it is the right one"
        found.append(Refusal("waba-review", f"{_strange(account)}; {way_out}"))
    return tuple(found)


def doubts(space: Space, account: Account) -> tuple[Note, ...]:
    """What is not understood of an account that may be written to all the same, because the project names it."""
    known = account.refused is not None or account.review_status.upper() in UNDERSTOOD | {"APPROVED"}
    return () if known or not space.waba_id else (Note("waba_review", f"{_strange(account)}; its id is the right one"),)


def _strange(account: Account) -> str:
    if not account.review_status:
        return "the service does not say whether the WhatsApp Business Account is approved"
    state = account.review_status
    return f"the service says that the WhatsApp Business Account is {state!r}, and nobody knows what that means"
