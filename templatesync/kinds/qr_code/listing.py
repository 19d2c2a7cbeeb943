"""What is live of QR codes, number by number. Knows the API's names; no client, no clock, no plan.

The API has no call for one code: whatever is asked, all codes of a phone number come back, without pages and without a
total. A code that is made twice is two codes for good, so nothing is taken for absent that was not shown to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from templatesync.kinds.base import Scope
from templatesync.kinds.qr_code.identity import KIND, by_code, by_message, digits, phone_of
from templatesync.kinds.rows import not_understood, refused, rows_of, same_refusal, words
from templatesync.kinds.text import text_of
from templatesync.model.calls import CallError, Calls
from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, UNREACHABLE, Answer, AnswerClass, Request
from templatesync.model.resource import Key, Listing, Live

STATUS = "in use"
"""The service knows no states of QR codes: what is listed works."""

NO_PHONE = "templatesync-doctor"
"""What no number can be."""

_LISTING = "ListPhoneMessageQrdl"
_ACCOUNT = Request("QueryChatappPhoneNumbers")
_MOST_REASONS = 3
MOST_NUMBERS = 1_000
"""Of an account whose codes are read, besides those that files name: each costs a request. No account is known that has
a tenth of these."""


class Account(NamedTuple):
    """The numbers of the account, and why there may be more; empty when these are all."""

    numbers: frozenset[str]
    problem: str = ""


@dataclass(slots=True)
class Codes:
    """The codes of one number.

    problem   why nothing may be concluded from what is not among them; empty when these are all
    failed    those that are there, and cannot be understood
    refusal   the answer instead of a list
    ours      whether the number may be one of the account's
    """

    live: dict[Key, Live] = field(default_factory=dict)
    failed: dict[Key, Answer] = field(default_factory=dict)
    problem: str = ""
    refusal: Answer | None = None
    ours: bool = True


def fetch(scope: Scope) -> Calls[Listing]:
    """All codes of the numbers that the files name; of every number of the account when the scope is everything.

    Raises CallError when the service tells nothing at all.
    """
    wanted = frozenset(key for key in scope.wanted if key.kind == KIND)
    phones = {phone_of(key) for key in wanted}
    account: Account | None = None
    if scope.everything:
        (answer,) = yield (_ACCOUNT,)
        account = _account(answer)
        if not answer.ok and not phones - {""}:
            raise CallError(answer)
        others = sorted(account.numbers - {digits(phone) for phone in phones})
        phones |= set(others[:MOST_NUMBERS])
        if len(others) > MOST_NUMBERS:
            why = f"the account has {len(others):,} more numbers; the codes of {MOST_NUMBERS:,} of them are read"
            account = account._replace(problem=account.problem or why)
    phones.discard("")
    found = yield from codes_of(sorted(phones), wanted, account)
    live: dict[Key, Live] = {}
    failed: dict[Key, Answer] = {}
    reasons = [account.problem] if account and account.problem else []
    for phone, codes in found.items():
        live |= codes.live
        failed |= codes.failed
        if codes.refusal is not None:
            failed |= {key: codes.refusal for key in wanted if phone_of(key) == phone}
        if codes.problem and codes.ours:
            reasons.append(codes.problem)
    more = f"; and {len(reasons) - _MOST_REASONS} more" if len(reasons) > _MOST_REASONS else ""
    return Listing(live, not reasons, failed, reason="; ".join(reasons[:_MOST_REASONS]) + more)


def read(key: Key, live: Live | None) -> Calls[Live | None]:
    """One code as it is now, or None when it is shown not to be there. Raises CallError when nobody can tell."""
    phone = phone_of(key)
    codes = (yield from codes_of([phone], frozenset({key}), None))[phone]
    if failure := codes.failed.get(key) or codes.refusal:
        raise CallError(failure)
    if key not in codes.live and codes.problem:
        answer = Answer(_list(phone), AnswerClass.OTHER)
        raise CallError(not_understood(answer, codes.problem))
    return codes.live.get(key)


def codes_of(phones: Sequence[str], wanted: frozenset[Key], account: Account | None) -> Calls[dict[str, Codes]]:
    """The codes of each number. Raises CallError when no list may be read, or none can be."""
    answers = (yield tuple(_list(phone) for phone in phones)) if phones else []
    if answers and all(answer.klass in DENIED | UNREACHABLE for answer in answers):
        raise CallError(answers[0])
    told = dict(zip(phones, answers, strict=True))
    doubted = [phone for phone, answer in told.items() if _doubtful(answer)]
    empty: frozenset[str] = frozenset()
    if doubted:
        asked = [*(_list(phone) for phone in doubted), _list(NO_PHONE), *(() if account else (_ACCOUNT,))]
        again = yield tuple(asked)
        account = account or _account(again[-1])
        nobody = again[len(doubted)]
        pairs = ((phone, told[phone], answer) for phone, answer in zip(doubted, again, strict=False))
        empty = frozenset(
            phone for phone, first, second in pairs if _empty(first, second, nobody, digits(phone) in account.numbers)
        )
    return {
        phone: Codes() if phone in empty else _codes(phone, answer, wanted, account) for phone, answer in told.items()
    }


def _doubtful(answer: Answer) -> bool:
    """Whether an answer may be the way in which the service says that a number has no codes."""
    if not answer.ok:
        return refused(answer)
    rows = rows_of(answer, "Data")
    return rows is not None and not rows.listed


def _empty(first: Answer, second: Answer, nobody: Answer, ours: bool) -> bool:
    """Whether a number is shown to have no codes by what came for it twice, and for a number that nobody can have.

    An answer that holds nothing which could be a code says so when it comes twice. A refusal does when the number is
    the account's, and what is no number is refused otherwise: it is then not for who asks, nor for all that is asked.
    """
    if first.ok:
        return _doubtful(second) and second.ok
    return ours and same_refusal(first, second) and refused(nobody) and not same_refusal(first, nobody)


def _codes(phone: str, answer: Answer, wanted: frozenset[Key], account: Account | None) -> Codes:
    if not answer.ok:
        stranger = account is not None and not account.problem and digits(phone) not in account.numbers
        return Codes(problem=f"the codes of {phone} are not told: {words(answer)}", refusal=answer, ours=not stranger)
    rows = rows_of(answer, "Data")
    if rows is None or not rows.listed:
        why = f"{_LISTING} of {phone} was answered without a list"
        return Codes(problem=why, refusal=not_understood(answer, why))
    return understood(phone, answer, rows.items, wanted)


def understood(phone: str, answer: Answer, rows: Iterable[Json], wanted: frozenset[Key]) -> Codes:
    """Codes under their keys. Of several with one message the smallest code has the message's key."""
    codes = Codes()
    by_id: dict[str, Mapping[str, Json]] = {}
    for row in rows:
        if problem := _problem(phone, row):
            _fail(codes, phone, answer, row, problem)
            continue
        code = text_of(row["QrdlCode"])
        if code in by_id and by_id[code]["PrefilledMessage"] != row["PrefilledMessage"]:
            _fail(codes, phone, answer, row, f"the code {code} of {phone} comes with two messages")
        by_id.setdefault(code, row)
    for code, row in sorted(by_id.items()):
        key = by_message(phone, text_of(row["PrefilledMessage"]))
        if (printed := by_code(phone, code)) in codes.failed or printed in wanted or key in codes.live:
            key = printed
        if key not in codes.failed:
            codes.live[key] = _live(key, row, {**row, "PhoneNumber": phone})
    return codes


