"""A space with a few flows, and flows as files and the service say them, for tests of the kind alone."""

from __future__ import annotations

from typing import Any

from support.flow_project import ASSET
from support.kind_calls import Called
from templatesync.kinds import KINDS
from templatesync.kinds.base import Pair
from templatesync.model.change import Decision
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, Live, Options, Resource

KIND = KINDS["flow"]
KEYS = [Key("flow", name) for name in ("Sign  up", "book", "bare")]
SIGN_UP, BOOK, BARE = KEYS
OLD, ABSENT = Key("flow", "old"), Key("flow", "nobody made this")
OTHER_ASSET = {**ASSET, "screens": [{**ASSET["screens"][0], "title": "Another title"}, *ASSET["screens"][1:]]}
PUBLISH = Options(publish=True)


def fill(called: Called) -> Called:
    """One that is published, two drafts of which one has no JSON, and one that is deprecated; long ago."""
    called.flow("Sign  up", "PUBLISHED")
    called.flow("book")
    called.flow("bare", content=None)
    called.flow("old", "DEPRECATED")
    called.clock.sleep(7200)
    return called


def wanted(key: Key = BOOK, content: Any = ASSET, options: Options = PUBLISH, **fields: Json) -> Resource:
    """As a file says it."""
    body = {"FlowName": key.name, "Categories": ["OTHER"], **fields}
    return Resource(key, body if content is None else {**body, "AssetContent": content}, options)


def live(status: str = "DRAFT", content: Any = ASSET, **fields: Json) -> Live:
    """As the service has it."""
    body = {"FlowName": "book", "Categories": ["OTHER"], **fields}
    body |= {} if content is None else {"AssetContent": content}
    return Live(BOOK, status, {"flow_id": "1"}, {}, body)


def decided(resource: Resource, there: Live, *, resubmit: bool = False) -> tuple[Decision, Pair]:
    """What the kind says of the two."""
    pair = KIND.content.pair(resource, there)
    return KIND.policy.decide(resource, there, pair, "block", resubmit), pair
