"""What of a flow is content, and what a difference becomes. Pure.

| live                       | a difference becomes                                          |
|----------------------------|---------------------------------------------------------------|
| not there, or DEPRECATED   | create                                                        |
| DRAFT                      | update; to be published is a difference too                   |
| PUBLISHED                  | blocked: the way out is a new FlowName with `replaces`        |
| two of one name            | blocked: neither is written                                   |
| an unknown state           | blocked, state named; `--resubmit` sends it all the same      |

What nobody could read of its JSON is not compared: a published flow is left alone then, a draft is blocked, because
`--resubmit` can bring it to what the file says.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from templatesync.kinds.base import Pair
from templatesync.kinds.flow.view import ASSET, CONTENT, entry_screens, exchanges, screens
from templatesync.kinds.text import alike, seen
from templatesync.model.change import Action, Break, Decision, Note
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, Live, Options, Resource
from templatesync.model.state import State

KIND = "flow"
DRAFT = "DRAFT"
PUBLISHED = "PUBLISHED"
DEPRECATED = "DEPRECATED"
AMBIGUOUS = "ambiguous"
"""A state of ours: several live flows have one name."""

STATES = frozenset({DRAFT, PUBLISHED, DEPRECATED})
WORDS: Mapping[str, State] = {DRAFT: State.DRAFT, PUBLISHED: State.PUBLISHED, DEPRECATED: State.DISABLED}

UNREAD = "asset_unread"
"""A fact of a flow whose JSON could not be read: why not. Its state and its name are known all the same."""

IS_PUBLISHED = "Published"
"""Our name for what a file says with `publish: true`, beside the API's own names in a content."""

_TOLD = ("FlowName", "Categories", "EndpointUri")
_NO_CONTENT = frozenset({"kind", ASSET, CONTENT})


def state(told: Json) -> str:
    """A state that is documented, or the service's own word; empty when it says none."""
    word = told.strip() if isinstance(told, str) else ""
    return word.upper() if word.upper() in STATES else word


def likeness(key: Key, body: Mapping[str, Json] | None) -> str:
    """Names in one spelling: a service may trim them, or tell them with other blanks or in other letters."""
    return alike(key.name, " ")


def canonical(resource: Resource) -> dict[str, Json]:
    """The content that a file asks for. Fields newer than this release are a part of it."""
    content = {name: value for name, value in resource.body.items() if name not in _NO_CONTENT and value}
    content = _content(content, resource.body)
    if resource.options.publish:
        content[IS_PUBLISHED] = True
    return content


