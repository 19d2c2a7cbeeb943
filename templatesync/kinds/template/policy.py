"""What a difference becomes: the action for each live state. Pure; every claim names where it comes from.

| live state         | what a difference becomes                                            |
|--------------------|----------------------------------------------------------------------|
| not there          | create                                                               |
| unaudit, fail      | update (the API's page: only what is unreviewed or failed can change) |
| auditing           | blocked (the platform refuses edits during a review)                 |
| pass, paused       | update or blocked, as `on_approved` says                             |
| disabled           | blocked                                                              |
| an unknown state   | blocked, state named; `--resubmit` sends it all the same             |
| only switches differ | update without a review (ModifyChatappTemplateProperties), any state |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from templatesync.kinds.base import Pair
from templatesync.kinds.template.canonical import PROPERTIES
from templatesync.kinds.template.canonical import current as content_of
from templatesync.kinds.template.rejection import explained
from templatesync.kinds.template.sending import breaking
from templatesync.kinds.template.state import APPROVED, EDITABLE, STATES, AuditStatus
from templatesync.kinds.template.visible import visible
from templatesync.model.change import Action, Break, Decision, Note, break_warnings, breaks
from templatesync.model.json_value import Json
from templatesync.model.resource import Live, Resource

CATEGORY_DRIFT = "category_drift"
"""The code of the note that tells of another category than the file's."""

APPROVED_WAYS_OUT = Note(
    "approved",
    "the platform may refuse to change an approved template; set `on_approved: modify` to try "
    "(it allows 1 edit in 24 hours and 10 in 30 days), or make a new version with `templatesync new-version`",
)


def decide(
    resource: Resource, live: Live | None, pair: Pair | None, on_approved: str, resubmit: bool = False
) -> Decision:
    """The action for a resource that is wanted, given what is live under its key.

    `resubmit` sends content again that is equal already, so that a review starts anew.
    """
    if live is None or pair is None:
        return Decision(Action.CREATE, review=True, sendable_meanwhile="no", notes=tuple(_uploads(resource)))
    _, wanted, current = pair
    equal = wanted == current and not resubmit
    notes = tuple(_notes(resource, live, current, equal=equal))
    # Only what is approved is sent. What an unknown state means, nobody can say.
    now = "yes" if live.status == AuditStatus.PASS else "no" if live.status in STATES else "unknown"
    if equal:
        return Decision(Action.NO_OP, sendable_meanwhile=now, notes=notes)
    if only_properties_differ(wanted, current):
        return Decision(Action.UPDATE, sendable_meanwhile=now, notes=notes)
    found = _breaking(live, pair)
    broken, notes = breaks(found), (*break_warnings(found), *notes)
    if live.status in EDITABLE:
        notes = (*_uploads(resource), *notes)
        return Decision(Action.UPDATE, review=True, sendable_meanwhile="no", breaking=broken, notes=notes)
    if live.status in APPROVED:
        if on_approved == "modify":
            ration = Note(
                "edit_ration", "the platform allows 1 edit of an approved template in 24 hours, 10 in 30 days"
            )
            notes = (ration, *_uploads(resource), *notes)
            # Two of Meta's pages differ: sent on until the edit is judged, or held until it is approved.
            after = "unknown" if now == "yes" else now
            return Decision(Action.UPDATE, review=True, sendable_meanwhile=after, breaking=broken, notes=notes)
        notes = (APPROVED_WAYS_OUT, *notes)
        return Decision(Action.BLOCKED, "approved", sendable_meanwhile=now, breaking=broken, notes=notes)
    if resubmit and unknown(live):
        return Decision(Action.UPDATE, review=True, sendable_meanwhile=now, breaking=broken, notes=notes)
    if live.status == AuditStatus.AUDITING:
        wait = Note("auditing", "a review is running; the platform refuses changes until it ends")
        return Decision(Action.BLOCKED, "auditing", sendable_meanwhile=now, breaking=broken, notes=(wait, *notes))
    return Decision(Action.BLOCKED, _state(live), sendable_meanwhile=now, breaking=broken, notes=notes)


