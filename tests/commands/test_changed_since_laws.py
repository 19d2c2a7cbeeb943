"""No history loses a change: narrowed plans are whole ones of what changed, and apply on merge is never narrowed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.emulated_project import World
from support.flow_project import ASSET
from support.git_repository import Repository
from support.media_files import png
from support.plan_scenarios import hello, image

from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.errors import TemplatesyncError
from templatesync.planning.document import to_json

pytestmark = pytest.mark.slow

NAMES = tuple("abcde")
TEXTS = (
    "Hello, your parcel is on its way to you.",
    "Hello, your order has left our shop.",
    "Hello, ${{ site }} thanks.",
)
FILES = ("templates/one.yaml", "templates/two.yaml", "templates/deep/three.yaml")


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, bytes]:
    """The files of a project, by path: templates of several shapes spread over files, their media, a flow, settings."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    wanted = {name: draw(bodies_of(name)) for name in names}
    bodies: dict[str, list[dict[str, Any]]] = {}
    for body in wanted.values():
        bodies.setdefault(draw(st.sampled_from(FILES)), []).append(body)
    files: dict[str, bytes] = {file: "---\n".join(map(to_yaml, each)).encode() for file, each in bodies.items()}
    for name in ("a", "b"):
        files[f"media/{name}.png"] = png(draw(st.sampled_from([8, 16])), 4)
    files["flows/book.yaml"] = to_yaml(
        {"kind": "flow", "FlowName": "book", "Categories": ["OTHER"], "Asset": "flows/book.json",
         "templatesync": {"publish": True}}
    ).encode()  # fmt: skip
    files["flows/book.json"] = json.dumps(ASSET, indent=draw(st.sampled_from([None, 2]))).encode()
    site, other = draw(st.sampled_from(["our shop", "their shop"])), draw(st.sampled_from(["x", "y"]))
    policy: dict[str, Any] = {"on_approved": draw(st.sampled_from(["modify", "modify", "block"]))}
    live = [name for name in names if "templatesync" not in wanted[name]]
    policy |= {"max_changes": {"percent": 100}, "protect": draw(st.sampled_from([[], live]))}
    space = {"emulator": True, "vars": {"site": site, "other": other}}
    files["templatesync.yaml"] = to_yaml({"version": 1, "spaces": {"local": space}, "policy": policy}).encode()
    return files


@st.composite
def bodies_of(draw: st.DrawFn, name: str) -> dict[str, Any]:
    shape = draw(st.sampled_from(["plain", "plain", "languages", "picture", "opens", "absent", "replaces"]))
    text = draw(st.sampled_from(TEXTS))
    if shape == "languages":
        languages = draw(st.lists(st.sampled_from(["en", "id", "de"]), min_size=2, unique=True))
        parts = [{"Type": "BODY", "Text": {each: f"{text} {each}." for each in languages}}]
        return {"Name": name, "Category": "UTILITY", "Languages": languages, "Components": parts}
    if shape == "picture":
        return hello(text, image(f"file:media/{draw(st.sampled_from('ab'))}.png"), Name=name)
    if shape == "opens":
        button = {"Type": "FLOW", "Text": "Book", "FlowId": "${{ flows.book }}", "FlowAction": "NAVIGATE",
                  "NavigateScreen": ASSET["screens"][0]["id"]}  # fmt: skip
        return hello(text, {"Type": "BUTTONS", "Buttons": [button]}, Name=name)
    if shape == "absent":
        return {"Name": name, "Language": "en", "templatesync": {"state": "absent"}}
    if shape == "replaces":
        return hello(text, Name=name, templatesync={"replaces": f"old_{name}"})
    return hello(text, Name=name)


@contextmanager
def projects() -> Iterator[tuple[Repository, World]]:
    """A repository with a project, on an emulator that allows every edit."""
    with tempfile.TemporaryDirectory() as folder:
        repository = Repository.new(Path(folder) / "repository")
        world = World(repository.root / "shop")
        world.settings(review="approve", modify_approved="allow")
        try:
            yield repository, world
        finally:
            world.emulator.end()


def put(world: World, files: dict[str, bytes]) -> None:
    """These files and no others."""
    for path in world.root.rglob("*"):
        if path.is_file() and ".templatesync/" not in path.as_posix():
            path.unlink()
    for name, data in files.items():
        path = world.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def rows(world: World, since: str | None = None) -> dict[str, dict[str, Any]]:
    """What a plan says of each key, as far as somebody approves it."""
    (space,) = to_json(world.plan(since=since).plan)["spaces"]
    assert "error" not in space
    said = ("action", "reason", "live_digest", "before", "after", "breaking", "diff", "review")
    return {row["key"]: {name: row[name] for name in said} for row in space["changes"]}


def settle(world: World, times: int = 4) -> None:
    """Apply until nothing is written any more, while all reviews go well."""
    for _ in range(times):
        result = world.apply()
        world.clock.sleep(3600)
        if not any(space.writes for space in result.plan.spaces):
            return


def busy(plan: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {key: row for key, row in plan.items() if row["action"] != "no_op"}


# Each example runs git and commands some dozen times: to look for a smaller one would take minutes.
law = settings(max_examples=60, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))


@given(wishes(), wishes())
@law
def test_nothing_that_changed_is_missing_and_nothing_else_is_said(
    before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    """Once all is applied that a revision has, a narrowed plan holds every change of a whole one, in the same words."""
    with projects() as (repository, world):
        put(world, before)
        settle(world)
        left = busy(rows(world))
        repository.commit()
        put(world, after)
        whole, narrowed = rows(world), rows(world, "HEAD")
        assert {key: whole[key] for key in narrowed} == narrowed
        assert busy(whole).keys() <= narrowed.keys() | left.keys()


class Step(NamedTuple):
    """A pull request: its files, whether it is merged, how it is applied then, and what goes wrong on the way."""

    files: dict[str, bytes]
    merged: bool
    saved: bool
    fault: str


steps = st.builds(
    Step, wishes(), st.booleans(), st.booleans(), st.sampled_from(["", "500", "drop_before", "drop_after"])
)


@given(wishes(), st.lists(steps, min_size=1, max_size=4), st.data())
@law
def test_no_history_loses_a_change(first: dict[str, bytes], history: list[Step], data: st.DataObject) -> None:
    """Pull requests are planned narrowed, merges applied: some fail. All is as in files at the end."""
    with projects() as (repository, world):
        put(world, first)
        repository.commit()
        for step in history:
            repository.git("checkout", "-q", "-b", "feature")
            put(world, step.files)
            repository.commit()
            saved = repository.root.parent / "plan.json"
            narrowed = rows(world, "main...")
            whole = rows(world)
            assert {key: whole[key] for key in narrowed} == narrowed
            world.plan(since="main...", out=saved)
            repository.git("checkout", "-q", "main")
            if step.merged:
                repository.git("merge", "-q", "--squash", "feature")
                repository.commit()
                if step.fault:
                    world.fault(step.fault, "*", nth=data.draw(st.integers(1, 12)), times=data.draw(st.integers(1, 40)))
                with suppress(TemplatesyncError):
                    if step.saved:
                        world.apply(order={"plan_file": saved})
                    world.apply()
                world.lift()
                world.clock.sleep(3600)
            repository.git("branch", "-q", "-D", "feature")
        settle(world)
        left = busy(rows(world))
        assert {row["action"] for row in left.values()} <= {"blocked"}