def again(key: Key, content: Json) -> Resource:
    """A resource of which this is the content."""
    body = {name: value for name, value in content.items() if name not in (ASSET, IS_PUBLISHED)}
    if ASSET in content:
        body[CONTENT] = content[ASSET]
    return Resource(key, body, Options(publish=content.get(IS_PUBLISHED) is True))


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

    What the file does not say is not compared: no call takes an endpoint or a JSON away, or a publication back. Nor is
    a JSON that could not be read; what that means is for `decide` to say.
    """
    content, there, body = canonical(resource), current(live), live.body or {}
    wanted = {name: value for name, value in content.items() if name != ASSET} if unread(live) else content
    for name in wanted.keys() - there.keys() - {ASSET, IS_PUBLISHED}:
        if body.get(name):
            there[name] = body[name]
    compared = {name: value for name, value in there.items() if name in wanted or name == "Categories"}
    return Pair(content, wanted, compared)


def unread(live: Live) -> bool:
    """Whether its JSON could not be read, though it may have one."""
    return UNREAD in live.facts


def unclear(live: Live) -> bool:
    """Whether nobody can say what is live, or all of it."""
    return unread(live) or live.status == AMBIGUOUS


def visible(content: Json) -> Json:
    """What a customer sees and what an endpoint is asked for."""
    shown = {name: value if name == "FlowName" else _seen(value) for name, value in content.items()}
    if isinstance(shown.get("Categories"), list):
        shown["Categories"] = sorted({str(category).upper() for category in shown["Categories"]})
    if isinstance(shown.get("EndpointUri"), str):
        shown["EndpointUri"] = _address(shown["EndpointUri"])
    return shown


def gist(content: Json) -> Json:
    """The JSON of a flow, by which those of equal content are found."""
    return _seen(content.get(ASSET)) if isinstance(content, dict) else None


def _seen(value: Json) -> Json:
    """A value without what nobody can see; a member that is null is as good as none."""
    if isinstance(value, str):
        return seen(value)
    if isinstance(value, dict):
        return {name: _seen(item) for name, item in value.items() if item is not None}
    return [_seen(item) for item in value] if isinstance(value, list | tuple) else value


def _address(url: str) -> str:
    """An address in one spelling: letters count neither in the scheme nor in the host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


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
    notes = _notes(resource, live)
    if unknown(live):
        return _in_unknown_state(live, resubmit, notes)
    lacks = unread(live) and live.status == DRAFT and ASSET in pair.content
    if pair.wanted == pair.live and not (lacks and resubmit):
        if lacks:
            return Decision(Action.BLOCKED, "unreadable", sendable_meanwhile="no", notes=notes)
        return Decision(Action.NO_OP, sendable_meanwhile=meanwhile, notes=notes)
    if live.status == DRAFT:
        return Decision(Action.UPDATE, sendable_meanwhile="no", notes=notes)
    note = Note(
        "published",
        "a published flow cannot be changed; give the new one another FlowName and "
        f"`templatesync: {{replaces: {live.key.name}}}`",
    )
    return Decision(Action.BLOCKED, "published", notes=(note, *notes))


def _in_unknown_state(live: Live, resubmit: bool, notes: tuple[Note, ...]) -> Decision:
    """Whatever it means, it may be that the flow is retired, or in use: so it is not called as it should be, either."""
    word = f"the service says {live.status!r}" if live.status else "the service says nothing of its state"
    note = Note(
        "unknown_state",
        f"{word}, and nobody knows what that allows; `--resubmit {live.key}` sends the file's content all the same",
    )
    if resubmit:
        return Decision(Action.UPDATE, sendable_meanwhile="unknown", notes=(note, *notes))
    return Decision(Action.BLOCKED, _state(live), sendable_meanwhile="unknown", notes=(note, *notes))


def _state(live: Live) -> str:
    return f"unknown state {live.status!r}" if live.status else "unknown state"


def _notes(resource: Resource, live: Live) -> tuple[Note, ...]:
    body, notes = live.body or {}, []
    if unread(live):
        again = f", so nobody knows whether it is as the file says; `--resubmit {live.key}` sends it again"
        way_out = again if live.status == DRAFT and CONTENT in resource.body else "; its screens are not checked"
        notes.append(Note(UNREAD, f"its JSON could not be read: {live.facts[UNREAD]}{way_out}"))
    if body.get("EndpointUri") and not resource.body.get("EndpointUri"):
        notes.append(Note("endpoint", f"{body['EndpointUri']} stays, since no call takes it away; say it in the file"))
    if live.status == DRAFT and not resource.options.publish:
        notes.append(Note("draft", "no template can use it; `templatesync: {publish: true}` publishes it"))
    return tuple(notes)


def deletable(live: Live) -> str:
    """Why it cannot be deleted now; empty when it can."""
    if live.status == AMBIGUOUS:
        return f"{AMBIGUOUS} ({_ids(live)})"
    return "" if live.status in (DRAFT, PUBLISHED) else _state(live)


def unknown(live: Live) -> bool:
    """Whether the state is on no page, so that nobody can say what it allows."""
    return live.status not in STATES | {AMBIGUOUS}


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


def breaking(old: Json, new: Json) -> tuple[Break, ...]:
    """What templates that lead to the old flow miss in the new one: screens that their buttons open."""
    gone = entry_screens(old.get(ASSET)) - entry_screens(new.get(ASSET))
    return tuple(Break("breaking-entry-screen", f"entry screen {name} removed") for name in sorted(gone))
