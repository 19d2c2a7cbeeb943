"""`doctor --trial`: a template of our own with everything in it, and what becomes of it at the service.

What only writing can show: what is told back of what was sent, how soon, and what edits and deletions do. Where a trial
stands is found by its name and by words in its text: there is no file that remembers it. Knows no client and no clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from templatesync.kinds.base import Scope
from templatesync.kinds.examining import Trial, TrialEnd, TrialState
from templatesync.kinds.observe import Row, described
from templatesync.kinds.template.canonical import pair
from templatesync.kinds.template.echo import differences
from templatesync.kinds.template.listing import TYPE, fetch
from templatesync.kinds.template.state import PENDING, STATES
from templatesync.kinds.template.visible import visible
from templatesync.model.belief import Observation, word
from templatesync.model.calls import CallError, Calls, Pause
from templatesync.model.json_value import Json
from templatesync.model.request import Answer, Request
from templatesync.model.resource import Live

LANGUAGE = "en_US"
"""One with two parts, so that the spelling shows."""
CATEGORY = "UTILITY"
MARKER = "a trial of templatesync doctor, not to be sent"
FIRST, SECOND = "first text", "second text"
"""Which of the two texts it has, in words that no normalisation changes."""

_RUNNING = PENDING | {"in_appeal", "inappeal"}
"""Words for a review that is not over, Meta's own among them."""

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0)
"""Seconds between looks at what a write has done; 90 in all."""

BELIEVED: Mapping[str, str] = {
    "create": "a template with a text of every sort in it is accepted",
    "created-id": "a creation is answered with the code that is listed",
    "listed-as": "what was created is listed under the name and the language that were sent",
    "list-after-create": "what was created is listed at once",
    "detail-after-create": "what was created can be read at once",
    "echo": "what was sent is told back as it was sent",
    "echo-compared": "what customers see is told back as it was sent, so that nothing is sent again for it",
    "state": "the state of its review is a word that is known",
    "edit": "a template whose review is over can be edited",
    "detail-after-edit": "an edit is told at once",
    "delete": "a template whose review is over can be deleted",
    "list-after-delete": "what was deleted is not listed any more",
}


def body(text: str) -> dict[str, Json]:
    """The content with either text. Blanks, signs and spellings in it are those that services like to change."""
    return {
        "Components": [
            {"Type": "HEADER", "Format": "TEXT", "Text": "Trial  of templatesync"},
            {
                "Type": "BODY",
                "Text": f"Hello $(name), this is {MARKER} ({text}).  Cafe\u0301 & \u201ctea\u201d \u2764\ufe0f: 1 < 2. "
                "\n\nYour order is $(order), thank you. ",
            },
            {"Type": "FOOTER", "Text": "Nobody gets this"},
            {
                "Type": "BUTTONS",
                "Buttons": [
                    {"Type": "QUICK_REPLY", "Text": "Yes"},
                    {"Type": "QUICK_REPLY", "Text": "No"},
                    {"Type": "URL", "Text": "Website", "Url": "https://Example.com", "UrlType": "static"},
                    {"Type": "URL", "Text": "Order", "Url": "https://example.com/$(order)", "UrlType": "dynamic"},
                    {"Type": "PHONE_NUMBER", "Text": "Call", "PhoneNumber": "+12025550123"},
                ],
            },
        ],
        "Example": {"name": "Ann", "order": "1234"},
        "MessageSendTtlSeconds": 3600,
    }


def named(name: str) -> str:
    """Why a name is none for a trial; empty when it is one."""
    return "" if re.fullmatch("[a-z0-9_]{1,512}", name) else "names have small letters, digits and _"


def look(name: str) -> Calls[TrialState]:
    """Where a trial stands. Raises CallError when the space cannot be read."""
    listing = yield from fetch(Scope(frozenset(), lambda key: False))
    # Whatever the service makes of letters: neither may be taken for another one.
    listed = tuple(live for key, live in listing.live.items() if key.name.casefold() == name.casefold())
    state = TrialState(listing.complete, listed)
    if len(listed) != 1:
        return state
    (live,) = listed
    (answer,) = yield (_detail(live.ids.get("template_code", ""), live.key.language),)
    data = answer.data.get("Data")
    if not answer.ok or not isinstance(data, Mapping):
        return state._replace(unread=answer)
    text = _text(data)
    return state._replace(
        data=data,
        ours=MARKER in text,
        edited=SECOND in text,
        running=live.status.casefold() in _RUNNING,
        over=live.status in STATES - PENDING,
    )


def begin(name: str) -> Calls[TrialEnd]:
    """Create it, and see what is told of it."""
    sent = body(FIRST)
    identity = {"Name": name, "Language": LANGUAGE, "Category": CATEGORY, "TemplateType": TYPE}
    (answer,) = yield (Request("CreateChatappTemplate", {**sent, **identity}),)
    if not answer.ok and not answer.unsettled:
        return TrialEnd((Observation("create", described(answer), True),), answer)
    seen = [Observation("create", "the answer was lost" if answer.unsettled else "", answer.unsettled)]
    made = answer.data.get("Data")
    code = made.get("TemplateCode") if isinstance(made, Mapping) else None
    live, waited = yield from _listed(name)
    seen.append(_lag("list-after-create", live is not None, waited))
    if live is not None:
        same = live.ids.get("template_code") == code
        seen.append(Observation("created-id", "" if same else "none" if not code else "another one", not same))
        seen += (_named(name, live), _state(live))
        data, waited = yield from _shown(live, FIRST)
        seen.append(_lag("detail-after-create", data is not None, waited))
        if data is not None:
            seen += compare(sent, data)
    return TrialEnd(tuple(seen))


