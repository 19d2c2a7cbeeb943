"""Reading templates: the list, and the details that a reading is for. Knows the API's names; no client, clock or plan.

Nothing is concluded from a spelling, a shape or a silence. What the list says in a way that cannot be understood makes
it incomplete; a detail that was refused or cannot be understood is the failure of that one template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from templatesync.kinds.base import Scope
from templatesync.kinds.rows import nothing_in
from templatesync.kinds.template.state import state
from templatesync.kinds.template.told import (
    Row,
    detailed_live,
    listed_live,
    row_key,
    text,
    understood,
    unreadable,
)
from templatesync.model.calls import CallError, Calls
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, OUT_OF_TIME, UNREACHABLE, Answer, AnswerClass, Request
from templatesync.model.resource import AMBIGUOUS, INCOMPLETE, Key, Listing, Live

TYPE = "WHATSAPP"
PAGE_SIZES = (100, 50, 20, 10)
"""Asked for one after another, until the service takes one. No maximum is documented; the default is 10."""
MAX_PAGES = 2_000
MAX_ROWS = 100_000
"""No account that is known has a tenth of these; a list that goes on for ever has more."""
AHEAD = 50
"""Asked for at once. A total may be any number, and what it promises is not asked for any more once a page is empty."""
FRUITLESS = 3
"""Pages in a row that have nothing new."""
FIRST_AFTER = 2
"""The page after the first one: pages are counted from 1."""
ROUND = 10
"""A page with a multiple of these may have been cut by a limit that nobody told: one more page shows whether it was."""
DETAILS_A_PAGE = 10
"""Asked for beside each page: both have the same rate by their pages, and details may be let through faster."""
LEAST_PAGES = 5
"""Asked for at once, so that short pages do not cost a round trip each."""
MOST_DETAILS = 1_000
"""Asked for at once. Answers are held until the last one is there, and are twice as large as what is kept of them."""

Address: TypeAlias = tuple[str, str]
"""TemplateCode and Language: all that tells templates apart remotely."""

_LIST = Request("ListChatappTemplate")


def fetch(scope: Scope) -> Calls[Listing]:
    """Everything live, with details where the scope asks. Raises CallError when the list is refused."""
    details = _Details(scope)
    size = PAGE_SIZES[0]
    listed, size = yield from _pass(details, {}, size)
    if listed.doubtful and not listed.late:
        # Templates came or went while pages were read; a second look settles it, or nothing does.
        details.forget_recalled()
        again, _ = yield from _pass(details, {}, size)
        again.settled = again.rows.keys() == listed.rows.keys()
        if again.late and len(again.rows) < len(listed.rows):
            listed.problem = again.problem
        else:
            listed = again
    return details.listing(listed)


def look(key: Key) -> Calls[Listing]:
    """What the list has under a key, with its detail: the filtered list, and the whole where that does not show it.

    A filter may be ignored, refused, or find nothing whatever is there: what it lacks proves nothing alone.
    """
    scope = Scope(frozenset({key}), key.__eq__)
    listing = yield from _filtered(key, scope)
    return listing if listing is not None and key in listing.live else (yield from fetch(scope))


def listed_under(key: Key) -> Calls[Listing]:
    """What the filtered list has under a key, without its detail; the whole list where the filter is refused."""
    scope = Scope(frozenset({key}), lambda key: False)
    listing = yield from _filtered(key, scope)
    return listing if listing is not None else (yield from fetch(scope))


def _filtered(key: Key, scope: Scope) -> Calls[Listing | None]:
    """The list with the filter that finds a template; None when the service refuses the filter."""
    details = _Details(scope)
    try:
        listed, _ = yield from _pass(details, {"Name": key.name, "Language": key.language}, PAGE_SIZES[0])
    except CallError as error:
        if error.answer.klass in DENIED | UNREACHABLE:
            raise
        return None
    return details.listing(listed)


def incomplete(listing: Listing) -> Answer:
    """What to say where a list would have had to be whole."""
    return listing.error or Answer(_LIST, AnswerClass.OTHER, INCOMPLETE, listing.reason)


def fingerprint(row: Row) -> str:
    """Of all that a row says: LastUpdateTime, state, category and whatever comes with them."""
    return sha256(row)


def detail(key: Key, code: str) -> Request:
    """The call for one template's content. Never by its name: a code leads to one template, however it is spelled."""
    return Request("GetChatappTemplateDetail", {"TemplateCode": code, "Language": key.language, "TemplateType": TYPE})


