"""Which flows there are: the listing, page by page. Knows the API's names; no client, no clock, no plan.

No answer says how many flows there are, how long a page may be, or which page is the last one. So a page is asked for
in a smaller size when it is refused, and pages are read until one has nothing new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from templatesync.kinds.rows import Rows, not_understood, refused, rows_of, same_refusal, words
from templatesync.kinds.text import text_of
from templatesync.model.calls import CallError, Calls
from templatesync.model.json_value import Json
from templatesync.model.request import OUT_OF_TIME, Answer, Request

PAGE_SIZES = (100, 50, 20, 10)
"""Asked for one after another, until the service takes one. No maximum is documented."""
MAX_PAGES = 2_000
"""An account that has more is not known; a list that goes on for ever is."""


@dataclass(slots=True)
class Names:
    """What is listed: the ids by name.

    problem   why nothing may be concluded from what is not listed; empty when the list is whole
    failed    by name: rows that do not say which flow they are
    """

    ids: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""
    failed: dict[str, Answer] = field(default_factory=dict)

    def take(self, answer: Answer, rows: Rows | None) -> bool:
        """Take a page; whether it has anything new."""
        if rows is None:
            self.problem = self.problem or "ListFlow was answered without a list"
            return False
        new = [self._take(answer, row) for row in rows.items]
        return any(new)

    def _take(self, answer: Answer, row: Json) -> bool:
        row = row if isinstance(row, Mapping) else {}
        flow_id, name = (text_of(row.get(member)) for member in ("FlowId", "FlowName"))
        if flow_id and name:
            ids = self.ids.setdefault(name, [])
            if flow_id in ids:
                return False
            ids.append(flow_id)
            ids.sort()
            return True
        self.problem = self.problem or f"a row of ListFlow says no {'FlowName' if flow_id else 'FlowId'}"
        if name:
            self.failed[name] = not_understood(answer, f"ListFlow tells no FlowId of the flow {name}")
        return False


def listed(name: str) -> Calls[Names]:
    """All flows, or those whose names contain `name`. Raises CallError when the list is refused."""
    names = Names()
    answer, size = yield from _first(name)
    if answer is None:
        return names
    rows = rows_of(answer, "Data")
    if rows is not None and not rows.listed:  # nothing in it could be a flow; that is so when it comes twice
        (answer,) = yield (_page(name, 1, size),)
        rows = rows_of(answer, "Data") if answer.ok else None
    for index in range(2, MAX_PAGES + 2):
        if not names.take(answer, rows):
            if index == 3 and rows is not None and len(rows.items) >= size:  # a whole second page with nothing new
                names.problem = names.problem or "the second page of ListFlow has the same rows as the first one"
            return names
        (answer,) = yield (_page(name, index, size),)
        if answer.code == OUT_OF_TIME:
            names.problem = names.problem or f"ListFlow does not end: {answer.message}, with {len(names.ids)} flows"
            return names
        if not answer.ok:
            if not refused(answer):
                raise CallError(answer)
            # Only the index is another one than that of the page before: behind a short page there is none.
            if rows is None or len(rows.items) >= size:
                names.problem = names.problem or words(answer)
            return names
        rows = rows_of(answer, "Data")
    names.problem = f"ListFlow has more than {MAX_PAGES} pages"
    return names


def _first(name: str) -> Calls[tuple[Answer | None, int]]:
    """The first page in the largest size that the service takes, and that size; no answer when it says so that there is
    no flow. Raises CallError.
    """
    for size in PAGE_SIZES:
        (answer,) = yield (_page(name, 1, size),)
        if answer.ok:
            return answer, size
        if not refused(answer):
            raise CallError(answer)
    if name:
        raise CallError(answer)
    # A refusal of a page of one row is none of its size. Where it is for having nothing to show, other pages are
    # refused for another reason, or are empty; where it is for who asks, all are refused alike.
    smallest, *others = yield (_page(name, 1, 1), _page(name, 2, 1), _page(name, 0, 0))
    empty = any(
        not same_refusal(smallest, each)
        and (refused(each) or (each.ok and (rows := rows_of(each, "Data")) is not None and not rows.items))
        for each in others
    )
    if empty and same_refusal(answer, smallest):
        return None, 1
    raise CallError(answer)


def _page(name: str, index: int, size: int) -> Request:
    page = {"Page": {"Index": index, "Size": size}}
    return Request("ListFlow", {"FlowName": name, **page} if name else page)