def _problem(phone: str, row: Json) -> str:
    """Why a row cannot be taken for a code of this number; empty when it can."""
    if not isinstance(row, Mapping):
        return f"a row in the list of {phone} is no object"
    lacking = [name for name in ("QrdlCode", "PrefilledMessage", "PhoneNumber") if not text_of(row.get(name)).strip()]
    if lacking:
        which = f"the code {row['QrdlCode']}" if text_of(row.get("QrdlCode")) else "a code"
        return f"{which} of {phone} does not say its {' and '.join(lacking)}"
    if digits(row["PhoneNumber"]) != digits(phone):
        return f"the list of {phone} has a code of {text_of(row['PhoneNumber'])[:40]}"
    return ""


def _fail(codes: Codes, phone: str, answer: Answer, row: Json, problem: str) -> None:
    """Note a row that is not understood: what it says of itself is blocked, and the list is not whole."""
    codes.problem = codes.problem or problem
    if not isinstance(row, Mapping):
        return
    code, message = (text_of(row.get(name)) for name in ("QrdlCode", "PrefilledMessage"))
    if code or message:
        key = by_code(phone, code) if code else by_message(phone, message)
        codes.failed[key] = not_understood(answer, problem)
        codes.live[key] = _live(key, row, None)


def _live(key: Key, row: Mapping[str, Json], body: Mapping[str, Json] | None) -> Live:
    facts = {"deep_link": text_of(row.get("DeepLinkUrl")), "picture": text_of(row.get("QrImageUrl"))}
    code = text_of(row.get("QrdlCode"))
    return Live(key, STATUS, {"qrdl_code": code} if code else {}, facts, body)


def _account(answer: Answer) -> Account:
    if not answer.ok:
        return Account(frozenset(), f"the numbers of the account are not told: {words(answer)}")
    rows = rows_of(answer, "PhoneNumbers")
    if rows is None:
        return Account(frozenset(), "QueryChatappPhoneNumbers was answered without a list")
    numbers = [digits(row.get("PhoneNumber")) if isinstance(row, Mapping) else "" for row in rows.items]
    problem = "" if all(numbers) else "QueryChatappPhoneNumbers has a row without a PhoneNumber"
    return Account(frozenset(numbers) - {""}, problem)


def _list(phone: str) -> Request:
    return Request(_LISTING, {"PhoneNumber": phone})
