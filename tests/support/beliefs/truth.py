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


def _rows(db: sqlite3.Connection) -> Iterator[tuple[str, Thing, bool]]:
    flows = {row["flow_id"]: row["name"] for row in db.execute("SELECT flow_id, name FROM flow")}
    for row in db.execute("SELECT * FROM template WHERE space = ? ORDER BY id", (LOCAL,)):
        content = {"Category": row["category"], "Properties": json.loads(row["properties"])}
        content |= plain(json.loads(row["content"]), flows)
        key = f"template/{row['name']}@{row['language']}"
        yield key, Thing(canonical_json(content), row["status"], row["code"]), row["deleted"] is not None
    for row in db.execute("SELECT * FROM qr_code WHERE space = ? ORDER BY id", (LOCAL,)):
        digest = hashlib.sha256(row["message"].encode()).hexdigest()[:12]
        thing = Thing(canonical_json({"Image": row["image"]}), "", row["code"])
        yield f"qr_code/{row['number']}/{digest}", thing, row["deleted"] is not None
    for row in db.execute("SELECT * FROM flow WHERE space = ? ORDER BY id", (LOCAL,)):
        content = {"Categories": json.loads(row["categories"]), "Asset": json.loads(row["asset"] or "null")}
        thing = Thing(canonical_json(content | {"EndpointUri": row["endpoint"]}), row["status"], row["flow_id"])
        yield f"flow/{quote(row['name'])}", thing, row["deleted"] is not None


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


def sent_twice(emulator: Standing, history: Sequence[Mapping[str, Any]]) -> list[str]:
    """Content that was sent again although it had taken effect and nothing else had since: operation and subject.

    A write that changed nothing does not count, whatever was answered: whoever reads that may send it again.
    """
    with emulator._state.store.transaction() as db:
        names = {row["code"]: row["name"] for row in db.execute("SELECT code, name FROM template")}
        flows = {row["flow_id"]: row["name"] for row in db.execute("SELECT flow_id, name FROM flow")}
        files = {row["key"]: row["data"] for row in db.execute("SELECT key, data FROM upload")}
    told: list[str] = []
    last: dict[tuple[str, str], str] = {}
    for entry in history:
        operation, given = entry["operation"], entry["parameters"]
        if not entry["changed"]:
            continue
        subject = _subject(given, names, flows)
        if operation.startswith("Delete"):
            last = {known: content for known, content in last.items() if known[0] != subject}
        if operation in CONTENT:
            part, members = CONTENT[operation]
            content = _content({name: given[name] for name in members if name in given}, files)
            told += [f"{operation} {subject}"] if last.get((subject, part)) == content else []
            last[(subject, part)] = content
    return told


def _subject(given: Mapping[str, str], names: Mapping[str, str], flows: Mapping[str, str]) -> str:
    """What a write is about."""
    if "FlowName" in given or "FlowId" in given:
        return "flow/" + flows.get(given.get("FlowId", ""), given.get("FlowName", ""))
    if "PhoneNumber" in given:
        return "qr_code/" + given.get("QrdlCode", given.get("PrefilledMessage", ""))
    code = given.get("TemplateCode", "")
    name = names.get(code) or given.get("Name") or given.get("TemplateName") or code
    return f"template/{name}@{given.get('Language', '').replace('-', '_')}"


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
