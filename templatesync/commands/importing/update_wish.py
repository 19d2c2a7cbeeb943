"""What `import --update` asks of the file of one resource: the body that says what is live. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping

from templatesync.commands.importing.update_file import Wish
from templatesync.kinds import KINDS
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.inputs import PlanInput
from templatesync.planning.taking_over import overruled
from templatesync.project.expansion import Entry
from templatesync.project.workspace import Workspace

_OWN = frozenset({"kind", "templatesync"})


def wish_of(files: Workspace, name: str, given: PlanInput, key: Key, live: Live) -> Wish | str:
    """What is asked of the file of a resource, so that it says what is live in the space; or why it cannot be."""
    kind = KINDS[key.kind]
    entries = files.source(name).entries if name in files.texts else ()
    entry = next((each for each in entries if each.resource.key == key and given.space in each.spaces), None)
    if entry is None:
        return "its file has changed meanwhile; run it again"
    resource = given.wanted.get(key) or given.links.symbolic_resource(kind, entry.resource)
    pair = kind.content.pair(resource, live)
    digests = sha256(pair.content), sha256(pair.live)
    known = any(echo.is_of(*digests) for echo in given.echoes.get(str(key), ()))
    unparsed = kind.file.unparse(live)
    if unparsed.reason and not known:
        return unparsed.reason
    target = resource.body if unparsed.reason else _target(entry, resource, unparsed.body, unparsed.files)
    assets: dict[str, str] = {}
    for name, text in unparsed.files.items():
        content = kind.file.files[name].content
        path = resource.body.get(name)
        if not isinstance(path, str):
            return f"it has a {name} now, which the file does not name"
        if target[content] != resource.body.get(content):
            if others := _naming(files, path, key):
                return f"{path} is named by {', '.join(others)} as well"
            assets[path] = text
    accepted = overruled(kind, resource, live) if given.options.targets else ()
    return Wish(entry, resource, live, target, assets, known, accepted)


def _target(entry: Entry, resource: Resource, body: Mapping[str, Json], texts: Mapping[str, str]) -> dict[str, Json]:
    """The body of a file that says what is live, with the values of the files that it names."""
    arranged = entry.kind.file.layout.arrange(dict(body))
    target = {name: value for name, value in arranged.items() if name not in _OWN}
    for name, file in entry.kind.file.files.items():
        if name in resource.body:
            target[name] = resource.body[name]
            if name in texts:
                target[file.content] = json.loads(texts[name])
            elif file.content in resource.body:
                target[file.content] = resource.body[file.content]
        else:
            target.pop(name, None)
    return target


def _naming(files: Workspace, path: str, key: Key) -> list[str]:
    """The other resources that name a file."""
    others = (entry for entry in files.entries if path in entry.named)
    return sorted({str(entry.resource.key) for entry in others if entry.resource.key != key})
