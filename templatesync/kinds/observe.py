"""Observations that kinds have in common. Pure; knows no kind by name."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from templatesync.model.belief import Observation, shape, word
from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, UNREACHABLE, Answer, AnswerClass, Request

Row = Mapping[str, Json]

BELIEVED: Mapping[str, str] = {
    "detail-equals-row": "a detail says the same as its row in the listing",
    "details": "what is listed can be read",
    "page-cap": "a page may have 100 rows",
    "rows-twice": "a listing has each thing once",
}


def rows(answer: Answer, member: str) -> list[Row]:
    """The rows that an answer lists; none of an answer that is no listing."""
    listed = answer.data.get(member)
    return [row for row in listed if isinstance(row, Mapping)] if answer.ok and isinstance(listed, list) else []


def of(answers: Iterable[Answer], operation: str) -> list[Answer]:
    """The answers of one operation."""
    return [answer for answer in answers if answer.request.operation == operation]


def pages(answers: Iterable[Answer], operation: str) -> list[Answer]:
    """The first answer to each page, in order: what was read a second time says nothing new."""
    found: dict[int, Answer] = {}
    for answer in of(answers, operation):
        if answer.ok:
            found.setdefault(_asked(answer, "Index"), answer)
    return [found[index] for index in sorted(found)]


def last_page(answers: Iterable[Answer], operation: str) -> int:
    """The highest page that was asked for."""
    return max((_asked(answer, "Index") for answer in of(answers, operation)), default=0)


def _asked(answer: Answer, name: str) -> int:
    page = answer.request.params.get("Page") if isinstance(answer.request, Request) else None
    return int(page.get(name, 0)) if isinstance(page, Mapping) else 0


def described(answer: Answer, member: str = "Data") -> str:
    """How something was answered, without a word of what: code and status, or the shape of what came."""
    if not answer.ok:
        return f"{word(answer.code)}, HTTP {answer.http_status}"
    raw = answer.data if answer.raw is None else answer.raw
    return f"OK, {member} {shape(raw[member]) if member in raw else 'left out'}"


def usable(answer: Answer | None) -> bool:
    """Whether an answer says anything about the service, and not only about the network or a permission."""
    return answer is not None and answer.klass not in UNREACHABLE | DENIED


def nothing_listed(check: str, answer: Answer | None, member: str) -> Iterator[Observation]:
    """A listing that should have no rows."""
    if answer is None or not usable(answer) or rows(answer, member):
        return
    raw = answer.data if answer.raw is None else answer.raw
    right = answer.ok and raw.get(member) == []
    yield Observation(check, "" if right else described(answer, member), not right)


def absent(check: str, how: str, answer: Answer | None, known: AnswerClass, code: str = "") -> Iterator[Observation]:
    """An answer about something that is not there."""
    if answer is not None and usable(answer):
        right = answer.code == code if code else answer.klass is known
        yield Observation(check, f"{how}: {described(answer)}", not right)


def empty(check: str, name: str, items: Sequence[Row]) -> Iterator[Observation]:
    """A member without which things cannot be told apart, or used."""
    for item in items:
        value = item.get(name)
        if name not in item:
            yield Observation(check, f"{name}: left out", True)
        elif value is None or value == "":
            yield Observation(check, f"{name}: {shape(value)}", True)
        else:
            yield Observation(check)


def twice(listed: Sequence[Hashable]) -> Iterator[Observation]:
    """Rows that come more than once."""
    if listed:
        again = len(set(listed)) < len(listed)
        yield Observation("rows-twice", "a row comes twice" if again else "", again)


def page_cap(answers: Sequence[Answer], operation: str, member: str) -> Iterator[Observation]:
    """How many rows a page has, of those that were asked for."""
    refused = [
        answer
        for answer in of(answers, operation)
        if _asked(answer, "Size") and answer.klass in (AnswerClass.INVALID, AnswerClass.OTHER)
    ]
    read = pages(answers, operation)
    if refused:
        smallest = min(refused, key=lambda answer: _asked(answer, "Size"))
        taken = max((_asked(answer, "Size") for answer in read), default=0)
        told = f"the largest page that was accepted is {taken}" if taken else "no page was accepted"
        yield Observation(
            "page-cap",
            f"{operation}: {told}; one of {_asked(smallest, 'Size')} is refused, {word(smallest.code)}",
            True,
        )
    counts = [len(rows(answer, member)) for answer in read]
    if counts and counts[0] and any(counts[1:]):
        size = _asked(read[0], "Size")
        fewer = counts[0] < size
        yield Observation("page-cap", f"{operation}: {counts[0]} rows for {size}" if fewer else "", fewer)
