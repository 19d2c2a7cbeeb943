"""A number of sends is taken for one only when it is certain whose it is, and of which days."""

from __future__ import annotations

from typing import Any

import pytest

from templatesync.kinds.template.usage import DAY, usage
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.model.resource import Key, Live
from templatesync.model.usage import Usage, said

NOW = 1_767_323_045_000
LIVE = Live(Key("template", "order", "pt_BR"), "pass", {"template_code": "77"})


def day(number: int, **more: Any) -> dict[str, Any]:
    """The count of one of the days before now, from 0."""
    end = NOW - number * DAY
    return {"TemplateCode": "77", "Language": "pt_BR", "Start": end - DAY, "End": end, "SentCount": 1, **more}


WEEK = [day(number) for number in range(7)]


def told(*answers: Any, days: int = 7) -> Usage:
    """What is made of answers: lists of rows, data, or whole answers."""
    calls = usage(LIVE, NOW, days)
    batch = next(calls)
    rest = list(answers)
    while True:
        assert isinstance(batch, tuple)
        given = [_answer(request, rest.pop(0)) for request in batch]
        try:
            batch = calls.send(given)
        except StopIteration as stop:
            assert isinstance(stop.value, Usage)
            return stop.value


def _answer(request: Any, given: Any) -> Answer:
    if isinstance(given, AnswerClass):
        return Answer(request, given, code="Odd.Code")
    data = {"Data": given} if isinstance(given, list) else given
    return Answer(request, AnswerClass.SUCCESS, data=data)


def test_the_days_are_added_up() -> None:
    week = [day(number, SentCount=number, DeliveredCount=2, ReadCount=1) for number in range(7)]
    assert told(week) == Usage(7, 21, 14, 7)


@pytest.mark.parametrize(
    ("rows", "sent"),
    [
        (WEEK, 7),
        ([*WEEK, *(day(number, Language="en", SentCount=900) for number in range(7))], 7),
        ([*WEEK, *(day(number, TemplateCode="78", SentCount=900) for number in range(7))], 7),
        ([day(number, Language="pt-br") for number in range(7)], 7),
        ([day(number, Language=None, TemplateCode="") for number in range(7)], 7),
        ([{**each, "Start": each["Start"] // 1000, "End": each["End"] // 1000} for each in WEEK], 7),
        ([{**each, "Start": each["Start"] - 3_600_000, "End": each["End"] - 3_600_000} for each in WEEK], 7),
        ([day(3, SentCount=5)], 5),
        ([{**day(0), "Start": NOW - 7 * DAY, "SentCount": 0}], 0),
    ],
)
def test_a_number_that_can_mean_one_thing(rows: list[Any], sent: int) -> None:
    assert told(rows).sent == sent


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([], "0 of 7 days"),
        ([day(3, SentCount=0)], "1 of 7 days"),
        ({}, "cannot be understood"),
        ({"Data": None}, "cannot be understood"),
        ({"Data": {"SentCount": 5}}, "cannot be understood"),
        ([day(number, Language="en") for number in range(7)], "0 of 7 days"),
        ([day(0, SentCount=None)], "no number"),
        ([day(0, SentCount=-5)], "no number"),
        ([day(0, SentCount=True)], "no number"),
        ([day(0, SentCount=10**30)], "no number"),
        ([day(0, Start=None)], "no time"),
        ([day(0, Start=NOW, End=NOW - DAY)], "no time"),
        ([day(0), day(0)], "twice"),
        ([day(number, Language=None) for number in (0, 0, 1, 1)], "twice"),
        ([day(40)], "not asked for"),
        (AnswerClass.INVALID, "Odd.Code"),
        (AnswerClass.NOT_FOUND, "Odd.Code"),
        (AnswerClass.UNREACHABLE, "Odd.Code"),
    ],
)
def test_what_is_no_number_is_unknown(data: Any, reason: str) -> None:
    usage = told(data)
    assert (usage.sent, usage.unused, usage.denied) == (None, False, False)
    assert reason in said(usage)


def test_a_shape_that_does_not_fit_is_unknown() -> None:
    calls = usage(LIVE, NOW, 7)
    (request,) = next(calls)
    problems = ("Data[3].SentCount is text where a number is documented",)
    with pytest.raises(StopIteration) as stop:
        calls.send([Answer(request, AnswerClass.SUCCESS, data={"Data": WEEK}, problems=problems)])
    assert stop.value.value.sent is None


def test_a_long_time_is_asked_in_parts_where_it_is_refused() -> None:
    long = [day(number) for number in range(90)]
    parts = [long[60:], long[30:60], long[:30]]
    assert told(AnswerClass.INVALID, *parts, days=90).sent == 90
    assert told(AnswerClass.INVALID, *parts[:2], AnswerClass.INVALID, days=90).sent is None
    assert told(AnswerClass.DENIED, days=90).denied
    nothing = [day(number, SentCount=0) for number in range(90)]
    assert told(nothing, days=90).unused and not told(nothing[:60], days=90).unused


def test_what_has_no_code_is_not_asked_for() -> None:
    with pytest.raises(StopIteration) as stop:
        next(usage(Live(LIVE.key, "pass"), NOW, 7))
    assert stop.value.value.sent is None


def test_what_is_asked() -> None:
    (request,) = next(usage(LIVE, NOW, 7))
    assert request == Request(
        "GetChatappTemplateMetric",
        {"TemplateCode": "77", "Language": "pt_BR", "TemplateType": "WHATSAPP", "Start": NOW - 7 * DAY, "End": NOW,
         "Granularity": "DAILY"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (Usage(7, 41_230), "sent 41,230 times this week"),
        (Usage(7, 1), "sent once this week"),
        (Usage(7, 0), "not sent this week"),
        (Usage(90, 2), "sent 2 times in 90 days"),
        (Usage(7, 3, of="order"), "order: sent 3 times this week"),
        (Usage(7, reason="nobody answers"), "usage unknown: nobody answers"),
    ],
)
def test_what_people_read(usage: Usage, words: str) -> None:
    assert said(usage) == words
