"""How often a template was sent, by the service's own counts. Knows the API's names; no client and no clock.

A number is only taken for one when it is certain whose it is and which days it is of: somebody may delete by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from templatesync.kinds.template.listing import TYPE
from templatesync.model.calls import Calls
from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, UNREACHABLE, Answer, Request
from templatesync.model.resource import Live
from templatesync.model.usage import Usage

OPERATION = "GetChatappTemplateMetric"
DAY = 86_400_000
"""Milliseconds, in which the service counts time."""
_LONGEST_CODE = 80
_SHORT = 30
"""Days of a part, where a service refuses the whole; no page says how many days it answers."""


def usage(live: Live, until: int, days: int) -> Calls[Usage]:
    """Counts of the `days` that end at `until` (milliseconds since 1970). Never raises for what is answered."""
    code = live.ids.get("template_code", "")
    if not code:
        return Usage(days, reason="the service told no TemplateCode")
    start = until - days * DAY
    (answer,) = yield (_asked(live, code, start, until),)
    if answer.ok or days <= _SHORT or answer.klass in DENIED or answer.is_ours:
        return _judged(live, code, [(answer, start, until)], days)
    parts = [(at, min(at + _SHORT * DAY, until)) for at in range(start, until, _SHORT * DAY)]
    answers = yield tuple(_asked(live, code, *part) for part in parts)
    return _judged(live, code, [(each, *part) for each, part in zip(answers, parts, strict=True)], days)


def _asked(live: Live, code: str, start: int, end: int) -> Request:
    address = {"TemplateCode": code, "Language": live.key.language, "TemplateType": TYPE}
    return Request(OPERATION, {**address, "Start": start, "End": end, "Granularity": "DAILY"})


def _judged(live: Live, code: str, answers: Sequence[tuple[Answer, int, int]], days: int) -> Usage:
    sent = delivered = read = covered = 0
    for answer, start, end in answers:
        if not answer.ok:
            named = f"[{(answer.code or answer.klass.value)[:_LONGEST_CODE]}]"
            if answer.klass in DENIED:
                why = f"cams:{OPERATION} is not permitted {named}; give the role that action"
                return Usage(days, reason=why, denied=True)
            return Usage(days, reason=f"the service did not tell {named}", lost=answer.klass in UNREACHABLE)
        rows = answer.data.get("Data")
        if not isinstance(rows, list) or any("Cliented" not in problem for problem in answer.problems):
            return Usage(days, reason="the answer cannot be understood")
        mine = [row for row in rows if isinstance(row, Mapping) and _is_of(row, live, code)]
        if why := _strange(mine, start, end):
            return Usage(days, reason=why)
        sent += sum(row["SentCount"] for row in mine)
        delivered += sum(_count(row.get("DeliveredCount")) or 0 for row in mine)
        read += sum(_count(row.get("ReadCount")) or 0 for row in mine)
        covered += sum(min(_moment(row["End"]) or 0, end) - max(_moment(row["Start"]) or 0, start) for row in mine)
    # The first and the last day may be cut off; of a number that is not 0 a part is a part of it all the same.
    if sent == 0 and covered < (days - 2) * DAY:
        return Usage(days, reason=f"the service tells of {max(covered, 0) // DAY} of {days} days")
    return Usage(days, sent, delivered, read)


def _is_of(row: Mapping[str, Json], live: Live, code: str) -> bool:
    """Whether a row is about this template and language; what it does not say was asked for."""
    spoken = str(row.get("Language") or live.key.language).replace("-", "_").casefold()
    return spoken == live.key.language.casefold() and (row.get("TemplateCode") or code) == code


def _strange(rows: Sequence[Mapping[str, Json]], start: int, end: int) -> str:
    """Why rows cannot be added up; empty when they can."""
    if any(_count(row.get("SentCount")) is None for row in rows):
        return "a count is no number"
    times = [(_moment(row.get("Start")), _moment(row.get("End"))) for row in rows]
    if any(since is None or until is None or since >= until for since, until in times):
        return "a count has no time"
    spans = sorted((since, until) for since, until in times if since is not None and until is not None)
    if any(since < start - DAY or until > end + DAY for since, until in spans):
        return "a count is of days that were not asked for"
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        return "the same day is counted twice"
    return ""


def _moment(value: Json) -> int | None:
    """Milliseconds since 1970, of a number that may be in seconds."""
    told = _count(value)
    return told * 1000 if told is not None and told < 10**11 else told


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15 else None
