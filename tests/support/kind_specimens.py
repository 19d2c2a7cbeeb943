"""One specimen of each kind: what the engine's tests need to know of it, as data. What is true of every kind is then
stated once, over this table; a kind without a specimen fails a test, and where kinds differ the reason stands here.

A resource of a specimen has a name of ours (`one`, `two`) and one of three contents, `a`, `b` and `c`. From `a` to
each of the others is an ordinary update.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from support.emulated_project import LOCAL, World, ends
from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds import KINDS, folder_of
from templatesync.kinds.base import Kind

Body = Mapping[str, Any]
Ids = Mapping[str, str]

PHONE = "8500563601520"
SCREEN = "START"


@dataclass(frozen=True)
class File:
    """A resource as files say it. `beside` are the files that it names, by path."""

    kind: Kind
    body: Body
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return str(self.kind.file.identify(self.body))

    @property
    def name(self) -> str:
        """The name as policies match it."""
        return self.kind.file.identify(self.body).name

    def own(self, **options: Any) -> File:
        """With more in its `templatesync:` block."""
        return replace(self, body={**self.body, "templatesync": {**self.body.get("templatesync", {}), **options}})


@dataclass(frozen=True)
class Specimen:
    """What the engine's tests must know of a kind.

    say       the body of a file and the files beside it: name, content, and the ids of what is live when the file is
              to mean that very thing
    identity  the fields that a tombstone needs
    ready     brings what is live into a state in which it can be updated; `settle` into full use
    creates   what is sent to create content `a`, in order; `updates` from `a` to `b`; `deletes` when it is `ready`
    """

    kind: Kind
    say: Callable[[str, str, Ids], tuple[Body, Mapping[str, str]]]
    identity: tuple[str, ...]
    ready: Callable[[World, File], None]
    settle: Callable[[World, File], None]
    creates: tuple[str, ...]
    updates: tuple[str, ...]
    deletes: tuple[str, ...]
    settled: Mapping[str, Any] = field(default_factory=dict)
    """What a file must say, so that what is in full use is as it says."""
    breaks: str = ""
    """Why an ordinary update breaks those who use the old content; empty when it does not."""
    unlisted: str = ""
    """Why a listing never comes incomplete; empty when it can."""
    lags: str = ""
    """What a creation does that no listing shows yet; empty when nobody can make it twice."""

    def __str__(self) -> str:
        return self.kind.name

    def file(self, name: str = "one", content: str = "a", ids: Ids | None = None) -> File:
        body, beside = self.say(name, content, ids or {})
        return File(self.kind, body, beside)

    def gone(self, name: str = "one", content: str = "a") -> File:
        """A tombstone."""
        whole = self.file(name, content).body
        body = {part: whole[part] for part in ("kind", *self.identity) if part in whole}
        # What is protected unless its file says otherwise takes a second word to be deleted.
        spared = {"protected": False} if self.kind.policy.protected else {}
        return File(self.kind, {**body, "templatesync": {"state": "absent", **spared}})

    @property
    def options(self) -> dict[str, Any]:
        """What lets an ordinary update through."""
        return {"allow_breaking": True} if self.breaks else {}

    def put(self, world: World, *names: str, content: str = "a", ids: Ids | None = None) -> dict[str, Ids]:
        """Somebody else makes it, from a folder of their own; it can be updated then. The ids, by name."""
        files = {name: self.file(name, content, ids) for name in names}
        found = put(world, *files.values())
        for file in files.values():
            self.ready(world, file)
        return {name: found[file.key] for name, file in files.items()}

    def edited(self, world: World, *names: str) -> list[File]:
        """Files of content `b`, while `a` is live."""
        return [self.file(name, "b", ids) for name, ids in self.put(world, *names).items()]


def want(world: World, *files: File) -> None:
    """These files, in place of all that there were."""
    for kind in KINDS.values():
        for path in (world.root / folder_of(kind.name)).glob("*"):
            path.unlink()
    for number, file in enumerate(files, 1):
        world.put(f"{folder_of(file.kind.name)}/{number:02}.yaml", to_yaml(file.body))
        for name, text in file.beside.items():
            world.put(name, text)


def put(world: World, *files: File) -> dict[str, Ids]:
    """Somebody else applies these files, from a folder of their own. Ids by key; what was sent does not count."""
    from_elsewhere = elsewhere(world)
    want(from_elsewhere, *files)
    result = from_elsewhere.apply(allow_breaking=True)
    assert set(ends(result).values()) <= {"done"}, result
    world.forget()
    return {str(end.change.key): end.ids for _, outcomes in result.outcomes for end in outcomes}


def elsewhere(world: World) -> World:
    """A folder of somebody else, without our policy, on the same emulator."""
    other = world.other(world.root.parent / f"{world.root.name}-elsewhere")
    other.project(policy={"max_changes": {"percent": 100}})
    return other


def meanwhile(act: Callable[[], object]) -> dict[str, Any]:
    """An order that does something between the plan and the first look before a write."""

    def confirm(plan: Any) -> bool:
        act()
        return True

    return {"approved": False, "confirm": confirm}


def actions(world: World, **options: Any) -> dict[str, str]:
    """What a plan says, by key."""
    return {row["key"]: row["action"] for row in rows(world, **options)}


def rows(world: World, **options: Any) -> list[dict[str, Any]]:
    """The changes of the only space of a plan."""
    (space,) = world.document(**options)["spaces"]
    found: list[dict[str, Any]] = space["changes"]
    return found


# --- templates --------------------------------------------------------------------------------------------------------

_TEXTS = {"a": "is on its way to you", "b": "will be with you soon", "c": "waits for you at the shop"}


def _template(name: str, content: str, ids: Ids) -> tuple[Body, Mapping[str, str]]:
    text = f"Hello $(name), your parcel {name} {_TEXTS[content]}."
    body = {"Name": name, "Category": "UTILITY", "Language": "en", "Components": [{"Type": "BODY", "Text": text}]}
    return {**body, "Example": {"name": "Ann"}}, {}


def _reviewed(status: str) -> Callable[[World, File], None]:
    return lambda world, file: world.review(status, file.name)


# --- QR codes ---------------------------------------------------------------------------------------------------------


def _qr_code(name: str, content: str, ids: Ids) -> tuple[Body, Mapping[str, str]]:
    message = f"Hello, this is {name}: it {_TEXTS[content]}"
    body: dict[str, Any] = {"kind": "qr_code", "PhoneNumber": PHONE, "PrefilledMessage": message}
    if ids:
        # Without the code another message is another QR code.
        body |= {"QrdlCode": ids["qrdl_code"], "templatesync": {"spaces": ["local"]}}
    return body, {}


def _as_it_is(world: World, file: File) -> None:
    """Nothing stands in the way."""


# --- flows ------------------------------------------------------------------------------------------------------------

_CATEGORIES = {"a": ["SURVEY"], "b": ["SIGN_UP"], "c": ["OTHER"]}


def _flow(name: str, content: str, ids: Ids) -> tuple[Body, Mapping[str, str]]:
    footer = {"type": "Footer", "label": "Done", "on-click-action": {"name": "complete", "payload": {}}}
    layout = {"type": "SingleColumnLayout", "children": [{"type": "TextBody", "text": "All is well."}, footer]}
    screen = {"id": SCREEN, "title": f"It {_TEXTS[content]}", "terminal": True, "layout": layout}
    asset = {"version": "7.2", "screens": [screen]}
    path = f"flows/{name}.json"
    body = {"kind": "flow", "FlowName": name, "Categories": _CATEGORIES[content], "Asset": path}
    # `b` is published, too: an update then takes three requests, each of which may be the one that is lost.
    return {**body, "templatesync": {"publish": content == "b"}}, {path: json.dumps(asset)}


def _published(world: World, file: File) -> None:
    world.control("flow", cust_space_id=LOCAL, flow_name=file.name, status="PUBLISHED")


# --- the table --------------------------------------------------------------------------------------------------------

SPECIMENS: Mapping[str, Specimen] = {
    "template": Specimen(
        KINDS["template"],
        _template,
        ("Name", "Language"),
        ready=_reviewed("fail"),
        settle=_reviewed("pass"),
        creates=("CreateChatappTemplate",),
        updates=("ModifyChatappTemplate",),
        deletes=("DeleteChatappTemplate",),
    ),
    "qr_code": Specimen(
        KINDS["qr_code"],
        _qr_code,
        ("PhoneNumber", "PrefilledMessage"),
        ready=_as_it_is,
        settle=_as_it_is,
        creates=("CreatePhoneMessageQrdl",),
        updates=("UpdatePhoneMessageQrdl",),
        deletes=("DeletePhoneMessageQrdl",),
        breaks="what is printed may stop working",
        unlisted="ListPhoneMessageQrdl tells neither pages nor a total",
        lags="there is no call for one code, and one number may have two codes of one message",
    ),
    "flow": Specimen(
        KINDS["flow"],
        _flow,
        ("FlowName",),
        ready=_as_it_is,
        settle=_published,
        creates=("CreateFlow", "UpdateFlowJSONAsset"),
        updates=("ModifyFlow", "UpdateFlowJSONAsset", "PublishFlow"),
        deletes=("DeleteFlow",),
        settled={"publish": True},
        unlisted="ListFlow tells no total",
        lags="a flow is found by its name in a listing",
    ),
}

every_kind = pytest.mark.parametrize("specimen", SPECIMENS.values(), ids=str)


def kinds_that(have: Callable[[Specimen], object]) -> pytest.MarkDecorator:
    """Parametrise over the kinds of which something is true."""
    chosen = [specimen for specimen in SPECIMENS.values() if have(specimen)]
    return pytest.mark.parametrize("specimen", chosen, ids=str)


named = kinds_that(lambda specimen: specimen.kind.file.name_field)
"""The kinds whose resources have names, and so new versions."""

pruned = kinds_that(lambda specimen: not specimen.kind.policy.protected)
"""The kinds of which pruning deletes what has no file."""

countable = kinds_that(lambda specimen: not specimen.unlisted)
"""The kinds whose listings tell when something is missing."""


@dataclass(frozen=True)
class Write:
    """One sort of change of one kind: how it is set up, and what is sent for it, in order.

    `start` makes the files want it and gives its key.
    """

    specimen: Specimen
    action: str
    operations: tuple[str, ...]
    start: Callable[[World], str]
    options: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.specimen}-{self.action}"


def writes_of(specimen: Specimen) -> Iterable[Write]:
    def create(world: World) -> str:
        return _wanted(world, specimen.file())

    def update(world: World) -> str:
        return _wanted(world, *specimen.edited(world, "one"))

    def delete(world: World) -> str:
        specimen.put(world, "one")
        return _wanted(world, specimen.gone())

    yield Write(specimen, "create", specimen.creates, create)
    yield Write(specimen, "update", specimen.updates, update, specimen.options)
    yield Write(specimen, "delete", specimen.deletes, delete)


def _wanted(world: World, file: File) -> str:
    want(world, file)
    return file.key


WRITES = tuple(write for specimen in SPECIMENS.values() for write in writes_of(specimen))

every_write = pytest.mark.parametrize("write", WRITES, ids=str)

STEPS = tuple((write, operation) for write in WRITES for operation in write.operations)

every_step = pytest.mark.parametrize(("write", "operation"), STEPS, ids=[f"{write}-{step}" for write, step in STEPS])
"""Each request that a change may be cut off at."""