# --- the list ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Listed:
    """What one reading of the list gave.

    `read` counts rows as they came, doubles included; `total` is how many there should be, if the service says so.
    `settled`: an earlier reading had the very same rows. `others` are rows of another channel. `late`: pages that are
    left are not asked for any more.
    """

    rows: dict[Address, Row] = field(default_factory=dict)
    read: int = 0
    total: int | None = None
    problem: str = ""
    settled: bool = False
    others: set[Address] = field(default_factory=set)
    late: bool = False

    def add(self, answer: Answer) -> int:
        """Take a page; how many rows it has. Raises CallError when it was refused."""
        if not answer.ok:
            raise CallError(answer)
        page, total = answer.data.get("ListTemplate"), answer.data.get("Total")
        if isinstance(total, int) and not isinstance(total, bool):
            self.total = total
        if not isinstance(page, list | tuple):
            # Without a list nothing is known, unless the service says that there is nothing.
            if self.total != 0 or page is not None or not nothing_in(answer):
                self.problem = "the service answered without a list of templates"
            return 0
        for row in page:
            self._take(row)
        self.read += len(page)
        if len(self.rows) > MAX_ROWS:
            self.problem = f"the list does not end: it has more than {MAX_ROWS:,} templates"
        return len(page)

    @property
    def seen(self) -> int:
        """How many rows are told apart."""
        return len(self.rows) + len(self.others)

    def refused(self, answer: Answer) -> int:
        """A refused page after the first. Some services refuse what is behind the last one; the count tells."""
        if answer.klass in DENIED | UNREACHABLE:
            raise CallError(answer)
        if answer.code == OUT_OF_TIME:
            self.late = True
            self.problem = f"the list does not end: {answer.message}, with {len(self.rows):,} templates"
        elif self.total != len(self.rows):
            self.problem = f"a page of the list was refused: {answer.message or answer.code}"
        return 0

    def _take(self, row: Json) -> None:
        if not isinstance(row, Mapping):
            self.problem = "a row of the list is no object"
            return
        kind = text(row, "TemplateType")
        if kind and kind.casefold() != TYPE.casefold():
            self.others.add((text(row, "TemplateCode"), text(row, "Language")))
            return  # those of another channel are not ours, whatever the filter does
        lacking = [name for name in ("TemplateName", "Language", "TemplateCode") if not text(row, name)]
        if lacking:
            self.problem = f"a row of the list does not say its {' and '.join(lacking)}"
            return
        address = (text(row, "TemplateCode"), text(row, "Language"))
        known = self.rows.get(address)
        if known is not None and state(known.get("AuditStatus")) != state(row.get("AuditStatus")):
            row = {**row, "AuditStatus": None}  # two rows that contradict each other: only the detail can tell
        self.rows[address] = row

    @property
    def doubtful(self) -> bool:
        """Whether the count and the rows differ."""
        return self.total is not None and self.total != len(self.rows)

    @property
    def why_incomplete(self) -> str:
        """Why nothing may be concluded from what is missing; empty when the list is whole."""
        if self.problem:
            return self.problem
        # Rows may come twice and be counted so, and a total may say too little. The same rows twice are all there are.
        enough = self.settled and (len(self.rows) >= (self.total or 0) or self.read == self.total)
        return self.uncounted if self.doubtful and not enough else ""

    @property
    def uncounted(self) -> str:
        """Why the service's own count does not confirm the rows; empty when it does."""
        if self.total is None:
            return "the service does not say how many templates there are"
        if self.doubtful and not (self.settled and self.read == self.total):
            return f"the service says that there are {self.total} templates, and lists {len(self.rows)}"
        return ""


