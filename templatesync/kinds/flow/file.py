"""The way back: a live flow as its two files would say it. Pure."""

from __future__ import annotations

import json

from templatesync.documents.layout import OPTIONS, Layout
from templatesync.kinds.base import Unparsed
from templatesync.kinds.flow.policy import AMBIGUOUS, DRAFT, PUBLISHED, UNREAD, unread
from templatesync.kinds.flow.view import ASSET, CONTENT
from templatesync.model.json_value import Json
from templatesync.model.resource import Live

LAYOUT = Layout(
    keys=("kind", "FlowName", "Categories", "EndpointUri", ASSET),
    last=("templatesync",),
    inside={"templatesync": OPTIONS},
)


def unparse(live: Live) -> Unparsed:
    """The body of a file that would plan to no change, and its JSON; or why there can be none."""
    if live.status == AMBIGUOUS:
        return Unparsed({}, f"the live flows {' and '.join(live.facts.get('flow_ids', ()))} have this name")
    if live.status not in (DRAFT, PUBLISHED):
        return Unparsed({}, f"its state is {live.status}" if live.status else "the service does not tell its state")
    if unread(live):
        return Unparsed({}, f"its JSON could not be read: {live.facts[UNREAD]}")
    source = live.body or {}
    body: dict[str, Json] = {"kind": "flow", "FlowName": live.key.name, "Categories": source.get("Categories") or []}
    if source.get("EndpointUri"):
        body["EndpointUri"] = source["EndpointUri"]
    files = {}
    if CONTENT in source:
        body[ASSET] = ""
        files[ASSET] = json.dumps(source[CONTENT], ensure_ascii=False, indent=2) + "\n"
    if live.status == PUBLISHED:
        body["templatesync"] = {"publish": True}
    return Unparsed(body, files=files)
