"""What import would write for a live resource, compared with what is live, without a file being written.

Pure; knows no kind by name. Only paths are told of what differs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache

from templatesync.documents import yaml_reader
from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds.base import Kind, Unparsed
from templatesync.model.belief import Observation
from templatesync.model.json_value import Json, canonical_json
from templatesync.model.resource import Live, Options, Resource
from templatesync.planning.diff import explain
from templatesync.service.api import Field, api

LAW = "import-law"
BELIEVED: Mapping[str, str] = {LAW: "what import would write for a live resource equals what is live"}

_STEP = re.compile(r"[^.\[\]]+")


def observe(kind: Kind, live: Live) -> Iterator[Observation]:
    """Whether a live resource that was read comes back from a file as it is."""
    unparsed = kind.file.unparse(live)
    if unparsed.reason or "${{" in canonical_json(unparsed.body):
        yield Observation(LAW, f"{kind.name}: no file can hold it", True)
        return
    body = _through_yaml(unparsed)
    if body is None:
        yield Observation(LAW, f"{kind.name}: its file would not be readable", True)
        return
    resource = _resource(kind, body, unparsed)
    if resource.key.name != live.key.name or resource.key.language != live.key.language:
        # Some kinds have keys that follow from content, and one more for what cannot have the first.
        yield Observation(LAW, f"{kind.name}: its file would have another key", True)
        return
    pair = kind.content.pair(resource, live)
    if pair.wanted == pair.live:
        yield Observation(LAW)
    for difference in explain(pair.live, pair.wanted):
        yield Observation(LAW, f"{kind.name}: {masked(difference.path)}", True)


def _through_yaml(unparsed: Unparsed) -> dict[str, Json] | None:
    text = to_yaml(unparsed.body).encode("utf-8", "surrogatepass")
    loaded = yaml_reader.load(text, "an imported file")
    data = loaded.documents[0].data if len(loaded.documents) == 1 else None
    return dict(data) if isinstance(data, dict) else None


def _resource(kind: Kind, body: dict[str, Json], unparsed: Unparsed) -> Resource:
    """The resource that a project would read from such a file."""
    block = body.pop("templatesync", None)
    publish = isinstance(block, Mapping) and block.get("publish") is True
    for name, text in unparsed.files.items():
        body[kind.file.files[name].content] = json.loads(text)
    return Resource(kind.file.identify(body), body, Options(publish=publish))


def masked(path: str) -> str:
    """A path with only those names in it that the API has: variables have names of the user's own."""
    return _STEP.sub(lambda step: step[0] if step[0].isdecimal() or step[0] in _names() else "*", path)


@cache
def _names() -> frozenset[str]:
    found: set[str] = set()
    for operation in api().operations.values():
        for field in (*operation.request, *operation.response):
            _gather(field, found)
    return frozenset(found)


def _gather(field: Field, found: set[str]) -> None:
    found.add(field.name)
    found.update(field.enum)
    for inner in field.fields:
        _gather(inner, found)
