"""What the emulator truly holds and was truly sent, read from its rows and not through any answer. Knows no client.

Contents are compared by what a customer or a sender notices: samples that the service hosts elsewhere and blanks at the
ends of texts are left out.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from support.emulated_project import LOCAL, Standing
from templatesync.emulator.quirks import late
from templatesync.model.json_value import canonical_json


class Thing(NamedTuple):
    """One resource: its content, its state, and the id by which others know it."""

    content: str
    status: str
    code: str


class Truth(NamedTuple):
    """All that is there, by key; `doubles` are keys of which there is, or was, more than one at a time."""

    things: Mapping[str, Thing]
    doubles: tuple[str, ...]
    made: Mapping[str, int]
    """How many were ever made, by key."""


def truth(emulator: Standing) -> Truth:
    """What is there now, with writes that are due."""
    things: dict[str, Thing] = {}
    made: Counter[str] = Counter()
    doubles: list[str] = []
    with emulator._state.store.transaction() as db:
        late.carry_out_due(db, emulator._state.now(db))
        for key, thing, deleted in _rows(db):
            made[key] += 1
            if not deleted:
                doubles += [key] if key in things else []
                things[key] = thing
    return Truth(things, tuple(sorted(set(doubles))), made)


def qr_code_key(number: str, message: str) -> str:
    """As plans call it."""
    return f"qr_code/{number}/{hashlib.sha256(message.encode()).hexdigest()[:12]}"


def flow_key(name: str) -> str:
    """As plans call it."""
    return f"flow/{quote(name)}"


def _rows(db: sqlite3.Connection) -> Iterator[tuple[str, Thing, bool]]:
    flows = {row["flow_id"]: row["name"] for row in db.execute("SELECT flow_id, name FROM flow")}
    for row in db.execute("SELECT * FROM template WHERE space = ? ORDER BY id", (LOCAL,)):
        content = {"Category": row["category"], "Properties": json.loads(row["properties"])}
        content |= plain(json.loads(row["content"]), flows)
        key = f"template/{row['name']}@{row['language']}"
        yield key, Thing(canonical_json(content), row["status"], row["code"]), row["deleted"] is not None
    for row in db.execute("SELECT * FROM qr_code WHERE space = ? ORDER BY id", (LOCAL,)):
        thing = Thing("", "", row["code"])  # its message is its identity, and a picture can be made again
        yield qr_code_key(row["number"], row["message"]), thing, row["deleted"] is not None
    for row in db.execute("SELECT * FROM flow WHERE space = ? ORDER BY id", (LOCAL,)):
        content = {"Categories": json.loads(row["categories"]), "Asset": json.loads(row["asset"] or "null")}
        thing = Thing(canonical_json(content | {"EndpointUri": row["endpoint"]}), row["status"], row["flow_id"])
        yield flow_key(row["name"]), thing, row["deleted"] is not None


def plain(value: Any, flows: Mapping[str, str]) -> Any:
    """Without samples, and with flows by their names."""
    if isinstance(value, list):
        return [plain(each, flows) for each in value]
    if not isinstance(value, dict):
        return value.strip() if isinstance(value, str) else value
    found = {name: plain(each, flows) for name, each in value.items() if each is not None}
    if found.get("Type") == "HEADER":
        found = {name: each for name, each in found.items() if name not in ("Url", "ThumbUrl")}
    if "FlowId" in found:
        found["FlowId"] = flows.get(found["FlowId"], found["FlowId"])
    if isinstance(found.get("Example"), dict):
        found["Example"] = sorted(found["Example"])
    return found


CONTENT: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "CreateChatappTemplate": ("content", ("Components", "Example", "MessageSendTtlSeconds", "ProductSetId")),
    "ModifyChatappTemplate": ("content", ("Components", "Example", "MessageSendTtlSeconds", "ProductSetId")),
    "ModifyChatappTemplateProperties": ("properties", ("AllowSend", "CategoryChangePaused")),
    "CreateFlow": ("about", ("Categories", "EndpointUri", "FlowName")),
    "ModifyFlow": ("about", ("Categories", "EndpointUri", "FlowName")),
    "UpdateFlowJSONAsset": ("asset", ("FilePath",)),
    "CreatePhoneMessageQrdl": ("code", ("PrefilledMessage", "GenerateQrImage")),
    "UpdatePhoneMessageQrdl": ("code", ("PrefilledMessage", "GenerateQrImage")),
}
"""The writes that carry content: which part of a resource, and the parameters that are this content."""


class Names(NamedTuple):
    """By what ids the service knows what, those of deleted things too; and what was uploaded."""

    templates: Mapping[str, str]
    flows: Mapping[str, str]
    messages: Mapping[str, str]
    files: Mapping[str, bytes]

    def key(self, given: Mapping[str, str]) -> str:
        """The key of what a write is about; empty where an id is nobody's, as of a creation that never took effect.

        A QR code is known by the message that it has in the end.
        """
        if "FlowName" in given or "FlowId" in given:
            return flow_key(self.flows.get(given.get("FlowId", "")) or given.get("FlowName", ""))
        if "PhoneNumber" in given:
            message = self.messages.get(given.get("QrdlCode", "")) or given.get("PrefilledMessage", "")
            return qr_code_key(given["PhoneNumber"], message)
        code = given.get("TemplateCode", "")
        name = self.templates.get(code) or given.get("Name") or given.get("TemplateName")
        if not name:
            return ""
        return f"template/{name}@{given.get('Language', '').replace('-', '_')}"


def names(emulator: Standing) -> Names:
    """As they are now."""
    with emulator._state.store.transaction() as db:
        return Names(
            {row["code"]: row["name"] for row in db.execute("SELECT code, name FROM template")},
            {row["flow_id"]: row["name"] for row in db.execute("SELECT flow_id, name FROM flow")},
            {row["code"]: row["message"] for row in db.execute("SELECT code, message FROM qr_code")},
            {row["key"]: row["data"] for row in db.execute("SELECT key, data FROM upload")},
        )


def sent_twice(known: Names, history: Sequence[Mapping[str, Any]]) -> list[str]:
    """Content that was sent again although it had taken effect and nothing else had since: operation and key.

    A write that changed nothing does not count, whatever was answered: whoever reads that may send it again.
    """
    told: list[str] = []
    last: dict[tuple[str, str], str] = {}
    for entry in history:
        operation, given = entry["operation"], entry["parameters"]
        if not entry["changed"]:
            continue
        key = known.key(given)
        if operation.startswith("Delete"):
            last = {slot: content for slot, content in last.items() if slot[0] != key}
        if operation in CONTENT:
            part, members = CONTENT[operation]
            content = _content({name: given[name] for name in members if name in given}, known.files)
            told += [f"{operation} {key}"] if last.get((key, part)) == content else []
            last[(key, part)] = content
    return told


def _content(given: Mapping[str, str], files: Mapping[str, bytes]) -> str:
    """What a write says, with uploaded files as what is in them."""

    def read(name: str, text: str) -> Any:
        if name in ("Components", "Example"):
            return plain(json.loads(text), {})
        if name == "FilePath":
            found = [data for key, data in files.items() if text.endswith((quote(key), key))]
            return hashlib.sha256(found[0]).hexdigest() if found else text
        return text.strip()

    return canonical_json({name: read(name, text) for name, text in sorted(given.items())})