def _pass(details: _Details, query: Mapping[str, Json], size: int) -> Calls[tuple[_Listed, int]]:
    """One reading of the list, and the size of page that the service takes.

    Details are asked for beside the pages that follow: whichever of the two operations is the slower one never waits
    for the other. What the total promises is asked for at once; then page after page until one is short or has nothing
    new, since a total may say anything.
    """
    listed = _Listed()
    fruitless = 0
    answer, size = yield from _first(query, size)
    last = whole = listed.add(answer) or size
    following, promised = FIRST_AFTER, min(-(-(listed.total or 0) // whole), MAX_PAGES)
    ended = listed.read == 0
    while True:
        asked = details.next(listed.rows)
        if not ended and following > promised:
            # All that was promised is there. A short page is the last one, but for those of a round number.
            ended = last < whole or (last % ROUND != 0 and listed.total is not None)
            promised = following if not ended and following < MAX_PAGES else promised
        if following >= MAX_PAGES and not ended:
            listed.problem, ended = f"the list does not end: it has more than {MAX_PAGES:,} pages", True
        many = max(LEAST_PAGES, len(asked) // DETAILS_A_PAGE) if asked else AHEAD
        pages = () if ended else range(following, min(promised, following + many - 1) + 1)
        if not asked and not pages:
            return listed, size
        questions = (detail(row_key(listed.rows[address]), address[0]) for address in asked)
        answers = yield (*(page(query, index, size) for index in pages), *questions)
        for answer in answers[: len(pages)]:
            known = listed.seen
            last = listed.add(answer) if answer.ok else listed.refused(answer)
            fruitless = fruitless + 1 if listed.seen == known else 0
            if fruitless and last == whole and listed.total is None and following == FIRST_AFTER:
                listed.problem = "the second page of the list has the same rows as the first one"
            ended = ended or bool(listed.problem) or (following >= promised and fruitless > 0)
            ended = ended or last == 0 or fruitless >= FRUITLESS
        details.take(asked, answers[len(pages) :])
        following += len(pages)


def _first(query: Mapping[str, Json], size: int) -> Calls[tuple[Answer, int]]:
    """The first page, in the largest size that the service does not refuse, and that size."""
    refused: Answer | None = None
    for smaller in (each for each in PAGE_SIZES if each <= size):
        (answer,) = yield (page(query, 1, smaller),)
        if answer.ok:
            return answer, smaller
        refused = refused or answer
        if answer.klass in DENIED | UNREACHABLE:
            break
    assert refused is not None
    raise CallError(refused)


def page(query: Mapping[str, Json], index: int, size: int) -> Request:
    """The call for a page of the list."""
    return Request("ListChatappTemplate", {**query, "TemplateType": TYPE, "Page": {"Index": index, "Size": size}})


# --- details ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Details:
    """What is known so far of the templates that a scope asks for.

    `found` holds what was read, and the answer where that was not possible. `rows` are the rows that each was read
    after: later ones may speak of a change that came in between.
    """

    scope: Scope
    found: dict[Address, Live | Answer] = field(default_factory=dict)
    rows: dict[Address, Row] = field(default_factory=dict)
    recalled: set[Address] = field(default_factory=set)
    waiting: list[Address] = field(default_factory=list)

    def next(self, rows: Mapping[Address, Row]) -> list[Address]:
        """Whose details to ask for next, after a look at what has come to be listed. Takes what is remembered."""
        for address, row in rows.items():
            key = row_key(row)
            if address in self.rows or not self.scope.detail(key):
                continue
            self.rows[address] = row
            body = self.scope.recall(key, row) if self.scope.recall else None
            if body is not None and not unreadable(key, body):
                self.found[address] = detailed_live(key, body, row)
                self.recalled.add(address)
            else:
                self.waiting.append(address)
        self.waiting.sort(key=lambda address: row_key(self.rows[address]))
        asked, self.waiting = self.waiting[:MOST_DETAILS], self.waiting[MOST_DETAILS:]
        return asked

    def take(self, asked: Sequence[Address], answers: Sequence[Answer]) -> None:
        """Note what the service said. Raises CallError when it said nothing usable of any of them."""
        if answers and all(
            answer.klass in UNREACHABLE or answer.klass is AnswerClass.CREDENTIALS for answer in answers
        ):
            raise CallError(answers[0])
        for address, answer in zip(asked, answers, strict=True):
            row = self.rows[address]
            self.found[address] = understood(row_key(row), answer, row)

    def forget_recalled(self) -> None:
        """The list is read again, and may say now that something has changed."""
        for address in self.recalled:
            del self.found[address], self.rows[address]
        self.recalled.clear()

    def listing(self, listed: _Listed) -> Listing:
        """What is live: all that is listed."""
        live: dict[Key, Live] = {}
        failed: dict[Key, Answer] = {}
        seen: dict[Key, Row] = {}
        codes: dict[Key, list[str]] = {}
        for address, row in listed.rows.items():
            key = row_key(row)
            codes.setdefault(key, []).append(address[0])
            found = self.found.get(address)
            if address in self.found and self.scope.recall:
                seen[key] = self.rows[address]
            if isinstance(found, Answer):
                failed[key] = found
            live[key] = found if isinstance(found, Live) else listed_live(row)
        for key, several in codes.items():
            if len(several) > 1:
                failed[key] = _ambiguous(key, sorted(several))
                live[key] = replace(live[key], body=None)
        recalled = frozenset(row_key(listed.rows[address]) for address in self.recalled if address in listed.rows)
        reason = listed.why_incomplete
        return Listing(live, not reason, failed, seen, recalled, reason, uncounted=listed.uncounted)


def _ambiguous(key: Key, codes: Sequence[str]) -> Answer:
    message = (
        f"the service lists {len(codes)} templates as {key} ({', '.join(codes)}); delete all but one in the console"
    )
    return Answer(_LIST, AnswerClass.OTHER, AMBIGUOUS, message)
