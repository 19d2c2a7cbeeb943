"""What of a flow is content, and what a difference becomes. Pure.

| live                       | a difference becomes                                          |
|----------------------------|---------------------------------------------------------------|
| not there, or DEPRECATED   | create                                                        |
| DRAFT                      | update; to be published is a difference too                   |
| PUBLISHED                  | blocked: the way out is a new FlowName with `replaces`        |
| two of one name            | blocked: neither is written                                   |
| another state              | blocked, state named                                          |
"""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.base import Pair
from templatesync.kinds.flow.view import ASSET, CONTENT, entry_screens, exchanges, screens
from templatesync.model.change import Action, Decision, Note
from templatesync.model.json_value import Json
from templatesync.model.resource import Live, Resource

KIND = "flow"
DRAFT = "DRAFT"
PUBLISHED = "PUBLISHED"
DEPRECATED = "DEPRECATED"
AMBIGUOUS = "ambiguous"
"""A state of ours: several live flows have one name."""

IS_PUBLISHED = "Published"
"""Our name for what a file says with `publish: true`, beside the API's own names in a content."""

_TOLD = ("FlowName", "Categories", "EndpointUri")
_NO_CONTENT = frozenset({"kind", ASSET, CONTENT})


def canonical(resource: Resource) -> dict[str, Json]:
    """The content that a file asks for. Fields newer than this release are a part of it."""
    content = {name: value for name, value in resource.body.items() if name not in _NO_CONTENT and value}
    content = _content(content, resource.body)
    if resource.options.publish:
        content[IS_PUBLISHED] = True
    return content


def current(live: Live) -> dict[str, Json]:
    """The content of what is live."""
    body = live.body or {}
    content = _content({name: body[name] for name in _TOLD if body.get(name)}, body)
    if live.status == PUBLISHED:
        content[IS_PUBLISHED] = True
    return content


def _content(fields: dict[str, Json], body: Mapping[str, Json]) -> dict[str, Json]:
    categories = fields.get("Categories")
    if isinstance(categories, list):
        fields["Categories"] = sorted({str(category) for category in categories})
    if CONTENT in body:
        fields[ASSET] = body[CONTENT]
    return fields


def pair(resource: Resource, live: Live) -> Pair:
    """Wanted and live content.

    What the file does not say is not compared: no call takes an endpoint or a JSON away, or a publication back.
    """
    wanted, there, body = canonical(resource), current(live), live.body or {}
    for name in wanted.keys() - there.keys() - {ASSET, IS_PUBLISHED}:
        if body.get(name):
            there[name] = body[name]
    compared = {name: value for name, value in there.items() if name in wanted or name == "Categories"}
    return Pair(wanted, wanted, compared)


def decide(
    resource: Resource, live: Live | None, pair: Pair | None, on_approved: str, resubmit: bool = False
) -> Decision:
    """The action for a flow that is wanted. No review ever starts, and equal content is never sent again."""
    if live is None or pair is None:
        return Decision(Action.CREATE, sendable_meanwhile="no")
    meanwhile = "yes" if live.status == PUBLISHED else "no"
    if live.status == AMBIGUOUS:
        ids = _ids(live)
        note = Note("ambiguous", f"the live flows {ids} have this name; deprecate or delete all but one in the console")
        return Decision(Action.BLOCKED, AMBIGUOUS, sendable_meanwhile="unknown", notes=(note,))
    if pair.wanted == pair.live:
        return Decision(Action.NO_OP, sendable_meanwhile=meanwhile, notes=_notes(resource, live))
    if live.status == DRAFT:
        return Decision(Action.UPDATE, sendable_meanwhile="no", notes=_notes(resource, live))
    if live.status == PUBLISHED:
        note = Note(
            "published",
            "a published flow cannot be changed; give the new one another FlowName and "
            f"`templatesync: {{replaces: {live.key.name}}}`",
        )
        return Decision(Action.BLOCKED, "published", notes=(note,))
    note = Note("state", f"the service says {live.status}, in which nothing is changed")
    return Decision(Action.BLOCKED, f"state {live.status}", sendable_meanwhile="unknown", notes=(note,))


def _notes(resource: Resource, live: Live) -> tuple[Note, ...]:
    body, notes = live.body or {}, []
    if body.get("EndpointUri") and not resource.body.get("EndpointUri"):
        notes.append(Note("endpoint", f"{body['EndpointUri']} stays, since no call takes it away; say it in the file"))
    if live.status == DRAFT and not resource.options.publish:
        notes.append(Note("draft", "no template can use it; `templatesync: {publish: true}` publishes it"))
    return tuple(notes)


def deletable(live: Live) -> str:
    """Why it cannot be deleted now; empty when it can."""
    if live.status == AMBIGUOUS:
        return f"{AMBIGUOUS} ({_ids(live)})"
    return "" if live.status in (DRAFT, PUBLISHED) else f"state {live.status}"


def _ids(live: Live) -> str:
    return " and ".join(str(each) for each in live.facts.get("flow_ids", ()))


def settled(live: Live) -> bool:
    """Whether templates can use it."""
    return live.status == PUBLISHED


def settles(resource: Resource) -> bool:
    """Whether the file asks for a flow that templates can use."""
    return resource.options.publish


def summary(body: Mapping[str, Json]) -> Mapping[str, Json]:
    """What templates may ask of a flow: `screens` and `entry_screens`, unless its JSON was not read, and `endpoint`."""
    content = body.get(CONTENT)
    said: dict[str, Json] = {"endpoint": bool(body.get("EndpointUri")) or exchanges(content)}
    if content is not None:
        said |= {"screens": sorted(screens(content)), "entry_screens": sorted(entry_screens(content))}
    return said


def breaking(old: Json, new: Json) -> tuple[Note, ...]:
    """What templates that lead to the old flow miss in the new one: screens that their buttons open."""
    gone = entry_screens(old.get(ASSET)) - entry_screens(new.get(ASSET))
    return tuple(Note("entry_screen", f"entry screen {name} removed") for name in sorted(gone))