def finish(name: str, found: TrialState) -> Calls[TrialEnd]:
    """Edit it, unless that was done by an earlier call, and delete it."""
    (live,) = found.listed
    seen, edited = [_named(name, live), _state(live)], found.edited
    if not edited:
        # The call that created it may have told this to nobody.
        seen += compare(body(FIRST), found.data) if found.data is not None else ()
        sent = body(SECOND)
        (answer,) = yield (Request("ModifyChatappTemplate", {**sent, **_address(live)}),)
        seen.append(_accepted("edit", answer))
        edited = answer.ok
        if answer.ok or answer.unsettled:
            data, waited = yield from _shown(live, SECOND)
            seen.append(_lag("detail-after-edit", data is not None, waited))
            seen += compare(sent, data) if data is not None else ()
    elif found.data is not None:
        seen += compare(body(SECOND), found.data)
    (answer,) = yield (Request("DeleteChatappTemplate", _address(live)),)
    seen.append(_accepted("delete", answer))
    if not answer.ok and not answer.unsettled:
        return TrialEnd(tuple(seen), answer, edited)
    gone, waited = yield from _gone(name)
    seen.append(_lag("list-after-delete", gone, waited))
    if answer.unsettled and not gone:
        return TrialEnd(tuple(seen), answer, edited)
    return TrialEnd(tuple(seen), edited=edited, deleted=True)


def pending(found: TrialState) -> tuple[Observation, ...]:
    """What can be said of it while its review runs."""
    seen = [_state(found.listed[0])]
    if found.data is not None:
        seen += compare(body(SECOND if found.edited else FIRST), found.data)
    return tuple(seen)


def compare(sent: Mapping[str, Json], data: Row) -> Iterator[Observation]:
    """What is told back, against what was sent: everything, and what is compared by a plan."""
    yield Observation("echo")
    for told in differences(sent, data):
        yield Observation("echo", told.how, True, told.path, told.rank)
    yield Observation("echo-compared")
    wanted, live = pair({**sent, "Category": CATEGORY}, data)
    for told in differences(visible(wanted), visible(live)):
        yield Observation("echo-compared", told.how, True, told.path, told.rank)


# --- steps ------------------------------------------------------------------------------------------------------------


def _listed(name: str) -> Calls[tuple[Live | None, float]]:
    """The row of it, once there is one, and for how long that took; None when there is none after all."""
    waited = 0.0
    for pause in (*PAUSES, 0.0):
        found = yield from _find(name)
        if found:
            return found[0], waited
        if pause:
            yield Pause(pause)
            waited += pause
    return None, waited


def _gone(name: str) -> Calls[tuple[bool, float]]:
    waited = 0.0
    for pause in (*PAUSES, 0.0):
        found = yield from _find(name)
        if found is not None and not found:
            return True, waited
        if pause:
            yield Pause(pause)
            waited += pause
    return False, waited


def _find(name: str) -> Calls[list[Live] | None]:
    """What is listed under a name; None when the listing does not tell that there is nothing."""
    try:
        listing = yield from fetch(Scope(frozenset(), lambda key: False))
    except CallError:
        return None
    found = [live for key, live in listing.live.items() if key.name.casefold() == name.casefold()]
    return found if found or listing.complete else None


def _shown(live: Live, text: str) -> Calls[tuple[Row | None, float]]:
    """The detail once it has a text, and for how long that took."""
    waited = 0.0
    for pause in (*PAUSES, 0.0):
        (answer,) = yield (_detail(live.ids.get("template_code", ""), live.key.language),)
        data = answer.data.get("Data")
        if answer.ok and isinstance(data, Mapping) and text in _text(data):
            return data, waited
        if pause:
            yield Pause(pause)
            waited += pause
    return None, waited


def _detail(code: str, language: str) -> Request:
    return Request("GetChatappTemplateDetail", {"TemplateCode": code, "Language": language, "TemplateType": TYPE})


def _address(live: Live) -> dict[str, Json]:
    return {
        "TemplateCode": live.ids.get("template_code", ""),
        "TemplateName": live.key.name,
        "Language": live.key.language,
        "TemplateType": TYPE,
    }


def _text(data: Row) -> str:
    """The text of the BODY, with runs of blanks as one, as a service may have them."""
    parts = data.get("Components")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Mapping) and str(part.get("Type")).upper() == "BODY":
            return " ".join(str(part.get("Text")).split())
    return ""


def _lag(check: str, happened: bool, waited: float) -> Observation:
    if not happened:
        return Observation(check, f"not within {waited:.0f} s", True)
    return Observation(check, f"after {waited:.0f} s" if waited else "", waited > 0)


def _named(name: str, live: Live) -> Observation:
    told = [f"the language as {word(live.key.language)}"] if live.key.language != LANGUAGE else []
    told += ["the name in other letters"] if live.key.name != name else []
    return Observation("listed-as", " and ".join(told), bool(told))


def _accepted(check: str, answer: Answer) -> Observation:
    if answer.unsettled:
        return Observation(check, "the answer was lost", True)
    return Observation(check, "" if answer.ok else described(answer), not answer.ok)


def _state(live: Live) -> Observation:
    known = live.status in ("pass", "fail", "auditing", "unaudit")
    return Observation("state", word(live.status), not known)


TRIAL = Trial(BELIEVED, named, look, begin, finish, pending)