def _breaking(live: Live, pair: Pair) -> tuple[Break, ...]:
    """What breaks programs. Contents are compared as if of the live category; a one-time code comes with the file's."""
    if _one_time(pair.content) == _one_time(pair.wanted):
        return breaking(pair.live, pair.wanted)
    return breaking(content_of(live.body or {}), pair.content)


def _one_time(content: Json) -> bool:
    return isinstance(content, Mapping) and content.get("Category") == "AUTHENTICATION"


def recategorised(resource: Resource, live: Live) -> bool:
    """Whether the platform has it in another category than the file. What says no category, says nothing of it."""
    told, wanted = _categories(resource, live)
    return bool(told and wanted) and told != wanted


def categorised(resource: Resource, live: Live) -> bool:
    """Whether the platform has it in the category that the file names."""
    told, wanted = _categories(resource, live)
    return bool(told) and told == wanted


def _categories(resource: Resource, live: Live) -> tuple[str, str]:
    told, wanted = (
        str(each or "").strip().casefold() for each in (live.facts.get("category"), resource.body.get("Category"))
    )
    return told, wanted


def unknown(live: Live) -> bool:
    """Whether the state is on no page, so that nobody can say what it allows."""
    return live.status not in STATES


def deletable(live: Live) -> str:
    """Why a template cannot be deleted now, or nothing. Meta refuses disabled ones; a review would be cut off."""
    known = (*EDITABLE, *APPROVED)
    return "" if live.status in known else _state(live)


def settled(live: Live) -> bool:
    """Whether customers can get it: what it replaces may go."""
    return live.status == AuditStatus.PASS


def usable(live: Live) -> bool:
    """Whether a send is let through. AllowSend holds back MARKETING only, and is not reliable on anything else."""
    body = live.body or {}
    marketing = str(body.get("Category", "")).casefold() == "marketing"
    return settled(live) and not (marketing and body.get("AllowSend") is False)


def only_properties_differ(wanted: Mapping[str, Json], current: Mapping[str, Json]) -> bool:
    """Whether nothing but the switches that need no review is different."""
    return wanted != current and visible(_rest(wanted)) == visible(_rest(current)) and _switched(wanted, current)


def _switched(wanted: Mapping[str, Json], current: Mapping[str, Json]) -> bool:
    return any(wanted.get(name) != current.get(name) for name in PROPERTIES)


def _rest(content: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in content.items() if name not in PROPERTIES}


def _state(live: Live) -> str:
    if live.status in STATES:
        return str(live.status)
    return f"unknown state {live.status!r}" if live.status else "unknown state"


def _uploads(resource: Resource) -> Iterator[Note]:
    for name, media in sorted(resource.media.items()):
        yield Note("uploads", f"{name} is uploaded: {media.info.what}, {media.size:,} bytes")


def _notes(resource: Resource, live: Live, current: Mapping[str, Json], *, equal: bool) -> Iterator[Note]:
    category, wanted = current.get("Category"), resource.body.get("Category")
    if category and str(category).casefold() != str(wanted).casefold():
        yield Note(
            CATEGORY_DRIFT,
            f"the platform has it as {category}, the file says {wanted}; "
            "no call changes a category, and it decides the price",
        )
    reason = live.facts.get("reason")
    if unknown(live):
        word = f"the service says {live.status!r}" if live.status else "the service says nothing of its state"
        yield Note(
            "unknown_state",
            f"{word}{f' ({reason})' if reason else ''}, and nobody knows what that allows; "
            f"`--resubmit {live.key}` sends the file's content all the same",
        )
    if live.status == AuditStatus.FAIL:
        way_out = "; change it, or send it again with `--resubmit`" if equal else ""
        yield Note("rejected", f"the review rejected it: {explained(str(reason or ''))}{way_out}")
    elif live.status in (AuditStatus.PAUSED, AuditStatus.DISABLED):
        yield Note(live.status, f"the platform has {live.status} it{f': {reason}' if reason else ''}")
    samples = (live.body or {}).get("Example")
    said = resource.body.get("Example")
    both = isinstance(samples, Mapping) and isinstance(said, Mapping)
    if samples and said and both and samples != said and samples.keys() == said.keys():
        yield Note("samples_differ", "the sample values of Example differ; they go out with the next change")
