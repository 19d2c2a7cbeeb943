"""Projects of all kinds at once, with templates that lead to flows, under single faults: a few applies later all is as
the files say, nothing was done twice, and nothing leads to what is not there."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.depth import DEPTH
from support.emulated_project import World, ends
from support.kind_specimens import SCREEN, SPECIMENS, File, actions, want

from templatesync.emulator.faults.instruments import TRANSIENT

LIMITLESS = {"policy": {"max_changes": {"percent": 100, "at_least": 1000}}}
LATEST_CALL = 30
"""The last call that may be the one that goes wrong; most runs here have as many."""

Shop = Mapping[tuple[str, str], str]
"""Content by kind and name; that of a template may end with the flow it leads to."""

law = settings(max_examples=9 * DEPTH, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Fault:
    kind: str
    nth: int


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """A project. Flows are published, since nothing else can lead to them; a template may lead to one of them."""
    flows = draw(st.sets(st.sampled_from(["book", "visit"])))
    found = {("flow", name): "b" for name in sorted(flows)}
    for kind, names in (("template", ["one", "two", "three"]), ("qr_code", ["desk", "door"])):
        for name in sorted(draw(st.sets(st.sampled_from(names)))):
            link = draw(st.sampled_from(["", *sorted(flows)])) if kind == "template" else ""
            found[kind, name] = f"{draw(st.sampled_from('abc'))}{link}"
    return found or {("qr_code", "desk"): "a"}


def faults() -> st.SearchStrategy[Fault | None]:
    kinds = st.sampled_from(TRANSIENT)
    return st.none() | st.builds(Fault, kinds, st.integers(1, LATEST_CALL))


def file_of(kind: str, name: str, content: str) -> File:
    file = SPECIMENS[kind].file(name, content[0])
    if not content[1:]:
        return file
    button = {"Type": "FLOW", "Text": "Choose", "FlowId": f"${{{{ flows.{content[1:]} }}}}"}
    button |= {"FlowAction": "NAVIGATE", "NavigateScreen": SCREEN}
    parts = [*file.body["Components"], {"Type": "BUTTONS", "Buttons": [button]}]
    return replace(file, body={**file.body, "Components": parts})


def files_of(shop: Shop, before: Shop) -> list[File]:
    """The files of a project, with tombstones of what it had before."""
    files = [file_of(*place, content) for place, content in sorted(shop.items())]
    there = {file.key for file in files}
    gone = [SPECIMENS[kind].gone(name, content[0]) for (kind, name), content in sorted(before.items())]
    return [*files, *(tombstone for tombstone in gone if tombstone.key not in there)]


@contextmanager
def new_world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder) / "project", **LIMITLESS)
        yield world
        world.emulator.end()


def doubles(world: World) -> list[Any]:
    """What was carried out more than once although once was wanted."""
    names = ("Name", "TemplateName", "TemplateCode", "FlowName", "FlowId", "QrdlCode", "PrefilledMessage")
    counted = Counter(
        (entry["operation"], *(entry["parameters"].get(name, "") for name in names))
        for entry in world.writes()
        if entry["changed"]
    )
    return [call for call, times in counted.items() if times > 1]


def leading_nowhere(world: World) -> list[str]:
    """What an import of everything that is live, into an empty project, has to complain of."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = world.other(Path(folder))
        result = fresh.import_()
        assert result.skipped == ()
        assert set(actions(fresh).values()) <= {"no_op"} if result.written else True
        texts = [(fresh.root / each.file).read_text(encoding="utf-8") for each in result.written]
        assert [text for text in texts if "FlowId:" in text and "${{ flows." not in text] == []
        return sorted(key for each in result.written for key in each.keys)


@law
@given(st.lists(st.tuples(shops(), faults()), min_size=1, max_size=3))
def test_a_project_of_all_kinds_converges(steps: list[tuple[Shop, Fault | None]]) -> None:
    with new_world() as world:
        before: Shop = {}
        for shop, fault in steps:
            for (kind, name), content in before.items():
                SPECIMENS[kind].ready(world, file_of(kind, name, content))
            world.forget()
            files = files_of(shop, before)
            want(world, *files)
            planned = {key for key, action in actions(world, allow_breaking=True).items() if action != "no_op"}
            if fault:
                world.fault(fault.kind, nth=fault.nth)
            told = ends(world.apply(allow_breaking=True))
            # What could not be read this time is blocked, though nothing was to be done with it.
            assert not told or planned <= told.keys()
            assert {told[key] for key in told.keys() - planned} <= {"blocked"}
            world.lift()
            for _ in range(2):
                world.apply(allow_breaking=True)
            assert actions(world) == {file.key: "no_op" for file in files}
            assert doubles(world) == []
            assert leading_nowhere(world) == sorted(file_of(*place, content).key for place, content in shop.items())
            before = shop
