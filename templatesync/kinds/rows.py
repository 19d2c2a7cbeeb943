"""What an answer that lists holds, and whether it proves that there is nothing. Pure; knows no kind and no operation.

A list that is missing is no empty list: its rows may stand under a name that nobody told. Nor does a refusal say that
there is nothing, whatever its words are. Both can be shown all the same, by what else an answer holds and by how the
service answers a question that has no answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, UNREACHABLE, Answer, AnswerClass
from templatesync.model.resource import NOT_UNDERSTOOD

_OURS = "templatesync."

# Numbers that count nothing.
_NO_COUNT = frozenset({"code", "requestid", "httpstatuscode", "status"})


class Rows(NamedTuple):
    """The rows of an answer as they came. `listed` is False where there was no list, and nothing else that could be."""

    items: tuple[Json, ...]
    listed: bool = True


def rows_of(answer: Answer, member: str) -> Rows | None:
    """The rows under a name; None when they cannot be understood: something is there, and it is not that list."""
    value = answer.data.get(member)
    if isinstance(value, list | tuple):
        return Rows(tuple(value))
    if isinstance(value, str) and value.strip():
        return None
    return Rows((), listed=False) if nothing_in(answer) else None


def nothing_in(answer: Answer) -> bool:
    """Whether nothing in an answer can be rows, or counts any."""
    return all(_holds_nothing(name, value) for name, value in answer.data.items())


def _holds_nothing(name: str, value: Json) -> bool:
    """Whether a member of an answer can neither be rows nor count any."""
    if isinstance(value, Mapping | list | tuple):
        return not value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return not value or name.casefold() in _NO_COUNT
    return not isinstance(value, str) or not value.lstrip().startswith(("[", "{", "<"))


def refused(answer: Answer) -> bool:
    """Whether the service understood who asks, and declined this question: for what was asked, or for what there is.

    An answer that holds something is no refusal, whatever its code says: that may be a word for success.
    """
    declined = not answer.ok and answer.klass not in DENIED | UNREACHABLE and not answer.code.startswith(_OURS)
    return declined and nothing_in(answer)


def same_refusal(one: Answer, other: Answer) -> bool:
    """Whether two questions were declined alike. Words may name what was asked, so these do not count."""
    said = [(each.klass, each.code, each.http_status) for each in (one, other)]
    return refused(one) and refused(other) and said[0] == said[1]


def not_understood(answer: Answer, why: str) -> Answer:
    """The answer that stands for one which cannot be understood."""
    return replace(answer, klass=AnswerClass.OTHER, code=NOT_UNDERSTOOD, message=why)


def words(answer: Answer) -> str:
    """What an answer that is no use says: which call it was, the service's own words, its code."""
    said = f"{answer.message or 'no reason was given'} [{answer.code or answer.klass.value}]"
    return f"{answer.request.operation}: {said}"
