"""What can be found out about the service by reading: what `doctor` tells beside whether all is well.

Pure; knows no client and no kind by name. Everything is asked once, and nothing is written. What is told are spellings
and shapes, so that it can be shown to anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from templatesync.commands import round_trip
from templatesync.kinds.base import Kind, Scope
from templatesync.kinds.examining import Look, Said
from templatesync.model.belief import Belief, Observation, judge, shape, word
from templatesync.model.calls import CallError, Calls, Pause, resumed
from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, UNREACHABLE, Answer, AnswerClass, Request
from templatesync.model.resource import Listing, Live
from templatesync.planning.reading import ACCOUNT, side_by_side
from templatesync.service import spelling
from templatesync.service.api import api
from templatesync.service.driver.job import ABORTED, STOPPED
from templatesync.service.reader import only_reads

T = TypeVar("T")

MOST_LOOKS = 10
"""Details that are read of one kind: of different states and categories, as far as there are."""

METRIC, HEALTH = "GetChatappTemplateMetric", "GetWhatsappHealthStatus"
UPLOAD = "GetChatappUploadAuthorization"
_DAY = 86_400_000

_BELIEVED: Mapping[str, str] = {
    "account-id": "the account's id is in Id",
    "upload-end-point": "EndPoint of an upload is a host, without scheme and bucket",
}
_ALSO = (METRIC, HEALTH)
"""Asked for knowledge only: nothing that is planned or written needs them."""


class Surveyed(NamedTuple):
    """What is told of the service, and the answers that it is told of."""

    beliefs: tuple[Belief, ...]
    answers: tuple[Answer, ...]


def survey(kinds: Mapping[str, Kind], known: Iterable[Answer]) -> Calls[Surveyed]:
    """Ask and judge. `known` are answers that are there already: of the account."""
    said = yield from side_by_side([_kind(kind) for kind in kinds.values()])
    leaves = yield tuple(Request(name) for name in leaves_to_write(kinds))
    metric = {"TemplateCode": "1", "Start": 0, "End": _DAY}
    extra = yield (Request(HEALTH, {"NodeType": "WABA"}), Request(METRIC, metric))
    before = (*known, *leaves)
    everything = (*before, *extra, *(answer for one in said for answer in _answers(one)))
    if any(answer.code in (STOPPED, ABORTED) for answer in everything):
        return Surveyed((), everything)  # nobody waits for the rest to be looked at
    return Surveyed(judge(believed(kinds), _observations(kinds, said, before, everything)), everything)


def leaves_to_write(kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """What only an apply calls, and changes nothing all the same: the leave to upload."""
    names = {name for kind in kinds.values() for name in kind.remote.writes}
    return tuple(sorted(name for name in names if only_reads(Request(name))))


def believed(kinds: Mapping[str, Kind]) -> dict[str, str]:
    """Every check, with what is taken for granted."""
    reads = _reads(kinds)
    found = {f"{api().service}:{name}": "the call is permitted" for name in _calls(kinds)}
    found |= {_listing_check(kind): "the whole listing can be read and understood" for kind in kinds.values()}
    found |= {**spelling.enum_checks(reads), **spelling.BELIEVED, **round_trip.BELIEVED, **_BELIEVED}
    for kind in kinds.values():
        found |= kind.remote.survey().believed
    return found


def _reads(kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    return tuple(sorted({ACCOUNT, *(name for kind in kinds.values() for name in kind.remote.reads)}))


def _calls(kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """Everything that can be called without changing anything."""
    return (*_reads(kinds), *_ALSO, *leaves_to_write(kinds))


def _listing_check(kind: Kind) -> str:
    return f"{kind.name.replace('_', '-')}-listing"


# --- asking -----------------------------------------------------------------------------------------------------------


def _kind(kind: Kind) -> Calls[Said]:
    """Everything that is asked about one kind."""
    answers: list[Answer] = []
    listing: Listing | None = None
    try:
        scope = Scope(frozenset(), lambda key: False, everything=True)
        listing = yield from watched(kind.remote.fetch(scope), answers)
    except CallError as error:
        answers.append(error.answer)
    looks = yield from side_by_side([_look(kind, live) for live in _different(listing)])
    said = Said(listing, tuple(answers), tuple(looks))
    questions = kind.remote.survey().questions(said)
    given = (yield tuple(questions.values())) if questions else []
    return said._replace(asked=dict(zip(questions, given, strict=True)))


def watched(calls: Calls[T], answers: list[Answer]) -> Calls[T]:
    """The same calls, with all answers noted. Nothing is waited for: a lag is something to see, not to sit out."""
    given: list[Answer] | None = None
    while True:
        try:
            batch = resumed(calls, given)
        except StopIteration as stop:
            found: T = stop.value
            return found
        given = [] if isinstance(batch, Pause) else (yield batch)
        answers += given


def _look(kind: Kind, live: Live) -> Calls[Look]:
    """What a detail says of something listed, as every command reads it."""
    if live.body is not None:
        return Look(live, live)
    answers: list[Answer] = []
    try:
        found = yield from watched(kind.remote.read(live.key, live), answers)
    except CallError as error:
        return Look(live, None, tuple(answers), error.answer)
    return Look(live, found, tuple(answers))


def _different(listing: Listing | None) -> list[Live]:
    """Some of what is listed, as different from each other as a listing can tell."""
    if listing is None:
        return []
    by_sort: dict[tuple[str, str, str], list[Live]] = {}
    for key in sorted(listing.live):
        live = listing.live[key]
        by_sort.setdefault((str(live.facts.get("category")), live.status, key.language), []).append(live)
    chosen: list[Live] = []
    while by_sort and len(chosen) < MOST_LOOKS:
        for sort in list(by_sort):
            chosen.append(by_sort[sort].pop(0))
            if not by_sort[sort]:
                del by_sort[sort]
    return chosen[:MOST_LOOKS]


def _answers(said: Said) -> Iterator[Answer]:
    yield from said.answers
    for look in said.looks:
        yield from look.answers
    yield from said.asked.values()


# --- judging ----------------------------------------------------------------------------------------------------------


def _observations(
    kinds: Mapping[str, Kind], said: Sequence[Said], before: Sequence[Answer], everything: Sequence[Answer]
) -> Iterator[Observation]:
    for answer in everything:
        if answer.request.operation not in _ALSO:  # nothing reads these
            yield from spelling.observe(answer)
        if answer.request.operation == ACCOUNT:
            yield from _account(answer)
        if answer.request.operation == UPLOAD:
            yield from _upload(answer)
    for kind, one in zip(kinds.values(), said, strict=True):
        yield from _listing(kind, one)
        yield from kind.remote.survey().observe(one)
        for look in one.looks:
            if look.found is not None and look.found.body is not None:
                yield from round_trip.observe(kind, look.found)
    looked = (answer for one in said for answer in (*one.answers, *(a for look in one.looks for a in look.answers)))
    real = [*before, *looked]
    for name in _calls(kinds):
        yield from _permission(name, everything, real)


def _permission(name: str, everything: Sequence[Answer], real: Sequence[Answer]) -> Iterator[Observation]:
    """Whether a call may be made. `real` are answers about what is there: only these are no refusals of a question."""
    check = f"{api().service}:{name}"
    answers = _of(everything, name)
    there = _of(real, name)
    if any(answer.ok for answer in answers):
        yield Observation(check)
        return
    for answer in answers:
        if answer.klass in DENIED:
            yield Observation(check, f"{word(answer.code)}, HTTP {answer.http_status}", True)
        elif answer.klass in UNREACHABLE:
            continue
        elif answer in there or name in _ALSO:
            other = answer.klass is AnswerClass.OTHER
            yield Observation(check, f"{word(answer.code)}, HTTP {answer.http_status}" if other else "", other)
        else:
            yield Observation(check)


def _of(answers: Iterable[Answer], name: str) -> list[Answer]:
    return [answer for answer in answers if answer.request.operation == name]


def _listing(kind: Kind, said: Said) -> Iterator[Observation]:
    check, listing = _listing_check(kind), said.listing
    if listing is None:
        # How a listing was refused is worth telling even where the check of the call says that it is not permitted.
        last = said.answers[-1] if said.answers else None
        if last is not None and last.klass not in UNREACHABLE:
            told = f"{last.request.operation}: {word(last.code)}, HTTP {last.http_status}"
            yield Observation(check, told, True)
        return
    if not listing.complete and listing.looked:
        code = f", {word(listing.error.code)}" if listing.error is not None else ""
        yield Observation(check, f"incomplete{code}", True)
    for answer in listing.failed.values():
        yield Observation(check, f"something listed is not understood: {word(answer.code)}", True)
    for answer in said.answers:
        for problem in answer.problems:
            yield Observation(check, f"{answer.request.operation}: {_without_numbers(problem)}", True)
    yield Observation(check)


def _without_numbers(problem: str) -> str:
    return re.sub(r"\[[0-9]+\]", "[]", problem)


def _account(answer: Answer) -> Iterator[Observation]:
    data = answer.data.get("Data")
    if not answer.ok or not isinstance(data, Mapping):
        return
    if data.get("Id"):
        yield Observation("account-id")
    else:
        others = sorted(word(name) for name, value in data.items() if _looks_like_id(name, value))
        told = shape(data["Id"]) if "Id" in data else "left out"
        yield Observation("account-id", f"{told}, beside {', '.join(others) or 'nothing'}", True)
    state = data.get("AccountReviewStatus")
    if state is None or state == "":
        told = shape(state) if "AccountReviewStatus" in data else "left out"
        yield Observation("account-status", told, True)


def _looks_like_id(name: Json, value: Json) -> bool:
    return isinstance(name, str) and name.casefold().endswith("id") and bool(value)


def _upload(answer: Answer) -> Iterator[Observation]:
    """Where uploads go. An emulator on this machine has an address of its own there."""
    data = answer.data.get("Data")
    if not answer.ok or not isinstance(data, Mapping):
        return
    place, bucket = str(data.get("EndPoint") or ""), str(data.get("BucketName") or "")
    host = place.split("://")[-1].split("/")[0]
    if host.split(":")[0] in ("127.0.0.1", "localhost"):
        return
    odd = [told for seen, told in (("://" in place, "with a scheme"), (bool(bucket) and host.startswith(f"{bucket}."),
                                   "with the bucket's name"), (not place, "empty")) if seen]  # fmt: skip
    yield Observation("upload-end-point", " and ".join(odd), bool(odd))
